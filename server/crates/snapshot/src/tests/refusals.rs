//! refusals: marts that are not what their specification says are not published.
use crate::testing::{batch, date_column, freeze, int_column, spend, text_column};
use crate::{MartData, Store};

fn refused(marts: &[MartData]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let error = store.publish(&freeze(marts)).unwrap_err();
    assert!(store.current().unwrap().is_none());
    error.to_string()
}

fn check(
    days: &[Option<&str>],
    channels: &[Option<&str>],
    amounts: &[Option<i64>],
    expected: &str,
) {
    let mart = MartData {
        name: "marketing_spend".to_owned(),
        batch: batch(vec![
            ("day", date_column(days)),
            ("acquisition_channel", text_column(channels)),
            ("amount", int_column(amounts)),
        ]),
    };
    let error = refused(&[mart]);
    assert!(
        error.contains(expected),
        "{error:?} should say {expected:?}"
    );
}

#[test]
fn rows_out_of_order_doubled_or_null() {
    let (early, late) = (Some("2024-01-01"), Some("2024-01-02"));
    let (one, two) = ([Some("a"), Some("a")], [Some(1), Some(1)]);
    check(
        &[late, early],
        &one,
        &two,
        "row 2 should stand before row 1",
    );
    check(
        &[early, early],
        &one,
        &two,
        "rows 1 and 2 have the same day, acquisition_channel",
    );
    check(
        &[early, early],
        &[Some("b"), Some("a")],
        &two,
        "row 2 should stand before row 1",
    );
    check(
        &[early, late],
        &one,
        &[Some(1), None],
        "column amount is null in row 2",
    );
}

#[test]
fn columns_that_are_missing_or_of_another_type() {
    let mut mart = spend(1);
    mart.batch = mart.batch.project(&[0, 1]).unwrap();
    assert!(refused(&[mart]).contains("should be day, acquisition_channel, amount"));
    let mut mart = spend(1);
    mart.batch = mart.batch.project(&[0, 2, 1]).unwrap();
    assert!(refused(&[mart]).contains("its columns are day, amount, acquisition_channel"));
    let mart = MartData {
        name: "marketing_spend".to_owned(),
        batch: batch(vec![
            ("day", text_column(&[Some("2024-01-01")])),
            ("acquisition_channel", text_column(&[Some("a")])),
            ("amount", int_column(&[Some(1)])),
        ]),
    };
    assert!(refused(&[mart]).contains("column day holds Text, and should hold Date"));
}

#[test]
fn marts_that_are_unknown_or_doubled() {
    let mut mart = spend(1);
    mart.name = "nonsense".to_owned();
    assert!(refused(&[mart]).contains("no mart of this name"));
    assert!(refused(&[spend(1), spend(2)]).contains("given twice"));
}

#[test]
fn documents_whose_name_is_taken_or_leads_elsewhere() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let marts = [spend(1)];
    for name in [
        "../x.json",
        "manifest.json",
        "marketing_spend.json",
        "x",
        ".json",
        "A.json",
        "a/b.json",
        "quality.json",
    ] {
        let mut freeze = freeze(&marts);
        freeze.documents.push((name.to_owned(), Vec::new()));
        let error = store.publish(&freeze).unwrap_err();
        assert!(
            error.to_string().contains("document name"),
            "{name}: {error}"
        );
    }
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_made_is_named_with_the_fix() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let error = Store::open(file.path()).unwrap_err().to_string();
    assert!(error.contains(file.path().to_str().unwrap()), "{error}");
    assert!(error.contains("--data"), "{error}");
}

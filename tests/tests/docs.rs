//! The documents made from the code are those in the checkout; `UPDATE_GOLDEN=1` writes them anew.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{env, fs};

use tidemark_tests::docs;

fn top() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

#[test]
fn the_documents_are_up_to_date() {
    let update = env::var_os("UPDATE_GOLDEN").is_some();
    let mut stale = Vec::new();
    for (path, wanted) in docs::all().expect("the models are readable") {
        let file = top().join(&path);
        if fs::read_to_string(&file).is_ok_and(|found| found == wanted) {
            continue;
        }
        if update {
            let folder = file.parent().expect("a file is in a folder");
            fs::create_dir_all(folder).expect("the folder can be made");
            fs::write(&file, wanted).expect("the document can be written");
        } else {
            stale.push(path);
        }
    }
    assert!(
        stale.is_empty(),
        "stale: {stale:?}; run the test with UPDATE_GOLDEN=1 and look at the difference"
    );
}

#[test]
fn no_contract_is_left_of_a_mart_that_is_gone() {
    let made = docs::all().expect("the models are readable");
    let made: BTreeSet<String> = made.into_iter().map(|(path, _)| path).collect();
    for entry in fs::read_dir(top().join("docs/contracts")).expect("contracts") {
        let name = entry.expect("an entry").file_name();
        let path = format!("docs/contracts/{}", name.to_string_lossy());
        assert!(made.contains(&path), "{path} belongs to no mart: delete it");
    }
}

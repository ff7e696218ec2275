//! What a list shows is written into the address and read back.

use super::*;
use crate::metrics::MRR_NEW;

#[test]
fn every_choice_is_found_by_its_key() {
    for stage in Stage::ALL {
        assert_eq!(Stage::from_key(stage.key()), Some(stage));
    }
    for mark in Mark::ALL {
        assert_eq!(Mark::from_key(mark.key()), Some(mark));
    }
    for field in Field::ALL
        .into_iter()
        .chain((0..MAX_AMOUNTS).map(Field::Amount))
    {
        for descending in [false, true] {
            let sort = Sort { field, descending };
            assert_eq!(Sort::from_key(&sort.key()), Some(sort));
        }
    }
    assert_eq!(Sort::from_key("--mrr"), None);
}

#[test]
fn a_listing_is_a_metric_or_a_cell_of_the_cohorts() {
    for key in ["mrr_new", "cohort.2026-01.0", "cohort.2025-12.14"] {
        assert_eq!(
            Listing::from_key(key).map(Listing::key).as_deref(),
            Some(key)
        );
    }
    for key in [
        "",
        "cohort.2026-13.1",
        "cohort.2026-01.+1",
        "cohort.2026-01.01",
        "cohort.2026-01.9999",
        "nothing",
    ] {
        assert_eq!(Listing::from_key(key), None, "{key}");
    }
}

#[test]
fn the_usual_order_is_not_a_choice() {
    let mut list = ListView::default();
    let by = |field, descending| Sort { field, descending };
    list.set_order(by(Field::Mrr, true));
    assert_eq!(list.sort, None);
    list.set_order(by(Field::Mrr, false));
    assert_eq!(list.sort, Some(by(Field::Mrr, false)));
    list.set_listing(Some(Listing::Metric(&MRR_NEW)));
    assert_eq!(list.order(), by(Field::Amount(0), true));
}

//! The notes somebody at the company keeps of what happened: the plot as its charts should tell it.

use chrono::NaiveDate;

use crate::calendar::date_of;
use crate::market::LAUNCHED_REGION;
use crate::story::Story;

/// A note on a day.
pub(crate) struct Annotation {
    pub day: NaiveDate,
    pub label: String,
    pub detail: &'static str,
}

/// What lies within the history, oldest first.
pub(crate) fn annotations(story: &Story) -> Vec<Annotation> {
    let mut notes = vec![
        (
            story.region_launch,
            format!("Launch in {LAUNCHED_REGION}"),
            "Brazil, Mexico and Chile can buy from here on",
        ),
        (
            story.search_cut,
            "Paid search cut back".to_owned(),
            "Its customers left too soon for what they cost",
        ),
        (
            story.price_rise,
            "New prices".to_owned(),
            "About an eighth higher; existing customers follow at their first renewal a month later",
        ),
        (
            story.outage,
            "Outage".to_owned(),
            "The service failed in the morning; tickets waited for days",
        ),
    ];
    if story.has_launch_rush() {
        let invited = "The waiting list moves in over two months";
        notes.push((story.start, "Public launch".to_owned(), invited));
    }
    notes.retain(|(at, ..)| (story.start..story.end).contains(at));
    notes.sort_by_key(|(at, ..)| *at);
    let dated = |(at, label, detail)| Annotation {
        day: date_of(at),
        label,
        detail,
    };
    notes.into_iter().map(dated).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_history_tells_what_lies_within_it() {
        let as_of = NaiveDate::from_ymd_opt(2026, 10, 31).unwrap();
        let told = |days| -> Vec<String> {
            let notes = annotations(&Story::new(days, as_of));
            assert!(notes.is_sorted_by_key(|note| note.day));
            assert!(notes.iter().all(|note| note.day <= as_of));
            notes.into_iter().map(|note| note.label).collect()
        };
        let whole = [
            "Public launch",
            "Launch in Latin America",
            "Paid search cut back",
            "New prices",
            "Outage",
        ];
        assert_eq!(told(1_096), whole);
        let short = ["Launch in Latin America", "Paid search cut back"];
        assert_eq!(told(100), short);
        assert_eq!(told(1), ["Launch in Latin America"]);
    }
}

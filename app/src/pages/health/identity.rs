//! How records of billing and support were matched to accounts, and which were not.

use leptos::prelude::*;
use tidemark_shared::api::{self, MatchRate, Unmatched};
use tidemark_shared::format::{self, Formatter};
use tidemark_shared::metric::Unit;

use super::source_name;
use crate::store::Store;
use crate::ui::{Cell, Column, code, counted, data_table, section, span};

/// Id and title.
pub(super) const PART: (&str, &str) = ("identity", "Identity");

/// As many unmatched records are shown before a press.
const SHOWN: usize = 10;

/// Rates by source, then the records without an account.
pub(super) fn part(identity: &api::Identity) -> AnyView {
    let formatter = Store::get().formatter.get_untracked();
    let sources = identity
        .rates
        .chunk_by(|a, b| (&a.source, &a.object) == (&b.source, &b.object));
    let rates: Vec<_> = sources.map(|rates| matched(rates, &formatter)).collect();
    let about = match rates.is_empty() {
        true => "No records that could be matched to a CRM account.",
        false => {
            "How each record was matched to a CRM account: override, ID, email, domain, or name."
        }
    };
    let without = identity
        .rates
        .iter()
        .filter(|rate| rate.match_method == "none");
    let without = without.map(|rate| rate.records).sum();
    let mut body = vec![view! { <div class="rates">{rates}</div> }.into_any()];
    if !identity.unmatched.is_empty() {
        body.push(unmatched(identity.unmatched.clone(), without, formatter));
    }
    section(PART.0, PART.1, vec![], about.to_owned(), body)
}

/// A part of a whole, in percent with one digit. What is not everything is never written as 100.
fn share(part: f64, whole: f64) -> Option<f64> {
    (whole > 0.0).then(|| match part < whole {
        true => (part / whole).min(0.999),
        false => 1.0,
    })
}

/// One kind of record: its rate, its bar, the methods in numbers.
fn matched(rates: &[MatchRate], formatter: &Formatter) -> AnyView {
    let Some(first) = rates.first() else {
        return ().into_any();
    };
    let title = format!(
        "{} {}",
        source_name(&first.source),
        first.object.replace('_', " ")
    );
    let sum = |weigh: fn(&MatchRate) -> f64| {
        let all = rates.iter().map(weigh).sum::<f64>();
        let found = rates.iter().filter(|rate| rate.match_method != "none");
        share(found.map(weigh).sum(), all)
    };
    let percent = |value| formatter.value(Unit::Rate, value);
    let all: u64 = rates.iter().map(|rate| rate.records).sum();
    let mrr = sum(|rate| rate.mrr as f64).map(|part| format!("{} of MRR", percent(Some(part))));
    let tickets = sum(|rate| rate.tickets as f64);
    let tickets = tickets.map(|part| format!("{} of tickets", percent(Some(part))));
    let said = [
        Some(format!("of {} matched", format::count(all as i64))),
        mrr,
        tickets,
    ];
    let said: Vec<String> = said.into_iter().flatten().collect();
    let parts = rates
        .iter()
        .map(|rate| {
            let width = format!("calc(100% * {} / {})", rate.records, all.max(1));
            view! { <span class=format!("match-{}", rate.match_method) style:width=width></span> }
        })
        .collect::<Vec<_>>();
    let legend = rates
        .iter()
        .map(|rate| {
            let name = match rate.match_method.as_str() {
                "none" => "no account",
                method => method,
            };
            view! {
                <li>
                    <span class=format!("swatch match-{}", rate.match_method)></span>
                    {name.to_owned()}
                    {span("count", format::count(rate.records as i64))}
                </li>
            }
        })
        .collect::<Vec<_>>();
    view! {
        <div class="rate" data-testid=format!("rate-{}-{}", first.source, first.object)>
            <h3>{title}</h3>
            {span("figure", percent(sum(|rate| rate.records as f64)))} " "
            {span("muted", said.join("; "))}
            <div class="parts" aria-hidden="true">{parts}</div>
            <ul class="keys">{legend}</ul>
        </div>
    }
    .into_any()
}

/// The records without an account, the heaviest first, to search in. `all` counts those that are
/// not listed too.
fn unmatched(records: Vec<Unmatched>, all: u64, formatter: Formatter) -> AnyView {
    let search = RwSignal::new(String::new());
    let everything = RwSignal::new(false);
    let about = "An unmatched record with MRR counts as its own customer with unknown attributes; unmatched tickets count under Unknown. To match a record, add a row to the table identity_overrides.";
    let capped = match records.len() as u64 {
        listed if listed < all => format!(
            " The {} with the most MRR or tickets are listed.",
            format::count(listed as i64)
        ),
        _ => String::new(),
    };
    let listed = move || {
        let wanted = search.read().trim().to_lowercase();
        let found: Vec<&Unmatched> = records
            .iter()
            .filter(|one| is_about(one, &wanted))
            .collect();
        let shown = match everything.get() {
            true => found.len(),
            false => SHOWN.min(found.len()),
        };
        let more = found.len() - shown;
        let columns = [
            Column::text("Record"),
            Column::number("MRR or tickets"),
            Column::text("Source"),
            Column::text("ID in the source"),
        ];
        let rows = found
            .iter()
            .take(shown)
            .map(|one| row(one, &formatter))
            .collect();
        let table = data_table("Unmatched records".to_owned(), &columns, rows);
        let end = match (found.len(), more) {
            (0, _) => Some(span("muted", "No record matches.".to_owned())),
            (_, 0) => None,
            _ => Some(
                view! {
                    <button type="button" class="button" data-testid="more-unmatched" on:click=move |_| everything.set(true)>
                        {format!("Show {} more", format::count(more as i64))}
                    </button>
                }
                .into_any(),
            ),
        };
        vec![
            table,
            end.map(|end| view! { <div class="more">{end}</div> })
                .into_any(),
        ]
    };
    view! {
        <div class="section-part">
            <div>
                <h3>{counted(&format::count(all as i64), "record")} " without an account"</h3>
                {span("muted", format!("{about}{capped}"))}
            </div>
            <input
                type="search"
                class="input"
                placeholder="Search by name or ID"
                aria-label="Search unmatched records"
                data-testid="search-unmatched"
                on:input=move |event| search.set(event_target_value(&event))
            />
        </div>
        <div data-testid="unmatched">{listed}</div>
    }
    .into_any()
}

/// Whether a search in lower case finds a record.
fn is_about(record: &Unmatched, wanted: &str) -> bool {
    let name = record.name.as_deref().unwrap_or_default();
    [name, &record.record_id, &record.source]
        .iter()
        .any(|text| text.to_lowercase().contains(wanted))
}

fn row(record: &Unmatched, formatter: &Formatter) -> Vec<Cell> {
    let weight = match (record.mrr, record.tickets) {
        (0, 0) => format::NO_VALUE.to_owned(),
        (0, tickets) => counted(&format::count(tickets as i64), "ticket"),
        (mrr, _) => format!("{} MRR", formatter.money(mrr as f64)),
    };
    let name = record.name.as_deref().unwrap_or("(no name)");
    vec![
        name.to_owned().into(),
        weight.into(),
        source_name(&record.source).into(),
        Cell::View(code(record.record_id.clone())),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_everything_is_never_all() {
        assert_eq!(share(3.0, 4.0), Some(0.75));
        assert_eq!(share(99_999.0, 100_000.0), Some(0.999));
        assert_eq!(share(5.0, 5.0), Some(1.0));
        assert_eq!(share(0.0, 0.0), None);
    }

    #[test]
    fn a_search_looks_at_name_id_and_source() {
        let record = Unmatched {
            source: "stripe".to_owned(),
            object: "customers".to_owned(),
            record_id: "cus_A1".to_owned(),
            name: Some("Person 16".to_owned()),
            mrr: 13_400,
            tickets: 0,
        };
        for wanted in ["", "person", "cus_a1", "stripe"] {
            assert!(is_about(&record, wanted), "{wanted}");
        }
        assert!(!is_about(&record, "zendesk"));
    }
}

//! The company as its files tell it: records that hang together, and a story within believable bounds.
#![allow(clippy::unwrap_used)]

mod common;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::LazyLock;

use common::{Raw, as_of, end, lines, options, text};
use serde_json::Value;

static RAW: LazyLock<Raw> = LazyLock::new(|| Raw::new(&options(500, 1_096, 1)));
static SUBSCRIPTIONS: LazyLock<Vec<Value>> =
    LazyLock::new(|| RAW.json("stripe/subscriptions.jsonl.gz"));
static INVOICES: LazyLock<Vec<Value>> = LazyLock::new(|| RAW.json("stripe/invoices.jsonl.gz"));

fn unique(ids: impl Iterator<Item = String>) -> HashSet<String> {
    let mut seen = HashSet::new();
    for id in ids {
        assert!(seen.insert(id.clone()), "{id} twice");
    }
    seen
}

fn ids(file: &str) -> HashSet<String> {
    unique(RAW.json(file).iter().map(|record| text(&record["id"])))
}

#[test]
fn billing_ids_are_unique_and_references_exist() {
    let customers = ids("stripe/customers.jsonl");
    let prices = ids("stripe/prices.jsonl");
    let subscriptions = unique(SUBSCRIPTIONS.iter().map(|sub| text(&sub["id"])));
    for sub in SUBSCRIPTIONS.iter() {
        assert!(customers.contains(sub["customer"].as_str().unwrap()));
        for item in sub["items"]["data"].as_array().unwrap() {
            assert!(prices.contains(item["price"]["id"].as_str().unwrap()));
        }
    }
    unique(INVOICES.iter().map(|invoice| text(&invoice["id"])));
    let mut line_ids = HashSet::new();
    for invoice in INVOICES.iter() {
        assert!(customers.contains(invoice["customer"].as_str().unwrap()));
        for line in invoice["lines"]["data"].as_array().unwrap() {
            assert!(line_ids.insert(text(&line["id"])));
        }
        for line in lines(invoice) {
            assert!(prices.contains(&line.price));
            assert!(
                line.subscription
                    .is_none_or(|id| subscriptions.contains(&id))
            );
        }
    }
}

#[test]
fn crm_and_desk_references_exist() {
    let accounts: HashSet<String> = RAW
        .csv("salesforce/Account.csv")
        .iter()
        .map(|row| row["Id"].clone())
        .collect();
    unique(
        RAW.csv("salesforce/Lead.csv")
            .iter()
            .map(|row| row["Id"].clone()),
    );
    for lead in RAW.csv("salesforce/Lead.csv") {
        let account = &lead["ConvertedAccountId"];
        assert_eq!(account.is_empty(), lead["IsConverted"] == "false");
        assert!(account.is_empty() || accounts.contains(account));
    }
    for opportunity in RAW.csv("salesforce/Opportunity.csv") {
        assert!(accounts.contains(&opportunity["AccountId"]));
        let closes = opportunity["CloseDate"].parse().unwrap();
        assert_eq!(as_of() >= closes, opportunity["IsClosed"] == "true");
    }
    let organizations: HashSet<u64> = RAW
        .json("zendesk/organizations.jsonl")
        .iter()
        .map(|it| it["id"].as_u64().unwrap())
        .collect();
    let users: HashSet<u64> = RAW
        .json("zendesk/users.jsonl")
        .iter()
        .map(|it| it["id"].as_u64().unwrap())
        .collect();
    let tickets = RAW.json("zendesk/tickets.jsonl");
    for ticket in &tickets {
        assert!(users.contains(&ticket["requester_id"].as_u64().unwrap()));
        let organization = ticket["organization_id"].as_u64();
        assert!(organization.is_none_or(|id| organizations.contains(&id)));
    }
    let metrics = RAW.json("zendesk/ticket_metrics.jsonl");
    assert_eq!(metrics.len(), tickets.len());
}

#[test]
fn paid_periods_follow_each_other_without_holes() {
    assert_no_holes(&RAW);
    for seed in 2..8 {
        assert_no_holes(&Raw::new(&options(30, 700, seed)));
    }
}

fn assert_no_holes(raw: &Raw) {
    let metered: HashSet<String> = raw
        .json("stripe/prices.jsonl")
        .iter()
        .filter(|price| price.pointer("/recurring/usage_type") == Some(&"metered".into()))
        .map(|price| text(&price["id"]))
        .collect();
    let mut periods: BTreeMap<String, Vec<(i64, i64)>> = BTreeMap::new();
    for line in raw.json("stripe/invoices.jsonl.gz").iter().flat_map(lines) {
        if let (Some(item), false) = (line.item, line.proration)
            && !metered.contains(&line.price)
        {
            periods.entry(item).or_default().push(line.period);
        }
    }
    for sub in raw.json("stripe/subscriptions.jsonl.gz") {
        let item = text(&sub["items"]["data"][0]["id"]);
        let periods = periods.get_mut(&item).unwrap();
        periods.sort_unstable();
        assert_eq!(periods[0].0, sub["start_date"].as_i64().unwrap());
        for pair in periods.windows(2) {
            assert_eq!(pair[0].1, pair[1].0, "{item}");
        }
        let last = periods.last().unwrap().1;
        match text(&sub["status"]).as_str() {
            // Billed up to and beyond the end of the history.
            "active" | "past_due" | "trialing" => assert!(last >= end(), "{item}"),
            "canceled" => assert!(last >= sub["ended_at"].as_i64().unwrap(), "{item}"),
            _ => {}
        }
    }
}

#[test]
fn invoices_add_up() {
    for invoice in INVOICES.iter() {
        let number = |field: &str| invoice[field].as_i64().unwrap();
        let sum: i64 = lines(invoice).iter().map(|line| line.amount).sum();
        assert_eq!(number("subtotal"), sum);
        assert_eq!(
            number("amount_due"),
            number("amount_paid") + number("amount_remaining")
        );
        assert_eq!(number("amount_due"), number("total").max(0));
    }
}

#[test]
fn nothing_is_dated_after_the_last_day() {
    for invoice in INVOICES.iter() {
        assert!(invoice["created"].as_i64().unwrap() < end());
        let moments = invoice["status_transitions"].as_object().unwrap();
        assert!(
            moments
                .values()
                .all(|at| at.as_i64().is_none_or(|at| at < end()))
        );
    }
    for sub in SUBSCRIPTIONS.iter() {
        for field in ["created", "ended_at", "canceled_at"] {
            assert!(sub[field].as_i64().is_none_or(|at| at < end()), "{field}");
        }
    }
    let next_day = as_of().succ_opt().unwrap().to_string();
    for ticket in RAW.json("zendesk/ticket_metrics.jsonl") {
        for field in ["created_at", "updated_at", "solved_at"] {
            assert!(
                ticket[field]
                    .as_str()
                    .is_none_or(|at| at < next_day.as_str())
            );
        }
    }
    for (file, field) in [
        ("salesforce/Lead.csv", "SystemModstamp"),
        ("salesforce/Account.csv", "SystemModstamp"),
        ("salesforce/Opportunity.csv", "SystemModstamp"),
        ("reference/marketing_spend.csv", "day"),
    ] {
        assert!(
            RAW.csv(file).iter().all(|row| row[field] < next_day),
            "{file}"
        );
    }
}

#[test]
fn the_api_was_upgraded_once() {
    let newest_older = INVOICES
        .iter()
        .filter(|invoice| invoice.get("parent").is_none())
        .filter_map(|invoice| invoice["created"].as_i64())
        .max()
        .unwrap();
    let oldest_newer = INVOICES
        .iter()
        .filter(|invoice| invoice.get("parent").is_some())
        .filter_map(|invoice| invoice["created"].as_i64())
        .min()
        .unwrap();
    assert!(newest_older < oldest_newer);
}

/// Customer id -> has a subscription that earns now, of those that ever paid.
fn earners() -> HashMap<String, bool> {
    let mut earners = HashMap::new();
    for invoice in INVOICES.iter() {
        if invoice["status"] == "paid" && invoice["amount_paid"].as_i64().unwrap() > 0 {
            earners.insert(text(&invoice["customer"]), false);
        }
    }
    for sub in SUBSCRIPTIONS.iter() {
        if (sub["status"] == "active" || sub["status"] == "past_due")
            && let Some(earns) = earners.get_mut(sub["customer"].as_str().unwrap())
        {
            *earns = true;
        }
    }
    earners
}

fn share<T>(items: &[T], holds: impl Fn(&T) -> bool) -> f64 {
    items.iter().filter(|item| holds(item)).count() as f64 / items.len() as f64
}

#[test]
fn a_believable_share_stays_and_converts() {
    assert_eq!(RAW.summary.customers, 500);
    let earners: Vec<bool> = earners().into_values().collect();
    let active = share(&earners, |earns| *earns);
    assert!((0.54..0.72).contains(&active), "active {active}");
    let over: Vec<&Value> = SUBSCRIPTIONS
        .iter()
        .filter(|sub| sub["trial_end"].as_i64().is_some_and(|at| at < end()))
        .collect();
    let converted = share(&over, |sub| {
        sub["items"]["data"][0]["id"].is_string()
            && !(sub["status"] == "paused"
                || sub["ended_at"].is_i64() && sub["ended_at"] == sub["trial_end"])
    });
    assert!((0.35..0.55).contains(&converted), "trials {converted}");
    let leads = RAW.summary.leads as f64 / 500.0;
    assert!((4.0..6.0).contains(&leads), "leads {leads}");
}

#[test]
fn referrals_stay_longer_than_paid_search() {
    let channel: HashMap<String, String> = RAW
        .csv("salesforce/Lead.csv")
        .into_iter()
        .map(|lead| {
            (
                lead["ConvertedAccountId"].chars().take(15).collect(),
                lead["LeadSource"].clone(),
            )
        })
        .collect();
    let earners = earners();
    let mut kept: HashMap<&str, Vec<bool>> = HashMap::new();
    for customer in RAW.json("stripe/customers.jsonl") {
        let account = customer.pointer("/metadata/salesforce_account_id");
        let account: Option<String> =
            account.map(|id| id.as_str().unwrap().chars().take(15).collect());
        if let Some(source) = account.and_then(|id| channel.get(&id))
            && let Some(earns) = earners.get(customer["id"].as_str().unwrap())
        {
            kept.entry(source).or_default().push(*earns);
        }
    }
    let of = |source: &str| share(&kept[source], |earns| *earns);
    assert!(
        of("Referral") > of("Paid Search") + 0.1,
        "{} {}",
        of("Referral"),
        of("Paid Search")
    );
}

#[test]
fn the_outage_is_the_busiest_day_and_the_price_rise_is_felt() {
    let mut days: BTreeMap<String, usize> = BTreeMap::new();
    for ticket in RAW.json("zendesk/tickets.jsonl") {
        *days
            .entry(text(&ticket["created_at"])[..10].to_owned())
            .or_default() += 1;
    }
    let busiest = days.iter().max_by_key(|(_, tickets)| **tickets).unwrap();
    assert!(
        ["2026-06-02", "2026-06-03"].contains(&busiest.0.as_str()),
        "{busiest:?}"
    );

    let expensive = |from: i64, to: i64| {
        SUBSCRIPTIONS
            .iter()
            .filter(|sub| {
                sub.pointer("/cancellation_details/feedback") == Some(&"too_expensive".into())
            })
            .filter(|sub| (from..to).contains(&sub["canceled_at"].as_i64().unwrap()))
            .count()
    };
    let rise = end() - 243 * 86_400;
    let quarter = 90 * 86_400;
    assert!(expensive(rise, rise + quarter) > 2 * expensive(rise - quarter, rise));
}

#[test]
fn a_region_opens_in_the_second_year() {
    let countries: HashSet<String> = RAW
        .csv("reference/country_regions.csv")
        .into_iter()
        .filter(|row| row["region"] == "Latin America")
        .map(|row| row["country"].clone())
        .collect();
    let leads = RAW.csv("salesforce/Lead.csv");
    let first = leads
        .iter()
        .filter(|lead| countries.contains(&lead["Country"]))
        .map(|lead| lead["CreatedDate"].as_str())
        .min()
        .unwrap();
    assert!(("2024-11-01".."2025-02-01").contains(&first), "{first}");
}

#[test]
fn customers_are_recognised_in_every_way_and_some_in_none() {
    let overrides: HashSet<String> = RAW
        .csv("reference/identity_overrides.csv")
        .iter()
        .map(|row| row["id"].clone())
        .collect();
    let names: HashSet<String> = RAW
        .csv("salesforce/Account.csv")
        .iter()
        .map(|row| row["Name"].to_uppercase())
        .collect();
    let mut by: HashMap<&str, Vec<Value>> = HashMap::new();
    for customer in RAW.json("stripe/customers.jsonl") {
        let email = customer["email"].as_str().unwrap();
        let name = customer["name"].as_str().unwrap();
        let named = names.iter().any(|account| account.starts_with(name));
        let way = if customer
            .pointer("/metadata/salesforce_account_id")
            .is_some()
        {
            "id"
        } else if overrides.contains(customer["id"].as_str().unwrap()) {
            "override"
        } else if email.ends_with(".example") {
            "domain"
        } else if named {
            "name"
        } else {
            "none"
        };
        by.entry(way).or_default().push(customer);
    }
    let total: usize = by.values().map(Vec::len).sum();
    for (way, least, most) in [
        ("id", 0.7, 0.87),
        ("domain", 0.08, 0.18),
        ("name", 0.02, 0.07),
        ("override", 0.004, 0.03),
        ("none", 0.01, 0.06),
    ] {
        let share = by.get(way).map_or(0, Vec::len) as f64 / total as f64;
        assert!((least..most).contains(&share), "{way}: {share}");
    }
}

//! What was restated, in sentences: of all, and of one month.

use chrono::NaiveDate;

use super::{Counted, Difference, How, Restated, Restatement, SourceChange};
use crate::date::{month_end, month_start};
use crate::format::{self, Formatter, NO_VALUE};
use crate::metric::Unit;
use crate::view::Span;

/// A difference in full with its sign: `+$8,012.50`, `−1.25 pp`.
fn signed(formatter: &Formatter, unit: Unit, by: f64) -> String {
    match unit {
        Unit::Money | Unit::Count if by > 0.0 => format!("+{}", formatter.value(unit, Some(by))),
        Unit::Money | Unit::Count => formatter.value(unit, Some(by)),
        _ => formatter.difference(unit, by),
    }
}

/// `1 fact`, `12 facts`.
fn some(number: usize, thing: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {thing}{plural}", format::count(number as i64))
}

impl Restatement {
    /// The whole in one or two sentences.
    pub fn sentence(&self) -> String {
        let until = format::date(self.through);
        if self.is_empty() {
            return format!("Nothing was restated: every value until {until} is unchanged.");
        }
        let mut metrics: Vec<&str> = self.restated.iter().map(|one| one.metric.id).collect();
        metrics.sort_unstable();
        metrics.dedup();
        let mut months: Vec<NaiveDate> = self.restated.iter().map(|one| one.month).collect();
        months.dedup();
        let what = match metrics.len() {
            0 => format!("No metric of all customers changed until {until}"),
            1 => format!(
                "1 metric changed in {} until {until}",
                some(months.len(), "month")
            ),
            many => format!(
                "{} changed in {} until {until}",
                some(many, "metric"),
                some(months.len(), "month")
            ),
        };
        let who = match self.facts.are_known() {
            true => format!("; {}", self.counted_facts(self.facts.iter())),
            false => String::new(),
        };
        format!("{what}{who}. {}", self.why())
    }

    /// What has another value because days passed, in a sentence.
    pub fn ripening(&self) -> String {
        let mut names: Vec<&str> = Vec::new();
        for one in &self.ripened {
            if !names.contains(&one.metric.label) {
                names.push(one.metric.label);
            }
        }
        format!(
            "These metrics are dated by when something began, so their past values change by definition; late records are included: {}.",
            names.join(", ")
        )
    }

    /// The cause in a sentence, and what is uncertain.
    pub fn why(&self) -> String {
        let reasons = &self.reasons;
        let settings = reasons.settings.iter();
        let mut parts: Vec<String> = settings
            .map(|one| format!("{} (before: {})", one.after, one.before))
            .collect();
        if reasons.code == Some(true) {
            parts.push("the models or the program changed".to_owned());
        }
        let sentence = match (parts.is_empty(), reasons.data) {
            (true, _) => "Cause: records that came late, were corrected or withdrawn".to_owned(),
            (false, true) => format!(
                "Cause: {}; records changed too, since values changed that this cannot explain",
                parts.join("; ")
            ),
            (false, false) => format!(
                "Cause: {}; it is unclear whether records changed as well",
                parts.join("; ")
            ),
        };
        match reasons.code {
            None => format!(
                "{sentence}. One of the snapshots does not record its program version, so its code may differ."
            ),
            Some(_) => format!("{sentence}."),
        }
    }

    /// What happened to one month, with its figures.
    pub fn month_sentence(&self, month: NaiveDate) -> String {
        let span = Span {
            from: month_start(month),
            to: month_end(month).min(self.through),
        };
        let facts = self.facts.counted(self.facts.within(span));
        let rows: Vec<&Restated> = self.of_month(month).collect();
        let first = rows.iter().find(|one| !one.carried).or(rows.first());
        let mut sentence = match first {
            None => "Facts differ, but no metric of all customers".to_owned(),
            // Where it is one customer's, the name says it all.
            Some(one) => self.metric_sentence(one, facts.customers != 1),
        };
        if rows.len() > 1 {
            let more = some(rows.len() - 1, "other metric");
            sentence = format!("{sentence}; {more} changed");
        }
        if rows.iter().any(|one| !one.carried) || facts.total() > 0 {
            match (self.facts.are_known(), facts.total()) {
                (true, 0) => format!("{sentence}. No fact of a customer differs in the month."),
                (true, _) => format!(
                    "{sentence}. In the month {}.",
                    self.counted_facts(self.facts.within(span))
                ),
                (false, _) => format!("{sentence}."),
            }
        } else {
            format!(
                "{sentence}. Nothing changed in the month itself: it carries an earlier change forward."
            )
        }
    }
}

/// Both values of a number and their difference, written for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figures {
    /// In the first snapshot, in its currency.
    pub before: String,
    /// In the second.
    pub after: String,
    /// The difference with its sign; none where there is no value, or the two are in different
    /// currencies.
    pub by: Option<String>,
}

impl Restatement {
    /// The figures of a metric in a month.
    pub fn figures(&self, one: &Restated) -> Figures {
        self.written(one.metric.unit, one.before, one.after)
    }

    /// The figures of a fact.
    pub fn fact_figures(&self, one: &Difference) -> Figures {
        let unit = self.facts.unit(one);
        let value = |value: i64, is_there: bool| is_there.then_some(value as f64);
        self.written(
            unit,
            value(one.before, one.how != How::Added),
            value(one.after, one.how != How::Withdrawn),
        )
    }

    fn written(&self, unit: Unit, before: Option<f64>, after: Option<f64>) -> Figures {
        let currencies = [&self.before, &self.after].map(|side| side.currency.as_str());
        let [first, second] = currencies.map(Formatter::new);
        let comparable = unit != Unit::Money || first == second;
        let by = before.zip(after).filter(|_| comparable);
        Figures {
            before: first.value(unit, before),
            after: second.value(unit, after),
            by: by.map(|(before, after)| signed(&second, unit, after - before)),
        }
    }

    /// `MRR is $12,300.00 instead of $12,000.00 (+$300.00), all of it in plan Pro`.
    fn metric_sentence(&self, one: &Restated, of_whom: bool) -> String {
        let Figures { before, after, by } = self.figures(one);
        let named = |value: String, none: &str| match value.as_str() {
            NO_VALUE => none.to_owned(),
            _ => value,
        };
        let (before, after) = (named(before, "no value"), named(after, "without value"));
        let by = by.map_or_else(String::new, |by| format!(" ({by})"));
        let within = one.within.iter();
        let within = within
            .map(|(dimension, value)| format!("{} {value}", dimension.label().to_lowercase()));
        let within: Vec<String> = within.collect();
        let within = match of_whom && !within.is_empty() {
            false => String::new(),
            true => format!(", all of it in {}", within.join(", ")),
        };
        format!(
            "{} is {after} instead of {before}{by}{within}",
            one.metric.label
        )
    }
}

impl Restatement {
    /// `13 facts of 5 customers differ (12 added, 1 withdrawn)`; of a single customer, by name.
    fn counted_facts<'a>(&'a self, facts: impl Iterator<Item = &'a Difference> + Clone) -> String {
        let counted = self.facts.counted(facts.clone());
        let only = facts.take(1).filter(|_| counted.customers == 1);
        let only = only.map(|one| self.facts.name(one).to_owned()).next();
        let who = only.unwrap_or_else(|| some(counted.customers, "customer"));
        counted_facts(&counted, &who)
    }
}

fn counted_facts(counted: &Counted, who: &str) -> String {
    let kinds = How::ALL
        .into_iter()
        .zip(counted.facts)
        .filter(|(_, facts)| *facts > 0);
    let parts: Vec<String> = kinds
        .map(|(how, facts)| format!("{} {}", format::count(facts as i64), how.label()))
        .collect();
    if parts.is_empty() {
        return "no fact of a customer differs".to_owned();
    }
    let verb = if counted.total() == 1 {
        "differs"
    } else {
        "differ"
    };
    format!(
        "{} of {who} {verb} ({})",
        some(counted.total(), "fact"),
        parts.join(", ")
    )
}

impl SourceChange {
    /// `1,204 records until Feb 20, 2026 → 1,250 records until Feb 25, 2026`.
    pub fn words(&self) -> String {
        let side = |side: Option<(u64, Option<NaiveDate>)>| match side {
            None => "not connected".to_owned(),
            Some((rows, through)) => {
                let rows = some(usize::try_from(rows).unwrap_or(usize::MAX), "record");
                through.map_or(rows.clone(), |day| {
                    format!("{rows} until {}", format::date(day))
                })
            }
        };
        format!("{} → {}", side(self.before), side(self.after))
    }
}

//! What a metric is: its words, its unit, and how it is formed from the columns of marts.

use crate::dimension::Dimension;
use crate::mart;

/// The column of a sum that counts rows.
pub const ROWS: &str = "(rows)";

/// Which rows of a mart a term adds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rows {
    /// All rows of the mart.
    All,
    /// Those with a value in a key column.
    With(&'static str, &'static str),
    /// Those in which a date is known.
    Known(&'static str),
}

/// A column of a mart times a factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Term {
    /// The column, or [`ROWS`].
    pub column: &'static str,
    /// What it is multiplied with.
    pub factor: i64,
    /// The rows added.
    pub rows: Rows,
}

/// A column, added.
pub const fn plus(column: &'static str) -> Term {
    times(column, 1)
}

/// A column, subtracted.
pub const fn minus(column: &'static str) -> Term {
    times(column, -1)
}

/// A column times a factor.
pub const fn times(column: &'static str, factor: i64) -> Term {
    let rows = Rows::All;
    Term {
        column,
        factor,
        rows,
    }
}

impl Term {
    /// The same of some rows only.
    pub const fn of(self, rows: Rows) -> Term {
        Term { rows, ..self }
    }
}

/// A sum over the daily flows of the whole lifecycle.
pub(crate) const fn daily(terms: &'static [Term]) -> Sum {
    Sum {
        mart: "lifecycle_daily",
        terms,
    }
}

/// A sum of terms over the rows of one mart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sum {
    /// Name of the mart.
    pub mart: &'static str,
    /// The terms.
    pub terms: &'static [Term],
}

/// How a value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unit {
    /// Minor units of the reporting currency.
    Money,
    /// A number of things.
    Count,
    /// A share of one, written in percent; changes are percentage points.
    Rate,
    /// A factor, written with ×.
    Ratio,
    /// A decimal number.
    Decimal,
    /// Minutes, written in the unit that fits.
    Minutes,
    /// A number of days.
    Days,
}

impl Unit {
    /// All units.
    pub const ALL: [Unit; 7] = [
        Unit::Money,
        Unit::Count,
        Unit::Rate,
        Unit::Ratio,
        Unit::Decimal,
        Unit::Minutes,
        Unit::Days,
    ];

    /// The unit in a word.
    pub const fn label(self) -> &'static str {
        match self {
            Unit::Money => "amount",
            Unit::Count => "count",
            Unit::Rate => "%",
            Unit::Ratio => "ratio",
            Unit::Decimal => "number",
            Unit::Minutes => "minutes",
            Unit::Days => "days",
        }
    }
}

/// Which direction is good news.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Polarity {
    /// More is better.
    UpGood,
    /// Less is better.
    DownGood,
    /// Neither more nor less is better.
    Neutral,
}

impl Polarity {
    /// The direction in words.
    pub const fn label(self) -> &'static str {
        match self {
            Polarity::UpGood => "more is better",
            Polarity::DownGood => "less is better",
            Polarity::Neutral => "neither direction is better",
        }
    }
}

/// A number formed for some span of days. The rows of a mart by month count on the last day of
/// their month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantity {
    /// What happened within the span.
    Flow(Sum),
    /// What had accumulated at the end of the day before the span; a divisor, so zero gives no
    /// value.
    Opening(Sum),
    /// What has accumulated at the end of the span.
    Closing(Sum),
    /// The mean over the span's days of what had accumulated at each day's end.
    MeanDaily(Sum),
    /// What happened in the last days of the span, however long it is.
    TrailingFlow(i32, Sum),
    /// What had accumulated before those last days; a divisor, so zero gives no value.
    TrailingOpening(i32, Sum),
    /// The rows of the last month that is over at the end of the span.
    LastMonth(Sum),
    /// What happened within the calendar months that lie in the span as a whole. In a span without
    /// such a month: what happened within it, brought to the length of an average month (365/12
    /// days).
    MonthlyFlow(Sum),
    /// What had accumulated at the end of the day before each of those months, added up over the
    /// months. In a span without such a month: what had accumulated before the span. A divisor, so
    /// zero gives no value.
    MonthlyOpening(Sum),
    /// All rows, of a mart that knows the snapshot's day only: no value for a span that ends on
    /// another day.
    AsOf(Sum),
}

/// How the buckets of a histogram follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Buckets {
    /// Every whole number is one: percentiles go straight from one number in order to the next.
    Exact,
    /// After b comes the greater of b + 1 and 1.1 × b, rounded down: percentiles go straight
    /// through a bucket.
    Widening,
}

/// How a metric is formed: the engine obeys it, and no chart decides it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// One quantity; it adds over rows.
    Is(Quantity),
    /// The product of `over`, times `scale`, divided by the product of `under`; none when that is
    /// zero.
    Ratio {
        /// Factors above the line.
        over: &'static [Quantity],
        /// Factors below the line.
        under: &'static [Quantity],
        /// Constant factor.
        scale: f64,
    },
    /// A percentile of what happened within the span, from the counts by the mart's column
    /// `bucket`.
    Percentile {
        /// The counts.
        of: Sum,
        /// Which, from 0 to 100.
        percent: u8,
        /// What a bucket holds.
        buckets: Buckets,
    },
}

/// A choice that shapes numbers, made in the settings of a build.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setting {
    /// Whether discounts lower MRR.
    MrrDiscounts,
    /// The day on which a churn is dated.
    ChurnDate,
    /// What amounts are in.
    Currency,
    /// Where a day begins.
    Timezone,
}

impl Setting {
    /// Name in the settings file.
    pub const fn key(self) -> &'static str {
        match self {
            Setting::MrrDiscounts => "mrr_discounts",
            Setting::ChurnDate => "churn_date",
            Setting::Currency => "currency",
            Setting::Timezone => "timezone",
        }
    }
}

/// One metric of the registry, known by its id.
#[derive(Debug)]
pub struct Metric {
    /// Stable name, used in files and element ids.
    pub id: &'static str,
    /// Name for people, unique.
    pub label: &'static str,
    /// One sentence: what it shows.
    pub help: &'static str,
    /// How it is computed, in words.
    pub formula: &'static str,
    /// How it is written.
    pub unit: Unit,
    /// Which direction is good.
    pub polarity: Polarity,
    /// How it is formed.
    pub kind: Kind,
    /// Dimensions whose filters it cannot follow although its marts have them, because its facts
    /// have no value there.
    pub blind: &'static [Dimension],
    /// Of an average monthly rate: the same rate over the whole window, shown beside it.
    pub over_window: Option<&'static Metric>,
}

impl PartialEq for Metric {
    fn eq(&self, other: &Metric) -> bool {
        self.id == other.id
    }
}

impl Eq for Metric {}

impl Metric {
    /// Whether its value for a period that is not over is of another kind than for a whole one,
    /// because it counts what happened within the period: drawn beside whole periods it would look
    /// like a drop. Stocks, and what is formed from them alone, are comparable on any day.
    pub fn needs_whole_period(&self) -> bool {
        match self.kind {
            Kind::Percentile { .. } => true,
            _ => self
                .quantities()
                .any(|quantity| matches!(quantity, Quantity::Flow(_) | Quantity::MonthlyFlow(_))),
        }
    }

    /// Whether it is an average monthly rate, to be labelled "per month".
    pub fn is_per_month(&self) -> bool {
        self.over_window.is_some()
    }

    /// Whether every value is a whole number.
    pub fn is_whole(&self) -> bool {
        matches!(self.kind, Kind::Is(quantity) if !matches!(quantity, Quantity::MeanDaily(_)))
    }

    /// Whether it is known for the snapshot's day only, so that there is no course over time.
    pub fn has_no_history(&self) -> bool {
        self.quantities()
            .any(|quantity| matches!(quantity, Quantity::AsOf(_)))
    }

    /// Whether it can obey a filter on a dimension.
    pub fn follows(&self, dimension: Dimension) -> bool {
        let carried = |name| mart::find(name).is_some_and(|mart| mart.has_dimension(dimension));
        !self.blind.contains(&dimension) && self.marts().into_iter().all(carried)
    }

    /// Names of the marts it is formed from, each once.
    pub fn marts(&self) -> Vec<&'static str> {
        let mut marts = Vec::new();
        for sum in self.sums() {
            if !marts.contains(&sum.mart) {
                marts.push(sum.mart);
            }
        }
        marts
    }

    /// Every column sum it is formed from.
    pub fn sums(&self) -> Vec<Sum> {
        match self.kind {
            Kind::Percentile { of, .. } => vec![of],
            _ => self.quantities().map(|quantity| quantity.sum()).collect(),
        }
    }

    /// The settings that shape it.
    pub fn settings(&self) -> Vec<Setting> {
        // The settings follow from what is summed: the mart, the column and its rows.
        let sums = self.sums();
        let names = |sum: &Sum| {
            let of = sum.mart;
            let term = move |t: &Term| format!("{of} {} {:?}", t.column, t.rows);
            sum.terms.iter().map(term).collect::<Vec<_>>()
        };
        let summed: Vec<String> = sums.iter().flat_map(names).collect();
        let any = |parts: &[&str]| {
            let mut summed = summed.iter();
            summed.any(|name| parts.iter().any(|part| name.contains(part)))
        };
        // What a discount makes free is not active; when a churn is dated moves what depends on
        // being active.
        let billed = any(&["mrr", "customer", "churned", "stage", "trial"]);
        let ends = any(&["churn", "reactiv", "retained", "_now", "_active", "stage"]);
        let settings = [
            (Setting::MrrDiscounts, billed),
            (Setting::ChurnDate, ends),
            (Setting::Currency, self.unit == Unit::Money),
            (Setting::Timezone, true),
        ];
        let shaping = settings.into_iter().filter(|(_, shapes)| *shapes);
        shaping.map(|(setting, _)| setting).collect()
    }

    fn quantities(&self) -> impl Iterator<Item = Quantity> {
        let (one, over, under): (_, &[Quantity], &[Quantity]) = match self.kind {
            Kind::Is(quantity) => (Some(quantity), &[], &[]),
            Kind::Ratio { over, under, .. } => (None, over, under),
            Kind::Percentile { .. } => (None, &[], &[]),
        };
        one.into_iter().chain(over.iter().chain(under).copied())
    }
}

impl Quantity {
    /// Whether it is a divisor wherever it stands, so that a zero one leaves no value.
    pub fn divides(&self) -> bool {
        matches!(
            self,
            Quantity::Opening(_) | Quantity::TrailingOpening(..) | Quantity::MonthlyOpening(_)
        )
    }

    /// The column sum it accumulates.
    pub fn sum(&self) -> Sum {
        match *self {
            Quantity::Flow(sum)
            | Quantity::Opening(sum)
            | Quantity::Closing(sum)
            | Quantity::MeanDaily(sum)
            | Quantity::TrailingFlow(_, sum)
            | Quantity::TrailingOpening(_, sum)
            | Quantity::LastMonth(sum)
            | Quantity::MonthlyFlow(sum)
            | Quantity::MonthlyOpening(sum)
            | Quantity::AsOf(sum) => sum,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::{CUSTOMER_CHURN_RATE, LEADS_CREATED, MRR, MRR_NEW, STAGE_CHURNED};

    #[test]
    fn only_settings_that_shape_a_number_are_named_beside_it() {
        use Setting::*;
        let all = vec![MrrDiscounts, ChurnDate, Currency, Timezone];
        assert_eq!(MRR.settings(), all);
        assert_eq!(MRR_NEW.settings(), [MrrDiscounts, Currency, Timezone]);
        let ends = [MrrDiscounts, ChurnDate, Timezone];
        assert_eq!(CUSTOMER_CHURN_RATE.settings(), ends);
        assert_eq!(STAGE_CHURNED.settings(), ends);
        assert_eq!(LEADS_CREATED.settings(), [Timezone]);
    }
}

//! What a metric is: its words, its unit, and how it is formed from the columns of a mart.

use crate::dimension::Dimension;
use crate::view::Filters;

/// A weighted sum of mart columns, such as `[("customers_new", 1), ("customers_churned_voluntary", -1)]`.
pub type Sum = &'static [(&'static str, i64)];

/// How a value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unit {
    /// Minor units of the reporting currency.
    Money,
    /// Things.
    Count,
    /// A share of one, written in percent; changes are percentage points.
    Rate,
    /// A factor, written with ×.
    Ratio,
    /// A decimal number.
    Decimal,
}

/// Which direction is good news.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Polarity {
    /// More is better.
    UpGood,
    /// Less is better.
    DownGood,
    /// Neither.
    Neutral,
}

/// A number formed from daily flows for some span of days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantity {
    /// What happened within the span.
    Flow(Sum),
    /// What had accumulated at the end of the day before the span; a divisor, so zero gives no value.
    Opening(Sum),
    /// What has accumulated at the end of the span.
    Closing(Sum),
    /// The mean over the span's days of what had accumulated at each day's end.
    MeanDaily(Sum),
    /// What happened in the last days of the span, however long it is.
    TrailingFlow(i32, Sum),
    /// What had accumulated before those last days; a divisor, so zero gives no value.
    TrailingOpening(i32, Sum),
}

/// How a metric adds: the engine obeys it, and no chart decides it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// Adds over rows and over time.
    Flow(Sum),
    /// Adds over rows; over time the last day counts. The sum is of the flows that change it.
    Stock(Sum),
    /// The product of `over`, times `scale`, divided by the product of `under`; none when that is zero.
    Ratio {
        /// Factors above the line.
        over: &'static [Quantity],
        /// Factors below the line.
        under: &'static [Quantity],
        /// Constant factor.
        scale: f64,
    },
}

/// One metric of the registry.
#[derive(Debug, PartialEq)]
pub struct Metric {
    /// Stable name, used in files and element ids.
    pub id: &'static str,
    /// Name for people, unique.
    pub label: &'static str,
    /// One sentence: what it tells.
    pub help: &'static str,
    /// How it is computed, in words.
    pub formula: &'static str,
    /// The mart it is formed from.
    pub mart: &'static str,
    /// How it is written.
    pub unit: Unit,
    /// Which direction is good.
    pub polarity: Polarity,
    /// How it is formed.
    pub kind: Kind,
    /// Dimensions whose filters it cannot follow, because its facts have no value there.
    pub blind: &'static [Dimension],
}

impl Metric {
    /// Whether it is a stock, of which the last day counts.
    pub fn is_stock(&self) -> bool {
        matches!(self.kind, Kind::Stock(_))
    }

    /// Whether its value for a period that is not over is of another kind than for a whole one, because it counts what
    /// happened within the period: drawn beside whole periods it would look like a drop. Stocks, and what is formed from
    /// them alone, are comparable on any day.
    pub fn needs_whole_period(&self) -> bool {
        match self.kind {
            Kind::Flow(_) => true,
            Kind::Stock(_) => false,
            Kind::Ratio { over, under, .. } => over
                .iter()
                .chain(under)
                .any(|quantity| matches!(quantity, Quantity::Flow(_))),
        }
    }

    /// Whether every value is a whole number.
    pub fn is_whole(&self) -> bool {
        !matches!(self.kind, Kind::Ratio { .. })
    }

    /// The filtered dimensions that this metric cannot follow; a chart must say so instead of showing zeros.
    pub fn cannot_follow(&self, filters: &Filters) -> Vec<Dimension> {
        filters
            .iter()
            .map(|(dimension, _)| dimension)
            .filter(|dimension| self.blind.contains(dimension))
            .collect()
    }

    /// Every column sum it is formed from.
    pub fn sums(&self) -> Vec<Sum> {
        match self.kind {
            Kind::Flow(sum) | Kind::Stock(sum) => vec![sum],
            Kind::Ratio { over, under, .. } => {
                over.iter().chain(under).map(Quantity::sum).collect()
            }
        }
    }
}

impl Quantity {
    /// Whether it is a divisor wherever it stands, so that a zero one leaves no value.
    pub fn divides(&self) -> bool {
        matches!(self, Quantity::Opening(_) | Quantity::TrailingOpening(..))
    }

    /// The column sum it accumulates.
    pub fn sum(&self) -> Sum {
        match self {
            Quantity::Flow(sum)
            | Quantity::Opening(sum)
            | Quantity::Closing(sum)
            | Quantity::MeanDaily(sum)
            | Quantity::TrailingFlow(_, sum)
            | Quantity::TrailingOpening(_, sum) => sum,
        }
    }
}

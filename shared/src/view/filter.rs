//! Which values of the dimensions count.

use crate::dimension::Dimension;
use crate::metric::Metric;

/// Condition on one dimension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// Whether the values are left out instead of kept.
    pub exclude: bool,
    /// The values, ascending and distinct in canonical form; none at all means no condition.
    pub values: Vec<String>,
}

impl Filter {
    /// Keeps only these values.
    pub fn include(values: impl IntoIterator<Item = impl Into<String>>) -> Filter {
        Filter {
            exclude: false,
            values: values.into_iter().map(Into::into).collect(),
        }
    }

    /// Leaves these values out.
    pub fn exclude(values: impl IntoIterator<Item = impl Into<String>>) -> Filter {
        Filter {
            exclude: true,
            ..Filter::include(values)
        }
    }

    /// Whether a value passes.
    pub fn allows(&self, value: &str) -> bool {
        self.values.is_empty() || self.values.iter().any(|v| v == value) != self.exclude
    }
}

/// At most one condition per dimension; all must hold.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filters([Option<Filter>; Dimension::COUNT]);

impl Filters {
    /// The condition on a dimension.
    pub fn get(&self, dimension: Dimension) -> Option<&Filter> {
        self.0[dimension.index()].as_ref()
    }

    /// Replaces the condition on a dimension; one without values is no condition.
    pub fn set(&mut self, dimension: Dimension, filter: Option<Filter>) {
        self.0[dimension.index()] = filter
            .map(|mut filter| {
                // No value of the data is empty, and a URL could not say it.
                filter.values.retain(|value| !value.is_empty());
                filter.values.sort();
                filter.values.dedup();
                filter
            })
            .filter(|filter| !filter.values.is_empty());
    }

    /// The same with a condition replaced.
    pub fn with(mut self, dimension: Dimension, filter: Filter) -> Filters {
        self.set(dimension, Some(filter));
        self
    }

    /// The same without the condition on a dimension.
    pub fn without(&self, dimension: Dimension) -> Filters {
        let mut filters = self.clone();
        filters.set(dimension, None);
        filters
    }

    /// Adds a value to a dimension's condition, or takes it away; without a condition it starts an
    /// including one.
    pub fn toggle(&mut self, dimension: Dimension, value: &str) {
        let mut filter = self.0[dimension.index()]
            .take()
            .unwrap_or_else(|| Filter::include([""; 0]));
        match filter.values.iter().position(|v| v == value) {
            Some(at) => {
                filter.values.remove(at);
            }
            None => filter.values.push(value.to_owned()),
        }
        self.set(dimension, Some(filter));
    }

    /// Dimensions with a condition, in order.
    pub fn iter(&self) -> impl Iterator<Item = (Dimension, &Filter)> {
        Dimension::ALL
            .into_iter()
            .filter_map(|dimension| Some((dimension, self.get(dimension)?)))
    }

    /// The conditions in words: `Plan: Pro, Team`, `Region is not EMEA`.
    pub fn words(&self) -> Vec<String> {
        let condition = |(dimension, filter): (Dimension, &Filter)| {
            let relation = if filter.exclude { " is not" } else { ":" };
            format!(
                "{}{relation} {}",
                dimension.label(),
                filter.values.join(", ")
            )
        };
        self.iter().map(condition).collect()
    }

    /// Whether nothing is filtered.
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }

    pub(super) fn canonical(mut self) -> Filters {
        for dimension in Dimension::ALL {
            let filter = self.0[dimension.index()].take();
            self.set(dimension, filter);
        }
        self
    }
}

impl Metric {
    /// The filtered dimensions that it cannot follow. It has no value then, and a chart must say
    /// so.
    pub fn cannot_follow(&self, filters: &Filters) -> Vec<Dimension> {
        filters
            .iter()
            .map(|(dimension, _)| dimension)
            .filter(|dimension| !self.follows(*dimension))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_condition_keeps_or_leaves_out() {
        assert!(Filter::include(["Pro"]).allows("Pro"));
        assert!(!Filter::include(["Pro"]).allows("Team"));
        assert!(!Filter::exclude(["Pro"]).allows("Pro"));
        assert!(Filter::exclude(["Pro"]).allows("Team"));
        assert!(Filter::include([""; 0]).allows("Team"));
    }

    #[test]
    fn conditions_are_told_in_words() {
        let filters = Filters::default()
            .with(Dimension::Region, Filter::exclude(["EMEA"]))
            .with(Dimension::Plan, Filter::include(["Team", "Pro"]));
        assert_eq!(filters.words(), ["Plan: Pro, Team", "Region is not EMEA"]);
    }

    #[test]
    fn toggling_twice_changes_nothing() {
        let mut filters = Filters::default();
        filters.toggle(Dimension::Plan, "Team");
        filters.toggle(Dimension::Plan, "Pro");
        let values = &filters.get(Dimension::Plan).expect("a filter").values;
        assert_eq!(values, &["Pro", "Team"]);
        filters.toggle(Dimension::Plan, "Pro");
        filters.toggle(Dimension::Plan, "Team");
        assert_eq!(filters, Filters::default());
        assert!(filters.is_empty());
    }
}

//! The five dimensions by which every chart can be filtered and split.

use std::cmp::Ordering;

/// A property of a customer that marts carry on every row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Dimension {
    /// Product name of the plan.
    Plan,
    /// Sales region, from the billing country.
    Region,
    /// Industry of the account.
    Industry,
    /// Head count band of the account.
    CompanySize,
    /// How the customer was first won.
    AcquisitionChannel,
}

impl Dimension {
    /// How many dimensions there are.
    pub const COUNT: usize = 5;

    /// All dimensions, in the order of mart columns and URL parameters.
    pub const ALL: [Dimension; Self::COUNT] = [
        Dimension::Plan,
        Dimension::Region,
        Dimension::Industry,
        Dimension::CompanySize,
        Dimension::AcquisitionChannel,
    ];

    /// Name of the mart column and of the URL parameter.
    pub const fn key(self) -> &'static str {
        match self {
            Dimension::Plan => "plan",
            Dimension::Region => "region",
            Dimension::Industry => "industry",
            Dimension::CompanySize => "company_size",
            Dimension::AcquisitionChannel => "acquisition_channel",
        }
    }

    /// Name for people.
    pub const fn label(self) -> &'static str {
        match self {
            Dimension::Plan => "Plan",
            Dimension::Region => "Region",
            Dimension::Industry => "Industry",
            Dimension::CompanySize => "Company size",
            Dimension::AcquisitionChannel => "Acquisition channel",
        }
    }

    /// Name for people where there is little room.
    pub const fn short_label(self) -> &'static str {
        match self {
            Dimension::CompanySize => "Size",
            Dimension::AcquisitionChannel => "Channel",
            _ => self.label(),
        }
    }

    /// Position in [`Dimension::ALL`].
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The dimension of a column or URL parameter name.
    pub fn from_key(key: &str) -> Option<Dimension> {
        Self::ALL
            .into_iter()
            .find(|dimension| dimension.key() == key)
    }

    /// Order in which values are shown: bands by their size, the rest by name, `none` and `unknown`
    /// last.
    pub fn compare_values(self, a: &str, b: &str) -> Ordering {
        self.rank(a).cmp(&self.rank(b)).then_with(|| a.cmp(b))
    }

    /// Sort group of a value; within a group names decide.
    fn rank(self, value: &str) -> u64 {
        const NAMED: u64 = u64::MAX - 2;
        match value {
            "none" => NAMED + 1,
            "unknown" => NAMED + 2,
            _ if self == Dimension::CompanySize => {
                let digits: String = value.chars().take_while(char::is_ascii_digit).collect();
                digits.parse().map_or(NAMED, |low: u32| u64::from(low))
            }
            _ => NAMED,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_find_their_dimension() {
        for (position, dimension) in Dimension::ALL.into_iter().enumerate() {
            assert_eq!(Dimension::from_key(dimension.key()), Some(dimension));
            assert_eq!(dimension.index(), position);
        }
        assert_eq!(Dimension::from_key("Plan"), None);
    }

    #[test]
    fn bands_sort_by_size_and_missing_values_come_last() {
        let mut sizes = ["unknown", "201-1000", "1001+", "11-50", "1-10", "51-200"];
        sizes.sort_by(|a, b| Dimension::CompanySize.compare_values(a, b));
        assert_eq!(
            sizes,
            ["1-10", "11-50", "51-200", "201-1000", "1001+", "unknown"]
        );
        let mut plans = ["unknown", "none", "Team", "Pro"];
        plans.sort_by(|a, b| Dimension::Plan.compare_values(a, b));
        assert_eq!(plans, ["Pro", "Team", "none", "unknown"]);
    }
}

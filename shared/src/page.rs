//! The pages of the dashboard: one list for the app, the server's paths and the keyboard.

/// A page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Page {
    /// Headline numbers, movements and what changed.
    Overview,
    /// How customers are won.
    Acquisition,
    /// How many customers stay.
    Retention,
    /// How many customers leave, and why.
    Churn,
    /// Support tickets.
    Support,
    /// The customers in a number.
    Customers,
    /// Past values that changed.
    History,
    /// Sources, checks, runs and lineage.
    Health,
    /// Every metric with its formula.
    Definitions,
}

/// What is the same wherever a page is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageSpec {
    /// Path without query.
    pub path: &'static str,
    /// Title for people.
    pub label: &'static str,
    /// The key that opens it after `g`.
    pub key: &'static str,
    /// Whether it shows numbers of the daily marts, so that it waits for them.
    pub has_numbers: bool,
    /// Whether the server announces the first mart with it.
    pub preloads_mart: bool,
}

impl Page {
    /// All pages, in the order of the navigation.
    pub const ALL: [Page; 9] = [
        Page::Overview,
        Page::Acquisition,
        Page::Retention,
        Page::Churn,
        Page::Support,
        Page::Customers,
        Page::History,
        Page::Health,
        Page::Definitions,
    ];

    /// The registry: one line per page.
    pub const fn spec(self) -> PageSpec {
        match self {
            Page::Overview => numbers("/", "Overview", "o"),
            Page::Acquisition => numbers("/acquisition", "Acquisition", "a"),
            Page::Retention => numbers("/retention", "Retention", "r"),
            Page::Churn => numbers("/churn", "Churn", "c"),
            Page::Support => numbers("/support", "Support", "s"),
            Page::Customers => numbers("/customers", "Customers", "u"),
            // Its comparison reads the mart, but the page does not wait for it.
            Page::History => PageSpec {
                has_numbers: false,
                ..numbers("/history", "History", "y")
            },
            Page::Health => reports("/health", "Health", "h"),
            Page::Definitions => reports("/definitions", "Definitions", "d"),
        }
    }

    /// Path without query.
    pub const fn path(self) -> &'static str {
        self.spec().path
    }

    /// Title for people.
    pub const fn label(self) -> &'static str {
        self.spec().label
    }

    /// The page of a path.
    pub fn from_path(path: &str) -> Option<Page> {
        Page::ALL.into_iter().find(|page| page.path() == path)
    }
}

/// A page with numbers of the daily marts.
const fn numbers(path: &'static str, label: &'static str, key: &'static str) -> PageSpec {
    PageSpec {
        path,
        label,
        key,
        has_numbers: true,
        preloads_mart: true,
    }
}

/// A page that shows the manifest and reports only.
const fn reports(path: &'static str, label: &'static str, key: &'static str) -> PageSpec {
    PageSpec {
        has_numbers: false,
        preloads_mart: false,
        ..numbers(path, label, key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_pages_share_a_path_a_title_or_a_key() {
        for (at, page) in Page::ALL.into_iter().enumerate() {
            let spec = page.spec();
            assert!(spec.path.starts_with('/'));
            assert_eq!(Page::from_path(spec.path), Some(page));
            for other in &Page::ALL[..at] {
                let other = other.spec();
                assert_ne!(spec.path, other.path);
                assert_ne!(spec.label, other.label);
                assert_ne!(spec.key, other.key);
            }
        }
        assert_eq!(Page::from_path("/nowhere"), None);
    }
}

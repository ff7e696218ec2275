//! The settings of retention: `[retention]` in `tidemark.toml`, and `TIDEMARK_RETENTION_DAILY` and the like.

use tidemark_snapshot::Retention;

use crate::Failure;
use crate::config::unknown_of;

/// Name of the section.
pub(crate) const SECTION: &str = "retention";

const KEYS: [&str; 3] = ["daily", "weekly", "monthly"];

/// Takes over the section; `place` tells where it was written.
pub(crate) fn set_section(
    retention: &mut Retention,
    section: toml::Table,
    place: &str,
) -> Result<(), Failure> {
    for (key, value) in section {
        set(retention, &key, &value.to_string(), place)?;
    }
    Ok(())
}

/// Takes over a variable, its name in small letters and without the prefix; false if it is no setting of retention.
pub(crate) fn set_variable(
    retention: &mut Retention,
    name: &str,
    value: &str,
    place: &str,
) -> Result<bool, Failure> {
    let key = name
        .strip_prefix(SECTION)
        .and_then(|rest| rest.strip_prefix('_'));
    key.map_or(Ok(false), |key| {
        set(retention, key, value, place).map(|()| true)
    })
}

fn set(retention: &mut Retention, key: &str, value: &str, place: &str) -> Result<(), Failure> {
    let count = match key {
        "daily" => &mut retention.daily,
        "weekly" => &mut retention.weekly,
        "monthly" => &mut retention.monthly,
        _ => {
            return Err(unknown_of(
                &format!("{SECTION}.{key}"),
                place,
                KEYS.into_iter(),
            ));
        }
    };
    *count = value.parse().map_err(|_| {
        Failure::Usage(format!(
            "{place}: `{SECTION}.{key}` is {value}, but must be a whole number, such as 90; 0 keeps all"
        ))
    })?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn section(text: &str) -> Result<Retention, String> {
        let mut retention = Retention::default();
        let table = text.parse().expect("TOML");
        set_section(&mut retention, table, "tidemark.toml")
            .map(|()| retention)
            .map_err(|error| error.to_string())
    }

    #[test]
    fn the_section_and_the_environment_say_how_much_is_kept() {
        let mut retention = section("daily = 7\nmonthly = 24").expect("settings");
        assert_eq!(
            (retention.daily, retention.weekly, retention.monthly),
            (7, 52, 24)
        );
        let set = set_variable(&mut retention, "retention_weekly", "0", "here");
        assert!(set.expect("a setting"));
        assert_eq!(retention.weekly, 0);
        let other = set_variable(&mut retention, "timezone", "UTC", "here");
        assert!(!other.expect("no error"));
    }

    #[test]
    fn what_does_not_fit_says_what_would() {
        for (text, wanted) in [
            ("daily = -1", "must be a whole number"),
            ("daily = \"many\"", "must be a whole number"),
            ("dayly = 7", "did you mean `daily`?"),
        ] {
            let error = section(text).expect_err(text);
            assert!(error.contains(wanted), "{error}");
        }
    }
}

//! The dashboard's colours in light, for pictures and e-mails: read from its tokens sheet, the one place that names them.

use std::collections::BTreeMap;

const TOKENS: &str = include_str!("../../../../style/tokens.css");

/// Colours by their names in the tokens sheet, with `_` for `-`: `series_main`, `ink_2`.
///
/// Of each name the first value counts, which is the one of the light theme.
pub(crate) fn light() -> BTreeMap<String, &'static str> {
    let mut colours = BTreeMap::new();
    for line in TOKENS.lines() {
        let property = line.trim().strip_prefix("--");
        let named = property.and_then(|property| property.strip_suffix(';')?.split_once(": "));
        if let Some((name, value)) = named.filter(|(_, value)| value.starts_with('#')) {
            colours.entry(name.replace('-', "_")).or_insert(value);
        }
    }
    colours
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_light_theme_is_read() {
        let colours = light();
        for name in [
            "surface",
            "ink",
            "ink_2",
            "border",
            "series_main",
            "good",
            "bad",
        ] {
            let value = colours.get(name).copied().unwrap_or_default();
            assert!(
                value.len() == 7 && value.starts_with('#'),
                "{name}: {value}"
            );
        }
        // Of the two values in the sheet the light one.
        assert_eq!(colours["surface"], "#ffffff");
    }
}

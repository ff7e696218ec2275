//! Mappings for the exports of known vendors: settings files of nothing but a source's section about its files.

use crate::Failure;
use crate::mapping::Files;

/// The presets, by name, each with its settings as text.
pub(crate) const PRESETS: [(&str, &str); 9] = [
    ("baremetrics", include_str!("../presets/baremetrics.toml")),
    ("chargebee", include_str!("../presets/chargebee.toml")),
    ("hubspot", include_str!("../presets/hubspot.toml")),
    ("intercom", include_str!("../presets/intercom.toml")),
    ("paddle", include_str!("../presets/paddle.toml")),
    ("recurly", include_str!("../presets/recurly.toml")),
    (
        "salesforce-report",
        include_str!("../presets/salesforce-report.toml"),
    ),
    ("stripe-csv", include_str!("../presets/stripe-csv.toml")),
    ("zendesk-csv", include_str!("../presets/zendesk-csv.toml")),
];

/// The settings of a preset.
///
/// # Errors
/// [`Failure::Usage`] if there is none of that name; lists them.
pub(crate) fn text(name: &str) -> Result<&'static str, Failure> {
    let found = PRESETS.iter().find(|(known, _)| *known == name);
    found.map(|(_, text)| *text).ok_or_else(|| {
        let names: Vec<&str> = PRESETS.iter().map(|(name, _)| *name).collect();
        Failure::Usage(format!(
            "there is no preset {name:?}; the presets are {}",
            names.join(", ")
        ))
    })
}

/// What the settings of a preset say about files.
///
/// # Errors
/// [`Failure::Usage`] if it is no valid settings file, which a test rules out.
pub(crate) fn files(name: &str, text: &str) -> Result<Files, Failure> {
    let mut files = Files::default();
    let place = format!("preset {name}");
    let table: toml::Table = text
        .parse()
        .map_err(|error: toml::de::Error| Failure::Usage(format!("{place}: {error}")))?;
    for (source, section) in table {
        if let toml::Value::Table(mut section) = section {
            files.take(&source, &mut section, &place)?;
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Settings;

    #[test]
    fn every_preset_is_a_settings_file_that_maps_columns() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("tidemark.toml");
        for (name, text) in PRESETS {
            std::fs::write(&path, text).expect("a written file");
            let settings = Settings::load(Some(&path), std::iter::empty()).expect(name);
            assert_eq!(settings.files, files(name, text).expect(name), "{name}");
            assert!(!settings.files.fields.is_empty(), "{name}");
        }
    }

    #[test]
    fn every_preset_maps_what_its_object_needs() {
        for (name, text) in PRESETS {
            for ((source, object), map) in &files(name, text).expect(name).fields {
                let columns: Vec<String> = map.values().cloned().collect();
                let place = (source.clone(), object.clone());
                let one = [(
                    name.to_owned(),
                    [(place, map.clone())].into_iter().collect(),
                )];
                let fits = tidemark_landing::inspect::fits(&columns, &one);
                let fit = fits
                    .iter()
                    .find(|fit| fit.preset.is_some() && fit.object == object.as_str())
                    .expect("a fit");
                assert_eq!(fit.missing, [""; 0], "{name}: {source}.{object}");
            }
        }
    }

    #[test]
    fn a_preset_there_is_not_is_refused_with_the_list() {
        let error = text("hubspott").expect_err("no such preset").to_string();
        assert!(error.contains("baremetrics, chargebee, hubspot"), "{error}");
    }
}

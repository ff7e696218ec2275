//! The colours of the drawings, read from the style sheet's variables.

/// The role of a series, which decides its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    Main,
    Compare,
    New,
    Reactivation,
    Expansion,
    Contraction,
    Churn,
    ChurnInvoluntary,
    Moved,
    Net,
    Value1,
    Value2,
    Value3,
    Value4,
    Value5,
    Value6,
    Others,
    StageLead,
    StageOpportunity,
    StageLost,
    StageWon,
    StageTrial,
    StageActive,
    StageChurned,
}

impl Tone {
    /// All tones.
    const ALL: [Tone; 24] = [
        Tone::Main,
        Tone::Compare,
        Tone::New,
        Tone::Reactivation,
        Tone::Expansion,
        Tone::Contraction,
        Tone::Churn,
        Tone::ChurnInvoluntary,
        Tone::Moved,
        Tone::Net,
        Tone::Value1,
        Tone::Value2,
        Tone::Value3,
        Tone::Value4,
        Tone::Value5,
        Tone::Value6,
        Tone::Others,
        Tone::StageLead,
        Tone::StageOpportunity,
        Tone::StageLost,
        Tone::StageWon,
        Tone::StageTrial,
        Tone::StageActive,
        Tone::StageChurned,
    ];

    const fn name(self) -> &'static str {
        match self {
            Tone::Main => "main",
            Tone::Compare => "compare",
            Tone::New => "new",
            Tone::Reactivation => "reactivation",
            Tone::Expansion => "expansion",
            Tone::Contraction => "contraction",
            Tone::Churn => "churn",
            Tone::ChurnInvoluntary => "churn-involuntary",
            Tone::Moved => "moved",
            Tone::Net => "net",
            Tone::Value1 => "value-1",
            Tone::Value2 => "value-2",
            Tone::Value3 => "value-3",
            Tone::Value4 => "value-4",
            Tone::Value5 => "value-5",
            Tone::Value6 => "value-6",
            Tone::Others => "others",
            Tone::StageLead => "stage-lead",
            Tone::StageOpportunity => "stage-opportunity",
            Tone::StageLost => "stage-lost",
            Tone::StageWon => "stage-won",
            Tone::StageTrial => "stage-trial",
            Tone::StageActive => "stage-active",
            Tone::StageChurned => "stage-churned",
        }
    }

    /// The class that gives an element this colour.
    pub(crate) fn class(self) -> String {
        format!("tone-{}", self.name())
    }
}

/// Colours in force, as the style sheet gives them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Palette {
    series: [String; Tone::ALL.len()],
    pub(crate) surface: String,
    pub(crate) ink: String,
    pub(crate) axis: String,
    pub(crate) gridline: String,
    pub(crate) pointer: String,
    pub(crate) area: String,
    pub(crate) heat: [String; 3],
    pub(crate) heat_ink: String,
    pub(crate) font: String,
}

impl Palette {
    /// The palette of a look-up from variable names to values.
    pub(crate) fn from_variables(read: impl Fn(&str) -> String) -> Palette {
        Palette {
            series: Tone::ALL.map(|tone| read(&format!("--series-{}", tone.name()))),
            surface: read("--surface"),
            ink: read("--ink"),
            axis: read("--axis"),
            gridline: read("--gridline"),
            pointer: read("--pointer"),
            area: read("--series-area"),
            heat: ["--heat-low", "--heat-mid", "--heat-high"].map(&read),
            heat_ink: read("--heat-ink"),
            font: read("--font"),
        }
    }

    /// The palette in force on the page.
    pub(crate) fn current() -> Palette {
        let window = leptos::prelude::window();
        let style = window
            .document()
            .and_then(|document| document.document_element())
            .and_then(|root| window.get_computed_style(&root).ok().flatten());
        Palette::from_variables(|name| {
            let value = style.as_ref().and_then(|s| s.get_property_value(name).ok());
            value.unwrap_or_default().trim().to_owned()
        })
    }

    /// The colour of a tone.
    pub(crate) fn tone(&self, tone: Tone) -> &str {
        &self.series[tone as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The variables that the palette reads must all be in the style sheet, in every theme.
    #[test]
    fn every_colour_is_defined_in_every_theme() {
        let sheet = include_str!("../../../style/tokens.css");
        let themes: Vec<&str> = sheet.split(" color-scheme:").skip(1).collect();
        assert_eq!(themes.len(), 3, "light, dark, dark by system");
        for (at, theme) in themes.iter().enumerate() {
            Palette::from_variables(|name| {
                let inherited = at > 0 && name == "--font";
                let defined = theme.contains(&format!("{name}:")) || inherited;
                // Fonts and sizes stand before the colours of the first theme.
                assert!(
                    defined || sheet.contains(&format!("{name}: ui-")),
                    "{name} in theme {at}"
                );
                name.to_owned()
            });
        }
    }

    /// Cells are written in one ink on every colour between the stops, and get no paler or darker
    /// than at a stop.
    #[test]
    fn cells_of_heat_maps_can_be_read_in_every_theme() {
        for palette in palettes() {
            for color in &palette.heat {
                let contrast = contrast(&palette.heat_ink, color);
                assert!(contrast >= 4.5, "{contrast:.2} on {color}");
            }
        }
    }

    #[test]
    fn every_series_stands_out_in_every_theme() {
        for palette in palettes() {
            for tone in Tone::ALL {
                let color = palette.tone(tone);
                let contrast = contrast(color, &palette.surface);
                assert!(contrast >= 3.0, "{contrast:.2} for {tone:?} {color}");
            }
        }
    }

    /// The palettes of all themes.
    fn palettes() -> Vec<Palette> {
        let sheet = include_str!("../../../style/tokens.css");
        let themes = sheet.split(" color-scheme:").skip(1);
        let palette = |theme: &str| {
            Palette::from_variables(|name| {
                let at = theme.split_once(&format!("{name}: "));
                at.and_then(|(_, rest)| rest.split_once(';'))
                    .map_or_else(String::new, |(value, _)| value.to_owned())
            })
        };
        themes.map(palette).collect()
    }

    fn contrast(a: &str, b: &str) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    fn luminance(color: &str) -> f64 {
        let part = |at: usize| {
            let value = u8::from_str_radix(&color[at..at + 2], 16).expect("hexadecimal");
            let value = f64::from(value) / 255.0;
            if value <= 0.03928 {
                value / 12.92
            } else {
                ((value + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
    }

    #[test]
    fn both_ways_to_dark_are_the_same() {
        let sheet = include_str!("../../../style/tokens.css");
        let block = |from: &str| -> Vec<String> {
            let start = sheet.find(from).expect("the block") + from.len();
            let body = &sheet[start..];
            let body = &body[..body.find('}').expect("its end")];
            body.lines()
                .map(|line| line.trim().to_owned())
                .filter(|line| !line.is_empty())
                .collect()
        };
        let chosen = block(":root[data-theme=\"dark\"] {");
        assert!(chosen.len() > 20);
        assert_eq!(chosen, block(":root:not([data-theme]) {"));
    }
}

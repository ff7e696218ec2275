//! What stands around a chart that is saved as a picture, so that it can be read elsewhere.

use serde_json::{Value, json};

use super::drawing::LegendItem;
use super::palette::Palette;

/// A chart's title, what it shows, and its legend.
#[derive(Debug, Clone)]
pub(crate) struct Picture<'a> {
    pub(crate) title: String,
    /// Days, filters, the snapshot.
    pub(crate) lines: Vec<String>,
    pub(crate) legend: &'a [LegendItem],
    pub(crate) palette: &'a Palette,
}

impl Picture<'_> {
    /// As the binding of the chart library reads it. Series that are switched off are left out.
    pub(crate) fn to_json(&self) -> String {
        let palette = self.palette;
        let shown = self.legend.iter().filter(|item| item.shown);
        let legend: Vec<Value> = shown
            .map(|item| {
                let color = palette.tone(item.tone);
                json!({"name": item.name, "color": color, "dashed": item.dashed})
            })
            .collect();
        json!({
            "title": self.title, "lines": self.lines, "legend": legend, "background": palette.surface,
            "ink": palette.ink, "muted": palette.axis, "font": palette.font,
        })
        .to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{evaluation, ink};
    use super::*;

    #[test]
    fn a_picture_says_what_is_shown_and_not_what_is_switched_off() {
        let evaluation = evaluation("grain=month&from=2026-01-01&to=2026-03-10");
        let ink = ink(&["new"]);
        let drawing = super::super::movements(&evaluation, &ink);
        let picture = Picture {
            title: "MRR movements".to_owned(),
            lines: vec!["2026".to_owned()],
            legend: &drawing.legend,
            palette: &ink.palette,
        };
        let value: Value = serde_json::from_str(&picture.to_json()).expect("JSON");
        assert_eq!(value["title"], "MRR movements");
        let names: Vec<&Value> = value["legend"]
            .as_array()
            .expect("items")
            .iter()
            .map(|i| &i["name"])
            .collect();
        assert!(names.iter().any(|name| *name == "Net change"));
        assert!(names.iter().all(|name| *name != "New"));
    }
}

//! Things of one kind by how many there are: bars from left to right, the longest on top, their
//! numbers beside them.

use serde_json::{Value, json};

use super::drawing::{Drawing, Ink, LegendItem, Targets, Tip, TipRow, number};
use super::palette::Tone;

/// Bars that have room; what is beyond them is in the table.
const MOST: usize = 10;

/// One bar.
pub(super) struct Ranked {
    /// Name beside the bar.
    pub(super) name: String,
    /// Its length.
    pub(super) value: Option<f64>,
    /// A part at its end that is drawn pale, because it may still grow into more.
    pub(super) pale: f64,
    /// What is written at its end.
    pub(super) label: String,
    pub(super) tone: Tone,
    pub(super) tip: Vec<TipRow>,
}

/// Bars by name. `series` is the key of their values.
pub(super) fn ranked(series: &str, bars: &[Ranked], summary: String, ink: &Ink) -> Drawing {
    let drawn = bars.get(..MOST).unwrap_or(bars);
    let palette = &ink.palette;
    let font = palette.font.as_str();
    let item = |bar: &Ranked, pale: bool| {
        let value = bar.value.map(|value| match pale {
            true => bar.pale,
            false => value - bar.pale,
        });
        json!({
            "value": number(&value),
            "itemStyle": {"color": palette.tone(bar.tone), "opacity": if pale { 0.4 } else { 1.0 }},
            "label": {
                "show": pale, "opacity": 1, "position": "right", "formatter": plain(&bar.label),
                "color": palette.tone(Tone::Net), "fontSize": 12, "fontFamily": font,
            },
        })
    };
    let part = |pale: bool| {
        let data: Vec<Value> = drawn.iter().map(|bar| item(bar, pale)).collect();
        json!({"type": "bar", "name": series, "stack": "all", "barMaxWidth": 22, "barMinHeight": 0, "data": data})
    };
    let longest = drawn.iter().filter_map(|bar| bar.value).fold(0.0, f64::max);
    let names: Vec<&str> = drawn.iter().map(|bar| bar.name.as_str()).collect();
    let none = json!({"show": false});
    let option = json!({
        "grid": {"left": 4, "right": 128, "top": 4, "bottom": 4},
        "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}},
        "xAxis": {"type": "value", "show": false, "min": 0, "max": if longest > 0.0 { longest } else { 1.0 }},
        "yAxis": {
            "type": "category", "inverse": true, "data": names, "axisLine": none, "axisTick": none,
            "axisLabel": {"color": palette.axis, "fontSize": 12, "fontFamily": font, "width": 116, "overflow": "truncate"},
        },
        "series": [part(false), part(true)],
    });
    let tip = |bar: &Ranked| Tip {
        title: bar.name.clone(),
        rows: bar.tip.clone(),
        ..Tip::default()
    };
    let values: Vec<Value> = bars
        .iter()
        .map(|bar| json!({"name": bar.name, "value": number(&bar.value)}))
        .collect();
    let rest = bars.len() - drawn.len();
    Drawing {
        option: option.to_string(),
        tips: drawn.iter().map(tip).collect(),
        summary,
        values: json!({series: values}).to_string(),
        note: match rest {
            0 => String::new(),
            1 => "1 more in the table.".to_owned(),
            _ => format!("{rest} more in the table."),
        },
        targets: Targets::default(),
        ..Drawing::default()
    }
}

/// Kinds of bars, as a legend that explains colours but hides nothing.
pub(super) fn kinds(kinds: &[(&'static str, &str, Tone)]) -> Vec<LegendItem> {
    let item = |(key, name, tone): &(&'static str, &str, Tone)| LegendItem {
        key,
        name: (*name).to_owned(),
        tone: *tone,
        dashed: false,
        shown: true,
    };
    kinds.iter().map(item).collect()
}

/// Text that the chart library takes as it is: braces would be its own words for values.
fn plain(text: &str) -> String {
    text.replace(['{', '}'], " ")
}

#[cfg(test)]
mod tests {
    use super::super::fixture::ink;
    use super::*;

    fn bar(name: &str, value: f64, pale: f64) -> Ranked {
        Ranked {
            name: name.to_owned(),
            value: Some(value),
            pale,
            label: format!("{{c}} {value}"),
            tone: Tone::Main,
            tip: Vec::new(),
        }
    }

    #[test]
    fn a_pale_end_and_the_rest_are_the_value_and_names_stay_text() {
        let drawing = ranked(
            "things",
            &[bar("<b>{a}", 10.0, 4.0)],
            String::new(),
            &ink(&[]),
        );
        let option: Value = serde_json::from_str(&drawing.option).expect("JSON");
        let value = |series: usize| &option["series"][series]["data"][0]["value"];
        assert_eq!((value(0), value(1)), (&json!(6), &json!(4)));
        assert_eq!(option["yAxis"]["data"][0], "<b>{a}");
        let label = &option["series"][1]["data"][0]["label"]["formatter"];
        assert_eq!(label, " c  10", "no word of the library's own");
    }

    #[test]
    fn what_has_no_room_is_told_to_be_in_the_table() {
        let bars: Vec<Ranked> = (0..12).map(|at| bar("x", f64::from(at), 0.0)).collect();
        let drawing = ranked("things", &bars, String::new(), &ink(&[]));
        assert_eq!(drawing.tips.len(), MOST);
        assert_eq!(drawing.note, "2 more in the table.");
        assert_eq!(drawing.values.matches("\"x\"").count(), 12);
    }
}

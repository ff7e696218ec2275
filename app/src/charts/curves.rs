//! Retention by months since acquisition: a thin line per cohort, all of them together as a strong
//! one.

use serde_json::{Value, json};
use tidemark_shared::engine::{CohortRow, CohortTable};
use tidemark_shared::format;
use tidemark_shared::metric::Unit;
use tidemark_shared::view::CohortShow;

use super::drawing::{Drawing, Ink, LegendItem, Tip, TipRow, number};
use super::frame::{over, value_axis};
use super::options::Options;
use super::palette::Tone;

/// Cohorts whose line is named: the newest with a line at all.
const NAMED: usize = 3;
const ALL: &str = "all";
const COHORTS: &str = "cohorts";

/// What is left of each cohort, and of all together, by months since acquisition.
pub(crate) fn retention_curves(table: &CohortTable, show: CohortShow, ink: &Ink) -> Drawing {
    let overall = table.typical(show);
    let unit = match (show.is_rate(), show.is_mrr()) {
        (true, _) => Unit::Rate,
        (false, true) => Unit::Money,
        (false, false) => Unit::Count,
    };
    let curve = |row: usize| -> Vec<Option<f64>> {
        (0..overall.len())
            .map(|month| table.shown(row, month, show))
            .collect()
    };
    let long = |row: &CohortRow| row.cells.iter().flatten().count() > 1;
    let rows: Vec<usize> = (0..table.rows.len())
        .filter(|row| long(&table.rows[*row]))
        .collect();
    let named = rows.len().saturating_sub(NAMED);
    let shown = |key: &str| !ink.hidden.contains(key);
    // Amounts of all together would dwarf those of each.
    let with_all = shown(ALL) && show.is_rate();
    let mut series = Vec::new();
    if shown(COHORTS) {
        for (at, row) in rows.iter().enumerate() {
            let name = (at >= named).then(|| format::month(table.rows[*row].month));
            series.push(line(&curve(*row), name, false, ink));
        }
    }
    if with_all {
        series.push(line(&overall, None, true, ink));
    }
    let labels = (0..overall.len())
        .map(|month| format::count(month as i64))
        .collect();
    // Where half is left, differences are small beside the way down to zero.
    let axis = value_axis(unit, &ink.palette).scale(show.is_rate());
    let chart = series
        .into_iter()
        .fold(over(labels, axis, false, &ink.palette), Options::series);
    let text = |value| ink.formatter.value(unit, value);
    let tip = |month: usize| {
        let mut rows = Vec::new();
        if show.is_rate() && overall[month].is_some() {
            rows.push(TipRow::new(
                "All cohorts",
                text(overall[month]),
                Some(Tone::Main),
            ));
        }
        let values = table.rows.iter().enumerate();
        let mut values: Vec<(f64, &CohortRow)> = values
            .filter_map(|(at, row)| Some((table.shown(at, month, show)?, row)))
            .collect();
        values.sort_by(|a, b| a.0.total_cmp(&b.0));
        for (word, one) in [("Highest", values.last()), ("Lowest", values.first())] {
            if let Some((value, row)) = one.filter(|_| values.len() > 1) {
                let name = format!("{word}: {}", format::month(row.month));
                rows.push(TipRow::new(name, text(Some(*value)), Some(Tone::Compare)));
            }
        }
        let cohorts = format::count(values.len() as i64);
        Tip {
            title: format!("Month {}", format::count(month as i64)),
            rows,
            total: Some(TipRow::new("Cohorts with this month", cohorts, None)),
            ..Tip::default()
        }
    };
    let mut legend = Vec::new();
    if show.is_rate() {
        legend.push(item(
            ALL,
            "All cohorts, weighted mean",
            Tone::Main,
            shown(ALL),
        ));
    }
    legend.push(item(COHORTS, "Each cohort", Tone::Compare, shown(COHORTS)));
    let numbers = |values: &[Option<f64>]| values.iter().map(number).collect::<Vec<Value>>();
    let each: Vec<Value> = (0..table.rows.len())
        .map(|row| json!({"cohort": table.rows[row].month.to_string(), "values": numbers(&curve(row))}))
        .collect();
    let last = overall.iter().rposition(Option::is_some);
    Drawing {
        option: chart.to_json(),
        tips: (0..overall.len()).map(tip).collect(),
        legend,
        summary: match last {
            Some(at) => format!(
                "{} of all cohorts together: {} after {} months.",
                show.label(),
                text(overall[at]),
                format::count(at as i64)
            ),
            None => "No complete month yet.".to_owned(),
        },
        values: json!({"all": numbers(&overall), "cohorts": each}).to_string(),
        ..Drawing::default()
    }
}

fn item(key: &'static str, name: &str, tone: Tone, shown: bool) -> LegendItem {
    LegendItem {
        key,
        name: name.to_owned(),
        tone,
        dashed: false,
        shown,
    }
}

/// A curve; a name stands at its end.
fn line(values: &[Option<f64>], name: Option<String>, strong: bool, ink: &Ink) -> Value {
    let (tone, width, opacity) = match (strong, &name) {
        (true, _) => (Tone::Main, 3.0, 1.0),
        (false, Some(_)) => (Tone::Compare, 1.5, 1.0),
        (false, None) => (Tone::Compare, 1.0, 0.45),
    };
    let color = ink.palette.tone(tone);
    let last = values.iter().rposition(Option::is_some);
    let data: Vec<Value> = values
        .iter()
        .enumerate()
        .map(|(at, value)| match &name {
            Some(name) if Some(at) == last => json!({
                "value": number(value), "symbol": "circle", "symbolSize": 5,
                "label": {
                    "show": true, "formatter": name, "position": "right", "color": ink.palette.tone(Tone::Net),
                    "fontSize": 11, "fontFamily": ink.palette.font,
                },
            }),
            _ => number(value),
        })
        .collect();
    json!({
        "type": "line", "name": if strong { ALL } else { COHORTS }, "symbol": "none", "silent": !strong,
        "itemStyle": {"color": color}, "lineStyle": {"color": color, "width": width, "opacity": opacity},
        "data": data,
    })
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{cohort_table, ink};
    use super::*;

    #[test]
    fn all_together_are_a_strong_line_among_thin_ones_with_names() {
        let table = cohort_table();
        let drawing = retention_curves(&table, CohortShow::CustomersRate, &ink(&[]));
        let option: Value = serde_json::from_str(&drawing.option).expect("JSON");
        let series = option["series"].as_array().expect("series");
        // February has one month only, which is no line.
        assert_eq!(series.len(), 2);
        assert_eq!(series[0]["data"][1]["value"], 0.5);
        assert_eq!(series[0]["data"][1]["label"]["formatter"], "Jan 2026");
        assert_eq!(series[1]["lineStyle"]["width"], 3.0);
        assert_eq!(series[1]["data"], json!([1, 0.5]));
        // Amounts have no line of all together, which would dwarf the rest.
        let amounts = retention_curves(&table, CohortShow::Mrr, &ink(&[]));
        assert_eq!(amounts.legend.len(), 1);
    }

    #[test]
    fn without_cohorts_the_summary_says_so() {
        let none = CohortTable::default();
        let drawing = retention_curves(&none, CohortShow::CustomersRate, &ink(&[]));
        assert_eq!(drawing.summary, "No complete month yet.");
        serde_json::from_str::<Value>(&drawing.option).expect("JSON");
    }
}

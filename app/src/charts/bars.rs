//! Movements per period as signed, stacked bars: gains up, losses down, the net change as a line.

use charming::datatype::{CompositeValue, DataFrame};
use charming::element::{ItemStyle, LineStyle, Symbol};
use charming::series::Line;
use tidemark_shared::chart::stock;
use tidemark_shared::engine::{Evaluation, Movements, Subject};
use tidemark_shared::format;
use tidemark_shared::metric::{Metric, Unit};
use tidemark_shared::metrics;
use tidemark_shared::view::Bucket;

use super::drawing::{Drawing, Ink, LegendItem, Target, Targets, Tip, TipRow, values};
use super::frame::over_time;
use super::palette::Tone;
use super::series::bar;
use super::split;

const NET: &str = "net";
const NET_NAME: &str = "Net change";

struct Kind<'a> {
    key: &'static str,
    name: &'static str,
    tone: Tone,
    values: &'a [i64],
    /// The metric that counts it.
    metric: &'static Metric,
}

/// How MRR moved in each period.
pub(crate) fn movements(evaluation: &Evaluation, ink: &Ink) -> Drawing {
    draw(evaluation, Subject::Mrr, ink)
}

/// Customers acquired and lost in each period.
pub(crate) fn customers(evaluation: &Evaluation, ink: &Ink) -> Drawing {
    draw(evaluation, Subject::Customers, ink)
}

fn kinds(moves: &Movements, subject: Subject) -> Vec<Kind<'_>> {
    let mrr = subject == Subject::Mrr;
    let kind = |key, name, tone, values, of_mrr, of_customers| Kind {
        key,
        name,
        tone,
        values,
        metric: if mrr { of_mrr } else { of_customers },
    };
    let mut kinds = vec![
        kind(
            "new",
            "New",
            Tone::New,
            &moves.new[..],
            &metrics::MRR_NEW,
            &metrics::CUSTOMERS_NEW,
        ),
        kind(
            "reactivation",
            "Reactivation",
            Tone::Reactivation,
            &moves.reactivation,
            &metrics::MRR_REACTIVATION,
            &metrics::CUSTOMERS_REACTIVATED,
        ),
    ];
    if mrr {
        for (key, name, tone, values, metric) in [
            (
                "expansion",
                "Expansion",
                Tone::Expansion,
                &moves.expansion,
                &metrics::MRR_EXPANSION,
            ),
            (
                "contraction",
                "Contraction",
                Tone::Contraction,
                &moves.contraction,
                &metrics::MRR_CONTRACTION,
            ),
        ] {
            kinds.push(kind(key, name, tone, values, metric, metric));
        }
    }
    kinds.push(kind(
        "churn_voluntary",
        "Voluntary churn",
        Tone::Churn,
        &moves.churn_voluntary,
        &metrics::MRR_CHURN_VOLUNTARY,
        &metrics::CUSTOMERS_CHURNED_VOLUNTARY,
    ));
    kinds.push(kind(
        "churn_involuntary",
        "Involuntary churn",
        Tone::ChurnInvoluntary,
        &moves.churn_involuntary,
        &metrics::MRR_CHURN_INVOLUNTARY,
        &metrics::CUSTOMERS_CHURNED_INVOLUNTARY,
    ));
    // Without a filter no customer changes segment, so the kind is omitted.
    if moves.moved.iter().any(|value| *value != 0) {
        kinds.push(kind(
            "moved",
            "Segment change",
            Tone::Moved,
            &moves.moved,
            &metrics::MRR_MOVED,
            &metrics::CUSTOMERS_MOVED,
        ));
    }
    kinds
}

/// The tone of a kind of movement, and the metric that counts it.
pub(super) fn tone_and_metric(key: &str, subject: Subject) -> Option<(Tone, &'static Metric)> {
    let moved = Movements {
        // So that the kind is there.
        moved: vec![1],
        ..Movements::default()
    };
    let kinds = kinds(&moved, subject);
    let kind = kinds.iter().find(|kind| kind.key == key)?;
    Some((kind.tone, kind.metric))
}

fn draw(evaluation: &Evaluation, subject: Subject, ink: &Ink) -> Drawing {
    if let Some(dimension) = evaluation.broken_down_by(stock(subject)) {
        return split::net_change(evaluation, subject, dimension, ink);
    }
    let moves = evaluation.movements(subject);
    let kinds = kinds(&moves, subject);
    let (unit, what) = match subject {
        Subject::Mrr => (Unit::Money, "MRR"),
        Subject::Customers => (Unit::Count, "Customers"),
    };
    let grain = evaluation.view().grain();
    let shown = |key: &str| !ink.hidden.contains(key);
    let net: Vec<i64> = moves
        .start
        .iter()
        .zip(&moves.end)
        .map(|(start, end)| end - start)
        .collect();

    let mut chart = over_time(evaluation, unit, true, &ink.palette);
    for kind in kinds.iter().filter(|kind| shown(kind.key)) {
        chart = chart.series(bar(kind.key, kind.values, &moves.buckets, kind.tone, ink));
    }
    if shown(NET) {
        // What a period that is not over has gained so far would look like a drop; a period alone
        // cannot.
        let alone = net.len() == 1;
        let drawn = |(value, bucket): (&i64, &Bucket)| (alone || !bucket.partial).then_some(*value);
        let data: DataFrame = net
            .iter()
            .zip(&moves.buckets)
            .map(|one| CompositeValue::from(drawn(one)).into())
            .collect();
        chart = chart.series(
            Line::new()
                .name(NET)
                .symbol(Symbol::Circle)
                .symbol_size(4)
                .show_symbol(net.len() <= 31)
                .item_style(ItemStyle::new().color(ink.palette.tone(Tone::Net)))
                .line_style(
                    LineStyle::new()
                        .color(ink.palette.tone(Tone::Net))
                        .width(1.25),
                )
                .data(data),
        );
    }

    let text = |value: i64| ink.formatter.value(unit, Some(value as f64));
    let tips = moves
        .buckets
        .iter()
        .enumerate()
        .map(|(at, bucket)| {
            let mut rows = vec![TipRow::new("Start", text(moves.start[at]), None)];
            rows.extend(
                kinds
                    .iter()
                    .map(|kind| TipRow::new(kind.name, text(kind.values[at]), Some(kind.tone))),
            );
            rows.push(TipRow::new(NET_NAME, text(net[at]), Some(Tone::Net)));
            Tip {
                title: format::bucket_long(bucket, grain),
                rows,
                total: Some(TipRow::new("End", text(moves.end[at]), None)),
                ..Tip::default()
            }
        })
        .collect();

    let entry = |key, name: &str, tone| LegendItem {
        key,
        name: name.to_owned(),
        tone,
        dashed: false,
        shown: shown(key),
    };
    let mut legend: Vec<LegendItem> = kinds
        .iter()
        .map(|kind| entry(kind.key, kind.name, kind.tone))
        .collect();
    legend.push(entry(NET, NET_NAME, Tone::Net));
    let floats = |values: &[i64]| {
        values
            .iter()
            .map(|value| Some(*value as f64))
            .collect::<Vec<_>>()
    };
    let mut all: Vec<(&str, Vec<Option<f64>>)> = vec![("start", floats(&moves.start))];
    all.extend(kinds.iter().map(|kind| (kind.key, floats(kind.values))));
    all.push(("end", floats(&moves.end)));
    let mut targets = Targets::over_time(&moves.buckets, None);
    targets.by_series = kinds
        .iter()
        .map(|kind| {
            let metric = Some(kind.metric);
            let target = Target {
                metric,
                ..Target::default()
            };
            (kind.key.to_owned(), target)
        })
        .collect();
    let ends = moves.start.first().zip(moves.end.last());
    let summary = match ends {
        Some((start, end)) => format!("{what} movements: from {} to {}.", text(*start), text(*end)),
        None => format!("{what} movements: none in this period."),
    };
    Drawing {
        option: chart.to_json(),
        tips,
        legend,
        summary,
        values: values(&moves.buckets, grain, &all),
        targets,
        ..Drawing::default()
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{evaluation, ink};
    use super::*;

    #[test]
    fn drawn_kinds_add_up_from_start_to_end() {
        for subject in [Subject::Mrr, Subject::Customers] {
            let evaluation = evaluation("grain=month&from=2026-01-01&to=2026-03-10&plan=Pro");
            let drawing = draw(&evaluation, subject, &ink(&[]));
            let values: serde_json::Value = serde_json::from_str(&drawing.values).expect("JSON");
            let series = values["series"].as_object().expect("series");
            for at in 0..3 {
                let get = |key: &str| series[key][at].as_i64().expect("a whole number");
                let moved: i64 = series
                    .keys()
                    .filter(|k| !["start", "end"].contains(&k.as_str()))
                    .map(|k| get(k))
                    .sum();
                assert_eq!(get("start") + moved, get("end"), "{subject:?} bucket {at}");
            }
        }
    }

    #[test]
    fn an_open_period_is_pale_and_a_hidden_kind_is_not_drawn() {
        let evaluation = evaluation("grain=month&from=2026-01-01&to=2026-03-10");
        let drawing = movements(&evaluation, &ink(&["new"]));
        let option: serde_json::Value = serde_json::from_str(&drawing.option).expect("JSON");
        let series = option["series"].as_array().expect("series");
        assert!(series.iter().all(|one| one["name"] != "new"));
        assert_eq!(series[0]["data"][2]["itemStyle"]["opacity"], 0.45);
        let net = series.last().expect("the net change");
        assert_eq!(net["name"], "net");
        assert_eq!(net["data"], serde_json::json!([10_000, 32_000, null]));
        assert!(!drawing.legend[0].shown && drawing.legend[1].shown);
    }
}

//! Moves between lifecycle stages: where they start on the left, where they end on the right.

use serde_json::{Value, json};
use tidemark_shared::chart::stage_flows;
use tidemark_shared::engine::{Evaluation, Tally};
use tidemark_shared::format;

use super::drawing::{Drawing, Ink, Tip, TipRow};
use super::palette::Tone;
use crate::ui::capitalized;

/// The stages from top to bottom: in the order of a customer's life. None stands for being there at
/// all.
const STAGES: [(&str, Tone); 8] = [
    ("none", Tone::Moved),
    ("lead", Tone::StageLead),
    ("opportunity", Tone::StageOpportunity),
    ("lost", Tone::StageLost),
    ("won", Tone::StageWon),
    ("trial", Tone::StageTrial),
    ("active", Tone::StageActive),
    ("churned", Tone::StageChurned),
];

fn place(stage: &str) -> usize {
    let at = STAGES.iter().position(|(name, _)| *name == stage);
    at.unwrap_or(STAGES.len())
}

fn tone(stage: &str) -> Tone {
    STAGES
        .get(place(stage))
        .map_or(Tone::Moved, |(_, tone)| *tone)
}

fn name(stage: &str, from: bool) -> String {
    match (stage, from) {
        ("none", true) => "New".to_owned(),
        ("none", false) => "Merged".to_owned(),
        _ => capitalized(stage),
    }
}

/// The moves of the days shown.
pub(crate) fn flows(evaluation: &Evaluation, ink: &Ink) -> Drawing {
    let mut flows = stage_flows(evaluation);
    flows.sort_by_key(|flow| (place(flow.key(0)), place(flow.key(1))));
    let mut tips: Vec<Tip> = flows.iter().map(link_tip).collect();
    let links: Vec<Value> = flows
        .iter()
        .enumerate()
        .map(|(at, flow)| {
            let (source, target) = (
                format!("from {}", flow.key(0)),
                format!("to {}", flow.key(1)),
            );
            json!({"source": source, "target": target, "value": flow.sum(0), "tip": at})
        })
        .collect();
    let mut nodes: Vec<Value> = Vec::new();
    for from in [true, false] {
        let side = usize::from(!from);
        let mut stages: Vec<&str> = flows.iter().map(|flow| flow.key(side)).collect();
        stages.sort_by_key(|stage| place(stage));
        stages.dedup();
        for stage in stages {
            let of: Vec<&Tally> = flows
                .iter()
                .filter(|flow| flow.key(side) == stage)
                .collect();
            let total: i64 = of.iter().map(|flow| flow.sum(0)).sum();
            let label = format!("{}  {}", name(stage, from), format::count(total));
            nodes.push(json!({
                "id": format!("{} {stage}", if from { "from" } else { "to" }),
                "itemStyle": {"color": ink.palette.tone(tone(stage))},
                "label": {"position": if from { "right" } else { "left" }, "formatter": label},
                "tip": tips.len(),
            }));
            tips.push(node_tip(stage, from, &of, total));
        }
    }
    let option = json!({
        "tooltip": {"trigger": "item"},
        "series": [{
            "type": "sankey", "name": "flows", "left": 4, "right": 4, "top": 8, "bottom": 8,
            "nodeWidth": 10, "nodeGap": 12, "layoutIterations": 0, "draggable": false,
            "emphasis": {"focus": "adjacency"},
            "lineStyle": {"color": "source", "opacity": 0.28, "curveness": 0.5},
            "label": {"color": ink.palette.tone(Tone::Net), "fontSize": 12, "fontFamily": ink.palette.font},
            "data": nodes, "links": links,
        }],
    });
    let most = flows.iter().max_by_key(|flow| flow.sum(0));
    let summary = match most {
        Some(flow) => {
            let tip = link_tip(flow);
            let moves: i64 = flows.iter().map(|flow| flow.sum(0)).sum();
            format!(
                "{} stage changes; the most frequent is {}: {}.",
                format::count(moves),
                tip.title,
                format::count(flow.sum(0))
            )
        }
        None => "No stage changes in this period.".to_owned(),
    };
    let values: Vec<Value> = flows
        .iter()
        .map(|flow| json!({"from": flow.key(0), "to": flow.key(1), "entities": flow.sum(0)}))
        .collect();
    Drawing {
        option: option.to_string(),
        tips,
        summary,
        values: json!({"flows": values}).to_string(),
        ..Drawing::default()
    }
}

fn link_tip(flow: &Tally) -> Tip {
    let title = format!("{} → {}", name(flow.key(0), true), name(flow.key(1), false));
    Tip {
        title,
        rows: vec![TipRow::new(
            "Stage changes",
            format::count(flow.sum(0)),
            None,
        )],
        ..Tip::default()
    }
}

fn node_tip(stage: &str, from: bool, flows: &[&Tally], total: i64) -> Tip {
    let row = |flow: &&Tally| {
        let other = flow.key(usize::from(from));
        let name = match from {
            true => format!("to {}", name(other, false)),
            false => format!("from {}", name(other, true)),
        };
        TipRow::new(name, format::count(flow.sum(0)), Some(tone(other)))
    };
    Tip {
        title: match from {
            true => format!("{}: left the stage", name(stage, true)),
            false => format!("{}: entered the stage", name(stage, false)),
        },
        rows: flows.iter().map(row).collect(),
        total: Some(TipRow::new("Total", format::count(total), None)),
        ..Tip::default()
    }
}

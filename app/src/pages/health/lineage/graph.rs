//! The graph behind the numbers: raw tables, models, marts, and the metrics formed from them.

use tidemark_shared::Metric;
use tidemark_shared::api::Lineage;
use tidemark_shared::metrics::METRICS;

use crate::charts::{BOX, Layers, Layout};

/// The layers of the graph from left to right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layer {
    Source,
    Staging,
    Intermediate,
    Mart,
    Metric,
}

impl Layer {
    pub(super) const ALL: [Layer; 5] = [
        Layer::Source,
        Layer::Staging,
        Layer::Intermediate,
        Layer::Mart,
        Layer::Metric,
    ];

    /// Name of the layer for people.
    pub(super) const fn label(self) -> &'static str {
        match self {
            Layer::Source => "Raw tables and seeds",
            Layer::Staging => "Staging",
            Layer::Intermediate => "Intermediate",
            Layer::Mart => "Marts",
            Layer::Metric => "Metrics",
        }
    }

    /// The layer as the document names it; of a name from later versions, what it most likely is.
    fn of(name: &str) -> Layer {
        match name {
            "source" | "seed" => Layer::Source,
            "staging" => Layer::Staging,
            "marts" => Layer::Mart,
            _ => Layer::Intermediate,
        }
    }
}

/// A table, or the metrics that are formed from the same marts.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Node {
    /// What the address names it by, after `#`.
    pub(super) hash: String,
    /// Name of the table; for metrics, what they are called together.
    pub(super) name: String,
    pub(super) layer: Layer,
    pub(super) metrics: Vec<&'static Metric>,
}

impl Node {
    /// The name without what its layer says already.
    pub(super) fn short(&self) -> &str {
        let name = self.name.as_str();
        let short = name
            .strip_prefix("stg_")
            .or_else(|| name.strip_prefix("int_"));
        short.unwrap_or(name)
    }
}

/// Nodes, each after all that feeds it, and who feeds whom, as places in the nodes.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Graph {
    pub(super) nodes: Vec<Node>,
    pub(super) edges: Vec<(usize, usize)>,
}

impl Graph {
    /// The graph of a document, with the metrics at its end.
    pub(super) fn new(lineage: &Lineage) -> Graph {
        let tables = lineage.nodes.iter().map(|node| Node {
            hash: format!("model-{}", node.name),
            name: node.name.clone(),
            layer: Layer::of(&node.layer),
            metrics: Vec::new(),
        });
        let mut nodes: Vec<Node> = tables.collect();
        let place = |nodes: &[Node], name: &str| nodes.iter().position(|node| node.name == name);
        let edges = lineage.edges.iter();
        let mut edges: Vec<(usize, usize)> = edges
            .filter_map(|edge| Some((place(&nodes, &edge.from)?, place(&nodes, &edge.to)?)))
            .collect();
        let mut groups: Vec<(Vec<&str>, Vec<&'static Metric>)> = Vec::new();
        for metric in METRICS {
            let marts = metric.marts();
            match groups.iter_mut().find(|(known, _)| *known == marts) {
                Some((_, metrics)) => metrics.push(metric),
                None => groups.push((marts, vec![metric])),
            }
        }
        for (marts, metrics) in groups {
            let Some(first) = metrics.first() else {
                continue;
            };
            let name = match metrics.len() {
                1 => first.label.to_owned(),
                many => format!("{} and {} more", first.label, many - 1),
            };
            let at = nodes.len();
            let feeders = marts.iter().filter_map(|mart| place(&nodes, mart));
            edges.extend(feeders.map(|mart| (mart, at)));
            nodes.push(Node {
                hash: format!("metric-{}", first.id),
                name,
                layer: Layer::Metric,
                metrics,
            });
        }
        Graph { nodes, edges }
    }

    /// The node that an address names after `#`; a metric is found in its group.
    pub(super) fn find(&self, hash: &str) -> Option<usize> {
        let hash = hash.trim_start_matches('#');
        let metric = hash.strip_prefix("metric-");
        self.nodes.iter().position(|node| {
            node.hash == hash || node.metrics.iter().any(|one| Some(one.id) == metric)
        })
    }

    /// What a node reads, or who reads it.
    pub(super) fn beside(&self, at: usize, feeds: bool) -> Vec<usize> {
        let edges = self.edges.iter();
        edges
            .filter_map(|(from, to)| match feeds {
                true => (*to == at).then_some(*from),
                false => (*from == at).then_some(*to),
            })
            .collect()
    }

    /// Whether each node is the given one, behind it or before it; an edge is in the family if both
    /// ends are on one side.
    pub(super) fn family(&self, at: usize) -> Family {
        let reach = |feeds: bool| {
            let mut found = vec![false; self.nodes.len()];
            let mut open = vec![at];
            while let Some(one) = open.pop() {
                for next in self.beside(one, feeds) {
                    if let Some(known) = found.get_mut(next)
                        && !std::mem::replace(known, true)
                    {
                        open.push(next);
                    }
                }
            }
            found
        };
        Family {
            at,
            before: reach(true),
            after: reach(false),
        }
    }

    /// The nodes a search finds: by name, or by what a metric is called.
    pub(super) fn search(&self, wanted: &str) -> Vec<Found> {
        let wanted = wanted.trim().to_lowercase();
        if wanted.is_empty() {
            return Vec::new();
        }
        let is_about = |text: &str| text.to_lowercase().contains(&wanted);
        let nodes = self.nodes.iter().flat_map(|node| {
            let table = (node.metrics.is_empty() && is_about(&node.name)).then(|| Found {
                hash: node.hash.clone(),
                name: node.name.clone(),
                layer: node.layer,
            });
            let metrics = node.metrics.iter();
            let metrics = metrics.filter(|metric| is_about(metric.label) || is_about(metric.id));
            let metrics = metrics.map(|metric| Found {
                hash: format!("metric-{}", metric.id),
                name: metric.label.to_owned(),
                layer: Layer::Metric,
            });
            table.into_iter().chain(metrics)
        });
        nodes.collect()
    }

    /// What is to be laid out: all nodes, or the chosen ones, whose places are given back.
    pub(super) fn layers(&self, shown: impl Fn(usize) -> bool) -> (Vec<usize>, Layers) {
        let places: Vec<usize> = (0..self.nodes.len()).filter(|at| shown(*at)).collect();
        let group = |at: &usize| self.nodes.get(*at).map_or(0, |node| node.layer as usize);
        let new = |at: usize| places.binary_search(&at).ok();
        let edges = self.edges.iter();
        let edges = edges.filter_map(|(from, to)| Some((new(*from)?, new(*to)?)));
        let layers = Layers {
            groups: places.iter().map(group).collect(),
            edges: edges.collect(),
        };
        (places, layers)
    }
}

/// What a search found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) hash: String,
    pub(super) name: String,
    pub(super) layer: Layer,
}

/// A node with all that it comes from and all that comes from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Family {
    at: usize,
    before: Vec<bool>,
    after: Vec<bool>,
}

impl Family {
    /// Whether a node belongs to it.
    pub(super) fn has(&self, node: usize) -> bool {
        node == self.at || is(&self.before, node) || is(&self.after, node)
    }

    /// Whether an edge is on a way to the node or from it.
    pub(super) fn has_edge(&self, from: usize, to: usize) -> bool {
        let leads_to = is(&self.before, from) && (to == self.at || is(&self.before, to));
        let leads_away = is(&self.after, to) && (from == self.at || is(&self.after, from));
        leads_to || leads_away
    }

    /// How many nodes are before it and after it.
    pub(super) fn counts(&self) -> (usize, usize) {
        let count = |all: &[bool]| all.iter().filter(|one| **one).count();
        (count(&self.before), count(&self.after))
    }
}

fn is(all: &[bool], at: usize) -> bool {
    all.get(at).copied().unwrap_or_default()
}

/// The box an arrow key leads to from another: up and down in its column, left and right to the
/// nearest box a line leads to.
pub(super) fn step(layout: &Layout, at: usize, key: &str) -> Option<usize> {
    let (x, y) = *layout.boxes.get(at)?;
    let away = |other: usize| {
        let place = layout.boxes.get(other);
        place.map_or(f64::INFINITY, |(_, other_y)| (other_y - y).abs())
    };
    let nearest = |others: Vec<usize>| {
        others
            .into_iter()
            .min_by(|a, b| away(*a).total_cmp(&away(*b)))
    };
    let column = |down: bool| {
        let boxes = layout.boxes.iter().enumerate();
        let found = boxes.filter(|(other, (other_x, other_y))| {
            *other != at && *other_x == x && ((other_y - y) > BOX / 2.0) == down
        });
        nearest(found.map(|(other, _)| other).collect())
    };
    let lines = layout.lines.iter();
    match key {
        "ArrowUp" => column(false),
        "ArrowDown" => column(true),
        "ArrowLeft" => nearest(lines.filter(|l| l.1 == at).map(|l| l.0).collect()),
        "ArrowRight" => nearest(lines.filter(|l| l.0 == at).map(|l| l.1).collect()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charts::lay_out;
    use tidemark_shared::api::{LineageEdge, LineageNode};

    /// Raw → staging → two marts, of which metrics are formed; a mart of no metric besides.
    fn lineage() -> Lineage {
        let node = |name: &str, layer: &str| LineageNode {
            name: name.to_owned(),
            layer: layer.to_owned(),
            description: String::new(),
            file: None,
            sql: None,
        };
        let edge = |from: &str, to: &str| LineageEdge {
            from: from.to_owned(),
            to: to.to_owned(),
        };
        Lineage {
            nodes: vec![
                node("stripe__invoices", "source"),
                node("months", "seed"),
                node("stg_stripe__invoices", "staging"),
                node("lifecycle_daily", "marts"),
                node("marketing_spend", "marts"),
                node("customers", "marts"),
            ],
            edges: vec![
                edge("stripe__invoices", "stg_stripe__invoices"),
                edge("stg_stripe__invoices", "lifecycle_daily"),
                edge("months", "lifecycle_daily"),
                edge("stg_stripe__invoices", "customers"),
                edge("gone", "customers"),
            ],
            ..Lineage::default()
        }
    }

    #[test]
    fn metrics_are_found_in_the_group_of_their_marts() {
        let graph = Graph::new(&lineage());
        let all: usize = graph.nodes.iter().map(|node| node.metrics.len()).sum();
        assert_eq!(all, METRICS.len());
        for metric in METRICS {
            let at = graph
                .find(&format!("#metric-{}", metric.id))
                .expect("its group");
            let marts = graph.beside(at, true);
            let known = |mart: &&str| graph.find(&format!("model-{mart}")).is_some();
            assert_eq!(
                marts.len(),
                metric.marts().iter().filter(|m| known(m)).count(),
                "{}",
                metric.id
            );
        }
        assert_eq!(graph.find("#model-months"), Some(1));
        assert_eq!(graph.find("#checks"), None);
        assert_eq!(graph.find(""), None);
    }

    #[test]
    fn a_family_is_what_leads_to_a_node_and_what_it_leads_to() {
        let graph = Graph::new(&lineage());
        let names = |at: usize| -> Vec<&str> {
            let family = graph.family(at);
            let tables = graph.nodes.iter().enumerate().take(6);
            tables
                .filter(|(at, _)| family.has(*at))
                .map(|(_, node)| node.name.as_str())
                .collect()
        };
        assert_eq!(
            names(2),
            [
                "stripe__invoices",
                "stg_stripe__invoices",
                "lifecycle_daily",
                "customers"
            ]
        );
        assert_eq!(
            names(5),
            ["stripe__invoices", "stg_stripe__invoices", "customers"]
        );
        let family = graph.family(5);
        assert!(family.has_edge(0, 2) && family.has_edge(2, 5));
        assert!(!family.has_edge(2, 3) && !family.has_edge(1, 3));
        assert_eq!(family.counts().0, 2);
    }

    #[test]
    fn a_search_finds_tables_and_metrics_by_name() {
        let graph = Graph::new(&lineage());
        let found = |wanted: &str| -> Vec<String> {
            graph
                .search(wanted)
                .into_iter()
                .map(|one| one.hash)
                .collect()
        };
        assert_eq!(
            found(" INVOICES"),
            ["model-stripe__invoices", "model-stg_stripe__invoices"]
        );
        assert_eq!(found("quick ratio"), ["metric-quick_ratio"]);
        assert!(found("  ").is_empty() && found("no such table").is_empty());
        for one in graph.search("m") {
            assert!(graph.find(&one.hash).is_some(), "{}", one.hash);
        }
    }

    #[test]
    fn only_the_shown_nodes_are_laid_out_and_arrows_follow_the_lines() {
        let graph = Graph::new(&lineage());
        let family = graph.family(5);
        // The tables alone: metrics are formed of this mart too.
        let (places, layers) = graph.layers(|at| at < 6 && family.has(at));
        assert_eq!(places, [0, 2, 5]);
        let layout = lay_out(&layers);
        assert_eq!(layout.lines.len(), 2);
        assert_eq!(step(&layout, 0, "ArrowRight"), Some(1));
        assert_eq!(step(&layout, 2, "ArrowLeft"), Some(1));
        assert_eq!(step(&layout, 0, "ArrowLeft"), None);
        assert_eq!(step(&layout, 0, "ArrowDown"), None);
        let (_, all) = graph.layers(|_| true);
        let layout = lay_out(&all);
        let below = step(&layout, 0, "ArrowDown").or(step(&layout, 0, "ArrowUp"));
        assert_eq!(
            below,
            Some(1),
            "the seed stands in the column of the raw tables"
        );
        assert_eq!(step(&layout, 0, "a"), None);
    }
}

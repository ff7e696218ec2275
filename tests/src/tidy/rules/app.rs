//! What the browser app may do where.

use super::crates::forbid;
use crate::tidy::{Finding, Rule, Source, each_line, strings};

/// Rules about the app's own layers.
pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "one place fetches",
        why: "errors, retries and addresses of the API are decided once, in the app's api module",
        looks_at: |source| {
            source.within(&["app/src/"]) && !source.within(&["app/src/api.rs", "app/src/api/"])
        },
        judge: |seen, _| forbid(seen, NETWORK, "call the app's api module"),
        bad: &[(
            "app/src/pages/a.rs",
            "let r = gloo_net::http::Request::get(url);\n",
        )],
        good: &[("app/src/pages/a.rs", "let r = api::manifest().await;\n")],
    },
    Rule {
        name: "the page asks only its own server",
        why: "no address outside, so that the strictest content policy holds",
        looks_at: |source| {
            source.within(&["app/page/index.html", "app/js/", "style/"])
                && source.is(&[".html", ".mjs", ".js", ".css"])
        },
        judge: |seen, _| each_line(seen, |_, line| outside_address(line)),
        bad: &[
            (
                "app/page/index.html",
                "<script src=\"https://cdn.example.com/a.js\"></script>\n",
            ),
            ("style/a.css", "@import url(//fonts.example.com/a.css);\n"),
        ],
        good: &[(
            "app/page/index.html",
            "<svg xmlns=\"http://www.w3.org/2000/svg\"></svg>\n",
        )],
    },
    Rule {
        name: "one formatter of numbers",
        why: "a number reads the same in a tile, a tooltip, a table and an export",
        looks_at: |source| {
            source.within(&["app/src/", "app/js/"])
                && source.is(&[".rs", ".mjs", ".js"])
                && !source.within(GEOMETRY)
        },
        judge: |seen, _| each_line(seen, formats_number),
        bad: &[
            ("app/src/a.rs", "let text = format!(\"{:.1} %\", rate);\n"),
            ("app/src/a.rs", "let text = format!(\"{rate:>8.2}\");\n"),
            ("app/js/a.mjs", "const text = value.toFixed(2);\n"),
            ("app/js/a.mjs", "const text = value.toLocaleString();\n"),
        ],
        good: &[
            ("app/src/a.rs", "let id = format!(\"chart-{id:?}.\");\n"),
            (
                "app/src/a.rs",
                "let place = format!(\"translate({x:.1}px)\");\n",
            ),
            (
                "app/src/a.rs",
                "let text = tidemark_shared::format::text(value, unit);\n",
            ),
        ],
    },
    Rule {
        name: "ui knows no domain",
        why: "a select or a card is usable for anything; what it shows is said by widgets and pages",
        looks_at: |source| source.within(&["app/src/ui/", "app/src/ui.rs"]),
        judge: |seen, everything| ui_names_domain(seen, everything),
        bad: &[
            ("app/src/ui/a.rs", "use tidemark_shared::metric::Metric;\n"),
            ("app/src/ui/a.rs", "let column = \"acquisition_channel\";\n"),
        ],
        good: &[(
            "app/src/ui/a.rs",
            "fn card(title: String) -> impl IntoView {}\n",
        )],
    },
    Rule {
        name: "metrics are worded in shared",
        why: "label, help and formula of a metric have one home, so that page, export and docs agree",
        looks_at: |source| {
            source.within(&["app/src/", "server/src/", "server/crates/"]) && source.is(&[".rs"])
        },
        judge: |seen, everything| worded_elsewhere(seen, everything),
        bad: &[(
            "app/src/pages/a.rs",
            "//! x\nlet title = \"Customer churn rate\"; // label: \"Customer churn rate\",\n",
        )],
        good: &[("app/src/pages/a.rs", "let title = metric.label;\n")],
    },
];

/// Writes coordinates of vector paths, which nobody reads as numbers.
const GEOMETRY: &[&str] = &["app/src/charts/spark.rs"];
const NETWORK: &[&str] = &[
    "gloo_net",
    "reqwest",
    "fetch_with_str",
    "fetch_with_request",
    "fetch_with_str_and_init",
    "XmlHttpRequest",
    "WebSocket",
    "EventSource",
    "send_beacon_with_opt_str",
    "gloo_net::http",
];

/// Names of dimensions, which no `ui` component may know.
const DIMENSIONS: &[&str] = &[
    "plan",
    "region",
    "industry",
    "company_size",
    "acquisition_channel",
];
const DOMAIN_TYPES: &[&str] = &[
    "tidemark_shared::metric",
    "tidemark_shared::metrics",
    "tidemark_shared::mart",
    "tidemark_shared::dimension",
    "tidemark_shared::chart",
    "tidemark_shared::engine",
    "Metric",
    "Dimension",
    "METRICS",
    "MARTS",
];

fn outside_address(line: &str) -> Option<String> {
    let names_only = ["http://www.w3.org/", "https://www.w3.org/"];
    let mut rest = line.to_owned();
    for name in names_only {
        rest = rest.replace(name, "");
    }
    let hit = ["http://", "https://", "\"//", "'//", "url(//"]
        .iter()
        .find(|mark| rest.contains(**mark))?;
    Some(format!(
        "`{hit}…` leaves this server: bundle the file instead"
    ))
}

fn formats_number(source: &Source, line: &str) -> Option<String> {
    let instead = "use the formatter of `shared`";
    let calls = [
        ".toFixed(",
        ".toPrecision(",
        ".toLocaleString(",
        "Intl.",
        "to_fixed(",
        "to_locale_string(",
    ];
    if let Some(call) = calls.iter().find(|call| line.contains(**call)) {
        return Some(format!("`{call}` formats a number: {instead}"));
    }
    // Pixels place things; nobody reads them.
    let read = |literal: &str| has_precision(literal) && !literal.contains("}px");
    let precise = source.is(&[".rs"]) && strings(line).into_iter().any(read);
    precise.then(|| format!("a placeholder with decimals formats a number: {instead}"))
}

/// True for a format string with a placeholder such as `{:.1}` or `{x:>8.2}`.
fn has_precision(literal: &str) -> bool {
    literal.split('{').skip(1).any(|tail| {
        let Some((placeholder, _)) = tail.split_once('}') else {
            return false;
        };
        placeholder
            .split_once(':')
            .is_some_and(|(_, spec)| spec.contains('.'))
    })
}

fn ui_names_domain(seen: &[&Source], everything: &[Source]) -> Vec<Finding> {
    let mut findings = forbid(
        seen,
        DOMAIN_TYPES,
        "let the caller pass plain text and numbers",
    );
    let mut names: Vec<&str> = DIMENSIONS.to_vec();
    names.extend(metrics(everything).into_iter().map(|metric| metric.0));
    findings.extend(each_line(seen, |_, line| {
        let name = strings(line)
            .into_iter()
            .find(|literal| names.contains(literal))?;
        Some(format!(
            "\"{name}\" is a word of the domain: let the caller pass it"
        ))
    }));
    findings
}

/// Id and label of every metric in the registry: the first two literals of each `static … : Metric = …(`.
pub fn metrics(everything: &[Source]) -> Vec<(&str, &str)> {
    let registry = everything
        .iter()
        .filter(|source| source.within(&["shared/src/metrics/"]));
    let mut found = Vec::new();
    for source in registry {
        let mut lines = source.text.lines();
        while let Some(line) = lines.next() {
            if !(line.starts_with("pub static ") && line.contains(": Metric =")) {
                continue;
            }
            let mut literals = std::iter::once(line)
                .chain(&mut lines)
                .take(4)
                .flat_map(strings);
            if let (Some(id), Some(label)) = (literals.next(), literals.next()) {
                found.push((id, label));
            }
        }
    }
    found
}

fn worded_elsewhere(seen: &[&Source], everything: &[Source]) -> Vec<Finding> {
    let mut labels: Vec<&str> = metrics(everything)
        .into_iter()
        .map(|metric| metric.1)
        .collect();
    // A single word, such as MRR, is also just a word.
    labels.retain(|label| label.contains(' '));
    // Known by name too, so that the rule has something to look for in any checkout.
    labels.extend([
        "Customer churn rate",
        "Net new MRR",
        "Net revenue retention",
    ]);
    each_line(seen, |_, line| {
        let label = strings(line)
            .into_iter()
            .find(|literal| labels.contains(literal))?;
        Some(format!(
            "\"{label}\" is a metric's label: read it from the registry"
        ))
    })
}

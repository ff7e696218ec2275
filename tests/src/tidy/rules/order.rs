//! The order of modules inside a crate: imports go one way, from pages down to what knows no page.

use crate::tidy::{Finding, Imports, Rule, Source, each_line};

/// Rules about the direction of imports.
pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "imports of the app go one way",
        why: "a file can be read with what is below it, and moved without what is above it",
        looks_at: |source| APP.module_of(&source.path).is_some(),
        judge: |seen, _| seen.iter().flat_map(|source| APP.upward(source)).collect(),
        bad: &[
            ("app/src/ui/a.rs", "use crate::widgets::Kpis;\n"),
            ("app/src/charts/a.rs", "use crate::store::Store;\n"),
            ("app/src/store.rs", "use crate::pages::Overview;\n"),
            ("app/src/routes.rs", "use crate::app::App;\n"),
        ],
        good: &[
            ("app/src/pages/a.rs", "use crate::widgets::Kpis;\n"),
            ("app/src/pages/a.rs", "use crate::pages::later;\n"),
            ("app/src/app.rs", "use crate::pages::Overview;\n"),
        ],
    },
    Rule {
        name: "imports of shared go one way",
        why: "what a metric is can be read without views, a view without the engine, both without charts",
        looks_at: |source| SHARED.module_of(&source.path).is_some(),
        judge: |seen, _| {
            seen.iter()
                .flat_map(|source| SHARED.upward(source))
                .collect()
        },
        bad: &[
            ("shared/src/metric.rs", "use crate::view::Filters;\n"),
            ("shared/src/view/mod.rs", "use crate::chart::table;\n"),
            (
                "shared/src/engine/slice.rs",
                "use crate::engine::people::reach;\n",
            ),
            ("shared/src/unlisted.rs", "use crate::date::parse_iso;\n"),
        ],
        good: &[
            (
                "shared/src/chart/tables.rs",
                "use crate::engine::Evaluation;\n",
            ),
            (
                "shared/src/engine/people/data.rs",
                "use crate::engine::DataError;\n",
            ),
            ("shared/src/view/query.rs", "use crate::charts::ChartId;\n"),
        ],
    },
    Rule {
        name: "no files import each other in a circle",
        why: "files of a circle can only be read, tested and moved together",
        looks_at: |source| FREE_OF_CIRCLES.iter().any(|root| source.within(&[root])),
        judge: |seen, _| {
            let crates = FREE_OF_CIRCLES.iter();
            crates.flat_map(|root| circles(seen, root)).collect()
        },
        bad: &[(
            "shared/src/a.rs",
            "use crate::b::B;\n//// shared/src/b.rs\nuse crate::c::C;\n//// shared/src/c.rs\nuse crate::a::A;\n",
        )],
        good: &[(
            "shared/src/a.rs",
            "use crate::b::B;\n//// shared/src/b.rs\nuse crate::c::C;\n//// shared/src/c.rs\npub struct C;\n",
        )],
    },
];

/// The modules of a crate from the bottom up; those of one line know nothing of each other.
struct Order {
    root: &'static str,
    levels: &'static [&'static [&'static str]],
}

const APP: Order = Order {
    root: "app/src/",
    levels: &[
        &["ui", "load", "locale"],
        &["api", "charts", "routes"],
        &["draw", "fresh", "lazy"],
        &["store"],
        &["later"],
        &["widgets"],
        &["pages"],
        &["app"],
    ],
};

const SHARED: Order = Order {
    root: "shared/src/",
    levels: &[
        &["date", "dimension", "csv", "page"],
        &["mart"],
        &["columns"],
        &["metric", "wire"],
        &["api", "change", "metrics", "table"],
        &["charts"],
        &["view"],
        &["format"],
        &["engine"],
        &["engine::people"],
        &["chart", "restate"],
    ],
};

/// The crates whose files import each other one way.
const FREE_OF_CIRCLES: &[&str] = &[
    "app/src/",
    "shared/src/",
    "server/crates/engine/src/",
    "server/crates/runs/src/",
];

impl Order {
    /// The module that a file belongs to; none for the file that lists them.
    fn module_of(&self, path: &str) -> Option<String> {
        let inside = path.strip_prefix(self.root)?.strip_suffix(".rs")?;
        // Tests look at what is above them, as the tables of charts.
        if inside.ends_with("_tests") || inside.ends_with("/oracle") {
            return None;
        }
        let name = inside.replace('/', "::");
        (!matches!(inside, "main" | "lib")).then(|| self.listed(&name).to_owned())
    }

    /// The longest start of a path that has a place in the order, else its first name.
    fn listed<'a>(&self, path: &'a str) -> &'a str {
        let mut ends = path.match_indices("::").map(|(at, _)| at);
        let first = &path[..ends.next().unwrap_or(path.len())];
        let second = &path[..ends.next().unwrap_or(path.len())];
        match self.level(second) {
            Some(_) => second,
            None => first,
        }
    }

    fn level(&self, module: &str) -> Option<usize> {
        self.levels.iter().position(|level| level.contains(&module))
    }

    fn upward(&self, source: &Source) -> Vec<Finding> {
        let Some(own) = self.module_of(&source.path) else {
            return Vec::new();
        };
        each_line(&[source], |_, line| {
            let Some(own_level) = self.level(&own) else {
                return Some(format!(
                    "`{own}` has no place in the order: add it to the list"
                ));
            };
            let paths = line.split("crate::").skip(1);
            let names = paths.map(|rest| {
                let is_part = |letter: char| letter.is_alphanumeric() || "_:".contains(letter);
                let end = rest.find(|letter: char| !is_part(letter));
                self.listed(&rest[..end.unwrap_or(rest.len())])
            });
            let is_above = |name: &&str| {
                *name != own && self.level(name).is_some_and(|level| level >= own_level)
            };
            let name = names.into_iter().find(is_above)?;
            Some(format!("`{own}` is below `{name}` and must not import it"))
        })
    }
}

fn circles(seen: &[&Source], root: &str) -> Vec<Finding> {
    let imports = Imports::of(seen, root);
    let circles = imports.circles().into_iter();
    circles
        .map(|circle| Finding {
            path: imports.files[circle[0]].clone(),
            line: 0,
            message: format!("imports go in a circle: {}", circle.join(", ")),
        })
        .collect()
}

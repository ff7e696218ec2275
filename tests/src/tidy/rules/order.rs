//! The order of modules inside a crate: imports go one way, from pages down to what knows no page.

use crate::tidy::{Finding, Rule, Source, each_line};

/// Rules about the direction of imports.
pub(super) const RULES: &[Rule] = &[Rule {
    name: "imports of the app go one way",
    why: "a file can be read with what is below it, and moved without what is above it",
    looks_at: |source| module_of(&source.path).is_some(),
    judge: |seen, _| seen.iter().flat_map(|source| upward(source)).collect(),
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
}];

/// The app's modules from the bottom up; those of one line know nothing of each other.
const APP: &[&[&str]] = &[
    &["ui", "load", "locale"],
    &["api", "charts", "routes"],
    &["draw", "fresh", "lazy"],
    &["store"],
    &["later"],
    &["widgets"],
    &["pages"],
    &["app"],
];

const ROOT: &str = "app/src/";

/// The module at the top of the app that a file belongs to; none for the file that lists them.
fn module_of(path: &str) -> Option<&str> {
    let inside = path.strip_prefix(ROOT)?;
    let module = inside.split('/').next()?.trim_end_matches(".rs");
    (module != "main").then_some(module)
}

fn level(module: &str) -> Option<usize> {
    APP.iter().position(|level| level.contains(&module))
}

fn upward(source: &Source) -> Vec<Finding> {
    let Some(own) = module_of(&source.path) else {
        return Vec::new();
    };
    each_line(&[source], |_, line| {
        let Some(own_level) = level(own) else {
            return Some(format!(
                "`{own}` has no place in the order: add it to the list"
            ));
        };
        let names = line.split("crate::").skip(1).map(|rest| {
            let end = rest.find(|letter: char| !letter.is_alphanumeric() && letter != '_');
            &rest[..end.unwrap_or(rest.len())]
        });
        let mut above = names
            .filter(|name| *name != own && level(name).is_some_and(|level| level >= own_level));
        let name = above.next()?;
        Some(format!("`{own}` is below `{name}` and must not import it"))
    })
}

//! Which crate may use what: the one-way flow from files to marts to the browser.

use crate::tidy::{Finding, Rule, Source, each_line, has_word};

/// Rules about crates and their dependencies.
pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "shared is pure",
        why: "the same code runs natively and in the browser, and gives the same numbers every time",
        looks_at: |source| source.within(&["shared/src/"]),
        judge: |seen, _| forbid(seen, SHARED_NEVER, "pass in what is needed instead"),
        bad: &[
            ("shared/src/a.rs", "use std::fs;\n"),
            ("shared/src/a.rs", "let now = chrono::Utc::now();\n"),
            ("shared/src/a.rs", "use polars::prelude::*;\n"),
            (
                "shared/src/a.rs",
                "fn f() { web_sys::window(); }\n#[cfg(test)]\nmod tests {\n}\n",
            ),
        ],
        good: &[
            (
                "shared/src/a.rs",
                "//! No polars, no std::fs here.\nfn f() {}\n",
            ),
            (
                "shared/src/a.rs",
                "fn f() {}\n#[cfg(test)]\nmod tests {\n    use std::fs;\n}\n",
            ),
        ],
    },
    Rule {
        name: "only shared::wire reads Arrow",
        why: "one place knows the bytes; the rest of `shared` sees plain columns",
        looks_at: |source| {
            source.within(&["shared/src/"])
                && !source.within(&["shared/src/wire.rs", "shared/src/wire/"])
        },
        judge: |seen, _| forbid(seen, ARROW, "use `Columns`, and convert in `wire`"),
        bad: &[("shared/src/engine/a.rs", "use arrow_array::Int64Array;\n")],
        good: &[("shared/src/engine/a.rs", "use crate::columns::Columns;\n")],
    },
    Rule {
        name: "Polars stays in the engine crate",
        why: "it takes half an hour to compile, and beyond the snapshot there are only Arrow bytes",
        looks_at: |source| {
            (source.is(&[".rs"]) || source.is(&["/Cargo.toml"]))
                && !source.within(&["server/crates/engine/", "tests/"])
        },
        judge: |seen, _| forbid(seen, POLARS, "move it into the engine crate"),
        bad: &[
            (
                "server/crates/http/Cargo.toml",
                "[dependencies]\npolars = \"1\"\n",
            ),
            (
                "server/src/pipeline.rs",
                "use polars::prelude::DataFrame;\n",
            ),
        ],
        good: &[
            (
                "server/src/pipeline.rs",
                "use tidemark_engine::Engine; // runs on polars::prelude\n",
            ),
            ("server/src/pipeline.rs", "let dialect = \"polars\";\n"),
        ],
    },
    Rule {
        name: "http serves bytes, computes nothing",
        why: "a response is what was published; a model run inside a request could not be frozen",
        looks_at: |source| source.within(&["server/crates/http/"]) && source.is(&[".rs", ".toml"]),
        judge: |seen, _| {
            forbid(
                seen,
                HTTP_NEVER,
                "publish it in the snapshot and serve those bytes",
            )
        },
        bad: &[
            (
                "server/crates/http/Cargo.toml",
                "tidemark-engine.workspace = true\n",
            ),
            (
                "server/crates/http/src/a.rs",
                "use tidemark_project::Project;\n",
            ),
        ],
        good: &[(
            "server/crates/http/src/a.rs",
            "use tidemark_snapshot::Store;\n",
        )],
    },
    Rule {
        name: "connectors write through `raw` alone",
        why: "state may move only after the records it covers are on the disk, and one place sees to that",
        looks_at: |source| {
            source.within(&["server/crates/connectors/src/"])
                && !source.within(&["server/crates/connectors/src/raw/"])
        },
        judge: |seen, _| forbid(seen, WRITERS, "land it with `Raw`"),
        bad: &[(
            "server/crates/connectors/src/stripe/a.rs",
            "fs::write(path, record)?;\n",
        )],
        good: &[(
            "server/crates/connectors/src/stripe/a.rs",
            "raw.push(\"customers\", record)?;\n",
        )],
    },
    Rule {
        name: "connectors call through `http` alone",
        why: "one client knows pace, patience and which host may get the credentials",
        looks_at: |source| {
            source.within(&["server/crates/connectors/src/"])
                && !source.within(&["server/crates/connectors/src/http/"])
        },
        judge: |seen, _| forbid(seen, CLIENTS, "send a `Call` through `Api`"),
        bad: &[(
            "server/crates/connectors/src/stripe/a.rs",
            "let page = reqwest::get(url).await?;\n",
        )],
        good: &[(
            "server/crates/connectors/src/stripe/a.rs",
            "let page = api.send(Call::get(path)).await?;\n",
        )],
    },
    Rule {
        name: "one reader of the clock",
        why: "the as-of date is an argument, so that any build can be repeated",
        looks_at: |source| {
            source.within(&["server/", "shared/src/"])
                && source.is(&[".rs"])
                && !source.within(MAIN)
        },
        judge: |seen, _| {
            forbid(
                seen,
                CLOCK,
                "take the time as an argument from the command line's entry",
            )
        },
        bad: &[("server/src/pipeline.rs", "let now = chrono::Utc::now();\n")],
        good: &[(
            "server/src/pipeline.rs",
            "fn run(as_of: NaiveDate) { let timer = Instant::now(); }\n",
        )],
    },
    Rule {
        name: "one reader of the environment",
        why: "a setting has one name, one default and one place that explains it",
        looks_at: |source| {
            source.within(&["server/"])
                && source.is(&[".rs"])
                && !source.within(CONFIG)
                && !source.is(&["build.rs"])
        },
        judge: |seen, _| forbid(seen, ENVIRONMENT, "add it to the settings"),
        bad: &[(
            "server/src/cli/serve.rs",
            "let key = std::env::var(\"KEY\");\n",
        )],
        good: &[(
            "server/src/cli/serve.rs",
            "let name = env!(\"CARGO_PKG_NAME\");\n",
        )],
    },
];

const WRITERS: &[&str] = &["fs::write", "fs::rename", "File::create", "OpenOptions"];

const CLIENTS: &[&str] = &[
    "reqwest::get",
    "reqwest::Client",
    "reqwest::RequestBuilder",
    "TcpStream",
];

const SHARED_NEVER: &[&str] = &[
    "polars",
    "tokio",
    "axum",
    "leptos",
    "web_sys",
    "js_sys",
    "gloo_net",
    "reqwest",
    "std::fs",
    "std::env",
    "std::net",
    "std::process",
    "std::thread",
    "SystemTime",
    "Instant::now",
    "Utc::now",
    "Local::now",
    "println!",
    "eprintln!",
];
/// Its paths in Rust and its entry in a manifest; the bare word may name an SQL dialect.
const POLARS: &[&str] = &[
    "polars::",
    "polars =",
    "polars.workspace",
    "polars-core",
    "polars-lazy",
];
const ARROW: &[&str] = &[
    "arrow_array",
    "arrow_buffer",
    "arrow_data",
    "arrow_ipc",
    "arrow_schema",
];
const HTTP_NEVER: &[&str] = &[
    "polars",
    "minijinja",
    "tidemark-engine",
    "tidemark_engine",
    "tidemark-project",
    "tidemark_project",
    "tidemark-landing",
    "tidemark_landing",
    "tidemark-simulator",
    "tidemark_simulator",
];
const CLOCK: &[&str] = &["Utc::now", "Local::now", "SystemTime::now"];
const ENVIRONMENT: &[&str] = &[
    "env::var",
    "env::vars",
    "env::vars_os",
    "env::var_os",
    "env::set_var",
];
/// The command line asks once and passes on.
const MAIN: &[&str] = &["server/src/main.rs", "server/src/cli/mod.rs"];
const CONFIG: &[&str] = &[
    "server/src/main.rs",
    "server/src/cli/mod.rs",
    "server/src/config",
];

/// A finding for each production line that has one of the words.
pub(super) fn forbid(seen: &[&Source], words: &[&str], instead: &str) -> Vec<Finding> {
    each_line(seen, |_, line| {
        let word = words.iter().find(|word| has_word(line, word))?;
        Some(format!("`{word}` does not belong here: {instead}"))
    })
}

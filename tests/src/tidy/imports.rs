//! Which file of a crate imports which: just enough reading of `use` to draw the graph of files.

use std::collections::{BTreeMap, BTreeSet};

use super::{Source, code, production};

/// The files of one crate as modules (`engine/slice`, empty for the crate's own file), with what
/// each imports. A name that a module passes on with `pub use` counts for the file it comes from;
/// `mod` and `pub use` of a module's own children are its table of contents and count for nothing.
pub struct Imports {
    /// Path of each module's file.
    pub files: BTreeMap<String, String>,
    /// The modules that each module imports.
    pub edges: BTreeMap<String, BTreeSet<String>>,
}

/// One path in a `use` or in code, and whether a `pub use` passes it on.
struct Path {
    segments: Vec<String>,
    is_passed_on: bool,
}

impl Imports {
    /// Reads the files under `root` (as `shared/src/`), without tests.
    pub fn of(sources: &[&Source], root: &str) -> Imports {
        let mut files = BTreeMap::new();
        let mut paths: BTreeMap<String, Vec<Path>> = BTreeMap::new();
        for source in sources {
            let Some(module) = module_of(&source.path, root) else {
                continue;
            };
            let found = paths_of(source).into_iter();
            let found = found.filter_map(|path| absolute(&module, path));
            paths.insert(module.clone(), found.collect());
            files.insert(module, source.path.clone());
        }
        let passed_on = passed_on(&files, &paths);
        let mut edges: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (module, paths) in &paths {
            let targets = edges.entry(module.clone()).or_default();
            for path in paths {
                let Some(target) = resolve(&path.segments, &files, &passed_on) else {
                    continue;
                };
                let is_child = module.is_empty() || target.starts_with(&format!("{module}/"));
                if target != *module && !(path.is_passed_on && is_child) {
                    targets.insert(target);
                }
            }
        }
        Imports { files, edges }
    }

    /// Groups of files that import each other in a circle, each in order; empty if imports go one
    /// way.
    pub fn circles(&self) -> Vec<Vec<&str>> {
        let reached: BTreeMap<&str, BTreeSet<&str>> = self
            .edges
            .keys()
            .map(|module| (module.as_str(), self.reached_from(module)))
            .collect();
        let reaches =
            |from: &str, to: &str| reached.get(from).is_some_and(|found| found.contains(to));
        let mut circles: Vec<Vec<&str>> = Vec::new();
        for module in reached.keys().copied().filter(|one| reaches(one, one)) {
            if circles.iter().any(|circle| circle.contains(&module)) {
                continue;
            }
            let both = |other: &&str| reaches(module, other) && reaches(other, module);
            circles.push(reached.keys().copied().filter(both).collect());
        }
        circles
    }

    fn reached_from(&self, module: &str) -> BTreeSet<&str> {
        let mut found = BTreeSet::new();
        let mut open: Vec<&str> = vec![module];
        while let Some(next) = open.pop() {
            for target in self.edges.get(next).into_iter().flatten() {
                if found.insert(target.as_str()) {
                    open.push(target);
                }
            }
        }
        found
    }
}

/// The module of a file: `engine/slice` of `shared/src/engine/slice.rs`; none of a test.
fn module_of(path: &str, root: &str) -> Option<String> {
    let inside = path.strip_prefix(root)?.strip_suffix(".rs")?;
    let is_test = |name: &str| name == "tests" || name == "oracle" || name.ends_with("_tests");
    if inside.split('/').any(is_test) {
        return None;
    }
    let module = inside.strip_suffix("/mod").unwrap_or(inside);
    let is_own = matches!(module, "lib" | "main");
    Some(if is_own {
        String::new()
    } else {
        module.to_owned()
    })
}

/// Every path that a file's production code names after `use`, or that begins with `crate::` or
/// `super::`.
fn paths_of(source: &Source) -> Vec<Path> {
    let lines: Vec<&str> = production(source)
        .map(|(_, line)| code(source, line))
        .collect();
    let text = lines.join("\n");
    let mut paths = Vec::new();
    for statement in text.split(';') {
        match start_of_use(statement) {
            Some((before, tree)) => {
                let above = statement.len() - before.len() - "use ".len() - tree.len();
                inline(&statement[..above], &mut paths);
                let is_passed_on = before.trim_start().starts_with("pub");
                expand("", tree, is_passed_on, &mut paths);
            }
            None => inline(statement, &mut paths),
        }
    }
    paths
}

/// The last line that begins a `use`, split into what stands before the word and the tree after it.
/// Lines above it belong to another item.
fn start_of_use(statement: &str) -> Option<(&str, &str)> {
    let mut start = 0;
    for line in statement.split_inclusive('\n') {
        let words = line.trim_start();
        let is_use = words.starts_with("use ")
            || words.starts_with("pub") && words.split(' ').nth(1) == Some("use");
        if is_use {
            let (before, tree) = statement[start..].split_once("use ")?;
            return Some((before, tree));
        }
        start += line.len();
    }
    None
}

/// Takes a tree of `use` apart: `a::{b, c::d}` into `a::b` and `a::c::d`.
fn expand(prefix: &str, tree: &str, is_passed_on: bool, paths: &mut Vec<Path>) {
    let tree = tree.trim();
    let Some((head, inner)) = tree.split_once('{') else {
        let name = tree.split(" as ").next().unwrap_or(tree).trim();
        let whole = format!("{prefix}{name}");
        let segments = whole.split("::").map(str::to_owned).collect();
        paths.push(Path {
            segments,
            is_passed_on,
        });
        return;
    };
    let inner = inner.trim_end().strip_suffix('}').unwrap_or(inner);
    let prefix = format!("{prefix}{}", head.trim());
    let (mut depth, mut start) = (0, 0);
    for (at, letter) in inner.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                expand(&prefix, &inner[start..at], is_passed_on, paths);
                start = at + 1;
            }
            _ => {}
        }
    }
    if !inner[start..].trim().is_empty() {
        expand(&prefix, &inner[start..], is_passed_on, paths);
    }
}

/// Paths in the middle of code: `crate::format::date(day)`.
fn inline(text: &str, paths: &mut Vec<Path>) {
    for start in ["crate::", "super::"] {
        for (at, _) in text.match_indices(start) {
            let rest = &text[at..];
            let end = rest.find(|letter: char| !letter.is_alphanumeric() && !"_:".contains(letter));
            let name = &rest[..end.unwrap_or(rest.len())];
            paths.push(Path {
                segments: name.split("::").map(str::to_owned).collect(),
                is_passed_on: false,
            });
        }
    }
}

/// The path from the crate's top; a name without `crate`, `super` or `self` is taken for a child.
fn absolute(module: &str, path: Path) -> Option<Path> {
    let own = || module.split('/').filter(|part| !part.is_empty());
    let mut base: Vec<String> = own().map(str::to_owned).collect();
    let mut rest = path.segments.as_slice();
    match rest.first()?.as_str() {
        "crate" => {
            base.clear();
            rest = &rest[1..];
        }
        "self" => rest = &rest[1..],
        _ => {
            while rest.first().is_some_and(|part| part == "super") {
                base.pop();
                rest = &rest[1..];
            }
        }
    }
    base.extend(rest.iter().cloned());
    Some(Path {
        segments: base,
        ..path
    })
}

/// By module, the names it passes on and the modules they come from.
fn passed_on(
    files: &BTreeMap<String, String>,
    paths: &BTreeMap<String, Vec<Path>>,
) -> BTreeMap<(String, String), String> {
    let mut found = BTreeMap::new();
    // A name may be passed on by several modules, one after the other.
    for _ in 0..3 {
        for (module, paths) in paths {
            for path in paths.iter().filter(|path| path.is_passed_on) {
                let target = resolve(&path.segments, files, &found);
                if let Some((target, name)) = target.zip(path.segments.last()) {
                    found.insert((module.clone(), name.clone()), target);
                }
            }
        }
    }
    found
}

/// The module that a path leads to; none if it leads to no file of the crate.
fn resolve(
    segments: &[String],
    files: &BTreeMap<String, String>,
    passed_on: &BTreeMap<(String, String), String>,
) -> Option<String> {
    let lengths = (0..=segments.len()).rev();
    let mut known = lengths.map(|length| (length, segments[..length].join("/")));
    let (length, module) = known.find(|(_, module)| files.contains_key(module))?;
    let Some(name) = segments.get(length) else {
        return Some(module);
    };
    let from = passed_on.get(&(module.clone(), name.clone()));
    Some(from.cloned().unwrap_or(module))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn circles(files: &[(&str, &str)]) -> Vec<Vec<String>> {
        let sources: Vec<Source> = files.iter().map(|(p, t)| Source::new(p, t)).collect();
        let seen: Vec<&Source> = sources.iter().collect();
        let imports = Imports::of(&seen, "a/src/");
        let circles = imports.circles().into_iter();
        circles
            .map(|circle| circle.into_iter().map(str::to_owned).collect())
            .collect()
    }

    #[test]
    fn a_name_counts_for_the_file_it_comes_from() {
        let passes = "mod b;\nmod c;\npub use b::{B, Other};\n";
        let circle = [
            ("a/src/m/mod.rs", passes),
            ("a/src/m/b.rs", "use super::c::C;\npub struct B;\n"),
            (
                "a/src/m/c.rs",
                "use crate::m::{\n    B,\n};\npub struct C;\n",
            ),
        ];
        assert_eq!(circles(&circle), [["m/b", "m/c"]]);
        let chain = [
            circle[0],
            ("a/src/m/b.rs", "pub struct B;\n"),
            ("a/src/m/c.rs", "fn c() -> crate::m::B {}\n"),
        ];
        assert!(
            circles(&chain).is_empty(),
            "a table of contents is no import"
        );
    }

    #[test]
    fn a_module_that_uses_its_child_and_is_used_by_it_is_a_circle() {
        let files = [
            ("a/src/m.rs", "mod b;\nuse b::make;\npub struct M;\n"),
            ("a/src/m/b.rs", "use super::M;\npub fn make() {}\n"),
        ];
        assert_eq!(circles(&files), [["m", "m/b"]]);
    }

    #[test]
    fn tests_do_not_count() {
        let files = [
            ("a/src/b.rs", "use crate::c::C;\n"),
            (
                "a/src/c.rs",
                "pub struct C;\n\n#[cfg(test)]\nmod tests {\n    use crate::b::B;\n}\n",
            ),
            ("a/src/c_tests.rs", "use crate::b::B;\n"),
        ];
        assert!(circles(&files).is_empty());
    }
}

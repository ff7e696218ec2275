//! Reads the text files of the checkout, without what git ignores.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::Source;

const ENDINGS: &[&str] = &[
    ".rs", ".toml", ".sql", ".yml", ".yaml", ".mjs", ".js", ".ts", ".json", ".css", ".html", ".sh",
    ".md", ".py", "/run", "Makefile",
];

/// All text files of the checkout that this crate was compiled in.
///
/// # Errors
/// A folder or file that cannot be read, with its path.
pub fn checkout() -> io::Result<Vec<Source>> {
    let top = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("..")
        .canonicalize()?;
    let ignored = ignored_names(&fs::read_to_string(top.join(".gitignore")).unwrap_or_default());
    let mut sources = Vec::new();
    let mut folders = vec![top.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).map_err(|error| at(&folder, &error))? {
            let path = entry?.path();
            let relative = relative(&top, &path);
            if is_ignored(&relative, &ignored) {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else if ENDINGS
                .iter()
                .any(|ending| format!("/{relative}").ends_with(ending))
            {
                let text = fs::read_to_string(&path).map_err(|error| at(&path, &error))?;
                sources.push(Source {
                    path: relative,
                    text,
                });
            }
        }
    }
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(sources)
}

fn at(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

fn relative(top: &Path, path: &Path) -> String {
    let path: PathBuf = path
        .strip_prefix(top)
        .unwrap_or(path)
        .components()
        .collect();
    path.to_string_lossy().replace('\\', "/")
}

/// The plain entries of a `.gitignore`; patterns with wildcards are no folders of ours and are left out.
fn ignored_names(gitignore: &str) -> Vec<String> {
    let entries = gitignore.lines().map(str::trim);
    entries
        .filter(|line| !line.is_empty() && !line.starts_with('#') && !line.contains('*'))
        .map(|line| line.trim_end_matches('/').to_owned())
        .collect()
}

/// Build output, and what git ignores: an entry with a slash counts from the top, one without counts at any depth.
fn is_ignored(relative: &str, ignored: &[String]) -> bool {
    let name = relative.rsplit('/').next().unwrap_or(relative);
    matches!(name, ".git" | "dist")
        || ignored.iter().any(|entry| match entry.strip_prefix('/') {
            Some(entry) => relative == entry,
            None if entry.contains('/') => relative == entry,
            None => name == entry,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ignored_entries_count_from_the_top_only_with_a_slash() {
        let ignored = ignored_names("# built\n/target\napp/dist/\nnode_modules\n*.log\n");
        assert!(is_ignored("target", &ignored));
        assert!(!is_ignored("server/target", &ignored));
        assert!(is_ignored("app/dist", &ignored));
        assert!(is_ignored("tests/browser/node_modules", &ignored));
        assert!(is_ignored(".git", &ignored));
        assert!(!is_ignored("build.log", &ignored), "wildcards are not read");
    }

    #[test]
    fn the_checkout_has_this_very_file() {
        let sources = checkout().expect("the checkout is readable");
        assert!(
            sources
                .iter()
                .any(|source| source.path == "tests/src/tidy/walk.rs")
        );
        assert!(
            sources
                .iter()
                .all(|source| !source.path.contains("node_modules"))
        );
    }
}

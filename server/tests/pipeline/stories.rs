//! Stories, each a folder of raw files with what they must give: the worked examples of the metric definitions, and what they leave open.
//!
//! `expected.txt` opens with `as_of DAY`, then may have `set KEY VALUE` for settings and `by DIMENSION` for the one its rows name (`plan`
//! without it). Every further line is a row of a mart; a mart, or a column of `customers`, that the file does not mention is not looked at.

use std::fs;
use std::path::{Path, PathBuf};

use crate::events;
use crate::support::{Published, build, rows};
use tidemark::Settings;

/// What a story says.
struct Story {
    raw: PathBuf,
    as_of: String,
    settings: Vec<(String, String)>,
    by: String,
    expected: Vec<String>,
}

/// The columns that name a row of a mart, and how many its grain has; what follows are the measures.
const GRAINS: [(&str, &[&str], usize); 11] = [
    ("lifecycle_daily", &["day"], 6),
    ("support_daily", &["day", "priority", "channel"], 8),
    ("support_durations", &["day", "measure", "bucket"], 8),
    ("stage_transitions", &["day", "from_stage", "to_stage"], 8),
    ("sales_cycle", &["day", "bucket"], 7),
    ("tickets_and_churn", &["month", "ticket_bucket"], 7),
    ("marketing_spend", &["day"], 2),
    (
        "customer_events",
        &["customer_id", "day", "measure", "record"],
        9,
    ),
    ("churn_reasons", &["day", "churn_kind", "churn_reason"], 8),
    ("acquisition_funnel", &["day", "step", "bucket"], 8),
    ("annotations", &["day"], 1),
];
/// Columns of `customers` that every story which looks at the mart tells.
const CUSTOMER: [&str; 5] = [
    "mrr",
    "stage",
    "scheduled_churn_on",
    "churn_kind",
    "churn_reason",
];

impl Story {
    fn read(folder: &Path) -> Result<Self, String> {
        let text = fs::read_to_string(folder.join("expected.txt")).map_err(|e| e.to_string())?;
        let mut story = Self {
            raw: folder.join("raw"),
            as_of: String::new(),
            settings: Vec::new(),
            by: "plan".to_owned(),
            expected: Vec::new(),
        };
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            match *line.splitn(3, ' ').collect::<Vec<_>>().as_slice() {
                ["as_of", day] => story.as_of = day.to_owned(),
                ["by", dimension] => story.by = dimension.to_owned(),
                ["set", key, value] => story.settings.push((key.to_owned(), value.to_owned())),
                _ => story.expected.push(line.to_owned()),
            }
        }
        if story.as_of.is_empty() || story.expected.is_empty() {
            return Err("expected.txt has no as_of line, or expects nothing".to_owned());
        }
        story.expected.sort();
        Ok(story)
    }

    fn mentions(&self, start: &str) -> bool {
        self.expected.iter().any(|line| line.starts_with(start))
    }

    /// The rows of the marts that the story mentions, as lines.
    fn told(&self, published: &Published) -> Vec<String> {
        let mut lines = Vec::new();
        for (name, keys, grain) in GRAINS {
            if !self.mentions(&format!("{name} ")) {
                continue;
            }
            let mart = Mart::read(published, name);
            // Spend has no plan: its one dimension is the channel. Annotations have none.
            let by = match name {
                "marketing_spend" => "acquisition_channel",
                "annotations" => "day",
                _ => &self.by,
            };
            for row in &mart.rows {
                let keys = mart.cells(row, keys);
                let by = mart.cell(row, by);
                for (measure, value) in mart.header.iter().zip(row).skip(grain) {
                    if !matches!(value.as_str(), "" | "0") {
                        lines.push(format!("{name} {keys} {by} {measure} {value}"));
                    }
                }
            }
        }
        if self.mentions("retention_cohorts ") {
            let mart = Mart::read(published, "retention_cohorts");
            let told = [
                "cohort_month",
                "months_since",
                "customers_active",
                "mrr_active",
            ];
            let cells = mart.rows.iter().map(|row| mart.cells(row, &told));
            lines.extend(cells.map(|cells| format!("retention_cohorts {cells}")));
        }
        if self.mentions("customers ") {
            let mart = Mart::read(published, "customers");
            for row in &mart.rows {
                let id = mart.cell(row, "customer_id");
                for (column, value) in mart.header.iter().zip(row).skip(1) {
                    if !value.is_empty() && self.asks_for(column) {
                        lines.push(format!("customers {id} {column} {value}"));
                    }
                }
            }
        }
        lines.sort();
        lines
    }

    fn asks_for(&self, column: &str) -> bool {
        let named = |line: &String| {
            line.starts_with("customers ") && line.split(' ').nth(2) == Some(column)
        };
        CUSTOMER.contains(&column) || self.expected.iter().any(named)
    }

    /// Builds the story, compares what it gave with what it says, and the manifest with its settings.
    fn check(&self) -> Result<(), String> {
        let settings: Vec<(&str, &str)> = self
            .settings
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_str()))
            .collect();
        let published = build(&self.raw, &self.as_of, &settings).map_err(|e| e.to_string())?;
        let mut wanted = Settings::default();
        for (key, value) in settings {
            wanted.set(key, value, "story").map_err(|e| e.to_string())?;
        }
        let manifest = published.snapshot.manifest();
        if (
            manifest.timezone.as_str(),
            &manifest.currency,
            &manifest.policies,
        ) != (wanted.timezone.name(), &wanted.currency, &wanted.policies)
        {
            return Err("  the manifest does not tell the settings in force".to_owned());
        }
        events::add_up(&published)?;
        let got = self.told(&published);
        if got == self.expected {
            return Ok(());
        }
        let only = |sign: char, these: &[String], those: &[String]| -> Vec<String> {
            these
                .iter()
                .filter(|line| !those.contains(line))
                .map(|line| format!("  {sign} {line}"))
                .collect()
        };
        let mut lines = only('-', &self.expected, &got);
        lines.extend(only('+', &got, &self.expected));
        Err(lines.join("\n"))
    }
}

/// A published mart as text.
struct Mart {
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Mart {
    fn read(published: &Published, name: &str) -> Self {
        let mut rows = rows(&published.csv(name));
        let header = rows.remove(0);
        Self { header, rows }
    }

    fn cell<'a>(&self, row: &'a [String], column: &str) -> &'a str {
        let at = self.header.iter().position(|name| name == column);
        &row[at.expect("a column of the mart")]
    }

    fn cells(&self, row: &[String], columns: &[&str]) -> String {
        let cells: Vec<&str> = columns
            .iter()
            .map(|column| self.cell(row, column))
            .collect();
        cells.join(" ")
    }
}

/// Checks stories one after the other; gives what failed.
fn failures(stories: &[PathBuf]) -> Vec<String> {
    let check = |story: &PathBuf| {
        let outcome = Story::read(story).and_then(|story| story.check());
        outcome
            .err()
            .map(|difference| format!("{}\n{difference}", story.display()))
    };
    stories.iter().filter_map(check).collect()
}

#[test]
fn every_story_gives_what_it_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/stories");
    let mut stories: Vec<PathBuf> = fs::read_dir(folder)
        .expect("the stories")
        .map(|e| e.expect("an entry").path())
        .collect();
    stories.sort();
    assert!(
        stories.len() >= 17,
        "only {} stories were found",
        stories.len()
    );
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    let failed: Vec<String> = std::thread::scope(|scope| {
        let parts: Vec<_> = stories
            .chunks(stories.len().div_ceil(workers))
            .map(|part| scope.spawn(|| failures(part)))
            .collect();
        parts
            .into_iter()
            .flat_map(|part| part.join().expect("no story panics"))
            .collect()
    });
    assert!(
        failed.is_empty(),
        "{} of {} stories differ (- expected, + got)\n{}",
        failed.len(),
        stories.len(),
        failed.join("\n")
    );
}

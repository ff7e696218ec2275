//! quality: the quality report and the sources without what is outside a view.
//!
//! The checks ran on all rows, and what they found is not attributed to dimension values. So names and
//! outcomes of checks stay, which say whether the numbers can be relied on; counts, messages and
//! samples, which may hold records of other rows, do not.
use tidemark_shared::api::{Identity, QualityReport, SeenNames, SourceEntry};

/// A report without samples and counts; none if it is of a form that is not known, since what it holds
/// is then not known either.
pub(super) fn restricted(json: &[u8]) -> Option<Vec<u8>> {
    let mut report: QualityReport = serde_json::from_slice(json).ok()?;
    for check in &mut report.checks {
        check.failing = 0;
        check.message.clear();
        check.samples.clear();
        check.kept = None;
    }
    report.findings.clear();
    report.tables.clear();
    report.seen = SeenNames::default();
    report.identity = Identity::default();
    serde_json::to_vec(&report).ok()
}

/// The sources with their freshness, without how many records they have.
pub(super) fn sources(sources: &[SourceEntry]) -> Vec<SourceEntry> {
    let without_rows = |source: &SourceEntry| SourceEntry {
        rows: 0,
        ..source.clone()
    };
    sources.iter().map(without_rows).collect()
}

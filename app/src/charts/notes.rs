//! Notes on days, such as a change of prices: marked on every chart over time and shown in its
//! tooltips.

use chrono::NaiveDate;
use tidemark_shared::Columns;
use tidemark_shared::date::from_days;
use tidemark_shared::view::Span;

use super::drawing::Drawing;

/// What happened on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Note {
    pub(crate) day: NaiveDate,
    pub(crate) label: String,
    /// More about it; may be empty.
    pub(crate) detail: String,
}

/// The notes of a mart, by day.
pub(crate) fn notes(mart: &Columns) -> Vec<Note> {
    let text = |column: &str, row: usize| {
        let value = mart.text(column).and_then(|text| text.get(row));
        value.unwrap_or_default().to_owned()
    };
    let days = mart.days("day").unwrap_or_default();
    let note = |(row, day): (usize, &i32)| Note {
        day: from_days(*day),
        label: text("label", row),
        detail: text("detail", row),
    };
    let mut notes: Vec<Note> = days.iter().enumerate().map(note).collect();
    notes.sort_by_key(|note| note.day);
    notes
}

/// Marks the notes on a drawing whose data indices are days.
pub(crate) fn annotate(drawing: &mut Drawing, notes: &[Note]) {
    let spans: Vec<Option<Span>> = drawing.targets.by_data.iter().map(|t| t.span).collect();
    for note in notes {
        let holds =
            |span: &Option<Span>| span.is_some_and(|s| s.from <= note.day && note.day <= s.to);
        let Some(at) = spans.iter().position(holds) else {
            continue;
        };
        if !drawing.marks.contains(&at) {
            drawing.marks.push(at);
        }
        if let Some(tip) = drawing.tips.get_mut(at) {
            tip.notes.push(note.label.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{day, evaluation, ink};
    use super::*;
    use tidemark_shared::metrics::MRR;

    #[test]
    fn a_note_is_marked_on_the_period_of_its_day_and_shown_there() {
        let evaluation = evaluation("grain=month&from=2026-01-01&to=2026-03-10");
        let mut drawing = super::super::compared(&evaluation, &MRR, &ink(&[]));
        let note = |on: &str, label: &str| Note {
            day: day(on),
            label: label.to_owned(),
            detail: String::new(),
        };
        let all = [
            note("2025-12-31", "Before"),
            note("2026-02-03", "Prices"),
            note("2026-02-28", "Launch"),
        ];
        annotate(&mut drawing, &all);
        assert_eq!(drawing.marks, [1]);
        assert_eq!(drawing.tips[1].notes, ["Prices", "Launch"]);
        assert!(drawing.tips[0].notes.is_empty());
    }
}

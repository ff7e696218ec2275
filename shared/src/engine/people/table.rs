//! The list as a table: cells of the page, rows of the file.

use super::roster::Roster;
use crate::columns::NULL_DAY;
use crate::date::from_days;
use crate::metric::Unit;
use crate::table::{Cell, Table};
use crate::view::Field;

/// Ids that are in the file and not on the page.
const IDS: [(&str, &str); 3] = [
    ("stripe_customer_ids", "Stripe customers"),
    ("salesforce_account_id", "Salesforce account"),
    ("zendesk_organization_id", "Zendesk organization"),
];

impl Roster {
    /// Name for people of a column.
    pub fn label(&self, field: Field) -> &str {
        match field {
            Field::Amount(at) => {
                let part = self.parts.get(usize::from(at));
                part.map_or(field.label(), |part| &part.label)
            }
            _ => field.label(),
        }
    }

    /// How the numbers of a column are written; none for words and dates.
    pub fn unit(&self, field: Field) -> Option<Unit> {
        match field {
            Field::Amount(at) => self.parts.get(usize::from(at)).map(|part| part.unit),
            Field::Mrr => Some(Unit::Money),
            Field::Tickets30d | Field::OpenTickets => Some(Unit::Count),
            _ => None,
        }
    }

    /// What stands in a column at a position.
    pub fn cell(&self, at: usize, field: Field) -> Cell {
        if let Field::Amount(part) = field {
            let part = self.parts.get(usize::from(part));
            let amount = part.and_then(|part| part.amounts.get(at));
            return amount.map_or(Cell::Empty, |amount| Cell::Int(*amount));
        }
        let Some(row) = self.row(at) else {
            return match (field, self.other(at)) {
                (Field::Name, Some(id)) => Cell::Text(id.to_owned()),
                _ => Cell::Empty,
            };
        };
        let people = self.people();
        let text = |column| match people.text(row, column) {
            Some(text) if !text.is_empty() => Cell::Text(text.to_owned()),
            _ => Cell::Empty,
        };
        let day = |column| {
            let days = people.columns.days(column);
            let day = days.map_or(NULL_DAY, |days| days[row]);
            if day == NULL_DAY {
                Cell::Empty
            } else {
                Cell::Date(from_days(day))
            }
        };
        match field {
            Field::Name => Cell::Text(people.name(row).to_owned()),
            Field::Mrr => Cell::Int(people.mrr(row)),
            Field::FirstActiveOn | Field::LastChurnedOn | Field::ScheduledChurnOn => {
                day(field.key())
            }
            Field::Tickets30d | Field::OpenTickets => {
                let counts = people.columns.ints(field.key());
                counts.map_or(Cell::Empty, |counts| Cell::Int(counts.get(row)))
            }
            Field::Delinquent | Field::Reconstructed => {
                let flags = people.columns.bools(field.key());
                flags.map_or(Cell::Empty, |flags| Cell::Bool(flags[row]))
            }
            _ => text(field.key()),
        }
    }

    /// Some positions as a table, with all ids.
    pub fn table(&self, shown: &[u32]) -> Table {
        let fields = self.fields();
        let mut table = Table::default();
        table.column("customer_id", "ID", None);
        for field in &fields {
            let key = match field {
                // No column of the mart is called that.
                Field::Amount(at) => {
                    let part = self.parts.get(usize::from(*at));
                    format!("listed_{}", part.map_or(field.key(), |part| &part.key))
                }
                _ => field.key().to_owned(),
            };
            table.column(&key, self.label(*field), self.unit(*field));
        }
        for (key, label) in IDS {
            table.column(key, label, None);
        }
        let row = |at: &u32| {
            let at = *at as usize;
            let mut cells = vec![Cell::Text(self.id(at).to_owned())];
            cells.extend(fields.iter().map(|field| self.cell(at, *field)));
            cells.extend(IDS.iter().map(|(column, _)| {
                let text = self.row(at).and_then(|row| self.people.text(row, column));
                text.map_or(Cell::Empty, |text| Cell::Text(text.to_owned()))
            }));
            cells
        };
        table.rows = shown.iter().map(row).collect();
        table
    }
}

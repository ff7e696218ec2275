//! Puts the rows of records that bear a stamp of their pipeline into the order of these stamps.

use crate::columns::TableBuilder;
use crate::schema::Table;

/// Sorts the rows of each table whose rows have keys; what has none comes first, equal keys stay as landed.
/// What refers to a row goes along. `tables` are all tables, in the order of [`Table::ALL`].
pub(crate) fn sort(tables: &mut [TableBuilder]) {
    let mut moves = Vec::new();
    for (table, builder) in Table::ALL.iter().zip(tables.iter_mut()) {
        let keys = builder.keys();
        if keys.is_empty() {
            continue;
        }
        let mut order: Vec<usize> = (0..builder.rows()).collect();
        order.sort_by_key(|&at| keys[at]);
        let mut place = vec![0; order.len()];
        for (new, &old) in order.iter().enumerate() {
            place[old] = new;
        }
        builder.permute(&order);
        moves.push((table.schema().name, place));
    }
    for (parent, place) in moves {
        for (table, builder) in Table::ALL.iter().zip(tables.iter_mut()) {
            // Parents are told by their ordinal, from 1; a null is zero underneath.
            builder.move_parents(*table, parent, |ordinal| {
                let old = usize::try_from(ordinal - 1).ok();
                let new = old.and_then(|old| place.get(old));
                new.map_or(ordinal, |&new| i64::try_from(new + 1).unwrap_or(i64::MAX))
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::columns::Value;
    use arrow_array::Array;
    use arrow_array::cast::AsArray;
    use arrow_array::types::Int64Type;

    #[test]
    fn rows_follow_their_keys_and_parents_go_along() {
        let mut tables: Vec<_> = Table::ALL
            .iter()
            .map(|table| TableBuilder::new(*table))
            .collect();
        let organizations = Table::ZendeskOrganizations;
        let domains = Table::ZendeskOrganizationDomains;
        for (id, key) in [
            ("c", Some(30)),
            ("a", None),
            ("b", Some(20)),
            ("b2", Some(20)),
        ] {
            let row = vec![
                id.into(),
                Value::Null,
                Value::Null,
                Value::Null,
                Value::Null,
                Value::Null,
                false.into(),
            ];
            let builder = &mut tables[organizations as usize];
            builder.push(organizations, row).unwrap();
            if let Some(key) = key {
                builder.order_last(key);
            }
            let parent = Value::Int(i64::try_from(builder.rows()).unwrap());
            let row = vec![id.into(), parent, "x.example".into()];
            tables[domains as usize].push(domains, row).unwrap();
        }
        let row = vec!["z".into(), Value::Null, "x.example".into()];
        tables[domains as usize].push(domains, row).unwrap();
        sort(&mut tables);
        let domain = tables.remove(domains as usize).finish(domains).unwrap();
        let organization = tables
            .remove(organizations as usize)
            .finish(organizations)
            .unwrap();
        let ids: Vec<_> = organization
            .column(1)
            .as_string::<i32>()
            .iter()
            .flatten()
            .collect();
        assert_eq!(ids, ["a", "b", "b2", "c"]);
        assert_eq!(organization.column(2).null_count(), 4);
        let parents: Vec<_> = domain
            .column(2)
            .as_primitive::<Int64Type>()
            .iter()
            .collect();
        assert_eq!(parents, [Some(4), Some(1), Some(2), Some(3), None]);
    }
}

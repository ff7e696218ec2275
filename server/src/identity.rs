//! The part of the quality report about identity: read from the models that know it, and told in a line per source.

use serde::de::DeserializeOwned;
use tidemark_engine::Engine;
use tidemark_shared::api::{Identity, MatchRate};

use crate::Failure;

/// The models this reads.
pub const MODELS: [&str; 2] = ["int_identity__match_rates", "int_identity__unmatched"];

/// Match rates and unmatched records, as the models made them.
///
/// # Errors
/// A model that is missing or has other columns.
pub fn identity(engine: &Engine) -> Result<Identity, Failure> {
    Ok(Identity {
        rates: read(engine, MODELS[0])?,
        unmatched: read(engine, MODELS[1])?,
    })
}

fn read<T: DeserializeOwned>(engine: &Engine, model: &str) -> Result<Vec<T>, Failure> {
    let rows = engine.rows(model).map_err(Failure::failed)?;
    rows.into_iter()
        .map(|row| serde_json::from_value(row.into()))
        .collect::<Result<_, _>>()
        .map_err(|error| {
            Failure::Failed(format!("the rows of {model} are not as expected: {error}"))
        })
}

/// One line per source: how many of its records have an account, and by which method.
pub fn lines(rates: &[MatchRate]) -> Vec<String> {
    rates
        .chunk_by(|a, b| (&a.source, &a.object) == (&b.source, &b.object))
        .map(|of_source| {
            let all: u64 = of_source.iter().map(|rate| rate.records).sum();
            let matched = of_source.iter().filter(|rate| rate.match_method != "none");
            let methods: Vec<String> = matched
                .clone()
                .map(|rate| format!("{} {}", rate.match_method, rate.records))
                .collect();
            let methods = match methods.is_empty() {
                true => String::new(),
                false => format!(" ({})", methods.join(", ")),
            };
            format!(
                "{} {}: {} of {all} matched{methods}",
                of_source[0].source,
                of_source[0].object,
                matched.map(|rate| rate.records).sum::<u64>(),
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(source: &str, match_method: &str, records: u64) -> MatchRate {
        MatchRate {
            source: source.to_owned(),
            object: "customers".to_owned(),
            match_method: match_method.to_owned(),
            records,
            mrr: 0,
            tickets: 0,
        }
    }

    #[test]
    fn a_source_is_told_in_one_line() {
        let rates = [
            rate("billing", "none", 2),
            rate("stripe", "id", 7),
            rate("stripe", "name", 1),
            rate("stripe", "none", 2),
        ];
        assert_eq!(
            lines(&rates),
            [
                "billing customers: 0 of 2 matched",
                "stripe customers: 8 of 10 matched (id 7, name 1)",
            ]
        );
    }
}

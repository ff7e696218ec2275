//! A restatement as JSON, for programs: ids, dates and plain numbers; money in cents.

use serde_json::{Value, json};

use super::{Difference, Restated, Restatement};
use crate::api::Manifest;

impl Restatement {
    /// Everything that is known of it.
    pub fn to_json(&self) -> Value {
        let reasons = &self.reasons;
        let settings = reasons.settings.iter().map(
            |one| json!({"setting": one.setting.key(), "before": one.before, "after": one.after}),
        );
        let sources = reasons.sources.iter().map(|one| {
            let side = |side: Option<(u64, Option<chrono::NaiveDate>)>| {
                side.map(|(rows, through)| json!({"rows": rows, "data_through": through}))
            };
            json!({"source": one.name, "before": side(one.before), "after": side(one.after)})
        });
        let left_out = self.incomparable.iter();
        let left_out = left_out.map(|one| json!({"metric": one.metric.id, "reason": one.reason}));
        json!({
            "before": snapshot(&self.before),
            "after": snapshot(&self.after),
            "through": self.through,
            "sentence": self.sentence(),
            "reasons": {
                "settings": settings.collect::<Vec<_>>(),
                "code_differs": reasons.code,
                "data_differs": reasons.data,
                "sources": sources.collect::<Vec<_>>(),
            },
            "restated": self.restated.iter().map(restated).collect::<Vec<_>>(),
            "ripened": self.ripened.iter().map(restated).collect::<Vec<_>>(),
            "facts": self.facts.iter().map(|one| self.fact(one)).collect::<Vec<_>>(),
            "incomparable": left_out.collect::<Vec<_>>(),
        })
    }

    fn fact(&self, one: &Difference) -> Value {
        json!({
            "how": one.how.label(),
            "customer_id": self.facts.customer(one),
            "name": self.facts.name(one),
            "day": one.day,
            "measure": self.facts.measure(one),
            "record": self.facts.record(one),
            "before": one.before,
            "after": one.after,
        })
    }
}

fn snapshot(manifest: &Manifest) -> Value {
    json!({"snapshot_id": manifest.snapshot_id, "as_of": manifest.as_of, "generated_at": manifest.generated_at})
}

fn restated(one: &Restated) -> Value {
    let causes = [
        (one.causes.policy, "policy"),
        (one.causes.code, "code"),
        (one.causes.data, "data"),
    ];
    let causes = causes
        .into_iter()
        .filter(|(is, _)| *is)
        .map(|(_, name)| name);
    let within = one.within.iter();
    let within =
        within.map(|(dimension, value)| json!({"dimension": dimension.key(), "value": value}));
    let days = one.days.iter();
    let days =
        days.map(|(day, before, after)| json!({"day": day, "before": before, "after": after}));
    json!({
        "metric": one.metric.id,
        "month": one.month.format("%Y-%m").to_string(),
        "before": one.before,
        "after": one.after,
        "causes": causes.collect::<Vec<_>>(),
        "carried": one.carried,
        "within": within.collect::<Vec<_>>(),
        "days": days.collect::<Vec<_>>(),
    })
}

//! How the account changes, and which events tell of it.
use serde_json::{Map, Value, json};

use super::Inner;
use crate::stripe::expand::{Expand, Shape};
use crate::stripe::kinds::Kind;
use crate::stripe::shapes;

/// What is shown of a deleted object.
pub(in crate::stripe) fn stub(kind: Kind, id: &str) -> Value {
    json!({"id": id, "object": kind.object(), "deleted": true})
}

impl Inner {
    /// Adds an object with all of its fields.
    pub(super) fn put(&mut self, kind: Kind, fields: Value) -> String {
        let now = self.clock.seconds();
        self.put_seen_from(kind, fields, now)
    }

    fn put_seen_from(&mut self, kind: Kind, fields: Value, visible: i64) -> String {
        let number = self.number();
        let mut object = Map::new();
        object.insert(
            "id".to_owned(),
            json!(format!("{}{number:014}", kind.prefix())),
        );
        object.insert("object".to_owned(), json!(kind.object()));
        object.insert("created".to_owned(), json!(self.clock.seconds()));
        object.insert("livemode".to_owned(), json!(true));
        if kind != Kind::Event {
            object.insert("metadata".to_owned(), json!({}));
        }
        object.extend(shapes::defaults(kind));
        if let Value::Object(fields) = fields {
            object.extend(fields);
        }
        let created = object.get("created").and_then(Value::as_i64).unwrap_or(0);
        let id = object
            .get("id")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        for (list, field) in [("items", "subscription"), ("lines", "invoice")] {
            let records = object.get_mut(list).and_then(Value::as_array_mut);
            for record in records.into_iter().flatten() {
                record[field] = json!(id);
            }
        }
        let table = self.table(kind);
        table.insert(
            id.clone(),
            (created, number),
            visible,
            Value::Object(object),
        );
        id
    }

    pub(super) fn update(&mut self, kind: Kind, id: &str, fields: Value) {
        let Value::Object(fields) = fields else {
            panic!("the fields to change of {kind:?} {id} are no object");
        };
        let Some(object) = self.table(kind).get_mut(id) else {
            panic!("there is no {kind:?} {id} to change");
        };
        let mut previous = Map::new();
        for (name, value) in fields {
            let old = object[&name].take();
            if old != value {
                previous.insert(name.clone(), old);
            }
            object[name] = value;
        }
        let status = object
            .get("status")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let change = previous.contains_key("status").then_some((kind, status));
        // What Stripe tells beside, or in place of, "updated".
        let (updated, beside) = match change {
            Some((Kind::Subscription, "canceled")) => ("deleted", None),
            Some((Kind::Invoice, "open")) => ("updated", Some("finalized")),
            Some((Kind::Invoice, "paid")) => ("updated", Some("paid")),
            Some((Kind::Invoice, "void")) => ("updated", Some("voided")),
            Some((Kind::Invoice, "uncollectible")) => ("updated", Some("marked_uncollectible")),
            _ => ("updated", None),
        };
        self.tell(kind, updated, id, Some(previous));
        if let Some(beside) = beside {
            self.tell(kind, beside, id, None);
        }
    }

    pub(super) fn delete(&mut self, kind: Kind, id: &str) {
        if kind == Kind::Customer {
            let now = self.clock.seconds();
            for id in self.running_subscriptions(id) {
                let end = json!({"status": "canceled", "canceled_at": now, "ended_at": now});
                self.update(Kind::Subscription, &id, end);
            }
        }
        let Some(last) = self.table(kind).delete(id) else {
            panic!("there is no {kind:?} {id} to delete");
        };
        self.event(
            &format!("{}.deleted", kind.event_prefix()),
            shown(self, kind, last),
            None,
        );
    }

    fn running_subscriptions(&self, customer: &str) -> Vec<String> {
        let all = self.tables(Kind::Subscription).into_iter();
        let theirs = all.flat_map(|table| table.kept()).filter(|subscription| {
            subscription["customer"] == customer && subscription["status"] != "canceled"
        });
        let ids = theirs.filter_map(|subscription| subscription["id"].as_str());
        let mut ids: Vec<String> = ids.map(str::to_owned).collect();
        ids.sort();
        ids
    }

    /// Tells of a change of an object, with the object as it is now.
    pub(super) fn tell(
        &mut self,
        kind: Kind,
        what: &str,
        id: &str,
        previous: Option<Map<String, Value>>,
    ) {
        let object = self.table(kind).get_mut(id).cloned().unwrap_or_default();
        let object = shown(self, kind, object);
        self.event(&format!("{}.{what}", kind.event_prefix()), object, previous);
    }

    /// Adds an event; who asks for it before it is due does not see it.
    pub(super) fn event(
        &mut self,
        name: &str,
        object: Value,
        previous: Option<Map<String, Value>>,
    ) {
        let mut data = json!({"object": object});
        if let Some(previous) = previous {
            data["previous_attributes"] = Value::Object(previous);
        }
        let visible = self.clock.seconds() + self.events_late;
        self.put_seen_from(Kind::Event, json!({"type": name, "data": data}), visible);
    }
}

/// An object as an event holds it: nothing is expanded in there.
fn shown(inner: &Inner, kind: Kind, object: Value) -> Value {
    Expand::default().show(Shape::Of(kind), object, inner)
}

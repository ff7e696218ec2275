//! The objects that are pulled: where they are, what is asked for with them, which permission they need.

/// One kind of object.
#[derive(Debug)]
pub(crate) struct Object {
    /// Its name in the raw folder.
    pub(crate) name: &'static str,
    /// What its records call themselves (`object`), also in events.
    pub(crate) kind: &'static str,
    /// Its list.
    pub(crate) path: &'static str,
    /// Parameters of the list.
    pub(crate) only: &'static [(&'static str, &'static str)],
    /// What is asked for in full instead of by id, seen from one record.
    pub(crate) expand: &'static [&'static str],
    /// A list within the record that may be cut off.
    pub(crate) nested: Option<Nested>,
}

/// A list within a record.
#[derive(Debug)]
pub(crate) struct Nested {
    /// The field that holds it.
    pub(crate) field: &'static str,
    /// Parameters of the rest, so that it is like the beginning.
    pub(crate) only: &'static [(&'static str, &'static str)],
}

const fn plain(name: &'static str, kind: &'static str, path: &'static str) -> Object {
    Object {
        name,
        kind,
        path,
        only: &[],
        expand: &[],
        nested: None,
    }
}

/// In the order in which they are asked for.
pub(crate) const OBJECTS: &[Object] = &[
    plain("products", "product", "/v1/products"),
    Object {
        // Both are left out unless they are asked for; without them some amounts are not known.
        expand: &["tiers", "currency_options"],
        ..plain("prices", "price", "/v1/prices")
    },
    Object {
        expand: &["applies_to", "currency_options"],
        ..plain("coupons", "coupon", "/v1/coupons")
    },
    plain("customers", "customer", "/v1/customers"),
    Object {
        // Without `status=all` the canceled ones are left out, and with them all churn.
        only: &[("status", "all")],
        // Deleted coupons are in no list, so they are taken along with the discounts.
        expand: &["discounts.source.coupon", "items.data.discounts"],
        nested: Some(Nested {
            field: "items",
            only: &[("expand[]", "data.discounts")],
        }),
        ..plain("subscriptions", "subscription", "/v1/subscriptions")
    },
    Object {
        nested: Some(Nested {
            field: "lines",
            only: &[],
        }),
        ..plain("invoices", "invoice", "/v1/invoices")
    },
];

/// The object of which `kind` is spoken, if it is pulled.
pub(crate) fn of_kind(kind: &str) -> Option<&'static Object> {
    OBJECTS.iter().find(|object| object.kind == kind)
}

//! How objects are shown: what is an id unless it is expanded, what is left out, and where nested lists are cut off.
use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::error::StripeError;
use super::kinds::Kind;

/// Records that a nested list shows.
pub(super) const NESTED: usize = 10;
/// Levels an expansion may have; the `data` of a list is one of them.
const LEVELS: usize = 4;

/// The form of an object or of a structure in one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Of(Kind),
    InvoiceSettings,
    Discount,
    DiscountSource,
    Item,
    Plan,
    Line,
    InvoiceParent,
    SubscriptionDetails,
}

/// What a field that is more than a plain value holds.
#[derive(Debug, Clone, Copy)]
enum Field {
    /// The id of an object with a path of its own.
    Reference(Kind),
    /// Objects without one: kept whole, shown as ids.
    Wholes(Shape),
    /// A list that is always there, cut off.
    List(Shape),
    /// A plain value that is shown only when asked for.
    Hidden,
    /// An id of something this server does not have: always null.
    Nothing,
    /// A structure: cannot be expanded itself, but fields in it can.
    Inside(Shape),
}

/// The fields of a shape that are more than plain values.
fn field(shape: Shape, name: &str) -> Option<Field> {
    use Field::{Hidden, Inside, List, Nothing, Reference, Wholes};
    use Kind::{Coupon, Customer, Invoice, Price, Product, Subscription};
    Some(match (shape, name) {
        (Shape::Of(Customer), "discount") => Inside(Shape::Discount),
        (Shape::Of(Customer), "invoice_settings") => Inside(Shape::InvoiceSettings),
        (Shape::Of(Product), "default_price") => Reference(Price),
        (Shape::Of(Price) | Shape::Plan, "product") => Reference(Product),
        (Shape::Of(Price), "tiers" | "currency_options") => Hidden,
        (Shape::Plan, "tiers") => Hidden,
        (Shape::Of(Coupon), "applies_to" | "currency_options") => Hidden,
        (Shape::Discount, "source") => Inside(Shape::DiscountSource),
        (Shape::DiscountSource, "coupon") => Reference(Coupon),
        (Shape::Of(Subscription), "items") => List(Shape::Item),
        (Shape::Of(Subscription), "latest_invoice") => Reference(Invoice),
        (Shape::Item, "price") => Inside(Shape::Of(Price)),
        (Shape::Item, "plan") => Inside(Shape::Plan),
        (Shape::Of(Invoice), "lines") => List(Shape::Line),
        (Shape::Of(Invoice), "parent") => Inside(Shape::InvoiceParent),
        (Shape::InvoiceParent, "subscription_details") => Inside(Shape::SubscriptionDetails),
        (Shape::SubscriptionDetails | Shape::Line, "subscription") => Reference(Subscription),
        (Shape::Of(Subscription | Invoice) | Shape::Discount, "customer") => Reference(Customer),
        (Shape::Of(Subscription | Invoice) | Shape::Item | Shape::Line, "discounts") => {
            Wholes(Shape::Discount)
        }
        (Shape::Of(Customer), "default_source" | "test_clock")
        | (Shape::InvoiceSettings, "default_payment_method")
        | (Shape::Discount, "promotion_code")
        | (
            Shape::Of(Subscription),
            "default_payment_method"
            | "default_source"
            | "schedule"
            | "pending_setup_intent"
            | "test_clock",
        )
        | (
            Shape::Of(Invoice),
            "default_payment_method" | "default_source" | "latest_revision" | "test_clock",
        ) => Nothing,
        _ => return None,
    })
}

/// What a request asks to expand.
#[derive(Debug, Default)]
pub(super) struct Expand {
    tree: Tree,
    /// Kinds whose objects are shown in place of ids: the key must be allowed to read them.
    pub(super) kinds: Vec<Kind>,
}

#[derive(Debug, Default)]
struct Tree(BTreeMap<String, Tree>);

/// Finds objects by id while others are shown.
pub(super) trait Lookup {
    /// The object as it is kept, or what is left of a deleted one.
    fn lookup(&self, kind: Kind, id: &str) -> Option<Value>;
}

impl Expand {
    /// Reads `expand[]` of a request for one object, or for a list of them.
    pub(super) fn read(paths: &[&str], shape: Shape, list: bool) -> Result<Self, StripeError> {
        let mut expand = Self::default();
        for path in paths {
            let levels: Vec<&str> = path.split('.').collect();
            if levels.len() > LEVELS {
                let message = format!(
                    "You cannot expand more than {LEVELS} levels of a property. Property: {path}"
                );
                return Err(
                    StripeError::invalid("expand", message).code("property_expansion_max_depth")
                );
            }
            let inner = match levels.split_first() {
                Some((&"data", inner)) if list => inner,
                _ if list => {
                    let message = format!(
                        "This property cannot be expanded ({path}). You may want to try expanding 'data.{path}' instead."
                    );
                    return Err(StripeError::invalid("expand", message));
                }
                _ => &levels,
            };
            if !follow(shape, inner, &mut expand.kinds) {
                let message = format!("This property cannot be expanded ({path}).");
                return Err(StripeError::invalid("expand", message));
            }
            let mut tree = &mut expand.tree;
            for level in inner {
                tree = tree.0.entry((*level).to_owned()).or_default();
            }
        }
        Ok(expand)
    }

    /// The object as the API shows it.
    pub(super) fn show(&self, shape: Shape, value: Value, lookup: &dyn Lookup) -> Value {
        show(shape, value, &self.tree, lookup)
    }
}

/// Whether a path can be expanded; collects the kinds it leads through.
fn follow(mut shape: Shape, levels: &[&str], kinds: &mut Vec<Kind>) -> bool {
    let mut levels = levels.iter().peekable();
    let mut expandable = false;
    while let Some(level) = levels.next() {
        let next = match field(shape, level) {
            None => return false,
            Some(Field::Reference(kind)) => {
                kinds.push(kind);
                Some(Shape::Of(kind))
            }
            Some(Field::Wholes(inner)) => Some(inner),
            Some(Field::Inside(inner)) if levels.peek().is_some() => Some(inner),
            Some(Field::Inside(_)) => return false,
            Some(Field::List(inner)) => match levels.next() {
                None => return true,
                Some(&"data") if levels.peek().is_some() => Some(inner),
                Some(_) => return false,
            },
            Some(Field::Hidden | Field::Nothing) => None,
        };
        expandable = true;
        match next {
            Some(next) => shape = next,
            None => return levels.next().is_none(),
        }
    }
    expandable
}

fn show(shape: Shape, value: Value, tree: &Tree, lookup: &dyn Lookup) -> Value {
    let Value::Object(fields) = value else {
        return value;
    };
    let nothing = Tree::default();
    let owner = fields
        .get("id")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned();
    let shown = fields.into_iter().filter_map(|(name, value)| {
        let wanted = tree.0.get(&name);
        let inner = wanted.unwrap_or(&nothing);
        let value = match field(shape, &name) {
            None | Some(Field::Nothing) => value,
            Some(Field::Hidden) => {
                wanted?;
                value
            }
            Some(Field::Inside(shape)) => show(shape, value, inner, lookup),
            Some(Field::Reference(kind)) => match (wanted, value.as_str()) {
                (Some(_), Some(id)) => match lookup.lookup(kind, id) {
                    Some(object) => show(Shape::Of(kind), object, inner, lookup),
                    None => value,
                },
                _ => value,
            },
            Some(Field::Wholes(shape)) => wholes(shape, value, wanted, lookup),
            Some(Field::List(shape)) => {
                let data = inner.0.get("data").unwrap_or(&nothing);
                cut_off(shape, value, &owner, data, lookup)
            }
        };
        Some((name, value))
    });
    Value::Object(shown.collect())
}

fn wholes(shape: Shape, value: Value, wanted: Option<&Tree>, lookup: &dyn Lookup) -> Value {
    let Value::Array(values) = value else {
        return value;
    };
    let values = values.into_iter().map(|value| match wanted {
        Some(tree) => show(shape, value, tree, lookup),
        None => value.get("id").cloned().unwrap_or(value),
    });
    Value::Array(values.collect())
}

/// A nested list with its first records and where the others are.
fn cut_off(shape: Shape, value: Value, owner: &str, tree: &Tree, lookup: &dyn Lookup) -> Value {
    let Value::Array(all) = value else {
        return value;
    };
    let total = all.len();
    let first = all.into_iter().take(NESTED);
    let data: Vec<Value> = first
        .map(|record| show(shape, record, tree, lookup))
        .collect();
    let url = match shape {
        Shape::Item => format!("/v1/subscription_items?subscription={owner}"),
        _ => format!("/v1/invoices/{owner}/lines"),
    };
    json!({
        "object": "list",
        "data": data,
        "has_more": total > NESTED,
        "total_count": total,
        "url": url,
    })
}

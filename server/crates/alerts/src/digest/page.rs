//! E-mails as HTML, from templates in the dashboard's light colours.

use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value, context};

use super::{Digest, chart};
use crate::error::AlertError;
use crate::palette;

const TEMPLATE: &str = include_str!("digest.html");

/// Fills in a template; all values are escaped, `colour` has the colours.
pub(crate) fn render(template: &str, values: Value) -> Result<String, AlertError> {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    let values = context! { colour => palette::light(), ..values };
    environment
        .render_str(template, values)
        .map_err(|error| AlertError::Drawing(error.to_string()))
}

/// The digest's e-mail.
pub(super) fn digest(digest: &Digest) -> Result<String, AlertError> {
    let rows: Vec<&[super::Tile]> = digest.tiles.chunks(2).collect();
    let about = digest.picture.as_ref().map(|picture| picture.about.clone());
    let values = context! {
        digest => Serde(digest), rows => Serde(rows),
        about => about, width => chart::SIZE.0,
    };
    render(TEMPLATE, values)
}

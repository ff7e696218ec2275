//! The digest as plain text and as Slack blocks.

use serde_json::Value;

use super::{Digest, Spark, Tile};
use crate::message::{context, escaped, fields, header, link, section};

/// All of it as plain text.
pub(super) fn text(digest: &Digest) -> String {
    let mut text = format!("{}\n", digest.title);
    if !digest.compared.is_empty() {
        text.push_str(&format!("compared with {}\n", digest.compared));
    }
    text.push('\n');
    let width = digest
        .tiles
        .iter()
        .map(|tile| tile.label.chars().count())
        .max();
    let width = width.unwrap_or_default();
    for tile in &digest.tiles {
        text.push_str(&format!("{:width$}  {}", tile.label, tile.value));
        match change(tile) {
            change if change.is_empty() => text.push('\n'),
            change => text.push_str(&format!("   {change}\n")),
        }
    }
    if digest.tiles.is_empty() {
        text.push_str("There are no numbers for these days.\n");
    }
    if let Some(day) = on_the_day(digest) {
        text.push_str(&format!("\n{day}\n"));
    }
    if !digest.why.is_empty() {
        text.push_str(&format!("\n{}\n", digest.why));
    }
    if let Some(spark) = &digest.spark {
        text.push_str(&format!("\n{}\n", course(spark)));
    }
    for open in &digest.open {
        text.push_str(&format!("\nOpen alert: {open}"));
    }
    text.push_str(&format!("\n{}\n", digest.data.join(" ")));
    if let Some(link) = &digest.link {
        text.push_str(&format!("\n{link}\n"));
    }
    text
}

/// All of it as Slack blocks.
pub(super) fn blocks(digest: &Digest) -> Vec<Value> {
    let mut blocks = vec![header(&digest.title)];
    if !digest.tiles.is_empty() {
        let tiles = digest.tiles.iter().map(|tile| {
            let change = change(tile);
            let line = if change.is_empty() {
                String::new()
            } else {
                format!("\n{}", escaped(&change))
            };
            (tile.label, format!("{}{line}", escaped(&tile.value)))
        });
        blocks.push(fields(tiles));
    }
    let day = on_the_day(digest);
    let why = Some(digest.why.clone()).filter(|why| !why.is_empty());
    let lines = day
        .into_iter()
        .chain(why)
        .chain(digest.spark.as_ref().map(course));
    for line in lines {
        blocks.push(section(&escaped(&line)));
    }
    for open in &digest.open {
        blocks.push(section(&format!("*Open alert:* {}", escaped(open))));
    }
    let mut print = digest.data.clone();
    if !digest.compared.is_empty() {
        print.push(format!("Compared with {}.", digest.compared));
    }
    let mut print = escaped(&print.join(" "));
    if let Some(url) = &digest.link {
        print = format!("{}  {print}", link(url, "Open the dashboard"));
    }
    blocks.push(context(&print));
    blocks
}

/// `+4.2%, better, from $990K`.
fn change(tile: &Tile) -> String {
    let parts = [
        tile.change.clone(),
        tile.verdict.to_owned(),
        match tile.before.as_str() {
            "" => String::new(),
            before => format!("from {before}"),
        },
    ];
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(", ")
}

/// What happened on the last day, in a line.
fn on_the_day(digest: &Digest) -> Option<String> {
    let day = digest.day.as_ref().filter(|day| !day.values.is_empty())?;
    let values = day
        .values
        .iter()
        .map(|(label, value)| format!("{label} {value}"));
    let values: Vec<String> = values.collect();
    Some(format!("{}: {}.", day.date, values.join(", ")))
}

fn course(spark: &Spark) -> String {
    let (first, last) = &spark.ends;
    format!("{} by week: {first} {} {last}", spark.label, spark.line)
}

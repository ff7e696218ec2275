//! What marketing costs per day and paid channel.

use chrono::{Datelike, NaiveDate, Weekday};

use crate::calendar::{DAY, date_of};
use crate::market::CHANNELS;
use crate::random::{Purpose, Random};
use crate::story::Story;

/// A day's spend on a channel, in cents of its currency.
pub(crate) struct Spend {
    pub day: NaiveDate,
    pub channel: &'static str,
    pub cents: i64,
    pub currency: &'static str,
}

/// The spend of every day; `scale` is the company's size relative to the default one.
pub(crate) fn spend(story: &Story, seed: u64, scale: f64) -> Vec<Spend> {
    let mut random = Random::stream(seed, Purpose::Spend, 0);
    let mut rows = Vec::new();
    let mut at = story.start;
    while at < story.end {
        let day = date_of(at);
        let t = story.progress(at);
        for channel in CHANNELS.iter().filter(|channel| channel.spend > 0.0) {
            let rhythm = match (channel.name, day.weekday()) {
                // Events are paid for week by week.
                ("Events", Weekday::Tue) => 7.0,
                ("Events", _) => 0.0,
                (_, Weekday::Sat | Weekday::Sun) => 0.7,
                _ => 1.12,
            };
            let policy = if channel.name == "Paid Search" && at >= story.search_cut {
                0.72
            } else {
                1.0
            };
            let noise = 0.85 + 0.3 * random.unit();
            let amount = channel.spend * scale * (1.0 + 1.5 * t) * rhythm * policy * noise;
            let cents = (amount * 100.0) as i64;
            if cents > 0 {
                rows.push(Spend {
                    day,
                    channel: channel.name,
                    cents,
                    currency: if channel.name == "Paid Social" {
                        "eur"
                    } else {
                        "usd"
                    },
                });
            }
        }
        at += DAY;
    }
    rows
}

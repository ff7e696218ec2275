//! The companies that meet the product: name, place, size, trade, and how they found it.

use crate::catalog::{Currency, PLANS};
use crate::market::{
    CHANNELS, COUNTRIES, Channel, Country, INDUSTRIES, LAUNCHED_REGION, SIZES, Tax,
};
use crate::random::Random;
use crate::story::Story;

const HEADS: [&str; 40] = [
    "Bram", "Thorn", "Fen", "Lark", "Quill", "Ash", "Brook", "Cald", "Dun", "Elm", "Fair", "Glen",
    "Hazel", "Iver", "Kest", "Lind", "Marl", "Nor", "Oak", "Pell", "Rook", "Sel", "Tam", "Uller",
    "Vern", "Wend", "Yar", "Alder", "Birch", "Corv", "Drift", "Ember", "Flint", "Grove", "Hollin",
    "Juni", "Kelp", "Lumen", "Mistral", "Opal",
];
const TAILS: [&str; 40] = [
    "moor", "wick", "ford", "dale", "mere", "stead", "holm", "bury", "gate", "cross", "field",
    "haven", "ridge", "brook", "well", "combe", "fell", "garth", "hurst", "leigh", "march", "ness",
    "point", "quay", "rise", "shaw", "thorpe", "vale", "water", "yard", "bank", "cliff", "down",
    "edge", "forge", "green", "hythe", "isle", "lock", "mead",
];
const KINDS: [&str; 12] = [
    "Group",
    "Works",
    "Collective",
    "Partners",
    "Associates",
    "Trading",
    "Union",
    "House",
    "Bureau",
    "Studio",
    "Network",
    "Alliance",
];

/// A company, whether or not it ever buys.
pub(crate) struct Company {
    pub index: u64,
    /// Unique, without legal form.
    pub name: String,
    pub legal_form: &'static str,
    /// Unique, under the reserved `.example`.
    pub domain: String,
    pub country: &'static Country,
    pub industry: &'static str,
    pub size: usize,
    pub employees: i64,
    pub channel: &'static Channel,
    pub tax: Option<Tax>,
    /// Multiplies every churn probability: some companies are simply less settled.
    pub fragility: f64,
}

impl Company {
    pub(crate) fn draw(index: u64, met: i64, story: &Story, random: &mut Random) -> Self {
        let t = story.progress(met);
        let channel = &CHANNELS[random.weighted(&channel_weights(t))];
        let size = random.weighted(&channel.sizes);
        let (low, high) = SIZES[size];
        let country = &COUNTRIES[random.weighted(&country_weights(story, met))];
        let industry = INDUSTRIES[random.weighted(&INDUSTRIES.map(|(_, weight)| weight))].0;
        let name = name_of(index);
        let domain = format!("{}.example", name.to_lowercase().replace(' ', "-"));
        Self {
            index,
            name,
            legal_form: country.legal_form,
            domain,
            country,
            industry,
            size,
            employees: random.skewed(low, high),
            channel,
            // Some businesses are exempt or reverse-charged.
            tax: country.tax.filter(|_| random.chance(0.7)),
            fragility: 0.55 + 0.9 * random.unit(),
        }
    }

    pub(crate) fn legal_name(&self) -> String {
        format!("{} {}", self.name, self.legal_form)
    }

    pub(crate) fn currency(&self) -> Currency {
        self.country.currency
    }

    /// Bought through a salesperson rather than by signing up.
    pub(crate) fn is_sales_led(&self, random: &mut Random) -> bool {
        random.chance([0.03, 0.14, 0.48, 0.84, 0.97][self.size])
    }

    /// The plan that fits, and seats on it.
    pub(crate) fn wants(&self, random: &mut Random) -> (usize, i64) {
        let plan = random.weighted(match self.size {
            0 => &[72, 24, 4, 0, 0],
            1 => &[26, 50, 21, 3, 0],
            2 => &[3, 26, 47, 21, 3],
            3 => &[0, 5, 28, 45, 22],
            _ => &[0, 0, 8, 34, 58],
        });
        let (low, high) = PLANS[plan].seats;
        let seats = random.skewed(low, high).min(self.employees.max(low));
        (plan, seats.max(1))
    }
}

/// A name no other index has: two syllables and a kind, then a number once those run out.
fn name_of(index: u64) -> String {
    let pairs = (HEADS.len() * TAILS.len()) as u64;
    // 611 has no factor in common with 1,600: every pair comes once before one comes twice.
    let pair = index * 611 % pairs;
    let (head, tail) = (pair / TAILS.len() as u64, pair % TAILS.len() as u64);
    let round = index / pairs;
    let kind = KINDS[((round + pair) % KINDS.len() as u64) as usize];
    let name = format!("{}{} {kind}", HEADS[head as usize], TAILS[tail as usize]);
    match round / KINDS.len() as u64 {
        0 => name,
        again => format!("{name} {}", again + 1),
    }
}

fn channel_weights(t: f64) -> [u32; 8] {
    std::array::from_fn(|at| {
        let (from, to) = CHANNELS[at].weight;
        ((f64::from(from) * (1.0 - t) + f64::from(to) * t) * 100.0) as u32
    })
}

fn country_weights(story: &Story, met: i64) -> [u32; COUNTRIES.len()] {
    std::array::from_fn(|at| {
        let country = &COUNTRIES[at];
        let open = country.region != LAUNCHED_REGION || met >= story.region_launch;
        if open { country.weight } else { 0 }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn names_are_unique() {
        let names: HashSet<String> = (0..60_000).map(name_of).collect();
        assert_eq!(names.len(), 60_000);
    }
}

//! How likely a customer is to leave, shrink, grow or not pay, by plan, channel, age, season and the plot.

use chrono::Datelike;

use crate::calendar::{DAY, date_of};
use crate::company::Company;
use crate::random::Random;
use crate::story::Story;

/// Share of customers that decide to leave per month, by plan, on monthly terms.
const LEAVES_MONTHLY: [f64; 5] = [0.047, 0.032, 0.021, 0.013, 0.009];
/// Share that does not renew a year, by plan.
const LEAVES_ANNUAL: [f64; 5] = [0.33, 0.25, 0.18, 0.13, 0.09];
const MONTH: i64 = 30 * DAY;

/// Where a customer stands when a probability is asked for.
pub(crate) struct Standing<'a> {
    pub company: &'a Company,
    pub story: &'a Story,
    pub plan: usize,
    pub annual: bool,
    /// First paid instant, and the instant asked about.
    pub since: i64,
    pub at: i64,
    /// Suffered from the outage.
    pub outage_hit: bool,
}

impl Standing<'_> {
    /// Probability of deciding to leave in this billing period.
    pub(crate) fn leaves(&self) -> f64 {
        let base = if self.annual {
            LEAVES_ANNUAL[self.plan]
        } else {
            LEAVES_MONTHLY[self.plan]
        };
        let early = self.at - self.since < 3 * MONTH;
        let (channel_early, channel_late) = self.company.channel.churn;
        let channel = if early { channel_early } else { channel_late };
        let age = match (self.at - self.since) / MONTH {
            0..3 => 1.35,
            3..12 => 1.0,
            _ => 0.72,
        };
        // Onboarding got better year by year: newer cohorts hold better.
        let cohort = 1.42 - 0.85 * self.story.progress(self.since);
        let season = match date_of(self.at).month() {
            1 => 1.4,
            8 => 0.85,
            12 => 0.9,
            _ => 1.0,
        };
        let price = if self.is_in_price_wave() {
            [2.9, 2.4, 1.9, 1.5, 1.2][self.plan]
        } else {
            1.0
        };
        let outage = match (self.is_in_outage_wave(), self.outage_hit) {
            (true, true) => 3.2,
            (true, false) => 1.15,
            _ => 1.0,
        };
        let all = base * channel * age * cohort * season * price * outage * self.company.fragility;
        all.min(if self.annual { 0.85 } else { 0.5 })
    }

    /// The feedback given when leaving.
    pub(crate) fn feedback(&self, random: &mut Random) -> &'static str {
        const ALL: [&str; 8] = [
            "too_expensive",
            "unused",
            "switched_service",
            "missing_features",
            "too_complex",
            "low_quality",
            "customer_service",
            "other",
        ];
        let weights: [u32; 8] = if self.outage_hit && self.is_in_outage_wave() {
            [6, 4, 24, 5, 2, 36, 18, 5]
        } else if self.is_in_price_wave() {
            [62, 8, 14, 6, 3, 2, 2, 3]
        } else {
            [24, 24, 15, 14, 9, 4, 3, 7]
        };
        ALL[random.weighted(&weights)]
    }

    /// Only those who were customers already can hold it against the company.
    fn is_in_outage_wave(&self) -> bool {
        self.story.is_outage_wave(self.at) && self.since < self.story.outage
    }

    fn is_in_price_wave(&self) -> bool {
        self.story.is_price_wave(self.at) && self.since < self.story.price_rise
    }

    /// What happens to the terms in a month: (seats grow, seats shrink, plan up, plan down).
    pub(crate) fn changes(&self) -> [f64; 4] {
        let pressure = if self.is_in_price_wave() { 4.5 } else { 1.0 };
        let happy = 1.25 - 0.35 * self.company.channel.churn.1;
        [
            [0.02, 0.045, 0.06, 0.07, 0.065][self.plan] * happy,
            [0.003, 0.009, 0.011, 0.012, 0.01][self.plan] * pressure,
            [0.014, 0.011, 0.008, 0.005, 0.0][self.plan] * happy,
            [0.0, 0.004, 0.004, 0.003, 0.002][self.plan] * pressure,
        ]
    }
}

/// How a renewal is paid.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Payment {
    /// At once, or by bank transfer within its terms.
    OnTime,
    /// After failed attempts, this many seconds after the invoice.
    Recovered(i64),
    /// Never: the subscription ends this many seconds after the invoice.
    Failed(i64),
}

/// Draws how a renewal is paid; cards of small monthly customers fail most.
pub(crate) fn payment(random: &mut Random, plan: usize, by_card: bool) -> Payment {
    if !by_card {
        return Payment::OnTime;
    }
    let fails = [0.034, 0.027, 0.02, 0.012, 0.006][plan];
    if !random.chance(fails) {
        Payment::OnTime
    } else if random.chance(0.78) {
        Payment::Recovered(random.between(DAY, 13 * DAY))
    } else {
        Payment::Failed(random.between(20 * DAY, 27 * DAY))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::days_before;
    use crate::random::Purpose;
    use chrono::NaiveDate;

    fn story() -> Story {
        Story::new(1_096, NaiveDate::from_ymd_opt(2026, 10, 31).unwrap())
    }

    fn standing<'a>(company: &'a Company, story: &'a Story, since: i64, at: i64) -> Standing<'a> {
        Standing {
            company,
            story,
            plan: 1,
            annual: false,
            since,
            at,
            outage_hit: true,
        }
    }

    fn company(story: &Story) -> Company {
        let mut random = Random::stream(1, Purpose::Company, 0);
        Company::draw(0, story.start, story, &mut random)
    }

    #[test]
    fn waves_move_those_who_were_there_before() {
        let story = story();
        let company = company(&story);
        let leaves = |since, at| standing(&company, &story, since, at).leaves();
        let old = story.start + 300 * DAY;
        let before = story.price_rise - 5 * DAY;
        // Ages of more than a year and months without a season of their own.
        assert!(leaves(old, story.price_rise + 5 * DAY) > 1.5 * leaves(old, before));
        assert!(leaves(old, story.outage + 40 * DAY) > 2.0 * leaves(old, before));
        let late = story.outage + DAY;
        assert!(leaves(late, late + 2 * DAY) < leaves(old, late + 2 * DAY) * 2.0);
    }

    #[test]
    fn later_cohorts_hold_better_and_old_customers_best() {
        let story = story();
        let company = company(&story);
        let leaves = |since, at| standing(&company, &story, since, at).leaves();
        let (early, late) = (story.start + 20 * DAY, story.start + 800 * DAY);
        assert!(leaves(late, late + 40 * DAY) < leaves(early, early + 40 * DAY));
        assert!(leaves(early, early + 500 * DAY) < leaves(early, early + 40 * DAY));
    }

    #[test]
    fn probabilities_stay_probabilities() {
        let story = story();
        for index in 0..200 {
            let mut random = Random::stream(2, Purpose::Company, index);
            let met = story.first_contact(&mut random);
            let company = Company::draw(index, met, &story, &mut random);
            for plan in 0..5 {
                for at in [story.price_rise + DAY, story.outage + DAY, story.end] {
                    let standing = Standing {
                        plan,
                        annual: index % 2 == 0,
                        ..standing(&company, &story, story.start, at)
                    };
                    assert!((0.0..=0.85).contains(&standing.leaves()));
                    assert!(standing.changes().iter().sum::<f64>() < 1.0);
                }
            }
        }
        assert!(days_before(NaiveDate::MIN, 1) == NaiveDate::MIN);
    }
}

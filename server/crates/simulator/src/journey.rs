//! A company's way from first contact through a deal or sign-up to its first subscription.

use crate::billing::Ledger;
use crate::calendar::{DAY, HOUR};
use crate::catalog::Catalog;
use crate::company::Company;
use crate::crm::{Crm, Deal};
use crate::identity::{Link, Override};
use crate::ids::Ids;
use crate::random::{Purpose, Random};
use crate::story::Story;
use crate::support::{Desk, Span};
use crate::tenure::Start;

/// Everything simulated so far.
pub(crate) struct World<'a> {
    pub seed: u64,
    pub story: &'a Story,
    pub catalog: &'a Catalog,
    pub ids: Ids,
    pub ledger: Ledger,
    pub crm: Crm,
    pub desk: Desk,
    pub overrides: Vec<Override>,
}

/// A company on its way, once it has an account.
pub(crate) struct Traveller {
    pub company: Company,
    pub account_id: String,
    pub link: Link,
    pub random: Random,
    pub outage_hit: bool,
    pub spans: Vec<Span>,
}

impl World<'_> {
    /// Lets a company meet the product; true when it became a paying customer within the history.
    pub(crate) fn live(&mut self, index: u64) -> bool {
        let mut random = Random::stream(self.seed, Purpose::Company, index);
        let met = self.story.first_contact(&mut random);
        let company = Company::draw(index, met, self.story, &mut random);
        let mut random = Random::stream(self.seed, Purpose::Journey, index);
        let sales_led = company.is_sales_led(&mut random);
        let channel = company.channel;
        let (interested, wait) = if sales_led {
            (
                random.chance(channel.qualifies),
                random.skewed(DAY, 45 * DAY),
            )
        } else {
            (
                random.chance(channel.engages),
                random.skewed(HOUR, 24 * DAY),
            )
        };
        let account_at = met + wait;
        if !interested || account_at >= self.story.end {
            self.crm
                .add_lead(&company, met, None, &mut self.ids, &mut random);
            return false;
        }
        let account_id = self.ids.salesforce("001");
        let link = Link::draw(&mut random);
        // Some sign up without ever having been a lead.
        if sales_led || random.chance(0.95) {
            let converted = Some((account_at, account_id.clone()));
            self.crm
                .add_lead(&company, met, converted, &mut self.ids, &mut random);
        }
        let website = link == Link::Domain || random.chance(0.94);
        self.crm.add_account(
            &company,
            &account_id,
            account_at,
            website,
            self.story,
            &mut random,
        );
        let outage_hit = random.chance(0.3);
        let mut traveller = Traveller {
            company,
            account_id,
            link,
            random,
            outage_hit,
            spans: Vec::new(),
        };
        if sales_led {
            self.negotiate(&mut traveller, account_at)
        } else {
            self.sign_up(&mut traveller, account_at)
        }
    }

    /// Deal after deal until one is won; then a subscription.
    fn negotiate(&mut self, traveller: &mut Traveller, first: i64) -> bool {
        let mut opened = first;
        for attempt in 0..3 {
            let Traveller {
                company, random, ..
            } = traveller;
            let (plan, seats) = company.wants(random);
            let closes = opened + random.skewed(9 * DAY, [40, 60, 90, 130, 190][plan] * DAY);
            let better = 0.92 + 0.2 * self.story.progress(opened);
            let wins = random.chance(company.channel.wins * better);
            let deal = Deal {
                opened,
                closes,
                wins,
                plan,
                seats,
            };
            self.crm.add_opportunity(
                company,
                &traveller.account_id,
                &deal,
                self.story,
                &mut self.ids,
                random,
            );
            if closes >= self.story.end {
                return false;
            }
            if wins {
                let starts = closes + random.skewed(HOUR, 8 * DAY);
                return starts < self.story.end
                    && self.subscribe(
                        traveller,
                        Start {
                            created: starts,
                            plan,
                            seats,
                            sales_led: true,
                            trial_days: 0,
                            converts: true,
                        },
                    );
            }
            opened = closes + random.between(50 * DAY, 220 * DAY);
            if attempt == 2 || opened >= self.story.end || !random.chance(0.22) {
                return false;
            }
        }
        false
    }

    /// A trial, mostly; some buy at once.
    fn sign_up(&mut self, traveller: &mut Traveller, at: i64) -> bool {
        let Traveller {
            company, random, ..
        } = traveller;
        let wants = company.wants(random);
        let trial_days = if random.chance(0.14) { 0 } else { 14 };
        let better = 0.9 + 0.22 * self.story.progress(at);
        let converts = trial_days == 0 || random.chance(company.channel.converts * better);
        // Larger trials get a call.
        if trial_days > 0 && wants.0 >= 1 && random.chance(0.16) {
            let opened = at + random.between(HOUR, 3 * DAY);
            if opened < self.story.end {
                let deal = Deal {
                    opened,
                    closes: at + 14 * DAY,
                    wins: converts,
                    plan: wants.0,
                    seats: wants.1,
                };
                let (story, ids) = (self.story, &mut self.ids);
                self.crm
                    .add_opportunity(company, &traveller.account_id, &deal, story, ids, random);
            }
        }
        self.subscribe(
            traveller,
            Start {
                created: at,
                plan: wants.0,
                seats: wants.1,
                sales_led: false,
                trial_days,
                converts,
            },
        )
    }
}

//! A company's time as a customer: its first subscription, a second one, leaving and coming back.

use crate::billing::Payer;
use crate::billing::subscription::{Biller, Course, Opening, Terms};
use crate::calendar::DAY;
use crate::catalog::{COUPONS, Duration, FIRST_INVOICE, NEGOTIATED, NON_PROFIT, STARTUP, WELCOME};
use crate::journey::{Traveller, World};
use crate::random::{Purpose, Random};
use crate::support::{Reception, Span};

/// How a company becomes a customer.
pub(crate) struct Start {
    pub created: i64,
    pub plan: usize,
    pub seats: i64,
    /// Sold by a salesperson, rather than signed up.
    pub sales_led: bool,
    pub trial_days: i64,
    /// Pays after the trial.
    pub converts: bool,
}

impl World<'_> {
    /// The first subscription and all that follow; true when one of them earned.
    pub(crate) fn subscribe(&mut self, traveller: &mut Traveller, start: Start) -> bool {
        let Start {
            created,
            plan,
            seats,
            sales_led,
            trial_days,
            converts,
        } = start;
        let random = &mut traveller.random;
        let terms = Terms {
            plan,
            annual: random.chance([0.1, 0.2, 0.34, 0.62, 0.92][plan]),
            seats,
            generation: self.story.price_generation(created),
        };
        let coupon = draw_coupon(random, terms, sales_led, trial_days);
        let by_invoice = sales_led && random.chance([0.0, 0.1, 0.25, 0.5, 0.75][plan]);
        let metered = plan >= 2 && random.chance(0.14);
        let onboarding = sales_led && random.chance(0.4);
        let mut payer = self.new_payer(traveller, created, by_invoice);
        if onboarding {
            self.bill_onboarding(&payer, created, plan, &mut traveller.random);
        }
        let opening = Opening {
            created,
            trial_days,
            converts,
            terms,
            coupon,
            metered,
            since: None,
            outage_hit: traveller.outage_hit,
        };
        if !sales_led && trial_days == 0 && traveller.random.chance(0.06) {
            self.fail_first(traveller, &payer, &opening);
        }
        let mut course = self.bill(traveller, &payer, &opening);
        let Some(since) = course.paid_from.filter(|from| *from < self.story.end) else {
            self.finish(traveller);
            return false;
        };
        self.add_second(traveller, &payer, since, &course);
        for _ in 0..2 {
            let Some(again) = self.comes_back(traveller, &course) else {
                break;
            };
            if traveller.random.chance(0.2) {
                payer = self.new_payer(traveller, again, false);
            }
            let terms = Terms {
                plan: course
                    .terms
                    .plan
                    .saturating_sub(usize::from(traveller.random.chance(0.3))),
                annual: false,
                seats: (course.terms.seats * traveller.random.between(60, 105) / 100).max(1),
                generation: self.story.price_generation(again),
            };
            let opening = Opening {
                created: again,
                trial_days: 0,
                converts: true,
                terms,
                coupon: traveller.random.chance(0.2).then_some(WELCOME),
                metered: false,
                since: Some(since),
                outage_hit: false,
            };
            course = self.bill(traveller, &payer, &opening);
        }
        self.finish(traveller);
        true
    }

    /// Runs a subscription and remembers the time it covered.
    fn bill(&mut self, traveller: &mut Traveller, payer: &Payer, opening: &Opening) -> Course {
        let ordinal = traveller.spans.len() as u64;
        // A stream per subscription: one company's luck in billing does not move another's.
        let index = traveller.company.index * 8 + ordinal;
        let mut random = Random::stream(self.seed, Purpose::Billing, index);
        let mut biller = Biller {
            story: self.story,
            catalog: self.catalog,
            ids: &mut self.ids,
            ledger: &mut self.ledger,
            random: &mut random,
        };
        let course = biller.run(&traveller.company, payer, opening);
        let trial_end = opening.created + opening.trial_days * DAY;
        let to = match (course.ended_at, opening.converts) {
            (Some(ended), _) => ended,
            (None, false) => trial_end,
            (None, true) => self.story.end,
        };
        traveller.spans.push(Span {
            from: opening.created,
            to,
            seats: opening.terms.seats,
            decided_at: course.decided_at,
        });
        if course.delinquent
            && let Some(customer) = self
                .ledger
                .customers
                .iter_mut()
                .rev()
                .find(|customer| customer.id == payer.customer_id)
        {
            customer.delinquent = true;
        }
        course
    }

    /// The card was declined a minute before the sign-up that worked.
    fn fail_first(&mut self, traveller: &Traveller, payer: &Payer, opening: &Opening) {
        let index = traveller.company.index * 8 + 7;
        let mut random = Random::stream(self.seed, Purpose::Billing, index);
        let earlier = Opening {
            created: opening.created - 60,
            ..*opening
        };
        let mut biller = Biller {
            story: self.story,
            catalog: self.catalog,
            ids: &mut self.ids,
            ledger: &mut self.ledger,
            random: &mut random,
        };
        biller.fail_to_start(&traveller.company, payer, &earlier);
    }

    /// Another team of a larger customer gets a subscription of its own.
    fn add_second(&mut self, traveller: &mut Traveller, payer: &Payer, since: i64, first: &Course) {
        let random = &mut traveller.random;
        if first.terms.plan < 2 || !random.chance(0.09) {
            return;
        }
        let created = since + random.between(60 * DAY, 420 * DAY);
        if created >= first.ended_at.unwrap_or(self.story.end) {
            return;
        }
        let opening = Opening {
            created,
            trial_days: 0,
            converts: true,
            terms: Terms {
                plan: random.between(1, 2) as usize,
                annual: random.chance(0.3),
                seats: random.skewed(3, 20),
                generation: self.story.price_generation(created),
            },
            coupon: None,
            metered: false,
            since: Some(since),
            outage_hit: traveller.outage_hit,
        };
        self.bill(traveller, payer, &opening);
    }

    /// When a customer that left returns, if it does.
    fn comes_back(&self, traveller: &mut Traveller, course: &Course) -> Option<i64> {
        let left = course.ended_at?;
        let random = &mut traveller.random;
        let (share, from, to) = if course.decided_at.is_some() {
            (0.14, 25, 300)
        } else {
            (0.3, 4, 60)
        };
        let returns = random.chance(share);
        let again = left + random.skewed(from * DAY, to * DAY);
        (returns && again < self.story.end).then_some(again)
    }

    fn finish(&mut self, traveller: &mut Traveller) {
        let Traveller {
            company,
            account_id,
            spans,
            outage_hit,
            ..
        } = traveller;
        // Spans of one company may overlap; the desk wants them by their start.
        spans.sort_by_key(|span| span.from);
        let mut random = Random::stream(self.seed, Purpose::Support, company.index);
        let mut reception = Reception {
            desk: &mut self.desk,
            story: self.story,
            ids: &mut self.ids,
            random: &mut random,
        };
        reception.serve(company, account_id, spans, *outage_hit);
    }
}

fn draw_coupon(
    random: &mut Random,
    terms: Terms,
    sales_led: bool,
    trial_days: i64,
) -> Option<usize> {
    let coupon = if sales_led {
        random.chance(0.25).then_some(NEGOTIATED)
    } else {
        let drawn = random.unit();
        match drawn {
            ..0.006 => Some(NON_PROFIT),
            ..0.016 if trial_days == 0 || !terms.annual => Some(STARTUP),
            ..0.15 => Some(WELCOME),
            ..0.18 => Some(FIRST_INVOICE),
            _ => None,
        }
    };
    // A coupon of three months means little on a yearly invoice.
    coupon
        .filter(|coupon| !terms.annual || !matches!(COUPONS[*coupon].duration, Duration::Months(_)))
}

//! The help desk: tickets of a customer's time with the product, more before leaving and when the outage strikes.

use crate::calendar::{DAY, HOUR, business_weight, date_of};
use crate::company::Company;
use crate::ids::Ids;
use crate::random::Random;
use crate::story::Story;

/// A stretch of time a company used the product.
pub(crate) struct Span {
    pub from: i64,
    pub to: i64,
    pub seats: i64,
    /// When leaving was decided, if the customer decided it.
    pub decided_at: Option<i64>,
}

pub(crate) struct Organization {
    pub id: u64,
    pub name: String,
    pub external_id: Option<String>,
    pub domain: Option<String>,
    pub created: i64,
}

pub(crate) struct User {
    pub id: u64,
    pub email: String,
    pub organization: Option<u64>,
    pub created: i64,
}

/// A ticket with its metrics; durations in minutes from its creation.
pub(crate) struct Ticket {
    pub id: u64,
    pub created: i64,
    pub updated: i64,
    pub status: &'static str,
    pub priority: Option<&'static str>,
    pub channel: &'static str,
    pub organization: Option<u64>,
    pub requester: u64,
    pub subject: &'static str,
    pub satisfaction: &'static str,
    pub reopens: u32,
    pub replies: u32,
    pub first_reply: Option<i64>,
    pub first_resolution: Option<i64>,
    pub full_resolution: Option<i64>,
}

/// Everything in the help desk.
#[derive(Default)]
pub(crate) struct Desk {
    pub organizations: Vec<Organization>,
    pub users: Vec<User>,
    pub tickets: Vec<Ticket>,
}

/// Who asks: the requesters of a company and their organization.
struct Askers {
    organization: Option<u64>,
    users: Vec<u64>,
}

const SUBJECTS: [&str; 8] = [
    "Cannot sign in",
    "Question about an invoice",
    "Import does not finish",
    "How to add a teammate",
    "Report shows an unexpected total",
    "Integration stopped syncing",
    "Feature request",
    "Page loads slowly",
];
const OUTAGE_SUBJECT: &str = "Service unavailable";

/// Takes in a company's tickets.
pub(crate) struct Reception<'a> {
    pub desk: &'a mut Desk,
    pub story: &'a Story,
    pub ids: &'a mut Ids,
    pub random: &'a mut Random,
}

impl Reception<'_> {
    /// Writes the tickets of a company's spans.
    pub(crate) fn serve(
        &mut self,
        company: &Company,
        account_id: &str,
        spans: &[Span],
        outage_hit: bool,
    ) {
        let story = self.story;
        let Some(first) = spans.first() else { return };
        let askers = self.register(company, account_id, first.from);
        for (ordinal, span) in spans.iter().enumerate() {
            let mut day = span.from - span.from.rem_euclid(DAY);
            while day < span.to.min(story.end) {
                let hit = outage_hit
                    && (story.outage..story.outage + 2 * DAY).contains(&(day + 20 * HOUR));
                let tickets = if hit {
                    self.random.between(0, 2)
                } else {
                    let rate = daily_rate(span, ordinal == 0, day, story);
                    i64::from(self.random.chance(rate))
                };
                for _ in 0..tickets {
                    let at = day + self.random.time_of_day();
                    if (span.from..span.to.min(story.end)).contains(&at) {
                        let leaving = is_before_leaving(span, at);
                        self.open_ticket(&askers, at, hit, leaving);
                    }
                }
                day += DAY;
            }
        }
    }

    fn register(&mut self, company: &Company, account_id: &str, created: i64) -> Askers {
        let organization = self.random.chance(0.92).then(|| {
            let id = self.ids.zendesk();
            let linked = self.random.chance(0.6);
            self.desk.organizations.push(Organization {
                id,
                name: company.legal_name(),
                external_id: linked.then(|| account_id.to_owned()),
                domain: (!linked || self.random.chance(0.5)).then(|| company.domain.clone()),
                created,
            });
            id
        });
        let users = (0..self.random.between(1, 2 + i64::from(company.size > 1)))
            .map(|number| {
                let id = self.ids.zendesk();
                self.desk.users.push(User {
                    id,
                    email: format!("support{}@{}", number + 1, company.domain),
                    organization,
                    created,
                });
                id
            })
            .collect();
        Askers {
            organization,
            users,
        }
    }

    fn open_ticket(&mut self, askers: &Askers, created: i64, outage: bool, leaving: bool) {
        let (story, random) = (self.story, &mut *self.random);
        let urgency = random.weighted(if outage {
            &[1, 12, 40, 45, 2]
        } else {
            &[20, 50, 19, 6, 5]
        });
        let priority = [
            Some("low"),
            Some("normal"),
            Some("high"),
            Some("urgent"),
            None,
        ][urgency];
        // The team got faster over time; during the outage everything waited.
        let slow = (1.35 - 0.6 * story.progress(created)) * if outage { 5.0 } else { 1.0 };
        let [reply, resolve] = [[300, 220, 120, 35, 240], [5_200, 3_600, 1_900, 700, 4_000]]
            .map(|limits| (limits[urgency] as f64 * slow) as i64);
        let known = (story.end - created) / 60;
        let reply = 2 + random.skewed(0, reply * 3);
        let first = reply + 5 + random.skewed(0, resolve * 3);
        let reopens = if random.chance(0.07) {
            random.between(1, 2)
        } else {
            0
        };
        let full = first + reopens * (60 + random.skewed(0, 4_000));
        let unsolved = random.chance(0.012);
        let happens = |minutes: i64, never: bool| (minutes < known && !never).then_some(minutes);
        let first_reply = happens(reply, false);
        let first_resolution = happens(first, unsolved);
        let full_resolution = happens(full, unsolved);
        let status = match (first_reply, full_resolution) {
            (None, _) => "new",
            (_, Some(full)) if created + full * 60 + 4 * DAY < story.end => "closed",
            (_, Some(_)) => "solved",
            _ => random.pick(&["open", "pending", "pending", "hold"]),
        };
        let good = if outage {
            0.45
        } else if leaving {
            0.66
        } else {
            0.86 + 0.08 * story.progress(created)
        };
        let answered = first_resolution.is_some() && random.chance(0.3);
        let satisfaction = match (first_resolution, answered) {
            (None, _) => "unoffered",
            (Some(_), false) => "offered",
            _ if random.chance(good) => "good",
            _ => "bad",
        };
        let last = full_resolution
            .or(first_resolution)
            .or(first_reply)
            .unwrap_or(0);
        self.desk.tickets.push(Ticket {
            id: self.ids.zendesk(),
            created,
            updated: created + last * 60,
            status,
            priority,
            channel: random.pick(&[
                "web", "web", "web", "email", "email", "email", "chat", "chat", "api", "voice",
            ]),
            // A few come in beside the organization and carry only their requester.
            organization: askers.organization.filter(|_| random.chance(0.95)),
            requester: random.pick(&askers.users),
            subject: if outage {
                OUTAGE_SUBJECT
            } else {
                random.pick(&SUBJECTS)
            },
            satisfaction,
            reopens: if first_resolution.is_some() {
                reopens as u32
            } else {
                0
            },
            replies: u32::from(first_reply.is_some()) + random.between(0, 3) as u32,
            first_reply,
            first_resolution,
            full_resolution,
        });
    }
}

fn is_before_leaving(span: &Span, at: i64) -> bool {
    span.decided_at
        .is_some_and(|decided| (decided - 60 * DAY..decided).contains(&at))
}

/// Probability of a ticket on a day.
fn daily_rate(span: &Span, first: bool, day: i64, story: &Story) -> f64 {
    let base = 0.0075 + 0.00024 * span.seats.min(200) as f64;
    let new = if first && day < span.from + 45 * DAY {
        2.1
    } else {
        1.0
    };
    let leaving = if is_before_leaving(span, day) {
        3.4
    } else {
        1.0
    };
    let wave = if story.is_price_wave(day) { 1.25 } else { 1.0 };
    let outage = if (story.outage - DAY..story.outage + 5 * DAY).contains(&day) {
        3.0
    } else {
        1.0
    };
    base * new
        * leaving
        * wave
        * outage
        * (1.18 - 0.3 * story.progress(day))
        * business_weight(date_of(day))
}

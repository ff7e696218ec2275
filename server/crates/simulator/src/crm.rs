//! The CRM's records: leads, accounts with their versions, opportunities.

use chrono::NaiveDate;

use crate::calendar::{DAY, date_of};
use crate::catalog::{PLANS, Plan};
use crate::company::Company;
use crate::ids::Ids;
use crate::market::INDUSTRIES;
use crate::random::Random;
use crate::story::Story;

/// A lead.
pub(crate) struct Lead {
    pub id: String,
    pub created: i64,
    pub company: String,
    pub industry: &'static str,
    pub country: &'static str,
    pub employees: Option<i64>,
    pub source: Option<&'static str>,
    /// When, and into which account, it was converted.
    pub converted: Option<(i64, String)>,
}

/// An account as it stood from `modified` on.
#[derive(Clone)]
pub(crate) struct AccountVersion {
    pub id: String,
    pub name: String,
    pub website: Option<String>,
    pub source: Option<&'static str>,
    pub created: i64,
    pub modified: i64,
    pub country: &'static str,
    pub industry: Option<&'static str>,
    pub employees: Option<i64>,
}

/// An opportunity; `amount` in major units of its currency, per year.
pub(crate) struct Opportunity {
    pub id: String,
    pub account_id: String,
    pub amount: i64,
    pub currency: &'static str,
    pub created: i64,
    pub close_date: NaiveDate,
    pub stage: &'static str,
    pub source: Option<&'static str>,
    pub modified: i64,
}

impl Opportunity {
    pub(crate) fn is_won(&self) -> bool {
        self.stage == "Closed Won"
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.stage.starts_with("Closed")
    }
}

/// Everything in the CRM.
#[derive(Default)]
pub(crate) struct Crm {
    pub leads: Vec<Lead>,
    pub accounts: Vec<AccountVersion>,
    pub opportunities: Vec<Opportunity>,
}

/// A deal that is about to be worked on.
pub(crate) struct Deal {
    pub opened: i64,
    pub closes: i64,
    pub wins: bool,
    pub plan: usize,
    pub seats: i64,
}

impl Crm {
    /// Records a first contact.
    pub(crate) fn add_lead(
        &mut self,
        company: &Company,
        created: i64,
        converted: Option<(i64, String)>,
        ids: &mut Ids,
        random: &mut Random,
    ) {
        self.leads.push(Lead {
            id: ids.salesforce("00Q"),
            created,
            company: company.legal_name(),
            industry: company.industry,
            country: company.country.name,
            employees: random.chance(0.93).then_some(company.employees),
            source: random.chance(0.97).then_some(company.channel.name),
            converted,
        });
    }

    /// Records an account, and for some the versions that follow.
    pub(crate) fn add_account(
        &mut self,
        company: &Company,
        id: &str,
        created: i64,
        has_website: bool,
        story: &Story,
        random: &mut Random,
    ) {
        let mut version = AccountVersion {
            id: id.to_owned(),
            name: company.legal_name(),
            website: has_website.then(|| match random.below(3) {
                0 => company.domain.clone(),
                1 => format!("www.{}", company.domain),
                _ => format!("https://www.{}/", company.domain),
            }),
            source: random.chance(0.7).then_some(company.channel.name),
            created,
            modified: created,
            country: company.country.name,
            industry: random.chance(0.98).then_some(company.industry),
            employees: random.chance(0.97).then_some(company.employees),
        };
        self.accounts.push(version.clone());
        let changes = if random.chance(0.08) {
            random.between(1, 3)
        } else {
            0
        };
        for _ in 0..changes {
            let at = version.modified + random.between(20 * DAY, 400 * DAY);
            if at >= story.end {
                break;
            }
            version.modified = at;
            if random.chance(0.75) {
                let employees = version.employees.unwrap_or(company.employees);
                version.employees = Some(employees + employees * random.between(12, 90) / 100 + 1);
            } else {
                version.industry = Some(random.pick(&INDUSTRIES).0);
            }
            self.accounts.push(version.clone());
        }
    }

    /// Records an opportunity as it stands at the end of the history.
    pub(crate) fn add_opportunity(
        &mut self,
        company: &Company,
        account_id: &str,
        deal: &Deal,
        story: &Story,
        ids: &mut Ids,
        random: &mut Random,
    ) {
        let closed = deal.closes < story.end;
        let stage = match (closed, deal.wins) {
            (true, true) => "Closed Won",
            (true, false) => "Closed Lost",
            // The further along, the later the stage.
            _ => {
                let done = (story.end - deal.opened) * 4 / (deal.closes - deal.opened).max(1);
                ["Prospecting", "Qualification", "Proposal", "Negotiation"]
                    [done.clamp(0, 3) as usize]
            }
        };
        let Plan { cents, .. } = PLANS[deal.plan];
        let yearly_usd = (cents[0] * 10 * deal.seats / 100) as f64;
        let currency = company.currency();
        self.opportunities.push(Opportunity {
            id: ids.salesforce("006"),
            account_id: account_id.to_owned(),
            amount: (yearly_usd / currency.rate()) as i64,
            currency: currency.code(),
            created: deal.opened,
            close_date: date_of(deal.closes),
            stage,
            source: random.chance(0.8).then_some(company.channel.name),
            modified: if closed { deal.closes } else { deal.opened },
        });
    }
}

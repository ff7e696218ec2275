//! The CRM's files, as its bulk exports give them.

use super::RawFolder;
use crate::SimulateError;
use crate::calendar::{date_of, iso_millis};
use crate::crm::Crm;

pub(crate) fn write(folder: &mut RawFolder, crm: &Crm) -> Result<(), SimulateError> {
    folder.csv(
        "salesforce",
        "Account.csv",
        [
            "Id",
            "IsDeleted",
            "Name",
            "Website",
            "AccountSource",
            "BillingCountry",
            "Industry",
            "NumberOfEmployees",
            "CreatedDate",
            "SystemModstamp",
        ],
        crm.accounts.iter().map(|account| {
            [
                account.id.clone(),
                "false".to_owned(),
                account.name.clone(),
                account.website.clone().unwrap_or_default(),
                account.source.unwrap_or_default().to_owned(),
                account.country.to_owned(),
                account.industry.unwrap_or_default().to_owned(),
                number(account.employees),
                iso_millis(account.created),
                iso_millis(account.modified),
            ]
        }),
    )?;
    folder.csv(
        "salesforce",
        "Lead.csv",
        [
            "Id",
            "IsDeleted",
            "Company",
            "Industry",
            "Country",
            "NumberOfEmployees",
            "LeadSource",
            "IsConverted",
            "ConvertedDate",
            "ConvertedAccountId",
            "CreatedDate",
            "SystemModstamp",
        ],
        crm.leads.iter().map(|lead| {
            let (date, account, modified) = match &lead.converted {
                Some((at, account)) => (date_of(*at).to_string(), account.clone(), *at),
                None => (String::new(), String::new(), lead.created),
            };
            [
                lead.id.clone(),
                "false".to_owned(),
                lead.company.clone(),
                lead.industry.to_owned(),
                lead.country.to_owned(),
                number(lead.employees),
                lead.source.unwrap_or_default().to_owned(),
                lead.converted.is_some().to_string(),
                date,
                account,
                iso_millis(lead.created),
                iso_millis(modified),
            ]
        }),
    )?;
    folder.csv(
        "salesforce",
        "Opportunity.csv",
        [
            "Id",
            "IsDeleted",
            "AccountId",
            "StageName",
            "Amount",
            "CurrencyIsoCode",
            "IsClosed",
            "IsWon",
            "LeadSource",
            "CloseDate",
            "CreatedDate",
            "SystemModstamp",
        ],
        crm.opportunities.iter().map(|opportunity| {
            [
                opportunity.id.clone(),
                "false".to_owned(),
                opportunity.account_id.clone(),
                opportunity.stage.to_owned(),
                opportunity.amount.to_string(),
                opportunity.currency.to_uppercase(),
                opportunity.is_closed().to_string(),
                opportunity.is_won().to_string(),
                opportunity.source.unwrap_or_default().to_owned(),
                opportunity.close_date.to_string(),
                iso_millis(opportunity.created),
                iso_millis(opportunity.modified),
            ]
        }),
    )
}

fn number(value: Option<i64>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

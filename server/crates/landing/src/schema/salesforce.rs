//! Raw tables of Salesforce. Ids are in their 18-character form.

use super::{ORDINAL, TableSchema, date, flag, int, table, text, timestamp};

pub(super) const ACCOUNTS: TableSchema = table(
    "salesforce__accounts",
    "salesforce",
    "Account",
    "one landed version of an account",
    &[
        ORDINAL,
        text("id", "account id").required(),
        text("name", "name as written"),
        text("name_key", "comparable company name"),
        text("website", "web site as written"),
        text("website_domain", "its host, lower case, without www."),
        text("account_source", "AccountSource"),
        text("billing_country", "BillingCountry"),
        text("industry", "Industry"),
        int(
            "number_of_employees",
            "NumberOfEmployees, where it is a number",
        ),
        text(
            "company_size",
            "the size class that NumberOfEmployees names instead",
        ),
        text(
            "person_email_key",
            "PersonEmail of a person account, lower case",
        ),
        timestamp("created_date", "creation"),
        flag("is_deleted", "seen deleted"),
        text(
            "master_record_id",
            "account it was merged into, by which it was deleted",
        ),
        timestamp("system_modstamp", "last change, else last modification"),
    ],
);

pub(super) const LEADS: TableSchema = table(
    "salesforce__leads",
    "salesforce",
    "Lead",
    "one landed version of a lead",
    &[
        ORDINAL,
        text("id", "lead id").required(),
        text("company", "company as written"),
        text("industry", "Industry"),
        text("country", "Country"),
        int(
            "number_of_employees",
            "NumberOfEmployees, where it is a number",
        ),
        text(
            "company_size",
            "the size class that NumberOfEmployees names instead",
        ),
        text("lead_source", "LeadSource"),
        timestamp("created_date", "creation"),
        flag("is_converted", "was converted"),
        date("converted_date", "date of conversion"),
        text("converted_account_id", "account it became or joined"),
        flag("is_deleted", "seen deleted"),
        timestamp("system_modstamp", "last change, else last modification"),
    ],
);

pub(super) const OPPORTUNITIES: TableSchema = table(
    "salesforce__opportunities",
    "salesforce",
    "Opportunity",
    "one landed version of an opportunity",
    &[
        ORDINAL,
        text("id", "opportunity id").required(),
        text("account_id", "account it belongs to"),
        int("amount_micros", "amount in major units x 10^6"),
        text("currency", "lower case; null means the reporting currency"),
        text("lead_source", "LeadSource"),
        text("stage_name", "StageName"),
        timestamp("created_date", "creation"),
        date("close_date", "date of closing, planned or actual"),
        flag("is_closed", "is closed"),
        flag("is_won", "is won"),
        flag("is_deleted", "seen deleted"),
        timestamp("system_modstamp", "last change, else last modification"),
    ],
);

pub(super) const CONTACTS: TableSchema = table(
    "salesforce__contacts",
    "salesforce",
    "Contact",
    "one landed version of a contact",
    &[
        ORDINAL,
        text("id", "contact id").required(),
        text("account_id", "account it belongs to"),
        text("email_key", "Email, lower case"),
        timestamp("created_date", "creation"),
        flag("is_deleted", "seen deleted"),
        timestamp("system_modstamp", "last change, else last modification"),
    ],
);

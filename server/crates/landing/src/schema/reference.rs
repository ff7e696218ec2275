//! Raw tables of generic sources and of reference data kept by hand. Amounts are major units x 10^6.

use super::{ORDINAL, TableSchema, date, int, table, text, timestamp};

pub(super) const SUBSCRIPTION_PERIODS: TableSchema = table(
    "billing__subscription_periods",
    "billing",
    "subscription_periods",
    "a time during which a subscription had one price and quantity",
    &[
        ORDINAL,
        text("subscription_id", "subscription").required(),
        text("customer_id", "customer billed").required(),
        text("customer_name", "name as written"),
        text("name_key", "comparable company name"),
        text("email_key", "the customer's e-mail, lower case"),
        text("email_domain", "part after @, lower case"),
        text("plan", "plan"),
        date("start_date", "first day").required(),
        date("end_date", "day it ends, null while it runs"),
        int(
            "amount_micros",
            "major units x 10^6 per interval for one unit",
        )
        .required(),
        text("recurring_interval", "day, week, month or year").required(),
        int("interval_count", "intervals that the amount is for").required(),
        int("quantity", "units").required(),
        text("currency", "lower case; null means the reporting currency"),
        text("end_reason", "why it ended"),
    ],
);

pub(super) const CRM_ACCOUNTS: TableSchema = table(
    "crm__accounts",
    "crm",
    "accounts",
    "an account of any CRM",
    &[
        ORDINAL,
        text("id", "account id").required(),
        text("name", "name as written"),
        text("name_key", "comparable company name"),
        text("domain", "web domain, lower case"),
        text("industry", "industry"),
        text("country", "country"),
        int("employees", "number of employees, where it is a number"),
        text("company_size", "the size class that it names instead"),
        text("source", "acquisition channel"),
        timestamp("created_at", "creation"),
    ],
);

pub(super) const CRM_LEADS: TableSchema = table(
    "crm__leads",
    "crm",
    "leads",
    "a lead of any CRM",
    &[
        ORDINAL,
        text("id", "lead id").required(),
        text("account_id", "account it was converted into"),
        text("email_key", "its e-mail, lower case"),
        text("email_domain", "part after @, lower case"),
        timestamp("created_at", "creation").required(),
        timestamp("converted_at", "when it was converted"),
        text("industry", "industry"),
        text("country", "country"),
        int("employees", "number of employees, where it is a number"),
        text("company_size", "the size class that it names instead"),
        text("source", "acquisition channel"),
    ],
);

pub(super) const CRM_DEALS: TableSchema = table(
    "crm__deals",
    "crm",
    "deals",
    "a deal of any CRM",
    &[
        ORDINAL,
        text("id", "deal id").required(),
        text("account_id", "account it belongs to"),
        text("name", "name as written"),
        int("amount_micros", "major units x 10^6"),
        text("currency", "lower case; null means the reporting currency"),
        timestamp("created_at", "creation").required(),
        timestamp(
            "closed_at",
            "when it was won or lost; while it is open, when that is expected",
        ),
        text("status", "open, won or lost").required(),
        text("source", "acquisition channel"),
    ],
);

pub(super) const CRM_CONTACTS: TableSchema = table(
    "crm__contacts",
    "crm",
    "contacts",
    "a contact of any CRM",
    &[
        ORDINAL,
        text("id", "contact id").required(),
        text("account_id", "account it belongs to"),
        text("email_key", "its e-mail, lower case"),
    ],
);

pub(super) const SUPPORT_TICKETS: TableSchema = table(
    "support__tickets",
    "support",
    "tickets",
    "a ticket of any support system",
    &[
        ORDINAL,
        text("id", "ticket id").required(),
        text("customer_id", "customer who asked"),
        text("requester_email_key", "e-mail of who asked, lower case"),
        text("requester_email_domain", "part after @, lower case"),
        timestamp("created_at", "creation").required(),
        timestamp("solved_at", "when it was solved"),
        text("status", "lower case"),
        text("priority", "lower case"),
        text("channel", "lower case"),
        int("first_reply_minutes", "calendar minutes to the first reply"),
        int(
            "first_reply_seconds",
            "calendar seconds to the first reply, where there are no minutes",
        ),
        text("satisfaction", "good or bad, lower case"),
    ],
);

pub(super) const EXCHANGE_RATES: TableSchema = table(
    "reference__exchange_rates",
    "reference",
    "exchange_rates",
    "what one unit of a currency is worth in the reporting currency: numerator / denominator",
    &[
        ORDINAL,
        text("currency", "lower case").required(),
        int("rate_numerator", "digits of the rate").required(),
        int("rate_denominator", "a power of ten").required(),
    ],
);

pub(super) const COUNTRY_REGIONS: TableSchema = table(
    "reference__country_regions",
    "reference",
    "country_regions",
    "the region of a country",
    &[
        ORDINAL,
        text("country", "country as written").required(),
        text("country_key", "lower case, without surrounding blanks").required(),
        text("region", "region").required(),
    ],
);

pub(super) const IDENTITY_OVERRIDES: TableSchema = table(
    "reference__identity_overrides",
    "reference",
    "identity_overrides",
    "a decision which account a record of a source belongs to",
    &[
        ORDINAL,
        text("source", "source, lower case").required(),
        text("id", "id in that source").required(),
        text("account_id", "account, 18 characters if it is Salesforce's").required(),
    ],
);

pub(super) const ANNOTATIONS: TableSchema = table(
    "reference__annotations",
    "reference",
    "annotations",
    "what happened on a day that charts should tell",
    &[
        ORDINAL,
        date("day", "day").required(),
        text("label", "what happened, in a few words").required(),
        text("detail", "more about it"),
    ],
);

pub(super) const MARKETING_SPEND: TableSchema = table(
    "reference__marketing_spend",
    "reference",
    "marketing_spend",
    "money spent on a channel on a day",
    &[
        ORDINAL,
        date("day", "day").required(),
        text("acquisition_channel", "channel"),
        int("amount_micros", "major units x 10^6").required(),
        text("currency", "lower case; null means the reporting currency"),
    ],
);

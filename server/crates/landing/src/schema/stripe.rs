//! Raw tables of Stripe. Amounts are in the minor units of their currency.

use super::{LIVEMODE, ORDINAL, TableSchema, flag, int, parent, table, text, timestamp};

pub(super) const CUSTOMERS: TableSchema = table(
    "stripe__customers",
    "stripe",
    "customers",
    "one landed version of a customer",
    &[
        ORDINAL,
        text("id", "customer id").required(),
        text("name", "name as written"),
        text("email", "e-mail as written"),
        text("email_key", "the address in lower case"),
        text("email_domain", "part after @, lower case"),
        text("name_key", "comparable company name"),
        text(
            "account_ref",
            "account id from the metadata, 18 characters if it is Salesforce's",
        ),
        timestamp("created", "creation"),
        text("currency", "lower case"),
        flag("delinquent", "has an overdue invoice"),
        flag("deleted", "a deletion; all else is null"),
        LIVEMODE,
    ],
);

pub(super) const SUBSCRIPTIONS: TableSchema = table(
    "stripe__subscriptions",
    "stripe",
    "subscriptions",
    "one landed version of a subscription",
    &[
        ORDINAL,
        text("id", "subscription id").required(),
        text("customer_id", "customer billed"),
        text("status", "Stripe's status"),
        text("currency", "lower case"),
        timestamp("created", "creation"),
        timestamp("start_date", "start of the subscription"),
        timestamp("trial_start", "start of the trial"),
        timestamp("trial_end", "end of the trial"),
        timestamp("cancel_at", "scheduled end"),
        timestamp("canceled_at", "when cancellation was asked for"),
        timestamp("ended_at", "end of the service"),
        flag("cancel_at_period_end", "set to end with the period"),
        text("cancellation_reason", "cancellation_details.reason"),
        text("cancellation_feedback", "cancellation_details.feedback"),
        text("collection_method", "charge_automatically or send_invoice"),
        flag("paused_collection", "collection is paused"),
        timestamp(
            "current_period_end",
            "end of the current period, the latest of the items",
        ),
        flag(
            "items_incomplete",
            "the nested list of items is not there, or says that there is more",
        ),
        int("items_total", "items there are, where the list says so"),
        flag("deleted", "a deletion; all else is null"),
        LIVEMODE,
    ],
);

pub(super) const SUBSCRIPTION_ITEMS: TableSchema = table(
    "stripe__subscription_items",
    "stripe",
    "subscription_items",
    "one landed version of a subscription's item, nested or by itself",
    &[
        ORDINAL,
        text(
            "id",
            "item id; the subscription's where old API versions have no items",
        )
        .required(),
        text("subscription_id", "subscription it belongs to"),
        parent("subscription_ordinal", "stripe__subscriptions"),
        text("price_id", "price or plan"),
        int("quantity", "units; null for metered prices"),
        timestamp("created", "creation"),
        timestamp("current_period_start", "start of the current period"),
        timestamp("current_period_end", "end of the current period"),
        flag("deleted", "the item was removed"),
    ],
);

pub(super) const SUBSCRIPTION_DISCOUNTS: TableSchema = table(
    "stripe__subscription_discounts",
    "stripe",
    "subscriptions",
    "a discount of a subscription or one of its items",
    &[
        ORDINAL,
        text("subscription_id", "subscription discounted"),
        text(
            "subscription_item_id",
            "item discounted, null for the whole subscription",
        ),
        parent("subscription_ordinal", "stripe__subscriptions"),
        int(
            "position",
            "place among the discounts of its holder, from 0",
        ),
        text("discount_id", "discount id"),
        text(
            "coupon_id",
            "coupon, null if only the discount's id is known",
        ),
        int("percent_off_micros", "percent off x 10^6: 20 % is 20000000"),
        int("amount_off", "amount off in minor units"),
        text("currency", "currency of amount_off, lower case"),
        text("duration", "once, repeating or forever"),
        timestamp("start_at", "start"),
        timestamp("end_at", "end, null if open"),
    ],
);

pub(super) const CUSTOMER_DISCOUNTS: TableSchema = table(
    "stripe__customer_discounts",
    "stripe",
    "customers",
    "a discount of a customer, for all its subscriptions",
    &[
        ORDINAL,
        text("customer_id", "customer discounted"),
        parent("customer_ordinal", "stripe__customers"),
        int(
            "position",
            "place among the discounts of its holder, from 0",
        ),
        text("discount_id", "discount id"),
        text(
            "coupon_id",
            "coupon, null if only the discount's id is known",
        ),
        int("percent_off_micros", "percent off x 10^6: 20 % is 20000000"),
        int("amount_off", "amount off in minor units"),
        text("currency", "currency of amount_off, lower case"),
        text("duration", "once, repeating or forever"),
        timestamp("start_at", "start"),
        timestamp("end_at", "end, null if open"),
    ],
);

pub(super) const PRICES: TableSchema = table(
    "stripe__prices",
    "stripe",
    "prices",
    "a price or plan, by itself or as an item or invoice line carries it",
    &[
        ORDINAL,
        text("id", "price id").required(),
        text("product_id", "product sold"),
        text(
            "product_name",
            "name of the product where the price carries it",
        ),
        text("currency", "lower case"),
        int(
            "unit_amount_numerator",
            "minor units per unit, as a fraction; null for tiers",
        ),
        int(
            "unit_amount_denominator",
            "what that numerator is divided by, a power of ten",
        ),
        text("billing_scheme", "per_unit or tiered"),
        text("price_type", "recurring or one_time"),
        text("recurring_interval", "day, week, month or year"),
        int("interval_count", "intervals per period"),
        text("usage_type", "licensed or metered"),
        text("tiers_mode", "graduated or volume"),
        flag(
            "transform_quantity",
            "the quantity is transformed before it is priced",
        ),
        int("transform_divide_by", "units in one package"),
        flag("transform_round_up", "a started package counts whole"),
        flag(
            "embedded",
            "seen inside another object; once per distinct content",
        ),
        flag("deleted", "a deletion"),
        LIVEMODE,
    ],
);

pub(super) const PRICE_STEPS: TableSchema = table(
    "stripe__price_steps",
    "stripe",
    "prices",
    "what a price asks from one quantity to another in one currency: (units x unit_numerator + base_numerator) / denominator",
    &[
        ORDINAL,
        text("id", "price, currency and first quantity").required(),
        text("price_id", "price or plan").required(),
        text("currency", "lower case"),
        text("terms", "all steps of the price in this currency, as text").required(),
        int("from_units", "first quantity it holds for").required(),
        int("to_units", "last quantity it holds for, null if open"),
        int(
            "unit_numerator",
            "minor units per unit, times the denominator",
        )
        .required(),
        int(
            "base_numerator",
            "minor units beside those, times the denominator",
        )
        .required(),
        int("denominator", "a power of ten").required(),
        flag("embedded", "seen inside another object"),
        flag("deleted", "a deletion"),
    ],
);

pub(super) const PRODUCTS: TableSchema = table(
    "stripe__products",
    "stripe",
    "products",
    "a product, by itself or expanded inside a price",
    &[
        ORDINAL,
        text("id", "product id").required(),
        text("name", "name as written"),
        flag("embedded", "seen inside a price; once per distinct content"),
        flag("deleted", "a deletion"),
        LIVEMODE,
    ],
);

pub(super) const COUPONS: TableSchema = table(
    "stripe__coupons",
    "stripe",
    "coupons",
    "one landed version of a coupon",
    &[
        ORDINAL,
        text("id", "coupon id").required(),
        int("percent_off_micros", "percent off x 10^6"),
        int("amount_off", "amount off in minor units"),
        text("currency", "currency of amount_off, lower case"),
        text("duration", "once, repeating or forever"),
        int("duration_in_months", "months it repeats"),
        flag("deleted", "a deletion"),
        LIVEMODE,
    ],
);

pub(super) const COUPON_AMOUNTS: TableSchema = table(
    "stripe__coupon_amounts",
    "stripe",
    "coupons",
    "what a coupon takes off in one currency",
    &[
        ORDINAL,
        text("coupon_id", "coupon").required(),
        text("currency", "lower case").required(),
        int("amount_off", "amount off in minor units").required(),
    ],
);

pub(super) const COUPON_PRODUCTS: TableSchema = table(
    "stripe__coupon_products",
    "stripe",
    "coupons",
    "a product that a coupon is limited to",
    &[
        ORDINAL,
        text("coupon_id", "coupon").required(),
        text("product_id", "product").required(),
    ],
);

pub(super) const INVOICES: TableSchema = table(
    "stripe__invoices",
    "stripe",
    "invoices",
    "one landed version of an invoice",
    &[
        ORDINAL,
        text("id", "invoice id").required(),
        text("customer_id", "customer billed"),
        text("subscription_id", "subscription it bills"),
        text(
            "status",
            "draft, open, paid, uncollectible, void or deleted",
        ),
        text("currency", "lower case"),
        text("billing_reason", "why it was made"),
        timestamp("created", "creation"),
        timestamp("paid_at", "when it was paid"),
        flag(
            "lines_incomplete",
            "the nested list of lines is not there, or says that there is more",
        ),
        int("lines_total", "lines there are, where the list says so"),
        flag("deleted", "a deletion"),
        LIVEMODE,
    ],
);

pub(super) const INVOICE_LINES: TableSchema = table(
    "stripe__invoice_lines",
    "stripe",
    "invoice_line_items",
    "a line of a landed version of an invoice, nested or by itself",
    &[
        ORDINAL,
        text(
            "id",
            "what tells the line from others of its invoice: unique_id, an id that begins with il_, or all that identifies it",
        )
        .required(),
        text("invoice_id", "invoice it belongs to").required(),
        parent("invoice_ordinal", "stripe__invoices"),
        int(
            "position",
            "place among the invoice's lines, from 0; null if it came by itself",
        ),
        text("subscription_id", "subscription billed, null if none"),
        text("subscription_item_id", "item billed"),
        text("price_id", "price or plan"),
        int("amount", "amount in minor units, before discounts").required(),
        text("currency", "lower case"),
        int("quantity", "units"),
        flag("proration", "bills a part of a period"),
        timestamp("period_start", "start of the time billed"),
        timestamp("period_end", "end of the time billed"),
        int("discount_amount", "sum of its discounts in minor units").required(),
        int(
            "tax_inclusive_amount",
            "tax contained in the amount, in minor units",
        )
        .required(),
        text("line_type", "what the line says it bills"),
        flag(
            "credits_items",
            "a proration that gives back what other lines billed",
        ),
    ],
);

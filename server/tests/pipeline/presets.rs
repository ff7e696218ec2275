//! Each preset reads its vendor's own export, with the columns and words that the vendor writes.

use std::fs;
use std::path::Path;

use crate::support::{Published, build_with, rows};
use tidemark::Settings;

/// A billing export that customers of other sources are billed by.
const BILLING: (&str, &str) = (
    "billing/subscription_periods.csv",
    "subscription_id,customer_id,customer_name,customer_email,plan,start_date,end_date,monthly_amount\n\
     S1,C1,Alder Works,ann@alder.example,Pro,2025-01-01,,100\n",
);

fn build(preset: &str, files: &[(&str, &str)]) -> Published {
    let raw = tempfile::tempdir().expect("a temporary folder");
    for (name, text) in files {
        let path = raw.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a written file");
    }
    let settings = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("presets/{preset}.toml"));
    let settings = Settings::load(Some(&settings), std::iter::empty()).expect(preset);
    let published = build_with(settings, raw.path(), "2026-03-31").expect(preset);
    assert_eq!(published.built.quarantined, 0, "{preset}");
    published
}

/// The cells of these columns in every row of a mart that is not all zero there.
fn cells(published: &Published, mart: &str, columns: &[&str]) -> Vec<String> {
    let all = rows(&published.csv(mart));
    let (header, all) = all.split_first().expect("a header");
    let places = columns.iter().map(|column| {
        let place = header.iter().position(|name| name == column);
        place.expect("the column")
    });
    let places: Vec<usize> = places.collect();
    let row = |row: &Vec<String>| {
        let cells: Vec<&str> = places.iter().map(|place| row[*place].as_str()).collect();
        cells.join(" ")
    };
    all.iter().map(row).collect()
}

/// The sum of a column of a mart.
fn sum(published: &Published, mart: &str, column: &str) -> i64 {
    let cells = cells(published, mart, &[column]);
    cells
        .iter()
        .map(|cell| cell.parse::<i64>().expect("a number"))
        .sum()
}

fn mrr(published: &Published) -> Vec<String> {
    cells(published, "customers", &["customer_id", "plan", "mrr"])
}

fn billing(preset: &str, text: &str) -> Published {
    build(preset, &[("billing/subscription_periods.csv", text)])
}

#[test]
fn recurly_bills_an_amount_per_plan_interval() {
    let published = billing(
        "recurly",
        "uuid,account_code,plan_code,state,activated_at,expires_at,expiration_reason,currency,unit_amount,quantity,plan_interval_length,plan_interval_unit\n\
         u1,acct-1,gold,active,2025-01-07 23:54:41 UTC,,,USD,99.0,1,1,months\n\
         u2,acct-2,quarterly,active,2025-02-07 10:00:00 UTC,,,USD,240.00,2,3,months\n\
         u3,acct-3,monthly,expired,2025-03-07 10:00:00 UTC,2025-06-07 10:00:00 UTC,nonpayment,USD,30.00,1,30,days\n",
    );
    assert_eq!(
        mrr(&published),
        [
            "acct-1 gold 9900",
            "acct-2 quarterly 16000",
            "acct-3 monthly 0"
        ]
    );
    assert_eq!(
        sum(&published, "lifecycle_daily", "mrr_churn_involuntary"),
        -3042,
        "30 × 365/12 ÷ 30"
    );
}

#[test]
fn chargebee_bills_cents_per_unit_and_period() {
    let published = billing(
        "chargebee",
        "id,customer_id,plan_id,plan_quantity,plan_unit_price,billing_period,billing_period_unit,currency_code,status,started_at,cancelled_at,cancel_reason\n\
         CB-1,cust-1,team,3,6000,3,month,USD,active,2025-01-15,,\n\
         CB-2,cust-2,weekly,1,1000,1,week,USD,active,1738368000,,\n\
         CB-3,cust-3,yearly,2,120000,1,year,USD,cancelled,2025-03-01,2026-03-01,not_paid\n",
    );
    assert_eq!(
        mrr(&published),
        ["cust-1 team 6000", "cust-2 weekly 4333", "cust-3 yearly 0"]
    );
    assert_eq!(
        sum(&published, "lifecycle_daily", "mrr_churn_involuntary"),
        -20000
    );
}

#[test]
fn baremetrics_has_a_template_of_its_own() {
    let published = billing(
        "baremetrics",
        "plan_oid,plan_name,plan_currency,plan_amount,plan_interval,plan_interval_count,customer_oid,customer_name,customer_email,subscription_oid,subscription_started_at,subscription_canceled_at,subscription_quantity\n\
         plan_1,SEO,USD,5000,month,1,customer_1,Customer One,one@example.com,subscription_1,2025-03-31,2025-05-04,1\n\
         plan_2,SEM,USD,120000,year,1,customer_1,Customer One,one@example.com,subscription_2,2025-03-31,,2\n",
    );
    assert_eq!(mrr(&published), ["customer_1 SEM 20000"]);
    assert_eq!(sum(&published, "lifecycle_daily", "mrr_contraction"), -5000);
}

#[test]
fn paddle_is_read_from_a_table_of_its_api() {
    let published = billing(
        "paddle",
        "id,customer_id,currency_code,started_at,canceled_at,billing_cycle_interval,billing_cycle_frequency,product_name,unit_price_amount,quantity\n\
         sub_01a,ctm_01a,USD,2025-04-12T10:18:47.635628Z,,month,1,AeroEdit Pro,3000,10\n\
         sub_01b,ctm_01b,USD,2025-04-12T10:18:47.635628Z,2025-10-12T00:00:00Z,year,1,AeroEdit Basic,12000,1\n",
    );
    assert_eq!(
        mrr(&published),
        ["ctm_01a AeroEdit Pro 30000", "ctm_01b AeroEdit Basic 0"]
    );
}

#[test]
fn the_dashboard_of_stripe_exports_subscriptions() {
    let published = billing(
        "stripe-csv",
        "id,Customer ID,Customer Name,Customer Email,Plan,Quantity,Currency,Interval,Amount,Status,Created (UTC),Start Date (UTC),Canceled At (UTC),Ended At (UTC),Cancellation Reason\n\
         sub_1,cus_1,Alder Works,ann@alder.example,price_pro,2,usd,month,49.00,active,2025-01-03 09:12,2025-01-03 09:12,,,\n\
         sub_2,cus_2,Birch Yard,bob@birch.example,price_basic,1,usd,year,120.00,canceled,2025-01-03 09:12,2025-01-03 09:12,2025-06-01 10:00,2025-07-03 09:12,payment_failed\n",
    );
    assert_eq!(
        mrr(&published),
        ["cus_1 price_pro 9800", "cus_2 price_basic 0"]
    );
    assert_eq!(
        sum(&published, "lifecycle_daily", "mrr_churn_involuntary"),
        -1000
    );
}

#[test]
fn hubspot_feeds_accounts_leads_and_deals() {
    let published = build(
        "hubspot",
        &[
            BILLING,
            (
                "crm/accounts.csv",
                "Record ID,Company name,Company Domain Name,Industry,Country/Region,Number of Employees,Original Source Type,Create Date\n\
                 21821,Alder Works,alder.example,ENERGY,Germany,60,Organic Search,2024-12-01 10:35\n\
                 23193,Cedar Hub,cedar.example,,,\"1,200\",Direct Traffic,2026-02-02 15:38\n",
            ),
            (
                "crm/deals.csv",
                "Record ID,Deal Name,Deal Stage,Pipeline,Amount,Close Date,Create Date,Associated Company IDs (Primary),Original Source Type\n\
                 1,Alder new,Closed won,Sales Pipeline,1200,2024-12-31 11:00,2024-12-05 12:48,21821,Organic Search\n\
                 2,Cedar new,Closed lost,Sales Pipeline,900.50,2026-03-01 10:00,2026-02-07 20:36,23193,Direct Traffic\n\
                 3,Alder more,Qualified to buy,Sales Pipeline,400,2026-06-30 10:00,2026-03-02 09:00,21821,Paid Search\n",
            ),
            (
                "crm/leads.csv",
                "Record ID,Email,Create Date,Became a Customer Date,Original Source,Associated Company IDs (Primary)\n\
                 101,ann@alder.example,2024-11-10 08:00,2024-12-05 12:00,Paid Social,21821\n\
                 102,cy@cedar.example,2026-02-01 08:00,,Email Marketing,23193\n",
            ),
        ],
    );
    assert_eq!(
        cells(
            &published,
            "customers",
            &[
                "customer_id",
                "stage",
                "mrr",
                "acquisition_channel",
                "company_size",
                "match_method"
            ]
        ),
        [
            "21821 active 10000 Paid Social 51-200 domain",
            "23193 lost 0 Direct Traffic 1001+ none"
        ]
    );
    for (column, expected) in [
        ("leads_created", 2),
        ("leads_converted", 1),
        ("opportunities_created", 3),
        ("opportunities_won_amount", 120_000),
        ("opportunities_lost_amount", 90_050),
    ] {
        assert_eq!(
            sum(&published, "lifecycle_daily", column),
            expected,
            "{column}"
        );
    }
    assert_eq!(
        cells(&published, "sales_cycle", &["day", "bucket", "customers"]),
        ["2025-01-01 52 1"]
    );
}

#[test]
fn conversations_of_intercom_are_tickets() {
    let published = build(
        "intercom",
        &[
            BILLING,
            (
                "support/tickets.csv",
                "id,company_id,created_at,statistics_last_close_at,state,priority,source_type,statistics_time_to_admin_reply,conversation_rating_value\n\
                 900001,C1,1773050377,1773136777,closed,not_priority,conversation,720,5\n\
                 900002,C1,1773150377,1773236777,closed,priority,email,180,1\n\
                 900003,C1,1773160377,,open,not_priority,conversation,42,3\n\
                 900004,,1773170377,,snoozed,not_priority,conversation,,\n",
            ),
        ],
    );
    assert_eq!(
        cells(
            &published,
            "customers",
            &["customer_id", "tickets_30d", "open_tickets"]
        ),
        ["C1 3 1"]
    );
    assert_eq!(sum(&published, "support_daily", "tickets_created"), 4);
    assert_eq!(sum(&published, "support_daily", "satisfaction_good"), 1);
    assert_eq!(sum(&published, "support_daily", "satisfaction_bad"), 1);
}

#[test]
fn the_admin_center_of_zendesk_exports_tickets() {
    let published = build(
        "zendesk-csv",
        &[
            BILLING,
            (
                "crm/accounts.csv",
                "account_id,name,domain,created_at\nC1,Alder Works,alder.example,2024-12-01\n",
            ),
            (
                "support/tickets.csv",
                "Id,Requester,Requester id,Requester email,Requester domain,Organization,Subject,Status,Priority,Via,Created at,Updated at,Solved at,Satisfaction Score,First reply time in minutes\n\
                 1,user,7001,u1@alder.example,alder.example,Alder,s,Closed,High,Mail,2026-03-03 10:00,2026-03-04 10:00,2026-03-04 10:00,Good,30\n\
                 2,user,7001,u1@alder.example,alder.example,Alder,s,On-hold,-,Web form,2026-03-05 10:00,2026-03-05 12:00,,Not Offered,10\n",
            ),
        ],
    );
    assert_eq!(
        cells(
            &published,
            "customers",
            &["customer_id", "tickets_30d", "open_tickets"]
        ),
        ["C1 2 1"]
    );
    assert_eq!(sum(&published, "support_daily", "satisfaction_good"), 1);
}

#[test]
fn a_report_of_salesforce_has_labels_and_local_dates() {
    let published = build(
        "salesforce-report",
        &[(
            "salesforce/Account.csv",
            "\"Account ID\",\"Account Name\",\"Website\",\"Billing Country\",\"Industry\",\"Employees\",\"Created Date\",\"Last Modified Date\"\n\
             \"001Q5000000AlDr\",\"Alder Works\",\"alder.example\",\"Germany\",\"Energy\",\"1,060\",\"12/13/2024\",\"12/14/2024\"\n",
        )],
    );
    assert_eq!(
        cells(
            &published,
            "customers",
            &["customer_id", "industry", "company_size"]
        ),
        ["001Q5000000AlDrIAK Energy 1001+"]
    );
    assert_eq!(
        cells(
            &published,
            "stage_transitions",
            &["day", "from_stage", "to_stage"]
        ),
        ["2024-12-13 none lead"]
    );
}

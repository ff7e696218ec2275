//! The fields that objects have in version 2025-09-30.clover where a test does not set them.
use serde_json::{Map, Value, json};

use super::kinds::Kind;

/// The fields of a kind with the values they have as long as nothing is said.
pub(super) fn defaults(kind: Kind) -> Map<String, Value> {
    let fields = match kind {
        Kind::Customer => json!({
            "address": null, "balance": 0, "currency": null, "default_source": null,
            "delinquent": false, "description": null, "discount": null, "email": null,
            "invoice_prefix": "TIDEMARK",
            "invoice_settings": {
                "custom_fields": null, "default_payment_method": null, "footer": null,
                "rendering_options": null,
            },
            "name": null, "phone": null, "preferred_locales": [], "shipping": null,
            "tax_exempt": "none", "test_clock": null,
        }),
        Kind::Product => json!({
            "active": true, "default_price": null, "description": null, "images": [],
            "marketing_features": [], "name": "Plan", "package_dimensions": null, "shippable": null,
            "statement_descriptor": null, "tax_code": null, "type": "service", "unit_label": null,
            "url": null,
        }),
        Kind::Price => json!({
            "active": true, "billing_scheme": "per_unit", "currency": "usd",
            "custom_unit_amount": null, "lookup_key": null, "nickname": null, "product": null,
            "recurring": {
                "interval": "month", "interval_count": 1, "meter": null, "trial_period_days": null,
                "usage_type": "licensed",
            },
            "tax_behavior": "unspecified", "tiers_mode": null, "transform_quantity": null,
            "type": "recurring", "unit_amount": 0, "unit_amount_decimal": "0",
        }),
        Kind::Coupon => json!({
            "amount_off": null, "currency": null, "duration": "forever", "duration_in_months": null,
            "max_redemptions": null, "name": null, "percent_off": null, "redeem_by": null,
            "times_redeemed": 0, "valid": true,
        }),
        Kind::Subscription => json!({
            "application": null, "application_fee_percent": null,
            "automatic_tax": {"disabled_reason": null, "enabled": false, "liability": null},
            "billing_cycle_anchor": null, "billing_mode": {"type": "classic"},
            "billing_thresholds": null, "cancel_at": null, "cancel_at_period_end": false,
            "canceled_at": null,
            "cancellation_details": {"comment": null, "feedback": null, "reason": null},
            "collection_method": "charge_automatically", "currency": "usd", "customer": null,
            "days_until_due": null, "default_payment_method": null, "default_source": null,
            "default_tax_rates": [], "description": null, "discounts": [], "ended_at": null,
            "items": [], "latest_invoice": null, "next_pending_invoice_item_invoice": null,
            "on_behalf_of": null, "pause_collection": null, "pending_setup_intent": null,
            "pending_update": null, "schedule": null, "start_date": null, "status": "active",
            "test_clock": null, "transfer_data": null, "trial_end": null, "trial_start": null,
        }),
        Kind::Invoice => json!({
            "amount_due": 0, "amount_paid": 0, "amount_remaining": 0, "attempt_count": 0,
            "attempted": false, "auto_advance": false, "billing_reason": "subscription_cycle",
            "collection_method": "charge_automatically", "currency": "usd", "customer": null,
            "customer_email": null, "default_payment_method": null, "default_source": null,
            "description": null, "discounts": [], "due_date": null, "effective_at": null,
            "ending_balance": null, "latest_revision": null, "lines": [],
            "next_payment_attempt": null, "number": null, "parent": null, "period_end": null,
            "period_start": null, "starting_balance": 0, "status": "draft",
            "status_transitions": {
                "finalized_at": null, "marked_uncollectible_at": null, "paid_at": null,
                "voided_at": null,
            },
            "subtotal": 0, "subtotal_excluding_tax": 0, "test_clock": null, "total": 0,
            "total_discount_amounts": [], "total_excluding_tax": 0, "total_taxes": [],
        }),
        Kind::Event => json!({
            "api_version": super::VERSION, "pending_webhooks": 0,
            "request": {"id": null, "idempotency_key": null},
        }),
    };
    match fields {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}

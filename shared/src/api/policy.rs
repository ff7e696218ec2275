//! What a build's settings mean for the numbers of its snapshot, in words.

use crate::api::Manifest;
use crate::metric::Setting;

impl Setting {
    /// What a snapshot's choice means.
    pub fn in_force(self, manifest: &Manifest) -> String {
        let policies = &manifest.policies;
        match self {
            Setting::MrrDiscounts if policies.mrr_discounts == "none" => {
                "discounts do not lower MRR".to_owned()
            }
            Setting::MrrDiscounts => "discounts lower MRR".to_owned(),
            Setting::ChurnDate if policies.churn_date == "cancellation" => {
                "churn is dated on the day of cancellation".to_owned()
            }
            Setting::ChurnDate => "churn is dated when service ends".to_owned(),
            Setting::Currency => format!("amounts in {}", manifest.currency.to_uppercase()),
            Setting::Timezone => format!("days in {}", manifest.timezone),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::MRR;

    #[test]
    fn a_setting_says_what_the_snapshot_was_made_with() {
        let said = |discounts: &str, churn: &str| -> Vec<String> {
            let manifest = serde_json::json!({
                "snapshot_id": "0a1b2c3d", "as_of": "2026-10-31", "generated_at": "2026-11-01T04:00:00Z",
                "timezone": "Europe/Berlin", "currency": "eur",
                "policies": {"mrr_discounts": discounts, "churn_date": churn}, "marts": [], "sources": [],
                "quality": {"status": "pass", "errors": 0, "warnings": 0},
            });
            let manifest: Manifest = serde_json::from_value(manifest).expect("a manifest");
            let settings = MRR.settings().into_iter();
            settings
                .map(|setting| setting.in_force(&manifest))
                .collect()
        };
        assert_eq!(
            said("all", "service_end"),
            [
                "discounts lower MRR",
                "churn is dated when service ends",
                "amounts in EUR",
                "days in Europe/Berlin"
            ]
        );
        assert_eq!(
            said("none", "cancellation")[..2],
            [
                "discounts do not lower MRR",
                "churn is dated on the day of cancellation"
            ]
        );
    }
}

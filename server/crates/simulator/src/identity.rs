//! How a billing customer can be recognised as a CRM account: by id, domain, name, correction, or not at all.

use crate::company::Company;
use crate::random::Random;

/// What links a billing customer to its account.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Link {
    Id,
    Domain,
    Name,
    Override,
    Nothing,
}

/// A row of the hand-kept corrections.
pub(crate) struct Override {
    pub customer_id: String,
    pub account_id: String,
}

/// How the company shows itself in billing.
pub(crate) struct Face {
    pub name: String,
    pub email: String,
    pub account_id: Option<String>,
    pub correction: Option<Override>,
}

impl Link {
    const ALL: [Self; 5] = [
        Self::Id,
        Self::Domain,
        Self::Name,
        Self::Override,
        Self::Nothing,
    ];

    pub(crate) fn draw(random: &mut Random) -> Self {
        Self::ALL[random.weighted(&[790, 125, 40, 15, 30])]
    }

    pub(crate) fn face(
        self,
        company: &Company,
        account_id: &str,
        customer_id: &str,
        random: &mut Random,
    ) -> Face {
        let own_mail = format!("billing@{}", company.domain);
        let free_mail = format!("simulated.company.{:05}@gmail.com", company.index);
        let anonymous = format!("Accounts payable {:05}", company.index);
        let (name, email) = match self {
            Self::Id if random.chance(0.9) => (company.legal_name(), own_mail),
            Self::Id => (company.name.clone(), free_mail),
            Self::Domain => (anonymous, own_mail),
            // Without the legal form: equal only once both are normalised.
            Self::Name => (company.name.to_uppercase(), free_mail),
            Self::Override | Self::Nothing => (anonymous, free_mail),
        };
        let account_id_in_billing = (self == Self::Id).then(|| {
            // Older integrations stored the 15-character form.
            let length = if random.chance(0.15) { 15 } else { 18 };
            account_id.chars().take(length).collect()
        });
        Face {
            name,
            email,
            account_id: account_id_in_billing,
            correction: (self == Self::Override).then(|| Override {
                customer_id: customer_id.to_owned(),
                account_id: account_id.to_owned(),
            }),
        }
    }
}

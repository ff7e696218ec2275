//! The objects that are pulled and the fields landing reads of each.

/// An object as the dashboard knows it; the org may keep it under another name.
#[derive(Debug)]
pub(crate) struct Object {
    /// Its name in the raw folder.
    pub(crate) name: &'static str,
    /// Fields without which its numbers would be wrong.
    pub(crate) needed: &'static [&'static str],
    /// Fields that are skipped where the user cannot see them.
    pub(crate) wanted: &'static [&'static str],
    /// Whether a sync does without the object where the user cannot read it.
    pub(crate) optional: bool,
}

/// What every object has and no setting renames: who, how new, gone or not, since when.
pub(crate) const SYSTEM: [&str; 4] = ["Id", "SystemModstamp", "IsDeleted", "CreatedDate"];

/// Fields that only some orgs have: with several currencies, with person accounts, with standard accounts.
pub(crate) const OF_SOME_ORGS: [&str; 3] = ["CurrencyIsoCode", "PersonEmail", "MasterRecordId"];

/// In the order in which they are asked for. Compound addresses are no part of it: Bulk does not give them.
pub(crate) const OBJECTS: &[Object] = &[
    Object {
        name: "Account",
        needed: &["Name"],
        wanted: &[
            "Website",
            "AccountSource",
            "BillingCountry",
            "Industry",
            "NumberOfEmployees",
            "MasterRecordId",
            "PersonEmail",
        ],
        optional: false,
    },
    Object {
        name: "Lead",
        needed: &["IsConverted"],
        wanted: &[
            "Company",
            "Industry",
            "Country",
            "NumberOfEmployees",
            "LeadSource",
            "ConvertedDate",
            "ConvertedAccountId",
        ],
        optional: false,
    },
    Object {
        name: "Opportunity",
        needed: &["AccountId", "CloseDate", "IsClosed", "IsWon"],
        wanted: &["Amount", "CurrencyIsoCode", "LeadSource", "StageName"],
        optional: false,
    },
    Object {
        name: "Contact",
        needed: &["AccountId", "Email"],
        wanted: &[],
        optional: true,
    },
];

/// The fields that are asked for of an object of the raw folder; none for an object there is not.
#[must_use]
pub fn fields(object: &str) -> Vec<&'static str> {
    let found = OBJECTS.iter().filter(|known| known.name == object);
    let own = found.flat_map(|known| known.needed.iter().chain(known.wanted));
    SYSTEM.iter().chain(own).copied().collect()
}

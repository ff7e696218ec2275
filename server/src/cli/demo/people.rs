//! The two people of `tidemark demo --access`: one sees everything, the other one region.

use std::collections::{BTreeMap, BTreeSet};

use tidemark_access::{Access, AccessError, AccessStore, Grant, Mode, Policy, Role};

use super::super::Context;
use super::super::users::{BY, random_password};
use crate::Failure;
use crate::access::AccessSettings;

/// The policy of the second person.
const POLICY: &str = "uk_ireland";

/// Sets the demo up to ask who it is, and prints the two accounts with new passwords.
pub(super) fn set_up(context: &mut Context) -> Result<(), Failure> {
    let region = BTreeSet::from(["UK & Ireland".to_owned()]);
    let policy = Policy {
        rows: BTreeMap::from([("region".to_owned(), region)]),
        ..Policy::default()
    };
    context.settings.access = AccessSettings {
        access: Access {
            mode: Mode::Password,
            ..Access::default()
        },
        policies: BTreeMap::from([(POLICY.to_owned(), policy)]),
    };
    let store = AccessStore::open(&context.settings.data).map_err(Failure::failed)?;
    let people = [
        ("ada", Role::Admin, None, "sees everything"),
        (
            "ben",
            Role::Viewer,
            Some(POLICY.to_owned()),
            "sees UK & Ireland, without customers",
        ),
    ];
    for (name, role, policy, sees) in people {
        let password = random_password()?;
        let grant = Grant { role, policy };
        match store.add_user(name, &grant, &password, BY, context.now) {
            // Of an earlier demo in this folder.
            Err(AccessError::Taken(_)) => store.reset_password(name, &password, BY, context.now),
            other => other,
        }
        .map_err(Failure::failed)?;
        println!("Sign in as {name} with {password}  ({sees})");
    }
    Ok(())
}

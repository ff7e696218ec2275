//! tokens: what a program may do, and until when.
use super::{address, at, grant, with_ada};
use crate::error::AccessError;
use crate::identity::Means;
use crate::role::{Role, Scope};
use crate::store::{NewToken, Owner};

fn token(owner: Owner) -> NewToken {
    NewToken {
        name: "nightly".to_owned(),
        owner,
        scopes: vec![Scope::Read, Scope::Export],
        ends_at: at(60),
    }
}

#[test]
fn a_token_of_an_account_has_its_rights_and_no_more_scopes() {
    let (_folder, store) = with_ada();
    let text = store
        .add_token(&token(Owner::User("ada".into())), "ada", at(0))
        .unwrap();
    let identity = store.token(&text, at(1)).unwrap().unwrap();
    assert_eq!(
        (identity.role, identity.policy.as_deref()),
        (Role::Analyst, Some("emea"))
    );
    assert_eq!(
        identity.means,
        Means::Token(vec![Scope::Read, Scope::Export])
    );
    assert!(identity.may_use(Scope::Export) && !identity.may_use(Scope::Run));
    assert!(store.token(&text, at(60)).unwrap().is_none(), "it ended");
    assert!(
        store
            .token(&text[..text.len() - 1], at(1))
            .unwrap()
            .is_none()
    );
    store.set_disabled("ada", true, "test", at(2)).unwrap();
    assert!(store.token(&text, at(3)).unwrap().is_none());
}

#[test]
fn a_token_with_rights_of_its_own_keeps_its_policy() {
    let (_folder, store) = with_ada();
    let owner = Owner::Own(grant(Role::Viewer, Some("emea")));
    let text = store.add_token(&token(owner), "cli", at(0)).unwrap();
    let identity = store.token(&text, at(1)).unwrap().unwrap();
    assert_eq!(
        (identity.role, identity.policy.as_deref()),
        (Role::Viewer, Some("emea"))
    );
    let missing = store.add_token(&token(Owner::User("bob".into())), "cli", at(0));
    assert!(matches!(missing, Err(AccessError::NoUser(_))));
}

#[test]
fn a_revoked_token_is_refused_at_once_and_only_its_owner_revokes_it() {
    let (_folder, store) = with_ada();
    let text = store
        .add_token(&token(Owner::User("ada".into())), "ada", at(0))
        .unwrap();
    let id = store.tokens(Some("ada")).unwrap()[0].id;
    assert!(store.tokens(Some("bob")).unwrap().is_empty());
    let other = store.revoke_token(id, Some("bob"), "bob", at(1));
    assert!(matches!(other, Err(AccessError::NoToken(_))));
    assert!(store.token(&text, at(1)).unwrap().is_some());
    store.revoke_token(id, Some("ada"), "ada", at(2)).unwrap();
    assert!(store.token(&text, at(2)).unwrap().is_none());
    // A password is no token, nor is a token a password.
    assert!(
        store
            .sign_in("ada", &text, address(), at(3))
            .unwrap()
            .is_none()
    );
}

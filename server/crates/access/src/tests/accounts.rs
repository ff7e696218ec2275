//! accounts: who can sign in.
use super::{PASSWORD, address, at, grant, open, store, with_ada};
use crate::error::AccessError;
use crate::role::Role;

#[test]
fn an_account_signs_in_with_its_password_alone() {
    let (_folder, store) = with_ada();
    let user = store
        .sign_in("ada", PASSWORD, address(), at(1))
        .unwrap()
        .unwrap();
    assert_eq!(
        (user.role, user.policy.as_deref()),
        (Role::Analyst, Some("emea"))
    );
    assert!(
        store
            .sign_in("ADA", PASSWORD, address(), at(1))
            .unwrap()
            .is_some()
    );
    for (name, password) in [
        ("ada", "correct horse batterx"),
        ("ada", ""),
        ("bob", PASSWORD),
        ("", PASSWORD),
        ("ada' OR 1=1 --", PASSWORD),
    ] {
        assert!(
            store
                .sign_in(name, password, address(), at(1))
                .unwrap()
                .is_none(),
            "{name}"
        );
    }
    let long = "x".repeat(1 << 20);
    assert!(
        store
            .sign_in("ada", &long, address(), at(1))
            .unwrap()
            .is_none()
    );
}

#[test]
fn a_disabled_account_does_not_sign_in_until_it_is_enabled() {
    let (_folder, store) = with_ada();
    store.set_disabled("ada", true, "test", at(1)).unwrap();
    assert!(
        store
            .sign_in("ada", PASSWORD, address(), at(2))
            .unwrap()
            .is_none()
    );
    store.set_disabled("ada", false, "test", at(3)).unwrap();
    assert!(
        store
            .sign_in("ada", PASSWORD, address(), at(4))
            .unwrap()
            .is_some()
    );
    let missing = store.set_disabled("bob", true, "test", at(5));
    assert!(matches!(missing, Err(AccessError::NoUser(_))));
}

#[test]
fn a_new_password_replaces_the_old_one() {
    let (_folder, store) = with_ada();
    store
        .reset_password("ada", "another long password", "test", at(1))
        .unwrap();
    assert!(
        store
            .sign_in("ada", PASSWORD, address(), at(2))
            .unwrap()
            .is_none()
    );
    let user = store
        .sign_in("ada", "another long password", address(), at(2))
        .unwrap();
    assert!(user.is_some());
}

#[test]
fn names_are_unique_whatever_their_case_and_have_no_spaces() {
    let (_folder, store) = with_ada();
    let viewer = grant(Role::Viewer, None);
    let taken = store.add_user("Ada", &viewer, PASSWORD, "test", at(1));
    assert!(matches!(taken, Err(AccessError::Taken(_))));
    for name in ["", "a b", "a\nb", &"x".repeat(101)] {
        let wrong = store.add_user(name, &viewer, PASSWORD, "test", at(1));
        assert!(matches!(wrong, Err(AccessError::Name(_))), "{name:?}");
    }
    assert_eq!(store.users().unwrap().len(), 1);
}

#[test]
fn nothing_that_is_stored_is_a_password_and_another_process_sees_the_same() {
    let (folder, store) = with_ada();
    let other = open(&folder);
    assert_eq!(other.users().unwrap(), store.users().unwrap());
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        let found = bytes
            .windows(PASSWORD.len())
            .any(|part| part == PASSWORD.as_bytes());
        assert!(!found);
    }
}

#[test]
fn a_file_of_a_newer_version_is_left_alone() {
    let (folder, store) = store();
    store
        .lock()
        .pragma_update(None, "user_version", 99)
        .unwrap();
    drop(store);
    let opened = super::AccessStore::open(folder.path());
    assert!(matches!(opened, Err(AccessError::Newer { found: 99, .. })));
}

//! sessions: how long a cookie is worth something.
use super::{LIMITS, address, at, open, with_ada};
use crate::identity::Means;
use crate::role::Role;
use crate::secret::Secret;
use crate::store::AccessStore;

fn begin(store: &AccessStore, old: Option<&str>, minute: i64) -> Secret {
    store
        .begin_session("ada", (address(), "Browser"), old, LIMITS, at(minute))
        .unwrap()
}

fn is_signed_in(store: &AccessStore, secret: &Secret, minute: i64) -> bool {
    store
        .session(secret.expose(), LIMITS, at(minute))
        .unwrap()
        .is_some()
}

#[test]
fn a_session_belongs_to_its_account_and_only_its_hash_is_stored() {
    let (folder, store) = with_ada();
    let secret = begin(&store, None, 0);
    assert_eq!(secret.expose().len(), 64);
    assert_eq!(format!("{secret:?}"), "Secret");
    let identity = store
        .session(secret.expose(), LIMITS, at(1))
        .unwrap()
        .unwrap();
    assert_eq!(
        (
            identity.name.as_str(),
            identity.role,
            identity.policy.as_deref()
        ),
        ("ada", Role::Analyst, Some("emea"))
    );
    let Means::Session(hash) = &identity.means else {
        panic!("{identity:?}");
    };
    assert!(
        store.session(hash, LIMITS, at(1)).unwrap().is_none(),
        "the hash is no secret"
    );
    for guess in ["", "0", &"0".repeat(64)] {
        assert!(store.session(guess, LIMITS, at(1)).unwrap().is_none());
    }
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        let secret = secret.expose().as_bytes();
        assert!(!bytes.windows(secret.len()).any(|part| part == secret));
    }
}

#[test]
fn a_session_ends_when_it_is_not_used_and_in_any_case() {
    let (_folder, store) = with_ada();
    let secret = begin(&store, None, 0);
    assert!(is_signed_in(&store, &secret, 59));
    assert!(is_signed_in(&store, &secret, 118), "it was used at 59");
    assert!(!is_signed_in(&store, &secret, 178));
    let busy = begin(&store, None, 0);
    for minute in (0..480).step_by(30) {
        assert!(is_signed_in(&store, &busy, minute), "{minute}");
    }
    assert!(!is_signed_in(&store, &busy, 480));
}

#[test]
fn signing_in_again_ends_the_session_that_the_browser_had() {
    let (_folder, store) = with_ada();
    let old = begin(&store, None, 0);
    let new = begin(&store, Some(old.expose()), 1);
    assert_ne!(old.expose(), new.expose());
    assert!(!is_signed_in(&store, &old, 2));
    assert!(is_signed_in(&store, &new, 2));
}

#[test]
fn disabling_and_a_new_password_end_every_session_at_once() {
    let (folder, store) = with_ada();
    let secret = begin(&store, None, 0);
    // Another process, as the command line is.
    open(&folder)
        .set_disabled("ada", true, "test", at(1))
        .unwrap();
    assert!(!is_signed_in(&store, &secret, 1));
    open(&folder)
        .set_disabled("ada", false, "test", at(2))
        .unwrap();
    assert!(!is_signed_in(&store, &secret, 2), "it does not come back");
    let secret = begin(&store, None, 3);
    store
        .reset_password("ada", "another long password", "test", at(4))
        .unwrap();
    assert!(!is_signed_in(&store, &secret, 4));
}

#[test]
fn a_person_ends_one_session_or_all() {
    let (_folder, store) = with_ada();
    let [one, two, three] = [0, 1, 2].map(|minute| begin(&store, None, minute));
    let sessions = store.sessions("ada", LIMITS, at(3)).unwrap();
    assert_eq!(sessions.len(), 3);
    store.end_session(&sessions[0].hash, "bob", at(3)).unwrap();
    assert!(is_signed_in(&store, &three, 3), "it is not bob's");
    store.end_session(&sessions[0].hash, "ada", at(3)).unwrap();
    assert!(!is_signed_in(&store, &three, 3));
    assert!(is_signed_in(&store, &one, 3));
    store.end_all_sessions("ada", at(4)).unwrap();
    assert!(!is_signed_in(&store, &one, 4) && !is_signed_in(&store, &two, 4));
}

//! audit: what is recorded, and that a change of it is found.
use super::{PASSWORD, address, at, with_ada};
use crate::audit::Event;
use crate::error::AccessError;

#[test]
fn what_happens_is_recorded_without_secrets() {
    let (_folder, store) = with_ada();
    store.sign_in("ada", PASSWORD, address(), at(1)).unwrap();
    store
        .sign_in("a typed password", "wrong password", address(), at(2))
        .unwrap();
    store.set_disabled("ada", true, "grace", at(3)).unwrap();
    let records = store.audit().unwrap();
    let seen: Vec<(&str, &str)> = records
        .iter()
        .map(|record| (record.actor.as_str(), record.action.as_str()))
        .collect();
    let expected = [
        ("test", "user added"),
        ("ada", "signed in"),
        ("", "sign-in refused"),
        ("grace", "user disabled"),
    ];
    assert_eq!(seen, expected);
    assert_eq!(
        (records[1].address.as_str(), records[1].at),
        ("10.0.0.1", at(1))
    );
    let all = serde_json::to_string(&records).unwrap();
    assert!(!all.contains("password"), "{all}");
}

#[test]
fn records_are_neither_changed_nor_removed() {
    let (_folder, store) = with_ada();
    for minute in 1..5 {
        store
            .record(&Event::new("ada", "looked", ""), at(minute))
            .unwrap();
    }
    store.audit().unwrap();
    for change in [
        "UPDATE audit SET actor = 'bob' WHERE id = 3",
        "DELETE FROM audit WHERE id = 3",
    ] {
        assert!(store.lock().execute(change, []).is_err(), "{change}");
    }
    let tamper = |change: &str| {
        store
            .lock()
            .execute_batch(&format!("BEGIN; DROP TRIGGER IF EXISTS audit_is_not_changed; DROP TRIGGER IF EXISTS audit_is_not_deleted; {change}; COMMIT"))
            .unwrap();
    };
    tamper("UPDATE audit SET actor = 'bob' WHERE id = 3");
    assert!(matches!(store.audit(), Err(AccessError::Tampered(3))));
    tamper("UPDATE audit SET actor = 'ada' WHERE id = 3");
    store.audit().unwrap();
    tamper("DELETE FROM audit WHERE id = 3");
    assert!(matches!(store.audit(), Err(AccessError::Tampered(3))));
    tamper("DELETE FROM audit WHERE id = 1");
    assert!(matches!(store.audit(), Err(AccessError::Tampered(1))));
}

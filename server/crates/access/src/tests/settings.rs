//! settings: what the sections may hold.
use std::collections::BTreeMap;

use serde::Deserialize;

use crate::role::Role;
use crate::settings::{Access, Mode, Policy, check};

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Sections {
    access: Access,
    policy: BTreeMap<String, Policy>,
}

fn read(text: &str) -> Result<Sections, String> {
    let sections: Sections = toml::from_str(text).map_err(|error| error.to_string())?;
    check(&sections.access, &sections.policy).map_err(|error| error.to_string())?;
    Ok(sections)
}

#[test]
fn without_a_section_no_one_is_asked() {
    assert_eq!(read("").unwrap().access.mode, Mode::None);
}

#[test]
fn a_policy_names_dimensions_columns_and_marts_that_exist() {
    let sections = read(
        "[policy.emea]\nwhere = { region = [\"UK & Ireland\"] }\nhide = [\"customers.name\"]\nshow = [\"annotations\"]",
    );
    assert!(sections.unwrap().policy["emea"].rows["region"].contains("UK & Ireland"));
    for (text, wanted) in [
        (
            "[policy.a]\nwhere = { country = [\"UK\"] }",
            "the dimensions are plan, region",
        ),
        ("[policy.a]\nwhere = { region = [] }", "at least one value"),
        ("[policy.a]\nhide = [\"customers.mrr\"]", "no text column"),
        (
            "[policy.a]\nhide = [\"customers.customer_id\"]",
            "no text column",
        ),
        ("[policy.a]\nshow = [\"spend\"]", "no mart"),
        ("[policy.\"../a\"]", "lower case letters"),
        ("[policy.a]\nwere = {}", "unknown field"),
        ("[access]\nmode = \"open\"", "unknown variant"),
        ("[access]\nmode = \"proxy\"", "the addresses of the proxy"),
        (
            "[access]\ntrusted_proxies = [\"10.0.0.0/99\"]",
            "no range of addresses",
        ),
        ("[access]\nsession_hours = 0", "at least one hour"),
        ("[access]\nuser_header = \"a b\"", "name of a header"),
        (
            "[access.groups.a]\nrole = \"viewer\"\npolicy = \"b\"",
            "no section [policy.b]",
        ),
        ("[access.everyone]\nrole = \"owner\"", "unknown variant"),
    ] {
        let error = read(text).unwrap_err();
        assert!(error.contains(wanted), "{text}: {error}");
    }
}

#[test]
fn the_strongest_role_counts_and_of_equal_ones_the_restricted() {
    let sections = read(
        "[policy.emea]\n[access.groups.a]\nrole = \"viewer\"\n[access.groups.b]\nrole = \"analyst\"\n\
         [access.groups.c]\nrole = \"analyst\"\npolicy = \"emea\"",
    );
    let access = sections.unwrap().access;
    assert_eq!(access.grant(["a", "b"]).unwrap().role, Role::Analyst);
    assert_eq!(
        access.grant(["b", "c", "x"]).unwrap().policy.as_deref(),
        Some("emea")
    );
    assert_eq!(access.grant(["x"]), None);
    let open = read("[access.everyone]\nrole = \"viewer\"").unwrap().access;
    assert_eq!(open.grant([]).unwrap().role, Role::Viewer);
}

//! A process killed at every other request: what is landed in the end is what one calm run lands.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tidemark_connectors::Mode;

use crate::stripe::company::{Company, pull_into};

const URL: &str = "STRIPE_PULL_URL";
const FOLDER: &str = "STRIPE_PULL_FOLDER";

/// What the killed process does: this very test program, told by its environment.
#[tokio::test]
async fn child() {
    let (Ok(url), Ok(folder)) = (std::env::var(URL), std::env::var(FOLDER)) else {
        return;
    };
    pull_into(folder.as_ref(), &url).await.expect("a pull");
}

fn begin(company: &Company) -> Child {
    Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", "stripe::kills::child"])
        .env(URL, company.url())
        .env(FOLDER, company.folder.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("a process")
}

#[tokio::test]
async fn a_killed_process_loses_nothing_and_does_no_harm() {
    let calm = Company::small();
    calm.pull(Mode::Incremental).await.expect("a pull");
    let expected = calm.landed();
    for request in (1..calm.requests()).step_by(2) {
        let company = Company::small();
        let mut process = begin(&company);
        while company.requests() < request && process.try_wait().expect("a status").is_none() {
            std::thread::sleep(Duration::from_micros(200));
        }
        process.kill().expect("a kill");
        process.wait().expect("an end");
        assert!(begin(&company).wait().expect("an end").success());
        assert!(company.landed() == expected, "killed at request {request}");
    }
}

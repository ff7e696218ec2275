//! A process killed at random moments, many times over: what is landed in the end is what one calm run lands.

use std::process::{Command, Stdio};
use std::time::Duration;

use tidemark_connectors::Mode;

use crate::company::{Company, pull_into};

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

#[tokio::test]
async fn a_killed_process_loses_nothing_and_does_no_harm() {
    let calm = Company::small();
    calm.pull(Mode::Incremental).await.expect("a pull");
    let expected = calm.landed();
    let company = Company::small();
    let begin = || {
        Command::new(std::env::current_exe().expect("this program"))
            .args(["--exact", "kills::child"])
            .env(URL, company.url())
            .env(FOLDER, company.folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("a process")
    };
    let mut kills = 0;
    // The moments are spread evenly over a run, which takes some 200 ms.
    for round in 0..40 {
        let mut process = begin();
        std::thread::sleep(Duration::from_millis(3 + (round * 37) % 150));
        if process.try_wait().expect("a status").is_none() {
            process.kill().expect("a kill");
            kills += 1;
        }
        process.wait().expect("an end");
    }
    assert!(
        kills > 5,
        "only {kills} processes lived long enough to be killed"
    );
    assert!(begin().wait().expect("an end").success());
    assert!(company.landed() == expected, "after {kills} kills");
}

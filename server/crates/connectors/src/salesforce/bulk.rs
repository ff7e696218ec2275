//! Everything, or a large window, by a Bulk API 2.0 job: created, waited for, and landed page by page.
//!
//! The job and the place in its result are saved, so a run that was killed goes on with the same
//! job. Salesforce keeps results for a week; a job that is gone, that failed, or whose rows do not
//! add up is begun anew. Rows that landed before then land twice, which counts once.

use std::collections::HashSet;
use std::time::Duration;

use super::client::Job;
use super::page::whole;
use super::state::{Pass, Way};
use super::{Pull, SOURCE};
use crate::{Answer, SyncError, Told};

/// How many jobs may come to nothing in one run.
const JOBS: u32 = 4;

/// How often one page is asked for until it is taken as one that never comes right.
const PAGES: u32 = 4;

/// What became of a step that a job's loss may interrupt.
enum Step<T> {
    Done(T),
    /// The job is of no more use, and why.
    Lost(String),
}

/// Reads a pass to its end.
pub(super) async fn read(
    pull: &mut Pull<'_>,
    object: &'static str,
    mut pass: Pass,
) -> Result<(), SyncError> {
    let mut lost = 0;
    loop {
        match job(pull, object, &mut pass).await? {
            Step::Done(id) => {
                pull.finish(object, pass)?;
                pull.client.delete_job(&id).await;
                return Ok(());
            }
            Step::Lost(why) => {
                lost += 1;
                if lost == JOBS {
                    let what = format!("{JOBS} Bulk jobs of {object} came to nothing: {why}");
                    return Err(SyncError::protocol(SOURCE, what));
                }
                pull.note(format!(
                    "{object}: the Bulk job is begun anew, because {why}"
                ));
                pull.renew(&mut pass)?;
                pull.save(object, &pass)?;
            }
        }
    }
}

/// Brings the pass's job to its end, and gives its id.
async fn job(
    pull: &mut Pull<'_>,
    object: &'static str,
    pass: &mut Pass,
) -> Result<Step<String>, SyncError> {
    let id = match &pass.way {
        Way::Bulk { job: Some(id), .. } => id.clone(),
        _ => {
            let job = pull.client.create_job(&pass.bulk_query()).await?;
            pass.way = Way::Bulk {
                job: Some(job.id.clone()),
                locator: None,
                landed: 0,
            };
            // Saved at once, so that a killed run finds its job again.
            pull.save(object, pass)?;
            job.id
        }
    };
    let complete = match wait(pull, object, &id).await? {
        Step::Done(job) => job,
        Step::Lost(why) => return Ok(Step::Lost(why)),
    };
    let total = complete.number_records_processed;
    let mut seen = HashSet::new();
    while let Way::Bulk {
        locator, landed, ..
    } = &pass.way
    {
        let (locator, landed) = (locator.clone(), *landed);
        if landed >= total && (locator.is_none() || landed > total) {
            break;
        }
        let (answer, rows) = match page(pull, object, pass, &id, locator.as_deref(), &seen).await? {
            Step::Done(page) => page,
            Step::Lost(why) => return Ok(Step::Lost(why)),
        };
        let page = whole(&answer.body, &pass.fields);
        if page.rows > 0 {
            seen.insert(page.first.to_vec());
            pull.raw.csv(object, &page.text, rows)?;
        }
        let next = next(&answer).map(str::to_owned);
        let over = next.is_none();
        pass.way = Way::Bulk {
            job: Some(id.clone()),
            locator: next,
            landed: landed + rows,
        };
        if over {
            break;
        }
        pull.keep(object, pass)?;
    }
    match &pass.way {
        Way::Bulk { landed, .. } if *landed != total => Ok(Step::Lost(format!(
            "{landed} rows came of {total} that Salesforce counted"
        ))),
        _ => Ok(Step::Done(id)),
    }
}

/// Waits until a job is complete.
async fn wait(pull: &Pull<'_>, object: &str, id: &str) -> Result<Step<Job>, SyncError> {
    let mut wait = pull.config.sizes.poll;
    loop {
        let Some(job) = pull.client.job(id).await? else {
            return Ok(Step::Lost("Salesforce has it no more".to_owned()));
        };
        match job.state.as_str() {
            "JobComplete" => return Ok(Step::Done(job)),
            "UploadComplete" | "InProgress" => {
                (pull.tell)(Told::Waiting {
                    source: SOURCE,
                    wait,
                    why: format!("the Bulk job of {object} is at work"),
                });
                tokio::time::sleep(wait).await;
                wait = (wait * 2).min(Duration::from_secs(30));
            }
            state => {
                let why = job.error_message.unwrap_or_default();
                return Ok(Step::Lost(format!("Salesforce ended it: {state} {why}")));
            }
        }
    }
}

/// The place of the next page; `None` at the end.
fn next(answer: &Answer) -> Option<&str> {
    answer
        .header("sforce-locator")
        .filter(|locator| !locator.is_empty() && *locator != "null")
}

/// Gets a page whose rows are as many as Salesforce says, that is new, and that leads on. `seen` has the first ids of those before.
async fn page(
    pull: &Pull<'_>,
    object: &str,
    pass: &Pass,
    id: &str,
    locator: Option<&str>,
    seen: &HashSet<Vec<u8>>,
) -> Result<Step<(Answer, u64)>, SyncError> {
    let mut tried = 0;
    loop {
        let sizes = pull.config.sizes;
        let answer = pull.client.results(id, locator, sizes.bulk_page).await?;
        let answer = match answer {
            Ok(answer) => answer,
            Err(said) => return Ok(Step::Lost(format!("its result is gone: {said}"))),
        };
        let said: Option<u64> = answer
            .header("sforce-numberofrecords")
            .and_then(|rows| rows.parse().ok());
        let page = whole(&answer.body, &pass.fields);
        let rows = page.rows;
        let why = match said {
            Some(said) if said != rows => format!("a page of {rows} rows where {said} were said"),
            Some(_) if next(&answer).is_some() && next(&answer) == locator => {
                "a page that leads to itself".to_owned()
            }
            // Its rows would add up, and those of the page it stands for would be missing.
            Some(_) if seen.contains(page.first) => "a page that came before".to_owned(),
            Some(_) => return Ok(Step::Done((answer, rows))),
            None => "a page without a number of rows".to_owned(),
        };
        tried += 1;
        let Some(wait) = pull
            .config
            .patience
            .wait(tried, None)
            .filter(|_| tried < PAGES)
        else {
            return Ok(Step::Lost(format!("{object} came in {why}")));
        };
        tokio::time::sleep(wait).await;
    }
}

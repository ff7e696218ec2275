//! Salesforce's API as this connector uses it: descriptions, REST queries, Bulk query jobs.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;

use super::{SOURCE, SalesforceConfig, login};
use crate::{Answer, Api, ApiOptions, Call, Credentials, Patience, SyncError, Teller};

/// The version whose shapes are asked for. Versions live for years, so a newer one is no reason to move.
pub(crate) const VERSION: &str = "66.0";
const DATA: &str = "/services/data/v66.0";

/// A description of an object, as far as it matters.
#[derive(Debug, Deserialize)]
pub(crate) struct Description {
    pub(crate) queryable: bool,
    pub(crate) fields: Vec<Field>,
}

/// A field of it that the user can see.
#[derive(Debug, Deserialize)]
pub(crate) struct Field {
    pub(crate) name: String,
    #[serde(rename = "type")]
    pub(crate) kind: String,
    /// A formula or roll-up: it changes without a stamp.
    #[serde(default)]
    pub(crate) calculated: bool,
}

/// A page of a query.
#[derive(Debug, Deserialize)]
pub(crate) struct Page<'a> {
    pub(crate) done: bool,
    #[serde(borrow)]
    pub(crate) records: Vec<&'a RawValue>,
}

/// A Bulk job.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Job {
    pub(crate) id: String,
    pub(crate) state: String,
    #[serde(default)]
    pub(crate) number_records_processed: u64,
    #[serde(default)]
    pub(crate) error_message: Option<String>,
}

/// One of the errors in an answer.
#[derive(Debug, Default, Deserialize)]
struct Fault<'a> {
    #[serde(borrow, rename = "errorCode", default)]
    code: Cow<'a, str>,
    #[serde(borrow, default)]
    message: Cow<'a, str>,
}

/// The API.
pub(crate) struct Client {
    api: Api,
    patience: Patience,
}

/// An answer that a whole job or query is lost with, and what Salesforce said.
pub(crate) type Lost = String;

impl Client {
    pub(crate) fn new(config: &SalesforceConfig, tell: &Teller) -> Result<Self, SyncError> {
        let api = |credentials, explain| {
            Api::new(ApiOptions {
                source: SOURCE,
                base: config.url.clone(),
                credentials,
                pace: config.sizes.calls_a_second,
                patience: config.patience,
                tell: tell.clone(),
                explain,
            })
        };
        let tokens = api(Credentials::none(), login::explain)?;
        let credentials = login::credentials(&config.login, tokens, config.origin());
        Ok(Self {
            api: api(credentials, explain)?,
            patience: config.patience,
        })
    }

    /// Salesforce's clock, as its last answer told it.
    pub(crate) fn now(&self) -> Result<DateTime<Utc>, SyncError> {
        self.api.now()
    }

    /// Calls; waits while the org has too many calls at once, which Salesforce answers as it does a day's end.
    async fn call(&self, call: Call) -> Result<Answer, SyncError> {
        let mut tried = 0;
        loop {
            let answer = self.api.try_send(call.clone()).await?;
            tried += 1;
            let crowded = answer.status == 403 && fault(&answer).message.contains("Concurrent");
            match self.patience.wait(tried, None) {
                Some(wait) if crowded => tokio::time::sleep(wait).await,
                _ => return Ok(answer),
            }
        }
    }

    /// Calls, and takes any answer but success as an error.
    async fn send(&self, call: Call) -> Result<Answer, SyncError> {
        let answer = self.call(call).await?;
        match answer.status.is_success() {
            true => Ok(answer),
            false => Err(explain(&answer)),
        }
    }

    /// Describes an object; `None` if there is none of that name that the user may read.
    pub(crate) async fn describe(&self, object: &str) -> Result<Option<Description>, SyncError> {
        let path = format!("{DATA}/sobjects/{object}/describe");
        let answer = self.call(Call::get(&path)).await?;
        match answer.status.as_u16() {
            200 => answer.json::<Description>().map(Some),
            404 => Ok(None),
            _ => Err(explain(&answer)),
        }
    }

    /// How many calls of the day are left, and of how many.
    pub(crate) async fn calls_left(&self) -> Result<Option<(u64, u64)>, SyncError> {
        let answer = self.send(Call::get(&format!("{DATA}/limits"))).await?;
        let limits: serde_json::Value = answer.json()?;
        let calls = &limits["DailyApiRequests"];
        Ok(calls["Remaining"].as_u64().zip(calls["Max"].as_u64()))
    }

    /// A page of a query, deleted records included, to be parsed into a [`Page`]; what Salesforce said where it took too long.
    pub(crate) async fn query_all(&self, soql: &str) -> Result<Result<Answer, Lost>, SyncError> {
        let call = Call::get(&format!("{DATA}/queryAll")).query(&[("q", soql)]);
        let answer = self.call(call).await?;
        match &*fault(&answer).code {
            "QUERY_TIMEOUT" | "OPERATION_TOO_LARGE" => Ok(Err(said(&answer))),
            _ if answer.status.is_success() => Ok(Ok(answer)),
            _ => Err(explain(&answer)),
        }
    }

    /// Begins a Bulk job, deleted records included.
    pub(crate) async fn create_job(&self, soql: &str) -> Result<Job, SyncError> {
        let body = json!({ "operation": "queryAll", "query": soql });
        let call = Call::post_json(&format!("{DATA}/jobs/query"), &body);
        self.send(call).await?.json()
    }

    /// A job as it is now; `None` if Salesforce has it no more.
    pub(crate) async fn job(&self, id: &str) -> Result<Option<Job>, SyncError> {
        let path = format!("{DATA}/jobs/query/{id}");
        let answer = self.call(Call::get(&path)).await?;
        match answer.status.as_u16() {
            200 => answer.json().map(Some),
            404 => Ok(None),
            _ => Err(explain(&answer)),
        }
    }

    /// A page of a job's result; what Salesforce said where the job or the place in it is gone.
    pub(crate) async fn results(
        &self,
        id: &str,
        locator: Option<&str>,
        most: usize,
    ) -> Result<Result<Answer, Lost>, SyncError> {
        let path = format!("{DATA}/jobs/query/{id}/results");
        let most = most.to_string();
        let mut query = vec![("maxRecords", most.as_str())];
        query.extend(locator.map(|locator| ("locator", locator)));
        let call = Call::get(&path).query(&query).any_answer();
        let answer = self.call(call).await?;
        match answer.status.as_u16() {
            200 => Ok(Ok(answer)),
            // The documents name no code for what has expired.
            204 | 400 | 404 | 409 | 410 => Ok(Err(said(&answer))),
            _ => Err(explain(&answer)),
        }
    }

    /// Removes a job that is read; it would go by itself after a week, so nothing depends on it.
    pub(crate) async fn delete_job(&self, id: &str) {
        let path = format!("{DATA}/jobs/query/{id}");
        let _ = self.api.try_send(Call::delete(&path)).await;
    }
}

/// The first error of an answer; an empty one if it has none.
fn fault(answer: &Answer) -> Fault<'_> {
    if answer.status.is_success() {
        return Fault::default();
    }
    let faults: Vec<Fault<'_>> = answer.json().unwrap_or_default();
    faults.into_iter().next().unwrap_or_default()
}

/// What Salesforce said.
fn said(answer: &Answer) -> String {
    let fault = fault(answer);
    match fault.code.is_empty() {
        true => format!("HTTP {}", answer.status),
        false => format!("{}: {}", fault.code, fault.message),
    }
}

/// Puts a refusal into words.
fn explain(answer: &Answer) -> SyncError {
    let fault = fault(answer);
    let said = said(answer);
    let forbidden = |what: &str, fix: &str| SyncError::Forbidden {
        source_name: SOURCE,
        what: what.to_owned(),
        said: said.clone(),
        fix: fix.to_owned(),
    };
    let daily = fault.message.contains("Max bulk v2 query");
    match &*fault.code {
        "REQUEST_LIMIT_EXCEEDED" if fault.message.contains("Concurrent") => forbidden(
            "more at once",
            "too many other calls are at work in the org; what was landed is kept, sync again later",
        ),
        "REQUEST_LIMIT_EXCEEDED" => forbidden(
            "more today",
            "the org's API requests of 24 hours are used up (Setup > Company Information); what was landed is kept, sync again later",
        ),
        _ if daily || fault.code == "EXCEEDEDQUOTA" || fault.code == "LIMIT_EXCEEDED" => forbidden(
            "more by Bulk jobs today",
            "the org's Bulk queries of 24 hours are used up; what was landed is kept, sync again later",
        ),
        "API_DISABLED_FOR_ORG" | "API_CURRENTLY_DISABLED" => forbidden(
            "through the API",
            "give the integration user the system permission API Enabled; the org's edition must include the API",
        ),
        "INVALID_TYPE" | "INVALID_FIELD" | "INSUFFICIENT_ACCESS" => forbidden(
            "an object or field",
            "give it in the integration user's permission set (Setup > Permission Sets > Object Settings); `tidemark sync --check` lists all that is missing",
        ),
        _ if answer.status == 401 => SyncError::Refused {
            source_name: SOURCE,
            said,
            fix: "a new token was refused at once: check the login IP ranges and session policies of the app and of the integration user".to_owned(),
        },
        _ => SyncError::protocol(SOURCE, format!("{}: {said}", answer.path)),
    }
}

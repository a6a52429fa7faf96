//! `standin cleanup`: deletes what runs created and left, newest first.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use standin_archive::{ArchiveError, Scenario};
use standin_model::{Answer, ServiceError};
use standin_sigv4::Credentials;

use crate::created::{Entry, List, from_json};
use crate::destination::DestinationError;
use crate::own_call::{Caller, named};
use crate::{
    AccountError, Clock, CredentialsError, Dialing, Identity, Overrides, Upstream, UpstreamError,
    Upstreams, account,
};

/// What to clean up, and how.
#[derive(Clone, Debug)]
pub struct CleanupOptions {
    /// The folder of the scenario whose list it is.
    pub folder: PathBuf,
    /// Who has the things, where the list's own word is not to be taken.
    pub upstream: Option<Upstream>,
    /// How upstreams are reached.
    pub dialing: Dialing,
    /// The environment that the credentials are found by.
    pub environment: BTreeMap<String, String>,
    /// Whether anything is deleted.
    pub mode: CleanupMode,
    /// The time.
    pub clock: Clock,
}

/// Whether anything is deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CleanupMode {
    /// Only said.
    Preview,
    /// Done.
    Delete,
}

/// What a cleanup came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CleanupReport {
    /// Lines for people.
    pub lines: Vec<String>,
    /// How many things are still there.
    pub left: usize,
}

/// A cleanup that can't begin, or whose list can't be kept.
#[derive(Debug, thiserror::Error)]
pub enum CleanupError {
    /// The list can't be read or written.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// The credentials can't be read.
    #[error(transparent)]
    Credentials(#[from] CredentialsError),
    /// There are none.
    #[error("no AWS credentials found in the environment or a profile")]
    NoCredentials,
    /// They are not of the account that the things are in.
    #[error(transparent)]
    Account(#[from] AccountError),
    /// The list names an upstream that isn't one.
    #[error(transparent)]
    Destination(#[from] DestinationError),
    /// The upstream can't be dialled as told.
    #[error(transparent)]
    Upstream(#[from] UpstreamError),
}

/// Says, or deletes, what the scenario's list has, newest first. What is deleted or gone leaves the list.
pub async fn cleanup(options: CleanupOptions) -> Result<CleanupReport, CleanupError> {
    let scenario = Scenario::in_folder(&options.folder);
    let mut list = List::read(&scenario)?;
    let mut report = CleanupReport::default();
    for operation in &list.unknown {
        report.lines.push(format!(
            "{operation} made what can't be deleted from here: look for it yourself"
        ));
    }
    if options.mode == CleanupMode::Preview {
        report
            .lines
            .extend(list.created.iter().rev().map(|it| format!("would call {}", described(it))));
        report.left = list.created.len();
        return Ok(report);
    }
    if list.created.is_empty() {
        return Ok(report);
    }
    let credentials = Identity::load(&options.environment, &options.dialing, options.clock)
        .await?
        .credentials
        .ok_or(CleanupError::NoCredentials)?;
    let mut left = Vec::new();
    while let Some(entry) = list.created.pop() {
        match delete(&options, &entry, &credentials).await {
            Ok(how) => report.lines.push(format!("{how}: {}", described(&entry))),
            Err(reason) => {
                report.lines.push(format!("still there: {}: {reason}", described(&entry)));
                left.insert(0, entry);
            }
        }
        // What is done is done, should the next one never end.
        let kept = list.created.iter().chain(&left).cloned().collect();
        List { created: kept, unknown: list.unknown.clone() }.write(&scenario)?;
    }
    report.left = left.len();
    Ok(report)
}

async fn delete(
    options: &CleanupOptions,
    entry: &Entry,
    credentials: &Credentials,
) -> Result<&'static str, String> {
    let text = |error: &dyn std::fmt::Display| error.to_string();
    let upstream = match &options.upstream {
        Some(upstream) => upstream.clone(),
        None => Upstream::parse(&entry.upstream).map_err(|error| text(&error))?,
    };
    let upstreams = Upstreams::new(&options.dialing).map_err(|error| text(&error))?;
    let overrides = Overrides::default();
    let skew = Arc::default();
    let caller = Caller { upstream, overrides, upstreams, skew, clock: options.clock };
    let account = (entry.account.as_deref(), account::Naming::Optional);
    account::check(&caller, credentials, &entry.region, account)
        .await
        .map_err(|error| text(&error))?;
    let call = named(&entry.service, &entry.delete).map_err(|error| text(&error))?;
    let input = from_json(&entry.input);
    match caller.call(call, &input, &entry.region, Some(credentials)).await {
        Ok(Answer::Output(_)) => Ok("deleted"),
        Ok(Answer::Error(error)) if is_gone(&error) => Ok("was gone"),
        Ok(Answer::Error(error)) => Err(text(&error)),
        Err(error) => Err(text(&error)),
    }
}

/// Whether an error says that there is nothing to delete.
fn is_gone(error: &ServiceError) -> bool {
    let signs = ["NotFound", "NoSuch", "NonExistent", "DoesNotExist"];
    error.status == 404 || signs.iter().any(|sign| error.code.contains(sign))
}

fn described(entry: &Entry) -> String {
    let Entry { service, delete, region, input, .. } = entry;
    format!("{service} {delete} in {region} with {input}")
}

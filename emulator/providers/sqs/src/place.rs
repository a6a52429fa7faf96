//! Where a queue is: what queue URLs and ARNs name.

use standin_core::{AccountId, Arn, Context, ServiceError};
use standin_store::Scope;

use crate::errors;

/// The account, region and name of a queue.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    /// The account.
    pub(crate) account: AccountId,
    /// The root of tables it is in.
    pub(crate) scope: Scope,
    /// Its name.
    pub(crate) name: String,
}

impl Place {
    /// The queue of a name, in an account and the region of the request.
    pub(crate) fn new(context: &Context, account: AccountId, name: impl Into<String>) -> Self {
        let scope = Scope::regional(account.as_str(), context.region.as_str());
        Self { account, scope, name: name.into() }
    }

    /// The queue that a URL names: its last two segments are the account and the name. AWS's clients also send a name.
    pub(crate) fn of_url(context: &Context, url: Option<String>) -> Result<Self, ServiceError> {
        let url = url
            .filter(|url| !url.is_empty())
            .ok_or_else(|| errors::missing_parameter("QueueUrl"))?;
        let Some((before, name)) = url.rsplit_once('/') else {
            return Ok(Self::new(context, context.account, url));
        };
        let account = before.rsplit('/').next().and_then(|account| account.parse().ok());
        let account = account.ok_or_else(|| errors::queue_does_not_exist(context))?;
        Ok(Self::new(context, account, name))
    }

    /// As [`Place::of_url`], for the operations that AWS lets only the owner of a queue call.
    pub(crate) fn of_own_url(context: &Context, url: Option<String>) -> Result<Self, ServiceError> {
        let place = Self::of_url(context, url)?;
        if place.account == context.account {
            Ok(place)
        } else {
            Err(errors::access_denied(&place.url(context)))
        }
    }

    /// The queue that an ARN names, in the region of the request.
    pub(crate) fn of_arn(context: &Context, arn: &str) -> Option<Self> {
        let arn: Arn = arn.parse().ok()?;
        if arn.service != "sqs" || arn.region != context.region.as_str() {
            return None;
        }
        Some(Self::new(context, arn.account_id()?, arn.resource))
    }

    /// The URL by which the client that sent the request reaches the queue.
    pub(crate) fn url(&self, context: &Context) -> String {
        url(context, self.account, &self.name)
    }

    /// The queue's ARN.
    pub(crate) fn arn(&self, context: &Context) -> Arn {
        Arn::regional("sqs", &context.region, self.account, self.name.as_str())
    }
}

/// The URL by which the client that sent the request reaches a queue.
pub(crate) fn url(context: &Context, account: AccountId, name: &str) -> String {
    format!("{}/{account}/{name}", context.endpoint)
}

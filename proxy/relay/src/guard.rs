//! What a run may do at its upstream, and the refusals of all else.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use standin_intercept::{Glob, OperationPattern};
use standin_model::{Document, Effect};
use standin_protocol::Call;
use tokio::time::Instant;

use crate::{Overrides, Upstream};

/// The limits of a run. Where AWS itself answers, nothing may be changed and what was created is
/// listed, unless it is said otherwise; elsewhere only what is given holds.
#[derive(Clone, Debug, Default)]
pub struct Guards {
    /// The account that the credentials must be of.
    pub account: Option<String>,
    /// The only regions.
    pub regions: Vec<Glob>,
    /// The only services.
    pub services: Vec<OperationPattern>,
    /// The only operations.
    pub operations: Vec<OperationPattern>,
    /// What may be changed; by the upstream, where it isn't said.
    pub mutations: Option<Mutations>,
    /// How many requests may go out.
    pub max_requests: Option<u64>,
    /// How long after the start requests may go out.
    pub max_time: Option<Duration>,
    /// Whether a list is kept of what was created; by the upstream, where it isn't said.
    pub created: Option<CreatedList>,
}

/// Whether operations that change something may pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mutations {
    /// They may.
    Allowed,
    /// They may not.
    Refused,
}

/// Whether a list is kept of what was created.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CreatedList {
    /// It is.
    Kept,
    /// It is not.
    Omitted,
}

/// A request that a limit keeps from the upstream.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Denied {
    /// Its service isn't in the list.
    #[error("service {0} is not in this run's list; pass --allow-service {0}")]
    Service(&'static str),
    /// Its operation isn't in the list.
    #[error("operation {0}:{1} is not in this run's list; pass --allow-operation {0}:{1}")]
    Operation(&'static str, &'static str),
    /// Its region isn't in the list.
    #[error("region {0} is not in this run's list; pass --allow-region {0}")]
    Region(String),
    /// It changes something, or nobody knows that it doesn't.
    #[error("{0}:{1} changes the account, which this run may not; pass --allow-mutations")]
    Mutation(&'static str, &'static str),
    /// No operation of the models is for it, so nobody knows what it changes.
    #[error(
        "nobody knows what {0} does with it, which counts as a change; pass --allow-mutations, --allow-service with \
         its signing name, and no --allow-operation"
    )]
    Unmodelled(String),
    /// It asks for a role of another account than the one that was named.
    #[error(
        "the role is in account {0}, and this run is for {1}; pass --account {0} with its credentials"
    )]
    OtherAccount(String, String),
    /// So many requests have gone out already.
    #[error("this run's {0} requests are used up; pass a greater --max-requests")]
    Requests(u64),
    /// The time is over.
    #[error("this run's time of {0:?} is over; pass a greater --max-time")]
    Time(Duration),
}

/// The limits of a run that is under way.
#[derive(Debug)]
pub(crate) struct Guard {
    guards: Guards,
    passed: AtomicU64,
    since: Instant,
}

/// Whether AWS itself answers, for any service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answerer {
    /// It does.
    Aws,
    /// It does not.
    Other,
}

impl Answerer {
    /// Who answers at an upstream, or in its place for single services.
    pub(crate) fn of(upstream: &Upstream, overrides: &Overrides) -> Self {
        if upstream.is_aws() || overrides.have_aws() { Self::Aws } else { Self::Other }
    }
}

impl Guards {
    /// The same limits with the defaults of who answers.
    #[must_use]
    pub(crate) fn for_answerer(mut self, answerer: Answerer) -> Self {
        let (mutations, created) = match answerer {
            Answerer::Aws => (Mutations::Refused, CreatedList::Kept),
            Answerer::Other => (Mutations::Allowed, CreatedList::Omitted),
        };
        self.mutations.get_or_insert(mutations);
        self.created.get_or_insert(created);
        self
    }
}

impl Guard {
    /// The run begins now.
    pub(crate) fn new(guards: Guards, now: Instant) -> Self {
        Self { guards, passed: AtomicU64::new(0), since: now }
    }

    /// Whether requests must be for one account.
    pub(crate) fn names_account(&self) -> bool {
        self.guards.account.is_some()
    }

    /// Whether what was created is listed.
    pub(crate) fn lists_created(&self) -> bool {
        self.guards.created == Some(CreatedList::Kept)
    }

    /// Lets a request pass that is within all limits, and counts it.
    pub(crate) fn admit(
        &self,
        call: Call,
        input: Option<&Document>,
        (region, now): (&str, Instant),
    ) -> Result<(), Denied> {
        let (service, operation) = (call.service.metadata.name, call.operation.name);
        let guards = &self.guards;
        if !allows(&guards.services, |it| it.matches(service, operation)) {
            return Err(Denied::Service(service));
        }
        if !allows(&guards.operations, |it| it.matches(service, operation)) {
            return Err(Denied::Operation(service, operation));
        }
        self.within_regions(region)?;
        let changes = Effect::of(call.service, call.operation) == Effect::Changes;
        if changes && guards.mutations == Some(Mutations::Refused) {
            return Err(Denied::Mutation(service, operation));
        }
        if let (Some(ours), Some(theirs)) = (&guards.account, input.and_then(account_of_role))
            && ours != theirs
        {
            return Err(Denied::OtherAccount(theirs.to_owned(), ours.clone()));
        }
        self.within_budget(now)
    }

    /// Lets a request pass of which only its host and signing name are known.
    pub(crate) fn admit_unmodelled(
        &self,
        (host, service): (&str, &str),
        (region, now): (&str, Instant),
    ) -> Result<(), Denied> {
        let guards = &self.guards;
        self.within_regions(region)?;
        let is_listed = allows(&guards.services, |it| it.matches(service, ""));
        if guards.mutations == Some(Mutations::Refused)
            || !is_listed
            || !guards.operations.is_empty()
        {
            return Err(Denied::Unmodelled(host.to_owned()));
        }
        self.within_budget(now)
    }

    /// A signature of SigV4a is good in all regions of a set; a pattern in it is allowed by one that is as wide.
    fn within_regions(&self, regions: &str) -> Result<(), Denied> {
        let outside = |one: &&str| !allows(&self.guards.regions, |it| it.matches(one));
        match regions.split(',').map(str::trim).find(outside) {
            Some(region) => Err(Denied::Region(region.to_owned())),
            None => Ok(()),
        }
    }

    fn within_budget(&self, now: Instant) -> Result<(), Denied> {
        if let Some(time) = self.guards.max_time
            && now.duration_since(self.since) >= time
        {
            return Err(Denied::Time(time));
        }
        let passed = self.passed.fetch_add(1, Ordering::Relaxed);
        match self.guards.max_requests {
            Some(most) if passed >= most => Err(Denied::Requests(most)),
            _ => Ok(()),
        }
    }
}

/// Whether a list that isn't there, or has it, allows something.
fn allows<T>(list: &[T], matches: impl FnMut(&T) -> bool) -> bool {
    list.is_empty() || list.iter().any(matches)
}

/// The account of the role that a request would act as from now on (`RoleArn` of `AssumeRole`).
fn account_of_role(input: &Document) -> Option<&str> {
    let arn = input.get("RoleArn")?.as_str()?;
    arn.strip_prefix("arn:")?.split(':').nth(3).filter(|account| !account.is_empty())
}

#[cfg(test)]
mod tests {
    use standin_model::Catalog;

    use super::*;

    fn call(service: &str, operation: &str) -> Call {
        let service = Catalog::embedded().service(service).expect("a service");
        let operation = service.operation(operation).expect("an operation");
        Call { service, operation, protocol: service.metadata.protocols[0] }
    }

    fn ask(guards: Guards, service: &str, operation: &str) -> Result<(), Denied> {
        let now = Instant::now();
        Guard::new(guards, now).admit(call(service, operation), None, ("eu-west-1", now))
    }

    #[test]
    fn aws_may_be_read_and_others_may_be_changed() {
        let at = |upstream: &str| {
            let upstream = Upstream::parse(upstream).expect("an upstream");
            Guards::default().for_answerer(Answerer::of(&upstream, &Overrides::default()))
        };
        for aws in
            ["aws", "https://sqs.eu-west-1.amazonaws.com", "https://s3.cn-north-1.amazonaws.com.cn"]
        {
            let denied = ask(at(aws), "sqs", "CreateQueue").expect_err("refused");
            assert!(denied.to_string().contains("--allow-mutations"), "{denied}");
            assert_eq!(ask(at(aws), "sqs", "ListQueues"), Ok(()));
        }
        assert_eq!(ask(at("http://127.0.0.1:5000"), "sqs", "CreateQueue"), Ok(()));
        assert_eq!(ask(at("https://notamazonaws.com"), "sqs", "CreateQueue"), Ok(()));
    }

    #[test]
    fn each_list_that_is_given_must_have_the_request() {
        let services = vec!["sqs".parse().expect("a pattern")];
        let operations = vec!["sqs:List*".parse().expect("a pattern")];
        let regions = vec!["us-*".parse().expect("a glob")];
        let guards = Guards { services, operations, ..Guards::default() };
        assert_eq!(ask(guards.clone(), "sqs", "ListQueues"), Ok(()));
        assert_eq!(ask(guards.clone(), "s3", "ListBuckets"), Err(Denied::Service("s3")));
        let other = ask(guards.clone(), "sqs", "SendMessage").expect_err("refused");
        assert!(other.to_string().contains("--allow-operation sqs:SendMessage"), "{other}");
        let elsewhere = Guards { regions, ..guards };
        assert_eq!(ask(elsewhere, "sqs", "ListQueues"), Err(Denied::Region("eu-west-1".into())));
    }

    #[test]
    fn what_no_model_knows_counts_as_a_change() {
        let now = Instant::now();
        let ask = |guards| {
            let guard = Guard::new(guards, now);
            guard.admit_unmodelled(("h.amazonaws.com", "lambda"), ("eu-west-1", now)).is_ok()
        };
        assert!(ask(Guards::default()));
        let services = |name: &str| vec![name.parse().expect("a pattern")];
        assert!(ask(Guards { services: services("lambda"), ..Guards::default() }));
        assert!(!ask(Guards { services: services("sqs"), ..Guards::default() }));
        assert!(!ask(Guards { operations: services("lambda:Get*"), ..Guards::default() }));
        assert!(!ask(Guards { mutations: Some(Mutations::Refused), ..Guards::default() }));
        let regions = vec!["us-*".parse().expect("a glob")];
        assert!(!ask(Guards { regions, ..Guards::default() }));
    }

    #[test]
    fn each_region_of_a_set_must_be_allowed() {
        let now = Instant::now();
        let ask = |allowed: &str, set: &str| {
            let regions = vec![allowed.parse().expect("a glob")];
            let guard = Guard::new(Guards { regions, ..Guards::default() }, now);
            guard.admit(call("sqs", "ListQueues"), None, (set, now))
        };
        assert_eq!(ask("eu-*", "eu-west-1,eu-north-1"), Ok(()));
        assert_eq!(ask("eu-*", "eu-west-1, us-east-1"), Err(Denied::Region("us-east-1".into())));
        assert_eq!(ask("eu-*", "*"), Err(Denied::Region("*".into())));
        assert_eq!(ask("*", "*"), Ok(()));
    }

    #[test]
    fn a_role_of_another_account_is_refused() {
        let guards = Guards { account: Some("111122223333".into()), ..Guards::default() };
        let now = Instant::now();
        let guard = Guard::new(guards, now);
        let role = |account: &str| {
            let arn = Document::String(format!("arn:aws:iam::{account}:role/r"));
            Document::Object([("RoleArn".into(), arn)].into_iter().collect())
        };
        let assume = |account| {
            guard.admit(call("sts", "AssumeRole"), Some(&role(account)), ("eu-west-1", now))
        };
        assert_eq!(assume("111122223333"), Ok(()));
        assert!(matches!(assume("444455556666"), Err(Denied::OtherAccount(..))));
    }

    #[test]
    fn budgets_run_out() {
        let guards = Guards {
            max_requests: Some(2),
            max_time: Some(Duration::from_mins(1)),
            ..Guards::default()
        };
        let start = Instant::now();
        let guard = Guard::new(guards, start);
        let ask = |seconds| {
            let now = start + Duration::from_secs(seconds);
            guard.admit(call("sqs", "ListQueues"), None, ("eu-west-1", now))
        };
        assert_eq!([ask(0), ask(59)], [Ok(()), Ok(())]);
        assert_eq!(ask(59), Err(Denied::Requests(2)));
        assert_eq!(ask(60), Err(Denied::Time(Duration::from_mins(1))));
    }
}

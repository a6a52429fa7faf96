//! `standin record`: runs a client's command through the relay and saves what passed.

mod twin;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use standin_archive::{ArchiveError, Saved, Scenario};
use standin_authority::StoreError;
use standin_compare::{NotInvertible, correlate};
use standin_intercept::Chain;
use standin_model::{Catalog, Timestamp, TimestampFormat};
use standin_tape::{Exceptions, Origin, Recording};
use tokio::time::Instant;

use crate::account::Naming;
use crate::admission::Keys;
use crate::command::Ways;
use crate::created::{Created, Owner};
use crate::destination::{DestinationError, Overrides};
use crate::exchange::Tails;
use crate::guard::{Answerer, Guard};
use crate::intercept::{Interception, Others, Via};
use crate::listener::{Answer, Listen, Listener};
use crate::log::{About, Log};
use crate::own_call::Caller;
use crate::relay::Relay;
use crate::rewrite::Hosts;
use crate::{
    AccountError, Clock, CredentialsError, Dialing, Guards, Identity, Invocation, Report, Session,
    Upstream, UpstreamError, Upstreams, account, command, edges,
};

pub use twin::record_twins;

/// What becomes of what passed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Keep {
    /// Every exchange is kept, for the recording.
    #[default]
    Exchanges,
    /// Nothing is kept or written.
    Nothing,
}

/// What to record, from whom, and where to.
#[derive(Clone, Debug)]
pub struct RecordOptions {
    /// Who answers.
    pub upstream: Upstream,
    /// Who answers for single services.
    pub overrides: Overrides,
    /// The name of the origin, where it isn't AWS.
    pub origin: Option<String>,
    /// How upstreams are reached.
    pub dialing: Dialing,
    /// The folder of the scenario.
    pub folder: PathBuf,
    /// What becomes of what passed.
    pub keep: Keep,
    /// How the command's requests reach us.
    pub via: Via,
    /// The client's command.
    pub invocation: Invocation,
    /// Where to listen.
    pub listen: Listen,
    /// What the run may do.
    pub guards: Guards,
    /// What is done to requests and answers on their way.
    pub interceptors: Arc<Chain>,
    /// What scrubbing lets through.
    pub exceptions: Exceptions,
    /// The time.
    pub clock: Clock,
}

/// A run that can't begin, or whose end can't be told.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// The upstream's URL is wrong.
    #[error(transparent)]
    Destination(#[from] DestinationError),
    /// The credentials can't be read.
    #[error(transparent)]
    Credentials(#[from] CredentialsError),
    /// There are none, and AWS is to be asked.
    #[error("no AWS credentials found in the environment or a profile")]
    NoCredentials,
    /// `aws` can't be claimed, and need not be said.
    #[error(
        "origin `aws` is written where AWS's own endpoints answered, and only there: leave --origin out"
    )]
    ClaimedOrigin,
    /// The upstream can't be dialled as told.
    #[error(transparent)]
    Upstream(#[from] UpstreamError),
    /// The certificate authority can't be had.
    #[error(transparent)]
    Authority(#[from] StoreError),
    /// The folder's name doesn't tell service and scenario.
    #[error("{0} does not end in SERVICE/SCENARIO")]
    Folder(PathBuf),
    /// The credentials are not of the account that the run is for.
    #[error(transparent)]
    Account(#[from] AccountError),
    /// A recording can't go on with what another origin answers.
    #[error("{folder} is a recording of {recorded}, and can't go on with answers of {asked}")]
    OtherOrigin {
        /// The recording.
        folder: String,
        /// Who answered when it was made.
        recorded: Origin,
        /// Who would answer now.
        asked: Origin,
    },
    /// The list of what was created, or the recording that is to go on, can't be read.
    #[error(transparent)]
    Created(#[from] ArchiveError),
    /// Listening or running the command failed.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

const DEFAULT_REGION: &str = "us-east-1";

/// Runs the command and saves the recording of what it asked.
pub async fn record(options: RecordOptions) -> Result<Report, RecordError> {
    let beginning = Beginning::new(&options, None).await?;
    let end = beginning.run(&options, Arc::clone(&beginning.relay)).await?;
    let known = beginning.known(&options);
    Ok(beginning.finish(&options, end, &|recording| {
        Ok(edges::with_edges(correlate(recording, &known)?.recording))
    }))
}

/// Makes the recording of what passed.
pub(crate) type Assemble<'a> = dyn Fn(Recording) -> Result<Recording, NotInvertible> + 'a;

/// A run that may begin: the relay knows whose credentials it signs with.
pub(crate) struct Beginning {
    pub(crate) relay: Arc<Relay>,
    pub(crate) origin: Origin,
    scenario: String,
}

/// What a command ended with.
pub(crate) struct End {
    pub(crate) code: u8,
    /// What there is to say of the certificate authority.
    notice: Option<String>,
}

impl Beginning {
    /// Looks at all that the options say. The region is that of the environment, unless one is given.
    pub(crate) async fn new(
        options: &RecordOptions,
        region: Option<&str>,
    ) -> Result<Self, RecordError> {
        let scenario = scenario_name(&options.folder)
            .ok_or_else(|| RecordError::Folder(options.folder.clone()))?;
        let origin = origin(options)?;
        let identity = identity(options).await?;
        let mut relay = relay(options, identity)?;
        if let Some(region) = region {
            region.clone_into(&mut relay.region);
        }
        let relay = Arc::new(guarded(relay, options).await?);
        Ok(Self { relay, origin, scenario })
    }

    /// Runs the command; `answer` answers its requests.
    pub(crate) async fn run<A: Answer>(
        &self,
        options: &RecordOptions,
        answer: Arc<A>,
    ) -> Result<End, RecordError> {
        let relay = &self.relay;
        let interception = Interception::open(&options.via, Others::Tunnel, options.clock)?;
        let listener =
            Listener::start(Arc::clone(&answer), options.listen, interception.clone()).await?;
        relay.hosts.listen_at(&listener.url());
        relay.hosts.aliases.open_by(listener.opener(&answer));
        let interception = interception.as_deref();
        let ways = Ways { listener: &listener, via: &options.via, interception };
        let session = relay.keys.session();
        let code = command::run(&options.invocation, ways, &relay.region, session).await;
        listener.stop().await;
        relay.settle().await;
        let notice = interception.and_then(|it| it.notice.clone());
        Ok(End { code: code?, notice })
    }

    /// Saves what `assemble` makes of what passed, if that is whole, and says what there is to say.
    pub(crate) fn finish(
        self,
        options: &RecordOptions,
        end: End,
        assemble: &Assemble<'_>,
    ) -> Report {
        let relay = Arc::clone(&self.relay);
        let about = self.about(options);
        let mut report = finish((&relay, options), about, end.code, assemble);
        if let Some(notice) = end.notice {
            report.lines.insert(0, notice);
        }
        report
    }

    /// What a recording of the run says beside its exchanges.
    fn about(self, options: &RecordOptions) -> About {
        About {
            scenario: self.scenario,
            command: stimulus(&options.invocation.command),
            origin: self.origin,
            region: self.relay.region.clone(),
            date: date((options.clock)()),
            models: format!("botocore {}", Catalog::embedded().version()),
        }
    }
}

/// Whose credentials sign. Who isn't AWS gets none of an instance's, which nobody chose.
async fn identity(options: &RecordOptions) -> Result<Identity, CredentialsError> {
    let mut environment = options.invocation.environment.clone();
    if answerer(options) == Answerer::Other {
        environment.insert("AWS_EC2_METADATA_DISABLED".into(), "true".into());
    }
    Identity::load(&environment, &options.dialing, options.clock).await
}

/// Who answers, by name. AWS only where its own rules, names and certificates say so.
fn origin(options: &RecordOptions) -> Result<Origin, RecordError> {
    let is_aws = options.upstream == Upstream::Aws
        && options.overrides.are_aws()
        && options.dialing.is_public();
    match (&options.origin, is_aws) {
        (None, true) => Ok(Origin::Aws),
        (Some(_), true) => Err(RecordError::ClaimedOrigin),
        (Some(name), false) if name.eq_ignore_ascii_case("aws") => Err(RecordError::ClaimedOrigin),
        (Some(name), false) => Ok(Origin::Reference(name.clone())),
        (None, false) => Ok(Origin::Reference(place(options))),
    }
}

/// The upstream's host and port.
fn place(options: &RecordOptions) -> String {
    let url = match &options.upstream {
        Upstream::Url(uri) => uri.authority().map(ToString::to_string),
        Upstream::Aws => None,
    };
    url.or_else(|| options.dialing.connect_to.clone()).unwrap_or_else(|| "unnamed".to_owned())
}

fn relay(options: &RecordOptions, identity: Identity) -> Result<Relay, RecordError> {
    let session = Session::random();
    if identity.credentials.is_none() && answerer(options) == Answerer::Aws {
        return Err(RecordError::NoCredentials);
    }
    let region = identity.region.clone().unwrap_or_else(|| DEFAULT_REGION.to_owned());
    let by = (&options.dialing, options.clock);
    // Who isn't AWS may take any key.
    let own = session.credentials();
    let credentials = identity.provider(&options.invocation.environment, by, own)?;
    Ok(Relay {
        keys: Keys::new(session),
        credentials,
        region,
        upstream: options.upstream.clone(),
        overrides: options.overrides.clone(),
        upstreams: Upstreams::new(&options.dialing)?,
        router: Relay::router(Catalog::embedded()),
        interceptors: Arc::clone(&options.interceptors),
        hosts: Hosts::default(),
        clock: options.clock,
        log: Log::default(),
        tails: Tails::default(),
        keep: options.keep,
        guard: Guard::new(options.guards.clone().for_answerer(answerer(options)), Instant::now()),
        skew: Arc::default(),
        created: None,
    })
}

fn answerer(options: &RecordOptions) -> Answerer {
    Answerer::of(&options.upstream, &options.overrides)
}

/// The relay once it is known whose credentials it signs with.
async fn guarded(mut relay: Relay, options: &RecordOptions) -> Result<Relay, RecordError> {
    let naming = match answerer(options) {
        Answerer::Aws => Naming::Required,
        Answerer::Other => Naming::Optional,
    };
    let caller = Caller {
        upstream: relay.upstream.clone(),
        overrides: relay.overrides.clone(),
        skew: Arc::clone(&relay.skew),
        upstreams: relay.upstreams.clone(),
        clock: relay.clock,
    };
    let named = (options.guards.account.as_deref(), naming);
    let account = match named {
        (None, Naming::Optional) => None,
        _ => {
            let credentials = relay.credentials.current().await?;
            account::check(&caller, &credentials, &relay.region, named).await?
        }
    };
    if relay.guard.lists_created() {
        let owner = Owner { upstream: options.upstream.to_string(), account };
        let scenario = Scenario::in_folder(&options.folder);
        relay.created = Some(Created::new(scenario, owner)?);
    }
    Ok(relay)
}

/// What to do about a command that asked somebody else, or nobody.
const SILENT: &str = "no request came from the command; does it look at AWS_ENDPOINT_URL? \
    With --via proxy or --via both its requests are caught on their way to AWS";

/// Saves the recording if it is whole, and says what there is to say.
fn finish(
    (relay, options): (&Relay, &RecordOptions),
    about: About,
    code: u8,
    assemble: &Assemble<'_>,
) -> Report {
    let troubles = relay.log.troubles();
    let mut report = Report { code, lines: troubles.warnings };
    report.lines.extend(relay.created.as_ref().and_then(Created::summary));
    let intercepted = relay.log.count_intercepted();
    if intercepted > 0 {
        report.lines.push(format!(
            "{intercepted} requests were answered by rules, and are not in the recording"
        ));
    }
    if relay.log.is_silent() {
        report.lines.push(SILENT.to_owned());
    }
    if options.keep == Keep::Nothing {
        report.lines.extend(troubles.problems);
        report.lines.push("nothing was recorded".to_owned());
        return report;
    }
    if code != 0 {
        report.lines.extend(troubles.problems);
        report.lines.push(format!("the command ended with {code}: nothing was written"));
        return report;
    }
    if !troubles.problems.is_empty() {
        report.lines.extend(troubles.problems);
        return report.found(&"the recording is not whole: nothing was written");
    }
    let recording = match relay.log.recording(about, &options.exceptions) {
        Ok(recording) => recording,
        Err(reasons) => {
            report.lines.extend(reasons);
            return report.found(&"nothing was written");
        }
    };
    report.lines.extend(misnamed(&recording));
    match save(relay, &options.folder, assemble(recording)) {
        Ok(line) => {
            report.lines.push(line);
            report
        }
        Err(error) => report.found(&format!("{error}: nothing was written")),
    }
}

/// What to say of a folder that is named after a service that was never asked.
fn misnamed(recording: &Recording) -> Option<String> {
    let (named, _) = recording.scenario.split_once('/')?;
    let mut asked: Vec<&str> = recording.exchanges.iter().map(|it| it.service.as_str()).collect();
    asked.sort_unstable();
    asked.dedup();
    (!asked.contains(&named)).then(|| {
        format!(
            "warning: the folder is named after {named}, and what was recorded is of {}",
            asked.join(", ")
        )
    })
}

/// The command as others would give it: the program's folder is this machine's affair.
fn stimulus(command: &[String]) -> Vec<String> {
    let mut command = command.to_vec();
    if let Some(program) = command.first_mut()
        && let Some(name) = Path::new(program).file_name().and_then(|name| name.to_str())
    {
        *program = name.to_owned();
    }
    command
}

/// Why a recording was not saved.
#[derive(Debug, thiserror::Error)]
enum NotSaved {
    /// Its variables can't be told.
    #[error(transparent)]
    Correlation(#[from] NotInvertible),
    /// It can't be written.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
}

fn save(
    relay: &Relay,
    folder: &Path,
    assembled: Result<Recording, NotInvertible>,
) -> Result<String, NotSaved> {
    let mut recording = assembled?;
    if recording.origin != Origin::Aws {
        // A reference's address is another in each run.
        recording.exchanges.iter_mut().for_each(|exchange| exchange.wire.host = None);
    }
    let scenario = Scenario::in_folder(folder);
    let allowances = standin_archive::allowances(folder)?;
    let sweep = relay.sweep().allowing(allowances).with_redacted(&relay.log.redacted());
    let count = recording.exchanges.len();
    let name = scenario.describe();
    Ok(match scenario.save_with(&recording, &relay.log.outside(), &sweep)? {
        Saved::New => format!("{name}: {count} exchanges recorded from {}", recording.origin),
        Saved::Unchanged => format!("{name}: {count} exchanges, none changed"),
        Saved::Pending => {
            format!("{name}.new: exchanges changed; review it with `standin review`")
        }
    })
}

/// The last two parts of the folder's path.
fn scenario_name(folder: &Path) -> Option<String> {
    let mut parts = folder.components().rev().map(|part| match part {
        std::path::Component::Normal(name) => name.to_str(),
        _ => None,
    });
    let scenario = parts.next()??;
    let service = parts.next()??;
    Some(format!("{service}/{scenario}"))
}

fn date(now: SystemTime) -> String {
    let seconds = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
    let stamp =
        i64::try_from(seconds).ok().and_then(|seconds| Timestamp::from_unix(seconds, 0).ok());
    let text = stamp.map(|stamp| stamp.format(TimestampFormat::Iso8601)).unwrap_or_default();
    text.split('T').next().unwrap_or_default().to_owned()
}

//! Recordings that go on: what a recording has is replayed, and the rest is asked of the origin and kept.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use bytes::Bytes;
use http::request::Parts;
use http::{Request, Response};
use standin_archive::Scenario;
use standin_model::{Timestamp, TimestampFormat};
use standin_protocol::routing::Route;
use standin_tape::{Exchange, Recording};

use super::merge::{Place, merge};
use super::miss::REQUEST_ID;
use super::serve::{in_parts, learn};
use super::{Asked, Endpoint, Miss, ReplaySession, Replayer, Waiters, refresh};
use crate::body::Body;
use crate::connect::BODY_LIMIT;
use crate::intercept::Intercepted;
use crate::listener::Answer;
use crate::record::Beginning;
use crate::refusal::Refusal;
use crate::relay::Relay;
use crate::{RecordError, RecordOptions, Report};

/// What of a recording is asked of the origin again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Extent {
    /// What it has not got: it grows.
    Missing,
    /// What it has: exchanges with all that they depend on and that depends on them.
    Again {
        /// Those of these operations; all if none is named.
        operations: Vec<String>,
        /// Only if the recording is older than this many days.
        older_than: Option<u32>,
    },
}

/// Runs the command, answers it from the recording as far as that is not to be made anew, and saves the two
/// together as the pending recording.
pub async fn extend(
    options: RecordOptions,
    (extent, waiters): (Extent, Waiters),
) -> Result<Report, RecordError> {
    let scenario = Scenario::in_folder(&options.folder);
    let recorded = scenario.read()?;
    let beginning = Beginning::new(&options, Some(&recorded.region)).await?;
    if recorded.origin != beginning.origin {
        return Err(RecordError::OtherOrigin {
            folder: scenario.describe(),
            recorded: recorded.origin,
            asked: beginning.origin,
        });
    }
    let place = match &extent {
        Extent::Missing => Place::AtTheEnd,
        Extent::Again { older_than: Some(days), .. }
            if !is_older(&recorded, *days, (options.clock)()) =>
        {
            Place::Of(BTreeMap::new())
        }
        Extent::Again { operations, .. } if operations.is_empty() => {
            let ids = recorded.exchanges.iter().map(|exchange| exchange.id.clone());
            Place::Of(ids.enumerate().collect())
        }
        Extent::Again { operations, .. } => Place::Of(refresh::closure(&recorded, operations)),
    };
    let session = ReplaySession { seed: recorded.scenario.clone(), waiters };
    let kept = place.kept(&recorded);
    let live = match &extent {
        Extent::Missing => Live::Anything,
        Extent::Again { .. } => Live::Operations(place.operations(&recorded)),
    };
    let mixed = Arc::new(Mixed {
        relay: Arc::clone(&beginning.relay),
        replayer: Replayer::new(kept, session),
        live,
        misses: Mutex::default(),
    });
    let end = beginning.run(&options, Arc::clone(&mixed)).await?;
    let misses = std::mem::take(&mut *mixed.misses.lock().unwrap_or_else(PoisonError::into_inner));
    if !misses.is_empty() {
        let report = Report { code: end.code, lines: misses };
        return Ok(report.found(&"requests are not in the recording: nothing was written"));
    }
    if mixed.relay.log.is_silent() && end.code == 0 {
        let line = format!("{}: nothing was asked of {}", scenario.describe(), recorded.origin);
        return Ok(Report { code: 0, lines: vec![line] });
    }
    let (kept, bindings) = mixed.replayer.so_far();
    Ok(beginning.finish(&options, end, &|new| merge((&kept, &bindings), new, &place)))
}

/// Whether a recording was made more than some days before a time.
fn is_older(recorded: &Recording, days: u32, now: SystemTime) -> bool {
    let day = format!("{}T00:00:00Z", recorded.date);
    let Ok(made) = Timestamp::parse(&day, TimestampFormat::Iso8601) else { return true };
    let now = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
    i64::try_from(now).is_ok_and(|now| now - made.seconds() > i64::from(days) * 86_400)
}

/// A recording before an origin.
struct Mixed {
    relay: Arc<Relay>,
    replayer: Replayer,
    live: Live,
    misses: Mutex<Vec<String>>,
}

/// What may be asked of the origin.
enum Live {
    /// Whatever is not recorded.
    Anything,
    /// These operations.
    Operations(BTreeSet<(String, String)>),
}

impl Answer for Mixed {
    async fn answer(self: &Arc<Self>, request: Request<Body>) -> Response<Body> {
        let (parts, body) = request.into_parts();
        let body = match body.collect(BODY_LIMIT).await {
            Ok(body) => body,
            Err(error) => return Refusal::from(error).answer(None, REQUEST_ID).map(Body::Whole),
        };
        let Ok(route) = self.relay.router.route(&parts, &body) else {
            return self.ask(parts, body).await;
        };
        let region = &self.relay.region;
        if self.relay.keys.admit(&parts, &body, (region, (self.relay.clock)())).is_err() {
            return self.ask(parts, body).await;
        }
        match self.recorded(&route, &parts, &body) {
            Ok(response) => {
                learn(&self.relay.keys, route.call, &response);
                in_parts(response)
            }
            Err(miss) if self.live.has(&miss) => self.ask(parts, body).await,
            Err(miss) => {
                let mut misses = self.misses.lock().unwrap_or_else(PoisonError::into_inner);
                misses.push(miss.to_string());
                miss.answer().map(Body::Whole)
            }
        }
    }

    fn warn(&self, text: String) {
        self.relay.log.warn(text);
    }
}

impl Mixed {
    async fn ask(&self, parts: Parts, body: Bytes) -> Response<Body> {
        self.relay.answer(Request::from_parts(parts, Body::Whole(body))).await
    }

    fn recorded(
        &self,
        route: &Route,
        parts: &Parts,
        body: &Bytes,
    ) -> Result<Response<Bytes>, Box<Miss>> {
        let mut seen = parts.clone();
        route.apply(&mut seen);
        let own = Intercepted::get(&seen.extensions).map(Intercepted::origin);
        let endpoint =
            own.as_deref().map_or(Endpoint::Ours(self.relay.hosts.own()), Endpoint::Origins);
        let now = (self.relay.clock)();
        self.replayer.answer(Asked { call: route.call, parts: &seen, body, endpoint, now })
    }
}

impl Live {
    fn has(&self, miss: &Miss) -> bool {
        match self {
            Self::Anything => true,
            Self::Operations(operations) => {
                let (service, operation) = super::prepared::operation(miss.call);
                operations.contains(&(service.to_owned(), operation.to_owned()))
            }
        }
    }
}

impl Place {
    /// The recording without what is asked anew.
    fn kept(&self, recorded: &Recording) -> Recording {
        let Self::Of(again) = self else { return recorded.clone() };
        let exchanges = recorded.exchanges.iter().enumerate();
        let kept = exchanges.filter(|(number, _)| !again.contains_key(number));
        let exchanges = kept.map(|(_, exchange)| exchange.clone()).collect();
        Recording { exchanges, ..recorded.clone() }
    }

    /// The operations of what is asked anew.
    fn operations(&self, recorded: &Recording) -> BTreeSet<(String, String)> {
        let Self::Of(again) = self else { return BTreeSet::new() };
        let name =
            |exchange: &Exchange| (exchange.service.clone(), exchange.operation().to_owned());
        again.keys().filter_map(|number| recorded.exchanges.get(*number)).map(name).collect()
    }
}

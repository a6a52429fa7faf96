//! What STS keeps: the sessions it issued, an account's in one root.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use standin_core::{AccountId, Timestamp};
use standin_store::{Scope, Transaction};

use crate::principal::Principal;

/// How long after its end a session is still known to have expired, rather than never to have been.
const REMEMBERED: Duration = Duration::from_hours(24);

standin_store::tables! {
    /// The sessions of one account.
    pub(crate) struct Sessions: "sts" {
        /// Sessions by access key id.
        sessions: String => Session,
        /// Access key ids by when they are forgotten, in milliseconds.
        forgotten: (i64, String) => (),
        /// The unique ids of roles by the roles' names.
        roles: String => String,
        /// How many sessions were issued, under the unit key.
        issued: () => u64,
    }
    due(next_forgotten, forget)
}

/// Temporary credentials, and what comes with them.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    pub(crate) principal: Principal,
    pub(crate) token: Arc<str>,
    pub(crate) expiration: Timestamp,
    /// Tags that go over to sessions that this one begins.
    pub(crate) transitive_tags: BTreeMap<String, String>,
    pub(crate) source_identity: Option<String>,
}

/// Where an account's sessions are kept.
pub(crate) fn scope(account: AccountId) -> Scope {
    Scope::cross_region(account.as_str())
}

impl Sessions {
    /// Keeps a session until some time after its end.
    pub(crate) fn keep(&mut self, key: String, session: Session) {
        let until = session.expiration.saturating_add(REMEMBERED).millis();
        self.forgotten.insert((until, key.clone()), ());
        self.sessions.insert(key, session);
    }
}

fn next_forgotten(tables: &Sessions) -> Option<Timestamp> {
    let ((until, _), ()) = tables.forgotten.first()?;
    Timestamp::from_millis(*until).ok()
}

fn forget(tx: &mut Transaction<Sessions>, now: Timestamp) {
    while let Some(((until, key), ())) = tx.tables.forgotten.first() {
        if *until > now.millis() {
            return;
        }
        let place = (*until, key.clone());
        tx.tables.sessions.remove(&place.1);
        tx.tables.forgotten.remove(&place);
    }
}

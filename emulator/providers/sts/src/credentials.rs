//! Temporary credentials, made to look like AWS's.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::time::Duration;

use standin_core::{AccountId, Context, IdStream, Region, Timestamp, issue_access_key};
use standin_shapes_sts::Credentials;

use crate::Sts;
use crate::principal::Principal;
use crate::tables::{self, Session, Sessions};

/// What a session is made of.
#[derive(Debug)]
pub(crate) struct Grant {
    pub(crate) principal: Principal,
    pub(crate) seconds: i32,
    /// The fewest characters of the session token that the caller wants.
    pub(crate) token_size: Option<i32>,
    pub(crate) transitive_tags: BTreeMap<String, String>,
    pub(crate) source_identity: Option<String>,
}

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// How AWS's session tokens begin, and how long ours are.
const TOKEN_START: &str = "IQoJb3JpZ2luX2Vj";
const TOKEN_LENGTH: usize = 356;

impl Sts {
    /// Begins a session, in the account of its principal.
    pub(crate) fn issue(&self, context: &Context, grant: Grant) -> Credentials {
        let account = grant.principal.account;
        let expiration = ends(context, grant.seconds);
        let issued = self.store.transaction(&tables::scope(account), |tx| {
            let sessions: &mut Sessions = &mut tx.tables;
            let (key, mut ids) = next_key(context, account, sessions);
            let secret = ids.text(BASE64, 40);
            let session = grant.session(&mut ids, expiration);
            let token = session.token.to_string();
            sessions.keep(key.clone(), session);
            Ok::<_, Infallible>(Credentials {
                access_key_id: Some(key),
                secret_access_key: Some(secret),
                session_token: Some(token),
                expiration: Some(expiration),
            })
        });
        issued.unwrap_or_else(|never| match never {})
    }

    /// The unique id of a role, the same each time.
    pub(crate) fn role_id(&self, context: &Context, account: AccountId, role: &str) -> String {
        let found = self.store.transaction(&tables::scope(account), |tx| {
            let sessions: &mut Sessions = &mut tx.tables;
            if let Some(id) = sessions.roles.get(role) {
                return Ok::<_, Infallible>(id.clone());
            }
            let mut ids = ids(context, account, &format!("role/{role}"), 0);
            let id = format!("AROA{}", ids.base32(17));
            sessions.roles.insert(role.to_owned(), id.clone());
            Ok(id)
        });
        found.unwrap_or_else(|never| match never {})
    }
}

impl Grant {
    fn session(self, ids: &mut IdStream, expiration: Timestamp) -> Session {
        let wanted = usize::try_from(self.token_size.unwrap_or(0)).unwrap_or(0);
        let length = wanted.max(TOKEN_LENGTH).next_multiple_of(4) - TOKEN_START.len();
        Session {
            principal: self.principal,
            token: format!("{TOKEN_START}{}", ids.text(BASE64, length)).into(),
            expiration,
            transitive_tags: self.transitive_tags,
            source_identity: self.source_identity,
        }
    }
}

/// An access key id that is not in use, and the ids of what belongs to it.
fn next_key(context: &Context, account: AccountId, sessions: &mut Sessions) -> (String, IdStream) {
    let mut ordinal = sessions.issued.get(&()).copied().unwrap_or(0);
    loop {
        ordinal += 1;
        let mut ids = ids(context, account, "session", ordinal);
        let serial = u32::try_from(ids.number() >> 32).expect("32 bits are left");
        let key = issue_access_key(account, serial);
        if !sessions.sessions.contains(&key) {
            sessions.issued.insert((), ordinal);
            return (key, ids);
        }
    }
}

/// Ids of an account, which doesn't lie in any region.
fn ids(context: &Context, account: AccountId, resource: &str, ordinal: u64) -> IdStream {
    let place = (account, &Region::us_east_1(), standin_shapes_sts::SERVICE);
    context.environment.ids.at(place, resource, ordinal)
}

/// AWS's expirations are whole seconds.
fn ends(context: &Context, seconds: i32) -> Timestamp {
    let now = Timestamp::from_unix(context.now().seconds(), 0).unwrap_or(Timestamp::MAX);
    now.saturating_add(Duration::from_secs(u64::try_from(seconds).unwrap_or(0)))
}

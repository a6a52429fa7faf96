//! Which account and region a root of tables belongs to.

use std::fmt;
use std::sync::Arc;

/// The account and region of a root; a missing part means that the root is shared over all of them.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Scope {
    account: Option<Arc<str>>,
    region: Option<Arc<str>>,
}

impl Scope {
    /// State of one account in one region: the usual case.
    pub fn regional(account: impl Into<Arc<str>>, region: impl Into<Arc<str>>) -> Self {
        Self { account: Some(account.into()), region: Some(region.into()) }
    }

    /// State of one account that all its regions share.
    pub fn cross_region(account: impl Into<Arc<str>>) -> Self {
        Self { account: Some(account.into()), region: None }
    }

    /// State of one region that all accounts share.
    pub fn cross_account(region: impl Into<Arc<str>>) -> Self {
        Self { account: None, region: Some(region.into()) }
    }

    /// State that all accounts and regions share.
    pub fn global() -> Self {
        Self { account: None, region: None }
    }

    /// The account, unless all accounts share the root.
    pub fn account(&self) -> Option<&str> {
        self.account.as_deref()
    }

    /// The region, unless all regions share the root.
    pub fn region(&self) -> Option<&str> {
        self.region.as_deref()
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.account().unwrap_or("*"), self.region().unwrap_or("*"))
    }
}

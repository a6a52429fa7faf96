//! The commands, a module each.

pub(crate) mod ca;
pub(crate) mod check;
pub(crate) mod cleanup;
pub(crate) mod completions;
pub(crate) mod export;
pub(crate) mod fmt;
pub(crate) mod fuzz;
pub(crate) mod gc;
pub(crate) mod import;
mod limits;
pub(crate) mod packages;
pub(crate) mod record;
pub(crate) mod replay;
pub(crate) mod review;
pub(crate) mod scaffold;
pub(crate) mod scan;
pub(crate) mod serve;
pub(crate) mod show;
pub(crate) mod specs;

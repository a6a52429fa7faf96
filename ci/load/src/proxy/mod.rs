//! `ci/bench proxy`: what a proxy costs. One upstream, one load, the proxies one after the other.

mod drive;
mod relay;
mod run;
mod table;
mod tls;
mod upstream;

pub(crate) use drive::{Drive, Figures, drive, measure};
pub(crate) use relay::{Relay, relay};
pub(crate) use run::{Proxies, Server, run};
pub(crate) use table::print_replay;
pub(crate) use upstream::{Upstream, upstream};

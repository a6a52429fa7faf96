//! Backends and the dispatcher that calls them.

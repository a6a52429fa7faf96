//! Normalise, correlate and diff exchanges: pure functions over recordings and answers.
//!
//! [`correlate()`] finds the variables of a recording by data flow. [`Bindings`] hold the values that those
//! variables have in one run: [`Bindings::fill`] makes a request to send, [`compare`] matches an answer
//! against the recorded one, binds what it mints, and returns the [`Deviation`]s.

mod align;
mod bindings;
mod client;
mod compare;
mod correlate;
mod derived;
mod deviation;
mod invent;
mod lexical;
mod path;
mod pattern;
mod rules;
mod unify;

pub use bindings::Bindings;
pub use client::with_client_variables;
pub use compare::{Actual, Comparison, compare};
pub use correlate::{Correlated, Known, NotInvertible, Varying, correlate, correlate_twins};
pub use derived::{Found, recompute, template_at};
pub use deviation::{Class, Deviation};
pub use invent::invent;
pub use lexical::{Lexical, TimeText};
pub use path::{Path, Segment};
pub use pattern::Pattern;
pub use rules::{ListOrder, Rule, RuleKind, Rules, RulesError};
pub use unify::{Mismatch, unify, unify_blob};

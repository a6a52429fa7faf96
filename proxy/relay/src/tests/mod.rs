//! The relay between clients and upstreams that behave, and such that don't.

mod asymmetric;
mod duplex;
mod faults;
mod forms;
mod independent;
mod memory;
mod modes;
mod rig;
mod rules;
mod silence;

//! `standin record` and `standin replay`: real clients, a strict upstream over TLS.

mod again;
mod aws;
mod clients;
mod credentials;
mod faults;
mod full;
mod guards;
mod hosts;
mod modes;
mod proxy;
mod recording;
mod replaying;
mod roles;
mod run;
mod rust;
mod safety;
mod shipped;
mod skew;
mod sockets;
mod strangers;
mod terraform;
mod twin;

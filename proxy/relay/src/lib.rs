//! The signing proxy: listener, upstreams, recorder, replayer.

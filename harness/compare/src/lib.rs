//! Normalise, correlate and diff exchanges.

//! Signing and verifying AWS requests.

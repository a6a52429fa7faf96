//! Generated shapes of AWS STS.

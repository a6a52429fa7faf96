//! The recording format: types, versions, scrubbing, variables.

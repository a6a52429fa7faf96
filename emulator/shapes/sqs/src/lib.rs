//! Generated shapes of Amazon SQS.

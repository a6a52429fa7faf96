//! The skeleton of a new provider.

//! The scaffold: model to typed shapes.

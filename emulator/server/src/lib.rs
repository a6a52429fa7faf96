//! The emulator put together.

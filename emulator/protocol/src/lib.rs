//! The AWS protocols: bytes to shapes and back, as client and as server.

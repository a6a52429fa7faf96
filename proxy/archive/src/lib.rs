//! Reads and writes recordings: folders, blobs, importers.

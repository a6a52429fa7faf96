//! A scenario's place: the recording, its ledgers and its blobs.

use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use standin_tape::{Blobs, Digest, Outside, Recording, Sweep, Written};

use crate::{ArchiveError, Folder, Store, StoreError};

/// The file that holds a recording.
pub const RECORDING: &str = "recording.snap";

/// No recording's text is longer: 100,000 exchanges have 70 MiB.
const TEXT_LIMIT: u64 = 1 << 30;

/// A place that holds one recording, its ledgers and its blobs.
#[derive(Clone)]
pub struct Scenario {
    store: Arc<dyn Store>,
    /// The folder inside the store, empty or ending with `/`.
    prefix: String,
}

/// What saving a recording did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Saved {
    /// There was none before: it is the recording now.
    New,
    /// The same exchanges as before: nothing was written.
    Unchanged,
    /// Exchanges differ from the recording: they wait in the pending file for review.
    Pending,
}

/// The name of the ledger of a target; the emulator's has no name.
pub fn ledger_name(target: Option<&str>) -> String {
    match target {
        None => "parity.snap".to_owned(),
        Some(name) => format!("parity@{name}.snap"),
    }
}

impl Scenario {
    /// The scenario in a folder.
    pub fn in_folder(folder: &Path) -> Self {
        Self { store: Arc::new(Folder::new(folder)), prefix: String::new() }
    }

    /// The scenario in a folder of a store.
    pub fn in_store(store: Arc<dyn Store>, folder: &str) -> Self {
        Self { store, prefix: format!("{}/", folder.trim_end_matches('/')) }
    }

    /// Its recording's file as people know it.
    pub fn describe(&self) -> String {
        self.store.describe(&self.name(RECORDING))
    }

    /// Whether it has a recording.
    pub fn exists(&self) -> Result<bool, ArchiveError> {
        Ok(self.store.get(&self.name(RECORDING))?.is_some())
    }

    /// A file beside the recording as people know it.
    pub fn describe_file(&self, name: &str) -> String {
        self.store.describe(&self.name(name))
    }

    /// Reads the recording.
    pub fn read(&self) -> Result<Recording, ArchiveError> {
        self.read_recording()?.ok_or_else(|| ArchiveError::Missing(self.describe()))
    }

    /// Saves what was recorded. The first recording is the truth; a later one waits beside it for review,
    /// and only if an exchange changed. Nothing is written if a secret would be.
    pub fn save(&self, recording: &Recording, sweep: &Sweep) -> Result<Saved, ArchiveError> {
        self.save_with(recording, &Outside::new(""), sweep)
    }

    /// As [`Scenario::save`], where some contents are kept elsewhere: they are searched and copied as they are read.
    pub fn save_with(
        &self,
        recording: &Recording,
        outside: &Outside,
        sweep: &Sweep,
    ) -> Result<Saved, ArchiveError> {
        let name = self.describe();
        let written = standin_tape::write_with(recording, outside)
            .map_err(|reason| ArchiveError::Unwritable { name: name.clone(), reason })?;
        sweep
            .check_written(&written)
            .and_then(|()| sweep.check_documents(recording))
            .map_err(|found| ArchiveError::Secret { name: name.clone(), found })?;
        for (digest, content) in outside.contents() {
            let searched = sweep.check_reader(|| content.open(), digest.as_str());
            searched
                .map_err(|source| StoreError::Io { name: digest.to_string(), source })?
                .map_err(|found| ArchiveError::Secret { name: name.clone(), found })?;
        }
        let _lock = self.store.lock(self.prefix.trim_end_matches('/'))?;
        let pending = pending_name(RECORDING);
        match self.read_over(outside)? {
            None => {
                self.put(RECORDING, (&written, outside))?;
                Ok(Saved::New)
            }
            Some(before) if before.same_exchanges(recording) => {
                self.store.remove(&self.name(&pending))?;
                Ok(Saved::Unchanged)
            }
            Some(_) => {
                self.put(&pending, (&written, outside))?;
                Ok(Saved::Pending)
            }
        }
    }

    /// The text of a file beside the recording (a ledger); `None` if it is not there.
    pub fn read_text(&self, name: &str) -> Result<Option<String>, ArchiveError> {
        let length = self.store.length(&self.name(name))?.unwrap_or_default();
        if length > TEXT_LIMIT {
            let reason = format!("{length} bytes are more than the {TEXT_LIMIT} that are read");
            return Err(ArchiveError::Malformed(self.describe_file(name), reason));
        }
        let Some(content) = self.store.get(&self.name(name))? else { return Ok(None) };
        match String::from_utf8(content.into()) {
            Ok(text) => Ok(Some(text)),
            Err(_) => Err(ArchiveError::NotText(self.store.describe(&self.name(name)))),
        }
    }

    /// Writes the pending form of a file beside the recording (a ledger), or takes it away.
    pub fn put_pending(&self, name: &str, text: Option<&str>) -> Result<(), ArchiveError> {
        self.put_text(&pending_name(name), text)
    }

    /// Writes a file beside the recording, or takes it away.
    pub fn put_text(&self, name: &str, text: Option<&str>) -> Result<(), ArchiveError> {
        match text {
            Some(text) => self.store.put(&self.name(name), text.as_bytes())?,
            None => self.store.remove(&self.name(name))?,
        }
        Ok(())
    }

    /// The files beside the recording whose pending forms wait for review, sorted; without the `.new`.
    pub fn pending(&self) -> Result<Vec<String>, ArchiveError> {
        let folder = self.prefix.trim_end_matches('/');
        let files = self.store.list(folder)?;
        let names = files.iter().filter_map(|file| file.strip_prefix(&self.prefix));
        let waiting = names.filter_map(|name| name.strip_suffix(".snap.new"));
        let waiting = waiting.filter(|name| !name.contains('/'));
        Ok(waiting.map(|name| format!("{name}.snap")).collect())
    }

    /// The pending form of a file beside the recording.
    pub fn read_pending(&self, name: &str) -> Result<Option<String>, ArchiveError> {
        self.read_text(&pending_name(name))
    }

    /// Puts a text in a file's place and takes its pending form away; without a text both are taken away.
    pub fn settle(&self, name: &str, text: Option<&str>) -> Result<(), ArchiveError> {
        let _lock = self.store.lock(self.prefix.trim_end_matches('/'))?;
        self.put_text(name, text)?;
        self.put_pending(name, None)
    }

    /// Reads a text as this scenario's recording.
    pub fn parse(&self, text: &str, name: &str) -> Result<Recording, ArchiveError> {
        let unreadable =
            |reason| ArchiveError::Unreadable { name: self.describe_file(name), reason };
        standin_tape::read(text, self).map_err(unreadable)
    }

    /// Writes a recording's file and its blobs, whatever was there.
    pub(crate) fn put_written(&self, name: &str, written: &Written) -> Result<(), ArchiveError> {
        let _lock = self.store.lock(self.prefix.trim_end_matches('/'))?;
        self.put(name, (written, &Outside::new("")))
    }

    /// Writes a recording's file, whatever was there; its blobs are there.
    pub(crate) fn put_locked(&self, name: &str, text: &str) -> Result<(), ArchiveError> {
        let _lock = self.store.lock(self.prefix.trim_end_matches('/'))?;
        self.put_text(name, Some(text))
    }

    fn read_recording(&self) -> Result<Option<Recording>, ArchiveError> {
        self.read_by(self)
    }

    fn read_over(&self, outside: &Outside) -> Result<Option<Recording>, ArchiveError> {
        self.read_by(&outside.over(self))
    }

    fn read_by(&self, blobs: &dyn Blobs) -> Result<Option<Recording>, ArchiveError> {
        let Some(text) = self.read_text(RECORDING)? else { return Ok(None) };
        let unreadable = |reason| ArchiveError::Unreadable { name: self.describe(), reason };
        standin_tape::read(&text, blobs).map(Some).map_err(unreadable)
    }

    /// Blobs go first: a recording never names one that is not there. Those of a recording that can't be written go
    /// again.
    fn put(&self, name: &str, content: (&Written, &Outside)) -> Result<(), ArchiveError> {
        let mut put = Vec::new();
        let (written, _) = content;
        let done = self.put_blobs(content, &mut put).and_then(|()| {
            let text = written.text.as_bytes();
            Ok(self.store.put(&self.name(name), text)?)
        });
        if done.is_err() {
            for blob in put {
                // The first error is the one to report.
                let _ = self.store.remove(&blob);
            }
        }
        done
    }

    /// Writes the blobs that are not there; `put` is told their names.
    fn put_blobs(
        &self,
        (written, outside): (&Written, &Outside),
        put: &mut Vec<String>,
    ) -> Result<(), ArchiveError> {
        for (digest, content) in outside.contents() {
            let blob = self.blob_name(digest);
            // What is there was written whole under the name of its own content.
            if written.text.contains(digest.as_str()) && !self.store.has(&blob)? {
                let opened = content.open();
                let mut reader =
                    opened.map_err(|source| StoreError::Io { name: blob.clone(), source })?;
                self.store.put_from(&blob, &mut *reader)?;
                put.push(blob);
            }
        }
        for (digest, content) in &written.blobs {
            let blob = self.blob_name(digest);
            if self.store.get(&blob)?.is_none_or(|there| there != content) {
                self.store.put(&blob, content)?;
                put.push(blob);
            }
        }
        Ok(())
    }

    fn name(&self, file: &str) -> String {
        format!("{}{file}", self.prefix)
    }

    fn blob_name(&self, digest: &Digest) -> String {
        self.name(&format!("blobs/{digest}"))
    }
}

/// The blobs beside the recording. One that can't be read counts as missing.
impl Blobs for Scenario {
    fn blob(&self, digest: &Digest) -> Option<Bytes> {
        self.store.get(&self.blob_name(digest)).ok().flatten()
    }
}

fn pending_name(name: &str) -> String {
    format!("{name}.new")
}

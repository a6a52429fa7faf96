//! Our corrections of botocore's models.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::json_patch::{self, Change};

/// A patch file is malformed, or what it corrects is no longer there.
#[derive(Debug, thiserror::Error)]
pub enum PatchError {
    /// The file is not JSON of the expected form.
    #[error("{file}: {source}")]
    Json {
        /// The patch file.
        file: String,
        /// What the JSON reader said.
        source: serde_json::Error,
    },
    /// A patch's reason or evidence is empty.
    #[error("{file}: patch {number} gives no reason or no evidence")]
    NoReason {
        /// The patch file.
        file: String,
        /// Which patch, counted from one.
        number: usize,
    },
    /// A change doesn't apply to the model.
    #[error("{file}: patch {number} ({reason}): {source}")]
    Apply {
        /// The patch file.
        file: String,
        /// Which patch, counted from one.
        number: usize,
        /// Why the patch is there.
        reason: String,
        /// What went wrong.
        source: json_patch::Error,
    },
    /// No service has the name of the file.
    #[error("{0}: no such service")]
    NoService(String),
}

/// The patches of all services; each file is named for its service (`s3.json`).
#[derive(Debug)]
pub struct Patches(BTreeMap<String, Vec<Patch>>);

/// One correction.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Patch {
    reason: String,
    evidence: String,
    changes: Vec<Change>,
}

impl Patches {
    /// Reads patch files, given by name and text.
    pub fn parse(files: &[(String, String)]) -> Result<Self, PatchError> {
        let services = files.iter().map(|(file, text)| {
            let patches: Vec<Patch> = serde_json::from_str(text)
                .map_err(|source| PatchError::Json { file: file.clone(), source })?;
            let blank = |patch: &Patch| patch.reason.is_empty() || patch.evidence.is_empty();
            if let Some(place) = patches.iter().position(blank) {
                return Err(PatchError::NoReason { file: file.clone(), number: place + 1 });
            }
            Ok((file.trim_end_matches(".json").to_owned(), patches))
        });
        services.collect::<Result<_, _>>().map(Self)
    }

    /// The patched text of a service's model, if there are patches for it. They are used up.
    pub(super) fn apply(
        &mut self,
        service: &str,
        model: &[u8],
    ) -> Result<Option<Vec<u8>>, PatchError> {
        let Some(patches) = self.0.remove(service) else { return Ok(None) };
        let file = format!("{service}.json");
        let mut model: Value = match serde_json::from_slice(model) {
            Ok(model) => model,
            Err(source) => return Err(PatchError::Json { file, source }),
        };
        for (place, patch) in patches.into_iter().enumerate() {
            json_patch::apply(&mut model, &patch.changes).map_err(|source| PatchError::Apply {
                file: file.clone(),
                number: place + 1,
                reason: patch.reason,
                source,
            })?;
        }
        Ok(Some(model.to_string().into_bytes()))
    }

    /// Checks that every file found its service.
    pub(crate) fn finish(self) -> Result<(), PatchError> {
        match self.0.into_keys().next() {
            Some(service) => Err(PatchError::NoService(service)),
            None => Ok(()),
        }
    }
}

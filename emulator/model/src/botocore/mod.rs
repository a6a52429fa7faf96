//! Reads botocore's data files into services.

mod convert;
mod names;
mod patches;
mod raw;
mod shapes;
mod wheel;

use std::collections::BTreeMap;
use std::io::Read as _;

use crate::Service;
use crate::endpoints::{Partitions, RuleSet};
use crate::pack::PackError;

pub(crate) use names::Names;
pub use patches::{PatchError, Patches};
pub use wheel::{Wheel, WheelError};

use convert::Converter;

/// The files of botocore's `data` folder, wherever they lie: a wheel, a folder, memory.
pub trait Source {
    /// The paths of all files below `data/`, with `/` between the parts.
    fn paths(&self) -> Vec<String>;

    /// The bytes of one of them.
    fn read(&self, path: &str) -> Result<Vec<u8>, String>;

    /// The version of botocore, where the source knows it.
    fn version(&self) -> Option<String> {
        None
    }
}

/// botocore's data could not be made into models.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// A file could not be read.
    #[error("{path}: {reason}")]
    Read {
        /// The file below `data/`.
        path: String,
        /// What the source said.
        reason: String,
    },
    /// A file is not JSON of the expected form.
    #[error("{path}: {source}")]
    Json {
        /// The file below `data/`.
        path: String,
        /// What the JSON reader said.
        source: serde_json::Error,
    },
    /// A model says something that this program doesn't know.
    #[error("{path}: {reason}")]
    Model {
        /// The file below `data/`.
        path: String,
        /// What is unknown, and where.
        reason: String,
    },
    /// A patch is malformed or no longer applies.
    #[error(transparent)]
    Patch(#[from] PatchError),
    /// The embedded pack is damaged.
    #[error(transparent)]
    Pack(#[from] PackError),
    /// The source has no service at all.
    #[error("no service-2.json in the data")]
    Empty,
}

/// The text of a service's newest `service-2.json`, documentation included; the pack keeps none of that.
pub fn service_json(source: &dyn Source, service: &str) -> Result<Vec<u8>, BuildError> {
    let folder = newest(source).remove(service).ok_or(BuildError::Empty)?;
    read_json(source, &folder, "service-2").map(|(_, json)| json)
}

/// A service's model and endpoint rules.
pub(crate) struct Read {
    pub(crate) service: Service,
    pub(crate) rules: Option<RuleSet>,
}

/// Reads the newest version of each service, sorted by name.
pub(crate) fn services<'s>(
    source: &'s dyn Source,
    patches: &'s mut Patches,
) -> Result<impl Iterator<Item = Result<Read, BuildError>> + 's, BuildError> {
    let folders = newest(source);
    if folders.is_empty() {
        return Err(BuildError::Empty);
    }
    let mut converter = Converter::default();
    Ok(folders.into_iter().map(move |(name, folder)| {
        let (path, mut bytes) = read_json(source, &folder, "service-2")?;
        if let Some(patched) = patches.apply(&name, &bytes)? {
            bytes = patched;
        }
        let model = parse(&path, &bytes)?;
        let paginators = match read_json(source, &folder, "paginators-1") {
            Ok((path, bytes)) => parse(&path, &bytes)?,
            Err(_) => raw::Paginators::default(),
        };
        let rules = match read_json(source, &folder, "endpoint-rule-set-1") {
            Ok((path, bytes)) => {
                Some(converter.rules(&bytes).map_err(|reason| BuildError::Model { path, reason })?)
            }
            Err(_) => None,
        };
        match converter.service(&name, model, paginators) {
            Ok(service) => Ok(Read { service, rules }),
            Err(reason) => Err(BuildError::Model { path, reason }),
        }
    }))
}

/// Reads the partitions, where the source has them.
pub(crate) fn partitions(source: &dyn Source) -> Result<Option<Partitions>, BuildError> {
    let path = "partitions.json";
    let Ok(bytes) = source.read(path) else { return Ok(None) };
    let read = Partitions::read(&bytes, &mut Names::default());
    read.map(Some).map_err(|reason| BuildError::Model { path: path.to_owned(), reason })
}

/// The names of the services that a source has.
pub(crate) fn names(source: &dyn Source) -> Vec<String> {
    newest(source).into_keys().collect()
}

/// The version of the source, kept for the life of the process.
pub(crate) fn version(source: &dyn Source) -> &'static str {
    source.version().map_or("unknown", |version| version.leak())
}

/// Each service's folder of the newest API version (`sqs/2012-11-05`).
fn newest(source: &dyn Source) -> BTreeMap<String, String> {
    let mut folders = BTreeMap::<String, String>::new();
    for path in source.paths() {
        let mut parts = path.split('/');
        let (Some(name), Some(version), Some(file), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            continue;
        };
        if file != "service-2.json" && file != "service-2.json.gz" {
            continue;
        }
        let folder = format!("{name}/{version}");
        let newest = folders.entry(name.to_owned()).or_default();
        if *newest < folder {
            *newest = folder;
        }
    }
    folders
}

fn read_json(
    source: &dyn Source,
    folder: &str,
    stem: &str,
) -> Result<(String, Vec<u8>), BuildError> {
    let plain = format!("{folder}/{stem}.json");
    let packed = format!("{folder}/{stem}.json.gz");
    let (path, bytes) = match source.read(&packed) {
        Ok(bytes) => (packed, bytes),
        Err(_) => match source.read(&plain) {
            Ok(bytes) => return Ok((plain, bytes)),
            Err(reason) => return Err(BuildError::Read { path: plain, reason }),
        },
    };
    let mut json = Vec::new();
    match flate2::read::GzDecoder::new(bytes.as_slice()).read_to_end(&mut json) {
        Ok(_) => Ok((path, json)),
        Err(error) => Err(BuildError::Read { path, reason: error.to_string() }),
    }
}

fn parse<T: serde::de::DeserializeOwned>(path: &str, bytes: &[u8]) -> Result<T, BuildError> {
    serde_json::from_slice(bytes)
        .map_err(|source| BuildError::Json { path: path.to_owned(), source })
}

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(crate) use tests::shared;

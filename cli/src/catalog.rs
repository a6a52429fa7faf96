//! The catalog of services: the embedded one, or newer data from a folder.

use std::path::{Path, PathBuf};

use clap::Args;
use standin_model::Catalog;
use standin_model::botocore::Source;

use crate::exit::Failure;

/// Where the service models come from.
#[derive(Args)]
pub(crate) struct CatalogArgs {
    /// Read newer models from a folder in botocore's form (SERVICE/VERSION/service-2.json); its services
    /// replace those built in.
    #[arg(long, value_name = "DIR")]
    specs: Option<PathBuf>,
}

impl CatalogArgs {
    /// The catalog, for as long as the process lives.
    pub(crate) fn open(&self) -> Result<&'static Catalog, Failure> {
        let Some(folder) = &self.specs else { return Ok(Catalog::embedded()) };
        let loaded = Catalog::load(&Folder::new(folder))
            .map_err(|error| Failure::new(format!("{}: {error}", folder.display())))?;
        Ok(Box::leak(Box::new(loaded)))
    }

    /// botocore's own files, where a folder of them is given.
    pub(crate) fn source(&self) -> Option<impl Source> {
        self.specs.as_deref().map(Folder::new)
    }
}

/// A folder in the form of botocore's `data`.
struct Folder {
    root: PathBuf,
}

impl Folder {
    /// `data` itself, or the folder of an installed botocore.
    fn new(path: &Path) -> Self {
        let data = path.join("data");
        Self { root: if data.is_dir() { data } else { path.to_owned() } }
    }
}

impl Source for Folder {
    fn paths(&self) -> Vec<String> {
        let mut paths = Vec::new();
        collect(&self.root, "", 3, &mut paths);
        paths.sort();
        paths
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        std::fs::read(self.root.join(path)).map_err(|error| error.to_string())
    }

    /// An installed botocore says its version beside its data; a bare folder of data has none.
    fn version(&self) -> Option<String> {
        let text = std::fs::read_to_string(self.root.join("../__init__.py")).ok()?;
        let version = text.lines().find_map(|line| line.strip_prefix("__version__ = "))?;
        Some(version.trim_matches(['\'', '"']).to_owned())
    }
}

/// Models lie three levels deep; what can't be listed is not there.
fn collect(folder: &Path, prefix: &str, levels: u8, paths: &mut Vec<String>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let Ok(name) = entry.file_name().into_string() else { continue };
        if entry.path().is_dir() {
            if levels > 1 {
                collect(&entry.path(), &format!("{prefix}{name}/"), levels - 1, paths);
            }
        } else {
            paths.push(format!("{prefix}{name}"));
        }
    }
}

//! Whether a command is recorded, replayed, or both.

use std::path::Path;

use standin_archive::Scenario;
use standin_relay::{Extent, Keep};

use crate::exit::Failure;

/// What is asked of the origin, and what is answered from the recording.
#[derive(clap::Args)]
pub(super) struct ModeArgs {
    /// What to ask of the origin [default: once, or none where CI is set]
    #[arg(long, value_enum)]
    mode: Option<Mode>,
    /// With --mode refresh, an operation whose exchanges are recorded anew [default: all]
    #[arg(long, value_name = "OPERATION")]
    operation: Vec<String>,
    /// With --mode refresh, record anew only what is older
    #[arg(long, value_name = "DAYS")]
    older_than: Option<u32>,
}

/// The modes, as users name them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Mode {
    /// All where there is no recording yet, else nothing
    Once,
    /// Nothing: the recording answers
    None,
    /// What the recording has not got, which is added to it
    New,
    /// All: the recording is made anew
    All,
    /// Exchanges of some operations, with all that they depend on and that depends on them
    Refresh,
}

/// What a run does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Course {
    /// It records.
    Record,
    /// It replays.
    Replay,
    /// It replays, and records what the recording is to get.
    Extend(Extent),
}

impl ModeArgs {
    /// What a run does in a scenario's folder.
    pub(super) fn course(self, folder: &Path, keep: Keep) -> Result<Course, Failure> {
        let is_ci = std::env::var_os("CI").is_some_and(|value| !value.is_empty());
        let mode = match (self.mode, keep) {
            (None, Keep::Nothing) => Mode::All,
            (None, Keep::Exchanges) if is_ci => Mode::None,
            (None, Keep::Exchanges) => Mode::Once,
            (Some(mode), Keep::Nothing) if mode != Mode::All => {
                return Err(Failure::new("--keep-nothing records nothing that a mode could use"));
            }
            (Some(mode), _) => mode,
        };
        if mode != Mode::Refresh && (!self.operation.is_empty() || self.older_than.is_some()) {
            return Err(Failure::new("--operation and --older-than are of --mode refresh"));
        }
        let scenario = Scenario::in_folder(folder);
        Ok(match mode {
            Mode::Once if scenario.exists()? => Course::Replay,
            Mode::Once | Mode::All => Course::Record,
            Mode::None if self.mode.is_none() && !scenario.exists()? => {
                return Err(Failure::new(format!(
                    "{} is not there, and CI is set: nothing is recorded unless --mode says so",
                    scenario.describe()
                )));
            }
            Mode::None => Course::Replay,
            Mode::New if !scenario.exists()? => Course::Record,
            Mode::New => Course::Extend(Extent::Missing),
            Mode::Refresh => Course::Extend(Extent::Again {
                operations: self.operation,
                older_than: self.older_than,
            }),
        })
    }
}

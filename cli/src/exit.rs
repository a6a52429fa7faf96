//! How a command ends.

use std::fmt::Display;
use std::process::{ExitCode, Termination};

/// The exit code of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// All is well.
    Success,
    /// A check found new or stale deviations, or a fuzz run a difference.
    Deviations,
    /// The command could not run.
    CouldNotRun,
    /// The code of a client's command, or 3 where a run of it was at fault.
    Command(u8),
}

/// Why a command could not run, and what to do about it.
#[derive(Debug)]
pub(crate) struct Failure {
    message: String,
    /// Who read our output closed it, and has seen enough.
    closed_pipe: bool,
}

/// What a command gives: its exit code, or why it could not run.
pub(crate) type Outcome = Result<Exit, Failure>;

impl Failure {
    /// A failure that a person reads.
    pub(crate) fn new(message: impl Display) -> Self {
        Self { message: message.to_string(), closed_pipe: false }
    }

    /// Says it on standard error; the command ends with 2.
    #[expect(clippy::print_stderr, reason = "this is the program's edge")]
    pub(crate) fn report(self) -> Exit {
        if self.closed_pipe {
            return Exit::Success;
        }
        eprintln!("standin: {}", self.message);
        Exit::CouldNotRun
    }
}

impl<E: std::error::Error + 'static> From<E> for Failure {
    fn from(error: E) -> Self {
        let io = (&error as &dyn std::error::Error).downcast_ref::<std::io::Error>();
        let closed_pipe = io.is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe);
        Self { closed_pipe, ..Self::new(error) }
    }
}

impl Exit {
    /// The code that the shell sees.
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::Deviations => 1,
            Self::CouldNotRun => 2,
            Self::Command(code) => code,
        }
    }
}

impl Termination for Exit {
    fn report(self) -> ExitCode {
        ExitCode::from(self.code())
    }
}

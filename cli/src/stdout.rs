//! Standard output: what reads it may end early, and it may be full.

use std::fmt::Arguments;
use std::io::{ErrorKind, Write as _, stdout};
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether something could not be written that somebody still waits for.
static FAILED: AtomicBool = AtomicBool::new(false);

/// Prints text. Who closed the pipe has seen enough: nothing more is printed, and the exit code stays what it is.
pub(crate) fn write(text: Arguments<'_>) {
    let Err(error) = stdout().write_fmt(text) else { return };
    if error.kind() != ErrorKind::BrokenPipe && !FAILED.swap(true, Ordering::Relaxed) {
        complain(&error);
    }
}

/// Whether what was printed did not all arrive, and not because nobody reads it any more.
pub(crate) fn has_failed() -> bool {
    FAILED.load(Ordering::Relaxed)
}

#[expect(clippy::print_stderr, reason = "this is the program's edge")]
fn complain(error: &std::io::Error) {
    eprintln!("standin: standard output can't be written: {error}");
}

/// As `println!`, by [`write`].
macro_rules! outln {
    ($($text:tt)*) => {
        $crate::stdout::write(format_args!("{}\n", format_args!($($text)*)))
    };
}

/// As `print!`, by [`write`].
macro_rules! out {
    ($($text:tt)*) => { $crate::stdout::write(format_args!($($text)*)) };
}

pub(crate) use {out, outln};

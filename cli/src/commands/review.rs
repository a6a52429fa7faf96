//! `standin review`: decides on what waits beside recordings.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};
use std::path::PathBuf;

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use serde_json::json;
use standin_gate::review::{self, PendingFile, Side};

use crate::exit::{Exit, Failure, Outcome};
use crate::stdout::outln;

/// Show what waits for review beside recordings, and accept or reject it.
///
/// A recording that differs from the last one, and a ledger that no longer fits, wait in `*.snap.new`. On a terminal
/// each is shown and asked about; elsewhere each is shown, and the exit code is 1.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  standin review                                  asks about each on a terminal
  standin review snapshots/sqs --accept --reason 'SQS API reference, SendMessage: ...'
  standin review --reject                         keeps everything as it was
  standin review --json                           what waits, for machines

Exit codes: 0 nothing waits any more; 1 something waits; 2 it could not run.")]
pub(crate) struct Arguments {
    /// Recordings, or folders of them
    #[arg(default_value = "snapshots")]
    paths: Vec<PathBuf>,
    /// Accept all of it
    #[arg(long, conflicts_with = "reject")]
    accept: bool,
    /// Reject all of it: the pending files are deleted
    #[arg(long)]
    reject: bool,
    /// Why the deviations of accepted ledgers are accepted that have no reason yet
    #[arg(long, requires = "accept")]
    reason: Option<String>,
    /// Print what waits as JSON
    #[arg(long, conflicts_with_all = ["accept", "reject"])]
    json: bool,
}

/// What a person says to one file.
enum Decision {
    Accept(Vec<String>),
    Reject,
    Skip,
    Quit,
}

/// Reviews.
pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let files = review::pending(&arguments.paths)?;
    if arguments.json {
        outln!("{:#}", files.iter().map(as_json).collect::<serde_json::Value>());
        return Ok(waiting(files.len()));
    }
    if files.is_empty() {
        outln!("nothing waits for review");
        return Ok(Exit::Success);
    }
    if arguments.accept {
        return accept_all(&files, arguments.reason.as_deref());
    }
    if arguments.reject {
        return reject_all(&files);
    }
    if io::stdin().is_terminal() && io::stdout().is_terminal() {
        ask_all(&files)
    } else {
        Ok(show_all(&files))
    }
}

fn as_json(file: &PendingFile) -> serde_json::Value {
    json!({
        "file": file.describe(),
        "kind": if file.is_recording() { "recording" } else { "ledger" },
        "diff": review::plain(&file.diff()),
    })
}

fn waiting(count: usize) -> Exit {
    if count == 0 { Exit::Success } else { Exit::Deviations }
}

fn accept_all(files: &[PendingFile], reason: Option<&str>) -> Outcome {
    for file in files {
        let count = file.unexplained()?.len();
        file.accept(&vec![reason.unwrap_or_default().to_owned(); count])
            .map_err(|error| Failure::new(format!("{error}: --reason TEXT")))?;
        outln!("accepted {}", file.describe());
    }
    Ok(Exit::Success)
}

fn reject_all(files: &[PendingFile]) -> Outcome {
    for file in files {
        file.reject()?;
        outln!("rejected {}", file.describe());
    }
    Ok(Exit::Success)
}

fn show_all(files: &[PendingFile]) -> Exit {
    for file in files {
        show(file);
    }
    outln!("{} waiting; accept with `standin review --accept`", files.len());
    waiting(files.len())
}

fn ask_all(files: &[PendingFile]) -> Outcome {
    let mut left = files.len();
    for (index, file) in files.iter().enumerate() {
        outln!("\n[{}/{}]", index + 1, files.len());
        show(file);
        match ask(file)? {
            Decision::Accept(reasons) => file.accept(&reasons)?,
            Decision::Reject => file.reject()?,
            Decision::Skip => continue,
            Decision::Quit => break,
        }
        left -= 1;
    }
    outln!("{left} waiting");
    Ok(waiting(left))
}

fn show(file: &PendingFile) {
    let colours = AutoStream::choice(&io::stdout()) != ColorChoice::Never;
    let styled = |style: Style| if colours { style } else { Style::new() };
    let bold = styled(Style::new().bold());
    let kind = if file.is_recording() { "what the origin said" } else { "how the target differs" };
    outln!("{bold}{}{bold:#} ({kind})", file.describe());
    for (side, line) in file.diff() {
        let (mark, style) = match side {
            Side::Same => (' ', Style::new()),
            Side::Place => (' ', Style::new().dimmed()),
            Side::Before => ('-', AnsiColor::Red.on_default()),
            Side::After => ('+', AnsiColor::Green.on_default()),
        };
        let style = styled(style);
        outln!("{style}{mark} {line}{style:#}");
    }
}

fn ask(file: &PendingFile) -> Result<Decision, Failure> {
    loop {
        match prompt("accept, reject, skip or quit? [a/r/s/q] ")?.as_deref() {
            Some("a" | "accept") => return reasons(file),
            Some("r" | "reject") => return Ok(Decision::Reject),
            Some("s" | "skip") => return Ok(Decision::Skip),
            Some("q" | "quit") | None => return Ok(Decision::Quit),
            Some(_) => {}
        }
    }
}

/// Asks why each deviation is accepted; an empty line takes the reason before it.
fn reasons(file: &PendingFile) -> Result<Decision, Failure> {
    let mut given: Vec<String> = Vec::new();
    for entry in file.unexplained()? {
        loop {
            outln!("{}", entry.line());
            let Some(reason) = prompt("why is it accepted? (empty: as the one before) ")? else {
                return Ok(Decision::Quit);
            };
            let reason = if reason.is_empty() { given.last().cloned() } else { Some(reason) };
            if let Some(reason) = reason {
                given.push(reason);
                break;
            }
        }
    }
    Ok(Decision::Accept(given))
}

/// A line of standard input; none at its end.
fn prompt(question: &str) -> Result<Option<String>, Failure> {
    let mut out = io::stdout();
    write!(out, "{question}")?;
    out.flush()?;
    let mut line = String::new();
    let read = io::stdin().lock().read_line(&mut line)?;
    Ok((read > 0).then(|| line.trim().to_owned()))
}

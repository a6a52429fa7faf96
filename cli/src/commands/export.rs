//! `standin export`: a recording as other tools read it.

use std::path::{Path, PathBuf};

use standin_archive::export::{Exported, Format, export};
use standin_archive::{Folder, Store as _, allowances};
use standin_model::Catalog;
use standin_tape::Sweep;

use crate::exit::{Exit, Failure, Outcome};

/// Write a recording in the format of another tool.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  standin export har snapshots/sqs/fifo -o fifo.har
  standin export vcr snapshots/s3/objects -o spec/cassettes/objects.yml
  standin export vcrpy snapshots/s3/objects > objects.yaml

FORMAT is one of
  har    HTTP Archive 1.2
  vcr    the YAML of Ruby's VCR
  vcrpy  the YAML of Python's vcrpy

Requests and answers are written anew in the protocol that was recorded. Variables get stand-ins, the same in each \
export. Nothing secret is in the file: what was scrubbed says REDACTED or is absent, and signatures have their scope \
and date but no value. Exchanges without a request or an answer (inferred ones, and those of recordings of answers \
alone) are left out and named. The exit code is 2 if nothing could be written.")]
pub(crate) struct Arguments {
    /// The format
    #[arg(value_name = "FORMAT", value_parser = format)]
    format: Format,
    /// The recording, or its folder
    #[arg(value_name = "PATH")]
    path: PathBuf,
    /// Where to write; standard output if absent
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

fn format(name: &str) -> Result<Format, String> {
    let names: Vec<_> = Format::ALL.iter().map(|format| format.name()).collect();
    Format::from_name(name).ok_or_else(|| format!("it is none of {}", names.join(", ")))
}

/// Exports the recording, and names what was left out.
pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let scenarios = standin_archive::find(std::slice::from_ref(&arguments.path))?;
    let [scenario] = scenarios.as_slice() else {
        let (path, count) = (arguments.path.display(), scenarios.len());
        return Err(Failure::new(format!("{path}: holds {count} recordings; name one of them")));
    };
    let recording = scenario.read()?;
    let folder = match arguments.path.is_file() {
        true => arguments.path.parent().unwrap_or(&arguments.path),
        false => &arguments.path,
    };
    let sweep = Sweep::patterns().allowing(allowances(folder)?);
    let exported = export(arguments.format, &recording, Catalog::embedded(), &sweep);
    let exported =
        exported.map_err(|error| Failure::new(format!("{}: {error}", scenario.describe())))?;
    match &arguments.output {
        Some(file) => write(file, &exported)?,
        None => crate::stdout::out!("{}", exported.text),
    }
    say(&exported);
    Ok(Exit::Success)
}

/// Writes the file whole, or not at all.
fn write(file: &Path, exported: &Exported) -> Result<(), Failure> {
    let name = file.file_name().and_then(|name| name.to_str());
    let name =
        name.ok_or_else(|| Failure::new(format!("{}: not a file's name", file.display())))?;
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = Folder::new(folder.unwrap_or_else(|| Path::new(".")));
    Ok(folder.put(name, exported.text.as_bytes())?)
}

#[expect(clippy::print_stderr, reason = "this is the program's edge")]
fn say(exported: &Exported) {
    for (id, reason) in &exported.left_out {
        eprintln!("left out: {id}: {reason}");
    }
    eprintln!("{} exchanges exported", exported.exchanges);
}

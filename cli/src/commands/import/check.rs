//! `standin import --check`: whether what is imported is what was recorded, by a ledger of what isn't.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use standin_archive::Scenario;
use standin_archive::import::{Choice, FileReport, Format, Importer, Outcome as Became, Summary};
use standin_fuzz::recorded::{self, Findings};
use standin_fuzz::{Botocore, Oracle};
use standin_gate::corpus::{CorpusLedger, Drift};
use standin_model::Catalog;
use standin_packages::{Cache, Environment};

use crate::exit::{Exit, Failure, Outcome};
use crate::progress;
use crate::scratch::Scratch;
use crate::stdout::outln;

/// What stands between a line of the ledger and its reason.
const REASON: &str = " | ";

/// The kinds of lines that say their reason themselves.
const PLAIN: [&str; 2] = ["failed", "unusable"];

/// What was found of the files of one format below one path.
#[derive(Default)]
struct Row {
    summary: Summary,
    scenarios: Vec<PathBuf>,
    reading: Findings,
    findings: Findings,
}

type Rows = BTreeMap<(String, &'static str), Row>;

/// Imports the files into a temporary folder, tries what was saved, and compares with the ledger.
pub(super) fn run(choice: Choice, paths: &[PathBuf], ledger: &Path) -> Outcome {
    let catalog = Catalog::embedded();
    let environment: Environment = std::env::vars_os().collect();
    let cache = Cache::of_user(&environment)?;
    let mut oracle = Botocore::start(catalog, &cache, &environment, &|line| super::say(line))?;
    let scratch = Scratch::new("import");
    let mut rows = Rows::new();
    let mut skipped = 0;
    for (at, path) in paths.iter().enumerate() {
        let output = scratch.path().join(at.to_string());
        skipped += import(choice, path, &output, (&mut rows, &mut oracle))?;
    }
    let bar = progress::bar(rows.len(), "folders");
    for row in rows.values_mut() {
        row.prove(catalog, &mut oracle)?;
        bar.inc(1);
    }
    bar.finish_and_clear();
    table(&rows);
    outln!("{skipped} other files were skipped");
    judge(&rows, ledger)
}

/// Imports what is at a path, and tries how its responses were read; how many files were skipped.
fn import(
    choice: Choice,
    path: &Path,
    output: &Path,
    (rows, oracle): (&mut Rows, &mut dyn Oracle),
) -> Result<u32, Failure> {
    let folder = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into());
    let importer = Importer::new(choice, Catalog::embedded(), &[path.to_owned()])?;
    for format in Format::ALL {
        let read = importer.answers().filter(|read| read.format == format);
        let reading = recorded::try_reading(read, oracle)?;
        if reading.answers > 0 {
            rows.entry((folder.clone(), format.name())).or_default().reading = reading;
        }
    }
    let mut seen: Option<PathBuf> = None;
    let summary = importer.run(output, &mut |report: &FileReport| {
        let row = rows.entry((folder.clone(), report.format.name())).or_default();
        row.summary.add(report);
        // A file of several recordings reports each of them.
        if seen.as_ref() != Some(&report.file) {
            row.summary.files += 1;
            seen = Some(report.file.clone());
        }
        if let Became::Saved { scenario, .. } = &report.outcome {
            row.scenarios.push(output.join(scenario));
        }
    });
    Ok(summary.skipped)
}

impl Row {
    fn prove(&mut self, catalog: &'static Catalog, oracle: &mut dyn Oracle) -> Result<(), Failure> {
        let scenarios: Vec<_> =
            self.scenarios.iter().map(|folder| Scenario::in_folder(folder)).collect();
        self.findings = recorded::try_all(&scenarios, catalog, oracle)?;
        Ok(())
    }

    /// The lines of the ledger, with how often each occurs.
    fn lines(&self, folder: &str, format: &str) -> Vec<(String, usize)> {
        let failed = self.summary.failed.iter().map(|(file, reason)| {
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            // Where it would have been written is another place each time.
            let reason = reason.split_once("recording.snap: ").map_or(&**reason, |(_, why)| why);
            (format!("failed {folder} {format} {name}: {reason}"), 1)
        });
        let unusable = self.summary.unusable.iter().map(|(reason, count)| {
            (format!("unusable {folder} {format} {reason}"), *count as usize)
        });
        let faults = self.findings.faults.iter().map(|(line, count)| {
            let (kind, rest) = line.split_once(' ').unwrap_or((line, ""));
            (format!("{kind} {folder} {format} {rest}"), *count)
        });
        let misread = self.reading.faults.iter().map(|(line, count)| {
            let (kind, rest) = line.split_once(' ').unwrap_or((line, ""));
            (format!("read-{kind} {folder} {format} {rest}"), *count)
        });
        failed.chain(unusable).chain(misread).chain(faults).collect()
    }
}

fn table(rows: &Rows) {
    outln!(
        "{:24} {:10} {:>6} {:>10} {:>9} {:>8} {:>8} {:>9} {:>8} {:>9} {:>8} {:>8}",
        "folder",
        "format",
        "files",
        "recordings",
        "exchanges",
        "imported",
        "unusable",
        "responses",
        "read",
        "identical",
        "answers",
        "agreed"
    );
    let mut sum = [0; 10];
    for ((folder, format), Row { summary, reading, findings, .. }) in rows {
        let figures = [
            summary.files as usize,
            summary.recordings as usize,
            summary.exchanges as usize,
            summary.imported as usize,
            summary.unusable.values().sum::<u32>() as usize,
            reading.answers,
            reading.agreed,
            findings.identical,
            findings.answers,
            findings.agreed,
        ];
        print_row((folder, format), figures);
        sum.iter_mut().zip(figures).for_each(|(sum, figure)| *sum += figure);
    }
    print_row(("all", ""), sum);
}

fn print_row((folder, format): (&str, &str), figures: [usize; 10]) {
    let [
        files,
        recordings,
        exchanges,
        imported,
        unusable,
        responses,
        read,
        identical,
        answers,
        agreed,
    ] = figures;
    outln!(
        "{folder:24} {format:10} {files:6} {recordings:10} {exchanges:9} {imported:8} {unusable:8} {responses:9} {read:8} \
         {identical:9} {answers:8} {agreed:8}"
    );
}

/// Compares with the ledger, and writes what it should be beside it where it doesn't fit.
fn judge(rows: &Rows, file: &Path) -> Outcome {
    let lines = rows.iter().flat_map(|((folder, format), row)| row.lines(folder, format));
    let run = CorpusLedger::of_lines(lines);
    let (ledger, reasons) = read(file)?;
    let drift = ledger.drift(&run);
    let new = file.with_extension("ledger.new");
    if drift.is_none() {
        if new.exists() {
            std::fs::remove_file(&new)?;
        }
        return Ok(Exit::Success);
    }
    std::fs::write(&new, with_reasons(&run.write(), &reasons))?;
    print_drift(&drift, file, &new);
    Ok(Exit::Deviations)
}

fn print_drift(drift: &Drift, file: &Path, new: &Path) {
    outln!("{} doesn't fit; {} does:", file.display(), new.display());
    for line in drift.risen.iter().chain(&drift.fallen) {
        outln!("  {line}");
    }
}

/// The ledger, and the reasons of its lines; a line that needs a reason and has none is an error.
fn read(file: &Path) -> Result<(CorpusLedger, BTreeMap<String, String>), Failure> {
    let text = match std::fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(Failure::new(format!("{}: {error}", file.display()))),
    };
    let mut reasons = BTreeMap::new();
    let mut plain = String::new();
    for (at, line) in text.lines().enumerate() {
        let (counted, reason) = line.split_once(REASON).unwrap_or((line, ""));
        let kind = counted.split(' ').nth(1).unwrap_or_default();
        if reason.trim().is_empty() && !PLAIN.contains(&kind) {
            let (file, line) = (file.display(), at + 1);
            return Err(Failure::new(format!("{file}:{line}: no reason after `{REASON}`")));
        }
        let key = counted.split_once(' ').map_or(counted, |(_, key)| key);
        reasons.insert(key.to_owned(), reason.to_owned());
        plain.push_str(counted);
        plain.push('\n');
    }
    let ledger = CorpusLedger::read(&plain);
    let ledger = ledger.map_err(|error| Failure::new(format!("{}: {error}", file.display())))?;
    Ok((ledger, reasons))
}

/// The text of a ledger with the reasons that are known, and room for the others.
fn with_reasons(text: &str, reasons: &BTreeMap<String, String>) -> String {
    let line = |line: &str| {
        let (_, key) = line.split_once(' ').unwrap_or(("", line));
        let is_plain = key.split(' ').next().is_some_and(|kind| PLAIN.contains(&kind));
        let reason = reasons.get(key).map_or("", String::as_str);
        match is_plain {
            true => format!("{line}\n"),
            false => format!("{line}{REASON}{reason}\n"),
        }
    };
    text.lines().map(line).collect()
}

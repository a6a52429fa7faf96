//! Writes the seeds of fuzzing to files: `cargo run -p standin-hostile --example seeds -- fuzz/corpus ../shared/conformance`.
//!
//! The second folder, of published vectors, may be left out.

use std::path::PathBuf;
use std::{fs, io};

use standin_hostile::{TARGETS, vectors};

fn main() -> io::Result<()> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let corpus = arguments.next().unwrap_or_else(|| PathBuf::from("fuzz/corpus"));
    let vectors = arguments.next().map(|root| vectors::read(&root)).unwrap_or_default();
    for target in TARGETS {
        let folder = corpus.join(target.name);
        fs::create_dir_all(&folder)?;
        let others = vectors.iter().filter(|(name, _)| *name == target.name);
        let inputs = (target.seeds)().into_iter().chain(others.map(|(_, input)| input.clone()));
        for (number, input) in inputs.enumerate() {
            fs::write(folder.join(format!("seed-{number:04}")), input)?;
        }
    }
    Ok(())
}

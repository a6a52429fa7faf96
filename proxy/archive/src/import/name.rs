//! Names of imported scenarios.

use std::collections::{HashMap, HashSet};
use std::path::{Component, Path, PathBuf};

/// A name for each file, unique, from what its path says beyond what all share.
pub(super) fn names(files: &[PathBuf]) -> Vec<String> {
    let words: Vec<Vec<String>> = files.iter().map(|file| words(file)).collect();
    let shared = shared_prefix(&words);
    let wanted: Vec<_> = words.iter().map(|words| words[shared..].join("-")).collect();
    let mut count: HashMap<&str, u32> = HashMap::new();
    let mut taken: HashSet<String> = HashSet::new();
    let mut names = Vec::new();
    for name in &wanted {
        let ordinal = count.entry(name).or_default();
        let free = loop {
            *ordinal += 1;
            let candidate = if *ordinal == 1 { name.clone() } else { format!("{name}-{ordinal}") };
            if taken.insert(candidate.clone()) {
                break candidate;
            }
        };
        names.push(free);
    }
    names
}

fn words(file: &Path) -> Vec<String> {
    let mut words: Vec<_> = file
        .with_extension("")
        .components()
        .filter_map(|component| match component {
            Component::Normal(name) => Some(plain(&name.to_string_lossy())),
            _ => None,
        })
        .filter(|word| word != "testdata")
        .collect();
    if words.is_empty() {
        words.push("recording".to_owned());
    }
    words
}

fn plain(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '@');
    let text: String = text.chars().map(|c| if is_plain(c) { c } else { '-' }).collect();
    // A leading dot would hide the folder.
    text.trim_start_matches('.').to_owned()
}

/// How many words all files begin with; the last word of each is its own.
fn shared_prefix(words: &[Vec<String>]) -> usize {
    let Some(first) = words.first() else { return 0 };
    let longest = words.iter().map(|words| words.len() - 1).min().unwrap_or(0);
    (0..longest).take_while(|at| words.iter().all(|words| words[*at] == first[*at])).count()
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::names;

    #[test]
    fn names_are_short_plain_and_unique() {
        let files =
            ["/x/blob/testdata/A/b c.replay", "/x/blob/testdata/A/b_c.replay", "/x/kms/d.replay"];
        assert_eq!(names(&files.map(PathBuf::from)), ["blob-A-b-c", "blob-A-b_c", "kms-d"]);
        let twins = ["a/b c.replay", "a/b?c.replay"].map(PathBuf::from);
        assert_eq!(names(&twins), ["b-c", "b-c-2"]);
        assert_eq!(names(&[PathBuf::from("/x/only.replay")]), ["only"]);
        assert_eq!(names(&[]), Vec::<String>::new());
    }
}

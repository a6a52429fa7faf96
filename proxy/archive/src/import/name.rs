//! Names of imported scenarios.

use std::collections::{HashMap, HashSet};
use std::path::{Component, Path};

/// How long the name of a scenario may be; file systems take 255 bytes.
const LONGEST: usize = 150;

/// A name for each section, unique, from what its file's path says beyond what all share, and its own name.
pub(super) fn names(sections: &[(&Path, Option<&str>)]) -> Vec<String> {
    let words: Vec<Vec<String>> = sections.iter().map(|(file, _)| words(file)).collect();
    let shared = shared_prefix(&words);
    let wanted = words.iter().zip(sections).map(|(words, (_, name))| {
        let own = name.map(plain);
        let parts = words[shared..].iter().map(String::as_str).chain(own.as_deref());
        let mut name = parts.collect::<Vec<_>>().join("-");
        name.truncate(LONGEST);
        name
    });
    unique(wanted.collect())
}

fn unique(wanted: Vec<String>) -> Vec<String> {
    let mut count: HashMap<String, u32> = HashMap::new();
    let mut taken: HashSet<String> = HashSet::new();
    let mut names = Vec::new();
    for name in wanted {
        let ordinal = count.entry(name.clone()).or_default();
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
    use std::path::Path;

    use super::LONGEST;

    fn names(files: &[&str]) -> Vec<String> {
        let files: Vec<_> = files.iter().map(|file| (Path::new(*file), None)).collect();
        super::names(&files)
    }

    #[test]
    fn sections_add_their_names_which_may_be_long() {
        let file = Path::new("/x/test_s3.snapshot.json");
        let names = super::names(&[(file, Some("A::b[c]")), (file, Some("A::b[c]"))]);
        assert_eq!(names, ["test_s3.snapshot-A--b-c-", "test_s3.snapshot-A--b-c--2"]);
        let long = super::names(&[(file, Some(&"x".repeat(400)))]);
        assert_eq!(long[0].len(), LONGEST);
    }

    #[test]
    fn names_are_short_plain_and_unique() {
        let files =
            ["/x/blob/testdata/A/b c.replay", "/x/blob/testdata/A/b_c.replay", "/x/kms/d.replay"];
        assert_eq!(names(&files), ["blob-A-b-c", "blob-A-b_c", "kms-d"]);
        let twins = ["a/b c.replay", "a/b?c.replay"];
        assert_eq!(names(&twins), ["b-c", "b-c-2"]);
        assert_eq!(names(&["/x/only.replay"]), ["only"]);
        assert_eq!(names(&[]), Vec::<String>::new());
    }
}

//! Reads botocore's data out of a wheel, which is a zip archive.

use std::collections::BTreeMap;
use std::io::Read;

use super::Source;

/// The data files of a botocore wheel.
#[derive(Debug)]
pub struct Wheel {
    bytes: Vec<u8>,
    version: Option<String>,
    files: BTreeMap<String, Entry>,
}

/// A wheel could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WheelError {
    /// The bytes don't end as a zip archive does, or its directory is damaged.
    #[error("not a zip archive, or a damaged one")]
    NotAnArchive,
    /// The archive has no `botocore/data`.
    #[error("no botocore/data in the archive")]
    NoData,
}

/// Where a file lies in the archive.
#[derive(Clone, Copy, Debug)]
struct Entry {
    /// Of the local header, from the start.
    header: usize,
    compressed: usize,
    content: usize,
    method: u16,
}

const DATA: &str = "botocore/data/";
const DIRECTORY_END: [u8; 4] = *b"PK\x05\x06";
const DIRECTORY_ENTRY: [u8; 4] = *b"PK\x01\x02";
const LOCAL_HEADER: [u8; 4] = *b"PK\x03\x04";
/// No data file is larger than this when decompressed.
const LARGEST_FILE: usize = 64 << 20;

impl Wheel {
    /// Reads the directory of a wheel.
    pub fn open(bytes: Vec<u8>) -> Result<Self, WheelError> {
        let entries = directory(&bytes).ok_or(WheelError::NotAnArchive)?;
        let version = entries.keys().find_map(|path| {
            let rest = path.strip_prefix("botocore-")?;
            Some(rest.split_once(".dist-info/")?.0.to_owned())
        });
        let files = entries.into_iter();
        let files: BTreeMap<_, _> = files
            .filter_map(|(path, entry)| Some((path.strip_prefix(DATA)?.to_owned(), entry)))
            .collect();
        if files.is_empty() {
            return Err(WheelError::NoData);
        }
        Ok(Self { bytes, version, files })
    }
}

impl Source for Wheel {
    fn paths(&self) -> Vec<String> {
        self.files.keys().cloned().collect()
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        let entry = self.files.get(path).ok_or("no such file in the wheel")?;
        content(&self.bytes, entry).ok_or_else(|| "damaged in the wheel".to_owned())
    }

    fn version(&self) -> Option<String> {
        self.version.clone()
    }
}

fn directory(bytes: &[u8]) -> Option<BTreeMap<String, Entry>> {
    // The record lies at the end, before a comment of at most 64 KiB.
    let tail = bytes.len().saturating_sub(22 + 0xffff);
    let end = tail + bytes[tail..].windows(4).rposition(|window| window == DIRECTORY_END)?;
    let count = short(bytes, end + 10)?;
    let mut at = long(bytes, end + 16)?;
    let mut files = BTreeMap::new();
    for _ in 0..count {
        if bytes.get(at..at.checked_add(4)?)? != DIRECTORY_ENTRY {
            return None;
        }
        let name_length = short(bytes, at + 28)?;
        let name = bytes.get(at + 46..at + 46 + name_length)?;
        let entry = Entry {
            header: long(bytes, at + 42)?,
            compressed: long(bytes, at + 20)?,
            content: long(bytes, at + 24)?,
            method: u16::try_from(short(bytes, at + 10)?).ok()?,
        };
        files.insert(String::from_utf8_lossy(name).into_owned(), entry);
        at += 46 + name_length + short(bytes, at + 30)? + short(bytes, at + 32)?;
    }
    Some(files)
}

fn content(bytes: &[u8], entry: &Entry) -> Option<Vec<u8>> {
    let at = entry.header;
    if bytes.get(at..at.checked_add(4)?)? != LOCAL_HEADER || entry.content > LARGEST_FILE {
        return None;
    }
    let start = at + 30 + short(bytes, at + 26)? + short(bytes, at + 28)?;
    let stored = bytes.get(start..start.checked_add(entry.compressed)?)?;
    let content = match entry.method {
        0 => stored.to_vec(),
        8 => {
            let mut content = Vec::with_capacity(entry.content);
            let limit = entry.content as u64 + 1;
            flate2::read::DeflateDecoder::new(stored).take(limit).read_to_end(&mut content).ok()?;
            content
        }
        _ => return None,
    };
    (content.len() == entry.content).then_some(content)
}

fn short(bytes: &[u8], at: usize) -> Option<usize> {
    let field = bytes.get(at..at.checked_add(2)?)?;
    Some(usize::from(u16::from_le_bytes([field[0], field[1]])))
}

fn long(bytes: &[u8], at: usize) -> Option<usize> {
    let field = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes([field[0], field[1], field[2], field[3]]) as usize)
}

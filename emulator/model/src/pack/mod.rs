//! The pack: every service's model in one file of bytes.
//!
//! Layout: eight bytes of magic, the format's number and the index frame's two lengths (little-endian
//! 32-bit numbers), the index frame, then all other frames. A frame is zstd with a checksum; its content is
//! postcard, decoded with strings borrowed from the leaked buffer, so that names are never copied.

mod build;
mod validate;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use crate::endpoints::{Partitions, RuleSet};
use crate::{Name, Service, ServiceEntry};

pub use build::{Built, Effort, build};

const MAGIC: &[u8; 8] = b"STDNPACK";
const FORMAT: u32 = 1;
const HEADER: usize = 20;

/// No frame may claim to be larger than this when decompressed.
const LARGEST_FRAME: u32 = 64 << 20;

/// The bytes of a pack are not a pack that this program can read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PackError {
    /// The bytes don't start with the magic, or end within the header.
    #[error("not a pack of models")]
    NotAPack,
    /// The pack was written by another version of this program.
    #[error("pack format {0}, this program reads {FORMAT}")]
    Format(u32),
    /// A frame lies outside the bytes, is too large, or doesn't decompress.
    #[error("the frame of {0} is damaged")]
    Frame(String),
    /// A frame's content is not what the format says.
    #[error("the content of {0} is damaged: {1}")]
    Content(String, String),
}

/// Where a frame lies and how large its content is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Frame {
    /// From the end of the index frame.
    offset: u32,
    length: u32,
    content: u32,
}

/// What the index frame holds.
#[derive(Debug, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub(crate) struct Index {
    /// botocore's version.
    pub(crate) version: Name,
    /// The services, sorted by name.
    pub(crate) services: Vec<ServiceEntry>,
    /// Each service's model, in the same order.
    models: Vec<Frame>,
    /// Each service's endpoint rules, in the same order; an empty frame where there are none.
    rules: Vec<Frame>,
    /// The partitions; an empty frame where there are none.
    partitions: Frame,
    /// The patches that were applied.
    patches: Frame,
}

/// An opened pack: its index is decoded, its frames are not.
#[derive(Debug)]
pub(crate) struct Pack {
    index: Index,
    frames: &'static [u8],
}

impl Pack {
    /// Reads the header and the index, for as long as the process lives.
    pub(crate) fn open(bytes: &'static [u8]) -> Result<&'static Self, PackError> {
        let header = bytes.get(..HEADER).ok_or(PackError::NotAPack)?;
        if &header[..8] != MAGIC {
            return Err(PackError::NotAPack);
        }
        match number(header, 8) {
            FORMAT => {}
            other => return Err(PackError::Format(other)),
        }
        let frame = Frame { offset: 0, length: number(header, 12), content: number(header, 16) };
        let index: Index = decode(&bytes[HEADER..], frame, "the index")?;
        validate::index(&index)?;
        let frames = &bytes[HEADER + frame.length as usize..];
        Ok(Box::leak(Box::new(Self { index, frames })))
    }

    pub(crate) fn index(&self) -> &Index {
        &self.index
    }

    /// Decodes the service at a place of the index, for as long as the process lives.
    pub(crate) fn service(&self, place: usize) -> Result<&'static Service, PackError> {
        let name = self.index.services[place].name;
        let service: Service = decode(self.frames, self.index.models[place], name)?;
        validate::service(&service)?;
        Ok(Box::leak(Box::new(service)))
    }

    /// Decodes the endpoint rules of the service at a place, for as long as the process lives.
    pub(crate) fn rules(&self, place: usize) -> Result<Option<&'static RuleSet>, PackError> {
        self.optional(self.index.rules[place], self.index.services[place].name)
    }

    /// Decodes the partitions, for as long as the process lives.
    pub(crate) fn partitions(&self) -> Result<Option<&'static Partitions>, PackError> {
        self.optional(self.index.partitions, "the partitions")
    }

    fn optional<T: Deserialize<'static>>(
        &self,
        frame: Frame,
        what: &str,
    ) -> Result<Option<&'static T>, PackError> {
        if frame == Frame::default() {
            return Ok(None);
        }
        let decoded: T = decode(self.frames, frame, what)?;
        Ok(Some(Box::leak(Box::new(decoded))))
    }

    /// The patch files that the models were built with: name and text.
    pub(crate) fn patches(&self) -> Result<Vec<(String, String)>, PackError> {
        decode(self.frames, self.index.patches, "the patches")
    }
}

fn number(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

fn decode<T: Deserialize<'static>>(
    bytes: &'static [u8],
    frame: Frame,
    what: &str,
) -> Result<T, PackError> {
    let content = decompress(bytes, frame).ok_or_else(|| PackError::Frame(what.to_owned()))?;
    postcard::from_bytes(Vec::leak(content))
        .map_err(|error| PackError::Content(what.to_owned(), error.to_string()))
}

fn decompress(bytes: &[u8], frame: Frame) -> Option<Vec<u8>> {
    let start = frame.offset as usize;
    let compressed = bytes.get(start..start.checked_add(frame.length as usize)?)?;
    if frame.content > LARGEST_FRAME {
        return None;
    }
    let content = zstd::bulk::decompress(compressed, frame.content as usize).ok()?;
    (content.len() == frame.content as usize).then_some(content)
}

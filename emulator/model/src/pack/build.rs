//! Makes a pack from botocore's data files.

use serde::Serialize;

use super::{FORMAT, Frame, HEADER, Index, MAGIC};
use crate::botocore::{self, BuildError, Read, Source};
use crate::{Location, Operation, OperationEntry, Service, ServiceEntry, ShapeKind};

/// How hard to compress.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effort {
    /// For the tree: as small as it gets.
    Smallest,
    /// For use in this process.
    Quick,
}

/// A pack and what went into it.
#[derive(Clone, Debug)]
pub struct Built {
    /// The pack.
    pub bytes: Vec<u8>,
    /// How many services it has.
    pub services: usize,
    /// How many operations they have in sum.
    pub operations: usize,
    /// How many shapes they have in sum.
    pub shapes: usize,
}

/// Builds a pack from botocore's data and patch files (name and text). The same input gives the same bytes.
pub fn build(
    source: &dyn Source,
    patches: &[(String, String)],
    effort: Effort,
) -> Result<Built, BuildError> {
    let mut frames = Frames::new(effort);
    let mut index = Index {
        version: botocore::version(source),
        services: Vec::new(),
        models: Vec::new(),
        rules: Vec::new(),
        partitions: Frame::default(),
        patches: Frame::default(),
    };
    let mut patchset = botocore::Patches::parse(patches)?;
    for read in botocore::services(source, &mut patchset)? {
        let Read { service, rules } = read?;
        index.models.push(frames.add(&service));
        index.rules.push(rules.map_or(Frame::default(), |rules| frames.add(&rules)));
        index.services.push(entry(&service));
    }
    if let Some(partitions) = botocore::partitions(source)? {
        index.partitions = frames.add(&partitions);
    }
    patchset.finish()?;
    index.patches = frames.add(&patches);
    Ok(Built {
        services: index.services.len(),
        operations: index.services.iter().map(|entry| entry.operations.len()).sum(),
        shapes: index.services.iter().map(|entry| entry.shapes as usize).sum(),
        bytes: frames.finish(&index),
    })
}

/// Frames that are already compressed.
struct Frames {
    level: i32,
    bytes: Vec<u8>,
}

impl Frames {
    fn new(effort: Effort) -> Self {
        Self { level: if effort == Effort::Smallest { 19 } else { 1 }, bytes: Vec::new() }
    }

    fn add(&mut self, content: &impl Serialize) -> Frame {
        let offset = size(self.bytes.len());
        let (compressed, content) = self.compress(content);
        self.bytes.extend_from_slice(&compressed);
        Frame { offset, length: size(compressed.len()), content }
    }

    fn finish(self, index: &Index) -> Vec<u8> {
        let (compressed, content) = self.compress(index);
        let mut pack = Vec::with_capacity(HEADER + compressed.len() + self.bytes.len());
        pack.extend_from_slice(MAGIC);
        for number in [FORMAT, size(compressed.len()), content] {
            pack.extend_from_slice(&number.to_le_bytes());
        }
        pack.extend_from_slice(&compressed);
        pack.extend_from_slice(&self.bytes);
        pack
    }

    fn compress(&self, content: &impl Serialize) -> (Vec<u8>, u32) {
        let content = postcard::to_allocvec(content).expect("models have only sized parts");
        let mut compressor =
            zstd::bulk::Compressor::new(self.level).expect("the level is one of zstd's");
        compressor
            .include_checksum(true)
            .and_then(|()| compressor.compress(&content))
            .map(|compressed| (compressed, size(content.len())))
            .expect("the buffer is as large as zstd asks")
    }
}

fn size(length: usize) -> u32 {
    u32::try_from(length).expect("all models together are some megabytes")
}

fn entry(service: &Service) -> ServiceEntry {
    let metadata = &service.metadata;
    ServiceEntry {
        name: metadata.name,
        service_id: metadata.service_id,
        full_name: metadata.full_name,
        api_version: metadata.api_version,
        signing_name: metadata.signing_name,
        endpoint_prefix: metadata.endpoint_prefix,
        target_prefix: metadata.target_prefix,
        json_version: metadata.json_version,
        global_endpoint: metadata.global_endpoint,
        protocols: metadata.protocols.clone(),
        shapes: size(service.shapes.len()),
        operations: service.operations.iter().map(|op| operation_entry(service, op)).collect(),
    }
}

fn operation_entry(service: &Service, operation: &Operation) -> OperationEntry {
    OperationEntry {
        name: operation.name,
        method: operation.http.method,
        uri: operation.http.uri,
        host_prefix: operation.host_prefix,
        required_query: required(service, operation, Location::QueryString),
        required_headers: required(service, operation, Location::Header),
        deprecated: operation.deprecated,
    }
}

fn required(service: &Service, operation: &Operation, location: Location) -> Vec<&'static str> {
    let Some(ShapeKind::Structure(input)) = operation.input.map(|id| &service.shape(id).kind)
    else {
        return Vec::new();
    };
    let members = input.members.iter().filter(|member| member.required);
    members.filter(|member| member.location == location).map(crate::Member::wire_name).collect()
}

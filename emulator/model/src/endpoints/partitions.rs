//! Partitions: groups of regions with a DNS suffix of their own.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::Value;
use crate::Name;
use crate::botocore::Names;

/// All partitions, the default one first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Partitions(Vec<Partition>);

/// A group of regions with a DNS suffix of their own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Partition {
    /// Its name, as in ARNs (`aws`, `aws-cn`).
    pub id: Name,
    /// What host names end with.
    pub dns_suffix: Name,
    /// The region of services that have but one.
    pub global_region: Name,
    /// Its regions, by name.
    pub regions: Vec<Region>,
    /// What the names of its regions look like, of those too that aren't listed yet.
    pattern: Vec<Piece>,
    /// All that rules may ask of it.
    outputs: Vec<(Name, Value)>,
}

/// A region of a partition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Region {
    /// Its name (`eu-west-1`).
    pub name: Name,
    /// Where it is, in words.
    pub description: Name,
    /// What rules get told otherwise than of its partition.
    outputs: Vec<(Name, Value)>,
}

/// A piece of a region's name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
enum Piece {
    /// One of these.
    OneOf(Vec<Name>),
    /// Letters, digits and underscores, at least one.
    Word,
    /// Digits, at least one.
    Digits,
}

#[derive(Deserialize)]
struct RawPartitions {
    partitions: Vec<RawPartition>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawPartition {
    id: String,
    region_regex: String,
    outputs: serde_json::Map<String, serde_json::Value>,
    regions: serde_json::Map<String, serde_json::Value>,
}

impl Partitions {
    /// Reads partitions from their JSON text. What they name is kept for the life of the process.
    pub(crate) fn read(text: &[u8], names: &mut Names) -> Result<Self, String> {
        let raw: RawPartitions = serde_json::from_slice(text).map_err(|error| error.to_string())?;
        raw.partitions.iter().map(|raw| partition(raw, names)).collect::<Result<_, _>>().map(Self)
    }

    /// All of them, the default one first.
    pub fn all(&self) -> &[Partition] {
        &self.0
    }

    /// The partition that a region is in; the first one for regions that none knows.
    pub fn find(&self, region: &str) -> Option<&Partition> {
        let listed = self.0.iter().find(|it| it.region(region).is_some());
        let alike = || self.0.iter().find(|it| matches(&it.pattern, region));
        listed.or_else(alike).or_else(|| self.0.first())
    }

    /// What rules may ask of the partition of a region.
    pub(super) fn of_region(&self, region: &str) -> Option<Value> {
        let partition = self.find(region)?;
        let own = partition.region(region).map_or(&[][..], |region| &region.outputs);
        let inherited = partition.outputs.iter();
        let inherited = inherited.filter(|(name, _)| own.iter().all(|(key, _)| key != name));
        let outputs = own.iter().chain(inherited);
        let mut outputs: Vec<_> =
            outputs.map(|(name, value)| (Cow::Borrowed(*name), value.clone())).collect();
        if !outputs.iter().any(|(name, _)| name == "name") {
            outputs.push(("name".into(), partition.id.into()));
        }
        Some(Value::Object(outputs))
    }
}

impl Partition {
    /// What host names of its endpoints end with, those that answer over IPv6 too.
    pub fn dns_suffixes(&self) -> impl Iterator<Item = &str> {
        let dual = self.outputs.iter().find(|(name, _)| *name == "dualStackDnsSuffix");
        let dual = dual.and_then(|(_, value)| value.as_str());
        std::iter::once(self.dns_suffix).chain(dual.filter(|it| *it != self.dns_suffix))
    }

    /// A region by name.
    pub fn region(&self, name: &str) -> Option<&Region> {
        self.regions.iter().find(|region| region.name == name)
    }
}

fn partition(raw: &RawPartition, names: &mut Names) -> Result<Partition, String> {
    let text =
        |name: &str| raw.outputs.get(name).and_then(|json| json.as_str()).unwrap_or_default();
    let regions = raw.regions.iter().map(|(name, json)| {
        let description = json.get("description").and_then(|text| text.as_str());
        let mut own = json.as_object().cloned().unwrap_or_default();
        own.remove("description");
        Region {
            name: names.keep(name),
            description: names.keep(description.unwrap_or_default()),
            outputs: outputs(&own, names),
        }
    });
    let mut regions: Vec<_> = regions.collect();
    regions.sort_by_key(|region| region.name);
    Ok(Partition {
        regions,
        id: names.keep(&raw.id),
        dns_suffix: names.keep(text("dnsSuffix")),
        global_region: names.keep(text("implicitGlobalRegion")),
        pattern: pattern(&raw.region_regex, names)
            .ok_or_else(|| format!("region pattern {}", raw.region_regex))?,
        outputs: outputs(&raw.outputs, names),
    })
}

fn outputs(
    raw: &serde_json::Map<String, serde_json::Value>,
    names: &mut Names,
) -> Vec<(Name, Value)> {
    let outputs = raw.iter();
    outputs.filter_map(|(name, json)| Some((names.keep(name), super::read::value(json)?))).collect()
}

/// Region patterns are regular expressions of few forms: `^(us|eu)\-\w+\-\d+$`.
fn pattern(regex: &str, names: &mut Names) -> Option<Vec<Piece>> {
    let mut rest = regex.strip_prefix('^')?.strip_suffix('$')?;
    let mut pieces = Vec::new();
    while !rest.is_empty() {
        let piece;
        (piece, rest) = if let Some(after) = rest.strip_prefix("\\w+") {
            (Piece::Word, after)
        } else if let Some(after) = rest.strip_prefix("\\d+") {
            (Piece::Digits, after)
        } else if let Some(after) = rest.strip_prefix("\\-") {
            (Piece::OneOf(vec!["-"]), after)
        } else if let Some(group) = rest.strip_prefix('(') {
            let (choices, after) = group.split_once(')')?;
            (Piece::OneOf(choices.split('|').map(|choice| names.keep(choice)).collect()), after)
        } else {
            let plain = rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
            let (plain, after) = rest.split_at_checked(plain).filter(|(it, _)| !it.is_empty())?;
            (Piece::OneOf(vec![names.keep(plain)]), after)
        };
        pieces.push(piece);
    }
    Some(pieces)
}

fn matches(pieces: &[Piece], text: &str) -> bool {
    let Some((piece, others)) = pieces.split_first() else { return text.is_empty() };
    let longest = |fits: fn(char) -> bool| {
        let end = text.find(|c| !fits(c)).unwrap_or(text.len());
        // What follows a word or a number in these patterns can't be part of it.
        end > 0 && matches(others, &text[end..])
    };
    match piece {
        Piece::Word => longest(|c| c.is_ascii_alphanumeric() || c == '_'),
        Piece::Digits => longest(|c| c.is_ascii_digit()),
        Piece::OneOf(choices) => {
            let mut rests = choices.iter().filter_map(|choice| text.strip_prefix(choice));
            rests.any(|rest| matches(others, rest))
        }
    }
}

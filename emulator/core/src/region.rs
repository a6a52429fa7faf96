//! Regions and the partitions they lie in.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// A region's name (`eu-central-1`); cheap to clone.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Region(Arc<str>);

/// A region's name must be lower-case letters, digits and inner hyphens, at most 63.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a region's name")]
pub struct InvalidRegion;

/// A group of regions that share accounts and a DNS suffix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Partition {
    /// The commercial regions.
    Aws,
    /// China.
    AwsCn,
    /// The United States' government.
    AwsUsGov,
    /// Isolated, United States.
    AwsIso,
    /// Isolated, United States, secret.
    AwsIsoB,
    /// Isolated, Europe.
    AwsIsoE,
    /// Isolated, United States, third.
    AwsIsoF,
    /// The European sovereign cloud.
    AwsEusc,
}

/// What a region of a partition begins with; every other region is commercial.
const PREFIXES: [(&str, Partition); 7] = [
    ("cn-", Partition::AwsCn),
    ("us-gov-", Partition::AwsUsGov),
    ("us-iso-", Partition::AwsIso),
    ("us-isob-", Partition::AwsIsoB),
    ("eu-isoe-", Partition::AwsIsoE),
    ("us-isof-", Partition::AwsIsoF),
    ("eusc-", Partition::AwsEusc),
];

impl Region {
    /// The region of requests that name none.
    pub fn us_east_1() -> Self {
        Self("us-east-1".into())
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The partition the region lies in.
    pub fn partition(&self) -> Partition {
        let found = PREFIXES.iter().find(|(prefix, _)| self.0.starts_with(prefix));
        found.map_or(Partition::Aws, |(_, partition)| *partition)
    }
}

impl Partition {
    /// All there are.
    pub const ALL: [Self; 8] = [
        Self::Aws,
        Self::AwsCn,
        Self::AwsUsGov,
        Self::AwsIso,
        Self::AwsIsoB,
        Self::AwsIsoE,
        Self::AwsIsoF,
        Self::AwsEusc,
    ];

    /// The name in ARNs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Aws => "aws",
            Self::AwsCn => "aws-cn",
            Self::AwsUsGov => "aws-us-gov",
            Self::AwsIso => "aws-iso",
            Self::AwsIsoB => "aws-iso-b",
            Self::AwsIsoE => "aws-iso-e",
            Self::AwsIsoF => "aws-iso-f",
            Self::AwsEusc => "aws-eusc",
        }
    }

    /// The end of its host names.
    pub fn dns_suffix(self) -> &'static str {
        match self {
            Self::Aws | Self::AwsUsGov => "amazonaws.com",
            Self::AwsCn => "amazonaws.com.cn",
            Self::AwsIso => "c2s.ic.gov",
            Self::AwsIsoB => "sc2s.sgov.gov",
            Self::AwsIsoE => "cloud.adc-e.uk",
            Self::AwsIsoF => "csp.hci.ic.gov",
            Self::AwsEusc => "amazonaws.eu",
        }
    }
}

impl FromStr for Region {
    type Err = InvalidRegion;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        let hyphen_outside = text.starts_with('-') || text.ends_with('-');
        if text.is_empty() || text.len() > 63 || hyphen_outside || !text.bytes().all(allowed) {
            return Err(InvalidRegion);
        }
        Ok(Self(text.into()))
    }
}

impl AsRef<str> for Region {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Partition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_know_their_partition() {
        for (region, partition) in [
            ("us-east-1", "aws"),
            ("cn-north-1", "aws-cn"),
            ("us-gov-west-1", "aws-us-gov"),
            ("us-iso-east-1", "aws-iso"),
            ("us-isob-east-1", "aws-iso-b"),
            ("eusc-de-east-1", "aws-eusc"),
            ("mars-1", "aws"),
        ] {
            let region: Region = region.parse().expect(region);
            assert_eq!(region.partition().as_str(), partition, "{region}");
        }
    }

    #[test]
    fn what_is_no_name_is_refused() {
        for wrong in ["", "-", "us_east_1", "US-EAST-1", "us-east-1-", "a/b", &"a".repeat(64)] {
            assert_eq!(wrong.parse::<Region>(), Err(InvalidRegion), "{wrong}");
        }
    }
}

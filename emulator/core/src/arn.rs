//! Amazon resource names.

use std::fmt;
use std::str::FromStr;

use crate::{AccountId, Partition, Region};

/// An Amazon resource name: `arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Arn {
    /// The partition.
    pub partition: String,
    /// The service's namespace.
    pub service: String,
    /// The region; empty for global resources.
    pub region: String,
    /// The account; empty where the resource's name is unique without (S3), `aws` for AWS's own.
    pub account: String,
    /// The rest, colons and slashes included.
    pub resource: String,
}

/// A text is no ARN.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidArn {
    /// It doesn't begin with `arn:`.
    #[error("does not begin with arn:")]
    Prefix,
    /// It has fewer than six parts.
    #[error("has fewer than six parts")]
    Parts,
    /// Its partition, service or resource is empty.
    #[error("has an empty partition, service or resource")]
    Empty,
}

impl Arn {
    /// The name of a regional resource.
    pub fn regional(
        service: &str,
        region: &Region,
        account: AccountId,
        resource: impl Into<String>,
    ) -> Self {
        let region_name = region.as_str().to_owned();
        Self { region: region_name, ..Self::global(service, region.partition(), account, resource) }
    }

    /// The name of a resource without a region.
    pub fn global(
        service: &str,
        partition: Partition,
        account: AccountId,
        resource: impl Into<String>,
    ) -> Self {
        Self {
            partition: partition.as_str().to_owned(),
            service: service.to_owned(),
            region: String::new(),
            account: account.as_str().to_owned(),
            resource: resource.into(),
        }
    }

    /// The account as an id, if it is one.
    pub fn account_id(&self) -> Option<AccountId> {
        self.account.parse().ok()
    }
}

impl FromStr for Arn {
    type Err = InvalidArn;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let rest = text.strip_prefix("arn:").ok_or(InvalidArn::Prefix)?;
        let mut parts = rest.splitn(5, ':').map(str::to_owned);
        let mut next = || parts.next().ok_or(InvalidArn::Parts);
        let arn = Self {
            partition: next()?,
            service: next()?,
            region: next()?,
            account: next()?,
            resource: next()?,
        };
        if arn.partition.is_empty() || arn.service.is_empty() || arn.resource.is_empty() {
            return Err(InvalidArn::Empty);
        }
        Ok(arn)
    }
}

impl fmt::Display for Arn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { partition, service, region, account, resource } = self;
        write!(f, "arn:{partition}:{service}:{region}:{account}:{resource}")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn parts_are_told_apart() {
        let arn: Arn = "arn:aws-cn:iam::123456789012:role/a:b/c".parse().expect("valid");
        assert_eq!(arn.partition, "aws-cn");
        assert_eq!((arn.region.as_str(), arn.resource.as_str()), ("", "role/a:b/c"));
        assert_eq!(arn.account_id().expect("digits").as_str(), "123456789012");
    }

    #[test]
    fn what_is_no_arn_is_refused() {
        assert_eq!("ARN:aws:sqs:::q".parse::<Arn>(), Err(InvalidArn::Prefix));
        assert_eq!("arn:aws:sqs:us-east-1:0".parse::<Arn>(), Err(InvalidArn::Parts));
        assert_eq!("arn::sqs:us-east-1:0:q".parse::<Arn>(), Err(InvalidArn::Empty));
        assert_eq!("arn:aws:sqs:us-east-1:0:".parse::<Arn>(), Err(InvalidArn::Empty));
    }

    proptest! {
        #[test]
        fn a_parsed_arn_writes_the_same_text(text in "arn:.{0,40}|(arn|[a-z]{1,3}|:){3,12}") {
            if let Ok(arn) = text.parse::<Arn>() {
                prop_assert_eq!(arn.to_string(), text);
            }
        }

        #[test]
        fn any_parts_round_trip(
            parts in proptest::collection::vec("[a-z0-9-]{1,8}", 4), resource in "[^\n]{1,20}",
        ) {
            let [partition, service, region, account] = &parts[..] else { unreachable!() };
            let arn = Arn {
                partition: partition.clone(), service: service.clone(), region: region.clone(),
                account: account.clone(), resource,
            };
            prop_assert_eq!(arn.to_string().parse::<Arn>(), Ok(arn));
        }
    }
}

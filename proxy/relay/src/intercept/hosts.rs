//! Which hosts are AWS's.

use standin_model::Catalog;
use standin_model::endpoints::{Partition, Partitions};

/// Domains of function URLs, which no partition names.
const FURTHER: [&str; 2] = ["on.aws", "on.amazonwebservices.com.cn"];

/// The domains below which AWS's endpoints are, of all partitions.
pub(super) fn domains() -> Vec<&'static str> {
    let partitions = Catalog::embedded().partitions();
    let partitions = partitions.map(Partitions::all).unwrap_or_default();
    let named = partitions.iter().flat_map(Partition::dns_suffixes);
    let mut domains: Vec<_> = named.chain(FURTHER).collect();
    domains.sort_unstable();
    domains.dedup();
    domains
}

/// Whether a host is below one of AWS's domains. A port is no part of the name.
pub(crate) fn is_aws(host: &str) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    domains().iter().any(|domain| {
        host.strip_suffix(domain).is_some_and(|rest| rest.len() > 1 && rest.ends_with('.'))
    })
}

/// Parts of host names behind which customers' own programs, pages and images are, not APIs that the models
/// know.
const CUSTOMERS: [&str; 8] = [
    ".appsync-api.",
    ".appsync-realtime-api.",
    ".dkr.ecr.",
    ".elb.",
    ".execute-api.",
    ".lambda-url.",
    ".s3-website-",
    ".s3-website.",
];

/// Whether a host is a customer's own, below AWS's domains.
pub(crate) fn is_customers(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    is_aws(&host) && CUSTOMERS.iter().any(|part| host.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_customers_run_is_no_api() {
        for host in [
            "abc.lambda-url.eu-west-1.on.aws",
            "1.dkr.ecr.eu-west-1.amazonaws.com",
            "ABC.execute-api.eu-west-1.amazonaws.com",
            "b.s3-website-us-east-1.amazonaws.com",
            "b.s3-website.eu-central-1.amazonaws.com",
        ] {
            assert!(is_customers(host), "{host}");
        }
        for host in ["lambda.eu-west-1.amazonaws.com", "b.s3.eu-west-1.amazonaws.com", "a.elb.com"]
        {
            assert!(!is_customers(host), "{host}");
        }
    }

    #[test]
    fn all_partitions_are_aws_and_lookalikes_are_not() {
        for host in [
            "sqs.eu-west-1.amazonaws.com",
            "SQS.eu-west-1.AmazonAWS.com",
            "eu-west-1.queue.amazonaws.com",
            "b.s3.cn-north-1.amazonaws.com.cn",
            "s3.dualstack.us-gov-west-1.amazonaws.com",
            "lambda.eu-west-1.api.aws",
            "sqs.eusc-de-east-1.amazonaws.eu",
            "sqs.us-iso-east-1.c2s.ic.gov",
            "abc.lambda-url.eu-west-1.on.aws",
            "sqs.eu-west-1.amazonaws.com.",
        ] {
            assert!(is_aws(host), "{host}");
        }
        for host in [
            "amazonaws.com",
            ".amazonaws.com",
            "amazonaws.com.example.com",
            "notamazonaws.com",
            "example.com",
            "127.0.0.1",
            "",
        ] {
            assert!(!is_aws(host), "{host}");
        }
    }
}

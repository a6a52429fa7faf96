//! Endpoint rules with parameters that clients give: regions, buckets, ARNs, URLs.

use standin_model::Catalog;
use standin_model::endpoints::{Params, resolve};

/// The parameters in the order of the input's lines.
const NAMES: [(&str, &str); 6] = [
    ("s3", "Bucket"),
    ("s3control", "AccessPointName"),
    ("dynamodb", "ResourceArn"),
    ("sqs", "QueueUrl"),
    ("kinesis", "StreamARN"),
    ("lambda", "FunctionName"),
];

/// Lines: a region, an endpoint, the value of the parameter; the first byte chooses service and parameter.
pub(crate) fn run(input: &[u8]) {
    let Some((choice, rest)) = input.split_first() else { return };
    let text = String::from_utf8_lossy(rest);
    let mut lines = text.split('\n');
    let (service, name) = NAMES[usize::from(*choice) % NAMES.len()];
    let mut params = Params::region(lines.next().unwrap_or_default());
    if let Some(url) = lines.next().filter(|url| !url.is_empty()) {
        params = params.endpoint(url);
    }
    if let Some(value) = lines.next() {
        params = params.with(name, value.to_owned());
    }
    match resolve(service, &params) {
        Ok(endpoint) => drop(endpoint.authority().to_owned()),
        Err(error) => drop(error.to_string()),
    }
    if let Ok(partitions) = Catalog::embedded().partitions() {
        partitions.find(&text);
    }
}

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    [
        "\0us-east-1\n\nbucket",
        "\0us-east-1\n\narn:aws:s3:us-east-1:123456789012:accesspoint/name",
        "\0us-east-1\n\narn:aws:s3-outposts:us-east-1:123456789012:outpost:op-1:accesspoint:name",
        "\0eu-west-1\nhttps://host.test:8443/path?query\nbucket--use1-az1--x-s3",
        "\x01us-gov-west-1\n\nname",
        "\x02cn-north-1\nhttp://127.0.0.1\narn:aws-cn:dynamodb:cn-north-1:123456789012:table/t",
        "\x04us-east-1\n\narn:aws:kinesis:us-east-1:123456789012:stream/s",
    ]
    .map(|seed| seed.as_bytes().to_vec())
    .to_vec()
}

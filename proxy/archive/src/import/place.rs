//! What a host says of the region.

/// What the names of AWS's endpoints end with.
const SUFFIXES: [&str; 4] = [".amazonaws.com.cn", ".amazonaws.com", ".amazonaws.eu", ".api.aws"];

/// The region in the name of an AWS endpoint; global endpoints are in `us-east-1`.
///
/// `None` if the host is not AWS's.
pub(super) fn region(host: &str) -> Option<String> {
    let host = host.split_once(':').map_or(host, |(name, _)| name);
    let labels = SUFFIXES.iter().find_map(|suffix| host.strip_suffix(suffix))?;
    let named = labels.rsplit('.').find_map(|label| {
        // S3 wrote `s3-us-west-2` for years.
        [label, label.strip_prefix("s3-").unwrap_or(label)].into_iter().find(|text| is_region(text))
    });
    Some(named.unwrap_or("us-east-1").to_owned())
}

/// `eu-west-1`, `us-gov-east-1`: two letters, words, a digit.
fn is_region(label: &str) -> bool {
    let parts: Vec<_> = label.split('-').collect();
    let is_word = |part: &&str| part.len() >= 2 && part.bytes().all(|b| b.is_ascii_lowercase());
    match parts.as_slice() {
        [first, words @ .., last] => {
            (2..=4).contains(&first.len())
                && is_word(first)
                && !words.is_empty()
                && words.iter().all(is_word)
                && last.len() == 1
                && last.bytes().all(|b| b.is_ascii_digit())
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::region;

    #[test]
    fn hosts_name_their_region() {
        let cases = [
            ("dynamodb.us-east-2.amazonaws.com", Some("us-east-2")),
            ("go-cloud-testing-2.s3.us-west-1.amazonaws.com", Some("us-west-1")),
            ("my.bucket-1.s3-eu-central-1.amazonaws.com:443", Some("eu-central-1")),
            ("s3.dualstack.us-gov-west-1.amazonaws.com", Some("us-gov-west-1")),
            ("sqs.cn-north-1.amazonaws.com.cn", Some("cn-north-1")),
            ("iam.amazonaws.com", Some("us-east-1")),
            ("storage.googleapis.com", None),
        ];
        for (host, expected) in cases {
            assert_eq!(region(host).as_deref(), expected, "{host}");
        }
    }
}

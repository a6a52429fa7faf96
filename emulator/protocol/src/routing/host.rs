//! What a host name says: the service of an endpoint, the bucket of a virtual-hosted request.

use http::Uri;
use http::request::Parts;
use http::uri::PathAndQuery;

use super::evidence;

/// The host infixes after which S3's endpoints go on; what stands before them is a bucket.
const BUCKET_HOSTS: [&str; 3] = [".s3.", ".s3-", ".s3express-"];

/// Hosts of S3's kin that are no bucket hosts.
const NOT_BUCKET_HOSTS: [&str; 4] =
    [".s3-control", ".s3-accesspoint", ".s3-object-lambda", ".s3-outposts"];

/// The bucket in a virtual-hosted host name. Bucket names may hold dots, so the last infix counts.
pub(super) fn bucket(host: &str) -> Option<&str> {
    if NOT_BUCKET_HOSTS.iter().any(|infix| host.contains(infix)) {
        return None;
    }
    let at = BUCKET_HOSTS.iter().filter_map(|infix| host.rfind(infix)).max()?;
    (at > 0).then(|| &host[..at])
}

/// The path-style URI of a virtual-hosted request: the bucket moved from the host into the path.
pub(super) fn path_style(parts: &Parts) -> Option<Uri> {
    let host = evidence::host(parts)?;
    let bucket = bucket(&host)?;
    let rest = parts.uri.path_and_query().map_or("/", PathAndQuery::as_str);
    let mut uri = parts.uri.clone().into_parts();
    uri.path_and_query = Some(format!("/{bucket}{rest}").parse().ok()?);
    Uri::from_parts(uri).ok()
}

/// The positions in a host name at which an endpoint prefix may begin.
///
/// Host prefixes (`api.`, `data-`, an account) stand before it, and local endpoints have only some
/// of AWS's labels.
pub(super) fn suffixes(host: &str) -> impl Iterator<Item = &str> {
    let later = host.match_indices(['.', '-']).map(|(at, _)| &host[at + 1..]);
    std::iter::once(host).chain(later)
}

/// Whether an endpoint prefix stands in a host name as whole labels.
pub(super) fn names(host: &str, endpoint_prefix: &str) -> bool {
    suffixes(host).any(|suffix| begins_with(suffix, endpoint_prefix))
}

/// Whether a host name begins with an endpoint prefix and goes on with another label.
pub(super) fn begins_with(host: &str, endpoint_prefix: &str) -> bool {
    host.strip_prefix(endpoint_prefix).is_some_and(|rest| rest.starts_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_of_virtual_hosts() {
        assert_eq!(bucket("b.s3.us-east-1.amazonaws.com"), Some("b"));
        assert_eq!(bucket("my.s3.bucket.s3.localhost"), Some("my.s3.bucket"));
        assert_eq!(bucket("b.s3-website.us-east-1.amazonaws.com"), Some("b"));
        assert_eq!(
            bucket("b--usw2-az1--x-s3.s3express-usw2-az1.us-west-2.amazonaws.com"),
            Some("b--usw2-az1--x-s3")
        );
        assert_eq!(bucket("s3.us-east-1.amazonaws.com"), None);
        assert_eq!(bucket("123456789012.s3-control.us-east-1.amazonaws.com"), None);
        assert_eq!(bucket("localhost"), None);
        assert_eq!(bucket("127.0.0.1"), None);
    }

    #[test]
    fn endpoint_prefixes_are_found_behind_host_prefixes() {
        assert!(names("sqs.us-east-1.amazonaws.com", "sqs"));
        assert!(names("data-servicediscovery.us-east-1.amazonaws.com", "servicediscovery"));
        assert!(names("api.runtime.lex.eu-west-1.amazonaws.com", "runtime.lex"));
        assert!(!names("mysqs.localhost", "sqs"));
        assert!(!names("localhost", "sqs"));
    }
}

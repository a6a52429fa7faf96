//! Presigned URLs of signature version 2, which boto3 still makes for S3 by default.
//!
//! They are verified here; what goes on to AWS is signed by version 4.

use std::fmt::Write as _;
use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::request::Parts;
use ring::hmac;

use crate::{Place, Scope, ScopeError, Signature, VerifyError, canonical, date};

/// A presigned URL of version 2.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PresignedV2 {
    /// The access key id.
    pub access_key_id: String,
    expires: u64,
    signature: String,
}

/// Query parameters that are a part of what is signed.
const SUBRESOURCES: [&str; 30] = [
    "accelerate",
    "acl",
    "cors",
    "defaultObjectAcl",
    "delete",
    "lifecycle",
    "location",
    "logging",
    "notification",
    "partNumber",
    "policy",
    "replication",
    "requestPayment",
    "response-cache-control",
    "response-content-disposition",
    "response-content-encoding",
    "response-content-language",
    "response-content-type",
    "response-expires",
    "restore",
    "storageClass",
    "tagging",
    "torrent",
    "uploadId",
    "uploads",
    "versionId",
    "versioning",
    "versions",
    "website",
    "websiteConfig",
];

impl PresignedV2 {
    /// The signature of a presigned URL, if it is of version 2.
    pub fn of(parts: &Parts) -> Result<Option<Self>, ScopeError> {
        let query = parts.uri.query().unwrap_or_default();
        let value = |name: &str| {
            canonical::query_pairs(query).find(|(key, ..)| key == name).map(|(_, value, _)| value)
        };
        let (Some(access_key_id), Some(signature)) = (value("AWSAccessKeyId"), value("Signature"))
        else {
            return Ok(None);
        };
        let expires = value("Expires").ok_or(ScopeError::Missing("Expires"))?;
        let expires = expires.parse().map_err(|_| ScopeError::Malformed("Expires"))?;
        Ok(Some(Self { access_key_id, expires, signature }))
    }

    /// Checks the signature with a secret. The bucket must stand in the path.
    pub fn verify(&self, parts: &Parts, secret: &str) -> Result<(), VerifyError> {
        let signature = STANDARD.decode(&self.signature).map_err(|_| VerifyError::Mismatch)?;
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret.as_bytes());
        hmac::verify(&key, self.string_to_sign(parts).as_bytes(), &signature)
            .map_err(|_| VerifyError::Mismatch)
    }

    /// The same permission in the terms of version 4, to be signed anew; none where its time is over.
    pub fn in_version_4(&self, region: &str, now: SystemTime) -> Option<Signature> {
        let end = SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(self.expires))?;
        let timestamp = date::format(now);
        Some(Signature {
            access_key_id: self.access_key_id.clone(),
            scope: Scope {
                date: timestamp.split('T').next()?.to_owned(),
                region: region.to_owned(),
                service: "s3".to_owned(),
                ..Scope::default()
            },
            signed_headers: vec!["host".to_owned()],
            signature: String::new(),
            timestamp,
            place: Place::Query { expires: end.duration_since(now).ok()? },
        })
    }

    fn string_to_sign(&self, parts: &Parts) -> String {
        let header = |name: &str| {
            parts.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().trim()
        };
        let (md5, kind) = (header("content-md5"), header("content-type"));
        let mut text = format!("{}\n{md5}\n{kind}\n{}\n", parts.method, self.expires);
        let mut names: Vec<&str> = parts.headers.keys().map(http::HeaderName::as_str).collect();
        names.retain(|name| name.starts_with("x-amz-"));
        names.sort_unstable();
        for name in names {
            writeln!(text, "{name}:{}", header(name)).expect("a string takes all");
        }
        text.push_str(parts.uri.path());
        let query = parts.uri.query().unwrap_or_default();
        let mut signed: Vec<_> = canonical::query_pairs(query)
            .filter(|(key, ..)| SUBRESOURCES.contains(&key.as_str()))
            .map(|(key, value, bare)| if bare { key } else { format!("{key}={value}") })
            .collect();
        signed.sort_unstable();
        if !signed.is_empty() {
            write!(text, "?{}", signed.join("&")).expect("a string takes all");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

    fn presigned(uri: &str) -> (Parts, PresignedV2) {
        let parts = http::Request::get(uri).body(()).expect("valid").into_parts().0;
        let found = PresignedV2::of(&parts).expect("readable").expect("presigned");
        (parts, found)
    }

    /// The example of S3's documentation, with the bucket in the path.
    const EXAMPLE: &str = "/johnsmith/photos/puppy.jpg?AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE\
        &Signature=NpgCjnDzrM%2BWFzoENXmpNDUsSn8%3D&Expires=1175139620";

    #[test]
    fn the_published_example_verifies() {
        let (parts, found) = presigned(EXAMPLE);
        assert_eq!(found.access_key_id, "AKIAIOSFODNN7EXAMPLE");
        assert_eq!(found.verify(&parts, SECRET), Ok(()));
        assert_eq!(found.verify(&parts, "other"), Err(VerifyError::Mismatch));
        let (parts, found) = presigned(&EXAMPLE.replace("puppy", "kitten"));
        assert_eq!(found.verify(&parts, SECRET), Err(VerifyError::Mismatch));
        let (parts, found) = presigned(&format!("{EXAMPLE}&acl"));
        assert_eq!(found.verify(&parts, SECRET), Err(VerifyError::Mismatch));
    }

    #[test]
    fn what_is_left_of_its_time_is_signed_for() {
        let (_, found) = presigned(EXAMPLE);
        let before = SystemTime::UNIX_EPOCH + Duration::from_secs(1_175_139_601);
        let signature = found.in_version_4("eu-west-1", before).expect("still good");
        assert_eq!(signature.place, Place::Query { expires: Duration::from_secs(19) });
        assert_eq!(signature.scope.to_string(), "20070329/eu-west-1/s3/aws4_request");
        let after = before + Duration::from_mins(1);
        assert_eq!(found.in_version_4("eu-west-1", after), None);
    }
}

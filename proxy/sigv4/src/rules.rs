//! How a service wants its requests canonicalised.

/// The choices that differ between services.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// How the path is written in the canonical request.
    pub path: PathEncoding,
    /// Whether `.` and `..` and doubled slashes are resolved first.
    pub normalize: Normalize,
    /// Whether `x-amz-content-sha256` is sent.
    pub content_hash: ContentHash,
    /// Whether the session token of a presigned URL is signed.
    pub token: QueryToken,
}

/// How the path is written in the canonical request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathEncoding {
    /// As it stands on the wire.
    Single,
    /// Percent-encoded once more.
    Double,
}

/// Whether the path's dots and doubled slashes are resolved first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Normalize {
    /// They are.
    Yes,
    /// The path stays as it is.
    No,
}

/// Whether `x-amz-content-sha256` is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContentHash {
    /// It is, and it is signed.
    Header,
    /// The hash stands in the canonical request only.
    Implied,
}

/// Whether the session token of a presigned URL is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QueryToken {
    /// It is, like all other parameters.
    Signed,
    /// It is added afterwards.
    Added,
}

/// The signing names that follow S3.
const S3_FAMILY: [&str; 4] = ["s3", "s3-object-lambda", "s3express", "s3-outposts"];

impl Rules {
    /// The rules of a service, by its name in the credential scope.
    pub fn of(signing_name: &str) -> Self {
        if S3_FAMILY.contains(&signing_name) {
            return Self {
                path: PathEncoding::Single,
                normalize: Normalize::No,
                content_hash: ContentHash::Header,
                token: QueryToken::Signed,
            };
        }
        // So the documentation of IoT Core has it for MQTT over WebSockets.
        let token = match signing_name {
            "iotdevicegateway" => QueryToken::Added,
            _ => QueryToken::Signed,
        };
        Self {
            path: PathEncoding::Double,
            normalize: Normalize::Yes,
            content_hash: ContentHash::Implied,
            token,
        }
    }
}

//! What a service says of checksums that don't hold.

use standin_model::{Document, ServiceError};

use super::Algorithm;

/// A request's checksum that is wrong, or not there although it must be.
///
/// The codes are those of <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html>. The words are what S3
/// was recorded to say, but for `Missing`, `Unfulfilled` and `NoTrailer`, of which no recording was at hand.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChecksumError {
    /// The operation needs a checksum, and the request has none.
    #[error("Missing required header for this request: Content-MD5 OR x-amz-checksum-*")]
    Missing,
    /// The request names an algorithm, and has no checksum of it.
    #[error(
        "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or \
         x-amz-trailer headers were found."
    )]
    Unfulfilled,
    /// The request names an algorithm that there isn't.
    #[error(
        "Checksum algorithm provided is unsupported. Please try again with any of the valid types: \
         [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]"
    )]
    Unsupported,
    /// The request has checksums of several algorithms.
    #[error("Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.")]
    Several,
    /// A checksum is no base64, or of another length than its algorithm's.
    #[error("Value for {} header is invalid.", .0.header())]
    Malformed(Algorithm),
    /// The body has another checksum.
    #[error("The {} you specified did not match the calculated checksum.", .0.name())]
    Mismatch(Algorithm),
    /// The trailer that was announced did not come.
    #[error(
        "The request contained trailing data that was not well-formed or did not conform to our \
         published schema."
    )]
    NoTrailer,
    /// `Content-MD5` is no base64 of 16 bytes.
    #[error("The Content-MD5 you specified was invalid.")]
    MalformedMd5 {
        /// The header's value.
        value: String,
    },
    /// The body has another MD5.
    #[error("The Content-MD5 you specified did not match what we received.")]
    Md5Mismatch {
        /// What the header says, in hex.
        expected: String,
        /// What the body has, in base64.
        calculated: String,
    },
}

impl ChecksumError {
    /// The error that a service answers for it.
    pub fn service_error(&self) -> ServiceError {
        let code = match self {
            Self::Missing
            | Self::Unfulfilled
            | Self::Unsupported
            | Self::Several
            | Self::Malformed(_) => "InvalidRequest",
            Self::Mismatch(_) | Self::Md5Mismatch { .. } => "BadDigest",
            Self::NoTrailer => "MalformedTrailerError",
            Self::MalformedMd5 { .. } => "InvalidDigest",
        };
        let mut error = ServiceError::sender(code, self.to_string());
        match self {
            Self::MalformedMd5 { value } => {
                error.members.push("Content-MD5", Document::from(value.as_str()));
            }
            Self::Md5Mismatch { expected, calculated } => {
                error.members.push("ExpectedDigest", Document::from(expected.as_str()));
                error.members.push("CalculatedDigest", Document::from(calculated.as_str()));
            }
            _ => {}
        }
        error
    }
}

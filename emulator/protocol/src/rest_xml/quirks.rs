//! What services answer otherwise than the protocol says, by their service id.

use standin_model::Service;

use crate::codec::iso8601::Fraction;

/// What is known of a service beyond its model.
pub(crate) struct Quirks {
    service_id: &'static str,
    /// `Error` is the root of errors; no `ErrorResponse` stands around it.
    pub(crate) bare_errors: bool,
    /// The header of the request id.
    pub(crate) request_id: &'static str,
    /// The header of a second id, if there is one.
    pub(crate) host_id: Option<&'static str>,
    /// How timestamps in bodies are written.
    pub(crate) fraction: Fraction,
    /// The operations whose root holds the text of one member, and that member.
    root_texts: &'static [(&'static str, &'static str)],
    /// The root elements of outputs that are not named after their shape.
    roots: &'static [(&'static str, &'static str)],
}

const QUIRKS: [Quirks; 2] = [
    Quirks {
        service_id: "S3",
        bare_errors: true,
        request_id: "x-amz-request-id",
        host_id: Some("x-amz-id-2"),
        fraction: Fraction::Always,
        root_texts: &[("GetBucketLocation", "LocationConstraint")],
        roots: &S3_ROOTS,
    },
    Quirks {
        service_id: "S3 Control",
        bare_errors: false,
        request_id: "x-amz-request-id",
        host_id: Some("x-amz-id-2"),
        fraction: Fraction::WhereSet,
        root_texts: &[],
        roots: &[],
    },
];

/// The root elements of S3's answers by operation, as its API reference shows them; the models name
/// the shapes after the operations.
const S3_ROOTS: [(&str, &str); 31] = [
    ("CompleteMultipartUpload", "CompleteMultipartUploadResult"),
    ("CreateMultipartUpload", "InitiateMultipartUploadResult"),
    ("CreateSession", "CreateSessionResult"),
    ("DeleteObjects", "DeleteResult"),
    ("GetBucketAccelerateConfiguration", "AccelerateConfiguration"),
    ("GetBucketAcl", "AccessControlPolicy"),
    ("GetBucketCors", "CORSConfiguration"),
    ("GetBucketLifecycle", "LifecycleConfiguration"),
    ("GetBucketLifecycleConfiguration", "LifecycleConfiguration"),
    ("GetBucketLocation", "LocationConstraint"),
    ("GetBucketLogging", "BucketLoggingStatus"),
    ("GetBucketNotification", "NotificationConfiguration"),
    ("GetBucketRequestPayment", "RequestPaymentConfiguration"),
    ("GetBucketTagging", "Tagging"),
    ("GetBucketVersioning", "VersioningConfiguration"),
    ("GetBucketWebsite", "WebsiteConfiguration"),
    ("GetObjectAcl", "AccessControlPolicy"),
    ("GetObjectAttributes", "GetObjectAttributesResponse"),
    ("GetObjectLegalHold", "LegalHold"),
    ("GetObjectRetention", "Retention"),
    ("GetObjectTagging", "Tagging"),
    ("ListBucketAnalyticsConfigurations", "ListBucketAnalyticsConfigurationResult"),
    ("ListBucketInventoryConfigurations", "ListInventoryConfigurationsResult"),
    ("ListBucketMetricsConfigurations", "ListMetricsConfigurationsResult"),
    ("ListBuckets", "ListAllMyBucketsResult"),
    ("ListDirectoryBuckets", "ListAllMyDirectoryBucketsResult"),
    ("ListMultipartUploads", "ListMultipartUploadsResult"),
    ("ListObjectVersions", "ListVersionsResult"),
    ("ListObjects", "ListBucketResult"),
    ("ListObjectsV2", "ListBucketResult"),
    ("ListParts", "ListPartsResult"),
];

/// What is known of a service, if anything.
pub(crate) fn of(service: Option<&Service>) -> Option<&'static Quirks> {
    let id = service?.metadata.service_id;
    QUIRKS.iter().find(|quirks| quirks.service_id == id)
}

/// The root element of an operation's output, where it is not its shape's name.
pub(crate) fn root(service: &Service, operation: &str) -> Option<&'static str> {
    let roots = of(Some(service))?.roots;
    roots.iter().find(|(name, _)| *name == operation).map(|(_, root)| *root)
}

/// The member whose text is all that the root of an operation's output holds.
pub(crate) fn root_text(service: &Service, operation: &str) -> Option<&'static str> {
    let texts = of(Some(service))?.root_texts;
    texts.iter().find(|(name, _)| *name == operation).map(|(_, member)| *member)
}

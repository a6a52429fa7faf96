//! What services answer otherwise than the protocol says, by their target prefix.

use standin_model::Service;

/// What is known of a service beyond its model.
pub(crate) struct Quirks {
    target_prefix: &'static str,
    /// The namespace in `__type`, which the models no longer carry.
    pub(crate) namespace: &'static str,
    /// Answers carry the CRC32 of their body, which clients check.
    pub(crate) crc32: bool,
}

/// The services that answer `__type` with a namespace, as seen in answers of AWS.
const QUIRKS: [Quirks; 5] = [
    Quirks { target_prefix: "AmazonSQS", namespace: "com.amazonaws.sqs", crc32: false },
    Quirks {
        target_prefix: "DynamoDB_20120810",
        namespace: "com.amazonaws.dynamodb.v20120810",
        crc32: true,
    },
    Quirks {
        target_prefix: "DynamoDBStreams_20120810",
        namespace: "com.amazonaws.dynamodb.v20120810",
        crc32: true,
    },
    Quirks {
        target_prefix: "SimpleWorkflowService",
        namespace: "com.amazonaws.swf.base.model",
        crc32: false,
    },
    Quirks {
        target_prefix: "AWSStepFunctions",
        namespace: "com.amazonaws.swf.service.v2.model",
        crc32: false,
    },
];

/// The namespace of errors that the framework below the services answers.
pub(crate) const FRAMEWORK_NAMESPACE: &str = "com.amazon.coral.service";

/// What is known of a service, if anything.
pub(crate) fn of(service: Option<&Service>) -> Option<&'static Quirks> {
    let prefix = service?.metadata.target_prefix?;
    QUIRKS.iter().find(|quirks| quirks.target_prefix == prefix)
}

//! The payloads that budgets of speed and memory name, each with its request, its answer and their bytes.

use bytes::Bytes;
use http::{HeaderValue, Request, Response, header};
use standin_model::{Catalog, Document, Fields, Protocol, Service, ShapeId, ShapeKind, Timestamp};
use standin_protocol::Call;

/// The id of every answer.
pub(crate) const REQUEST_ID: &str = "7b3a8c5e-1111-2222-3333-444455556666";

const ROLE: &str = "arn:aws:iam::123456789012:role/demo";

/// One operation with an input and an output.
pub(crate) struct Payload {
    /// What it is called in tables.
    pub(crate) name: &'static str,
    /// The operation, in the protocol that AWS's clients speak with its service.
    pub(crate) call: Call,
    /// The input, as the request's bytes are read.
    pub(crate) input: Document,
    /// The request, with a signature's scope and a host, so that it can be routed.
    pub(crate) request: Request<Bytes>,
    /// The output.
    pub(crate) output: Document,
    /// The answer.
    pub(crate) response: Response<Bytes>,
}

/// Blocks of the sizes that messages take, to be kept while something is measured.
///
/// A server always holds some; where a block is the only one of its size, mimalloc gives its page back each time.
pub(crate) fn held() -> Vec<Vec<u8>> {
    (16..2048).step_by(16).map(Vec::with_capacity).collect()
}

/// All payloads.
pub(crate) fn all() -> Vec<Payload> {
    vec![
        send_message(),
        get_caller_identity(),
        assume_role(),
        put_item(),
        list_objects(),
        describe_instances(),
    ]
}

impl Payload {
    fn new(
        name: &'static str,
        place: (&str, &str, Protocol),
        input: Document,
        output: Document,
    ) -> Self {
        let (service, operation, protocol) = place;
        let service = Catalog::embedded().service(service).expect("a known service");
        let operation = service.operation(operation).expect("a known operation");
        let call = Call { service, operation, protocol };
        let output = match operation.output {
            Some(shape) => in_order(service, shape, output),
            None => output,
        };
        let mut request = call.serialize_request(&input).expect("a valid input");
        let scope = format!(
            "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20250101/us-east-1/{}/aws4_request, \
             SignedHeaders=host, Signature=00",
            service.metadata.signing_name
        );
        let host = format!("{}.us-east-1.amazonaws.com", service.metadata.endpoint_prefix);
        for (name, value) in [(header::AUTHORIZATION, scope), (header::HOST, host)] {
            let value = HeaderValue::try_from(value).expect("text of a header");
            request.headers_mut().insert(name, value);
        }
        let response = call.serialize_response(&output, REQUEST_ID).expect("a valid output");
        Self { name, call, input, request, output, response }
    }
}

/// The same value with its members in the model's order, in which typed shapes give them.
fn in_order(service: &'static Service, shape: ShapeId, value: Document) -> Document {
    match (&service.shape(shape).kind, value) {
        (ShapeKind::Structure(structure), Document::Object(mut fields)) => {
            let members = structure.members.iter();
            let present = members.filter_map(|member| {
                let value = fields.remove(member.name)?;
                Some((member.name.into(), in_order(service, member.shape, value)))
            });
            Document::Object(present.collect())
        }
        (ShapeKind::List(element), Document::List(items)) => {
            list(items.into_iter().map(|item| in_order(service, element.shape, item)))
        }
        (_, value) => value,
    }
}

fn object(fields: &[(&'static str, Document)]) -> Document {
    let fields = fields.iter().map(|(name, value)| ((*name).into(), value.clone()));
    Document::Object(fields.collect::<Fields>())
}

fn list(items: impl IntoIterator<Item = Document>) -> Document {
    Document::List(items.into_iter().collect())
}

fn moment() -> Document {
    Document::Timestamp(Timestamp::from_millis(1_576_540_098_000).expect("in range"))
}

fn send_message() -> Payload {
    let queue = "https://sqs.us-east-1.amazonaws.com/123456789012/my-queue";
    let input = object(&[
        ("QueueUrl", queue.into()),
        ("MessageBody", "hello world, this is a message".into()),
    ]);
    let output = object(&[
        ("MessageId", REQUEST_ID.into()),
        ("MD5OfMessageBody", "5eb63bbbe01eeed093cb22bb8f5acdc3".into()),
    ]);
    Payload::new("SQS SendMessage", ("sqs", "SendMessage", Protocol::Json), input, output)
}

fn get_caller_identity() -> Payload {
    let output = object(&[
        ("UserId", "AKIAIOSFODNN7EXAMPLE".into()),
        ("Account", "123456789012".into()),
        ("Arn", "arn:aws:iam::123456789012:root".into()),
    ]);
    let place = ("sts", "GetCallerIdentity", Protocol::Query);
    Payload::new("STS GetCallerIdentity", place, Document::empty(), output)
}

fn assume_role() -> Payload {
    let input = object(&[
        ("RoleArn", ROLE.into()),
        ("RoleSessionName", "session".into()),
        ("DurationSeconds", 3600.into()),
    ]);
    let credentials = object(&[
        ("AccessKeyId", "ASIAIOSFODNN7EXAMPLE".into()),
        ("SecretAccessKey", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".into()),
        ("SessionToken", "FwoGZXIvYXdzEBYaDHQrExampleTokenThatIsNotOne".repeat(4).into()),
        ("Expiration", moment()),
    ]);
    let user = object(&[
        ("AssumedRoleId", "AROA3XFRBF535PLBIFPI4:session".into()),
        ("Arn", "arn:aws:sts::123456789012:assumed-role/demo/session".into()),
    ]);
    let output = object(&[("Credentials", credentials), ("AssumedRoleUser", user)]);
    Payload::new("STS AssumeRole", ("sts", "AssumeRole", Protocol::Query), input, output)
}

fn put_item() -> Payload {
    let attributes = (0..20).map(|index| {
        let value = match index % 2 {
            0 => object(&[("S", format!("value {index}").into())]),
            _ => object(&[("N", index.to_string().into())]),
        };
        (format!("attribute{index}").into(), value)
    });
    let input = object(&[
        ("TableName", "t".into()),
        ("Item", Document::Object(attributes.collect::<Fields>())),
    ]);
    let place = ("dynamodb", "PutItem", Protocol::Json);
    Payload::new("DynamoDB PutItem, 20 attributes", place, input, Document::empty())
}

fn list_objects() -> Payload {
    let input = object(&[
        ("Bucket", "bucket".into()),
        ("Prefix", "some/prefix".into()),
        ("MaxKeys", 1000.into()),
    ]);
    let objects = (0..1000).map(|index| {
        object(&[
            ("Key", format!("some/prefix/key-{index:06}").into()),
            ("LastModified", moment()),
            ("ETag", "\"5eb63bbbe01eeed093cb22bb8f5acdc3\"".into()),
            ("Size", 12_345.into()),
            ("StorageClass", "STANDARD".into()),
        ])
    });
    let output = object(&[
        ("Name", "bucket".into()),
        ("Prefix", "some/prefix".into()),
        ("MaxKeys", 1000.into()),
        ("KeyCount", 1000.into()),
        ("IsTruncated", false.into()),
        ("Contents", list(objects)),
    ]);
    let place = ("s3", "ListObjectsV2", Protocol::RestXml);
    Payload::new("S3 ListObjectsV2, 1,000 keys", place, input, output)
}

fn describe_instances() -> Payload {
    let filter = object(&[
        ("Name", "instance-state-name".into()),
        ("Values", list(["running".into(), "stopped".into()])),
    ]);
    let input = object(&[("Filters", list([filter])), ("MaxResults", 100.into())]);
    let reservations = (0..100).map(|index| {
        object(&[
            ("ReservationId", format!("r-{index:017x}").into()),
            ("OwnerId", "123456789012".into()),
            ("Groups", list([])),
            ("Instances", list([instance(index)])),
        ])
    });
    let output = object(&[("Reservations", list(reservations))]);
    let place = ("ec2", "DescribeInstances", Protocol::Ec2);
    Payload::new("EC2 DescribeInstances, 100 instances", place, input, output)
}

fn instance(index: u32) -> Document {
    let address = format!("10.0.0.{index}");
    let name = format!("ip-10-0-0-{index}.ec2.internal");
    let group =
        object(&[("GroupName", "default".into()), ("GroupId", "sg-0123456789abcdef0".into())]);
    let tag = |key: &str, value: String| object(&[("Key", key.into()), ("Value", value.into())]);
    object(&[
        ("ImageId", "ami-0123456789abcdef0".into()),
        ("InstanceId", format!("i-{index:017x}").into()),
        ("InstanceType", "m5.large".into()),
        ("KeyName", "key".into()),
        ("LaunchTime", moment()),
        ("AmiLaunchIndex", 0.into()),
        ("Architecture", "x86_64".into()),
        ("Monitoring", object(&[("State", "disabled".into())])),
        (
            "Placement",
            object(&[
                ("AvailabilityZone", "us-east-1a".into()),
                ("GroupName", "".into()),
                ("Tenancy", "default".into()),
            ]),
        ),
        ("PrivateDnsName", name.as_str().into()),
        ("PrivateIpAddress", address.as_str().into()),
        ("PublicDnsName", "".into()),
        ("State", object(&[("Code", 16.into()), ("Name", "running".into())])),
        ("SubnetId", "subnet-0123456789abcdef0".into()),
        ("VpcId", "vpc-0123456789abcdef0".into()),
        ("EbsOptimized", false.into()),
        ("EnaSupport", true.into()),
        ("Hypervisor", "xen".into()),
        ("RootDeviceName", "/dev/sda1".into()),
        ("RootDeviceType", "ebs".into()),
        ("VirtualizationType", "hvm".into()),
        ("SourceDestCheck", true.into()),
        ("SecurityGroups", list([group.clone()])),
        ("BlockDeviceMappings", list([device()])),
        ("NetworkInterfaces", list([interface(index, &address, &name, group)])),
        ("Tags", list([tag("Name", format!("server {index}")), tag("stage", "test".into())])),
    ])
}

fn device() -> Document {
    let volume = object(&[
        ("AttachTime", moment()),
        ("DeleteOnTermination", true.into()),
        ("Status", "attached".into()),
        ("VolumeId", "vol-0123456789abcdef0".into()),
    ]);
    object(&[("DeviceName", "/dev/sda1".into()), ("Ebs", volume)])
}

fn interface(index: u32, address: &str, name: &str, group: Document) -> Document {
    let attachment = object(&[
        ("AttachTime", moment()),
        ("AttachmentId", "eni-attach-0123456789abcdef0".into()),
        ("DeleteOnTermination", true.into()),
        ("DeviceIndex", 0.into()),
        ("Status", "attached".into()),
    ]);
    let private = object(&[
        ("Primary", true.into()),
        ("PrivateDnsName", name.into()),
        ("PrivateIpAddress", address.into()),
    ]);
    object(&[
        ("Attachment", attachment),
        ("Description", "primary".into()),
        ("Groups", list([group])),
        ("MacAddress", "02:00:00:00:00:01".into()),
        ("NetworkInterfaceId", format!("eni-{index:017x}").into()),
        ("OwnerId", "123456789012".into()),
        ("PrivateIpAddress", address.into()),
        ("PrivateIpAddresses", list([private])),
        ("SourceDestCheck", true.into()),
        ("Status", "in-use".into()),
        ("SubnetId", "subnet-0123456789abcdef0".into()),
        ("VpcId", "vpc-0123456789abcdef0".into()),
    ])
}

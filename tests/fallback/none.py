"""Without a fallback, what is not native is 501 in the protocol's own error."""

from common import client, refused, same

same(client("sqs").list_queues().get("QueueUrls", []), [])
for service, operation in {
    "dynamodb": "list_tables",
    "ec2": "describe_vpcs",
    "lambda": "list_functions",
    "rds": "describe_db_instances",
    "s3": "list_buckets",
}.items():
    refused(501, "NotImplemented", getattr(client(service), operation), service)

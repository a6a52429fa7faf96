"""Message attributes of each type, and the digests that clients check."""

import contextlib

import boto3
from botocore.exceptions import ClientError

sqs = boto3.client("sqs")


def attempt(call, **arguments):
    """Makes a call that AWS refuses; what the origin says is in the recording."""
    with contextlib.suppress(ClientError):
        call(**arguments)


url = sqs.create_queue(QueueName="standin-attributes")["QueueUrl"]
sqs.send_message(
    QueueUrl=url,
    MessageBody="with attributes",
    MessageAttributes={
        "city": {"DataType": "String", "StringValue": "Zürich"},
        "count": {"DataType": "Number", "StringValue": "42"},
        "price": {"DataType": "Number.euro", "StringValue": "9.90"},
        "bytes": {"DataType": "Binary", "BinaryValue": b"\x00\x01\xfe\xff"},
    },
)
sqs.receive_message(QueueUrl=url, MessageAttributeNames=["city", "count"], VisibilityTimeout=0)
sqs.receive_message(QueueUrl=url, MessageAttributeNames=["All"], VisibilityTimeout=0)
sqs.receive_message(QueueUrl=url, AttributeNames=["SenderId", "SentTimestamp"])
attempt(
    sqs.send_message,
    QueueUrl=url,
    MessageBody="bad type",
    MessageAttributes={"x": {"DataType": "Date", "StringValue": "today"}},
)
sqs.delete_queue(QueueUrl=url)

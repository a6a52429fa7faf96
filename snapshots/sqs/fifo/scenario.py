"""A FIFO queue keeps order within a group, and drops what was sent within the last five minutes."""

import contextlib

import boto3
from botocore.exceptions import ClientError

sqs = boto3.client("sqs")


def attempt(call, **arguments):
    """Makes a call that AWS refuses; what the origin says is in the recording."""
    with contextlib.suppress(ClientError):
        call(**arguments)


url = sqs.create_queue(
    QueueName="standin-order.fifo", Attributes={"FifoQueue": "true", "ContentBasedDeduplication": "true"}
)["QueueUrl"]
attempt(sqs.create_queue, QueueName="standin-order", Attributes={"FifoQueue": "true"})
for body in ("one", "two", "three"):
    sqs.send_message(QueueUrl=url, MessageBody=body, MessageGroupId="a")
sqs.send_message(QueueUrl=url, MessageBody="one", MessageGroupId="a")
sqs.send_message(QueueUrl=url, MessageBody="four", MessageGroupId="b", MessageDeduplicationId="d")
sqs.send_message(QueueUrl=url, MessageBody="five", MessageGroupId="b", MessageDeduplicationId="d")
attempt(sqs.send_message, QueueUrl=url, MessageBody="no group")
attributes = ["MessageGroupId", "MessageDeduplicationId", "SequenceNumber"]
first = sqs.receive_message(QueueUrl=url, AttributeNames=attributes)["Messages"][0]
other = sqs.receive_message(QueueUrl=url, AttributeNames=attributes, MaxNumberOfMessages=10)
sqs.delete_message(QueueUrl=url, ReceiptHandle=first["ReceiptHandle"])
sqs.receive_message(QueueUrl=url, AttributeNames=attributes, MaxNumberOfMessages=10)
sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["FifoQueue", "ContentBasedDeduplication"])
sqs.delete_queue(QueueUrl=url)

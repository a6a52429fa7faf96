"""The life of a standard queue: create, send, receive, change visibility, delete, and the errors on the way."""

import contextlib

import boto3
from botocore.exceptions import ClientError

sqs = boto3.client("sqs")


def attempt(call, **arguments):
    """Makes a call that AWS refuses; what the origin says is in the recording."""
    with contextlib.suppress(ClientError):
        call(**arguments)


url = sqs.create_queue(QueueName="standin-standard", Attributes={"VisibilityTimeout": "30"})["QueueUrl"]
sqs.create_queue(QueueName="standin-standard", Attributes={"VisibilityTimeout": "30"})
attempt(sqs.create_queue, QueueName="standin-standard", Attributes={"VisibilityTimeout": "31"})
attempt(sqs.create_queue, QueueName="no spaces allowed")
sqs.get_queue_url(QueueName="standin-standard")
attempt(sqs.get_queue_url, QueueName="standin-absent")
sqs.list_queues(QueueNamePrefix="standin-standard")
sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn", "VisibilityTimeout", "MaximumMessageSize", "DelaySeconds"])
sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "60", "MessageRetentionPeriod": "3600"})
sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout", "MessageRetentionPeriod"])
sqs.send_message(QueueUrl=url, MessageBody="hello")
message = sqs.receive_message(QueueUrl=url, AttributeNames=["ApproximateReceiveCount"])["Messages"][0]
sqs.receive_message(QueueUrl=url)
sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0)
again = sqs.receive_message(QueueUrl=url, AttributeNames=["ApproximateReceiveCount"])["Messages"][0]
sqs.delete_message(QueueUrl=url, ReceiptHandle=again["ReceiptHandle"])
attempt(sqs.change_message_visibility, QueueUrl=url, ReceiptHandle="not-a-handle", VisibilityTimeout=0)
attempt(sqs.send_message, QueueUrl=url, MessageBody="")
sqs.delete_queue(QueueUrl=url)

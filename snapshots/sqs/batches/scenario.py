"""Batches answer entry by entry, and refuse what no batch can be."""

import contextlib

import boto3
from botocore.exceptions import ClientError

sqs = boto3.client("sqs")


def attempt(call, **arguments):
    """Makes a call that AWS refuses; what the origin says is in the recording."""
    with contextlib.suppress(ClientError):
        call(**arguments)


url = sqs.create_queue(QueueName="standin-batches")["QueueUrl"]
sqs.send_message_batch(
    QueueUrl=url, Entries=[{"Id": str(index), "MessageBody": f"message {index}"} for index in range(3)]
)
attempt(sqs.send_message_batch, QueueUrl=url, Entries=[])
attempt(
    sqs.send_message_batch,
    QueueUrl=url,
    Entries=[{"Id": "same", "MessageBody": "a"}, {"Id": "same", "MessageBody": "b"}],
)
attempt(sqs.send_message_batch, QueueUrl=url, Entries=[{"Id": "not allowed!", "MessageBody": "a"}])
attempt(sqs.send_message_batch, QueueUrl=url, Entries=[{"Id": str(index), "MessageBody": "a"} for index in range(11)])
messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
by_body = sorted(messages, key=lambda message: message["Body"])
sqs.change_message_visibility_batch(
    QueueUrl=url,
    Entries=[
        {"Id": str(index), "ReceiptHandle": message["ReceiptHandle"], "VisibilityTimeout": 60}
        for index, message in enumerate(by_body)
    ],
)
sqs.delete_message_batch(
    QueueUrl=url,
    Entries=[{"Id": str(index), "ReceiptHandle": message["ReceiptHandle"]} for index, message in enumerate(by_body)],
)
sqs.receive_message(QueueUrl=url)
sqs.delete_queue(QueueUrl=url)

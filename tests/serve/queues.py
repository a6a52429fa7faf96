"""The life of a queue by boto3, against the URL in the first argument."""

import sys

import boto3
from botocore.exceptions import ClientError

url = sys.argv[1]


def client(account, region="us-east-1"):
    return boto3.client(
        "sqs",
        endpoint_url=url,
        region_name=region,
        aws_access_key_id=account,
        aws_secret_access_key="secret",
    )


sqs = client("111111111111")
created = sqs.create_queue(QueueName="jobs", Attributes={"VisibilityTimeout": "30"})
queue = created["QueueUrl"]
assert queue == f"{url}/111111111111/jobs", queue
headers = created["ResponseMetadata"]["HTTPHeaders"]
assert headers["x-standin-evidence"] == "native", headers
assert created["ResponseMetadata"]["RequestId"] == headers["x-amzn-requestid"], headers

assert sqs.get_queue_url(QueueName="jobs")["QueueUrl"] == queue
assert sqs.list_queues()["QueueUrls"] == [queue]
sent = sqs.send_message(QueueUrl=queue, MessageBody="é ✓ <&>")
message = sqs.receive_message(QueueUrl=queue)["Messages"][0]
assert message["MessageId"] == sent["MessageId"]
assert message["Body"] == "é ✓ <&>", message
assert "Messages" not in sqs.receive_message(QueueUrl=queue)
sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])

# Accounts and regions don't see each other.
assert "QueueUrls" not in client("222222222222").list_queues()
assert "QueueUrls" not in client("111111111111", "eu-west-1").list_queues()

try:
    sqs.get_queue_url(QueueName="none")
    raise AssertionError("there is no such queue")
except ClientError as error:
    assert error.response["Error"]["Code"] == "AWS.SimpleQueueService.NonExistentQueue", error
    assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 400, error
    assert isinstance(error, sqs.exceptions.QueueDoesNotExist), error

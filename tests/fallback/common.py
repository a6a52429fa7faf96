"""Clients of the server under test, and what the scripts ask of its answers."""

import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

URL = sys.argv[1]
ACCOUNT = "123456789012"
REGION = "eu-west-1"


def client(service, region=REGION, account=ACCOUNT, **config):
    return boto3.client(
        service,
        endpoint_url=URL,
        region_name=region,
        aws_access_key_id=account,
        aws_secret_access_key="secret",
        config=Config(retries={"max_attempts": 0}, **config),
    )


def arn(service, name, account=ACCOUNT, region=REGION):
    return f"arn:aws:{service}:{region}:{account}:{name}"


def same(found, expected):
    assert found == expected, f"{found!r} is not {expected!r}"


def refused(status, code, call, *words, **arguments):
    """The call is answered with an error of a status and code, whose message has the words."""
    try:
        answer = call(**arguments)
    except ClientError as error:
        same(error.response["ResponseMetadata"]["HTTPStatusCode"], status)
        same(error.response["Error"]["Code"], code)
        message = error.response["Error"]["Message"]
        for word in words:
            assert word in message, f"{word!r} is not in {message!r}"
        return
    raise AssertionError(f"answered instead of refused: {answer}")


def received(sqs, url, **options):
    """The messages of a queue, deleted as they are received."""
    found = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=5, **options).get("Messages", [])
    for message in found:
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return found


TABLE = dict(
    KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
    BillingMode="PAY_PER_REQUEST",
)

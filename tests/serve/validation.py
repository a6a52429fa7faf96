"""Inputs that break a model's constraints, by boto3 without its own checks: validation.py URL [unchecked]."""

import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

URL = sys.argv[1]
CHECKED = sys.argv[2:] != ["unchecked"]
ROLE = "arn:aws:iam::222222222222:role/demo"


def client(service):
    return boto3.client(
        service,
        endpoint_url=URL,
        region_name="eu-west-1",
        aws_access_key_id="123456789012",
        aws_secret_access_key="secret",
        config=Config(parameter_validation=False),
    )


def error(call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        return error.response["Error"]["Code"], error.response["Error"]["Message"]
    return None


sts = client("sts")
found = error(sts.assume_role, RoleArn=ROLE, RoleSessionName="Session1:2")
if not CHECKED:
    assert found is None, found
    sys.exit()

start = "1 validation error detected: Value "
end = " failed to satisfy constraint: Member must "
pattern = "satisfy regular expression pattern: [\\w+=,.@-]*"
assert found == ("ValidationError", f"{start}'Session1:2' at 'roleSessionName'{end}{pattern}"), found
found = error(sts.assume_role, RoleSessionName="Alice")
assert found == ("ValidationError", f"{start}null at 'roleArn'{end}not be null"), found
tags = [{"Key": "a", "Value": "1"}, {"Key": "b#", "Value": "2"}]
code, message = error(sts.assume_role, RoleArn=ROLE, RoleSessionName="Alice", Tags=tags)
assert code == "ValidationError" and "Value 'b#' at 'tags.2.member.key'" in message, message
assert error(sts.get_caller_identity) is None

# SQS has words of its own.
code, message = error(client("sqs").create_queue)
assert "validation error" not in message, (code, message)

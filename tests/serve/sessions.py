"""Temporary credentials by boto3: sessions.py URL."""

import sys

import boto3
from botocore.exceptions import ClientError

URL = sys.argv[1]
ROLE = "arn:aws:iam::222222222222:role/path/demo"


def client(service, key="123456789012", secret="secret", token=None):
    return boto3.client(
        service,
        endpoint_url=URL,
        region_name="eu-west-1",
        aws_access_key_id=key,
        aws_secret_access_key=secret,
        aws_session_token=token,
    )


def with_credentials(service, credentials):
    keys = (credentials[name] for name in ("AccessKeyId", "SecretAccessKey", "SessionToken"))
    return client(service, *keys)


def error(call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        return error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"]
    raise AssertionError("no error")


account = client("sts")
assert account.get_caller_identity()["Arn"] == "arn:aws:iam::123456789012:root"

# A role's session is the role, in the role's account, for other services too.
made = account.assume_role(RoleArn=ROLE, RoleSessionName="Alice")
role = with_credentials("sts", made["Credentials"])
identity = role.get_caller_identity()
assert identity["Arn"] == "arn:aws:sts::222222222222:assumed-role/demo/Alice", identity
assert identity["Arn"] == made["AssumedRoleUser"]["Arn"]
assert identity["UserId"] == made["AssumedRoleUser"]["AssumedRoleId"]
queues = with_credentials("sqs", made["Credentials"])
assert "/222222222222/" in queues.create_queue(QueueName="q")["QueueUrl"]
assert "QueueUrls" not in client("sqs").list_queues()

# Federated users and session tokens.
federated = account.get_federation_token(Name="bob")
user = with_credentials("sts", federated["Credentials"]).get_caller_identity()
assert user["Arn"] == "arn:aws:sts::123456789012:federated-user/bob", user
again = with_credentials("sts", account.get_session_token()["Credentials"])
assert again.get_caller_identity()["Arn"] == "arn:aws:iam::123456789012:root"

# Errors, as boto3 shows them.
malformed = dict(RoleArn=ROLE, RoleSessionName="Alice", Policy="{")
assert error(account.assume_role, **malformed) == ("MalformedPolicyDocument", 400)
assert error(account.assume_role, RoleArn="x" * 20, RoleSessionName="Alice") == ("ValidationError", 400)
assert error(role.get_session_token) == ("AccessDenied", 403)
wrong = client("sts", made["Credentials"]["AccessKeyId"], "secret", "wrong")
assert error(wrong.get_caller_identity) == ("InvalidClientTokenId", 403)
token = dict(RoleArn=ROLE, RoleSessionName="Alice", WebIdentityToken="abcd")
assert error(account.assume_role_with_web_identity, **token) == ("NotImplemented", 501)

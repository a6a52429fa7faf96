"""Who the caller is, and the sessions that it can have."""

import contextlib

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

# What the service refuses must reach it, so the client checks nothing itself.
sts = boto3.client("sts", config=Config(parameter_validation=False))


def attempt(call, **arguments):
    """Makes a call that AWS refuses; what the origin says is in the recording."""
    with contextlib.suppress(ClientError):
        call(**arguments)


account = sts.get_caller_identity()["Account"]
role = f"arn:aws:iam::{account}:role/standin-role"
attempt(sts.assume_role, RoleArn="not-an-arn-but-long-enough", RoleSessionName="session")
attempt(sts.assume_role, RoleArn=role, RoleSessionName="x" * 70)
attempt(sts.assume_role, RoleArn=role, RoleSessionName="session", DurationSeconds=10)
attempt(sts.get_session_token, DurationSeconds=1)
attempt(sts.get_federation_token, Name="!")
sts.get_caller_identity()

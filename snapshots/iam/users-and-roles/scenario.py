"""Users, groups, roles and policies, with the errors of names taken and names unknown."""

import contextlib
import json

import boto3
from botocore.exceptions import ClientError

iam = boto3.client("iam")


def attempt(call, **arguments):
    """Makes a call that AWS refuses; what the origin says is in the recording."""
    with contextlib.suppress(ClientError):
        call(**arguments)


trust = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
    }
)
allow = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}
)
iam.create_user(UserName="standin-user", Tags=[{"Key": "team", "Value": "blue"}])
attempt(iam.create_user, UserName="standin-user")
iam.get_user(UserName="standin-user")
attempt(iam.get_user, UserName="standin-absent")
iam.create_group(GroupName="standin-group")
iam.add_user_to_group(GroupName="standin-group", UserName="standin-user")
iam.list_groups_for_user(UserName="standin-user")
iam.create_role(RoleName="standin-role", AssumeRolePolicyDocument=trust)
attempt(iam.create_role, RoleName="standin-broken", AssumeRolePolicyDocument="no policy")
iam.get_role(RoleName="standin-role")
iam.put_role_policy(RoleName="standin-role", PolicyName="inline", PolicyDocument=allow)
iam.get_role_policy(RoleName="standin-role", PolicyName="inline")
iam.list_role_policies(RoleName="standin-role")
attempt(iam.delete_role, RoleName="standin-role")
iam.delete_role_policy(RoleName="standin-role", PolicyName="inline")
iam.delete_role(RoleName="standin-role")
iam.remove_user_from_group(GroupName="standin-group", UserName="standin-user")
iam.delete_group(GroupName="standin-group")
iam.delete_user(UserName="standin-user")

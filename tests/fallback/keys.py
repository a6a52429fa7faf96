"""A user of moto's IAM has keys that the native services know the account of."""

import boto3
from common import ACCOUNT, REGION, TABLE, URL, client, same

client("dynamodb").create_table(TableName="of-the-account", **TABLE)
iam = client("iam")
iam.create_user(UserName="u")
made = iam.create_access_key(UserName="u")["AccessKey"]


def as_user(service, key=made):
    return boto3.client(
        service,
        endpoint_url=URL,
        region_name=REGION,
        aws_access_key_id=key["AccessKeyId"],
        aws_secret_access_key=key.get("SecretAccessKey") or key["SecretKey"],
        aws_session_token=key.get("SessionToken"),
    )


same(as_user("dynamodb").list_tables()["TableNames"], ["of-the-account"])
same(as_user("sts").get_caller_identity()["Account"], ACCOUNT)
client("sqs").create_queue(QueueName="q")
same(len(as_user("sqs").list_queues()["QueueUrls"]), 1)

# An identity that a service of moto's asks for is the native STS's.
mesh = client("appmesh").create_mesh(meshName="m")["mesh"]
same(mesh["metadata"]["meshOwner"], ACCOUNT)

# Sessions that moto begins are the native STS's too.
role = f"arn:aws:iam::{ACCOUNT}:role/role"
begun = client("sts").assume_role_with_web_identity(RoleArn=role, RoleSessionName="session", WebIdentityToken="token")
caller = as_user("sts", begun["Credentials"]).get_caller_identity()
same(caller["Arn"], f"arn:aws:sts::{ACCOUNT}:assumed-role/role/session")
same(as_user("dynamodb", begun["Credentials"]).list_tables()["TableNames"], ["of-the-account"])

# Cognito's clients don't sign, and so are in the default account and region.
default = {"region": "us-east-1", "account": "000000000000"}
cognito = client("cognito-identity", **default)
pool = cognito.create_identity_pool(IdentityPoolName="p", AllowUnauthenticatedIdentities=True)["IdentityPoolId"]
identity = cognito.get_id(IdentityPoolId=pool)["IdentityId"]
given = cognito.get_credentials_for_identity(IdentityId=identity)["Credentials"]
same(as_user("sts", given).get_caller_identity()["Account"], default["account"])
same(as_user("dynamodb", given).list_tables()["TableNames"], [])

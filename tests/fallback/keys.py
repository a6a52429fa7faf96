"""A user of moto's IAM has keys that the native services know the account of."""

import boto3
from common import ACCOUNT, REGION, TABLE, URL, client, same

client("dynamodb").create_table(TableName="of-the-account", **TABLE)
iam = client("iam")
iam.create_user(UserName="u")
made = iam.create_access_key(UserName="u")["AccessKey"]


def as_user(service):
    return boto3.client(
        service,
        endpoint_url=URL,
        region_name=REGION,
        aws_access_key_id=made["AccessKeyId"],
        aws_secret_access_key=made["SecretAccessKey"],
    )


same(as_user("dynamodb").list_tables()["TableNames"], ["of-the-account"])
same(as_user("sts").get_caller_identity()["Account"], ACCOUNT)
client("sqs").create_queue(QueueName="q")
same(len(as_user("sqs").list_queues()["QueueUrls"]), 1)

# An identity that a service of moto's asks for is the native STS's.
mesh = client("appmesh").create_mesh(meshName="m")["mesh"]
same(mesh["metadata"]["meshOwner"], ACCOUNT)

"""moto as a server that others started: answers are its own, and no bridge leads from it to native services."""

import sys

from common import arn, client, refused, same

answer = client("dynamodb").list_tables()
same(answer["TableNames"], [])
same(answer["ResponseMetadata"]["HTTPHeaders"]["x-standin-evidence"], f"fallback:127.0.0.1:{sys.argv[2]}@external")
# A page that says no more than that it failed.
refused(500, "InternalFailure", client("dynamodb").list_imports, "dynamodb", "@external")
refused(501, "NotImplemented", client("lambda").list_code_signing_configs, "lambda")
sns = client("sns")
topic = sns.create_topic(Name="t")["TopicArn"]
same(topic, arn("sns", "t"))
refused(501, "NotImplemented", sns.subscribe, "sns", "sqs", TopicArn=topic, Protocol="sqs", Endpoint=arn("sqs", "q"))

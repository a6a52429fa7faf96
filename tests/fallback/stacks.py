"""A CloudFormation stack of moto's has its queues in the native SQS."""

import json

from common import URL, ACCOUNT, arn, client, received, same

sqs, stacks = client("sqs"), client("cloudformation")
queue = {
    "Type": "AWS::SQS::Queue",
    "Properties": {
        "QueueName": "of-stack",
        "VisibilityTimeout": 5,
        "DelaySeconds": 3,
        "RedrivePolicy": {"deadLetterTargetArn": {"Fn::GetAtt": ["Dead", "Arn"]}, "maxReceiveCount": 3},
        "Tags": [{"Key": "a", "Value": "b"}],
    },
}
allow = {"Effect": "Allow", "Principal": "*", "Action": "sqs:*", "Resource": {"Fn::GetAtt": ["Queue", "Arn"]}}
policy = {"Version": "2012-10-17", "Statement": [allow]}
subscription = {"Protocol": "sqs", "Endpoint": {"Fn::GetAtt": ["Queue", "Arn"]}}
template = {
    "Resources": {
        "Dead": {"Type": "AWS::SQS::Queue"},
        "Queue": queue,
        "Policy": {"Type": "AWS::SQS::QueuePolicy", "Properties": {"Queues": [{"Ref": "Queue"}], "PolicyDocument": policy}},
        "Topic": {"Type": "AWS::SNS::Topic", "Properties": {"Subscription": [subscription]}},
    },
    "Outputs": {"Url": {"Value": {"Ref": "Queue"}}, "Topic": {"Value": {"Ref": "Topic"}}},
}


def attributes(*names):
    return sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]


stacks.create_stack(StackName="s", TemplateBody=json.dumps(template))
outputs = stacks.describe_stacks(StackName="s")["Stacks"][0]["Outputs"]
outputs = {output["OutputKey"]: output["OutputValue"] for output in outputs}
url = outputs["Url"]
same(url, f"{URL}/{ACCOUNT}/of-stack")
found = attributes("VisibilityTimeout", "DelaySeconds", "RedrivePolicy", "Policy")
same((found["VisibilityTimeout"], found["DelaySeconds"]), ("5", "3"))
dead = json.loads(found["RedrivePolicy"])["deadLetterTargetArn"]
assert dead.startswith(arn("sqs", "s-Dead-")), dead
same(json.loads(found["Policy"])["Statement"][0]["Resource"], arn("sqs", "of-stack"))
same(sqs.list_queue_tags(QueueUrl=url)["Tags"], {"a": "b"})

queue["Properties"].update(VisibilityTimeout=7, Tags=[{"Key": "c", "Value": "d"}])
del queue["Properties"]["DelaySeconds"]
stacks.update_stack(StackName="s", TemplateBody=json.dumps(template))
same(attributes("VisibilityTimeout", "DelaySeconds"), {"VisibilityTimeout": "7", "DelaySeconds": "0"})
same(sqs.list_queue_tags(QueueUrl=url)["Tags"], {"c": "d"})

client("sns").publish(TopicArn=outputs["Topic"], Message="through the stack")
same([json.loads(m["Body"])["Message"] for m in received(sqs, url)], ["through the stack"])

stacks.delete_stack(StackName="s")
same(sqs.list_queues().get("QueueUrls", []), [])

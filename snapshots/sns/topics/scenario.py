"""Topics: create, attributes, tags, subscriptions to a queue, publishing."""

import contextlib

import boto3
from botocore.exceptions import ClientError

sns = boto3.client("sns")
sqs = boto3.client("sqs")


def attempt(call, **arguments):
    """Makes a call that AWS refuses; what the origin says is in the recording."""
    with contextlib.suppress(ClientError):
        call(**arguments)


topic = sns.create_topic(Name="standin-topic", Tags=[{"Key": "team", "Value": "blue"}])["TopicArn"]
attempt(sns.create_topic, Name="not allowed!")
sns.set_topic_attributes(TopicArn=topic, AttributeName="DisplayName", AttributeValue="Standin")
sns.list_tags_for_resource(ResourceArn=topic)
queue = sqs.create_queue(QueueName="standin-topic-queue")["QueueUrl"]
arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
subscription = sns.subscribe(
    TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"}, ReturnSubscriptionArn=True
)["SubscriptionArn"]
sns.list_subscriptions_by_topic(TopicArn=topic)
sns.publish(TopicArn=topic, Message="to the queue")
sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=1)
attempt(sns.publish, TopicArn=topic + "-absent", Message="to nobody")
sns.unsubscribe(SubscriptionArn=subscription)
sns.delete_topic(TopicArn=topic)
sqs.delete_queue(QueueUrl=queue)

"""A message that is received too often moves to the dead-letter queue."""

import json

import boto3

sqs = boto3.client("sqs")

dead = sqs.create_queue(QueueName="standin-dead")["QueueUrl"]
arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
policy = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 2})
url = sqs.create_queue(QueueName="standin-alive", Attributes={"RedrivePolicy": policy, "VisibilityTimeout": "0"})["QueueUrl"]
sqs.list_dead_letter_source_queues(QueueUrl=dead)
sqs.send_message(QueueUrl=url, MessageBody="poison")
for _ in range(3):
    sqs.receive_message(QueueUrl=url, AttributeNames=["ApproximateReceiveCount"])
sqs.receive_message(QueueUrl=dead, AttributeNames=["ApproximateReceiveCount"])
sqs.delete_queue(QueueUrl=url)
sqs.delete_queue(QueueUrl=dead)

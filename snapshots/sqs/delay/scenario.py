"""Messages wait for their delay, or the queue's, before they can be received."""

import time

import boto3

sqs = boto3.client("sqs")

url = sqs.create_queue(QueueName="standin-delay", Attributes={"DelaySeconds": "2"})["QueueUrl"]
sqs.send_message(QueueUrl=url, MessageBody="the queue's delay")
sqs.send_message(QueueUrl=url, MessageBody="no delay", DelaySeconds=0)
sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)
sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessagesDelayed", "DelaySeconds"])
time.sleep(2.5)
sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)
sqs.send_message(QueueUrl=url, MessageBody="its own delay", DelaySeconds=1)
sqs.receive_message(QueueUrl=url)
time.sleep(1.5)
sqs.receive_message(QueueUrl=url)
sqs.delete_queue(QueueUrl=url)

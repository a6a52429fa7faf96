"""A received message is hidden for its visibility timeout and comes back after it."""

import time

import boto3

sqs = boto3.client("sqs")

url = sqs.create_queue(QueueName="standin-visibility", Attributes={"VisibilityTimeout": "2"})["QueueUrl"]
sqs.send_message(QueueUrl=url, MessageBody="come back")
first = sqs.receive_message(QueueUrl=url, AttributeNames=["ApproximateReceiveCount"])["Messages"][0]
sqs.receive_message(QueueUrl=url)
time.sleep(2.5)
second = sqs.receive_message(QueueUrl=url, AttributeNames=["ApproximateReceiveCount"], VisibilityTimeout=30)["Messages"][0]
sqs.receive_message(QueueUrl=url)
sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=second["ReceiptHandle"], VisibilityTimeout=1)
time.sleep(1.5)
third = sqs.receive_message(QueueUrl=url, AttributeNames=["ApproximateReceiveCount"])["Messages"][0]
sqs.delete_message(QueueUrl=url, ReceiptHandle=third["ReceiptHandle"])
time.sleep(2.5)
sqs.receive_message(QueueUrl=url)
sqs.delete_queue(QueueUrl=url)

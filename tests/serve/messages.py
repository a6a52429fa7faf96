"""SQS by boto3: long polls, FIFO queues, dead-letter queues, move tasks, batches, pages; and the query protocol."""

import json
import sys
import threading
import time
import urllib.parse
import urllib.request
from xml.etree import ElementTree

import boto3
from botocore.exceptions import ClientError

url = sys.argv[1]
sqs = boto3.client(
    "sqs",
    endpoint_url=url,
    region_name="eu-west-1",
    aws_access_key_id="123456789012",
    aws_secret_access_key="secret",
)


def queue(name, **attributes):
    return sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]


def arn(queue_url):
    return sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]


def bodies(queue_url, **options):
    answer = sqs.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10, **options)
    return [message["Body"] for message in answer.get("Messages", [])]


def long_poll():
    polled = queue("polled")
    threading.Timer(0.3, lambda: sqs.send_message(QueueUrl=polled, MessageBody="now")).start()
    start = time.monotonic()
    assert bodies(polled, WaitTimeSeconds=10) == ["now"]
    assert time.monotonic() - start < 5, "the poll was not woken"
    sqs.send_message(QueueUrl=polled, MessageBody="later", DelaySeconds=1)
    assert bodies(polled, WaitTimeSeconds=10) == ["later"]
    assert bodies(polled, WaitTimeSeconds=1) == []


def fifo():
    ordered = queue("ordered.fifo", FifoQueue="true", ContentBasedDeduplication="true")
    entries = [{"Id": str(n), "MessageBody": f"m{n}", "MessageGroupId": f"g{n % 2}"} for n in range(4)]
    for _ in range(2):
        answer = sqs.send_message_batch(QueueUrl=ordered, Entries=entries)
        assert len(answer["Successful"]) == 4 and "Failed" not in answer
    assert bodies(ordered) == ["m0", "m2", "m1", "m3"]
    assert bodies(ordered) == []


def dead_letters():
    dead = queue("dead")
    policy = json.dumps({"deadLetterTargetArn": arn(dead), "maxReceiveCount": "1"})
    source = queue("source", RedrivePolicy=policy, VisibilityTimeout="0")
    for n in range(3):
        attributes = {"n": {"DataType": "Binary", "BinaryValue": bytes([n])}}
        sqs.send_message(QueueUrl=source, MessageBody=f"m{n}", MessageAttributes=attributes)
    assert bodies(source) == ["m0", "m1", "m2"]
    assert bodies(source) == []
    assert sqs.list_dead_letter_source_queues(QueueUrl=dead)["queueUrls"] == [source]
    sqs.start_message_move_task(SourceArn=arn(dead))
    task = sqs.list_message_move_tasks(SourceArn=arn(dead))["Results"][0]
    assert (task["Status"], task["ApproximateNumberOfMessagesMoved"]) == ("COMPLETED", 3), task
    assert bodies(source, MessageAttributeNames=["All"]) == ["m0", "m1", "m2"]


def batches():
    batched = queue("batched")
    entries = [{"Id": str(n), "MessageBody": f"m{n}"} for n in range(10)]
    sqs.send_message_batch(QueueUrl=batched, Entries=entries)
    messages = sqs.receive_message(QueueUrl=batched, MaxNumberOfMessages=10)["Messages"]
    handles = [{"Id": str(n), "ReceiptHandle": message["ReceiptHandle"]} for n, message in enumerate(messages)]
    hide = [entry | {"VisibilityTimeout": 0} for entry in handles[:2]]
    sqs.change_message_visibility_batch(QueueUrl=batched, Entries=hide)
    answer = sqs.delete_message_batch(QueueUrl=batched, Entries=handles[2:] + [{"Id": "x", "ReceiptHandle": "x"}])
    assert [entry["Id"] for entry in answer["Failed"]] == ["x"] and len(answer["Successful"]) == 8
    assert bodies(batched) == ["m0", "m1"]


def pages():
    pages = sqs.get_paginator("list_queues").paginate(PaginationConfig={"PageSize": 2})
    names = [queue_url.rsplit("/", 1)[1] for page in pages for queue_url in page["QueueUrls"]]
    assert names == sorted(names) and "ordered.fifo" in names, names


def errors():
    for call, code in [
        (lambda: sqs.get_queue_url(QueueName="none"), "AWS.SimpleQueueService.NonExistentQueue"),
        (lambda: sqs.create_queue(QueueName="batched", Attributes={"DelaySeconds": "1"}), "QueueAlreadyExists"),
        (lambda: sqs.create_queue(QueueName="no.dots"), "InvalidParameterValue"),
    ]:
        try:
            call()
        except ClientError as error:
            assert error.response["Error"]["Code"] == code, error
        else:
            raise AssertionError(f"no {code}")


def query(path, **parameters):
    credential = "Credential=123456789012/20260101/eu-west-1/sqs/aws4_request, SignedHeaders=host, Signature=0"
    request = urllib.request.Request(
        url + path,
        data=urllib.parse.urlencode(parameters).encode(),
        headers={"Authorization": f"AWS4-HMAC-SHA256 {credential}"},
    )
    with urllib.request.urlopen(request) as answer:
        return ElementTree.fromstring(answer.read())


def query_protocol():
    space = {"q": "http://queue.amazonaws.com/doc/2012-11-05/"}
    made = query("/", Action="CreateQueue", QueueName="forms", **{"Attribute.1.Name": "DelaySeconds", "Attribute.1.Value": "0"})
    assert made.find(".//q:QueueUrl", space).text == f"{url}/123456789012/forms"
    body = 'quoted "text"\r\n<&>'
    query("/123456789012/forms", Action="SendMessage", MessageBody=body)
    received = query("/123456789012/forms", Action="ReceiveMessage", **{"AttributeName.1": "All"})
    assert received.find(".//q:Body", space).text == body
    handle = received.find(".//q:ReceiptHandle", space).text
    query("/123456789012/forms", Action="DeleteMessage", ReceiptHandle=handle)
    assert bodies(f"{url}/123456789012/forms") == []


for part in [long_poll, fifo, dead_letters, batches, pages, errors, query_protocol]:
    part()

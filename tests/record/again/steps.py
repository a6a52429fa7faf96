"""Independent steps with names, tokens and contents of their own, in the order of a seed.

Arguments: the seed (0 keeps the order), and `twice` where each request is to be sent twice, as a client does whose
first answer was lost.
"""

import random
import sys
import uuid

import boto3
import urllib3

seed, twice = int(sys.argv[1]), "twice" in sys.argv
pool = urllib3.PoolManager()


def send_first(request, **_):
    """Sends a request before it is sent, with the client's own id of the call."""
    if request.method in ("POST", "PUT", "DELETE") and isinstance(request.body, (bytes, str, type(None))):
        answer = pool.request(request.method, request.url, body=request.body, headers=dict(request.headers))
        assert answer.status < 500, answer.data


def client(name):
    made = boto3.client(name)
    if twice:
        made.meta.events.register("before-send", send_first)
    return made


def table():
    dynamodb, name = client("dynamodb"), f"jobs-{uuid.uuid4()}"
    key = [{"AttributeName": "id", "KeyType": "HASH"}]
    kind = [{"AttributeName": "id", "AttributeType": "S"}]
    dynamodb.create_table(
        TableName=name, KeySchema=key, AttributeDefinitions=kind, BillingMode="PAY_PER_REQUEST"
    )
    dynamodb.get_waiter("table_exists").wait(TableName=name)
    job = {"id": {"S": str(uuid.uuid4())}, "state": {"S": "new"}, "tags": {"SS": random.sample(["a", "b", "c"], 3)}}
    dynamodb.put_item(TableName=name, Item=job)
    found = dynamodb.get_item(TableName=name, Key={"id": job["id"]})["Item"]
    assert found["id"] == job["id"] and found["state"] == {"S": "new"}, found
    dynamodb.transact_write_items(
        ClientRequestToken=str(uuid.uuid4()),
        TransactItems=[
            {
                "Update": {
                    "TableName": name,
                    "Key": {"id": job["id"]},
                    "UpdateExpression": "SET #s = :s",
                    "ExpressionAttributeNames": {"#s": "state"},
                    "ExpressionAttributeValues": {":s": {"S": "done"}},
                }
            }
        ],
    )
    for _ in range(2):
        found = dynamodb.get_item(TableName=name, Key={"id": job["id"]})["Item"]
        assert found["state"] == {"S": "done"}, found
    dynamodb.delete_table(TableName=name)


def parts():
    s3, bucket, key = client("s3"), f"bucket-{uuid.uuid4()}", f"parts/{uuid.uuid4()}"
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    upload = s3.create_multipart_upload(Bucket=bucket, Key=key, ChecksumAlgorithm="CRC32")["UploadId"]
    bodies, done = [b"a" * (5 << 20), b"the end"], []
    for number, body in enumerate(bodies, 1):
        part = s3.upload_part(
            Bucket=bucket, Key=key, UploadId=upload, PartNumber=number, Body=body, ChecksumAlgorithm="CRC32"
        )
        done.append({"PartNumber": number, "ETag": part["ETag"], "ChecksumCRC32": part["ChecksumCRC32"]})
    s3.complete_multipart_upload(Bucket=bucket, Key=key, UploadId=upload, MultipartUpload={"Parts": done})
    # Read as it was written, in parts: an answer's content is kept where the run has sent it.
    for start, body in zip((0, 5 << 20), bodies):
        found = s3.get_object(Bucket=bucket, Key=key, Range=f"bytes={start}-{start + len(body) - 1}")
        assert found["Body"].read() == body
        assert found["ETag"].endswith('-2"'), found["ETag"]
    s3.put_object(Bucket=bucket, Key="note", Body="plain", ChecksumAlgorithm="SHA256")
    assert s3.get_object(Bucket=bucket, Key="note", ChecksumMode="ENABLED")["Body"].read() == b"plain"
    s3.delete_object(Bucket=bucket, Key="note")


def fifo():
    sqs = client("sqs")
    url = sqs.create_queue(QueueName=f"jobs-{uuid.uuid4()}.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
    bodies = [f"{word} {uuid.uuid4()}" for word in ("first", "second")]
    for body in bodies:
        sent = sqs.send_message(
            QueueUrl=url, MessageBody=body, MessageGroupId="jobs", MessageDeduplicationId=str(uuid.uuid4())
        )
        assert sent["SequenceNumber"], sent
    for body in bodies:
        message = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=1)["Messages"][0]
        assert message["Body"] == body, message
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    sqs.delete_queue(QueueUrl=url)


def select():
    s3, bucket = client("s3"), f"rows-{uuid.uuid4()}"
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    # What an answer quotes is kept where the run has sent it.
    s3.put_object(Bucket=bucket, Key="expected", Body="box\nbag\n")
    s3.put_object(Bucket=bucket, Key="rows.csv", Body="name,size\nbox,3\nbag,2\n")
    events = s3.select_object_content(
        Bucket=bucket,
        Key="rows.csv",
        Expression="SELECT s.name FROM s3object s",
        ExpressionType="SQL",
        InputSerialization={"CSV": {"FileHeaderInfo": "USE"}},
        OutputSerialization={"CSV": {}},
    )["Payload"]
    events = list(events)
    rows = b"".join(event["Records"]["Payload"] for event in events if "Records" in event)
    assert rows.split() == [b"box", b"bag"], rows
    assert [next(iter(event)) for event in events][-1] == "End", events


steps = [table, parts, fifo, select]
if seed:
    random.Random(seed).shuffle(steps)
for step in steps:
    step()
print("all steps")

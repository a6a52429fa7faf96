"""Objects: put, get, head, ranges, copies, conditions, deletes."""

import contextlib

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

s3 = boto3.client("s3", config=Config(s3={"addressing_style": "path"}))
bucket = "standin-objects"


def attempt(call, **arguments):
    """Makes a call that AWS refuses; what the origin says is in the recording."""
    with contextlib.suppress(ClientError):
        call(**arguments)


s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
s3.head_bucket(Bucket=bucket)
s3.get_bucket_location(Bucket=bucket)
attempt(s3.head_bucket, Bucket="standin-objects-absent")
s3.put_object(Bucket=bucket, Key="greeting", Body=b"hello world", ContentType="text/plain", Metadata={"lang": "en"})
s3.head_object(Bucket=bucket, Key="greeting")
s3.get_object(Bucket=bucket, Key="greeting")["Body"].read()
s3.get_object(Bucket=bucket, Key="greeting", Range="bytes=0-4")["Body"].read()
attempt(s3.get_object, Bucket=bucket, Key="greeting", Range="bytes=100-200")
attempt(s3.get_object, Bucket=bucket, Key="absent")
attempt(s3.head_object, Bucket=bucket, Key="absent")
s3.copy_object(Bucket=bucket, Key="copies/greeting", CopySource={"Bucket": bucket, "Key": "greeting"})
s3.put_object_tagging(Bucket=bucket, Key="greeting", Tagging={"TagSet": [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]})
s3.get_object_tagging(Bucket=bucket, Key="greeting")
s3.put_object(Bucket=bucket, Key="empty", Body=b"")
attempt(s3.delete_bucket, Bucket=bucket)
s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "greeting"}, {"Key": "copies/greeting"}]})
s3.delete_object(Bucket=bucket, Key="empty")
s3.delete_object(Bucket=bucket, Key="never-there")
s3.list_objects_v2(Bucket=bucket)
s3.delete_bucket(Bucket=bucket)

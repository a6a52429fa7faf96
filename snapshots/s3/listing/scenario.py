"""Listings: prefixes, delimiters, pages, and keys that need encoding."""

import boto3
from botocore.config import Config

s3 = boto3.client("s3", config=Config(s3={"addressing_style": "path"}))
bucket = "standin-listing"

s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
keys = ["a", "b/1", "b/2", "b/3", "c d+e&f", "ü/x"]
for key in keys:
    s3.put_object(Bucket=bucket, Key=key, Body=key.encode())
s3.list_objects_v2(Bucket=bucket)
s3.list_objects_v2(Bucket=bucket, Prefix="b/", MaxKeys=2)
s3.list_objects_v2(Bucket=bucket, Delimiter="/")
s3.list_objects_v2(Bucket=bucket, StartAfter="b/2")
s3.list_objects(Bucket=bucket, Marker="b/1", MaxKeys=2)
s3.list_object_versions(Bucket=bucket, Prefix="a")
for key in keys:
    s3.delete_object(Bucket=bucket, Key=key)
s3.delete_bucket(Bucket=bucket)

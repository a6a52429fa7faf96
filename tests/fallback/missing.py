"""Operations and services that moto has not are 501 in the protocol's own error."""

from common import client, refused

lacking = {
    "accessanalyzer": "list_analyzers",
    "dynamodb": "list_imports",
    "ec2": "describe_verified_access_groups",
    "lambda": "list_code_signing_configs",
    "rds": "describe_db_major_engine_versions",
    "route53": "list_cidr_collections",
}
for service, operation in lacking.items():
    refused(501, "NotImplemented", getattr(client(service), operation), service, "moto@5.2.5")

# moto would take each of these for a service that is signed alike.
refused(501, "NotImplemented", client("kinesisanalytics").list_applications, "kinesisanalytics")
refused(501, "NotImplemented", client("lex-models").get_bots, "lex-models")

# And each of these for another operation of S3.
s3 = client("s3", region="us-east-1")
s3.create_bucket(Bucket="a-bucket")
s3.put_object(Bucket="a-bucket", Key="k", Body=b"kept")
refused(501, "NotImplemented", s3.delete_bucket_metrics_configuration, "s3", Bucket="a-bucket", Id="m")
refused(501, "NotImplemented", s3.get_object_retention, "s3", Bucket="a-bucket", Key="k")
refused(501, "NotImplemented", s3.rename_object, "s3", Bucket="a-bucket", Key="k", RenameSource="/a-bucket/k")
refused(501, "NotImplemented", s3.list_directory_buckets, "s3")
assert s3.get_object(Bucket="a-bucket", Key="k")["Body"].read() == b"kept"

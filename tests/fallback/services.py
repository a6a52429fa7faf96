"""One service of each protocol, and S3 in the ways that clients reach it."""

import http.client
import urllib.request
from urllib.parse import urlsplit

import boto3
from botocore import UNSIGNED
from botocore.config import Config
from common import URL, client, refused, same

answer = client("dynamodb").list_tables()
same(answer["TableNames"], [])
same(answer["ResponseMetadata"]["HTTPHeaders"]["x-standin-evidence"], "fallback:moto@5.2.5")
assert client("ec2").describe_vpcs()["Vpcs"][0]["VpcId"].startswith("vpc-")
same(client("iam").list_users()["Users"], [])
same(client("lambda").list_functions()["Functions"], [])
watch = client("cloudwatch")
watch.put_metric_data(Namespace="n", MetricData=[{"MetricName": "m", "Value": 1.5}])
same([metric["MetricName"] for metric in watch.list_metrics()["Metrics"]], ["m"])
client("timestream-write", endpoint_discovery_enabled=False).create_database(DatabaseName="db")
same(client("opensearch").list_domain_names()["DomainNames"], [])
same(client("elbv2").describe_load_balancers()["LoadBalancers"], [])
same(client("elb").describe_load_balancers()["LoadBalancerDescriptions"], [])
same(client("apigatewayv2").get_apis()["Items"], [])
same(client("route53").list_hosted_zones()["HostedZones"], [])
made = client("kms").create_key()
same(made["ResponseMetadata"]["HTTPHeaders"]["content-type"], "application/x-amz-json-1.1")
key = made["KeyMetadata"]["KeyId"]
sealed = client("kms").encrypt(KeyId=key, Plaintext=b"\x00\xff")["CiphertextBlob"]
same(client("kms").decrypt(CiphertextBlob=sealed)["Plaintext"], b"\x00\xff")

s3 = client("s3", region="us-east-1")
s3.create_bucket(Bucket="a-bucket")
s3.put_object(Bucket="a-bucket", Key="a//b c/é+%", Body=b"text", Metadata={"k": "v"})
found = s3.get_object(Bucket="a-bucket", Key="a//b c/é+%")
same((found["Body"].read(), found["Metadata"]), (b"text", {"k": "v"}))
same([o["Key"] for o in s3.list_objects_v2(Bucket="a-bucket")["Contents"]], ["a//b c/é+%"])
same(s3.head_object(Bucket="a-bucket", Key="a//b c/é+%")["ContentLength"], 4)
refused(404, "404", s3.head_object, Bucket="a-bucket", Key="none")
refused(404, "NoSuchKey", s3.get_object, Bucket="a-bucket", Key="none")
refused(404, "ResourceNotFoundException", client("lambda").get_function, FunctionName="none")
url = s3.generate_presigned_url("get_object", Params={"Bucket": "a-bucket", "Key": "a//b c/é+%"})
same(urllib.request.urlopen(url).read(), b"text")
s3.put_object(Bucket="a-bucket", Key="moto-api/reset", Body=b"an object, not moto's own API")
same(s3.get_object(Bucket="a-bucket", Key="moto-api/reset")["Body"].read()[:9], b"an object")
page = s3.put_object(Bucket="a-bucket", Key="page", Body=b"<html>", ContentType="text/html")
same(s3.get_object(Bucket="a-bucket", Key="page")["Body"].read(), b"<html>")
anonymous = boto3.client("s3", endpoint_url=URL, region_name="us-east-1", config=Config(signature_version=UNSIGNED))
anonymous.list_objects_v2(Bucket="a-bucket")


def at(host, method, path):
    """The answer to a request that names this host; boto3 would have to resolve it."""
    connection = http.client.HTTPConnection(urlsplit(URL).netloc)
    scope = "Credential=123456789012/20260101/us-east-1/s3/aws4_request"
    signature = f"AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=0"
    connection.request(method, path, headers={"host": host, "authorization": signature})
    answer = connection.getresponse()
    return answer.status, answer.read()


for host in "s3.localhost:4566", "standin", "my.own.host:4566", "s3.us-east-1.amazonaws.com", "[::1]:4566":
    same(at(host, "GET", "/a-bucket/page"), (200, b"<html>"))
for host in "a-bucket.s3.localhost:4566", "a-bucket.s3.amazonaws.com", "a-bucket.s3-us-west-2.amazonaws.com":
    same(at(host, "GET", "/page"), (200, b"<html>"))
same(at("dotted.name.s3.localhost:4566", "PUT", "/")[0], 200)
assert "dotted.name" in [b["Name"] for b in s3.list_buckets()["Buckets"]]

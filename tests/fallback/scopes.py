"""What one account or region has, another has not."""

from common import TABLE, client, same

here = client("dynamodb")
made = here.create_table(TableName="t", **TABLE)["TableDescription"]["TableArn"]
same(made, "arn:aws:dynamodb:eu-west-1:123456789012:table/t")
same(here.list_tables()["TableNames"], ["t"])
same(client("dynamodb", region="us-west-2").list_tables()["TableNames"], [])
same(client("dynamodb", account="210987654321").list_tables()["TableNames"], [])

client("s3").create_bucket(Bucket="mine", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
same(client("s3").get_bucket_location(Bucket="mine")["LocationConstraint"], "eu-west-1")
same([b["Name"] for b in client("s3").list_buckets()["Buckets"]], ["mine"])
same(client("s3", account="210987654321").list_buckets()["Buckets"], [])

topic = client("sns", region="ap-southeast-2").create_topic(Name="n")["TopicArn"]
same(topic, "arn:aws:sns:ap-southeast-2:123456789012:n")
same(client("sns").list_topics()["Topics"], [])
cluster = client("emr", region="eu-central-1").list_clusters()["Clusters"]
same(cluster, [])

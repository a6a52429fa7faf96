"""SNS, S3, EventBridge and the tagging API are moto's, and the queues are native."""

import json

from common import ACCOUNT, arn, client, received, same

OTHER = "210987654321"
sqs, sns, s3, events = client("sqs"), client("sns"), client("s3"), client("events")
queue = sqs.create_queue(QueueName="q")["QueueUrl"]

# SNS: in its envelope, raw with attributes, to another account, in a FIFO, and to the dead-letter queue.
topic = sns.create_topic(Name="t")["TopicArn"]
subscription = sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn("sqs", "q"))["SubscriptionArn"]
sns.publish(TopicArn=topic, Message="hello", Subject="s")
(message,) = received(sqs, queue)
envelope = json.loads(message["Body"])
same((envelope["Type"], envelope["Message"], envelope["Subject"]), ("Notification", "hello", "s"))
same(envelope["TopicArn"], topic)
sns.set_subscription_attributes(SubscriptionArn=subscription, AttributeName="RawMessageDelivery", AttributeValue="true")
attributes = {
    "b": {"DataType": "Binary", "BinaryValue": b"\x00\x01"},
    "n": {"DataType": "Number", "StringValue": "5"},
}
sns.publish(TopicArn=topic, Message="raw", MessageAttributes=attributes)
(message,) = received(sqs, queue, MessageAttributeNames=["All"])
same((message["Body"], message["MessageAttributes"]), ("raw", attributes))

theirs = client("sqs", account=OTHER)
far = theirs.create_queue(QueueName="far")["QueueUrl"]
topic = sns.create_topic(Name="across")["TopicArn"]
sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn("sqs", "far", OTHER))
sns.publish(TopicArn=topic, Message="across")
same([json.loads(m["Body"])["Message"] for m in received(theirs, far)], ["across"])

ordered = sqs.create_queue(QueueName="q.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
dead = sqs.create_queue(QueueName="dead")["QueueUrl"]
topic = sns.create_topic(Name="t.fifo", Attributes={"FifoTopic": "true"})["TopicArn"]
redrive = json.dumps({"deadLetterTargetArn": arn("sqs", "dead")})
sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn("sqs", "q.fifo"), Attributes={"RedrivePolicy": redrive})
sns.publish(TopicArn=topic, Message="first", MessageGroupId="g", MessageDeduplicationId="d")
sns.publish(TopicArn=topic, Message="again", MessageGroupId="g", MessageDeduplicationId="d")
(message,) = received(sqs, ordered, AttributeNames=["All"])
same(json.loads(message["Body"])["Message"], "first")
same((message["Attributes"]["MessageGroupId"], message["Attributes"]["MessageDeduplicationId"]), ("g", "d"))
sqs.delete_queue(QueueUrl=ordered)
sns.publish(TopicArn=topic, Message="lost", MessageGroupId="g", MessageDeduplicationId="e")
same([json.loads(m["Body"])["Message"] for m in received(sqs, dead)], ["lost"])

# S3: the test event, and an object's.
s3.create_bucket(Bucket="a-bucket", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
wanted = [{"QueueArn": arn("sqs", "q"), "Events": ["s3:ObjectCreated:*"]}]
s3.put_bucket_notification_configuration(Bucket="a-bucket", NotificationConfiguration={"QueueConfigurations": wanted})
s3.put_object(Bucket="a-bucket", Key="k", Body=b"1234")
test, event = (json.loads(m["Body"]) for m in received(sqs, queue))
same(test["Event"], "s3:TestEvent")
record = event["Records"][0]
same((record["eventName"], record["awsRegion"]), ("ObjectCreated:Put", "eu-west-1"))
same((record["s3"]["bucket"]["name"], record["s3"]["object"]["key"]), ("a-bucket", "k"))
same(record["s3"]["object"]["size"], 4)

# EventBridge.
events.put_rule(Name="r", EventPattern=json.dumps({"source": ["me"]}))
events.put_targets(Rule="r", Targets=[{"Id": "1", "Arn": arn("sqs", "q")}, {"Id": "2", "Arn": arn("sqs", "far", OTHER)}])
events.put_events(Entries=[{"Source": "me", "DetailType": "d", "Detail": '{"a": 1}'}])
for messages in received(sqs, queue), received(theirs, far):
    same([json.loads(m["Body"])["detail"] for m in messages], [{"a": 1}])

# The tagging API.
sqs.tag_queue(QueueUrl=queue, Tags={"k": "v"})
tagging = client("resourcegroupstaggingapi")
tagging.tag_resources(ResourceARNList=[arn("sqs", "q")], Tags={"x": "y"})
same(sqs.list_queue_tags(QueueUrl=queue)["Tags"], {"k": "v", "x": "y"})
found = {r["ResourceARN"]: r["Tags"] for r in tagging.get_resources(ResourceTypeFilters=["sqs"])["ResourceTagMappingList"]}
same(found, {f"arn:aws:sqs:eu-west-1:{ACCOUNT}:q": [{"Key": "k", "Value": "v"}, {"Key": "x", "Value": "y"}]})

"""Items: put, get, update, conditions, queries, batches."""

import contextlib

import boto3
from botocore.exceptions import ClientError

dynamodb = boto3.client("dynamodb")
table = "standin-items"


def attempt(call, **arguments):
    """Makes a call that AWS refuses; what the origin says is in the recording."""
    with contextlib.suppress(ClientError):
        call(**arguments)


def key(partition, sort):
    return {"pk": {"S": partition}, "sk": {"N": str(sort)}}


dynamodb.create_table(
    TableName=table,
    BillingMode="PAY_PER_REQUEST",
    KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
    AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "sk", "AttributeType": "N"}],
)
dynamodb.get_waiter("table_exists").wait(TableName=table, WaiterConfig={"Delay": 1})
for sort in range(3):
    dynamodb.put_item(TableName=table, Item=key("a", sort) | {"value": {"S": f"v{sort}"}})
dynamodb.get_item(TableName=table, Key=key("a", 1))
dynamodb.get_item(TableName=table, Key=key("a", 99))
dynamodb.update_item(
    TableName=table,
    Key=key("a", 1),
    UpdateExpression="SET #v = :v ADD hits :one",
    ExpressionAttributeNames={"#v": "value"},
    ExpressionAttributeValues={":v": {"S": "changed"}, ":one": {"N": "1"}},
    ReturnValues="ALL_NEW",
)
attempt(dynamodb.put_item, TableName=table, Item=key("a", 1), ConditionExpression="attribute_not_exists(pk)")
attempt(dynamodb.get_item, TableName=table, Key={"pk": {"S": "a"}})
attempt(dynamodb.get_item, TableName="standin-absent", Key=key("a", 1))
query = {"KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": {"S": "a"}}}
dynamodb.query(TableName=table, **query)
dynamodb.query(TableName=table, ScanIndexForward=False, Limit=1, **query)
dynamodb.batch_write_item(
    RequestItems={table: [{"PutRequest": {"Item": key("b", sort)}} for sort in range(2)]}
)
dynamodb.batch_get_item(RequestItems={table: {"Keys": [key("b", 0)]}})
dynamodb.scan(TableName=table, Select="COUNT")
dynamodb.delete_item(TableName=table, Key=key("a", 0), ReturnValues="ALL_OLD")
dynamodb.delete_table(TableName=table)

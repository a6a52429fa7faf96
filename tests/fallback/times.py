"""The server was told that it is 2031."""

from common import TABLE, client, same

made = client("dynamodb").create_table(TableName="t", **TABLE)["TableDescription"]["CreationDateTime"]
same((made.year, made.month, made.day), (2031, 2, 3))
s3 = client("s3", region="us-east-1")
s3.create_bucket(Bucket="a-bucket")
s3.put_object(Bucket="a-bucket", Key="k", Body=b"")
answer = s3.get_object(Bucket="a-bucket", Key="k")
same(answer["LastModified"].year, 2031)
assert "2031" in answer["ResponseMetadata"]["HTTPHeaders"]["date"], answer
same(client("iam").create_role(RoleName="r", AssumeRolePolicyDocument="{}")["Role"]["CreateDate"].year, 2031)

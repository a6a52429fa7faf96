"""50 MB there and back, in one request each."""

import hashlib
import random

from common import client, same

body = random.Random(7).randbytes(50 << 20)
s3 = client("s3", region="us-east-1")
s3.create_bucket(Bucket="a-bucket")
s3.put_object(Bucket="a-bucket", Key="large", Body=body)
digest = hashlib.sha256()
answer = s3.get_object(Bucket="a-bucket", Key="large")
same(answer["ContentLength"], len(body))
for chunk in answer["Body"].iter_chunks(1 << 20):
    digest.update(chunk)
same(digest.hexdigest(), hashlib.sha256(body).hexdigest())

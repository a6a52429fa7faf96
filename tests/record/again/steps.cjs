// Steps of AWS's SDK for JavaScript with names and tokens of their own, in the order of a seed, one beside the other
// where the seed is odd. The SDK itself compares the MD5s of SQS and the checksums of S3.
const assert = require("node:assert/strict");
const { randomUUID } = require("node:crypto");
const s3 = require("@aws-sdk/client-s3");
const sqs = require("@aws-sdk/client-sqs");

const seed = Number(process.argv[2]);

async function queue() {
  const client = new sqs.SQSClient({});
  const made = await client.send(
    new sqs.CreateQueueCommand({ QueueName: `js-${randomUUID()}.fifo`, Attributes: { FifoQueue: "true" } }),
  );
  const { QueueUrl } = made;
  const body = `job ${randomUUID()}`;
  await client.send(
    new sqs.SendMessageCommand({
      QueueUrl,
      MessageBody: body,
      MessageGroupId: "g",
      MessageDeduplicationId: randomUUID(),
    }),
  );
  const { Messages } = await client.send(new sqs.ReceiveMessageCommand({ QueueUrl }));
  assert.equal(Messages[0].Body, body);
  await client.send(new sqs.DeleteMessageCommand({ QueueUrl, ReceiptHandle: Messages[0].ReceiptHandle }));
}

async function object() {
  const client = new s3.S3Client({ forcePathStyle: true });
  const [Bucket, Key] = [`js-${randomUUID()}`, `key/${randomUUID()}`];
  await client.send(
    new s3.CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: "eu-west-1" } }),
  );
  await client.send(new s3.PutObjectCommand({ Bucket, Key, Body: "hello", ChecksumAlgorithm: "SHA256" }));
  const { Body } = await client.send(new s3.GetObjectCommand({ Bucket, Key, ChecksumMode: "ENABLED" }));
  assert.equal(await Body.transformToString(), "hello");
  await assert.rejects(client.send(new s3.GetObjectCommand({ Bucket, Key: "absent" })), s3.NoSuchKey);
}

async function main() {
  if (seed % 2) {
    await Promise.all([object(), queue()]);
  } else {
    await queue();
    await object();
  }
  console.log("all steps");
}

main();

// A client by AWS's SDK for JavaScript, for the end-to-end tests: a queue's message and an object's life.
//
// It takes endpoint, region and credentials from the environment, prints a line a step, and fails at the
// first answer that is not as expected. The SDK itself compares the MD5s of SQS.

import assert from "node:assert/strict";
import {
  GetObjectCommand,
  HeadObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import {
  CreateQueueCommand,
  GetQueueUrlCommand,
  QueueDoesNotExist,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";

const name = process.argv[2] ?? "jobs";
const sqs = new SQSClient({});
const s3 = new S3Client({ forcePathStyle: true });

const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
console.log(`queue ${new URL(QueueUrl).pathname}`);
await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "hello" }));
const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
console.log(`received ${Messages[0].Body}`);
await assert.rejects(sqs.send(new GetQueueUrlCommand({ QueueName: "absent" })), QueueDoesNotExist);
console.log("no such queue");

const Bucket = "bucket";
await s3.send(new PutObjectCommand({ Bucket, Key: "a b/c", Body: "hello" }));
const head = await s3.send(new HeadObjectCommand({ Bucket, Key: "a b/c" }));
console.log(`length ${head.ContentLength}`);
const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: "a b/c" }));
console.log(`object ${await Body.transformToString()}`);
await assert.rejects(s3.send(new GetObjectCommand({ Bucket, Key: "absent" })), NoSuchKey);
console.log("no such key");

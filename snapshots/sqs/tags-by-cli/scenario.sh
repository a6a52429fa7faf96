#!/bin/sh
# Tags of a queue, by the AWS CLI. Its version 1 takes an endpoint of its own for SQS unless it is told one, whatever
# AWS_ENDPOINT_URL says.
set -eu
sqs() {
    aws ${AWS_ENDPOINT_URL:+--endpoint-url "$AWS_ENDPOINT_URL"} sqs "$@"
}
url=$(sqs create-queue --queue-name standin-tags --tags team=blue --query QueueUrl --output text)
sqs list-queue-tags --queue-url "$url"
sqs tag-queue --queue-url "$url" --tags stage=test,owner=standin
sqs list-queue-tags --queue-url "$url"
sqs untag-queue --queue-url "$url" --tag-keys stage
sqs list-queue-tags --queue-url "$url"
sqs purge-queue --queue-url "$url"
sqs get-queue-attributes --queue-url "$url" --attribute-names ApproximateNumberOfMessages
sqs get-queue-url --queue-name standin-tags-absent || true
sqs delete-queue --queue-url "$url"

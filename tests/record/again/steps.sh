# Steps of the AWS CLI with names and tokens of their own, in the order of a seed.
set -eu
seed=$1
id=$(python3 -c 'import uuid; print(uuid.uuid4())')
aws() { command aws --endpoint-url "$AWS_ENDPOINT_URL" --output text "$@"; }
table() {
    aws dynamodb create-table --table-name "cli-$id" --billing-mode PAY_PER_REQUEST \
        --key-schema AttributeName=id,KeyType=HASH \
        --attribute-definitions AttributeName=id,AttributeType=S >/dev/null
    aws dynamodb put-item --table-name "cli-$id" --item "{\"id\":{\"S\":\"$id\"},\"n\":{\"N\":\"1.50\"}}"
    aws dynamodb get-item --table-name "cli-$id" --key "{\"id\":{\"S\":\"$id\"}}" --query Item.n.N | grep -qx 1.5.*
}
queue() {
    url=$(aws sqs create-queue --queue-name "cli-$id.fifo" --attributes FifoQueue=true --query QueueUrl)
    aws sqs send-message --queue-url "$url" --message-body "job $id" --message-group-id g \
        --message-deduplication-id "$id" >/dev/null
    aws sqs receive-message --queue-url "$url" --query 'Messages[0].Body' | grep -qx "job $id"
}
object() {
    aws s3api create-bucket --bucket "cli-$id" \
        --create-bucket-configuration LocationConstraint=eu-west-1 >/dev/null
    printf hello | aws s3 cp - "s3://cli-$id/hello" --checksum-algorithm CRC32 >/dev/null
    aws s3 cp "s3://cli-$id/hello" - | grep -qx hello
}
case $((seed % 3)) in
0) table; queue; object ;;
1) object; table; queue ;;
2) queue; object; table ;;
esac
echo "all steps"

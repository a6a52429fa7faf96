#!/bin/sh
# A managed policy and its versions, by the AWS CLI.
set -eu
first='{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sqs:SendMessage","Resource":"*"}]}'
second='{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"sqs:*","Resource":"*"}]}'
arn=$(aws iam create-policy --policy-name standin-policy --policy-document "$first" --query Policy.Arn --output text)
aws iam get-policy --policy-arn "$arn"
aws iam create-policy-version --policy-arn "$arn" --policy-document "$second" --set-as-default
aws iam list-policy-versions --policy-arn "$arn"
aws iam get-policy-version --policy-arn "$arn" --version-id v1
aws iam create-policy --policy-name standin-policy --policy-document "$first" || true
aws iam delete-policy-version --policy-arn "$arn" --version-id v1
aws iam delete-policy --policy-arn "$arn"
aws iam get-policy --policy-arn "$arn" || true

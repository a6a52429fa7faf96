"""Operations and services that moto has not are 501 in the protocol's own error."""

from common import client, refused

lacking = {
    "accessanalyzer": "list_analyzers",
    "dynamodb": "list_imports",
    "ec2": "describe_verified_access_groups",
    "lambda": "list_code_signing_configs",
    "rds": "describe_db_major_engine_versions",
    "route53": "list_cidr_collections",
}
for service, operation in lacking.items():
    refused(501, "NotImplemented", getattr(client(service), operation), service, "moto@5.2.5")

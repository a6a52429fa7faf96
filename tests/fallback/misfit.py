"""The backend does not start, and its client hears why."""

from common import client, refused

refused(
    503, "ServiceUnavailable", client("dynamodb").list_tables, "the patch sqs does not fit moto", "moto.sqs.models:Queue"
)

"""There is no Python to run moto with, and the client hears so; native services don't care."""

from common import client, refused

client("sqs").list_queues()
refused(503, "ServiceUnavailable", client("dynamodb").list_tables, "moto needs python3")

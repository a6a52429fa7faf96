"""Nothing listens at the fallback's URL any more."""

from common import client, refused

refused(503, "ServiceUnavailable", client("dynamodb").list_tables, "@external")

"""Who a caller is, is asked of the native STS.

account, appmesh and emr ask moto's STS for the identity behind an access key. Keys are the native STS's to give out,
so that moto's knows none of them and would name a user that does not exist.
"""

NATIVE = "sts"
PROVED_ON = ["5.2.5"]
REPLACES = {
    "moto.sts.models:STSBackend.get_caller_identity": "14b71a70957347fd",
    "moto.iam.access_control:AssumedRoleAccessKey": "952e1da690b66e19",
}


def apply():
    from moto.sts.models import STSBackend
    from standin_moto import native
    from standin_moto.failures import Unbridged

    def get_caller_identity(self, access_key_id, region):
        scope = (self.account_id, region)
        found = native.call_query("sts", "2011-06-15", "GetCallerIdentity", scope, access_key_id)
        return found["UserId"], found["Arn"], found["Account"]

    def unbridged(self, *_, **__):
        raise Unbridged("sts", "moto's use of its own sessions")

    STSBackend.get_caller_identity = get_caller_identity
    STSBackend.get_assumed_role_from_access_key = unbridged

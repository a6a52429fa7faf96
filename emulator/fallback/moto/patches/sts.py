"""Who a caller is, is asked of the native STS, and credentials of sessions are made by it.

account, appmesh and emr ask moto's STS for the identity behind an access key. Keys are the native STS's to give out,
so that moto's knows none of them and would name a user that does not exist. And what moto itself gives out, for a web identity, a
SAML assertion or an identity of Cognito, the native services would not know.
"""

NATIVE = "sts"
PROVED_ON = ["5.2.5"]
REPLACES = {
    "moto.sts.models:STSBackend": "df79ede74b1db069",
    "moto.sts.models:AssumedRole": "9ffee103c8cbb9b1",
    "moto.iam.access_control:AssumedRoleAccessKey": "952e1da690b66e19",
    "moto.cognitoidentity.models:CognitoIdentityBackend.get_credentials_for_identity": "0a36db0cccef9eb0",
}


def apply():
    from moto.sts.models import STSBackend

    STSBackend.get_caller_identity = get_caller_identity
    STSBackend.get_assumed_role_from_access_key = unbridged
    for name in "assume_role_with_saml", "assume_role_with_web_identity":
        setattr(STSBackend, name, with_native_session(getattr(STSBackend, name)))
    identities()


def get_caller_identity(self, access_key_id, region):
    from standin_moto import native

    found = native.call_query("sts", "GetCallerIdentity", (self.account_id, region), access_key_id)
    return found["UserId"], found["Arn"], found["Account"]


def unbridged(self, *_, **__):
    from standin_moto.failures import Unbridged

    raise Unbridged("sts", "moto's use of its own sessions")


def with_native_session(assume):
    """moto reads the token or assertion; the session itself is the native STS's."""

    def assumed(self, **members):
        from moto.sts.exceptions import STSClientError
        from standin_moto import native

        role = assume(self, **members)
        account = role.role_arn.split(":")[4]
        seconds = round((role.expiration - now()).total_seconds())
        named = {"RoleArn": role.role_arn, "RoleSessionName": role.session_name, "DurationSeconds": seconds}
        try:
            found = native.call_query("sts", "AssumeRole", (account, role.region_name), **named)
        except native.NativeError as error:
            raise STSClientError(error.code, error.message) from error
        role.access_key_id, role.secret_access_key = found["AccessKeyId"], found["SecretAccessKey"]
        role.session_token = found["SessionToken"]
        return role

    return assumed


def now():
    from moto.core.utils import utcnow

    return utcnow()


def identities():
    import json

    from moto.cognitoidentity.models import CognitoIdentityBackend
    from standin_moto import native

    get = CognitoIdentityBackend.get_credentials_for_identity

    def credentials(self, identity_id):
        answer = json.loads(get(self, identity_id))
        found = native.call_query("sts", "GetSessionToken", (self.account_id, self.region_name), DurationSeconds=3600)
        answer["Credentials"].update(
            AccessKeyId=found["AccessKeyId"],
            SecretKey=found["SecretAccessKey"],
            SessionToken=found["SessionToken"],
            Expiration=answer["Credentials"]["Expiration"] + 3600 - 90,
        )
        return json.dumps(answer)

    CognitoIdentityBackend.get_credentials_for_identity = credentials

"""The bucket in a host name is the one that Standin's router sees there.

moto takes the first label of any host with a dot for a bucket, so that path-style requests to `s3.localhost` or to a name of the
user's own go to a bucket that does not exist, and a bucket with a dot in its name loses what follows the dot. The rule is that of
emulator/protocol/src/routing/host.rs.
"""

from urllib.parse import urlparse

PROVED_ON = ["5.2.5"]
REPLACES = {
    "moto.s3.responses:S3Response.subdomain_based_buckets": "8e8af671e978632f",
    "moto.s3.responses:S3Response.parse_bucket_name_from_url": "e23758a9931026be",
    "moto.s3.responses:S3Response.is_access_point": "5f370f5eb3716de8",
    "moto.s3.utils:bucket_name_from_url": "071cf51b9e517c7e",
}

BUCKET_HOSTS = (".s3.", ".s3-", ".s3express-")
NOT_BUCKET_HOSTS = (".s3-control", ".s3-object-lambda", ".s3-outposts")
# moto finds an access point where it would find a bucket.
ACCESS_POINT = ".s3-accesspoint"


def apply():
    from moto.s3 import responses

    guess = responses.bucket_name_from_url

    def bucket_name_from_url(url):
        host = urlparse(url).netloc
        return guess(url) if ACCESS_POINT in host else bucket(host)

    def subdomain_based_buckets(request):
        host = request.headers.get("host") or urlparse(request.url).netloc
        return ACCESS_POINT in host or bucket(host) is not None

    responses.bucket_name_from_url = bucket_name_from_url
    responses.S3Response.subdomain_based_buckets = staticmethod(subdomain_based_buckets)


def bucket(host):
    """What stands before the last infix; bucket names may hold dots."""
    if any(infix in host for infix in NOT_BUCKET_HOSTS):
        return None
    at = max(host.rfind(infix) for infix in BUCKET_HOSTS)
    return host[:at] if at > 0 else None

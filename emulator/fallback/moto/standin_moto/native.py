"""Calls from moto to the services that Standin has natively, over Standin's own endpoint."""

import http.client
import json
import re
import urllib.parse
import xml.etree.ElementTree
from urllib.parse import urlsplit

from standin_moto import clock, request
from standin_moto.failures import NativeFailure

_endpoint = None
_TIMEOUT = 30
VERSIONS = {"sts": "2011-06-15"}


class NativeError(Exception):
    """An error that the native service answered."""

    def __init__(self, code, message):
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


def configure(endpoint):
    global _endpoint
    _endpoint = endpoint


def call_json(service, target, operation, body, scope):
    """Calls an operation in the json protocol; `scope` is account and region."""
    headers = {"content-type": "application/x-amz-json-1.0", "x-amz-target": f"{target}.{operation}"}
    status, answer = _post(service, json.dumps(body).encode(), headers, scope)
    document = json.loads(answer) if answer else {}
    if status >= 300:
        code = document.get("__type", str(status)).rpartition("#")[2]
        raise _failure(service, status, code, document.get("message") or document.get("Message") or "")
    return document


def call_query(service, operation, scope, access_key=None, **members):
    """Calls an operation with plain members in the query protocol, and gives its result's texts by name."""
    body = urllib.parse.urlencode({"Action": operation, "Version": VERSIONS[service], **members}).encode()
    headers = {"content-type": "application/x-www-form-urlencoded"}
    status, answer = _post(service, body, headers, scope, access_key)
    tree = xml.etree.ElementTree.fromstring(answer)
    texts = {re.sub("{.*}", "", element.tag): element.text for element in tree.iter()}
    if status >= 300:
        raise _failure(service, status, texts.get("Code", str(status)), texts.get("Message", ""))
    return texts


def _post(service, body, headers, scope, access_key=None):
    account, region = scope
    if _endpoint is None:
        raise NativeFailure(service, "the backend was started without an endpoint to call")
    day = clock.datetime.utcnow().strftime("%Y%m%d")
    headers["authorization"] = (
        f"AWS4-HMAC-SHA256 Credential={access_key or account}/{day}/{region}/{service}/aws4_request, "
        "SignedHeaders=host, Signature=" + "0" * 64
    )
    headers.update(_origin())
    url = urlsplit(_endpoint)
    connection = http.client.HTTPConnection(url.hostname, url.port or 80, timeout=_TIMEOUT)
    try:
        connection.request("POST", "/", body, headers)
        response = connection.getresponse()
        return response.status, response.read()
    except OSError as error:
        raise NativeFailure(service, f"{_endpoint} can't be reached: {error}") from error
    finally:
        connection.close()


def _origin():
    """The name that the client used, so that URLs in answers are for it, and its world."""
    asked = request.current()
    headers = {}
    if asked and asked.host:
        headers["host"] = asked.host
    if asked and asked.session:
        headers["x-standin-world"] = asked.session
    return headers


def _failure(service, status, code, message):
    if status >= 500:
        return NativeFailure(service, f"{code}: {message}")
    return NativeError(code, message)

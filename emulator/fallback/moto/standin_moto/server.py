"""moto's server, with Standin's word on account, region and time, and with failures that say what they are."""

import json
import sys
import traceback

import flask
from moto.backends import list_of_moto_modules
from moto.moto_api._internal import moto_api_backend
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.exceptions import HTTPException
from werkzeug.serving import make_server
from werkzeug.wsgi import ClosingIterator

from standin_moto import request
from standin_moto.failures import NativeFailure, Unbridged


def make():
    """A server on a free loopback port, a thread a connection."""
    return make_server("127.0.0.1", 0, Application(create_app), threaded=True, request_handler=Quiet)


class Quiet(MotoRequestHandler):
    def log_request(self, *_):
        pass


# What Standin itself asks for; requests of clients always name their service.
OURS = {"/_standin/health": lambda: None, "/_standin/reset": moto_api_backend.reset}


class Application(DomainDispatcherApplication):
    def __init__(self, create_app):
        super().__init__(create_app)
        self.backends_by_host = {}
        self.modules = set(list_of_moto_modules())

    def __call__(self, environ, start_response):
        if "HTTP_X_STANDIN_SERVICE" not in environ and environ.get("PATH_INFO") in OURS:
            OURS[environ["PATH_INFO"]]()
            start_response("200 OK", [("content-type", "text/plain")])
            return [b"ok"]
        request.enter(environ)
        try:
            answer = super().__call__(environ, typed(environ, start_response))
        except Exception as error:
            request.leave()
            return failure(error, start_response)
        return ClosingIterator(answer, [request.leave])

    def get_application(self, environ):
        """As moto's, but a path can't reach moto's own API, and no service is taken for another."""
        with self.lock:
            backend = self.backend_of(environ)
            if backend not in self.app_instances:
                self.app_instances[backend] = self.create_app(backend)
            return self.app_instances[backend]

    def backend_of(self, environ):
        """moto's guess where it is the service that Standin found, else moto's module of that name."""
        host = self.infer_service_region_host(signed(environ), environ.get("PATH_INFO", ""))
        if host not in self.backends_by_host:
            # moto lists its folders to find it.
            self.backends_by_host[host] = self.get_backend_for_host(host)
        guessed = self.backends_by_host[host]
        service = environ.get("HTTP_X_STANDIN_SERVICE")
        named = MODULES.get(service, (service or guessed or "").replace("-", ""))
        if guessed and (guessed == named or guessed in SHARED.get(service, ())):
            return guessed
        if named in self.modules:
            return named
        raise NotImplementedError(f"moto has no {service}")


# moto's names of services, where they are not botocore's without hyphens.
MODULES = {"lambda": "awslambda"}
# Services whose requests moto answers from another module's URLs.
SHARED = {
    "apigatewayv2": ("apigateway",),
    "docdb": ("rds",),
    "dynamodb": ("dynamodb_v20111205",),
    "elbv2": ("elb",),
    "neptune": ("rds",),
    "opensearch": ("es",),
    "s3": ("s3bucket_path",),
    "timestream-query": ("timestreamwrite",),
}


def signed(environ):
    """The request as moto's guess of the service should see it: signed for the service that Standin found.

    The request itself stays as it is, for S3 answers anonymous and presigned ones otherwise.
    """
    name, region = environ.get("HTTP_X_STANDIN_SIGNING_NAME"), environ.get("HTTP_X_STANDIN_REGION")
    if not name or not region:
        return environ
    scope = f"AWS4-HMAC-SHA256 Credential=standin/20000101/{region}/{name}/aws4_request, SignedHeaders=host, Signature=0"
    return {**environ, "HTTP_AUTHORIZATION": scope}


# What Flask writes where moto names no content type; its own default would call AWS's JSON a page.
UNTYPED = "application/x-standin-untyped"
flask.Response.default_mimetype = UNTYPED


def typed(environ, start_response):
    """Gives an answer the content type of its protocol where moto names none, or plain JSON."""
    wanted = environ.get("HTTP_X_STANDIN_CONTENT_TYPE")
    replaced = [UNTYPED] if not wanted or "x-amz-json" not in wanted else [UNTYPED, "application/json"]

    def start(status, headers, *exception):
        fields = {name.lower(): value for name, value in headers}
        if fields.get("content-type") in replaced:
            headers = [(name, value) for name, value in headers if name.lower() != "content-type"]
            if wanted and (status[0] in "45" or fields.get("content-length") != "0"):
                headers.append(("content-type", wanted))
        return start_response(status, headers, *exception)

    return start


def create_app(service):
    app = create_backend_app(service)

    @app.errorhandler(HTTPException)
    def unrouted(error):
        if flask.request.routing_exception is error:
            raise NotImplementedError(f"moto has nothing at {flask.request.method} {flask.request.path}")
        return error

    return app


def failure(error, start_response):
    """A status and a header that Standin knows, with the reason in JSON."""
    if isinstance(error, NotImplementedError):
        status, kind = "501 Not Implemented", "not-implemented"
    elif isinstance(error, Unbridged):
        status, kind = "501 Not Implemented", "unbridged"
    elif isinstance(error, NativeFailure):
        status, kind = "502 Bad Gateway", "native"
    else:
        status, kind = "500 Internal Server Error", "broken"
        traceback.print_exception(error, file=sys.stderr)
    body = {"message": f"{type(error).__name__}: {error}" if kind == "broken" else str(error)}
    body["native"] = getattr(error, "native", None)
    start_response(status, [("content-type", "application/json"), ("x-standin-failure", kind)])
    return [json.dumps(body).encode()]

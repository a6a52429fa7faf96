"""What Standin says of the request that this thread answers: whose it is, where, and when."""

import threading

from standin_moto import clock

_current = threading.local()


class Request:
    def __init__(self, environ):
        self.account = environ.get("HTTP_X_MOTO_ACCOUNT_ID")
        self.region = environ.get("HTTP_X_STANDIN_REGION")
        self.service = environ.get("HTTP_X_STANDIN_SERVICE")
        self.operation = environ.get("HTTP_X_STANDIN_OPERATION")
        self.session = environ.get("HTTP_X_STANDIN_WORLD")
        self.host = environ.get("HTTP_HOST")


def enter(environ):
    _current.request = Request(environ)
    clock.enter(environ.get("HTTP_X_STANDIN_TIME"))


def leave():
    _current.request = None
    clock.leave()


def current():
    """The request of this thread; None in moto's own threads."""
    return getattr(_current, "request", None)

"""The emulator's time, in place of the machine's.

While a request is answered, the time is the one it carries and moves a microsecond with each reading, so that the
same requests at the same times give the same answers. moto's own threads see a clock that goes on from the last
request's time. `install` must run before any module takes `datetime` or `time.time` by name.
"""

import datetime as datetime_module
import threading
import time as time_module

_real = {name: getattr(time_module, name) for name in ("time", "time_ns", "gmtime", "localtime", "strftime")}
_real_date = datetime_module.date
_real_datetime = datetime_module.datetime
_request = threading.local()
_offset_ns = 0


def enter(seconds):
    """Sets the time of this thread's request, in seconds as text; None leaves the machine's time."""
    global _offset_ns
    _request.now_ns = None
    if seconds is not None:
        whole, _, fraction = seconds.partition(".")
        _request.now_ns = int(whole) * 10**9 + int((fraction + "0" * 9)[:9])
        _offset_ns = _request.now_ns - _real["time_ns"]()


def leave():
    """Ends this thread's request."""
    _request.now_ns = None


def time_ns():
    now = getattr(_request, "now_ns", None)
    if now is None:
        return _real["time_ns"]() + _offset_ns
    _request.now_ns = now + 1000
    return now


def time():
    return time_ns() / 10**9


class _Same(type):
    """Instances of the real class count as instances of ours, though not of what others derive from ours."""

    def __instancecheck__(cls, instance):
        return isinstance(instance, cls.real) if "real" in vars(cls) else type.__instancecheck__(cls, instance)

    def __subclasscheck__(cls, subclass):
        return issubclass(subclass, cls.real) if "real" in vars(cls) else type.__subclasscheck__(cls, subclass)


class date(_real_date, metaclass=_Same):
    real = _real_date

    @classmethod
    def today(cls):
        return cls.fromtimestamp(time())


class datetime(_real_datetime, metaclass=_Same):
    real = _real_datetime

    @classmethod
    def now(cls, tz=None):
        nanoseconds = time_ns()
        # Microseconds are set apart: a float of today's seconds rounds them.
        moment = cls.fromtimestamp(nanoseconds // 10**9, tz)
        return moment.replace(microsecond=nanoseconds % 10**9 // 1000)

    @classmethod
    def today(cls):
        return cls.now()

    @classmethod
    def utcnow(cls):
        return cls.now(datetime_module.timezone.utc).replace(tzinfo=None)


def install():
    for kind in (date, datetime):
        kind.__module__ = "datetime"
        setattr(datetime_module, kind.__name__, kind)
    time_module.time = time
    time_module.time_ns = time_ns
    time_module.gmtime = lambda seconds=None: _real["gmtime"](time() if seconds is None else seconds)
    time_module.localtime = lambda seconds=None: _real["localtime"](time() if seconds is None else seconds)
    time_module.strftime = lambda form, t=None: _real["strftime"](form, time_module.localtime() if t is None else t)

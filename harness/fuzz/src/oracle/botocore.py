"""Says what botocore makes of values: a line of JSON with a batch of questions in, a line of replies out.

The first line is our corrections of the models, by service, so that both sides speak of the same. Values travel as
oracle/wire.rs says. A question names service, protocol and operation; it has an `input` to
be written as a request, or a `status`, `headers` and `body` to be read as an answer or error; with `event`, the body
is a message of the answer's stream.
"""

import base64
import datetime
import io
import json
import sys

import botocore.eventstream
import botocore.loaders
import botocore.model
import botocore.parsers
import botocore.serialize
from botocore.awsrequest import HeadersDict, create_request_object, prepare_request_dict
from botocore.eventstream import EventStream
from botocore.exceptions import EventStreamError
from botocore.utils import is_json_value_header

EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
HOST = "https://standin.invalid"


def decode(value):
    """A Python value of a tagged one."""
    if isinstance(value, list):
        return [decode(item) for item in value]
    if not isinstance(value, dict):
        return value
    ((tag, inner),) = value.items()
    if tag == "i":
        return int(inner)
    if tag == "f":
        return float(inner)
    if tag == "b":
        return base64.b64decode(inner)
    if tag == "t":
        return EPOCH + datetime.timedelta(seconds=inner[0], milliseconds=inner[1])
    return {key: decode(item) for key, item in inner}


def encode(value):
    """A tagged value of a Python one."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        return {"i": str(value)}
    if isinstance(value, float):
        return {"f": repr(value)}
    if isinstance(value, (bytes, bytearray)):
        return {"b": base64.b64encode(value).decode()}
    if isinstance(value, datetime.datetime):
        # A double holds no microseconds of later centuries, so these are rounded.
        seconds, milliseconds = divmod(round((value - EPOCH) / datetime.timedelta(milliseconds=1)), 1000)
        return {"t": [seconds, milliseconds]}
    if isinstance(value, list):
        return [encode(item) for item in value]
    return {"o": [[str(key), encode(item)] for key, item in value.items()]}


def walk(shape, value, leaf):
    """A value in which `leaf` replaces what stands for each string that holds JSON in a header."""
    if value is None or getattr(shape, "is_document_type", False):
        return value
    if shape.type_name == "structure":
        members = shape.members
        return {key: walk(members[key], item, leaf) if key in members else item for key, item in value.items()}
    if shape.type_name == "list":
        return [walk(shape.member, item, leaf) for item in value]
    if shape.type_name == "map":
        return {key: walk(shape.value, item, leaf) for key, item in value.items()}
    return leaf(value) if is_json_value_header(shape) else value


def write(operation, question):
    serializer = botocore.serialize.create_serializer(question["protocol"], include_validation=False)
    params = decode(question["input"])
    if operation.input_shape is not None:
        params = walk(operation.input_shape, params, json.loads)
    request = serializer.serialize_to_request(params, operation)
    prepare_request_dict(request, HOST, context={})
    request = create_request_object(request).prepare()
    body = request.body or b""
    if isinstance(body, str):
        body = body.encode()
    headers = [[name, header(value)] for name, value in request.headers.items()]
    return {
        "method": request.method,
        "url": request.url.split("/", 3)[3],
        "headers": headers,
        "body": base64.b64encode(body).decode(),
    }


def header(value):
    """Header values are text or UTF-8 bytes; lone numbers come from maps of headers."""
    return value.decode() if isinstance(value, bytes) else str(value)


def read(operation, question):
    parser = botocore.parsers.create_parser(question["protocol"])
    body = base64.b64decode(question["body"])
    streams = operation.has_streaming_output or operation.has_event_stream_output
    if streams and question["status"] < 300:
        body = Body(body)
    response = {
        "status_code": question["status"],
        "headers": HeadersDict(question["headers"]),
        "body": body,
        "context": {"operation_name": operation.name},
    }
    if question["status"] >= 300:
        return read_error(operation, parser, response)
    shape = operation.output_shape
    parsed = parser.parse(response, shape)
    parsed.pop("ResponseMetadata", None)
    streams = {}
    if question.get("streams"):
        streams = {key: streamed(value) for key, value in parsed.items() if isinstance(value, (Body, EventStream))}
    value = plain(shape, {key: value for key, value in parsed.items() if key not in streams})
    return {"value": encode({**value, **streams})}


class Body(io.BytesIO):
    """A body that is read as it comes, as botocore's streams of events want it."""

    def stream(self):
        yield self.read()


def streamed(value):
    """What a stream holds: the list of its events, an error as the last of them."""
    if isinstance(value, Body):
        return value.read()
    events = []
    try:
        for event in value:
            events.append(event)
    except EventStreamError as error:
        fault = error.response["Error"]
        events.append({fault["Code"]: {"message": fault.get("Message", "")}})
    return events


def plain(shape, parsed):
    """Members without streams of events, and JSON as the text that it came as."""
    if shape is None:
        return parsed
    payload = shape.serialization.get("payload")
    if payload is not None:
        stream = shape.members[payload]
        if stream.serialization.get("eventstream"):
            parsed.pop(payload, None)
        elif isinstance(parsed.get(payload), io.BytesIO):
            parsed[payload] = parsed[payload].read()
            if stream.serialization.get("streaming") and not parsed[payload]:
                del parsed[payload]
    return walk(shape, parsed, compact)


def read_event(operation, question):
    """The one event of a stream, by the parser that botocore's own stream uses."""
    parser = botocore.parsers.create_parser(question["protocol"])._event_stream_parser
    shape = operation.get_event_stream_output()
    buffer = botocore.eventstream.EventStreamBuffer()
    buffer.add_data(base64.b64decode(question["body"]))
    (event,) = buffer
    parsed = parser.parse(event.to_response_dict(), shape)
    parsed.pop("ResponseMetadata", None)
    return {"value": encode(walk(shape, parsed, compact))}


def compact(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def read_error(operation, parser, response):
    shape = operation.output_shape
    parsed = parser.parse(response, shape)
    error = parsed.get("Error", {})
    code = error.get("Code", "")
    members = {}
    modelled = operation.service_model.shape_for_error_code(code)
    if modelled is not None:
        members = parser.parse(response, modelled)
        members.pop("ResponseMetadata", None)
        members = plain(modelled, members)
    return {"code": code, "message": error.get("Message", ""), "value": encode(members)}


def patch(document, change):
    """Does one change of a JSON patch (RFC 6902)."""
    *path, last = [step.replace("~1", "/").replace("~0", "~") for step in change["path"].split("/")[1:]]
    for step in path:
        document = document[int(step) if isinstance(document, list) else step]
    if isinstance(document, list):
        place = len(document) if last == "-" else int(last)
        if change["op"] == "add":
            document.insert(place, change["value"])
            return
        last = place
    if change["op"] == "remove":
        del document[last]
    else:
        document[last] = change["value"]


def name_for_query(description):
    """Members that have another name in the query protocol get it; botocore takes it for ec2's alone."""
    for shape in description["shapes"].values():
        for member in shape.get("members", {}).values():
            if "queryName" in member:
                member["locationName"] = member["queryName"]


class Services:
    """The models of the service asked for last; those of all at once would take gigabytes."""

    def __init__(self, patches):
        self.patches = patches
        self.name = None
        self.models = {}

    def operation(self, service, protocol, operation):
        if self.name != service:
            self.name, self.models = service, {}
        is_query = protocol == "query"
        if is_query not in self.models:
            self.models[is_query] = self.load(service, is_query)
        return self.models[is_query].operation_model(operation)

    def load(self, service, is_query):
        description = botocore.loaders.Loader().load_service_model(service, "service-2")
        for change in self.patches.get(service, []):
            patch(description, change)
        if is_query:
            name_for_query(description)
        return botocore.model.ServiceModel(description, service)


def reply(services, question):
    try:
        operation = services.operation(question["service"], question["protocol"], question["operation"])
        if "event" in question:
            return read_event(operation, question)
        return write(operation, question) if "input" in question else read(operation, question)
    except Exception as error:  # botocore raises whatever its code stumbles over
        return {"failed": f"{type(error).__name__}: {error}"}


def main():
    services = Services(json.loads(sys.stdin.readline()))
    for line in sys.stdin:
        replies = [reply(services, question) for question in json.loads(line)]
        sys.stdout.write(json.dumps(replies) + "\n")
        sys.stdout.flush()


main()

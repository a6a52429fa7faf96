"""Times LocalStack's and botocore's code on the payloads of Standin's protocol benchmark, and prints one table.

Called by `ci/bench protocol` with the folder of the built examples. Standin, LocalStack and botocore take turns
in each round; a figure is the best of its rounds, and ratios are of figures of one run.
"""

import gc
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version

import botocore.parsers
import botocore.serialize
import botocore.session
from localstack.aws.protocol.parser import create_parser
from localstack.aws.protocol.serializer import create_serializer
from localstack.aws.spec import load_service
from localstack.http import Request

ROUNDS = 9
REQUEST_ID = "7b3a8c5e-1111-2222-3333-444455556666"


class Payload:
    """One operation with the bytes that Standin wrote for it."""

    def __init__(self, path):
        described = json.loads(path.read_text())
        self.name = described["name"]
        self.protocol = described["protocol"]
        self.method = described["method"]
        self.path, _, self.query = described["uri"].partition("?")
        self.headers = dict(described["headers"])
        self.body = path.with_suffix(".request").read_bytes()
        self.answer = path.with_suffix(".response").read_bytes()
        self.status = described["status"]
        self.answer_headers = dict(described["response_headers"])
        self.service = load_service(described["service"], protocol=self.protocol)
        self.operation = self.service.operation_model(described["operation"])

    def server(self):
        """LocalStack's two halves as functions that can be called again and again."""
        parser = create_parser(self.service, self.protocol)
        serializer = create_serializer(self.service, self.protocol)
        operation, params = parser.parse(self.request())
        assert operation.name == self.operation.name, operation.name
        output = self.output()

        def serialize(_):
            # The answer is a stream of parts until it is read.
            return serializer.serialize_to_response(output, self.operation, self.headers, REQUEST_ID).data

        written = serialize(None)
        assert self.parse(written) == output, f"{self.name}: LocalStack wrote something else"
        return params, {
            "parse request": (self.request, parser.parse),
            "serialize response": (lambda: None, serialize),
        }

    def client(self, params):
        """botocore's two halves."""
        serializer = botocore.serialize.create_serializer(self.protocol, include_validation=False)
        # LocalStack's parser gives absent members as None, which no client does.
        params = {name: value for name, value in params.items() if value is not None}
        return {
            "serialize request": (
                lambda: None,
                lambda _: serializer.serialize_to_request(params, self.operation),
            ),
            "parse response": (lambda: None, lambda _: self.parse(self.answer)),
        }

    def request(self):
        return Request(
            self.method,
            self.path,
            headers=self.headers,
            body=self.body,
            query_string=self.query,
            raw_path=self.path,
        )

    def output(self):
        return self.parse(self.answer)

    def parse(self, body):
        answer = {"headers": self.answer_headers, "status_code": self.status, "body": body}
        parsed = botocore.parsers.create_parser(self.protocol).parse(answer, self.operation.output_shape)
        parsed.pop("ResponseMetadata")
        return parsed


def micros(prepare, run):
    """The microseconds of one call; what it is called with is made before the clock starts."""
    started = time.perf_counter()
    run(prepare())
    once = time.perf_counter() - started
    count = max(3, min(2000, int(0.2 / once)))
    prepared = [prepare() for _ in range(count)]
    gc.collect()
    started = time.perf_counter()
    for argument in prepared:
        run(argument)
    return (time.perf_counter() - started) / count * 1e6


def standin(speed, *arguments):
    """The figures that Standin's example prints, by payload and half."""
    printed = subprocess.run([speed, *arguments], check=True, capture_output=True, text=True).stdout
    return {tuple(line.split("\t")[:2]): float(line.split("\t")[2]) for line in printed.splitlines()}


def best(old, new):
    return {key: min(value, old.get(key, value)) for key, value in new.items()}


def measure(speed):
    with tempfile.TemporaryDirectory() as folder:
        own = standin(speed, folder)
        payloads = [Payload(path) for path in sorted(pathlib.Path(folder).glob("*.json"))]
    halves = {}
    for payload in payloads:
        params, server = payload.server()
        halves[payload.name] = server | payload.client(params)
    theirs = {}
    for _ in range(ROUNDS):
        own = best(own, standin(speed))
        new = {(name, half): micros(*pair) for name, each in halves.items() for half, pair in each.items()}
        theirs = best(theirs, new)
    return own, theirs


def table(title, peer, names, own, theirs, first, second):
    print(f"\n| {title} | Standin {first} | {second} | both | {peer} {first} | {second} | both | ratio |")
    print("|---|---|---|---|---|---|---|---|")
    for name in names:
        ours = [own[name, half] for half in (first, second)]
        their = [theirs[name, half] for half in (first, second)]
        cells = [*ours, sum(ours), *their, sum(their)]
        print(f"| {name} | {' | '.join(map(duration, cells))} | {sum(their) / sum(ours):.0f} |")


def duration(value):
    return f"{value:.2f} us" if value < 100 else f"{value:.0f} us" if value < 10_000 else f"{value / 1000:.1f} ms"


def main():
    examples = pathlib.Path(sys.argv[1])
    speed = str(examples / "speed")
    own, theirs = measure(speed)
    names = list(dict.fromkeys(name for name, _ in own))
    versions = f"LocalStack {version('localstack-core')}, botocore {version('botocore')}"
    print(f"{versions}, Python {sys.version.split()[0]}; best of {ROUNDS} rounds")
    table("server", "LocalStack", names, own, theirs, "parse request", "serialize response")
    table("client", "botocore", names, own, theirs, "serialize request", "parse response")
    print("\n| Standin's routing, to service, protocol and operation | |\n|---|---|")
    for name in names:
        print(f"| {name} | {duration(own[name, 'route'])} |")
    ready = [int(subprocess.run([speed, "ready"], check=True, capture_output=True).stdout) for _ in range(9)]
    print(f"| index ready after (median of 9 processes) | {statistics.median(ready) / 1000:.1f} ms |")
    for example in ("memory", "decode_times"):
        print(flush=True)
        subprocess.run([str(examples / example)], check=True)


main()

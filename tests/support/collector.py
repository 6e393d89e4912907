"""A receiver of OTLP over HTTP: what a collector is to the program, in a thread of the tests."""

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from tests.support.waiting import until


class Collector:
    """Keeps the spans that it is sent."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.spans: list[Span] = []
        self.resource: dict[str, Any] = {}
        self.raw = b""
        """All bytes that came, as they were before they were packed."""

    def named(self, *names: str) -> dict[str, Span]:
        """Wait until a span of each of these names has come, and give the first of each."""
        until(lambda: set(names) <= {span.name for span in self.spans}, what=f"spans {names}, beside {self.names}")
        return {name: next(span for span in self.spans if span.name == name) for name in names}

    @property
    def names(self) -> list[str]:
        """The names of all spans so far."""
        return sorted({span.name for span in self.spans})

    def take(self, body: bytes) -> None:
        """Read what an exporter has sent."""
        self.raw += body
        request = ExportTraceServiceRequest.FromString(body)
        for resource in request.resource_spans:
            self.resource |= attributes(resource.resource)
            for scope in resource.scope_spans:
                self.spans.extend(scope.spans)


def attributes(of: Any) -> dict[str, Any]:
    """Read the attributes of a span or a resource."""
    return {one.key: one.value.int_value or one.value.string_value for one in of.attributes}


@contextmanager
def collecting(port: int = 0) -> Iterator[Collector]:
    """Run a receiver, on a free port unless one is given."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            collector.take(gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Print nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    collector = Collector(f"http://127.0.0.1:{server.server_port}/v1/traces")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, name="collector")
    thread.start()
    try:
        yield collector
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

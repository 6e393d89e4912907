"""Traces by OpenTelemetry, sent over OTLP (HTTP, protobuf). Imported only where the settings say where to send them."""

import logging
import re
import threading
from collections.abc import Sequence
from contextlib import suppress

import structlog
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from opentelemetry.trace import (
    NonRecordingSpan,
    SpanContext,
    SpanKind,
    StatusCode,
    TraceFlags,
    Tracer,
    format_span_id,
    format_trace_id,
    set_span_in_context,
)
from opentelemetry.trace import Span as RawSpan

from domain.tracing import Span, Tracing, Value

log = structlog.get_logger(__name__)

MOST_WAITING = 2_048
"""Spans that wait to be sent, about 200 changes; the oldest is dropped for the next. A few MiB."""
AT_ONCE = 512
EVERY_MS = 1_000
SEND_SECONDS = 5.0
"""For one batch with all its repetitions; then it is dropped."""
CLOSE_SECONDS = 2.0
CARRIED = re.compile(r"00-(?P<trace>[0-9a-f]{32})-(?P<span>[0-9a-f]{16})-(?P<flags>[0-9a-f]{2})")
ATTRIBUTES = {
    "method": "http.request.method",
    "route": "http.route",
    "status": "http.response.status_code",
    "together": "vervain.changes_together",
    "events": "vervain.events",
    "type": "vervain.event_type",
    "audience": "vervain.audience",
    "clients": "vervain.clients",
    "error": "error.type",
}
"""All that a span may say, by the name that others know it by. Numbers, and words of the program's own."""


class Telemetry(Tracing):
    """Sends spans to ``url``; ``share`` of the traces that begin here, from 0 to 1."""

    def __init__(self, url: str, *, share: float = 1.0, version: str = "") -> None:
        logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)  # what has to be said is said below, and once
        self._exporter = _OnceSaid(OTLPSpanExporter(endpoint=url, timeout=SEND_SECONDS))
        self._provider = TracerProvider(
            sampler=ParentBased(TraceIdRatioBased(share)),
            resource=Resource.create({"service.name": "vervain", "service.version": version}),
            shutdown_on_exit=False,
        )
        self._provider.add_span_processor(
            BatchSpanProcessor(
                self._exporter,
                max_queue_size=MOST_WAITING,
                schedule_delay_millis=EVERY_MS,
                max_export_batch_size=AT_ONCE,
            )
        )
        self._tracer = self._provider.get_tracer("vervain")

    def request(self, method: str, carried: str = "") -> Span | None:
        """Begin with a request."""
        parent = _read(carried)
        context = Context() if parent is None else set_span_in_context(NonRecordingSpan(parent), Context())
        raw = self._tracer.start_span(method, context=context, kind=SpanKind.SERVER)
        return OtelSpan(self._tracer, raw) if raw.is_recording() else None

    def resumed(self, carried: str) -> Span | None:
        """Go on from another process."""
        parent = _read(carried)
        if parent is None or not parent.trace_flags.sampled:
            return None
        return OtelSpan(self._tracer, NonRecordingSpan(parent))

    def close(self) -> None:
        """Send what waits, in a thread that may be left behind: whoever it is sent to may not answer."""
        sending = threading.Thread(target=self._provider.shutdown, name="last spans", daemon=True)
        sending.start()
        sending.join(CLOSE_SECONDS)
        if sending.is_alive():
            self._exporter.shutdown()
            sending.join(CLOSE_SECONDS / 2)


class OtelSpan(Span):
    """A span of OpenTelemetry, and the context that what it leads to begins in."""

    __slots__ = ("_context", "_raw", "_tracer", "pages", "trace_id")

    def __init__(self, tracer: Tracer, raw: RawSpan) -> None:
        self._tracer = tracer
        self._raw = raw
        self._context = set_span_in_context(raw, Context())
        self.trace_id = format_trace_id(raw.get_span_context().trace_id)
        self.pages = 0

    def begin(self, name: str, *, at: int | None = None, **attributes: Value) -> Span:
        """Begin a step that this one leads to."""
        raw = self._tracer.start_span(name, context=self._context, start_time=at, attributes=_known(attributes))
        return OtelSpan(self._tracer, raw)

    def note(self, **attributes: Value) -> None:
        """Note counts and codes; a request is named by its method and route."""
        self._raw.set_attributes(_known(attributes))
        if "route" in attributes:
            self._raw.update_name(f"{attributes['method']} {attributes['route']}".rstrip())

    def end(self, failed: str = "") -> None:
        """End it; what an error says is never told, because that may be what somebody typed."""
        if failed:
            self._raw.set_attributes(_known({"error": failed}))
            self._raw.set_status(StatusCode.ERROR)
        self._raw.end()

    def carried(self) -> str:
        """Write it as a ``traceparent``."""
        at = self._raw.get_span_context()
        return f"00-{format_trace_id(at.trace_id)}-{format_span_id(at.span_id)}-{at.trace_flags:02x}"


class _OnceSaid(SpanExporter):
    """Sends by another; that nobody takes them is said once, and once that somebody does again."""

    def __init__(self, inner: SpanExporter) -> None:
        self._inner = inner
        self._away = False
        self._ended = False

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Send a batch, or drop it."""
        if self._ended:
            return SpanExportResult.FAILURE
        result = self._inner.export(spans)
        away = result is not SpanExportResult.SUCCESS
        if away and not self._away:
            log.warning("traces cannot be sent, and are dropped until they can")
        elif self._away and not away:
            log.info("traces are sent again")
        self._away = away
        return result

    def shutdown(self) -> None:
        """Send no more, and wait for nobody."""
        if not self._ended:
            self._ended = True
            self._inner.shutdown()


def _read(carried: str) -> SpanContext | None:
    found = CARRIED.fullmatch(carried)
    with suppress(ValueError):
        if found is not None:
            context = SpanContext(
                int(found["trace"], 16),
                int(found["span"], 16),
                is_remote=True,
                trace_flags=TraceFlags(int(found["flags"], 16) & 1),
            )
            return context if context.is_valid else None
    return None


def _known(attributes: dict[str, Value]) -> dict[str, Value]:
    return {ATTRIBUTES[word]: value for word, value in attributes.items()}

"""What the process prints: plain lines for people, JSON when it runs in public, the server's own lines in the same form."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from api.tracebacks import as_text, for_terminal
from domain.origin import here

log = structlog.get_logger("vervain")


def configure_logs(*, public: bool, level: str) -> None:
    """Send every line, ours and the libraries', through one formatter to standard error."""
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        _where_it_comes_from,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        _first_line_of_asyncio,
    ]
    renderer: structlog.types.Processor = (
        structlog.processors.JSONRenderer()
        if public
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=for_terminal)
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *([structlog.processors.ExceptionRenderer(as_text)] if public else []),
                renderer,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = name != "uvicorn.access"  # addresses carry tokens and what somebody searches for
    if root.level == logging.INFO:  # the libraries' own news is for people who ask for DEBUG
        for name in ("uvicorn.error", "alembic", "httpx", "httpx2", "engineio", "socketio"):
            logging.getLogger(name).setLevel(logging.WARNING)
    # At DEBUG these print addresses with their tokens, and every message with what it says of a patient.
    for name in ("uvicorn.error", "websockets", "engineio", "socketio", "httpcore", "httpcore2", "python_multipart"):
        logger = logging.getLogger(name)
        logger.setLevel(max(logger.level, root.level, logging.INFO))
    logging.getLogger("nicegui").addFilter(_names_no_address)
    for name in ("httpx", "httpx2"):  # and these the addresses that we ask, at INFO
        logging.getLogger(name).setLevel(logging.WARNING)


@contextmanager
def end_said() -> Iterator[None]:
    """Say as every other line what nobody expected and what ends the program: code 1, and not a word of the error's own."""
    try:
        yield
    except Exception as error:
        if not structlog.is_configured():  # it went wrong before anybody knew how lines are printed
            configure_logs(public=False, level="info")
        log.critical("ended by an error that nobody expected", exc_info=error)
        sys.exit(1)


def _names_no_address(record: logging.LogRecord) -> bool:
    """Leave out NiceGUI's line for a path that nobody listens to: a stranger fills a disk with whole addresses.

    What is to be known of it is in ``security.stranger``.
    """
    return not record.getMessage().endswith(" not found")


def _where_it_comes_from(_logger: object, _method: str, line: structlog.types.EventDict) -> structlog.types.EventDict:
    """Say which request, connection and person a line belongs to; what it says of them itself stays."""
    origin = here()
    if origin is not None:
        for word, value in origin.named().items():
            line.setdefault(word, value)
    return line


def _first_line_of_asyncio(_logger: object, _method: str, line: structlog.types.EventDict) -> structlog.types.EventDict:
    """Keep of what asyncio says the first line: below it stands the task with its error, and what that says."""
    if line.get("logger") == "asyncio":
        line["event"] = str(line["event"]).split("\n", 1)[0]
    return line

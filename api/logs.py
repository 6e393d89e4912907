"""What the process prints: plain lines for people, JSON when it runs in public, the server's own lines in the same form."""

import logging
import sys

import structlog


def configure_logs(*, public: bool, level: str) -> None:
    """Send every line, ours and the libraries', through one formatter to standard error."""
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    renderer: structlog.types.Processor = (
        structlog.processors.JSONRenderer()
        if public
        # plain tracebacks: the pretty ones print local variables, and those are patients' records and tokens
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
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
                *([structlog.processors.format_exc_info] if public else []),
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
        logger.propagate = True
    if root.level == logging.INFO:  # the libraries' own news is for people who ask for DEBUG
        for name in ("uvicorn.error", "alembic", "httpx", "httpx2", "engineio", "socketio"):
            logging.getLogger(name).setLevel(logging.WARNING)
    # At DEBUG these print addresses with their tokens, and every message with what it says of a patient.
    for name in ("uvicorn.error", "websockets", "engineio", "socketio", "httpcore2"):
        logger = logging.getLogger(name)
        logger.setLevel(max(logger.level, root.level, logging.INFO))

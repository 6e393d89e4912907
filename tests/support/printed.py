"""What the program prints, as it prints it: through its own formatter."""

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from api.logs import configure_logs


@contextmanager
def printed(*, public: bool, level: str = "DEBUG") -> Iterator[io.StringIO]:
    """Configure the logs as a process does, into a text; logging is given back as it was."""
    root, kept = logging.getLogger(), structlog.get_config()
    handlers, before = list(root.handlers), root.level
    out = io.StringIO()
    configure_logs(public=public, level=level)
    for handler in root.handlers:
        if isinstance(handler, logging.StreamHandler):
            handler.setStream(out)
    try:
        yield out
    finally:
        root.handlers[:] = handlers
        root.setLevel(before)
        structlog.configure(**kept)

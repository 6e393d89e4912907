"""Reading what clients send on a live socket."""

import json
from typing import Any

from domain.errors import Invalid, TooMuch

MAX_INBOUND = 64 * 1024
"""The longest message that a client may send, in bytes; a longer one ends the connection with 1009."""


def parse(message: str | bytes) -> dict[str, Any]:
    """Read a message. Raises Invalid for anything that is not a JSON object in text, and TooMuch for one that is too long."""
    if isinstance(message, bytes):
        raise Invalid("Messages are JSON text.")
    if len(message) > MAX_INBOUND or len(message.encode()) > MAX_INBOUND:
        raise TooMuch("The message is too long.")
    try:
        parsed = json.loads(message)
    except (ValueError, RecursionError):
        raise Invalid("The message is not valid JSON.", code="malformed_json") from None
    if not isinstance(parsed, dict):
        raise Invalid("A message is a JSON object.")
    return parsed

"""Reading what clients send on a live socket."""

import json
from typing import Any

from domain.errors import Invalid


def parse(text: str) -> dict[str, Any]:
    """Read a message; raises Invalid for anything that is not a JSON object."""
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        raise Invalid("The message is not valid JSON.", code="malformed_json") from None
    if not isinstance(message, dict):
        raise Invalid("A message is a JSON object.")
    return message

"""A write that may be repeated: the same key and request give the first answer again, and nothing happens twice."""

import hashlib
import json
from collections.abc import Callable
from typing import Any

from pydantic import BaseModel

from domain.errors import Conflict, Invalid
from domain.ledger import Change
from domain.permission import Actor
from storage import answer as stored

LONGEST_KEY = 100


def once(
    change: Change,
    actor: Actor,
    repeat_key: str | None,
    request: tuple[str, BaseModel],
    act: Callable[[], dict[str, Any]],
) -> dict[str, Any]:
    """Run ``act`` unless this person used ``repeat_key`` for the same ``request`` before; returns its answer.

    Raises Conflict when the key was used for another request.
    """
    if repeat_key is None:
        return act()
    if not 1 <= len(repeat_key) <= LONGEST_KEY or not repeat_key.isprintable():
        raise Invalid(f"An Idempotency-Key has 1 to {LONGEST_KEY} printable characters.")
    fingerprint = _fingerprint(request)
    done = stored.done_before(change.rows, actor.person_id, repeat_key)
    if done is not None:
        before, answer = done
        if before != fingerprint:
            raise Conflict("This Idempotency-Key was used for another request.", code="idempotency_key_reused")
        return answer
    answer = act()
    stored.keep_done(
        change.rows,
        person_id=actor.person_id,
        key=repeat_key,
        fingerprint=fingerprint,
        answer=answer,
        created=change.now,
    )
    return answer


def _fingerprint(request: tuple[str, BaseModel]) -> str:
    what, given = request
    facts = json.dumps([what, given.model_dump(mode="json")], sort_keys=True)
    return hashlib.sha256(facts.encode()).hexdigest()

"""Messages of the live endpoint itself: they are in no log and have no ``seq``."""

import uuid
from datetime import datetime

from domain.events import envelope, wire_time
from domain.ledger import utc_now
from domain.log import Beside, Joined
from domain.messages import Connect

PING_SECONDS = 25.0
"""How often a client should ping: below the 60 s after which proxies cut an idle connection."""
PONG_TIMEOUT_SECONDS = 10.0
SPREAD_MS = 5_000
"""Over how long clients spread their first reconnect."""


def own_message(kind: str, data: str, diagnosis_id: int) -> str:
    """Write a message round ``data``, which is JSON already."""
    now = wire_time(utc_now())
    return envelope(kind, data, diagnosis_id=diagnosis_id, seq=None, message_id=uuid.uuid4().hex, timestamp=now)


def told_beside(known: Beside, diagnosis_id: int) -> list[str]:
    """Write what is told beside the log, for somebody who comes back."""
    messages = [own_message("effectiveness_update", one, diagnosis_id) for one in known.effectiveness]
    return [*messages, own_message("practice_update", known.practice, diagnosis_id)]


def hello(diagnosis_id: int, joined: Joined, seq: int, expires: datetime | None) -> str:
    """Say where a client stands that has joined: what it gets next leads up to ``seq``."""
    now = utc_now()
    connect = Connect(
        seq=seq,
        epoch=joined.epoch,
        resumed=joined.resumed,
        missed=len(joined.missed),
        ping_s=PING_SECONDS,
        pong_timeout_s=PONG_TIMEOUT_SECONDS,
        token_expires_in=None if expires is None else round((expires - now).total_seconds(), 1),
        spread_ms=SPREAD_MS,
        server_time=now,
    )
    return own_message("connect", connect.model_dump_json(), diagnosis_id)

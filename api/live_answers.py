"""What a client says on a live socket, and what it is told: ping, ack, resume, and a fresh token."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from domain import log
from domain.errors import Invalid, NotSignedIn, Unavailable
from domain.ledger import utc_now
from domain.sign_in import actor_of_token

if TYPE_CHECKING:
    from api.live_session import LiveSession

READ_AGAIN = 5
"""How often a resume reads the log anew because it has grown; then the client sees the gap and asks again."""

Message = dict[str, Any]


def answer(session: "LiveSession", message: Message) -> Awaitable[None]:
    """Choose the answer to a message. Raises Invalid where there is no such type."""
    kind = message.get("type")
    if not isinstance(kind, str) or kind not in ANSWERS:
        raise Invalid("There is no such message type.", code="unknown_type")
    return ANSWERS[kind](session, message)


async def pong(session: "LiveSession", _message: Message) -> None:
    """Answer behind everything that waits, with the newest number that will have been sent by then."""
    top = await session.reader.read(log.top_seq, session.services, session.diagnosis_id)
    session.say("pong", json.dumps({"seq": max(top, session.place)}))


async def ack(session: "LiveSession", message: Message) -> None:
    """Keep how far this device has read; a number that was not sent to it is not kept."""
    seq = _number(message.get("seq"), "An ack says up to which seq (a whole number).")
    if seq <= session.place:
        try:
            await asyncio.to_thread(log.acknowledge, session.services, session.actor, session.diagnosis_id, seq)
        except Unavailable:
            return  # the next ack says it again


async def resume(session: "LiveSession", message: Message) -> None:
    """Fill a gap that the client has seen, on the live socket: the missed messages again, or a snapshot."""
    since = _number(message.get("since"), "A resume says since which seq (a whole number).")
    missed: list[str] = []
    for _ in range(READ_AGAIN):
        seq, missed = await session.missed_since(since)
        if seq >= session.place:  # else newer messages have left meanwhile, and these would come too late
            break
    for text in missed:
        session.put(text)


async def refresh(session: "LiveSession", message: Message) -> None:
    """Take a fresh token of the same person."""
    token = message.get("token")
    if not isinstance(token, str):
        raise Invalid("An auth message carries a token.")
    actor, expires = await session.reader.read(actor_of_token, session.services, token, address=session.actor.address)
    if actor.person_id != session.actor.person_id:
        raise NotSignedIn("This token is somebody else's.")
    if session.renew(actor, expires):
        left = round((expires - utc_now()).total_seconds(), 1)
        session.say("auth", json.dumps({"token_expires_in": left}))


def _number(value: Any, otherwise: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise Invalid(otherwise)
    return value


ANSWERS: dict[str, Callable[["LiveSession", Message], Awaitable[None]]] = {
    "ping": pong,
    "ack": ack,
    "resume": resume,
    "auth": refresh,
}

"""What a client says on a live socket, and what it is told: ping, ack, resume, and a fresh token."""

from collections.abc import Awaitable
from typing import TYPE_CHECKING

from domain import log
from domain.ledger import utc_now
from domain.protocol import Ack, Auth, Ping, Pong, Renewed, Resume
from domain.sign_in import actor_of_token

if TYPE_CHECKING:
    from api.live_session import LiveSession

READ_AGAIN = 5
"""How often a resume reads the log anew because it has grown; then the client sees the gap and asks again."""


def answer(session: "LiveSession", message: Auth | Ping | Ack | Resume) -> Awaitable[None] | None:
    """Answer a message, at once or by what is returned."""
    match message:
        case Ping():
            return pong(session)
        case Ack():
            ack(session, message.seq)
            return None
        case Resume():
            return resume(session, message.since)
        case Auth():
            return refresh(session, message.token)


async def pong(session: "LiveSession") -> None:
    """Answer behind everything that waits, with the newest number that will have been sent by then."""
    top = await session.live.reader.read(log.top_seq, session.services, session.diagnosis_id)
    await session.reach(top)  # it may be committed and on its way
    session.say("pong", Pong(seq=max(top, session.place)))


def ack(session: "LiveSession", seq: int) -> None:
    """Note how far this device has read; a number that was not sent to it is not kept."""
    told = None
    if session.confirmed < seq <= session.place:  # for the first time: what is said again says nothing of delays
        session.confirmed = seq
        told = session.live.channels.told_since(session.diagnosis_id, seq)
    session.live.metrics.acknowledged(told)
    if seq <= session.place:
        session.services.acks.note(session.actor, session.diagnosis_id, seq)


async def resume(session: "LiveSession", since: int) -> None:
    """Fill a gap that the client has seen, on the live socket: the missed messages again, or a snapshot."""
    missed: list[str] = []
    for _ in range(READ_AGAIN):
        seq, missed = await session.missed_since(since)
        if seq >= session.place:  # else newer messages have left meanwhile, and these would come too late
            break
    for text in missed:
        session.put(text)


async def refresh(session: "LiveSession", token: str) -> None:
    """Take a fresh token of the same person."""
    read = session.live.reader.read
    actor, expires = await read(actor_of_token, session.services, token, address=session.actor.address)
    if await session.renew(actor, expires):
        left = round((expires - utc_now()).total_seconds(), 1)
        session.say("auth", Renewed(token_expires_in=left))

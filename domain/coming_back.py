"""What a database that was brought back must not bring with it: sign-ins, invites, who was disabled, who was erased.

The one place for whatever must hold again after a restore; it is one change, with an entry in every practice's audit. On SQLite
``restore`` does it before the database is put in place, on PostgreSQL ``after-restore`` behind ``pg_restore``.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

import structlog

from domain import key_rotation
from domain.erasing import clean_up
from domain.erasing_again import erase_again
from domain.erasure_register import Erased
from domain.errors import Invalid
from domain.ledger import Change
from domain.permission import Actor
from domain.services import Services
from domain.statistics import ready
from storage import restored
from storage.backup import Shut, Unlinked
from storage.database import Database

log = structlog.get_logger(__name__)

EVERY_SECONDS = 3_600.0


@dataclass(frozen=True, slots=True)
class Ended:
    """What does not come back."""

    sign_ins: int
    """Ended, those of services among them."""
    services: tuple[str, ...]
    """Whose tokens were ended, and have to be issued anew."""
    invites: int
    shut_out: int
    """People who were disabled since, and stay so."""
    erased: int
    """Patients who were erased since, and were erased again."""


def let_nobody_back(change: Change, *, shut: Shut, unlinked: Unlinked, gone: Iterable[Erased], said: str) -> Ended:
    """Give the log a new epoch and end all that the copy remembers of who may come in; ``said`` stands in the audit."""
    session, now = change.session, change.now
    restored.new_epoch(session)
    key_rotation.begin_apart(change)
    services = restored.services_in_force(session, now)
    ended = Ended(
        services=tuple(services),
        sign_ins=restored.end_sign_ins(session, now),
        invites=restored.end_invites(session, now),
        shut_out=restored.shut_out_again(session, shut),
        erased=erase_again(change, gone),
    )
    restored.unlink_again(session, unlinked)
    for practice_id in restored.practices(session):
        change.audit(Actor(0, practice_id, "program"), "restore", "practice", practice_id, said)
    return ended


def after_restore(services: Services, before: str | None) -> Ended:
    """Do it to a PostgreSQL that ``pg_restore`` has made, with what the database ``before`` it knows, where that is still there.

    Raises Invalid on SQLite, Unavailable where ``before`` cannot be read, OSError where the register cannot.
    """
    if services.database.is_sqlite:
        raise Invalid("On SQLite restore does this by itself.")
    shut, unlinked, there = _of(before) if before is not None else ([], [], [])
    services.erasures.complete(there)
    gone = services.erasures.read().erased
    ready()
    ended = services.ledger.write(
        lambda change: let_nobody_back(change, shut=shut, unlinked=unlinked, gone=gone, said="pg_restore")
    )
    clean_up(services)
    return ended


def complete_register(services: Services) -> int:
    """Write into this host's register whom the database says are erased and it does not; counts them. Raises OSError.

    So every host has all of it, and whoever loses one has lost nothing.
    """
    with services.database.read() as session:
        there = _erased_in(restored.erased_in(session))
    return services.erasures.complete(there)


async def completing_register(services: Services) -> None:
    """Keep this host's register whole: at the start, and every hour, until cancelled."""
    while True:
        try:
            added = await asyncio.to_thread(complete_register, services)
            if added:
                log.info("erased elsewhere, and in this register now", patients=added)
        except Exception:
            log.exception("the register of erasures could not be completed")
        await asyncio.sleep(EVERY_SECONDS)


def _of(address: str) -> tuple[Shut, Unlinked, list[Erased]]:
    database = Database(address)
    try:
        with database.read() as session:
            return (
                restored.shut_out_in(session),
                restored.unlinked_in(session),
                _erased_in(restored.erased_in(session)),
            )
    finally:
        database.close()


def _erased_in(rows: Iterable[restored.Tombstone]) -> list[Erased]:
    names = ("patient_id", "patient_created", "practice_id", "practice_created", "at")
    return [Erased.model_validate(dict(zip(names, row, strict=True))) for row in rows]

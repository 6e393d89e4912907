"""The audit as it is read: whether it is whole, who read one record, what went on in a practice."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from domain.chain import Reading as Walk
from domain.chain import Seal
from domain.errors import Invalid, NotAllowed, Unavailable, VervainError
from domain.messages import Shape
from domain.observing import AUDIT_VERIFIED, BROKEN, WHOLE
from domain.patient import find
from domain.permission import Action, Actor, Thing, may
from domain.right import TURNING, Right, Turn, right_of, turn_of
from domain.services import Services
from storage import audit as rows
from storage import marks
from storage.tables import AuditEntry, AuditReason, Person

BATCH = 5_000
"""Entries read at once when all are: some megabytes."""
PAGE = 50

Anchor = tuple[int, str]
"""An entry that was kept elsewhere: its id and its hash."""


class Broken(VervainError):
    """The audit is not what was written."""

    code = "audit_broken"


class Reader(Shape):
    """Somebody did something with a record: read it (``read``) or changed it."""

    id: int
    at: datetime
    name: str
    """Empty for the program itself."""
    role: str
    action: str
    thing: str
    thing_id: int
    view: str
    """In which list or how, where it was one among several or followed live."""
    right: Right | None
    """What the record was to them then; None where nobody's right is in the audit, as for an admin or a program."""
    reason: str | None
    """What was typed for it, where that is for whoever asks and was not erased."""


class Entry(Shape):
    """An entry as those see it who keep a practice in order: nothing of what a record says."""

    id: int
    at: datetime
    person_id: int | None
    name: str
    role: str
    action: str
    thing: str
    thing_id: int
    patient_id: int | None
    address: str


def walk(services: Services, seals: Sequence[Seal] = (), *, since: Anchor | None = None) -> Iterator[Walk]:
    """Read the whole chain in batches and give how far it is after each. Raises Broken at the first entry that is wrong.

    ``since`` is an entry that was kept elsewhere: the chain has to go through it, which shows that its end was not cut off, nor
    all of it made anew, before that.
    """
    seen = Walk(seals)
    met = since is None or since == (0, "")
    while True:
        with (
            services.database.read() as session
        ):  # one for each batch: a long one would hold up the database's own upkeep
            batch = rows.after(session, seen.last[0], limit=BATCH)
        for entry in batch:
            wrong = seen.take(entry)
            if wrong is not None:
                raise Broken(f"The audit is broken: entry {entry['id']} ({entry['at']:%Y-%m-%d %H:%M} UTC) {wrong}.")
            met = met or seen.last == since
        yield seen
        if len(batch) < BATCH:
            break
    if since is not None and not met:
        raise Broken(
            f"The audit is broken: entry {since[0]}, kept elsewhere, is not in it any more, or says something else."
        )


def verified(services: Services, seals: Sequence[Seal] = (), *, since: Anchor | None = None) -> Iterator[Walk]:
    """Do as ``walk``, and keep when that was and how it ended, for whoever looks how the program runs."""
    try:
        yield from walk(services, seals, since=since)
    except Broken:
        _keep_verified(services, BROKEN)
        raise
    _keep_verified(services, WHOLE)


def _keep_verified(services: Services, how: str) -> None:
    with suppress(Unavailable, SQLAlchemyError):  # the answer stands all the same, where nothing can be written
        services.ledger.write(
            lambda change: marks.put(change.session, AUDIT_VERIFIED, f"{change.now.isoformat()} {how}")
        )


def count(services: Services) -> int:
    """Count the entries."""
    with services.database.read() as session:
        return rows.count(session)


def head(services: Services) -> Anchor:
    """Read the newest entry's id and hash, to be kept elsewhere; 0 and empty while there is none."""
    with services.database.read() as session:
        return rows.newest(session)


def entries(services: Services) -> Iterator[dict[str, Any]]:
    """Give every entry as JSON values, in order and as its hash covers it; the reasons that were typed are not among them."""
    last = 0
    while True:
        with services.database.read() as session:
            batch = rows.after(session, last, limit=BATCH)
        for entry in batch:
            last = entry["id"]
            yield {name: value for name, value in entry.items() if name not in {"text", "salt"}} | {
                "at": entry["at"].isoformat()
            }
        if len(batch) < BATCH:
            return


def anchor(text: str) -> Anchor:
    """Read an anchor, ``ID:HASH``. Raises Invalid."""
    number, _, hashed = text.strip().partition(":")
    if not number.isdecimal() or (number != "0" and len(hashed) != 64):
        raise Invalid("An entry kept elsewhere is written ID:HASH, as `audit head` prints it.")
    return int(number), hashed


def readers(
    services: Services, actor: Actor, patient_id: int, *, before: int | None = None, limit: int = PAGE
) -> list[Reader]:
    """List who read or changed a patient's record, newest first, from before the entry ``before``. Raises NotFound.

    Patients see names and roles; a reason that was typed for a treatment is for the practice, one for an access for both.
    """
    with services.database.read() as session:
        owner = find(session, actor, patient_id, Action.READ).practitioner_id
        found = rows.listed(session, patient_id=patient_id, before=before, limit=limit)
        turns = [turn_of(entry) for entry in rows.turns(session, patient_id, TURNING)]
        return [_reader(actor, turns, owner, *row) for row in found]


def listing(
    services: Services,
    actor: Actor,
    *,
    patient_id: int | None = None,
    person_id: int | None = None,
    action: str | None = None,
    since: datetime | None = None,
    before: int | None = None,
    limit: int = PAGE,
) -> list[Entry]:
    """List what went on in the practice, newest first, without what records say. Raises NotAllowed to all but admins."""
    if not may(actor, Action.ADMINISTER, Thing(actor.practice_id)):
        raise NotAllowed("This is for admins.")
    with services.database.read() as session:
        found = rows.listed(
            session,
            practice_id=actor.practice_id,
            patient_id=patient_id,
            person_id=person_id,
            action=action,
            since=since,
            before=before,
            limit=limit,
        )
        return [entry_of(entry, person) for entry, person, _ in found]


def all_practices(
    services: Services, *, patient_id: int | None, person_id: int | None, since: datetime | None, limit: int
) -> list[Entry]:
    """List what went on in every practice, newest first; for whoever runs the program."""
    with services.database.read() as session:
        found = rows.listed(session, patient_id=patient_id, person_id=person_id, since=since, limit=limit)
        return [entry_of(entry, person) for entry, person, _ in found]


def entry_of(entry: AuditEntry, person: Person | None) -> Entry:
    """Describe an entry without what its record says."""
    named = {"name": person.name if person else "", "role": person.role if person else "program"}
    fields: dict[str, Any] = {name: getattr(entry, name) for name in Entry.model_fields if name not in named}
    return Entry(**fields, **named)


def _reader(
    actor: Actor,
    turns: Sequence[Turn],
    owner: int,
    entry: AuditEntry,
    person: Person | None,
    reason: AuditReason | None,
) -> Reader:
    told = reason is not None and not (actor.is_patient and entry.thing != "patient")
    known = entry_of(entry, person)
    return Reader(
        id=known.id,
        at=known.at,
        name=known.name,
        role=known.role,
        action=known.action,
        thing=known.thing,
        thing_id=known.thing_id,
        right=right_of(turn_of(entry), known.role, turns, owner=owner),
        view=entry.detail if entry.action == "read" else "",
        reason=reason.text if reason is not None and told else None,
    )

"""Setting something of one's inbox aside until a moment: it is out of the way, and back by itself.

What cannot wait is back within a day whatever was asked for, and everything is back at once when it stands otherwise than when
it was set aside. It is one person's own: colleagues who see the same patients keep it in front of them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Literal

from domain import inbox
from domain.errors import Conflict, Invalid, NotFound
from domain.events import inbox_changed
from domain.inbox import CALL_DAYS, MOST, InboxItem, Risk
from domain.ledger import Change, utc_now
from domain.page_messages import InboxUpdate
from domain.permission import Action, Actor, Thing, may, readable
from domain.services import Services
from storage import setting_aside as rows
from storage.tables import SetAside

Choice = Literal["tomorrow", "week", "noted"]
MORNING = time(6)
"""Of the server's day: before anybody's practice opens."""
LONGEST_SERIOUS = timedelta(days=1)

Aside = frozenset[tuple[str, str, datetime]]
"""What somebody has set aside: what the inbox calls it, how it stood, and until when."""
NOTHING: Aside = frozenset()


@dataclass(frozen=True, slots=True)
class Divided:
    """An inbox, divided for one person."""

    items: tuple[InboxItem, ...]
    more: int
    """So many others can wait and are not among the items, so that these are not drowned."""
    aside: tuple[tuple[InboxItem, datetime], ...]
    """What is set aside, and until when; the first to be back comes first."""


def divide(found: Iterable[InboxItem], aside: Aside, now: datetime) -> Divided:
    """Take out what somebody has set aside and stands as it did then; of what can wait, leave the first 20.

    That no answer comes is left out where something else of that diagnosis is not set aside: it wants the same look.
    """
    until = {(key, said): moment for key, said, moment in aside if moment > now}
    here: list[InboxItem] = []
    away: list[tuple[InboxItem, datetime]] = []
    for item in found:
        moment = until.get((item.key, item.said))
        if moment is None:
            here.append(item)
        else:
            away.append((item, moment))
    told = {item.diagnosis_id for item in here if item.risk not in (Risk.SILENT, Risk.SETTLED)}
    here = [item for item in here if not _is_told(item, told)]
    away = [(item, moment) for item, moment in away if not _is_told(item, told)]
    waits = [item for item in here if item.can_wait]
    must = [item for item in here if not item.can_wait]
    more = len([item for item in waits[MOST:] if item.risk is not Risk.SETTLED])
    return Divided((*must, *waits[:MOST]), more, tuple(sorted(away, key=lambda one: one[1])))


def _is_told(item: InboxItem, told: set[int]) -> bool:
    return item.risk is Risk.SILENT and item.diagnosis_id in told


def back_at(choice: Choice, item: InboxItem, now: datetime) -> datetime:
    """Say when something is back: at six in the morning of the next day, of the day a week on, or never (``noted``).

    What cannot wait is back after 24 hours at the latest. ``noted`` is for what there is nothing to do about: the word to an
    admin that a record was opened, which leaves by itself. Raises Invalid.
    """
    if choice == "noted":
        if item.patient:
            raise Invalid("This cannot be set aside for so long: it wants somebody.")
        return item.since + timedelta(days=CALL_DAYS)
    if item.risk is Risk.SETTLED:
        raise Invalid("This is settled: there is nothing to set aside.")
    if choice == "week" and not item.can_wait:
        raise Invalid("This cannot be set aside for so long: it wants somebody.")
    here = now.astimezone()
    day = here.date() + timedelta(days=7 if choice == "week" else 1)
    moment = datetime.combine(day, MORNING).astimezone(now.tzinfo)
    return moment if item.can_wait else min(moment, now + LONGEST_SERIOUS)


def of(services: Services, actor: Actor) -> Aside:
    """Read what somebody has set aside; a few microseconds."""
    with services.database.glance(statements=1) as glance:
        return frozenset((key, said, until) for key, said, until in rows.of_person(glance, actor.person_id))


def set_aside(services: Services, actor: Actor, key: str, *, said: str, choice: Choice) -> datetime:
    """Set something aside as it was shown; returns when it is back.

    Raises NotFound where it is not in the inbox, Conflict where it stands otherwise by now, and Invalid as ``back_at``.
    """
    now = utc_now()
    with services.database.read() as session:
        found = inbox.read(session, readable(actor), now)
        if may(actor, Action.ADMINISTER, Thing(actor.practice_id)):
            found += inbox.of_practice(session, actor.practice_id, now)
    item = next((one for one in found if one.key == key), None)
    if item is None:
        raise NotFound("It is not in the inbox any more.")
    if item.said != said:
        raise Conflict("This has changed meanwhile: look at it again.", code="changed_meanwhile")
    until = back_at(choice, item, now)

    def act(change: Change) -> None:
        row = SetAside(
            person_id=actor.person_id, patient_id=item.patient_id, item=item.key, said=item.said, until=until
        )
        rows.put(change.session, row, change.now)
        change.audit(actor, "set aside", "patient", item.patient_id, f"{item.key}, {choice}")
        _tell(change, actor)

    services.ledger.write(act)
    return until


def put_back(services: Services, actor: Actor, key: str) -> None:
    """Put something back into the inbox at once; where it was not set aside nothing changes."""

    def act(change: Change) -> None:
        patient_id = rows.drop(change.session, actor.person_id, key)
        if patient_id is not None:
            change.audit(actor, "put back", "patient", patient_id, key)
            _tell(change, actor)

    services.ledger.write(act)


def _tell(change: Change, actor: Actor) -> None:
    change.record(inbox_changed(InboxUpdate(person_id=actor.person_id)), practice_id=actor.practice_id)

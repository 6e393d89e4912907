"""The number under which patients reach their practice: an admin sets it, and every open phone has it at once.

It is in no diagnosis' log: each process tells those who follow one there, and whoever comes back gets it as it stands.
"""

import asyncio
import re
import unicodedata

import structlog

from domain.errors import Invalid, NotAllowed
from domain.events import LoggedEvent, practice_changed
from domain.hub import EVERYTHING
from domain.ledger import Change, utc_now
from domain.messages import PracticeState
from domain.permission import Action, Actor, Thing, may
from domain.services import Services
from domain.snapshot import practice_state
from domain.text import latin_digits
from storage import care
from storage.tables import Practice

log = structlog.get_logger(__name__)

FEWEST, MOST = 3, 15
"""Digits of a number: the shortest that are given out within a country, and the most of E.164, which begins with ``+``."""
FEWEST_ABROAD = 7
LONGEST = 30
"""Letters, with what stands between the digits."""
DASHES = re.compile(r"[‐‑‒–—−]")


def number_of(typed: str) -> str:
    """Bring a number to the form in which it is kept: Latin digits, single spaces, ``-``. Empty stays empty. Raises Invalid."""
    plain = "".join(" " if one.isspace() else one for one in typed if unicodedata.category(one) != "Cf")
    plain = " ".join(DASHES.sub("-", latin_digits(plain)).replace("＋", "+").split())
    if not plain:
        return ""
    digits = re.sub(r"\D", "", plain, flags=re.ASCII)
    fewest = FEWEST_ABROAD if plain.startswith("+") else FEWEST
    formed = re.fullmatch(r"(\+[1-9]|\d)(?:[ -]{0,3}\d)*", plain, re.ASCII)
    if not formed or not fewest <= len(digits) <= MOST or len(plain) > LONGEST:
        sentence = (
            "This is no telephone number: digits, with spaces and dashes between them and a + before the country."
        )
        raise Invalid(sentence, code="not_a_number")
    return plain


def may_set(actor: Actor) -> bool:
    """Say whether somebody sets the number of their practice."""
    return may(actor, Action.ADMINISTER, Thing(actor.practice_id))


def read(services: Services, actor: Actor) -> PracticeState:
    """Read the actor's own practice as its patients are told of it."""
    with services.database.read() as session:
        return practice_state(session.get_one(Practice, actor.practice_id))


def set_number(services: Services, actor: Actor, typed: str) -> PracticeState:
    """Set the number, or take it away with an empty one; audited, and told to every phone. Raises Invalid, NotAllowed."""
    if not may_set(actor):
        raise NotAllowed("Only an admin sets the number of the practice.")
    number = number_of(typed)

    def act(change: Change) -> PracticeState:
        practice = change.session.get_one(Practice, actor.practice_id)
        if practice.phone != number:
            detail = f"{practice.phone or '-'} → {number or '-'}"
            practice.phone = number
            change.session.add(practice)
            change.audit(actor, "set telephone", "practice", actor.practice_id, detail)
            change.record(practice_changed(practice_state(practice)), practice_id=actor.practice_id)
        return practice_state(practice)

    return services.ledger.write(act)


async def telling_numbers(services: Services) -> None:
    """Tell those who follow a diagnosis in this process that their practice has another number, until cancelled."""
    changed: set[int] = set()
    woken = asyncio.Event()

    def notice(event: LoggedEvent) -> None:
        if event.type == "practice_update" and event.diagnosis_id is None:
            changed.add(event.practice_id)
            woken.set()

    unfollow = services.hub.follow(EVERYTHING, notice)
    try:
        while True:
            await woken.wait()
            woken.clear()
            while changed:
                practice_id = changed.pop()
                try:
                    await asyncio.to_thread(_tell, services, practice_id)
                except Exception:  # whoever comes back gets it
                    log.exception("could not tell the number of a practice")
    finally:
        unfollow()


def _tell(services: Services, practice_id: int) -> None:
    followed = services.hub.followed_diagnoses()
    with services.database.read() as session:
        data = practice_state(session.get_one(Practice, practice_id)).model_dump_json()
        concerned = care.patients_of(session, practice_id, followed)
    now = utc_now()
    services.hub.publish(
        [
            LoggedEvent.passing(
                "practice_update",
                data,
                practice_id=practice_id,
                diagnosis_id=diagnosis_id,
                patient_id=patient_id,
                at=now,
                patient_data=data,
            )
            for diagnosis_id, patient_id in concerned.items()
        ]
    )

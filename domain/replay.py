"""Replaying ratings that people gave elsewhere: each row becomes a patient, a plan and an answer, through the same verbs.

A row is done wholly or not at all, in one transaction that also keeps the row's key, so that a replay that was interrupted
goes on where it stopped and one that is started again changes nothing.
"""

import csv
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlmodel import col, select

from domain import diagnosis as diagnoses
from domain import feedback, patient, recommendation, record
from domain.account import add_practice
from domain.errors import Invalid, NotFound
from domain.feedback import FeedbackInput
from domain.gate import Item, Judgement, Profile, judge
from domain.ledger import Change
from domain.once import once
from domain.patient import PatientInput, key
from domain.permission import Actor
from domain.services import Services
from domain.statistics import ready
from domain.text import Line, Name
from storage.tables import Person, Practice

COLUMNS = ("condition", "supplement", "effectiveness", "ease_of_use")
PRACTICE = "Replayed ratings (synthetic patients)"
REASON = "Brought in from published ratings; nobody prescribed it here."

Judge = Callable[[str], Judgement]


class Rating(BaseModel):
    """One row of the file: what somebody said of a supplement for a condition."""

    model_config = ConfigDict(extra="ignore")

    condition: Line
    """What it was taken for; empty where the person did not say."""
    supplement: Name
    effectiveness: int = Field(ge=1, le=5)
    ease_of_use: int = Field(ge=1, le=5)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a replay is: rows played now, and rows that were there already."""

    played: int
    skipped: int


def read(path: Path) -> list[Rating]:
    """Read a whole file before anything is played. Raises NotFound, and Invalid naming the first line that is wrong."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file)
            missing = [name for name in COLUMNS if name not in (reader.fieldnames or [])]
            if missing:
                raise Invalid(f"{path.name} lacks the column {', '.join(missing)}.")
            return [_rating(row, line, path) for line, row in enumerate(reader, start=2)]
    except FileNotFoundError:
        raise NotFound(f"There is no file {path}.") from None
    except (UnicodeDecodeError, csv.Error):
        raise Invalid(f"{path.name} is not a CSV file in UTF-8.") from None


def play(services: Services, ratings: list[Rating], *, wait: Callable[[], None] = lambda: None) -> Iterator[Progress]:
    """Play the ratings in order, ``wait`` between two; yields after each row. Rows that were played before are skipped."""
    name = hashlib.sha256("\n".join(rating.model_dump_json() for rating in ratings).encode()).hexdigest()[:16]
    actor = replay_actor(services)
    known = services.library.of(actor.practice_id)

    @cache  # a file names few supplements many times, and nothing about these patients changes the verdict
    def judged(supplement: str) -> Judgement:
        item = Item("herb", None, supplement)
        return judge(item, Profile(), (), known.knowledge, known.names)

    ready()
    played = skipped = 0
    for number, rating in enumerate(ratings):
        done_now = services.ledger.write(_one(services, actor, judged, name, number, rating))
        played, skipped = played + done_now, skipped + (not done_now)
        yield Progress(played, skipped)
        if done_now:
            wait()


def replay_actor(services: Services) -> Actor:
    """Find (or make) the practitioner whose synthetic patients the ratings become.

    In a demo that is the first demo practitioner, whose pages are open; elsewhere a practice of its own, so that no real
    practice's numbers are touched.
    """

    def act(change: Change) -> Actor:
        statement = (
            select(Person)
            .join(Practice, col(Practice.id) == col(Person.practice_id))
            .where(col(Practice.synthetic), Person.role == "practitioner")
            .order_by(col(Person.id))
        )
        person = change.session.exec(statement).first()
        if person is None:
            practice_id = add_practice(change, PRACTICE, synthetic=True)
            person = Person(practice_id=practice_id, role="practitioner", name="Replay", demo=True, created=change.now)
            change.session.add(person)
            change.session.flush()
        return Actor(key(person), person.practice_id, person.role, person.name)

    return services.ledger.write(act)


def _one(
    services: Services, actor: Actor, judged: Judge, replay: str, number: int, rating: Rating
) -> Callable[[Change], bool]:
    """Make the change that plays one row; it says whether there was something to play."""

    def act(change: Change) -> bool:
        played = False

        def bring_in() -> dict[str, Any]:
            nonlocal played
            played = True
            return {"feedback_id": _bring_in(change, services, actor, judged, number, rating)}

        once(change, actor, f"replay {replay} {number}", ("replay", rating), bring_in)
        return played

    return act


def _bring_in(change: Change, services: Services, actor: Actor, judged: Judge, number: int, rating: Rating) -> int:
    """Make a rating a patient with a diagnosis, a plan and an answer.

    The rating of effectiveness is the patient's own improvement (4 and 5 count as improved) and their stars; how easy it
    was to take is kept as that.
    """
    who = patient.add(change, actor, PatientInput(name=f"Rating {number + 1}"), synthetic=True)
    row = diagnoses.open_for(
        change, actor, who, tradition="none", complaint=rating.condition, condition_id=rating.condition or None
    )
    record.tell(change, services, row, "opened")
    judgement = judged(rating.supplement)
    plan = recommendation.prescribe(
        change,
        row,
        kind="herb",
        item_id=rating.supplement,
        name=_shown(rating.supplement),
        judgement=judgement,
        reasons=[REASON],
        override_reason=REASON,
    )
    given = FeedbackInput(rating=rating.effectiveness, improvement=rating.effectiveness, ease_of_use=rating.ease_of_use)
    return key(feedback.add(change, services, actor, row, plan, given))


def _shown(name: str) -> str:
    """Write a name that the file shouts as words are written; abbreviations stay (5-HTP)."""
    return name.capitalize() if name.isupper() and name.replace(" ", "").isalpha() and len(name) > 4 else name


def _rating(row: dict[str, Any], line: int, path: Path) -> Rating:
    try:
        return Rating.model_validate(row)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise Invalid(f"{path.name}, line {line}: {where}: {first['msg']}.") from None

"""Filling a practice with answers as they would stand after years: rows written beside the log, counted by the program."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from sqlmodel import SQLModel, col, func, select

from bench.feedback.place import settings_in
from domain import demo, recounting
from domain.outcome import improved
from domain.permission import Actor
from domain.services import Services
from main import build_services
from storage.tables import Diagnosis, Feedback, Patient, Person, Practice, Recommendation, SideEffect

HERBS, CONDITIONS, CONDITIONS_A_HERB = 60, 40, 6
"""What is stored falls into 360 cells, in the smaller practice too: a cost grows with the cells, which a practice fills once."""
PRACTITIONERS = 5
TERMS, TOLD = 20, 0.1
"""Side effects that there are, and the share of answers that name one."""
ALONE = 0.6
"""Share of the patients who take one herb; the others take two at a time."""
DAYS = 365
CHUNK = 20_000
BASELINE = 7
TABLES: tuple[type[SQLModel], ...] = (Patient, Diagnosis, Recommendation, Feedback, SideEffect)


@dataclass(frozen=True)
class Stored:
    """A practice with so many answers, somebody who answers, and who looks."""

    services: Services
    answers: int
    patient: Actor
    diagnosis_id: int
    recommendation_id: int
    practitioner: Actor
    admin: Actor


@contextmanager
def stored(folder: Path, answers: int) -> Iterator[Stored]:
    """Fill a practice with so many answers, counted as the program counts them."""
    folder.mkdir()
    services = build_services(settings_in(folder))
    try:
        for _ in demo.fill(services):
            pass
        yield _filled(services, answers)
    finally:
        services.database.close()


def _filled(services: Services, answers: int) -> Stored:
    with services.database.read() as session:
        practice = session.exec(select(Practice).order_by(col(Practice.id))).first()
        found = session.exec(
            select(Recommendation, Patient)
            .join(Patient, col(Patient.id) == col(Recommendation.patient_id))
            .join(Diagnosis, col(Diagnosis.id) == col(Recommendation.diagnosis_id))
            .where(
                Recommendation.kind == "herb",
                Recommendation.status == "approved",
                Diagnosis.status == "open",
                col(Patient.person_id).is_not(None),
            )
            .order_by(col(Recommendation.id))
        ).first()
        assert practice is not None and found is not None and practice.id is not None  # noqa: PT018
        plan, who = found
        already = int(session.exec(select(func.count()).select_from(Feedback)).one())
        leader = session.get_one(Person, who.practitioner_id)
        admin = session.exec(select(Person).where(Person.practice_id == practice.id, Person.role == "admin")).one()
    _insert(services, practice.id, [leader.id or 0, *_colleagues(services, practice.id)], answers - already)
    for _ in recounting.rebuild(services, recounting.cells(services)):
        pass
    return Stored(
        services=services,
        answers=max(answers, already),
        patient=Actor(who.person_id or 0, practice.id, "patient", who.name, patient_id=who.id),
        diagnosis_id=plan.diagnosis_id,
        recommendation_id=plan.id or 0,
        practitioner=Actor(leader.id or 0, practice.id, leader.role, leader.name),
        admin=Actor(admin.id or 0, practice.id, admin.role, admin.name),
    )


def _colleagues(services: Services, practice_id: int) -> list[int]:
    """Add practitioners who treat beside the demo's."""

    def act(change: Any) -> list[int]:
        people = [
            Person(practice_id=practice_id, role="practitioner", name=f"Dr {number}", created=change.now)
            for number in range(PRACTITIONERS - 1)
        ]
        change.session.add_all(people)
        change.session.flush()
        return [one.id or 0 for one in people]

    return services.ledger.write(act)


def _insert(services: Services, practice_id: int, practitioners: list[int], many: int) -> None:
    """Write patients with one plan or two and an answer to each, as rows: what is stored beside the log does not count here."""
    with services.database.read() as session:
        ids = {table: int(session.exec(select(func.max(table.id))).one() or 0) for table in TABLES}  # type: ignore[attr-defined]
    courses = _courses(practice_id, practitioners, ids)
    written = 0
    while written < many:
        rows: dict[type[SQLModel], list[dict[str, Any]]] = {table: [] for table in TABLES}
        while written + len(rows[Feedback]) < many and len(rows[Feedback]) < CHUNK:
            for table, made in next(courses):
                rows[table].append(made)
        written += len(rows[Feedback])
        # Neither by the ledger nor with a converter for each value: as SQLite keeps it, so that a million take minutes.
        with services.database.together() as together, together.one() as one:
            for table, values in ((table, values) for table, values in rows.items() if values):
                otherwise = _defaults(table)
                names = dict.fromkeys([*otherwise, *values[0]])
                places = ", ".join(f":{name}" for name in names)
                into = f"INSERT INTO {table.__tablename__} ({', '.join(names)}) VALUES ({places})"
                one.connection.exec_driver_sql(into, [otherwise | row for row in values])


def _defaults(table: type[SQLModel]) -> dict[str, Any]:
    """Give what the program writes into a row where nothing else is said."""
    columns = getattr(table, "__table__").columns  # noqa: B009 - it is there for every table, and not declared
    return {one.name: one.default.arg for one in columns if one.default is not None and one.default.is_scalar}


def _courses(
    practice_id: int, practitioners: list[int], ids: dict[type[SQLModel], int]
) -> Iterator[list[tuple[type[SQLModel], dict[str, Any]]]]:
    """Make up one patient after the other, each as the rows that are kept of them; numbers them on from ``ids``."""
    dice, now = Random(1), datetime.now(UTC)
    treated_by = [
        [herb for herb in range(HERBS) if (condition - 7 * herb) % CONDITIONS < CONDITIONS_A_HERB]
        for condition in range(CONDITIONS)
    ]

    def row(table: type[SQLModel], **values: Any) -> tuple[type[SQLModel], dict[str, Any]]:
        ids[table] += 1
        return table, {"id": ids[table]} | values

    while True:
        at = f"{now - timedelta(days=dice.uniform(0, DAYS)):%Y-%m-%d %H:%M:%S.%f}"
        condition, practitioner = dice.randrange(CONDITIONS), dice.choice(practitioners)
        herbs = dice.sample(treated_by[condition], 1 if dice.random() < ALONE else 2)
        common = {"practice_id": practice_id, "created": at}
        made = [
            row(
                Patient, **common, practitioner_id=practitioner, name=f"P {ids[Patient]}",
                allergies="[]", conditions="[]", medicines="[]", synthetic=True, sex="",
            ),
            row(
                Diagnosis, **common, patient_id=ids[Patient], practitioner_id=practitioner, tradition="none",
                condition_id=f"condition-{condition}", symptom="Pain", baseline=BASELINE, status="open", seq=0, complaint="",
            ),
        ]  # fmt: skip
        for herb in herbs:
            symptom, rating = dice.randint(0, 10), dice.randint(1, 5)
            outcome = improved(baseline=BASELINE, symptom=symptom, improvement=None, stopped_for_side_effect=False)
            made.append(
                row(
                    Recommendation, **common, diagnosis_id=ids[Diagnosis], patient_id=ids[Patient], kind="herb",
                    item_id=f"herb-{herb}", condition_id=f"condition-{condition}", name=f"herb-{herb}", text="", dose="{}",
                    rank=1, score=0.5, reasons="[]", verdict="nothing_documented", verdict_reasons="[]", judged_by="",
                    override_reason="", accepted="[]", status="approved", stop_reason="", approved=at,
                    prescribed_counted=True, outcome_counted=outcome, rating_counted=rating, counted_on=at[:10],
                )
            )  # fmt: skip
            about = {"recommendation_id": ids[Recommendation]}
            made.append(
                row(
                    Feedback, **common, **about, diagnosis_id=ids[Diagnosis], patient_id=ids[Patient],
                    person_id=practitioner, rating=rating, comment="", symptom=symptom, stopped=False, red_flags="[]",
                    updated=at,
                )
            )  # fmt: skip
            if dice.random() < TOLD:
                term = f"term-{dice.randrange(TERMS)}"
                made.append(
                    row(SideEffect, **about, feedback_id=ids[Feedback], term=term, serious=dice.random() < 0.01)
                )
        yield made

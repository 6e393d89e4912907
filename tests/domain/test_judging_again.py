"""No alarm is lost between new knowledge and the plans that it makes dangerous, and one that fails stops no other."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from domain import own_knowledge
from domain.calendar import judge_before_surgery
from domain.gate import Item, Outcome, Profile, judge
from domain.judging_again import judge_by_what_is_known, judging_again
from domain.ledger import Change
from storage.knowledge import Dose
from storage.tables import Event, Patient, Recommendation
from tests.support.house import Course, House, under_treatment
from tests.support.own_files import METFORMIN
from tests.support.waiting import eventually


def row_of(house: House, recommendation_id: int) -> Recommendation:
    with house.services.database.read() as session:
        return session.get_one(Recommendation, recommendation_id)


def written(house: House) -> int:
    with house.services.database.read() as session:
        return len(session.exec(select(Event.position)).all())


def on_metformin(house: House, name: str = "Sara Lind") -> Course:
    return under_treatment(house.services, house.leila, name=name, medicines=["metformin"])


def test_whoever_is_cut_off_behind_an_import_is_judged_at_the_next_start(house: House) -> None:
    ginger = on_metformin(house).recommendation_id
    own_knowledge.bring_in(house.services, house.leila, "interactions.csv", METFORMIN)
    assert row_of(house, ginger).worsened is None, "the command was killed before it judged anything"
    assert judge_by_what_is_known(house.services) == 0
    assert row_of(house, ginger).worsened is not None
    before = written(house)
    judge_by_what_is_known(house.services)
    assert written(house) == before, "nothing is judged twice, nobody is told twice"


def test_an_upgrade_of_the_knowledge_judges_what_is_running(house: House) -> None:
    version = house.services.library.of(house.leila.practice_id).knowledge.version
    assert row_of(house, house.ginger).judged_by == version

    def as_before(change: Change) -> None:
        row = change.session.get_one(Recommendation, house.ginger)
        row.judged_by, row.verdict, row.verdict_reasons, row.accepted = "an older one", "nothing_documented", [], []
        who = change.session.get_one(Patient, house.mina.patient_id)
        who.medicines = ["warfarin"]
        change.session.add_all([row, who])

    house.services.ledger.write(as_before)
    judge_by_what_is_known(house.services)
    after = row_of(house, house.ginger)
    assert (after.verdict, after.judged_by) == ("major", version)
    assert after.worsened is not None


async def test_a_program_that_runs_judges_by_what_another_has_brought_in(house: House) -> None:
    ginger = on_metformin(house).recommendation_id
    house.services.hub.bind(asyncio.get_running_loop())
    job = asyncio.create_task(judging_again(house.services))
    try:
        await eventually(lambda: house.services.hub.follower_count() == 1)
        await asyncio.to_thread(own_knowledge.bring_in, house.services, house.leila, "interactions.csv", METFORMIN)
        await eventually(lambda: row_of(house, ginger).worsened is not None)
    finally:
        job.cancel()
        with suppress(asyncio.CancelledError):
            await job
    assert house.services.hub.follower_count() == 0


def broken(house: House, course: Course) -> None:
    """Keep a dose that this version cannot read: judging this patient fails."""

    def act(change: Change) -> None:
        row = change.session.get_one(Recommendation, course.recommendation_id)
        row.dose = {"a later version": "wrote this"}
        change.session.add(row)

    house.services.ledger.write(act)


def test_a_patient_who_cannot_be_judged_stops_no_other(house: House, caplog: pytest.LogCaptureFixture) -> None:
    first, second = on_metformin(house, "Ada"), on_metformin(house, "Ben")
    broken(house, first)
    own_knowledge.bring_in(house.services, house.leila, "interactions.csv", METFORMIN)
    assert judge_by_what_is_known(house.services) == 1
    assert row_of(house, second.recommendation_id).worsened is not None
    assert "could not be judged" in caplog.text
    assert row_of(house, first.recommendation_id).judged_by != row_of(house, second.recommendation_id).judged_by, (
        "it is tried again"
    )


def test_nor_does_one_at_an_import_or_before_a_surgery(house: House, caplog: pytest.LogCaptureFixture) -> None:
    first, second = on_metformin(house, "Ada"), on_metformin(house, "Ben")
    today = datetime.now(UTC).date()

    def surgery(change: Change) -> None:
        for course in (first, second):
            who = change.session.get_one(Patient, course.patient.patient_id)
            who.surgery_on = today + timedelta(days=3)
            change.session.add(who)

    house.services.ledger.write(surgery)
    broken(house, first)
    assert judge_before_surgery(house.services, today) == 1
    assert "surgery" in {one["rule"] for one in row_of(house, second.recommendation_id).verdict_reasons}
    own_knowledge.bring_in(house.services, house.leila, "interactions.csv", METFORMIN)
    patients = [first.patient.patient_id or 0, second.patient.patient_id or 0]
    assert len(list(own_knowledge.judge_all(house.services, patients))) == 2
    assert row_of(house, second.recommendation_id).worsened is not None
    assert "could not be judged" in caplog.text


class Unreadable(Mapping[str, tuple[Dose, ...]]):
    """Doses of which one herb's cannot be read."""

    def __init__(self, doses: Mapping[str, tuple[Dose, ...]], herb: str) -> None:
        self._doses, self._herb = doses, herb

    def __getitem__(self, key: str) -> tuple[Dose, ...]:
        if key == self._herb:
            raise RuntimeError("nobody thought of this row")
        return self._doses[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._doses)

    def __len__(self) -> int:
        return len(self._doses)


def test_where_the_gate_fails_the_item_is_blocked(house: House, caplog: pytest.LogCaptureFixture) -> None:
    known = house.services.library.shared
    knowledge = replace(known.knowledge, doses=Unreadable(known.knowledge.doses, "ginger"))
    found = judge(Item("herb", "ginger", "ginger"), Profile(age=40), (), knowledge, known.names)
    assert [(one.verdict, one.rule, one.outcome) for one in found.reasons] == [
        ("block", "gate_failed", Outcome.NOT_COMPARABLE)
    ]
    assert "the gate failed" in caplog.text
    assert judge(Item("herb", "fennel", "fennel"), Profile(age=40), (), knowledge, known.names).verdict != "block"

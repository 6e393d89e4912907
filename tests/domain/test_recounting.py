"""Counting again mends whatever is wrong, beside whoever answers, corrects, withdraws and consents meanwhile."""

import random
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import TypeVar

import pytest
from sqlmodel import select

from domain import consent, correcting, feedback, recounting
from domain.consent import ConsentInput
from domain.errors import OutcomeUnknown, Unavailable
from domain.evidence import PATIENT_EVERY
from domain.feedback import FeedbackInput
from domain.ledger import Change
from domain.services import Services
from storage.recounting import TO_COUNT
from storage.tables import Evidence, EvidenceDay, Mark, Recommendation
from tests.support.clock import with_clock
from tests.support.house import Course, House, under_treatment
from tests.support.recount import beside_kept, beside_recounted, kept, recounted

T = TypeVar("T")


def answer(services: Services, course: Course, symptom: int) -> int:
    said = FeedbackInput(recommendation_id=course.recommendation_id, rating=4, symptom=symptom)
    return int(feedback.submit(services, course.patient, course.diagnosis_id, said)["id"])


def right(services: Services) -> bool:
    with services.database.read() as session:
        return (kept(session), beside_kept(session)) == (recounted(session), beside_recounted(session))


def spoil(services: Services, recommendation_id: int, **noted: object) -> None:
    """Note something else than what is counted."""

    def act(change: Change) -> None:
        plan = change.session.get_one(Recommendation, recommendation_id)
        for name, value in noted.items():
            setattr(plan, name, value)

    services.ledger.write(act)


def count_again(services: Services) -> list[str]:
    """Count everything again; gives what had to be corrected."""
    return [one.item_id for one in recounting.rebuild(services, recounting.cells(services)) if one.corrected]


@pytest.mark.parametrize("cell_too", [False, True])
def test_a_wrong_note_over_a_cell_that_patients_are_shown(house: House, cell_too: bool) -> None:
    services, clock = with_clock(house.services)
    courses = [under_treatment(services, house.leila, name=f"P{number}") for number in range(12)]
    for course in courses:
        answer(services, course, 10)
    spoil(services, courses[0].recommendation_id, outcome_counted=True)

    def another_way(change: Change) -> None:
        for row in change.session.exec(select(Evidence)):
            row.answered, row.improved, row.prescribed = 1, 1, 40

    if cell_too:
        services.ledger.write(another_way)
    clock.move(PATIENT_EVERY * 2)
    assert count_again(services) == ["ginger"]
    assert right(services)
    assert count_again(services) == []


def test_nobody_is_refused_for_what_is_noted_wrongly(house: House) -> None:
    services = house.services
    courses = [under_treatment(services, house.leila, name=f"P{number}") for number in range(4)]
    answers = [answer(services, course, 10) for course in courses]

    def many_before(change: Change) -> None:
        [cell] = change.session.exec(select(Evidence).where(Evidence.item_id == "ginger"))
        [today] = change.session.exec(select(EvidenceDay))
        cell.answered, today.answered = 30, 15
        before = today.day - timedelta(days=40)
        change.session.add(EvidenceDay(evidence_id=cell.id or 0, day=before, answered=15, improved=0))

    services.ledger.write(many_before)  # enough for a number, and for its trend
    for course in courses:
        spoil(services, course.recommendation_id, outcome_counted=True)
    answer(services, courses[0], 10)
    correcting.set_rating(services, house.leila, answers[1], 1)
    correcting.withdraw(services, courses[2].patient, answers[2])
    consent.say(services, courses[3].patient, courses[3].patient.patient_id or 0, ConsentInput(granted=False))
    assert count_again(services) == ["ginger"]
    assert right(services)


@pytest.mark.parametrize("others", [False, True])
def test_a_note_on_what_was_never_approved_is_taken_away(house: House, others: bool) -> None:
    services, proposed = house.services, house.proposed("fennel")
    if others:
        answer(services, under_treatment(services, house.leila, "fennel"), 2)
    spoil(services, proposed, prescribed_counted=True, outcome_counted=True, rating_counted=5)
    assert count_again(services) == ["fennel"]
    assert right(services)
    with services.database.read() as session:
        plan = session.get_one(Recommendation, proposed)
        assert (plan.prescribed_counted, plan.outcome_counted, plan.rating_counted) == (False, None, None)


@pytest.mark.parametrize("seed", range(3))
def test_what_is_said_while_it_is_counted_is_counted_once(
    house: House, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    services, dice = house.services, random.Random(seed)
    courses = [under_treatment(services, house.leila, name=f"P{number}") for number in range(4)]
    given: list[tuple[Course, int]] = [(one, answer(services, one, dice.choice((2, 10)))) for one in courses[:3]]
    done = []

    def somebody() -> None:
        what, course = dice.choice(("answer", "correct", "withdraw", "consent")), dice.choice(courses)
        if what == "consent":
            said = ConsentInput(granted=dice.random() < 0.5)
            consent.say(services, course.patient, course.patient.patient_id or 0, said)
        elif what == "answer" or not given:
            given.append((course, answer(services, course, dice.choice((2, 10)))))
        elif what == "correct":
            correcting.set_rating(services, house.leila, dice.choice(given)[1], dice.randint(1, 5))
        else:
            course, number = given.pop(dice.randrange(len(given)))
            correcting.withdraw(services, course.patient, number)
        done.append(what)

    def disturbed(ids: Sequence[int]) -> Iterator[Sequence[int]]:
        for part in parts(ids):
            yield part
            if threading.current_thread().name != "writer":
                somebody()

    parts = recounting._parts
    monkeypatch.setattr(recounting, "AT_ONCE", 1)
    monkeypatch.setattr(recounting, "_parts", disturbed)
    for _ in range(2):
        for course in dice.sample(courses, 2):
            noted = {"outcome_counted": dice.choice((True, False, None)), "prescribed_counted": dice.random() < 0.5}
            spoil(services, course.recommendation_id, **noted)
        count_again(services)
        assert right(services)
    assert len(done) >= 2 * len(courses)


async def test_a_database_that_is_busy_is_waited_for(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    services, real = house.services, house.services.ledger.write
    refused: list[object] = []

    def often_busy(act: Callable[[Change], T]) -> T:
        if len(refused) < 4:
            refused.append(act)
            raise (Unavailable, OutcomeUnknown)[len(refused) % 2]("Not now.")
        return real(act)

    services.ledger.write(lambda change: change.session.add(Mark(name=TO_COUNT, value="")))
    spoil(services, house.ginger, prescribed_counted=False)
    monkeypatch.setattr(recounting, "AGAIN_SECONDS", 0.001)
    monkeypatch.setattr(services.ledger, "write", often_busy)
    await recounting.counting_again(services)
    assert not recounting.to_count(services)
    assert right(services)
    refused.clear()
    assert count_again(services) == []
    assert len(refused) == 4


async def test_a_cell_that_cannot_be_counted_keeps_no_other_from_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    services = house.services
    under_treatment(services, house.leila, "fennel")
    assert [cell[1] for cell in recounting.cells(services)] == ["fennel", "ginger"]
    services.ledger.write(lambda change: change.session.add(Mark(name=TO_COUNT, value="")))
    spoil(services, house.ginger, prescribed_counted=False)
    rebuilt = recounting._rebuilt

    def refuses_fennel(services: Services, cell: recounting.Cell) -> bool:
        if cell[1] == "fennel":
            raise ValueError("k lies within 0 and n")
        return rebuilt(services, cell)

    with monkeypatch.context() as broken:
        broken.setattr(recounting, "_rebuilt", refuses_fennel)
        await recounting.counting_again(services)
    with services.database.read() as session:
        assert session.get_one(Recommendation, house.ginger).prescribed_counted
    assert recounting.to_count(services), "and so it is done again at the next start"
    await recounting.counting_again(services)
    assert not recounting.to_count(services)

"""What stands on the paper that a patient takes home, what never does, and that printing is written down."""

from dataclasses import replace

import pytest
from sqlmodel import select

from domain import alert, profile, recommendation, take_home
from domain.alert import AcknowledgeInput
from domain.errors import Conflict, NotFound
from domain.library import Knowledge
from domain.messages import RecommendationState
from domain.patient import PatientInput
from domain.recommendation import ApproveInput, DoseInput, StopInput
from domain.take_home import Paper, Printer, TakeHome, differences, printable
from storage.tables import AuditEntry
from tests.support.house import House, approve


def home_of(house: House) -> TakeHome:
    return take_home.read(house.services, house.leila, house.diagnosis_id)


def prints_of(house: House) -> list[tuple[int | None, str]]:
    with house.services.database.read() as session:
        rows = session.exec(select(AuditEntry).where(AuditEntry.action == "print")).all()
    return [(row.person_id, row.detail) for row in rows]


def takes(house: House, *medicines: str) -> None:
    given = PatientInput(name="Mina Farahani", medicines=list(medicines))
    profile.change(house.services, house.leila, house.mina.patient_id or 0, given)


@pytest.mark.parametrize(
    ("status", "verdict", "dangerous", "stands"),
    [
        ("approved", "nothing_documented", False, True),
        ("approved", "unknown", False, True),
        ("approved", "minor", False, True),
        ("approved", "major", False, True),
        ("approved", "major", True, False),
        ("approved", "block", False, False),
        ("approved", "block", True, False),
        ("proposed", "nothing_documented", False, False),
        ("stopped", "nothing_documented", False, False),
    ],
)
def test_only_what_is_approved_and_not_held_back_is_printed(
    house: House, status: str, verdict: str, dangerous: bool, stands: bool
) -> None:
    ginger = home_of(house).items[0]
    worsened = ginger.approved if dangerous else None
    assert printable(ginger.model_copy(update={"status": status, "verdict": verdict, "worsened": worsened})) is stands


def test_a_proposal_is_not_on_the_paper_and_what_is_stopped_leaves_it(house: House) -> None:
    assert [one.id for one in home_of(house).items] == [house.ginger]
    recommendation.stop(house.services, house.leila, house.ginger, StopInput(reason="It burns."))
    home = home_of(house)
    assert home.items == home.left_out == ()


def test_what_has_become_dangerous_leaves_the_paper_until_somebody_lets_it_go_on(house: House) -> None:
    before = home_of(house)
    takes(house, "warfarin")
    home = home_of(house)
    assert home.items == ()
    assert [one.id for one in home.left_out] == [house.ginger]
    assert [one.kind for one in differences(before, home)] == ["went"]
    given = ApproveInput(override_reason="Food amounts only; INR weekly.", confirmed=True)
    recommendation.go_on(house.services, house.leila, house.ginger, given)
    after = home_of(house)
    assert [one.id for one in after.items] == [house.ginger]
    assert [(one.kind, one.before and one.before.verdict) for one in differences(before, after)] == [
        ("verdict", before.items[0].verdict)
    ]


def changed(home: TakeHome, **how: object) -> TakeHome:
    return replace(home, items=(home.items[0].model_copy(update=how), *home.items[1:]))


@pytest.mark.parametrize(
    ("how", "kinds"),
    [
        ({}, []),
        ({"verdict": "major"}, ["verdict"]),
        ({"verdict": "major", "dose": None}, ["verdict"]),
        ({"dose": None}, ["dose"]),
        ({"duration_days": 3}, ["other"]),
        ({"verdict_reasons": []}, ["other"]),
        ({"rank": 9, "score": 0.1, "reasons": ["More answers."]}, []),
    ],
)
def test_items_are_compared_by_what_is_printed_of_them(house: House, how: dict[str, object], kinds: list[str]) -> None:
    takes(house, "amlodipine")  # so that there is a reason to lose
    home = home_of(house)
    assert home.items[0].verdict_reasons
    other = changed(home, **how)
    assert [one.kind for one in differences(home, other)] == kinds
    assert (other.key == home.key) is not bool(kinds)
    assert [one.kind for one in differences(replace(home, items=()), home)] == ["came"]


def test_marking_a_reason_as_read_changes_nothing_on_the_paper(house: House) -> None:
    takes(house, "amlodipine")
    before = home_of(house)
    keys = [one.key for one in state_of(before).verdict_reasons if one.key and one.verdict != "block"]
    alert.acknowledge(house.services, house.leila, house.ginger, AcknowledgeInput(reasons=keys))
    assert home_of(house).key == before.key


def state_of(home: TakeHome) -> RecommendationState:
    return home.items[0]


def test_printing_is_written_down_and_refused_when_the_plan_is_another_by_now(house: House) -> None:
    seen = home_of(house).key
    take_home.print_out(house.services, house.leila, house.diagnosis_id, way="paper", seen=seen)
    assert prints_of(house) == [(house.leila.person_id, "paper")]
    given = ApproveInput(dose=DoseInput(amount=2, unit="g", per="day", preparation="decoction"))
    recommendation.go_on(house.services, house.leila, house.ginger, given)
    with pytest.raises(Conflict) as refused:
        take_home.print_out(house.services, house.leila, house.diagnosis_id, way="paper", seen=seen)
    assert refused.value.code == "plan_changed"
    assert len(prints_of(house)) == 1
    take_home.print_out(house.services, house.leila, house.diagnosis_id, way="paper", seen=home_of(house).key)
    assert len(prints_of(house)) == 2


def test_a_pdf_that_cannot_be_drawn_or_is_overtaken_was_not_printed(house: House) -> None:
    def fails(home: TakeHome, knowledge: Knowledge, language: str, paper: Paper) -> bytes:
        raise ValueError("no font")

    def overtaken(home: TakeHome, knowledge: Knowledge, language: str, paper: Paper) -> bytes:
        approve(house.services, house.leila, house.proposed("fennel"))
        return b"%PDF"

    cases: list[tuple[Printer, type[Exception]]] = [(fails, ValueError), (overtaken, Conflict)]
    for printer, error in cases:
        with pytest.raises(error):
            take_home.pdf_of(house.services, house.leila, house.diagnosis_id, printer, language="en")
    assert prints_of(house) == []


@pytest.mark.parametrize("who", ["mina", "chen", "stranger", "ida"])
def test_the_paper_is_for_who_may_see_what_the_gate_says(house: House, who: str) -> None:
    with pytest.raises(NotFound):
        take_home.read(house.services, getattr(house, who), house.diagnosis_id)
    with pytest.raises(NotFound):
        take_home.print_out(house.services, getattr(house, who), house.diagnosis_id, way="pdf")
    assert prints_of(house) == []

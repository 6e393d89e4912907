"""Diagnoses: opened once, matched, confirmed, seen by who may see them."""

import pytest
from sqlmodel import func, select

from domain import diagnosis, proposal
from domain.diagnosis import DiagnosisInput, FindingInput
from domain.errors import Conflict, Invalid, NotFound
from domain.ledger import Change
from domain.patient import PatientInput
from domain.permission import Actor
from storage.tables import Diagnosis, Event, Patient
from tests.support.house import House
from tests.support.statements import statements


def rows(house: House) -> tuple[int, ...]:
    with house.services.database.read() as session:
        return tuple(
            session.exec(select(func.count()).select_from(table)).one() for table in (Diagnosis, Patient, Event)
        )


def given(**more: object) -> DiagnosisInput:
    usual = {
        "patient": PatientInput(name="Sara Lind"),
        "tradition": "tcm",
        "findings": [{"finding_id": "pain-epigastric", "severity": 3}, {"finding_id": "pain-better-warm"}],
    }
    return DiagnosisInput.model_validate({**usual, **more})


def test_a_new_patient_with_findings_gets_matches_and_proposals(house: House) -> None:
    snapshot = diagnosis.record(house.services, house.leila, given(complaint="Pain after cold drinks."))
    diagnosis_id = snapshot["diagnosis"]["id"]
    best = diagnosis.matches(house.services, house.leila, diagnosis_id)[0]
    assert best.condition_id == "t-stcold"
    assert set(best.supporting) == {"pain-epigastric", "pain-better-warm"}
    assert snapshot["diagnosis"]["condition_id"] is None, "a match is no diagnosis until somebody confirms it"
    assert {one["status"] for one in snapshot["recommendations"]} == {"proposed"}
    assert {one["condition_id"] for one in snapshot["recommendations"]} == {"t-stcold"}
    assert all(one["reasons"] for one in snapshot["recommendations"])


def test_no_findings_no_matches_no_proposals(house: House) -> None:
    snapshot = diagnosis.record(house.services, house.leila, given(findings=[]))
    assert snapshot["recommendations"] == []
    assert diagnosis.matches(house.services, house.leila, snapshot["diagnosis"]["id"]) == []


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"findings": [{"finding_id": "no-such-sign"}]}, Invalid),
        (
            {"findings": [{"finding_id": "nausea", "present": True}, {"finding_id": "nausea", "present": False}]},
            Invalid,
        ),
        ({"condition_id": "no-such-condition"}, Invalid),
        ({"condition_id": "p-sauda"}, Invalid),
        ({"patient": None}, Invalid),
        ({"patient_id": 1}, Invalid),
        ({"patient": None, "patient_id": 999_999}, NotFound),
    ],
    ids=[
        "unknown finding",
        "there and not there",
        "unknown condition",
        "of another tradition",
        "nobody",
        "two",
        "who?",
    ],
)
def test_what_cannot_be_opened_changes_nothing(house: House, wrong: dict[str, object], error: type[Exception]) -> None:
    before = rows(house)
    with pytest.raises(error):
        diagnosis.record(house.services, house.leila, given(**wrong))
    assert rows(house) == before
    assert diagnosis.record(house.services, house.leila, given())


def test_a_request_that_is_repeated_opens_one(house: House) -> None:
    first = diagnosis.record(house.services, house.leila, given(), repeat_key="tab-1")
    before = rows(house)
    assert diagnosis.record(house.services, house.leila, given(), repeat_key="tab-1") == first
    assert rows(house) == before
    with pytest.raises(Conflict):
        diagnosis.record(house.services, house.leila, given(complaint="Another"), repeat_key="tab-1")


def test_findings_are_replaced_not_added(house: House) -> None:
    snapshot = diagnosis.set_findings(
        house.services, house.leila, house.diagnosis_id, [FindingInput(finding_id="nausea", present=False)]
    )
    assert snapshot["diagnosis"]["findings"] == [
        {"finding_id": "nausea", "present": False, "severity": None, "degree": None, "duration_days": None}
    ]


def test_confirming_proposes_for_that_condition_and_keeps_the_plan(house: House) -> None:
    snapshot = diagnosis.confirm(house.services, house.leila, house.diagnosis_id, "t-spqi")
    assert (
        snapshot["diagnosis"]["condition"] == house.services.library.shared.knowledge.conditions["t-spqi"].names["en"]
    )
    by_status = {one["status"]: one["condition_id"] for one in snapshot["recommendations"]}
    assert by_status == {"approved": "t-stcold", "proposed": "t-spqi"}


def test_a_closed_diagnosis_stays_as_it_is(house: House) -> None:
    def close(change: Change) -> None:
        row = change.session.get_one(Diagnosis, house.diagnosis_id)
        row.status = "closed"
        change.session.add(row)

    house.services.ledger.write(close)
    with pytest.raises(Conflict):
        diagnosis.confirm(house.services, house.leila, house.diagnosis_id, "t-spqi")
    with pytest.raises(Conflict):
        diagnosis.set_findings(house.services, house.leila, house.diagnosis_id, [])
    assert diagnosis.read(house.services, house.leila, house.diagnosis_id)["diagnosis"]["status"] == "closed"


@pytest.mark.parametrize("who", ["chen", "stranger", "ida", "omar"])
def test_somebody_elses_is_as_unknown_as_none(house: House, who: str) -> None:
    actor: Actor = getattr(house, who)
    for attempt in (
        lambda number: diagnosis.read(house.services, actor, number),
        lambda number: diagnosis.set_findings(house.services, actor, number, []),
        lambda number: diagnosis.confirm(house.services, actor, number, "t-spqi"),
        lambda number: diagnosis.matches(house.services, actor, number),
        lambda number: diagnosis.compare(house.services, actor, number),
        lambda number: proposal.held_back(house.services, actor, number),
    ):
        sentences = set()
        for number in (house.diagnosis_id, 999_999):
            with pytest.raises(NotFound) as refused:
                attempt(number)
            sentences.add(refused.value.message)
        assert sentences == {"There is no such diagnosis."}


def test_a_patient_reads_and_does_not_treat(house: House) -> None:
    seen = diagnosis.read(house.services, house.mina, house.diagnosis_id)
    assert [one["item_id"] for one in seen["recommendations"]] == ["ginger"]
    with pytest.raises(NotFound):
        diagnosis.confirm(house.services, house.mina, house.diagnosis_id, "t-spqi")
    with pytest.raises(NotFound):
        diagnosis.matches(house.services, house.mina, house.diagnosis_id)


def test_a_list_of_ones_own(house: House) -> None:
    def ids(actor: Actor, before: int | None = None) -> list[int]:
        return [one["id"] for one in diagnosis.listing(house.services, actor, before=before, limit=2)]

    more = [diagnosis.record(house.services, house.leila, given())["diagnosis"]["id"] for _ in range(2)]
    assert ids(house.leila) == more[::-1], "the newest first"
    assert ids(house.leila, before=more[0]) == [house.diagnosis_id]
    assert ids(house.mina) == [house.diagnosis_id]
    assert ids(house.chen) == ids(house.ida) == ids(house.omar) == []


def test_a_list_asks_the_database_no_more_often_for_more_diagnoses(house: House) -> None:
    def asked(limit: int) -> tuple[int, list[int]]:
        with statements(house.services) as said:
            listed = diagnosis.listing(house.services, house.leila, limit=limit)
        return len(said), [len(one["findings"]) for one in listed]

    diagnosis.record(house.services, house.leila, given())
    often, findings = asked(1)
    assert findings == [2]
    assert asked(50) == (often, [2, 1]), "each with its own"
    [_, mine] = diagnosis.listing(house.services, house.leila)
    assert diagnosis.of_patient(house.services, house.leila, house.mina.patient_id or 0) == [mine]


def test_the_three_traditions_side_by_side(house: House) -> None:
    found, _agreement = diagnosis.compare(house.services, house.leila, house.diagnosis_id)
    assert set(found) == {"avicenna", "tcm", "ayurveda"}
    assert found["tcm"][0].condition_id == "t-stcold"

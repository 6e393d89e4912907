"""One patient with several diagnoses, several practitioners: all that is taken is judged together, by whoever changes it."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import select

from domain import diagnosis, profile, recommendation
from domain.errors import VervainError
from domain.ledger import Change, utc_now
from domain.log import join
from domain.patient import PatientInput
from domain.recommendation import ApproveInput
from storage.tables import Diagnosis, Recommendation
from tests.support.house import House, approve, diagnose, new_patient, recommended
from tests.support.snapshots import follows

WHY = ApproveInput(override_reason="Both weighed, INR weekly.", confirmed=True)


def row_of(house: House, recommendation_id: int) -> Recommendation:
    with house.services.database.read() as session:
        return session.get_one(Recommendation, recommendation_id)


def rules_about(house: House, recommendation_id: int, name: str) -> set[str]:
    return {one["rule"] for one in row_of(house, recommendation_id).verdict_reasons if name in one["message"].lower()}


def test_a_colleague_s_change_is_judged_in_every_open_diagnosis_and_told_in_each(house: House) -> None:
    services = house.services
    house.share_with(house.chen)
    second = diagnose(services, house.chen, house.mina, "t-spqi")
    other = next(
        row for row in diagnosis.read(services, house.chen, second)["recommendations"] if row["kind"] == "herb"
    )["id"]
    approve(services, house.chen, other)
    patient_id = house.mina.patient_id or 0
    tops = {one: join(services, house.leila, one, since=0).seq for one in (house.diagnosis_id, second)}
    given = PatientInput(name="Mina Farahani", medicines=["warfarin", "Qqqqol"], allergies=["ginger"])
    with follows(services, house.diagnosis_id), follows(services, second):
        profile.change(services, house.chen, patient_id, given)
    for one, about in ((house.diagnosis_id, house.ginger), (second, other)):
        told = [event.values for event in join(services, house.leila, one, since=tops[one]).missed]
        assert any(event.get("recommendation_id") == about and event["change"] == "changed" for event in told)
    assert row_of(house, house.ginger).worsened is not None


def test_the_same_herb_of_two_diagnoses_is_added_up(house: House) -> None:
    services = house.services
    second = diagnose(services, house.leila, house.mina)
    with services.database.read() as session:
        proposed = session.exec(
            select(Recommendation.item_id).where(
                Recommendation.diagnosis_id == second, Recommendation.status == "proposed"
            )
        ).all()
    assert "ginger" not in proposed, "what is taken already is not proposed a second time"
    clove = recommended(services, second, "clove")
    assert "stacking" in rules_about(house, clove, "ginger"), "beside what the other diagnosis gives"
    approve(services, house.leila, clove)
    assert row_of(house, house.ginger).worsened is not None, "and the other one is told"


def close(house: House, diagnosis_id: int) -> None:
    def act(change: Change) -> None:
        row = change.session.get_one(Diagnosis, diagnosis_id)
        row.status = "closed"
        change.session.add(row)

    house.services.ledger.write(act)


def test_what_a_closed_diagnosis_gives_is_counted_with_and_left_alone(house: House) -> None:
    services = house.services
    close(house, house.diagnosis_id)
    before = row_of(house, house.ginger)
    second = diagnose(services, house.leila, house.mina)
    clove = recommended(services, second, "clove")
    assert "stacking" in rules_about(house, clove, "ginger"), "nobody has stopped the ginger"
    with pytest.raises(VervainError, match="serious objection"):
        recommendation.approve(services, house.leila, clove, ApproveInput())
    given = PatientInput(name="Mina Farahani", medicines=["warfarin"])
    profile.change(services, house.leila, house.mina.patient_id or 0, given)
    assert row_of(house, house.ginger).verdict_reasons == before.verdict_reasons
    assert recommended(services, second, "ginger"), "it may be proposed anew"


@pytest.mark.parametrize(("ago", "counts"), [(20, False), (5, True)])
def test_what_has_run_its_course_is_not(house: House, ago: int, counts: bool) -> None:
    def ran(change: Change) -> None:
        row = change.session.get_one(Recommendation, house.ginger)
        row.approved, row.duration_days = utc_now() - timedelta(days=ago), 10
        change.session.add(row)

    house.services.ledger.write(ran)
    close(house, house.diagnosis_id)
    clove = recommended(house.services, diagnose(house.services, house.leila, house.mina), "clove")
    assert bool(rules_about(house, clove, "ginger")) is counts


def test_whoever_comes_first_a_plan_ends_judged_by_the_newest_profile(house: House) -> None:
    """Real threads, many times: one approves while the other records a medicine that makes it dangerous."""
    services = house.services
    house.share_with(house.chen)
    for number in range(12):
        who = new_patient(services, house.leila, f"Patient {number}")
        ginger = recommended(services, diagnose(services, house.leila, who), "ginger")
        given = PatientInput(name=f"Patient {number}", medicines=["warfarin"])
        refused: list[str] = []
        start = threading.Barrier(2)

        def at_once(act: Callable[[], object], start: threading.Barrier, refused: list[str]) -> None:
            start.wait()
            try:
                act()
            except VervainError as error:
                refused.append(error.code)

        def approving(ginger: int = ginger) -> object:
            return recommendation.approve(services, house.leila, ginger, ApproveInput())

        def changing(patient_id: int = who.patient_id or 0, given: PatientInput = given) -> object:
            return profile.change(services, house.leila, patient_id, given)

        threads = [threading.Thread(target=at_once, args=(act, start, refused)) for act in (approving, changing)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
        row = row_of(house, ginger)
        assert row.verdict == "major"
        assert any("warfarin" in one["message"].lower() for one in row.verdict_reasons)
        if row.status == "approved":
            assert row.worsened is not None, "approved first: the medicine that came then is an alarm"
        else:
            assert refused == ["needs_reason"], "recorded first: nobody approves it with a click"

"""Sharing a patient, ending that, handing over; and that the query of readable patients says what ``may`` says."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import delete, select

from domain import diagnosis, patient, profile, recommendation, sharing
from domain.errors import Invalid, NotAllowed, NotFound
from domain.ledger import Change
from domain.patient import PatientInput
from domain.permission import Action, Actor, may, readable_patients, record_of
from domain.recommendation import StopInput
from domain.sharing import HandOverInput, ShareInput
from storage.tables import AuditEntry, Event, Patient, PatientShare, Person
from tests.support.house import House, add_person, new_patient

SOON = timedelta(hours=1)


def minas(house: House) -> int:
    return house.mina.patient_id or 0


def share(house: House, level: str = "read", until: datetime | None = None, *, by: Actor | None = None) -> None:
    wanted = ShareInput.model_validate({"person_id": house.chen.person_id, "level": level, "until": until})
    sharing.share(house.services, by or house.leila, minas(house), wanted)


def readers(house: House) -> dict[str, str]:
    return {one.name: one.level for one in sharing.readers(house.services, house.leila, minas(house))}


def last_audit(house: House) -> tuple[str, str, int, str]:
    with house.services.database.read() as session:
        written = select(AuditEntry).where(AuditEntry.action != "read")
        newest = session.exec(written.order_by(AuditEntry.id.desc())).first()  # type: ignore[union-attr]
        assert newest is not None
        return newest.action, newest.thing, newest.thing_id, newest.detail


def told(house: House) -> list[int]:
    """Read the readers that the newest event about Mina names."""
    with house.services.database.read() as session:
        rows = session.exec(select(Event).where(Event.type == "patient_update", Event.patient_id == minas(house)))
        return list(json.loads(rows.all()[-1].data)["readers"])


def test_a_share_to_read_lets_look_and_not_change(house: House) -> None:
    services, chen = house.services, house.chen
    share(house)
    assert readers(house) == {"Dr Leila Moradi": "own", "Dr Chen Wei": "read"}
    assert told(house) == sorted([house.leila.person_id, chen.person_id])
    assert last_audit(house) == ("share", "patient", minas(house), f"read to person {chen.person_id}")
    assert diagnosis.read(services, chen, house.diagnosis_id)
    assert diagnosis.matches(services, chen, house.diagnosis_id)
    for refused in (
        lambda: recommendation.stop(services, chen, house.ginger, StopInput(reason="Enough.")),
        lambda: profile.change(services, chen, minas(house), PatientInput(name="Someone Else")),
        lambda: share(house, "treat", by=chen),
        lambda: sharing.end(services, chen, minas(house), house.leila.person_id),
        lambda: sharing.hand_over(services, chen, minas(house), HandOverInput(person_id=chen.person_id)),
    ):
        with pytest.raises(NotAllowed):
            refused()


def test_a_share_to_treat_lets_change_and_not_share(house: House) -> None:
    share(house)
    share(house, "treat")
    assert readers(house)["Dr Chen Wei"] == "treat"
    recommendation.stop(house.services, house.chen, house.ginger, StopInput(reason="Enough."))
    with pytest.raises(NotAllowed):
        share(house, by=house.chen)


@pytest.mark.parametrize("by", ["leila", "chen"])
def test_either_ends_it(house: House, by: str) -> None:
    share(house)
    sharing.end(house.services, getattr(house, by), minas(house), house.chen.person_id)
    assert readers(house) == {"Dr Leila Moradi": "own"}
    assert told(house) == [house.leila.person_id]
    assert last_audit(house)[0] == "end share"
    with pytest.raises(NotFound):
        diagnosis.read(house.services, house.chen, house.diagnosis_id)
    with pytest.raises(NotFound):
        sharing.end(house.services, house.leila, minas(house), house.chen.person_id)


def test_what_was_shared_for_a_time_ends_at_that_moment_and_is_then_told(house: House) -> None:
    share(house, until=datetime.now(UTC) + SOON)
    assert sharing.end_what_is_over(house.services) == 0
    assert "Dr Chen Wei" in readers(house)
    house.services.ledger.write(expire)
    assert readers(house) == {"Dr Leila Moradi": "own"}  # before anybody has taken it away
    with pytest.raises(NotFound):
        diagnosis.read(house.services, house.chen, house.diagnosis_id)
    assert sharing.end_what_is_over(house.services) == 1
    assert told(house) == [house.leila.person_id]
    assert last_audit(house)[:3] == ("end share", "patient", minas(house))
    assert sharing.end_what_is_over(house.services) == 0


def expire(change: Change) -> None:
    for row in change.session.exec(select(PatientShare)):
        row.until = change.now - timedelta(seconds=1)
        change.session.add(row)


def test_nothing_is_shared_until_yesterday() -> None:
    with pytest.raises(ValueError, match="over already"):
        ShareInput(person_id=1, until=datetime.now(UTC) - SOON)


def test_only_a_colleague_who_may_come_gets_it(house: House) -> None:
    services = house.services
    gone = add_person(services, house.leila.practice_id, "practitioner", "Dr Gone")

    def disable(change: Change) -> None:
        row = change.session.get_one(Person, gone.person_id)
        row.disabled = True
        change.session.add(row)

    services.ledger.write(disable)
    sentences = set()
    for nobody in (gone, house.stranger, house.ida, house.mina, replace(gone, person_id=999_999)):
        for refuse in (
            lambda who: sharing.share(services, house.leila, minas(house), ShareInput(person_id=who)),
            lambda who: sharing.hand_over(services, house.leila, minas(house), HandOverInput(person_id=who)),
        ):
            with pytest.raises(Invalid) as refused:
                refuse(nobody.person_id)
            sentences.add(refused.value.message)
    assert sentences == {"There is no such colleague."}
    assert [one.name for one in sharing.colleagues(services, house.leila)] == ["Dr Chen Wei"]
    assert sharing.colleagues(services, house.mina) == []


@pytest.mark.parametrize("by", ["leila", "ida"])
def test_a_patient_is_handed_over_by_their_practitioner_or_an_admin(house: House, by: str) -> None:
    share(house)
    wanted = HandOverInput(person_id=house.chen.person_id)
    sharing.hand_over(house.services, getattr(house, by), minas(house), wanted)
    assert told(house) == [house.chen.person_id]
    assert last_audit(house)[0] == "hand over"
    with pytest.raises(NotFound):
        patient.read(house.services, house.leila, minas(house))
    (own,) = sharing.readers(house.services, house.chen, minas(house))
    assert (own.name, own.level) == ("Dr Chen Wei", "own")
    with pytest.raises(NotFound):
        patient.read(house.services, house.ida, minas(house))  # an admin hands over and sees nothing


def test_all_patients_of_who_leaves_are_handed_over(house: House) -> None:
    services, wanted = house.services, HandOverInput(person_id=house.chen.person_id)
    for nobody in (house.chen, house.stranger, house.mina):
        with pytest.raises(NotFound):
            sharing.hand_over_all(services, nobody, house.leila.person_id, wanted)
    for no_one in (house.mina, house.stranger, house.ida):
        with pytest.raises(NotFound):
            sharing.hand_over_all(services, house.ida, no_one.person_id, wanted)
    assert sharing.hand_over_all(services, house.ida, house.leila.person_id, wanted) == 2
    assert {one.name for one in patient.listing(services, house.chen)} == {"Mina Farahani", "Omar Haddad"}
    assert sharing.hand_over_all(services, house.ida, house.leila.person_id, wanted) == 0


def test_a_kept_answer_is_not_for_who_may_not_have_it_any_more(house: House) -> None:
    services, chen = house.services, house.chen
    share(house, "treat")
    stop = StopInput(reason="Enough.")
    name = PatientInput(name="Mina Farahani", sex="female")
    for _ in range(2):
        assert recommendation.stop(services, chen, house.ginger, stop, repeat_key="a").status == "stopped"
        assert profile.change(services, chen, minas(house), name, repeat_key="b").sex == "female"
    sharing.end(services, chen, minas(house), chen.person_id)
    with pytest.raises(NotFound):
        recommendation.stop(services, chen, house.ginger, stop, repeat_key="a")
    with pytest.raises(NotFound):
        profile.change(services, chen, minas(house), name, repeat_key="b")


def test_the_query_of_readable_patients_is_may_for_each_of_them(house: House) -> None:
    services = house.services
    new_patient(services, house.chen, "Sara Lind")
    new_patient(services, house.stranger, "Far Away")
    with services.database.read() as session:
        everybody = list(session.exec(select(Patient)))
    people = [house.leila, house.chen, house.ida, house.stranger, house.mina, house.omar]
    services_of = [
        Actor(9, house.leila.practice_id, "service", scopes=frozenset(one)) for one in ({"follow"}, {"status"})
    ]
    one_share = st.tuples(
        st.sampled_from([one.id for one in everybody]),
        st.sampled_from([one.person_id for one in people]),
        st.sampled_from(["read", "treat", "emergency"]),
        st.sampled_from([None, -1.0, 1.0, 3600.0]),
    )

    @settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
    @given(
        shares=st.lists(one_share, max_size=8, unique_by=lambda one: one[:2]),
        owners=st.lists(st.sampled_from(people), min_size=len(everybody), max_size=len(everybody)),
    )
    def holds(shares: list[Any], owners: list[Actor]) -> None:
        now = datetime.now(UTC)

        def arrange(change: Change) -> None:
            change.session.exec(delete(PatientShare))
            for patient_id, person_id, level, seconds in shares:
                until = None if seconds is None else now + timedelta(seconds=3600 * seconds)
                row = PatientShare(patient_id=patient_id, person_id=person_id, level=level, until=until, created=now)
                change.session.add(row)
            for one, owner in zip(everybody, owners, strict=True):
                row_of = change.session.get_one(Patient, one.id)
                row_of.practitioner_id = owner.person_id
                change.session.add(row_of)

        services.ledger.write(arrange)
        with services.database.read() as session:
            for actor in (*people, *services_of):
                rows = session.exec(select(Patient))
                allowed = {one.id for one in rows if may(actor, Action.READ, record_of(session, one))}
                assert readable_patients(session, actor) == allowed

    holds()

"""Erasing a patient: nothing of them is left in any file, no number counts them, and nobody else's record moves."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import JSON, Engine, String, event
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from domain import (
    audit,
    consent,
    correcting,
    diagnosis,
    emergency,
    erasing,
    feedback,
    invite,
    log,
    patient,
    recommendation,
    recounting,
    reply,
    restriction,
    sign_in,
)
from domain.consent import ConsentInput
from domain.diagnosis import DiagnosisInput, FindingInput
from domain.emergency import EmergencyInput
from domain.erasing import ErasureInput
from domain.errors import Conflict, Invalid, NotFound, NotSignedIn
from domain.feedback import FeedbackInput, SideEffectInput
from domain.keeping_records import kept_until
from domain.patient import PatientInput
from domain.recommendation import StopInput
from domain.reply import ReplyInput
from domain.restriction import RestrictionInput
from domain.retention import trim
from settings import Settings
from storage import erasing as rows
from storage.tables import AuditEntry, AuditReason, EmergencyAccess, IdempotencyKey, Patient, SignIn, metadata
from tests.support.house import Course, House, approve, recommended, signed_in, under_treatment
from tests.support.recount import alarms_kept, alarms_recounted, beside_kept, beside_recounted, kept, recounted
from tests.support.snapshots import follows

NAME = "Zorunda Quellfisch"
WORDS = (
    "zorunda",
    "quellfisch",
    "uvulapfropf",
    "knisterknie",
    "wabbelmagen",
    "tropfenzieher",
    "sandtuch",
    "mauerschritt",
    "dachbodenfund",
    "kellerfund",
    "notlicht",
    "fensterkreuz",
    "mehlstaub",
)
"""Words that are nowhere else: a name, a complaint, a symptom, a comment, a side effect, a medicine, a device, an activity, the
reasons for stopping, for restricting and for an access in an emergency, and two replies, the first of which was changed."""
WHY = ErasureInput(name=NAME, reason="asked_for", override_reason="no_duty")


def somebody(house: House) -> Course:
    """Take in a patient who says something unmistakable wherever something can be said."""
    services = house.services
    given = DiagnosisInput(
        patient=PatientInput(name=NAME, medicines=["Tropfenzieher 5 mg"], born=date(1980, 5, 5)),
        tradition="tcm",
        condition_id="t-stcold",
        complaint="Uvulapfropf since May",
        symptom="Knisterknie",
        baseline=8,
        activity="Mauerschritt",
        activity_baseline=4,
        findings=[FindingInput(finding_id="pain-epigastric", severity=2)],
    )
    opened = diagnosis.record(services, house.leila, given, repeat_key="a key of Leila's")["diagnosis"]
    code = invite.issue(services, house.leila, opened["id"]).code
    tokens = invite.redeem(services, code, device="Sandtuch phone")
    who, _ = sign_in.actor_of_token(services, tokens.access_token)
    ginger = recommended(services, opened["id"], "ginger")
    approve(services, house.leila, ginger)
    said = FeedbackInput(
        recommendation_id=ginger,
        rating=5,
        symptom=1,
        comment="Wabbelmagen no more",
        side_effects=[SideEffectInput(term="Wabbelmagen", severity=4)],
    )
    first = feedback.submit(services, who, opened["id"], said, repeat_key="a key of theirs")
    correcting.set_comment(services, who, first["id"], "Wabbelmagen, a little")
    reply.reply(services, house.leila, first["id"], ReplyInput(text="Fensterkreuz"), repeat_key="another of Leila's")
    reply.edit(services, house.leila, first["id"], ReplyInput(text="Mehlstaub"))
    for restricted in (True, False):
        given_why = RestrictionInput(restricted=restricted, reason="The Kellerfund is disputed")
        restriction.restrict(services, house.leila, who.patient_id or 0, given_why)
    opened_by_chen = EmergencyInput(patient_id=who.patient_id, reason="Notlicht, and nobody there", confirmed=True)
    emergency.open_record(services, house.chen, opened_by_chen)
    recommendation.stop(
        services, house.chen, recommended(services, opened["id"], "ginger"), StopInput(reason="Dachbodenfund")
    )
    return Course(who, opened["id"], ginger)


@pytest.mark.sqlite
def test_nothing_is_left_in_any_file(house: House, settings: Settings) -> None:
    services = house.services
    theirs = somebody(house)
    files = Path(settings.database_url.removeprefix("sqlite:///")).parent
    before = found_in(files)
    assert before == set(WORDS), "the search finds what is there"
    erasing.erase(services, house.leila, theirs.patient.patient_id or 0, WHY)
    assert found_in(files) == set()
    assert list(audit.walk(services, [services.ledger.seal] if services.ledger.seal else [])), "the chain is whole"


def test_what_was_answered_about_them_is_read_in_parts(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def noted(_c: Any, _cursor: Any, statement: str, *_others: Any) -> None:
        if statement.startswith("SELECT idempotency_key"):
            asked.append(statement)

    services, theirs = house.services, somebody(house)
    monkeypatch.setattr(rows, "ANSWERS_AT_ONCE", 1)
    asked: list[str] = []
    event.listen(Engine, "before_cursor_execute", noted)
    try:
        erasing.erase(services, house.leila, theirs.patient.patient_id or 0, WHY)
    finally:
        event.remove(Engine, "before_cursor_execute", noted)
    assert len(asked) > 2
    assert all("LIMIT" in one for one in asked)
    with services.database.read() as session:
        assert session.exec(select(IdempotencyKey.key).where(col(IdempotencyKey.key).contains("Leila"))).all() == []


def test_what_was_typed_of_others_stays(house: House) -> None:
    services, theirs = house.services, somebody(house)
    recommendation.stop(services, house.leila, house.ginger, StopInput(reason="Of Mina's own"))
    erasing.erase(services, house.leila, theirs.patient.patient_id or 0, WHY)
    with services.database.read() as session:
        kept_of = session.exec(select(AuditReason.patient_id)).all()
        assert set(kept_of) == {house.mina.patient_id}
        why = session.exec(select(AuditEntry.detail).where(AuditEntry.action == "erase")).one()
    assert why == "asked_for; no_duty"


async def test_what_earlier_versions_left_goes_within_the_hour(house: House) -> None:
    services = house.services
    nobody = EmergencyInput(patient_id=999_999, reason="Somebody in the yard.", confirmed=True)
    with pytest.raises(NotFound):
        emergency.open_record(services, house.chen, nobody)
    theirs = somebody(house)
    erasing.erase(services, house.leila, theirs.patient.patient_id or 0, WHY)
    recommendation.stop(services, house.leila, house.ginger, StopInput(reason="Of Mina's own"))
    with services.database.write() as session:  # as they were left
        kept = session.exec(select(AuditEntry).where(col(AuditEntry.action).in_(["break glass in vain", "erase"])))
        for entry in kept.all():
            left = AuditReason(entry_id=entry.id or 0, patient_id=entry.patient_id, text="Left over", salt="")
            session.add(left)
        access = session.exec(select(EmergencyAccess).where(col(EmergencyAccess.patient_id).is_(None))).one()
        access.reason = "Left over"
        session.add(access)
    await trim(services, days=90)
    with services.database.read() as session:
        texts = session.exec(select(AuditReason.text)).all()
        assert "Of Mina's own" in texts
        assert "Left over" not in texts
        assert list(session.exec(select(EmergencyAccess.reason))) == [""]


def test_no_number_counts_them_and_the_others_stay(house: House) -> None:
    services = house.services
    other = under_treatment(services, house.leila, name="Another")
    feedback.submit(
        services,
        other.patient,
        other.diagnosis_id,
        FeedbackInput(recommendation_id=other.recommendation_id, rating=2, symptom=8),
    )
    with services.database.read() as session:
        before = kept(session)
        beside = beside_kept(session)
    theirs = somebody(house)
    with services.database.read() as session:
        assert kept(session) != before
    with follows(services, other.diagnosis_id):  # who takes the same is told of the number without them
        erasing.erase(services, house.leila, theirs.patient.patient_id or 0, WHY)
    with services.database.read() as session:
        assert kept(session) == before == recounted(session)
        assert beside_kept(session) == beside == beside_recounted(session)
        assert alarms_kept(session) == alarms_recounted(session)
    assert [one for one in recounting.rebuild(services, recounting.cells(services)) if one.corrected] == []


def test_every_column_of_what_stays_is_empty_and_nothing_else_points_there(house: House) -> None:
    theirs = somebody(house)
    with house.services.database.read() as session:
        found = rows.whole(session, session.get_one(Patient, theirs.patient.patient_id))
    assert all(found.ids.values()), "there is something of each kind"
    erasing.erase(house.services, house.leila, theirs.patient.patient_id or 0, WHY)
    known = {"role", "kind", "status", "tradition", "verdict", "secret_hash", "scopes"}
    with house.services.database.read() as session:
        for name, ids in found.ids.items():
            table = metadata.tables[name]
            texts = [one for one in table.c if isinstance(one.type, String | JSON) and one.name not in known]
            for row in session.execute(columns(*texts).where(table.c.id.in_(ids))) if texts else ():
                assert not any(row), f"{name} keeps {row}"
        assert pointing(session, found.ids) == {"event": 1}, "nothing but that they were erased"


def test_they_are_gone_for_everybody_and_their_way_in_is_closed(house: House) -> None:
    services = house.services
    theirs = somebody(house)
    patient_id = theirs.patient.patient_id or 0
    seq = diagnosis.read(services, house.leila, theirs.diagnosis_id)["seq"]
    _, token = signed_in(services, theirs.patient)
    code = invite.issue(services, house.leila, theirs.diagnosis_id).code
    erasing.erase(services, house.leila, patient_id, WHY)
    for gone in (
        lambda: patient.read(services, house.leila, patient_id),
        lambda: diagnosis.read(services, house.leila, theirs.diagnosis_id),
        lambda: log.join(services, house.leila, theirs.diagnosis_id, since=seq),
        lambda: consent.say(services, house.leila, patient_id, ConsentInput(granted=True)),
        lambda: erasing.erase(services, house.leila, patient_id, WHY),
        lambda: erasing.look(services, house.ida, patient_id),
    ):
        with pytest.raises(NotFound):
            gone()
    assert log.may_follow(services, house.leila, theirs.diagnosis_id) is False
    assert patient_id not in {one.id for one in patient.listing(services, house.leila)}
    with pytest.raises(NotSignedIn):
        sign_in.actor_of_token(services, token)
    with pytest.raises(NotSignedIn):
        invite.redeem(services, code)
    with services.database.read() as session:
        ended = session.exec(select(SignIn.revoked).where(SignIn.person_id == theirs.patient.person_id)).all()
    assert ended
    assert None not in ended
    fresh = patient.record(services, house.leila, PatientInput(name="Somebody else"))
    assert fresh.id != patient_id, "an id is nobody else's later"


@pytest.mark.parametrize(
    "wrong", [{"reason": "Because they asked"}, {"override_reason": "By mistake"}, {"reason": None}]
)
def test_why_is_chosen_and_not_typed(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ErasureInput.model_validate({"name": NAME, "reason": "asked_for"} | wrong)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"name": "Mina"}, "name_differs"),
        ({"override_reason": None}, "kept_by_law"),
    ],
)
def test_it_is_refused(house: House, change: dict[str, Any], code: str) -> None:
    given = ErasureInput(name="Mina Farahani", reason="asked_for", override_reason="no_duty").model_copy(update=change)
    with pytest.raises((Invalid, Conflict)) as error:
        erasing.erase(house.services, house.leila, house.mina.patient_id or 0, given)
    assert error.value.code == code
    assert patient.read(house.services, house.leila, house.mina.patient_id or 0).name == "Mina Farahani"


def test_it_is_for_their_practitioner_and_the_admin(house: House) -> None:
    given = ErasureInput(name=" mina  FARAHANI ", reason="asked_for", override_reason="no_duty")
    for stranger in (house.chen, house.omar, house.mina, house.stranger):
        with pytest.raises(NotFound):
            erasing.erase(house.services, stranger, house.mina.patient_id or 0, given)
    state = erasing.erase(house.services, house.ida, house.mina.patient_id or 0, given)
    assert (state.diagnoses, state.kept) == (1, True)
    assert state.erased is not None


@pytest.mark.parametrize(
    ("last", "years", "until"),
    [
        (date(2026, 11, 29), 10, date(2036, 12, 31)),
        (date(2016, 1, 1), 10, date(2026, 12, 31)),
        (date(2024, 2, 29), 1, date(2025, 12, 31)),
        (date(2026, 11, 29), 0, date(2026, 11, 29)),
    ],
)
def test_a_record_is_kept_until_the_end_of_a_year(last: date, years: int, until: date) -> None:
    assert kept_until(last, years) == until


def found_in(folder: Path) -> set[str]:
    """Search every file of the database, its journal and the register of erasures with it, for the words, whatever their case."""
    content = b"".join(one.read_bytes() for one in sorted(folder.glob("vervain*"))).lower()
    return {word for word in WORDS if word.encode() in content}


def pointing(session: Session, ids: rows.Ids) -> dict[str, int]:
    """Count what still points to a patient's rows, by table: nothing but the rows that stay, and the audit."""
    left: dict[str, int] = {}
    for table in metadata.sorted_tables:
        for one in table.foreign_keys if table.name not in (*ids, "audit_entry") else ():
            theirs = ids.get(one.column.table.name, [])
            many = len(session.execute(columns(one.parent).where(one.parent.in_(theirs))).all())
            if many:
                left[table.name] = many
    return left

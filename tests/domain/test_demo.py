"""The demo: a synthetic practice, the same for every newcomer, that answers by itself."""

import random
from collections import Counter

from sqlmodel import col, func, select

from domain import demo, sign_in, stories
from domain.practice_phone import number_of
from domain.readings import CARRIED
from domain.services import Services
from storage.tables import AuditEntry, Diagnosis, Feedback, Patient, PatientShare, Person, Practice, Recommendation
from tests.support.recount import kept, recounted
from tests.support.snapshots import follows, follows_from_nothing


def counts(services: Services) -> dict[str, int]:
    with services.database.read() as session:
        return {
            table.__name__: session.exec(select(func.count()).select_from(table)).one()
            for table in (Practice, Person, Patient, PatientShare, Diagnosis, Recommendation, Feedback)
        }


def test_the_demo(services: Services) -> None:
    assert demo.is_needed(services)
    assert demo.answer_once(services, random.Random(1)) is None, "nobody is there yet"
    assert sum(1 for _ in demo.fill(services)) == demo.SIZE
    assert not demo.is_needed(services)

    with services.database.read() as session:
        assert session.info[CARRIED] is services.ledger.readings, "who reads is noted by the real clock again"
        seals = session.exec(select(AuditEntry.seal)).all()
    assert (all(seals), any(seals)) == ((services.ledger.seal is not None),) * 2

    found = counts(services)
    assert (found["Practice"], found["Patient"], found["Diagnosis"]) == (1, demo.SIZE, demo.SIZE)
    assert found["Person"] == 3 + len(stories.STORIES)
    assert found["PatientShare"] == 1
    assert 80 < found["Feedback"] < demo.PAST_PATIENTS
    with services.database.read() as session:
        assert session.exec(select(Practice.synthetic)).one(), "marked as such"
        phone = session.exec(select(Practice.phone)).one()
        assert number_of(phone) == phone
        assert "555-01" in phone, "a number that reaches nobody"
        assert all("synthetic" in name for name in session.exec(select(Patient.name)))
        assert all(session.exec(select(Patient.synthetic)).all())
        statuses = Counter(session.exec(select(Recommendation.status)))
        assert statuses["approved"] > demo.PAST_PATIENTS
        assert kept(session) == recounted(session)
        newest = session.exec(select(func.max(col(Diagnosis.id)))).one() or 0
    roles = Counter(person.role for person in sign_in.demo_people(services))
    assert roles == {"practitioner": 2, "admin": 1, "patient": len(stories.STORIES)}
    follows_from_nothing(services, newest)

    # Somebody answers, as while one watches.
    dice = random.Random(1)
    before = found["Feedback"]
    for number in range(1, 6):
        feedback_id = demo.answer_once(services, dice)
        assert feedback_id is not None
        assert counts(services)["Feedback"] == before + number
    with services.database.read() as session:
        last = session.get_one(Feedback, feedback_id)
        assert 1 <= last.rating <= 5
        assert last.symptom is not None
        assert kept(session) == recounted(session)
    follows_from_nothing(services, last.diagnosis_id)


def test_every_newcomer_sees_the_same_practice(services: Services) -> None:
    # A few patients are enough: the dice are thrown in the order of the patients.
    def story(limit: int) -> list[tuple[str, str, int | None]]:
        with services.database.read() as session:
            statement = (
                select(Patient.name, Diagnosis.condition_id, Diagnosis.baseline)
                .join(Diagnosis, col(Diagnosis.patient_id) == col(Patient.id))
                .order_by(col(Patient.id).desc())
                .limit(limit)
            )
            return [(name, condition or "", baseline) for name, condition, baseline in session.exec(statement)]

    seen = []
    for _ in range(2):
        for step, _ in enumerate(demo.fill(services), start=1):
            if step == 10:
                break
        seen.append(story(10))
    assert seen[0] == seen[1]


def test_what_a_player_does_is_an_event_as_any_other(services: Services) -> None:
    for step, _ in enumerate(demo.fill(services), start=1):
        if step == demo.PAST_PATIENTS + 1:  # one patient of today
            break
    with services.database.read() as session:
        newest = session.exec(select(func.max(col(Diagnosis.id)))).one() or 0
    with follows(services, newest):
        demo.answer_once(services, random.Random(7))

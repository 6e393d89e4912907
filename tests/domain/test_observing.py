"""What the database says of how the program runs: what waits and since when, and of no practice more than of another."""

from datetime import timedelta

import pytest

from domain import audit, feedback
from domain.audit import Broken
from domain.chain import Seal
from domain.feedback import FeedbackInput, SideEffectInput
from domain.ledger import utc_now
from domain.observing import observe
from storage import events
from storage.database import Rows
from storage.tables import Delivery
from tests.support.house import House, signed_in


def test_of_a_quiet_program_nothing_waits(house: House) -> None:
    seen = observe(house.services)
    quiet = {"unacknowledged": 0, "oldest_undelivered_seconds": 0.0, "alarms_unseen": 0, "oldest_alarm_seconds": 0.0}
    assert {name: seen[name] for name in quiet} == quiet
    assert (seen["database_up"], seen["outbox_lag_events"]) == (1, 0)
    assert seen["backup_age_seconds"] is seen["audit_whole"] is seen["audit_verified_seconds"] is None
    assert seen["audit_entries"] == audit.head(house.services)[0] > 0


def test_what_waits_has_an_age(house: House) -> None:
    services, (mina, _) = house.services, signed_in(house.services, house.mina)
    with services.database.read() as session:
        top = events.top_seq(session, house.diagnosis_id)
    at = utc_now() - timedelta(days=3)
    behind = Delivery(sign_in_id=mina.sign_in_id or 0, diagnosis_id=house.diagnosis_id, seq=top - 1, at=at)
    services.ledger.write(lambda change: change.session.add(behind))
    ill = [SideEffectInput(term="Rash", severity=4, serious=True)]
    said = FeedbackInput(recommendation_id=house.ginger, rating=1, symptom=9, side_effects=ill)
    feedback.submit(services, house.mina, house.diagnosis_id, said)
    seen = observe(services)
    assert seen["unacknowledged"] >= 2
    assert seen["alarms_unseen"] == 1
    assert 0 < seen["oldest_alarm_seconds"] < seen["oldest_undelivered_seconds"] < 3_600


def test_an_event_that_was_not_published_here_is_behind(house: House) -> None:
    services, before = house.services, observe(house.services)["outbox_lag_events"]
    with services.database.together() as together, together.one() as rows:
        another_process_writes(rows, house)
    assert observe(services)["outbox_lag_events"] == before + 1
    services.ledger.catch_up()
    assert observe(services)["outbox_lag_events"] == 0


def test_a_log_that_ends_before_what_was_published_is_no_lag_of_nothing(house: House) -> None:
    services = house.services
    services.ledger._publishing._published += 5
    assert observe(services)["outbox_lag_events"] == 5


def another_process_writes(rows: Rows, house: House) -> None:
    entry = events.Entry(
        id="elsewhere",
        practice_id=house.leila.practice_id,
        diagnosis_id=None,
        patient_id=None,
        seq=None,
        type="knowledge_update",
        created=utc_now(),
        data="{}",
        patient_data=None,
    )
    events.add(rows, [entry], {})


def test_when_the_audit_was_verified_and_how_it_ended_is_kept(house: House) -> None:
    services = house.services
    seals = [services.ledger.seal] if services.ledger.seal else []
    list(audit.verified(services, seals))
    seen = observe(services)
    assert seen["audit_whole"] == 1
    assert 0 <= seen["audit_verified_seconds"] < 60
    with pytest.raises(Broken):
        list(audit.verified(services, [Seal(b"another secret, of the same length")]))
    assert observe(services)["audit_whole"] == 0

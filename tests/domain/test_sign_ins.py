"""Where somebody is signed in: listed, and ended by those who may."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import col, select

from domain import last_seen, patient, sign_in, sign_ins
from domain.errors import NotFound, NotSignedIn
from domain.patient import PatientInput
from domain.services import Services
from domain.sign_in import SESSION_LIFE, actor_of_session, actor_of_token
from storage import events
from storage.tables import AuditEntry
from tests.support.clock import with_clock
from tests.support.house import House, signed_in


def told(services: Services) -> list[str]:
    with services.database.read() as session:
        return [entry.type for entry in events.after_position(session, 0, limit=1_000)]


def test_what_is_said_of_a_sign_in(house: House) -> None:
    services = house.services
    page = sign_in.open_page_session(services, house.leila.person_id, device="Firefox on Linux", address="192.0.2.7")
    leila, _ = signed_in(services, house.leila)
    device, browser = sign_ins.listing(services, leila)
    assert (device.kind, device.device, device.current) == ("device", "test", True)
    assert (browser.kind, browser.device, browser.current) == ("page", "Firefox on Linux", False)
    assert (browser.id, browser.address) == (page.actor.sign_in_id, "192.0.2.7")
    assert browser.expires - browser.created == SESSION_LIFE
    assert browser.last_seen == browser.created


def test_what_is_over_is_not_listed(house: House) -> None:
    services, clock = with_clock(house.services)
    clock.move(-SESSION_LIFE - timedelta(minutes=1))
    sign_in.open_page_session(services, house.leila.person_id)
    clock.move(SESSION_LIFE + timedelta(minutes=1))
    ended, _ = signed_in(services, house.leila)
    sign_in.sign_out(services, ended)
    assert sign_ins.listing(services, house.leila) == []


def test_one_is_ended_and_told(house: House) -> None:
    services = house.services
    mine, _ = signed_in(services, house.leila)
    page = sign_in.open_page_session(services, house.leila.person_id)
    sign_ins.end(services, mine, page.actor.sign_in_id or 0)
    with pytest.raises(NotSignedIn):
        actor_of_session(services, page.secret)
    assert told(services)[-1] == "sign_in_revoked"
    assert [one.id for one in sign_ins.listing(services, mine)] == [mine.sign_in_id]
    with pytest.raises(NotFound):
        sign_ins.end(services, mine, page.actor.sign_in_id or 0)


def test_every_end_is_in_the_audit(house: House) -> None:
    services = house.services
    mine, _ = signed_in(services, house.leila)
    page = sign_in.open_page_session(services, house.leila.person_id, address="192.0.2.7")
    sign_in.sign_out(services, page.actor)
    sign_in.sign_out(services, page.actor)
    sign_in.open_page_session(services, house.leila.person_id)
    sign_ins.end_others(services, mine)
    phone = sign_in.open_device(services, house.mina.person_id, device="phone")
    sign_ins.end_of_patient(services, house.leila, house.mina.patient_id or 0)
    phone = sign_in.open_device(services, house.mina.person_id, device="phone")
    sign_in.refresh(services, phone.refresh_token, device="phone")
    with pytest.raises(NotSignedIn):
        sign_in.refresh(services, phone.refresh_token, device="another", address="192.0.2.9")
    with services.database.read() as session:
        kept = session.exec(select(AuditEntry).where(AuditEntry.thing == "sign-in").order_by(col(AuditEntry.id))).all()
    leila, mina = house.leila.person_id, house.mina.person_id
    assert [(one.action, one.person_id, one.detail, one.address) for one in kept] == [
        ("sign out", leila, f"page of person {leila}", "192.0.2.7"),
        ("end", leila, f"page of person {leila}", ""),
        ("end", leila, f"device of person {mina}", ""),
        ("end", None, f"device of person {mina}: a refresh token was used twice", "192.0.2.9"),
    ]


def test_nobody_ends_what_is_somebody_elses(house: House) -> None:
    services = house.services
    mina, token = signed_in(services, house.mina)
    messages = set()
    for who in (house.leila, house.omar, house.ida, house.stranger):
        for number in (mina.sign_in_id or 0, 0, 999_999):
            with pytest.raises(NotFound) as refused:
                sign_ins.end(services, signed_in(services, who)[0], number)
            messages.add(refused.value.message)
    assert len(messages) == 1, "none and somebody else's look the same"
    assert actor_of_token(services, token)[0].person_id == mina.person_id


def test_all_others_end_and_this_one_stays(house: House) -> None:
    services = house.services
    here, token = signed_in(services, house.leila)
    others = [signed_in(services, house.leila)[1] for _ in range(3)]
    _, of_mina = signed_in(services, house.mina)
    assert sign_ins.end_others(services, here) == 3
    assert sign_ins.end_others(services, here) == 0
    for ended in others:
        with pytest.raises(NotSignedIn):
            actor_of_token(services, ended)
    for stays in (token, of_mina):
        actor_of_token(services, stays)
    assert told(services).count("sign_in_revoked") == 3


def test_who_treats_a_patient_sees_and_ends_their_devices(house: House) -> None:
    services, patient_id = house.services, house.mina.patient_id or 0
    lost = sign_in.open_device(services, house.mina.person_id, device="Old phone", address="192.0.2.7")
    kept = sign_in.open_device(services, house.mina.person_id, device="New phone")
    new, old = sign_ins.of_patient(services, house.leila, patient_id)
    assert (new.device, old.device) == ("New phone", "Old phone")
    assert old.address == "", "where a patient is, is nobody's business"
    assert sign_ins.end_of_patient(services, house.leila, patient_id, old.id) == 1
    with pytest.raises(NotSignedIn):
        actor_of_token(services, lost.access_token)
    actor_of_token(services, kept.access_token)
    assert sign_ins.end_of_patient(services, house.leila, patient_id) == 1
    assert sign_ins.of_patient(services, house.leila, patient_id) == []


def test_nobody_else_sees_or_ends_a_patients_devices(house: House) -> None:
    services, patient_id = house.services, house.mina.patient_id or 0
    mina, token = signed_in(services, house.mina)
    of_omar, _ = signed_in(services, house.omar)
    for who in (house.chen, house.ida, house.stranger, house.mina, house.omar):
        with pytest.raises(NotFound):
            sign_ins.of_patient(services, who, patient_id)
        for number in (None, mina.sign_in_id):
            with pytest.raises(NotFound):
                sign_ins.end_of_patient(services, who, patient_id, number)
    for number in (of_omar.sign_in_id, signed_in(services, house.leila)[0].sign_in_id):
        with pytest.raises(NotFound):
            sign_ins.end_of_patient(services, house.leila, patient_id, number)
    actor_of_token(services, token)


def test_a_patient_who_never_came_in_has_no_devices(house: House) -> None:
    sara = patient.record(house.services, house.leila, PatientInput(name="Sara Lind"))
    assert sign_ins.of_patient(house.services, house.leila, sara.id) == []
    assert sign_ins.end_of_patient(house.services, house.leila, sara.id) == 0
    with pytest.raises(NotFound):
        sign_ins.end_of_patient(house.services, house.leila, sara.id, 1)


def test_who_comes_is_written_down_once_a_minute(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    services = replace(house.services, seen=last_seen.LastSeen())
    actor, token = signed_in(services, house.mina)
    now = [1_000.0]
    monkeypatch.setattr("domain.last_seen.time.monotonic", lambda: now[0])

    def come(address: str) -> list[str]:
        actor_of_token(services, token, address=address)
        return [seen.address for seen in services.seen.take(10).values()]

    assert come("192.0.2.1") == ["192.0.2.1"]
    assert come("192.0.2.2") == [], "seen already in this minute"
    now[0] += last_seen.SAME_AGAIN_SECONDS
    actor_of_token(services, token, address="192.0.2.3")
    noted = services.seen.take(10)
    services.ledger.write(lambda change: last_seen.write(noted, change))
    state = sign_ins.listing(services, actor)[0]
    assert state.address == "192.0.2.3"
    assert state.last_seen == noted[actor.sign_in_id or 0].at > state.created


def test_not_more_than_so_many_are_kept_in_mind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(last_seen, "MOST_NOTED", 3)
    seen = last_seen.LastSeen()
    for number in range(10):
        seen.note(number, "")
    assert list(seen.take(2)) == [0, 1]
    assert list(seen.take(100)) == [2]


def test_an_ended_sign_in_is_in_the_audit(house: House) -> None:
    services = house.services
    mine, _ = signed_in(services, house.leila)
    other, _ = signed_in(services, house.leila)
    sign_ins.end(services, mine, other.sign_in_id or 0)
    with services.database.read() as session:
        last = session.exec(select(AuditEntry).order_by(col(AuditEntry.id).desc())).first()
    assert last is not None
    assert (last.person_id, last.action, last.thing, last.thing_id) == (
        house.leila.person_id, "end", "sign-in", other.sign_in_id,
    )  # fmt: skip


def test_a_token_for_a_browser_session_is_refused(house: House) -> None:
    """Access tokens hang on devices; one that names a page's sign-in was never given out."""
    services, clock = with_clock(house.services)
    page = sign_in.open_page_session(services, house.leila.person_id).actor
    token = services.tokens.issue(
        person_id=page.person_id, sign_in_id=page.sign_in_id or 0, practice_id=page.practice_id, role=page.role, now=clock()
    )  # fmt: skip
    with pytest.raises(NotSignedIn):
        actor_of_token(services, token)

"""Coming in and going out."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import pytest

from domain import account, sign_in, sign_ins
from domain.errors import NotFound, NotSignedIn
from domain.hub import sign_in_topic
from domain.ledger import Change, utc_now
from domain.services import Services
from domain.sign_in import GRACE, IDLE, SESSION_LIFE, BrowserSession, actor_of_session, actor_of_token
from domain.tokens import REFRESH_LIFE
from storage import events
from storage.tables import Person, SignIn
from tests.support.clock import with_clock
from tests.support.house import House, add_person


def disable(services: Services, person_id: int) -> None:
    def act(change: Change) -> None:
        person = change.session.get_one(Person, person_id)
        person.disabled = True
        change.session.add(person)

    services.ledger.write(act)


def test_a_device_comes_in_with_its_token(house: House) -> None:
    tokens = sign_in.open_device(house.services, house.mina.person_id, device="Phone")
    actor, expires = actor_of_token(house.services, tokens.access_token, address="192.0.2.1")
    assert (actor.person_id, actor.role, actor.patient_id) == (house.mina.person_id, "patient", house.mina.patient_id)
    assert actor.address == "192.0.2.1"
    assert tokens.diagnosis_id == house.diagnosis_id
    assert tokens.expires_in == 900
    assert (tokens.practice.name, tokens.practice.synthetic) == ("Sunrise Herbal Care", False)
    assert expires.utcoffset() == timedelta()


def test_signing_out_ends_the_token_at_once_and_is_told(house: House) -> None:
    services = house.services
    actor, _ = actor_of_token(services, sign_in.open_device(services, house.mina.person_id).access_token)
    stays = sign_in.open_device(services, house.mina.person_id)
    token = services.tokens.issue(
        person_id=actor.person_id,
        sign_in_id=actor.sign_in_id or 0,
        practice_id=actor.practice_id,
        role=actor.role,
        now=with_clock(services)[1](),
    )
    sign_in.sign_out(services, actor)
    sign_in.sign_out(services, actor)  # twice is as good as once
    with pytest.raises(NotSignedIn, match="over"):
        actor_of_token(services, token)
    assert actor_of_token(services, stays.access_token)[0].person_id == actor.person_id, "the other device stays"
    with services.database.read() as session:
        last = events.after_position(session, events.top_position(session) - 1, limit=1)[0]
    assert last.type == "sign_in_revoked"
    assert sign_in_topic(actor.sign_in_id or 0).endswith(f":{actor.sign_in_id}")


def test_somebody_who_is_disabled_is_out(house: House) -> None:
    token = sign_in.open_device(house.services, house.chen.person_id).access_token
    session = sign_in.open_page_session(house.services, house.chen.person_id)
    disable(house.services, house.chen.person_id)
    with pytest.raises(NotSignedIn):
        actor_of_token(house.services, token)
    with pytest.raises(NotSignedIn):
        actor_of_session(house.services, session.secret)


def test_a_token_of_one_sign_in_is_no_token_of_anothers(house: House) -> None:
    services = house.services
    other, _ = actor_of_token(services, sign_in.open_device(services, house.omar.person_id).access_token)
    forged = services.tokens.issue(
        person_id=house.mina.person_id, sign_in_id=other.sign_in_id or 0, practice_id=1, role="patient",
        now=with_clock(services)[1](),
    )  # fmt: skip
    with pytest.raises(NotSignedIn):
        actor_of_token(services, forged)


def test_a_browser_session_ends_after_a_working_day(house: House) -> None:
    services, clock = with_clock(house.services)
    session = sign_in.open_page_session(services, house.leila.person_id, device="Firefox")
    assert session.actor.person_id == house.leila.person_id
    assert actor_of_session(services, session.secret).role == "practitioner"
    clock.move(-SESSION_LIFE - timedelta(minutes=1))
    long_ago = sign_in.open_page_session(services, house.leila.person_id)
    with pytest.raises(NotSignedIn):
        actor_of_session(services, long_ago.secret)
    device = sign_in.open_device(house.services, house.leila.person_id)
    with pytest.raises(NotSignedIn):
        actor_of_session(services, device.refresh_token)


def test_refreshing_gives_new_tokens_of_the_same_sign_in(house: House) -> None:
    services = house.services
    first = sign_in.open_device(services, house.mina.person_id)
    second = sign_in.refresh(services, first.refresh_token)
    third = sign_in.refresh(services, second.refresh_token)
    assert len({first.refresh_token, second.refresh_token, third.refresh_token}) == 3
    sign_ins = {services.tokens.read(one.access_token).sign_in_id for one in (first, second, third)}
    assert len(sign_ins) == 1


def test_a_phone_that_lost_the_answer_may_ask_again(house: House) -> None:
    services, clock = with_clock(house.services)
    first = sign_in.open_device(services, house.mina.person_id)
    sign_in.refresh(services, first.refresh_token)
    clock.move(GRACE - timedelta(seconds=1))
    again = sign_in.refresh(services, first.refresh_token)
    assert sign_in.refresh(services, again.refresh_token)


def test_a_refresh_token_that_is_used_again_later_was_copied(house: House) -> None:
    services, clock = with_clock(house.services)
    first = sign_in.open_device(services, house.mina.person_id)
    second = sign_in.refresh(services, first.refresh_token)
    clock.move(GRACE + timedelta(seconds=1))
    with pytest.raises(NotSignedIn, match="sign in again"):
        sign_in.refresh(services, first.refresh_token)
    # The thief's and the owner's tokens end alike.
    with pytest.raises(NotSignedIn):
        sign_in.refresh(services, second.refresh_token)
    with pytest.raises(NotSignedIn):
        actor_of_token(services, second.access_token)
    with services.database.read() as session:
        assert session.get_one(SignIn, services.tokens.read(second.access_token).sign_in_id).revoked is not None


def test_a_refresh_token_gets_old(house: House) -> None:
    services, clock = with_clock(house.services)
    tokens = sign_in.open_device(services, house.mina.person_id)
    clock.move(REFRESH_LIFE + timedelta(minutes=1))
    with pytest.raises(NotSignedIn):
        sign_in.refresh(services, tokens.refresh_token)
    with pytest.raises(NotSignedIn):
        sign_in.refresh(services, "never given out")


def test_a_device_has_a_last_day_however_often_it_comes(house: House) -> None:
    services, clock = with_clock(replace(house.services, device_days=70))
    tokens = sign_in.open_device(services, house.mina.person_id)
    last = tokens.last_day
    assert timedelta(days=69, hours=23) < last - utc_now() < timedelta(days=70, hours=1)
    for _ in range(2):
        clock.move(REFRESH_LIFE - timedelta(hours=1))
        tokens = sign_in.refresh(services, tokens.refresh_token)
        assert tokens.last_day == last
    [place] = sign_ins.listing(services, house.mina)
    assert (place.expires, place.last_day) == (last, last)
    clock.move(timedelta(days=11))
    with pytest.raises(NotSignedIn):
        sign_in.refresh(services, tokens.refresh_token)
    again = sign_in.open_device(services, house.mina.person_id)
    assert again.last_day > last + timedelta(days=60), "a new invite begins anew"


def test_a_last_day_that_was_brought_forward_counts_at_the_next_refresh(house: House) -> None:
    services, clock = with_clock(house.services)
    tokens = sign_in.open_device(services, house.mina.person_id)
    clock.move(timedelta(days=8))
    with pytest.raises(NotSignedIn):
        sign_in.refresh(replace(services, device_days=7), tokens.refresh_token)
    assert sign_in.refresh(services, tokens.refresh_token)


def test_the_people_of_the_demo(services: Services) -> None:
    practice_id = services.ledger.write(lambda change: account.add_practice(change, "Demo", synthetic=True))
    shown = add_person(services, practice_id, "practitioner", "Dr Demo", demo=True)
    hidden = add_person(services, practice_id, "practitioner", "Dr Real")
    assert [person.name for person in sign_in.demo_people(services)] == ["Dr Demo"]
    assert sign_in.as_demo_person(services, shown.person_id) == shown.person_id
    for nobody in (hidden.person_id, 0, -1, 10**30):
        with pytest.raises(NotFound):
            sign_in.as_demo_person(services, nobody)
    in_earnest = replace(services, demo=False)
    with pytest.raises(NotFound):
        sign_in.demo_people(in_earnest)
    with pytest.raises(NotFound):
        sign_in.as_demo_person(in_earnest, shown.person_id)


def test_the_demos_people_come_in_no_way_once_it_is_in_earnest(house: House) -> None:
    """A database in which the demo ran, used by ``run`` afterwards."""
    services = house.services
    shown = add_person(services, house.leila.practice_id, "practitioner", "Dr Demo", demo=True)
    browser, device = (
        sign_in.open_page_session(services, shown.person_id),
        sign_in.open_device(services, shown.person_id),
    )
    assert actor_of_session(services, browser.secret).person_id == shown.person_id
    in_earnest = replace(services, demo=False)
    for way in (
        lambda: actor_of_session(in_earnest, browser.secret),
        lambda: actor_of_token(in_earnest, device.access_token),
        lambda: sign_in.refresh(in_earnest, device.refresh_token),
        lambda: sign_in.open_page_session(in_earnest, shown.person_id),
        lambda: sign_in.open_device(in_earnest, shown.person_id),
    ):
        with pytest.raises(NotSignedIn):
            way()


def test_a_browser_that_nothing_comes_from_is_signed_out(house: House) -> None:
    services = house.services
    session = sign_in.open_page_session(services, house.leila.person_id)
    for ago, holds in ((IDLE - timedelta(minutes=1), True), (IDLE + timedelta(minutes=1), False)):
        services.ledger.write(partial(seen, session, utc_now() - ago))
        if holds:
            assert actor_of_session(services, session.secret).person_id == house.leila.person_id
        else:
            with pytest.raises(NotSignedIn):
                actor_of_session(services, session.secret)


def test_a_session_that_is_renewed_keeps_nothing_of_the_old_cookie(house: House) -> None:
    services = house.services
    session = sign_in.open_page_session(services, house.leila.person_id)
    fresh = sign_in.renew(services, session.actor)
    assert actor_of_session(services, fresh).sign_in_id == session.actor.sign_in_id
    with pytest.raises(NotSignedIn):
        actor_of_session(services, session.secret)
    sign_in.sign_out(services, session.actor)
    for ended in (session.actor, house.leila):
        with pytest.raises(NotSignedIn):
            sign_in.renew(services, ended)


def seen(session: BrowserSession, at: datetime, change: Change) -> None:
    row = change.session.get_one(SignIn, session.actor.sign_in_id)
    row.last_seen = at
    change.session.add(row)

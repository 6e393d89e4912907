"""What is refused is in the log, in a bounded number of lines, and with nothing that somebody typed."""

import json
from typing import Any

import pytest

from domain import account, local_sign_in, own_account, sign_in
from domain.again import Again
from domain.errors import NotSignedIn, TooOften
from domain.security_log import FLOOD, FROM_ONE, IN_ALL, LEFT_OUT, MINUTE, Event, SecurityLog, place
from domain.services import Services
from domain.throttle import INVITE_FROM_ADDRESS, SIGN_IN_BY_STRANGERS, WRITE, Throttle
from domain.tokens import ACCESS_LIFE
from tests.support.house import House, signed_in
from tests.support.printed import printed

HERE = "192.0.2.7"


def lines(out: Any, *, only: str = "security.") -> list[dict[str, Any]]:
    said = [json.loads(line) for line in out.getvalue().splitlines()]
    return [one for one in said if one["event"].startswith(only)]


def told(line: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in line.items() if name not in ("event", "level", "logger", "timestamp")}


def test_a_line_says_who_from_where_at_which_door_and_why() -> None:
    with printed(public=True) as out:
        SecurityLog().note(
            Event.PERMISSION_REFUSED, reason="not_found", person=7, address=HERE, where="GET /api/patients/9"
        )
    (line,) = lines(out)
    assert (line["event"], line["level"]) == ("security.permission_refused", "warning")
    assert told(line) == {"reason": "not_found", "person": 7, "address": HERE, "where": "GET /api/patients/9"}
    assert line["timestamp"].endswith("Z")


def test_a_flood_writes_few_lines_and_is_counted() -> None:
    now = 0.0
    log = SecurityLog(lambda: now)

    def flood(address: str, times: int) -> None:
        for _ in range(times):
            log.note(Event.TOKEN_REFUSED, reason="not_signed_in", address=address)

    with printed(public=True) as out:
        flood(HERE, 1_000)
        assert [one["event"] for one in lines(out)] == ["security.token_refused"] * FROM_ONE + [FLOOD]
        flood("192.0.2.8", 1)
        assert lines(out)[-1]["address"] == "192.0.2.8", "one address does not hide another"
        for last in range(1_000):
            flood(f"2001:db8::{last:x}", 1)  # one line of one household
        assert len(lines(out, only="security.token_refused")) == FROM_ONE * 2 + 1
        for last in range(1_000):
            flood(f"10.0.{last // 250}.{last % 250}", 1)
        assert len(lines(out, only="security.token_refused")) == IN_ALL
        log.note(Event.THROTTLED, reason="invite address", address=HERE)
        assert lines(out)[-1]["event"] == "security.throttled", "and one event not another"
        now += MINUTE
        flood(HERE, 1)
        said = {one["event"]: told(one) for one in lines(out)[-2:]}
    assert said[LEFT_OUT] == {"of": "security.token_refused", "lines": 3_001 - IN_ALL}
    assert said["security.token_refused"]["address"] == HERE


@pytest.mark.parametrize(
    ("template", "asked", "written"),
    [
        ("/api/patients/{patient_id}", "/api/patients/17", "/api/patients/17"),
        ("/patients/{patient_id}", "/api/patients/17", "/api/patients/17"),
        ("/patients/{patient_id}", "/api/patients/Mina Farahani", "/api/patients/{patient_id}"),
        ("/patients/{patient_id}", "/api/patients/\u06f1\u06f7", "/api/patients/{patient_id}"),
        ("/patients/{patient_id}", f"/api/patients/{'1' * 20}", "/api/patients/{patient_id}"),
        ("/x/{a}/{b}", "/x/1/word", "/x/1/{b}"),
        ("/x/{a}/b", "/x/1/b", "/x/1/b"),
        ("/{path:path}", "/my/words", "/{path:path}"),
        ("/x/{a}", "/y", "/x/{a}"),
        ("/", "/", "/"),
        ("", "/my/words", ""),
    ],
)
def test_a_door_is_named_without_words_that_somebody_chose(template: str, asked: str, written: str) -> None:
    assert place(template, asked) == written


def test_a_wrong_sign_in_names_nobody_in_words(services: Services) -> None:
    person_id = account.add_person(services, name="Dr Leila Moradi", login="leila", password="correct horse battery")
    with printed(public=True) as out:
        for login, password in (("leila", "typed-wrongly"), ("typed-as-a-name", "x"), (" Typed-As-A-Name", "y")):
            with pytest.raises(NotSignedIn):
                local_sign_in.begin(services, login, password, address=HERE)
    known, unknown, again = (told(one) for one in lines(out))
    assert known == {"reason": "wrong_password", "person": services.sealing.in_the_log(person_id), "address": HERE}
    assert unknown.keys() == {"reason", "named", "address"}
    assert unknown["named"] == again["named"], "the same name is seen to be the same"
    assert "typed" not in out.getvalue().lower()
    assert "leila" not in out.getvalue()


def test_a_password_that_is_asked_for_once_more(services: Services) -> None:
    person_id = account.add_person(services, name="Dr Leila Moradi", login="leila", password="correct horse battery")
    actor = sign_in.open_page_session(services, person_id, address=HERE).actor
    with printed(public=True) as out, pytest.raises(NotSignedIn):
        own_account.begin_second_factor(services, actor, Again("typed-wrongly"))
    (line,) = lines(out)
    assert told(line) == {
        "reason": "wrong_password_again",
        "person": services.sealing.in_the_log(person_id),
        "address": HERE,
    }


def test_a_refresh_token_that_comes_twice_is_told_apart(house: House) -> None:
    services = house.services
    tokens = sign_in.open_device(services, house.leila.person_id, device="mine", address=HERE)
    sign_in.refresh(services, tokens.refresh_token, device="mine", address=HERE)
    with printed(public=True) as out:
        for token in (tokens.refresh_token, "never given out"):
            with pytest.raises(NotSignedIn):
                sign_in.refresh(services, token, device="another", address="192.0.2.9")
    copied, unknown = (told(one) for one in lines(out))
    leila = house.services.sealing.in_the_log(house.leila.person_id)
    assert copied == {"reason": "copied_refresh_token", "person": leila, "address": "192.0.2.9"}
    assert unknown == {"reason": "refresh_token", "address": "192.0.2.9"}


def test_a_token_that_has_run_out_is_no_event(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    services = house.services
    leila, token = signed_in(services, house.leila)
    sign_in.sign_out(services, leila)
    monkeypatch.setattr("domain.tokens.ACCESS_LIFE", -ACCESS_LIFE)
    run_out = sign_in.open_device(services, house.leila.person_id).access_token
    with printed(public=True) as out:
        for one in (token, run_out, "made.up.token", "vervain_service_made-up"):
            with pytest.raises(NotSignedIn):
                sign_in.actor_of_token(services, one, address=HERE)
    assert [told(one) for one in lines(out)] == [{"reason": "not_signed_in", "address": HERE}] * 3


def test_who_tries_too_often_is_written_down() -> None:
    with printed(public=True) as out:
        throttle = Throttle()
        for rule, who in ((INVITE_FROM_ADDRESS, HERE), (SIGN_IN_BY_STRANGERS, "typed-as-a-name"), (WRITE, 7)):
            for _ in range(rule.limit.amount):
                throttle.count(rule, who)
            with pytest.raises(TooOften):
                throttle.count(rule, who, address="192.0.2.9")
    assert [told(one) for one in lines(out)] == [
        {"reason": "invite address", "address": HERE},
        {"reason": "sign-in name", "address": "192.0.2.9"},
        {"reason": "write", "person": 7, "address": "192.0.2.9"},
    ]

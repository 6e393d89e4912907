"""Nobody learns who has an account: not from the sentence, not from the work, not from the time."""

import statistics
import time
from dataclasses import replace

import pytest

from domain import account, local_sign_in
from domain.errors import NotSignedIn
from domain.passwords import Passwords
from domain.services import Services
from domain.throttle import Throttle
from tests.support.house import add_person

PASSWORD = "correct horse battery"  # a passphrase, as people are asked for
TRIES = 15
RATIO = 0.5, 2.0


@pytest.fixture
def services(services: Services) -> Services:
    """The parts with passwords as in earnest: with cheap ones the time would say nothing."""
    return replace(services, passwords=Passwords())


@pytest.fixture
def people(services: Services) -> dict[str, str]:
    """Logins of somebody with a password, of somebody who is disabled, and of nobody."""
    for login in ("leila", "chen"):
        account.add_person(services, name=f"Dr {login}", login=login, password=PASSWORD)
    account.disable(services, "chen")
    return {"wrong": "leila", "disabled": "chen", "unknown": "nobody", "empty": ""}


def refusal(services: Services, login: str, password: str) -> tuple[str, str]:
    services = replace(services, throttle=Throttle())  # which has tests of its own
    with pytest.raises(NotSignedIn) as refused:
        local_sign_in.with_password(services, login, password)
    return refused.value.message, refused.value.code


def test_one_sentence_and_one_verification_for_everybody(services: Services, people: dict[str, str]) -> None:
    add_person(services, 1, "practitioner", "Dr Elsewhere")  # without a login, as who comes through a provider
    said, work = set(), set()
    for kind, login in people.items():
        before = services.passwords.checks
        said.add(refusal(services, login, "wrong" if kind == "wrong" else PASSWORD))
        work.add(services.passwords.checks - before)
    assert said == {("The name or the password is wrong.", "wrong_password")}
    assert work == {1}


def test_an_unknown_name_takes_as_long_as_a_wrong_password(services: Services, people: dict[str, str]) -> None:
    took: dict[str, list[float]] = {"wrong": [], "unknown": []}
    for _ in range(TRIES):
        for kind, times in took.items():  # one after the other, so that what else this process does meets all alike
            begun = time.process_time()  # of all its threads, and of nobody else: a busy machine is no difference
            refusal(services, people[kind], "wrong")
            times.append(time.process_time() - begun)
    medians = {kind: statistics.median(times) for kind, times in took.items()}
    assert RATIO[0] < medians["unknown"] / medians["wrong"] < RATIO[1], medians

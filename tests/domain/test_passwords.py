"""Hashing: one form of Unicode, few at once and few who wait, older parameters noticed."""

import threading
import unicodedata

import pytest
from argon2 import PasswordHasher, extract_parameters

from domain.errors import Unavailable
from domain.passwords import AT_ONCE, LONGEST, WAITING, Passwords
from tests.support.waiting import until


@pytest.fixture(scope="module")
def passwords() -> Passwords:
    return Passwords()


def test_keyboards_that_send_a_letter_differently_mean_the_same(passwords: Passwords) -> None:
    typed = "كافه ی لیلا é ﷲ ۱۲۳"
    stored = passwords.hash(typed)
    assert stored.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        assert passwords.check(unicodedata.normalize(form, typed), stored)
    assert not passwords.check(typed.replace("é", "e"), stored)


def test_nobody_without_a_hash_and_nothing_too_long(passwords: Passwords) -> None:
    long = "x" * LONGEST
    stored = passwords.hash(long)
    before = passwords.checks
    assert passwords.check(long, stored)
    assert not passwords.check(long + "x", stored)
    assert not passwords.check("nobody has this password", None)
    assert not passwords.check("", "not a hash")
    assert passwords.checks == before + 4, "one verification each"


def test_what_is_made_up_for_nobody_costs_what_a_real_one_costs(passwords: Passwords) -> None:
    real, made_up = passwords.hash("correct horse battery"), passwords._of_nobody
    assert extract_parameters(made_up) == extract_parameters(real)
    assert len(made_up) == len(real)
    assert made_up != Passwords()._of_nobody
    assert not passwords.is_outdated(made_up)


def test_a_hash_of_cheaper_parameters_is_outdated(passwords: Passwords) -> None:
    cheap = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash("correct horse battery")
    assert passwords.check("correct horse battery", cheap)
    assert passwords.is_outdated(cheap)
    assert not passwords.is_outdated(passwords.hash("correct horse battery"))


def test_a_crowd_is_turned_away_instead_of_holding_threads(passwords: Passwords) -> None:
    for _ in range(AT_ONCE):
        passwords._slots.acquire()
    said: list[bool] = []
    threads = [
        threading.Thread(target=lambda: said.append(passwords.check("x", None))) for _ in range(AT_ONCE + WAITING)
    ]
    try:
        for thread in threads:
            thread.start()
        until(lambda: passwords._places._value == 0, what="everybody's waiting")
        with pytest.raises(Unavailable, match="Too many people are signing in"):
            passwords.check("x", None)
    finally:
        for _ in range(AT_ONCE):
            passwords._slots.release()
    for thread in threads:
        thread.join(10)
    assert said == [False] * len(threads), "who waited is answered"
    assert passwords._places._value == AT_ONCE + WAITING

"""Who tries too often waits; nobody else does."""

import pytest

from domain import throttle
from domain.errors import TooOften
from domain.network import network_of
from domain.throttle import Rule, Throttle
from domain.windows import Windows

HOME, ATTACKER = "192.0.2.1", "203.0.113.{}"


class Seconds:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Seconds:
    return Seconds()


@pytest.fixture
def doors(clock: Seconds) -> Throttle:
    return Throttle(clock)


def spend(doors: Throttle, rule: Rule, who: str) -> int:
    """Try until it is too often; gives how often it was allowed."""
    for count in range(100_000):
        try:
            doors.count(rule, who)
        except TooOften:
            return count
    raise AssertionError("there is no end")


RULES = [one for one in vars(throttle).values() if isinstance(one, Rule)]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_every_rule_ends_and_begins_anew(doors: Throttle, clock: Seconds, rule: Rule) -> None:
    assert spend(doors, rule, "one") == rule.limit.amount
    assert spend(doors, rule, "another") == rule.limit.amount
    with pytest.raises(TooOften) as refusal:
        doors.count(rule, "one")
    wait = refusal.value.details["retry_after"]
    assert 0 < wait <= rule.limit.get_expiry() + 1
    clock.now += wait
    doors.count(rule, "one")


def test_every_rule_has_a_name_of_its_own() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES) >= 12


def test_the_window_moves(doors: Throttle, clock: Seconds) -> None:
    for _ in range(10):
        doors.count(throttle.SIGN_IN_BY_STRANGERS, "leila")
        clock.now += 60
    with pytest.raises(TooOften) as refusal:
        doors.count(throttle.SIGN_IN_BY_STRANGERS, "leila")
    assert refusal.value.details["retry_after"] == 5 * 60 + 1
    assert refusal.value.status == 429


def test_one_address_may_not_try_every_name(doors: Throttle) -> None:
    for number in range(60):
        doors.sign_in_begins(f"name-{number}", HOME)
    with pytest.raises(TooOften):
        doors.sign_in_begins("name-60", HOME)
    doors.sign_in_begins("name-99", ATTACKER.format(1))


def test_many_addresses_may_not_try_one_name(doors: Throttle) -> None:
    for number in range(10):
        doors.sign_in_begins(" Leila" if number % 2 else "leila", ATTACKER.format(number))
    with pytest.raises(TooOften):
        doors.sign_in_begins("leila", ATTACKER.format(10))


def test_strangers_lock_nobody_out_at_home(doors: Throttle, clock: Seconds) -> None:
    doors.sign_in_begins("leila", HOME)
    doors.sign_in_succeeded("leila", HOME)
    for number in range(200):
        try:
            doors.sign_in_begins("leila", ATTACKER.format(number))
        except TooOften:
            continue
    doors.sign_in_begins("leila", HOME)
    doors.sign_in_succeeded("leila", HOME)
    with pytest.raises(TooOften):
        doors.sign_in_begins("leila", "198.51.100.7")
    clock.now += throttle.KNOWN_FOR
    doors.sign_in_begins("leila", "198.51.100.7")


def test_being_at_home_is_no_licence_to_guess(doors: Throttle) -> None:
    doors.sign_in_succeeded("leila", HOME)
    for _ in range(20):
        doors.sign_in_begins("leila", HOME)
    with pytest.raises(TooOften):
        doors.sign_in_begins("leila", HOME)


def test_a_success_begins_anew(doors: Throttle, clock: Seconds) -> None:
    for _ in range(5):
        for _ in range(4):
            doors.sign_in_begins("leila", HOME)
        doors.sign_in_succeeded("leila", HOME)
        clock.now += 100
    assert spend(doors, throttle.SIGN_IN_FROM_OWN_ADDRESS, f"{HOME} leila") == 20


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::9", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("unknown" * 50, ("unknown" * 50)[:64]),
        ("", ""),
    ],
)
def test_what_counts_as_one_address(address: str, counted: str) -> None:
    assert network_of(address) == counted


def test_memory_has_a_bound_and_what_is_under_attack_is_kept(clock: Seconds) -> None:
    windows = Windows(clock, most=100)
    for number in range(1_000):
        windows.acquire_entry("attacked", 5, 600)
        windows.acquire_entry(f"flood-{number}", 5, 600)
    assert not windows.acquire_entry("attacked", 5, 600)
    assert windows.reset() == 100


def test_those_who_came_in_are_bounded_too(doors: Throttle, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "MOST_KNOWN", 3)
    for number in range(10):
        doors.sign_in_succeeded("leila", ATTACKER.format(number))
    assert len(doors._known) == 3

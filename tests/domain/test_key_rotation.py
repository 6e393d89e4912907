"""The key of the access tokens changes, and nobody has to sign in again for it."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from domain import key_rotation, sign_in, signing_keys
from domain.errors import NotSignedIn
from domain.key_rotation import LIFE, MARK, present_in, rotate, rotate_when_due
from domain.ledger import utc_now
from domain.services import Services
from domain.sign_in import actor_of_token
from domain.signing_keys import Generation, SigningKeys
from domain.tokens import ACCESS_LIFE, Tokens
from settings import Settings
from storage import marks
from tests.support.clock import with_clock
from tests.support.house import House

SECRET = bytes(range(32))
TAIL = timedelta(minutes=15)
NOW = utc_now()


class Watch:
    """Says which generation is in use, and counts how often it was asked."""

    def __init__(self, number: int = 1, began: datetime | None = None) -> None:
        self.present = Generation(number, began)
        self.asked = 0

    def __call__(self) -> Generation:
        self.asked += 1
        return self.present


def numbers(keys: SigningKeys, now: datetime = NOW) -> list[int]:
    return [one.generation for one in keys.published(now)]


@pytest.mark.parametrize(
    ("number", "age", "published"),
    [
        (1, None, [1, 2]),
        (2, timedelta(0), [2, 1, 3]),
        (2, TAIL, [2, 1, 3]),
        (2, TAIL + timedelta(seconds=1), [2, 3]),
        (7, timedelta(minutes=1), [7, 6, 8]),
    ],
)
def test_what_is_published(number: int, age: timedelta | None, published: list[int]) -> None:
    watch = Watch(number, None if age is None else NOW - age)
    keys = SigningKeys(SECRET, watch, TAIL)
    assert numbers(keys) == published
    for one in keys.published(NOW):
        counts = one.generation <= number
        assert (keys.verifying(one.kid, NOW) is not None) is counts, "the next key is shown, and counts for nothing yet"
        assert "d" not in one.public
        assert one.public["kid"] == one.key.thumbprint()


def test_the_database_is_asked_once_a_second_and_at_once_for_the_next_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signing_keys, "LOOKED_AT_EVERY_SECONDS", 3_600.0)  # in place of the second
    watch = Watch()
    keys = SigningKeys(SECRET, watch, TAIL)
    for _ in range(100):
        keys.verifying("nobody", NOW)
        keys.signing()
    assert watch.asked == 1
    following = keys._key(2)
    watch.present = Generation(2, NOW)
    assert keys.verifying(following.kid, NOW) == following, "another process has changed the key just now"
    assert watch.asked == 2


def test_a_mark_is_read_as_it_was_written() -> None:
    assert Generation.of(None) == Generation(1, None)
    assert Generation.of(Generation(3, NOW).mark) == Generation(3, NOW)


def fresh(services: Services, settings: Settings) -> Services:
    """The same program, as another process of it begins."""
    return replace(services, tokens=Tokens(settings.read_secret(), present_in(services.database)))


def test_tokens_from_before_still_count_for_their_life(house: House, settings: Settings) -> None:
    services, clock = with_clock(fresh(house.services, settings))
    before = sign_in.open_device(services, house.mina.person_id)
    assert rotate(services).number == 2
    later = fresh(services, settings)
    after = sign_in.refresh(later, before.refresh_token)
    assert later.tokens.keys.signing().generation == 2
    for process in (services, later, fresh(services, settings)):
        for tokens in (before, after):
            assert actor_of_token(process, tokens.access_token)[0].person_id == house.mina.person_id
    clock.move(-ACCESS_LIFE - timedelta(minutes=1))  # the change of the key lies so long ago
    rotate(services)
    with pytest.raises(NotSignedIn):
        actor_of_token(fresh(services, settings), after.access_token)


def test_two_changes_are_two_keys_further(house: House, settings: Settings) -> None:
    services = fresh(house.services, settings)
    old = sign_in.open_device(services, house.mina.person_id)
    assert [rotate(services).number for _ in range(2)] == [2, 3]
    with pytest.raises(NotSignedIn):
        actor_of_token(fresh(services, settings), old.access_token)
    assert sign_in.refresh(fresh(services, settings), old.refresh_token), "nobody has to sign in again"


def test_the_key_changes_by_itself(services: Services) -> None:
    services, clock = with_clock(services)
    began = services.ledger.write(rotate_when_due)
    assert began.number == 1
    clock.move(LIFE - timedelta(minutes=1))
    assert services.ledger.write(rotate_when_due) == began
    clock.move(timedelta(minutes=2))
    assert services.ledger.write(rotate_when_due).number == 2
    assert services.ledger.write(rotate_when_due).number == 2
    with services.database.read() as session:
        assert (marks.read(session, key_rotation.MARK) or "").startswith("2 ")
    assert MARK == "access token key"

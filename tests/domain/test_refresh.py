"""Refreshing: one winner, one chain, and the end of the whole sign-in where a token was copied."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlmodel import col, select

from domain import sign_in
from domain.errors import NotSignedIn
from domain.services import Services
from domain.sign_in import GRACE, actor_of_token
from domain.sign_in_shapes import TokensShape
from storage.tables import RefreshToken
from tests.support.clock import Clock, with_clock
from tests.support.house import House

RACERS = 16


def chain(services: Services, tokens: TokensShape) -> list[bool]:
    """Say of each refresh token of a sign-in, in order, whether it is used."""
    number = services.tokens.read(tokens.access_token).sign_in_id
    with services.database.read() as session:
        statement = select(RefreshToken).where(RefreshToken.sign_in_id == number).order_by(col(RefreshToken.id))
        return [row.used is not None for row in session.exec(statement)]


def test_sixteen_race_and_one_wins(house: House) -> None:
    services = house.services
    first = sign_in.open_device(services, house.mina.person_id, device="Phone")
    start = Barrier(RACERS)

    def race(_: int) -> TokensShape:
        start.wait(10)
        return sign_in.refresh(services, first.refresh_token, device="Phone")

    with ThreadPoolExecutor(RACERS) as pool:
        answers = list(pool.map(race, range(RACERS)))
    assert len({one.refresh_token for one in answers}) == 1, "all have the very same"
    assert chain(services, first) == [True, False], "one was used, one made"
    for one in answers:
        actor_of_token(services, one.access_token)
    assert sign_in.refresh(services, answers[0].refresh_token)


Late = Callable[[Services, Clock, TokensShape, TokensShape], object]


def after_the_grace(services: Services, clock: Clock, first: TokensShape, _second: TokensShape) -> object:
    clock.move(GRACE + timedelta(seconds=1))
    return sign_in.refresh(services, first.refresh_token, device="Phone")


def after_its_successor(services: Services, _clock: Clock, first: TokensShape, second: TokensShape) -> object:
    sign_in.refresh(services, second.refresh_token, device="Phone")
    return sign_in.refresh(services, first.refresh_token, device="Phone")


def on_another_device(services: Services, _clock: Clock, first: TokensShape, _second: TokensShape) -> object:
    return sign_in.refresh(services, first.refresh_token, device="Laptop")


@pytest.mark.parametrize("late", [after_the_grace, after_its_successor, on_another_device])
def test_a_copied_token_ends_the_whole_sign_in(house: House, late: Late) -> None:
    services, clock = with_clock(house.services)
    first = sign_in.open_device(services, house.mina.person_id, device="Phone")
    other = sign_in.open_device(services, house.mina.person_id, device="Tablet")
    second = sign_in.refresh(services, first.refresh_token, device="Phone")
    with pytest.raises(NotSignedIn, match="sign in again"):
        late(services, clock, first, second)
    with pytest.raises(NotSignedIn):
        actor_of_token(services, second.access_token)
    for token in (first, second):
        with pytest.raises(NotSignedIn):
            sign_in.refresh(services, token.refresh_token, device="Phone")
    assert sign_in.refresh(services, other.refresh_token), "another device of the same person stays"


def test_a_first_use_may_come_from_a_device_with_another_name(house: House) -> None:
    """A browser that was updated calls itself differently; only who repeats has to be the same."""
    first = sign_in.open_device(house.services, house.mina.person_id, device="Phone 1")
    assert sign_in.refresh(house.services, first.refresh_token, device="Phone 2")


def test_who_repeats_without_a_name_is_taken_for_the_same(house: House) -> None:
    first = sign_in.open_device(house.services, house.mina.person_id, device="Phone")
    second = sign_in.refresh(house.services, first.refresh_token)
    assert sign_in.refresh(house.services, first.refresh_token).refresh_token == second.refresh_token


def test_a_token_that_nobody_was_given_does_not_end_anything(house: House) -> None:
    services = house.services
    first = sign_in.open_device(services, house.mina.person_id)
    for wrong in ("", "nonsense", services.tokens.successor(first.refresh_token), first.access_token, "\ud800"):
        with pytest.raises(NotSignedIn):
            sign_in.refresh(services, wrong)
    assert sign_in.refresh(services, first.refresh_token)

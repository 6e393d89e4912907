"""What a forest plot is drawn from: those with a share, by the lower end of the interval, a stretch at a time."""

from typing import Any

import pytest

from domain import cell_views, summed_views
from domain.errors import NotAllowed
from domain.ledger import Change, utc_now
from domain.statistics import Tier
from storage.tables import Evidence
from tests.support.house import House

COUNTS = {"a": (12, 14), "b": (3, 5), "c": (30, 60), "d": (1, 9), "e": (4, 4), "f": (0, 0)}


@pytest.fixture
def house(house: House) -> House:
    """The house, with the counts of six conditions beside Mina’s, whom nobody has heard of yet."""

    def act(change: Change) -> None:
        for condition, (improved, answered) in COUNTS.items():
            counts: dict[str, Any] = {"prescribed": answered + 2, "answered": answered, "improved": improved}
            named: dict[str, Any] = {"item_id": "ginger", "item_name": "ginger", "condition_id": condition}
            row = Evidence(
                practice_id=house.leila.practice_id,
                prior_mean=0.6,
                prior_strength=10,
                updated=utc_now(),
                **named,
                **counts,
            )
            change.session.add(row)

    house.services.ledger.write(act)
    return house


def drawn(house: House, words: str = "", first: int = 0, many: int = 9, *, weakest: bool = False) -> list[str]:
    """Name the conditions of a stretch."""
    found = cell_views.stretch(house.services, house.leila, words, "en", first, many, weakest)
    return [view.condition_id for view in found.views]


def test_the_order_is_the_lower_end_of_what_is_drawn(house: House) -> None:
    found = cell_views.stretch(house.services, house.leila, "", "en", 0, 9, False)
    lows = [view.estimate.low for view in found.views if view.estimate]
    assert lows == sorted(lows, reverse=True)
    assert len(lows) == found.total == 4
    assert all(view.tier is not Tier.HIDDEN for view in found.views)
    assert (found.few, found.most_answers) == (3, 4), "e, f and Mina’s"
    assert drawn(house, weakest=True) == drawn(house)[::-1]


def test_stretches_follow_each_other(house: House) -> None:
    whole = drawn(house)
    assert drawn(house, many=3) + drawn(house, first=3, many=3) == whole
    assert drawn(house, first=8) == []


def test_words_narrow_it(house: House) -> None:
    assert set(drawn(house, "GÍNGER")) == {"a", "b", "c", "d"}
    assert drawn(house, "moon") == []


def test_sums_are_ordered_the_same_way(house: House) -> None:
    found = summed_views.stretch(house.services, house.leila, "condition", "", "en", 0, 2, False)
    everything = summed_views.stretch(house.services, house.leila, "condition", "", "en", 0, 9, False)
    assert [view.id for view in found.views] == [view.id for view in everything.views][:2]
    assert (everything.total, everything.few) == (4, 3)
    [herb] = summed_views.stretch(house.services, house.leila, "herb", "", "en", 0, 9, True).views
    assert (herb.id, herb.answered, herb.improved) == ("ginger", 92, 50)


def test_a_patient_may_not_read_it(house: House) -> None:
    with pytest.raises(NotAllowed):
        cell_views.stretch(house.services, house.mina, "", "en", 0, 9, False)
    with pytest.raises(NotAllowed):
        summed_views.stretch(house.services, house.mina, "herb", "", "en", 0, 9, False)

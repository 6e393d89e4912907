"""What to improve next, from plain numbers."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.improving import MOST, Cell, Silent, Step, Unsure, Watched, Worse, next_steps
from domain.statistics import Prior, Signal, posterior


def cell(
    item: str, prescribed: int, answered: int, improved: int, *, silent: int = 0, condition: str = "cough"
) -> Cell:
    prior = Prior(0.6, 10.0)
    known = posterior(improved, answered, prior)
    return Cell(
        item_id=item,
        item=item,
        condition_id=condition,
        condition=condition,
        prescribed=prescribed,
        answered=answered,
        improved=improved,
        mean=known.mean,
        high=known.high,
        strength=prior.strength,
        silent=silent,
    )


def effect(item: str, *, reported: int = 3, serious: int = 0, verdict: Signal = Signal.WATCH) -> Watched:
    return Watched(item, item, "nausea", reported, 40, serious, verdict)


def told(steps: list[Step]) -> list[tuple[str, str]]:
    return [(type(one).__name__, one.item_id if isinstance(one, Watched) else one.cell.item_id) for one in steps]


@pytest.mark.parametrize(
    ("cells", "effects", "steps"),
    [
        ([], [], []),
        ([cell("settled", 80, 80, 50)], [effect("settled", verdict=Signal.NONE)], []),
        ([cell("rare", 4, 0, 0, silent=4)], [], []),  # too seldom for either
        ([cell("often", 40, 2, 1)], [], [("Unsure", "often")]),
        ([cell("quiet", 90, 50, 30, silent=40)], [], [("Silent", "quiet")]),
        ([cell("not yet asked", 90, 50, 30, silent=0)], [], []),
        ([cell("few", 90, 80, 50, silent=10)], [], []),  # less than a third: the worst case is not wide
        ([cell("poor", 60, 60, 15), cell("good", 60, 60, 45)], [], [("Worse", "poor")]),
        ([cell("poor", 60, 60, 15), cell("good", 60, 60, 45, condition="colic")], [], []),  # another condition
        ([cell("poor", 60, 60, 15), cell("good", 9, 9, 9)], [], [("Unsure", "good")]),  # too few to compare with
        ([cell("unlucky", 4, 4, 0), cell("good", 60, 60, 60)], [], []),  # below 5 answers nothing is said of a share
        (
            [],
            [effect("watch"), effect("signal", verdict=Signal.SIGNAL), effect("serious", reported=1, serious=1)],
            [("Watched", "serious"), ("Watched", "signal"), ("Watched", "watch")],
        ),
        (
            [cell("often", 40, 2, 1), cell("quiet", 90, 50, 30, silent=40), cell("poor", 60, 60, 5)],
            [effect("watch")],
            [("Watched", "watch"), ("Worse", "poor"), ("Silent", "quiet"), ("Unsure", "often")],
        ),
    ],
)
def test_what_to_improve_next(cells: list[Cell], effects: list[Watched], steps: list[tuple[str, str]]) -> None:
    assert told(next_steps(cells, effects)) == steps


def test_ten_answers_are_worth_most_where_a_herb_is_prescribed_most() -> None:
    steps = next_steps([cell("seldom", 10, 5, 3), cell("often", 50, 5, 3), cell("known", 50, 25, 15)])
    assert told(steps) == [("Unsure", "often"), ("Unsure", "known"), ("Unsure", "seldom")]
    often = steps[0]
    assert isinstance(often, Unsure)
    assert often.cell.width == pytest.approx(0.47, abs=0.02)  # reference 4.7: n = 5 and a prior worth 10
    assert often.cell.width_with(10) == pytest.approx(0.37, abs=0.02)
    assert often.gain == often.cell.width - often.cell.width_with(10)


def test_most_silent_patients_come_first_and_worse_by_how_much() -> None:
    silent = next_steps([cell("a", 60, 40, 24, silent=20), cell("b", 90, 40, 24, silent=50)])
    assert told(silent)[:2] == [("Silent", "b"), ("Silent", "a")]
    worse = next_steps([cell("bad", 60, 60, 20), cell("worst", 60, 60, 5), cell("good", 200, 200, 180)])
    assert told(worse) == [("Worse", "worst"), ("Worse", "bad")]
    first = worse[0]
    assert isinstance(first, Worse)
    assert first.usual == pytest.approx(200 / 260), "what improved with the others, without its own"


def test_the_width_of_an_interval_is_not_told_below_five_answers() -> None:
    shown = [one.shown for one in next_steps([cell("a", 50, 4, 2), cell("b", 40, 5, 3)]) if isinstance(one, Unsure)]
    assert shown == [False, True]


@st.composite
def cells(draw: st.DrawFn) -> Cell:
    prescribed = draw(st.integers(0, 80))
    answered = draw(st.integers(0, prescribed))
    improved = draw(st.integers(0, answered))
    silent = draw(st.integers(0, prescribed - answered))
    condition = draw(st.sampled_from(["cough", "colic"]))
    return cell("any", prescribed, answered, improved, silent=silent, condition=condition)


effects = st.builds(effect, st.just("any"), serious=st.integers(0, 2), verdict=st.sampled_from(Signal))


@given(st.lists(cells(), max_size=30), st.lists(effects, max_size=8))
def test_ten_lines_at_most_side_effects_first_and_each_cell_once(drawn: list[Cell], told_of: list[Watched]) -> None:
    named = [replace(one, item_id=f"item-{number}") for number, one in enumerate(drawn)]
    steps = next_steps(named, told_of)
    assert len(steps) <= MOST
    order = [isinstance(one, Watched) for one in steps]
    assert order == sorted(order, reverse=True)
    of_cells = [one.cell.item_id for one in steps if not isinstance(one, Watched)]
    assert len(of_cells) == len(set(of_cells))
    for one in steps:
        if isinstance(one, Worse):
            assert one.cell.answered >= 5
            assert one.cell.high < one.usual
        elif isinstance(one, Silent):
            assert one.cell.silent >= max(5, one.cell.prescribed / 3)
        elif isinstance(one, Unsure):
            assert one.gain > 0
    assert next_steps(list(reversed(named)), told_of) == steps, "the order of reading does not matter"

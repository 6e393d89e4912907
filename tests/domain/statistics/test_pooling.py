import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.statistics import DEFAULT_PRIOR, Pool, Prior, fit_prior
from domain.statistics.pooling import solved
from tests.domain.statistics.counts import answers

Cells = dict[tuple[str, str], tuple[int, int]]


def test_fit_prior_recovers_a_known_strength() -> None:
    chance = numpy.random.default_rng(20)
    strengths = []
    for _ in range(200):
        sizes = chance.integers(10, 60, 60)
        improved = chance.binomial(sizes, chance.beta(12, 8, 60))
        cells = [(int(k), int(n)) for k, n in zip(improved, sizes, strict=True)]
        strengths.append(fit_prior(cells, fallback_mean=0.5).strength)
    # One set of 60 cells gives anything from 10 to 40; their middle is close to the true 20 (reference: 18.3 from one set).
    assert 17 < float(numpy.median(strengths)) < 23


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ([], Prior(0.5, 10)),
        ([(5, 10)] * 7, Prior(0.5, 10)),  # too few cells: the fallback, whatever they say
        ([(9, 10)] * 7 + [(0, 0)] * 5, Prior(0.5, 10)),  # empty cells do not count
        ([(6, 10)] * 9, Prior(0.6, 10)),  # no spread beyond chance
        ([(1, 1)] * 9, Prior(0.99, 10)),  # never at the edge
        ([(0, 20), (20, 20)] * 5, Prior(0.5, 4)),  # as different as can be: the lower clamp
    ],
)
def test_fit_prior_at_its_edges(cells: list[tuple[int, int]], expected: Prior) -> None:
    found = fit_prior(cells, fallback_mean=0.5)
    assert (found.mean, found.strength) == pytest.approx((expected.mean, expected.strength))


@given(cells=st.lists(answers(), max_size=40), fallback=st.floats(0, 1))
def test_a_fitted_prior_stays_within_its_bounds(cells: list[tuple[int, int]], fallback: float) -> None:
    found = fit_prior(cells, fallback_mean=fallback)
    assert 0 < found.mean < 1
    assert 4 <= found.strength <= 50
    again = fit_prior(reversed(cells), fallback_mean=fallback)
    assert (again.mean, again.strength) == pytest.approx((found.mean, found.strength))


def test_the_prior_of_a_cell_by_hand() -> None:
    pool = Pool.of({("ginger", "nausea"): (8, 10), ("fennel", "nausea"): (4, 10), ("fennel", "colic"): (5, 10)})
    # Few cells: strength 10, of which a third goes with the herb, a third with the condition. Each step then carries
    # 1/(1 + 2 + 3) for a condition with one other cell of 10 answers, 1/(1 + 1 + 3) for a herb with one.
    colic = 18 / 30 + (5 / 10 - 18 / 30) / 6
    nausea = 11 / 20 + (4 / 10 - 11 / 20) / 6
    found = pool.prior("colic", {"nausea": (8, 10)})
    assert (found.mean, found.strength) == pytest.approx((colic + (8 / 10 - nausea) / 5, 10))
    assert pool.prior("colic", {}).mean == pytest.approx(colic), "a herb that was never given is like any other"
    unknown = pool.prior("cough", {})
    assert (unknown.mean, unknown.strength) == pytest.approx((23 / 40, 10))


def test_nothing_known_gives_the_default_prior() -> None:
    assert Pool.of({}).prior("nausea", {}) == DEFAULT_PRIOR


cells_of_a_practice = st.dictionaries(st.tuples(st.sampled_from("abcde"), st.sampled_from("uvwxyz")), answers(60))


def of_herb(cells: Cells, herb: str) -> dict[str, tuple[int, int]]:
    return {condition: counts for (one, condition), counts in cells.items() if one == herb}


@given(cells=cells_of_a_practice, herb=st.sampled_from("abcdef"), condition=st.sampled_from("uvwxyz"))
def test_a_prior_stays_within_its_bounds(cells: Cells, herb: str, condition: str) -> None:
    found = Pool.of(cells).prior(condition, of_herb(cells, herb))
    assert 0.01 <= found.mean <= 0.99
    assert 4 <= found.strength <= 50
    if sum(n > 0 for _, n in cells.values()) < 8:
        assert found.strength == 10


@given(cells=st.dictionaries(st.tuples(st.sampled_from("abc"), st.sampled_from("uv")), answers(60)), own=answers(60))
def test_a_cells_own_answers_say_nothing_in_its_prior(cells: Cells, own: tuple[int, int]) -> None:
    # Below 8 cells, where the spread is given and not itself fitted to all cells.
    told = cells | {("a", "u"): own}
    silent = cells | {("a", "u"): (0, 0)}
    before, after = (Pool.of(some).prior("u", of_herb(some, "a")) for some in (silent, told))
    assert after.mean == pytest.approx(before.mean)


@given(first=cells_of_a_practice, then=cells_of_a_practice)
def test_counting_on_gives_what_counting_anew_gives(first: Cells, then: Cells) -> None:
    pool = Pool.of(first)
    for (herb, condition), counts in then.items():
        pool.exchange(herb, condition, before=first.get((herb, condition), (0, 0)), after=counts)
    anew = Pool.of(first | then)
    for herb, condition in then:
        found = pool.prior(condition, of_herb(first | then, herb))
        expected = anew.prior(condition, of_herb(first | then, herb))
        assert (found.mean, found.strength) == pytest.approx((expected.mean, expected.strength), rel=1e-4)


@given(cells=cells_of_a_practice)
def test_the_strength_is_that_of_the_cells_and_the_parts_are_all_of_it(cells: Cells) -> None:
    spread = Pool.of(cells).spread
    assert spread.strength == pytest.approx(fit_prior(cells.values(), fallback_mean=0.6).strength, rel=1e-6)
    assert spread.herb + spread.condition + spread.own == pytest.approx(1)
    assert min(spread.herb, spread.condition, spread.own) >= 0


@pytest.mark.parametrize(
    ("herb", "condition", "own"), [(1, 0, 0), (0, 1, 0), (0, 0, 1), (1 / 3, 1 / 3, 1 / 3), (0.6, 0.1, 0.3)]
)
def test_the_parts_of_the_spread_are_found_again(herb: float, condition: float, own: float) -> None:
    chance = numpy.random.default_rng(4)
    found = []
    for _ in range(30):
        between = 0.24 / 11  # as much as cells differ that share Beta(6, 4)
        share = (
            0.6
            + chance.normal(0, (herb * between) ** 0.5, (40, 1))
            + chance.normal(0, (condition * between) ** 0.5, (1, 30))
            + chance.normal(0, (own * between) ** 0.5, (40, 30))
        ).clip(0.02, 0.98)
        sizes = chance.integers(0, 25, (40, 30))
        improved = chance.binomial(sizes, share)
        cells = {(str(h), str(c)): (int(improved[h, c]), int(sizes[h, c])) for h in range(40) for c in range(30)}
        spread = Pool.of(cells).spread
        found.append((spread.herb, spread.condition, spread.own, spread.strength))
    middle = numpy.mean(found, axis=0)
    assert middle[:3] == pytest.approx((herb, condition, own), abs=0.05)
    assert middle[3] == pytest.approx(10, abs=1.5)


def test_what_is_known_of_herb_and_condition_makes_a_prior_stronger() -> None:
    chance = numpy.random.default_rng(9)
    helps = chance.normal(0, 0.12, 12)
    cells = {(str(h), str(c)): (int(chance.binomial(40, 0.6 + helps[h])), 40) for h in range(12) for c in range(8)}
    pool = Pool.of(cells)
    best = str(int(helps.argmax()))
    known, unknown = pool.prior("new", of_herb(cells, best)), pool.prior("new", {})
    assert known.strength > 1.5 * unknown.strength
    assert known.mean > unknown.mean + 0.1
    assert pool.spread.herb > 0.7


def test_three_equations_are_solved_as_by_least_squares() -> None:
    dice = numpy.random.default_rng(7)
    for _ in range(200):
        matrix, right = dice.normal(scale=50, size=(3, 3)), dice.normal(size=3)
        expected = numpy.linalg.lstsq(matrix, right, rcond=None)[0]
        assert solved(matrix.tolist(), right.tolist()) == pytest.approx(tuple(expected.tolist()), rel=1e-6, abs=1e-9)


def test_what_cannot_be_told_apart_is_divided_evenly() -> None:
    assert solved([[2.0, 2.0, 2.0]] * 3, [6.0] * 3) == pytest.approx((1, 1, 1))

"""The simulated practice: its truth is what it says, the program's functions are asked, and its table and picture are whole."""

from pathlib import Path
from xml.etree import ElementTree

import numpy
import pytest

from bench.picture import Line, Panel, svg
from bench.simulate import __main__ as bench
from bench.simulate.fitted import beside
from bench.simulate.measuring import (
    Counted,
    accuracy,
    calibration,
    count,
    flags,
    predictions,
    shown,
    top_five,
)
from bench.simulate.own_outcomes import weighed
from bench.simulate.practice import COMPANION, HARMFUL, HERBS, LEADER, Course, World, draw_courses, draw_world
from bench.simulate.runs import SITUATIONS, run
from domain.predicting import Candidate, from_rules
from domain.statistics import Pool, posterior

pytestmark = pytest.mark.long


def course(**changes: object) -> Course:
    usual: dict[str, object] = {
        "patient": 1,
        "condition": 0,
        "herbs": (3,),
        "match": 0.5,
        "improved": True,
        "answers_at_random": True,
        "answers_by_outcome": True,
        "side_effects": (),
        "serious": False,
    }
    return Course(**(usual | changes))  # type: ignore[arg-type]


def test_patients_fare_as_the_world_says() -> None:
    chance = numpy.random.default_rng(3)
    world = draw_world(chance)
    courses = draw_courses(world, chance, patients=3_000)
    assert len({one.patient for one in courses}) == 3_000
    together = [one for one in courses if len(one.herbs) == 2]
    assert 0.2 < len(together) / len(courses) < 0.5
    beside = [one for one in courses if COMPANION in one.herbs]
    assert beside
    assert all(one.herbs == (LEADER, COMPANION) for one in beside)
    expected = [max(world.share[herb, one.condition] for herb in one.herbs) for one in courses]
    assert numpy.mean([one.improved for one in courses]) == pytest.approx(numpy.mean(expected), abs=0.02)
    told = [one.answers_by_outcome for one in courses if one.improved]
    assert numpy.mean(told) == pytest.approx(0.75, abs=0.02)
    suffered = [(HARMFUL, 0) in one.side_effects for one in courses if HARMFUL in one.herbs]
    assert numpy.mean(suffered) == pytest.approx(0.12, abs=0.05)


def test_each_herb_of_a_course_is_credited_with_its_answer() -> None:
    courses = [course(herbs=(3, 4)), course(improved=False), course(answers_by_outcome=False)]
    counted = count(courses, lambda one: one.answers_by_outcome)
    assert counted == {(3, 0): Counted(3, 2, 1), (4, 0): Counted(1, 1, 1)}
    pool = Pool.of({("3", "0"): (1, 2), ("4", "0"): (1, 1)})
    assert shown(counted)[3, 0] == posterior(1, 2, pool.prior("0", {"0": (1, 2)}))


def test_accuracy_by_hand() -> None:
    world = World(numpy.full((6, 1), 0.5), [["B"]] * 6, numpy.ones(6))
    found = accuracy(world, {(3, 0): Counted(12, 10, 8), (4, 0): Counted(9, 4, 4)})
    estimate = shown({(3, 0): Counted(12, 10, 8), (4, 0): Counted(9, 4, 4)})[3, 0]
    assert found["bias raw"] == pytest.approx(0.3), "the cell with 4 answers is not shown"
    assert found["bias shown"] == pytest.approx(estimate.mean - 0.5)
    assert (found["Wilson"], found["bounds"]) == (1, 0), "0.49 to 0.94; 8/12 to 10/12"
    assert accuracy(world, {(3, 0): Counted(12, 10, 8)}, only=[5]) == {}


def test_the_first_five_of_one_order() -> None:
    share = numpy.linspace(0.2, 0.9, 10).reshape(10, 1)
    world = World(share, [["B"]] * 10, numpy.ones(10))
    cells = {(herb, 0): Counted(100, 100, round(100 * share[herb, 0])) for herb in range(10)}
    assert set(top_five(world, cells).values()) == {5}
    cells |= {(0, 0): Counted(2, 2, 2), (1, 0): Counted(1, 1, 1)}  # two lucky ones
    assert top_five(world, cells) == {"5 % quantile": 5, "raw share": 3, "raw share from 5 answers": 5}


def test_a_harmful_herb_is_flagged_and_a_serious_event_at_once() -> None:
    quiet = [course(herbs=(herb,)) for herb in range(3, 9)] * 20
    bad = course(herbs=(HARMFUL,), side_effects=((HARMFUL, 0),), serious=True)
    unheard = course(herbs=(HARMFUL,), side_effects=((HARMFUL, 0),), serious=True, answers_by_outcome=False)
    found = flags([*quiet, unheard, *[bad] * 4], HERBS)
    assert (found.watch, found.signal, found.serious, found.answers) == (3, 3, 1, 4)
    assert (found.false_watch, found.false_signal) == (0, 0)
    assert flags(quiet, HERBS).signal is None


def test_predictions_know_only_what_was_answered_before() -> None:
    world = World(numpy.full((6, 1), 0.5), [["B"]] * 6, numpy.ones(6))
    courses = [course(patient=1), course(patient=2), course(patient=3, answers_by_outcome=False), course(patient=4)]
    made = predictions(world, courses, lambda one: one.answers_by_outcome)
    expected = [from_rules(Candidate("a", "x", 0.5, "B", posterior(n, n) if n else None)).value for n in (0, 1, 2, 2)]
    assert [said for said, _ in made] == pytest.approx(expected)
    assert len(made) == 4, "the silent are judged as well"


def test_a_fit_knows_only_what_was_answered_before_what_it_is_judged_on() -> None:
    world = World(numpy.full((6, 1), 0.5), [["B"]] * 6, numpy.ones(6))
    courses = [course(patient=at, improved=at % 2 == 0, herbs=(3 if at % 2 else 4,)) for at in range(1_000)]
    asked: list[Course] = []

    def answers(one: Course) -> bool:
        asked.append(one)
        return True

    found = beside(world, courses, answers)
    assert found["rules"]["happened"] == found["fitted"]["happened"] == 0.5
    assert found["fitted"]["AUROC"] == 1, "one herb helps always, the other never"
    assert found["fitted"]["skill"] > 0.8 > found["rules"]["skill"] - 0.2
    assert len(asked) == len(courses)


def test_own_outcomes_as_the_rules_weigh_them_do_no_harm_and_help_where_patients_differ() -> None:
    alike, different = ([weighed(seed, spread) for seed in range(3)] for spread in (0.0, 0.2))
    gains = [
        numpy.mean([one["rules"]["Brier"] - one["without"]["Brier"] for one in runs]) for runs in (alike, different)
    ]
    assert gains[0] < 0.001
    assert gains[1] < -0.002
    assert numpy.mean([one["more"]["Brier"] - one["without"]["Brier"] for one in alike]) > 0.001, "why it is no more"


def test_calibration_of_what_is_calibrated() -> None:
    chance = numpy.random.default_rng(1)
    said = chance.uniform(0.2, 0.9, 40_000)
    found = calibration([(float(one), bool(chance.random() < one)) for one in said])
    assert found["slope"] == pytest.approx(1, abs=0.05)
    assert found["predicted"] == pytest.approx(found["happened"], abs=0.01)


def test_with_nothing_in_the_way_the_intervals_hold_what_they_promise() -> None:
    runs = [run(seed, patients=1_500) for seed in range(4)]
    held = numpy.mean([one.accuracy[SITUATIONS[0]]["shown"] for one in runs])
    assert 0.91 < held < 0.98
    assert numpy.mean([one.accuracy[SITUATIONS[0]]["bias shown"] for one in runs]) == pytest.approx(0, abs=0.02)
    # And what is in the way of them is seen: silence that depends on the outcome flatters.
    assert numpy.mean([one.accuracy[SITUATIONS[2]]["bias shown"] for one in runs]) > 0.05


def test_it_prints_its_tables_and_draws_its_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "practice.svg"
    monkeypatch.setattr("sys.argv", ["simulate", "--practices", "2", "--patients", "300", "--picture", str(file)])
    bench.main()
    out = capsys.readouterr().out
    for said in (
        *SITUATIONS,
        "the companion",
        "5 % quantile",
        "signal (IC025)",
        "slope",
        "2 practices of 300 patients",
        "A fitted predictor beside the rules",
        "patients differ by",
    ):
        assert said in out
    drawn = ElementTree.fromstring(file.read_text(encoding="utf-8"))
    assert [one.text for one in drawn.iter() if one.get("font-weight") == "bold"] == [
        "Predictions by rules",
        "Truly best five among the first five",
        "The harmful herb is flagged",
    ]


@pytest.mark.parametrize(
    "arguments", [["--practices", "1"], ["--patients", "x"], ["--picture", "/nowhere/at/all/practice.svg"]]
)
def test_what_cannot_be_done_is_said_before_anything_is_drawn(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["simulate", *arguments])
    with pytest.raises(SystemExit) as left:
        bench.main()
    assert left.value.code == 2
    assert capsys.readouterr().out == ""


def test_points_stand_where_they_belong() -> None:
    panel = Panel("a < b", "x", "y", (0, 1), (0, 1), [Line("one", [(0, 0), (1, 1)])], diagonal=True)
    drawn = svg([panel])
    circles = [one for one in ElementTree.fromstring(drawn).iter() if one.tag.endswith("circle")]
    (left, low), (right, high) = ((float(one.get("cx") or 0), float(one.get("cy") or 0)) for one in circles)
    assert (right - left, low - high) == (280, 220)

"""What is drawn is what was computed: pictures as pure functions, and a change that touches one mark of them."""

import csv
import io
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from domain import cell_views
from domain.cell_views import CellView, Stretch
from domain.effectiveness import PractitionerView, SignalView
from domain.feedback import FeedbackInput, SideEffectInput, submit
from domain.predictors.card import Bin
from domain.statistics import Prior, Signal, Tier, Trend, bounds, posterior, tier
from domain.weekly import Week, funnel
from pages.calibration import of_bins
from pages.charts.forest import MANY, of_ratios, of_share, of_shares
from pages.charts.funnel import of_counts
from pages.charts.picture import Picture
from pages.charts.signals import of_signals
from pages.charts.weeks import of_weeks
from pages.elements.chart import Chart
from pages.language import Language
from tests.pages.conftest import Visit
from tests.support.house import House, under_treatment
from tests.support.pages import Visitor
from tests.support.waiting import eventually

en, fa = Language("en"), Language("fa")
PRIOR = Prior(0.6, 10)


def cell(improved: int, answered: int, prescribed: int = 0, *, number: int = 1, item: str = "ginger") -> CellView:
    """Make a cell as the domain gives it."""
    return CellView(
        evidence_id=number, item_id="ginger", item=item, condition_id="cold", condition="Stomach cold",
        prescribed=prescribed or answered, answered=answered, improved=improved,
        estimate=posterior(improved, answered, PRIOR), tier=tier(answered), trend=Trend.STEADY, average_rating=None,
        worst_case=bounds(improved, answered, prescribed or answered), prior=PRIOR, updated=datetime.now(UTC),
    )  # fmt: skip


def forest(*views: CellView, few: int = 0, most: int = 0, language: Language = en) -> Picture:
    """Draw cells."""
    found = Stretch(views, len(views), few, most)
    return of_shares(found, 0, language, weakest=False, title="All", name="forest")


@pytest.mark.parametrize(
    ("answered", "kind"), [(5, "early"), (10, "early"), (11, "preliminary"), (29, "preliminary"), (30, "plain")]
)
def test_a_row_says_how_early_it_is(answered: int, kind: str) -> None:
    view = cell(4, answered, answered + 5)
    mark = of_share(view, en)
    known = posterior(4, answered, PRIOR)
    assert mark.drawn["tier"] == kind
    assert [mark.drawn[name] for name in ("low", "mean", "high")] == [
        round(one, 4) for one in (known.low, known.mean, known.high)
    ]
    assert (mark.drawn["prior"], mark.drawn["beside"]) == (0.6, f"{answered} → 4")
    assert (mark.drawn["worst"], mark.drawn["best"]) == (round(4 / (answered + 5), 4), round(9 / (answered + 5), 4))
    assert f"4 of {answered} who answered improved" in mark.says


def test_below_five_answers_nothing_is_drawn() -> None:
    with pytest.raises(ValueError, match="below 5"):
        of_share(cell(3, 4), en)
    assert forest(few=2, most=3).empty.endswith("the one that is nearest has 3.")
    assert forest().empty.startswith("Nothing prescribed here yet.")
    assert forest().marks == ()


def test_the_axis_is_whole_and_the_option_has_fixed_keys_only() -> None:
    drawn = forest(cell(4, 9, item="{evil|}<b>"))
    assert drawn.option["xAxis"] == {"type": "value", "min": 0, "max": 1, "as": "share", "turns": True}
    assert "evil" not in str(drawn.option), "no text of anybody is part of the option"
    assert drawn.marks[0].name == "{evil|}<b>\nStomach cold"


def test_persian_has_its_digits_and_arrow() -> None:
    mark = forest(cell(4, 9), language=fa).marks[0]
    assert mark.drawn["beside"] == "۹ ← ۴"
    assert not any("0" <= letter <= "9" for letter in mark.says + "".join(mark.cells))


def test_a_file_has_what_is_drawn_and_nothing_that_runs() -> None:
    drawn = forest(cell(4, 9, 12, number=1, item="=HYPERLINK(1)"), cell(30, 40, number=2))
    rows = read(drawn.file())
    assert [row["herb"] for row in rows] == ["'=HYPERLINK(1)", "ginger"]
    for row, mark in zip(rows, drawn.marks, strict=True):
        assert [
            float(row[name]) for name in ("low_95", "share", "high_95", "prior_mean", "worst_case", "best_case")
        ] == [mark.drawn[name] for name in ("low", "mean", "high", "prior", "worst", "best")]


@pytest.mark.parametrize(
    ("counts", "texts", "bounded"),
    [
        ((0, 0, 0), [], False),
        ((8, 0, 0), ["8", "0 (0%)", "Not known yet"], False),
        ((8, 3, 2), ["8", "3 (38%)", "2"], False),
        ((20, 10, 6), ["20", "10 (50%)", "6 (60%)"], True),
        ((10, 10, 6), ["10", "10 (100%)", "6 (60%)"], False),
    ],
)
def test_the_funnel_says_no_share_below_five_answers(
    counts: tuple[int, int, int], texts: list[str], bounded: bool
) -> None:
    drawn = of_counts(funnel(*counts), en)
    assert [mark.drawn["text"] for mark in drawn.marks] == texts
    assert bool(drawn.empty) is not bool(texts)
    filed = [row["count"] for row in read(drawn.file())]
    assert filed == [text.split()[0].replace("Not", "") for text in texts], "what nobody has said is empty"
    assert any("worst" in mark.drawn for mark in drawn.marks) is bounded


def test_a_week_with_too_few_answers_has_no_number() -> None:
    known = Week(date(2026, 11, 16), 6, 10, 0.6, 0.31, 0.83, over=True)
    few = Week(date(2026, 11, 23), 1, 2, None, None, None, over=False)
    drawn = of_weeks((known, few), en)
    assert [mark.drawn["share"] for mark in drawn.marks] == [0.6, None]
    assert [mark.cells[1] for mark in drawn.marks] == ["60% (31%–83%)", "Too few answers"]
    assert [(row["answered"], row["share"], row["week_is_over"]) for row in read(drawn.file())] == [
        ("10", "0.6", "yes"),
        ("2", "", "no"),
    ]
    assert [mark.name for mark in of_weeks((known,), fa).marks] == ["۲۵ آبان"]
    assert of_weeks((), en).empty.startswith("Here you will see")


def signal(reported: int, ic: float, verdict: Signal, *, serious: int = 0, answered: int = 40) -> SignalView:
    """Make a side effect as the domain gives it."""
    return SignalView(
        item_id="ginger", item="ginger", term="nausea", reported=reported, serious=serious, answered=answered,
        others_reported=3, others_answered=400, expected=1.2, prr=2.0, chi2=4.5, ic=ic, ic025=ic - 1.0, verdict=verdict,
    )  # fmt: skip


def test_side_effects_stand_in_the_order_of_what_calls_for_a_look() -> None:
    weak, strong = signal(4, 0.4, Signal.NONE), signal(9, 2.0, Signal.SIGNAL)
    grave, rare = signal(3, 0.1, Signal.WATCH, serious=1), signal(2, 3.0, Signal.NONE)
    few = signal(3, 2.0, Signal.WATCH, answered=4)
    drawn = of_signals([("Ginger", "Nausea", one) for one in (weak, strong, grave, rare, few)], en)
    assert [mark.drawn["tier"] for mark in drawn.marks] == ["moderate", "early", "major", "plain"]
    assert [mark.drawn["serious"] for mark in drawn.marks] == [True, False, False, False]
    assert drawn.option["lines"] == [0]
    assert all(mark.drawn["low"] < mark.drawn["mean"] < mark.drawn["high"] for mark in drawn.marks[:1])
    assert of_signals([("Ginger", "Nausea", few)], en).empty.startswith("What was reported is in the table")


def test_ratios_are_drawn_where_there_are_any() -> None:
    view = PractitionerView(4, "Dr Who", 40, 30, 21, 20.0, 1.05, 0.8, 1.4, Tier.PLAIN)
    hidden = replace(view, practitioner_id=5, expected=None, ratio=None, low=None, high=None)
    drawn = of_ratios([hidden, view], en)
    assert [mark.key for mark in drawn.marks] == ["4"]
    assert (drawn.option["xAxis"]["type"], drawn.option["lines"]) == ("log", [1])
    assert of_ratios([hidden], en).empty


def test_the_reliability_diagram_has_a_mark_for_each_bin_with_its_count() -> None:
    bins = [Bin(first=0, last=0.4, predicted=0.25, improved=5, answered=20, low=0.1, high=0.5),
            Bin(first=0.4, last=1, predicted=0.75, improved=15, answered=20, low=0.5, high=0.9)]  # fmt: skip
    drawn = of_bins(bins, en)
    assert [(mark.drawn["predicted"], mark.drawn["share"], mark.drawn["text"]) for mark in drawn.marks] == [
        (0.25, 0.25, "20"),
        (0.75, 0.75, "20"),
    ]
    assert drawn.marks[1].cells == ("75% (40%–100%)", "75% (50%–90%)", "15 of 20")
    assert "۷۵٪" in of_bins(bins, fa).marks[1].says


async def test_an_answer_sends_its_mark_alone(house: House, visitor: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    answers(house, 2, 3, 7, 2, 2)
    leila = await visitor(house.leila)
    await leila.open("/effectiveness")
    chart = leila.the(Chart, "chart")
    before = chart.picture
    assert [mark.drawn["beside"] for mark in before.marks] == ["5 → 4"]
    sent: list[Any] = []
    monkeypatch.setattr(chart, "run_method", lambda *given: sent.append(given))
    submit(house.services, house.mina, house.diagnosis_id, FeedbackInput(rating=4, symptom=7))
    await eventually(lambda: sent, what="the mark")
    [(method, [mark], _words)] = sent
    assert (method, mark["beside"], mark["worst"]) == ("put", "6 → 4", round(4 / 6, 4))
    assert replace(chart.picture, marks=()) == replace(before, marks=())


async def test_a_fifth_answer_brings_the_row_into_the_chart(house: House, visitor: Visit) -> None:
    answers(house, 2, 3, 7, 2)
    leila = await visitor(house.leila)
    await leila.open("/effectiveness")
    chart = leila.the(Chart, "chart")
    assert chart.picture.empty.endswith("the one that is nearest has 4.")
    submit(house.services, house.mina, house.diagnosis_id, FeedbackInput(rating=4, symptom=7))
    await eventually(lambda: [mark.drawn["beside"] for mark in chart.picture.marks] == ["5 → 3"])
    funnel_chart, weeks_chart = leila.the(Chart, "funnel"), leila.the(Chart, "weeks")
    await eventually(lambda: [mark.drawn["count"] for mark in funnel_chart.picture.marks] == [5, 5, 3])
    assert weeks_chart.picture.marks[-1].drawn["answered"] == 5


async def test_the_file_of_a_chart_is_what_it_shows(house: House, visitor: Visit) -> None:
    effect = SideEffectInput(term="nausea")
    for _ in range(5):
        course = under_treatment(house.services, house.leila)
        given = FeedbackInput(rating=4, symptom=2, side_effects=[effect])
        submit(house.services, course.patient, course.diagnosis_id, given)
    leila = await visitor(house.leila)
    for by, name in (("", "low_95"), ("herb", "low_95"), ("effects", "ic025")):
        await leila.open(f"/effectiveness?by={by}")
        chart = leila.the(Chart, "chart")
        rows = await downloaded(leila, chart)
        assert [float(row[name]) for row in rows] == [mark.drawn["low"] for mark in chart.picture.marks] != []


async def test_many_rows_are_shown_a_stretch_at_a_time(
    house: House, visitor: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = tuple(cell(answered // 2, answered, number=answered) for answered in range(5, 305))

    def stretch(*given: Any) -> Stretch[CellView]:
        *_others, words, _language, first, most, weakest = given
        found = [] if words else list(many[::-1] if weakest else many)
        return Stretch(tuple(found[first : first + most]), len(found), 0, 0)

    monkeypatch.setattr(cell_views, "stretch", stretch)
    leila = await visitor(house.leila)
    await leila.open("/effectiveness")
    chart = leila.the(Chart, "chart")
    assert keys(chart) == list(range(5, 5 + MANY))
    leila.happen(chart, "look", [1, False])
    await eventually(lambda: keys(chart) == list(range(5 + MANY, 5 + 2 * MANY)))
    assert chart.picture.stretch is not None
    assert chart.picture.stretch.said == "13–24 of 300"
    leila.happen(chart, "look", [0, True])
    await eventually(lambda: keys(chart) == list(range(304, 304 - MANY, -1)))
    assert len(leila.page.elements) <= 100


def answers(house: House, *symptoms: int) -> None:
    """Let others with the same complaint answer."""
    for symptom in symptoms:
        course = under_treatment(house.services, house.leila)
        submit(house.services, course.patient, course.diagnosis_id, FeedbackInput(rating=4, symptom=symptom))


def keys(chart: Chart) -> list[int]:
    """Say which rows are shown."""
    return [int(mark.key) for mark in chart.picture.marks]


async def downloaded(one: Visitor, chart: Chart) -> list[dict[str, str]]:
    """Press a chart's button and read the file."""
    one.happen(chart, "csv")
    response = await one.user.download.next(timeout=30)
    return read(response.content)


def read(file: bytes) -> list[dict[str, str]]:
    """Read a file as a spreadsheet does."""
    assert file.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(file.decode("utf-8-sig"), newline="")))

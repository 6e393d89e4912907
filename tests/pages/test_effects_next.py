"""How what to improve next, and what is trending, is said."""

import pytest

from domain.improving import Cell, Silent, Step, Unsure, Watched, Worse
from domain.library import Knowledge
from domain.services import Services
from domain.statistics import Signal, Trend
from domain.trending import Change, Trending
from pages.effects.next import step_notes, trend_rows, trend_words
from pages.language import Language

en, fa = Language("en"), Language("fa")


@pytest.fixture
def knowledge(services: Services) -> Knowledge:
    """What comes with the program."""
    return services.library.shared.knowledge


def cell(prescribed: int, answered: int, *, silent: int = 0) -> Cell:
    return Cell("ginger", "ginger", "t-stcold", "Cold & wet", prescribed, answered, 3, 0.6, 0.7, 10.0, silent)


@pytest.mark.parametrize(
    ("step", "sentence", "href"),
    [
        (
            Watched("ginger", "ginger", "nausea", 6, 40, 0, Signal.SIGNAL),
            "Nausea was reported by 6 of 40: more often than chance explains. Look at the cases.",
            "/effectiveness?by=effects",
        ),
        (
            Watched("ginger", "ginger", "nausea", 4, 40, 0, Signal.WATCH),
            "Nausea was reported by 4 of 40: often enough to be watched.",
            "/effectiveness?by=effects",
        ),
        (
            Worse(cell(60, 60), usual=0.8),
            "At most 70% improved (upper end of the interval), 80% with the other herbs for it.",
            "/effectiveness?q=Cold%20%26%20wet",
        ),
        (
            Silent(cell(20, 8, silent=11)),
            "Of 20 patients 11 should have answered by now and have not said whether they improved.",
            "/effectiveness?by=patient&herb=ginger&condition=t-stcold",
        ),
        (
            Unsure(cell(40, 9), gain=0.1),
            "Prescribed 40 times and 9 answers known: the interval is 43 points wide, ten more answers would make it 35.",
            "/effectiveness?by=patient&herb=ginger&condition=t-stcold",
        ),
        (
            Unsure(cell(40, 4), gain=0.1),
            "Prescribed 40 times and 4 answers known: too few to show a share.",
            "/effectiveness?by=patient&herb=ginger&condition=t-stcold",
        ),
    ],
)
def test_each_step_has_its_reason_in_one_sentence_and_where_to_act(
    step: Step, sentence: str, href: str, knowledge: Knowledge
) -> None:
    [note] = step_notes([step], knowledge, en)
    assert (note["lines"], note["href"]) == ([sentence], href)
    [persian] = step_notes([step], knowledge, fa)
    assert persian["lines"] != note["lines"]
    assert persian["href"] == href


def test_only_what_holds_is_listed_and_the_others_are_counted() -> None:
    rising = Change("ginger", "ginger", Trend.RISING, (18, 20), (8, 20))
    falling = Change("clove", "clove", Trend.FALLING, (5, 20), (16, 20))
    steady = Change("fennel", "fennel", Trend.STEADY, (10, 20), (11, 20))
    seen = Trending((falling, rising, steady), insufficient=17)
    rows = trend_rows(seen, en)
    assert [row["key"] for row in rows] == ["clove", "ginger"]
    assert rows[1]["cells"]["trend"] == {"chip": "rising", "text": "Rising", "more": "+50 points"}
    assert rows[0]["cells"]["trend"]["more"] == "−55 points"
    assert rows[1]["cells"]["recent"] == {"text": "18 of 20 improved (90%)"}
    assert rows[1]["cells"]["before"] == {"text": "8 of 20 improved (40%)"}
    assert trend_words(seen, en) == (
        "What is listed holds after control for looking at many herbs (q = 0.10). 3 herbs were compared. "
        "17 herbs have too few answers in a window."
    )

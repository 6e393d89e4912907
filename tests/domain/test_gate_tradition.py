"""What a tradition advises against: advice beside the rest, never more than moderate."""

from dataclasses import replace
from typing import Any

import pytest

from domain.gate import Item, Outcome, Profile, Verdict, judge
from domain.knowledge import NameIndex
from storage.knowledge import Condition, Formula, Tradition
from tests.domain.small_knowledge import WRITTEN, contradiction, herb, knowledge

ADULT = Profile(age=40, pregnant=False, lactating=False)


def hot(key: str, degree: float, *, in_: str = "tcm", **more: Any) -> Any:
    return herb(key, qualities={in_: {"hot": degree}}, **more)


def condition(key: str, tradition: str, *qualities: str) -> Condition:
    return Condition(
        **{
            "id": key,
            "tradition": tradition,
            "names": {"en": key},
            "icd11": "",
            "supporting": {"tired": 1},
            "qualities": qualities,
            **WRITTEN,
        }
    )


def formula(key: str, *herbs: str) -> Formula:
    return Formula(
        **{
            "id": key,
            "tradition": "tcm",
            "names": {"en": (key,)},
            "herbs": herbs,
            "preparation": "decoction",
            **WRITTEN,
        }
    )


HERBS = (
    hot("ephedra", 3, tags=("sweating",)),
    hot("cinnamon", 2, tags=("sweating",)),
    hot("cardamom", 1),
    herb("peony"),
    herb("poria"),
    hot("saffron", 2, in_="avicenna"),
)
BASE = knowledge(
    herbs={one.id: one for one in HERBS},
    doses={},
    conditions={
        "heat": condition("heat", "tcm", "hot", "excess"),
        "cold": condition("cold", "tcm", "cold"),
        "garm": condition("garm", "avicenna", "hot"),
    },
    formulas={
        "warming": formula("warming", "ephedra", "cinnamon", "poria"),
        "balanced": formula("balanced", "ephedra", "peony"),
        "named": formula("named", "peony", "poria"),
    },
    contradictions=(
        contradiction("quality:hot", "quality:hot"),
        contradiction("tag:sweating", "finding:sweat"),
        contradiction("peony", "finding:pale_tongue", "minor"),
        contradiction("named", "condition:cold"),
    ),
)
NAMES = NameIndex(BASE)
CASES = [
    # item, state, verdict
    ("ephedra", {"patterns": ("heat",), "tradition": "tcm"}, "moderate"),
    ("cardamom", {"patterns": ("heat",), "tradition": "tcm"}, "minor"),  # hot in the first degree
    ("peony", {"patterns": ("heat",), "tradition": "tcm"}, "nothing_documented"),
    ("ephedra", {"patterns": ("cold",), "tradition": "tcm"}, "nothing_documented"),
    ("ephedra", {"patterns": ("garm",), "tradition": "tcm"}, "nothing_documented"),  # hot in another tradition
    ("ephedra", {"patterns": ("garm",), "tradition": "avicenna"}, "nothing_documented"),  # its heat is not known there
    ("saffron", {"patterns": ("garm",), "tradition": "avicenna"}, "moderate"),
    ("saffron", {"patterns": ("heat",), "tradition": "tcm"}, "nothing_documented"),
    ("ephedra", {"patterns": ("heat",)}, "nothing_documented"),  # no tradition, no qualities
    ("ephedra", {"findings": ("sweat",)}, "moderate"),
    ("ephedra", {"absent": ("sweat",)}, "nothing_documented"),
    ("peony", {"findings": ("pale_tongue",)}, "minor"),
    ("warming", {"patterns": ("heat",), "tradition": "tcm"}, "moderate"),  # two of three are hot
    ("balanced", {"patterns": ("heat",), "tradition": "tcm"}, "nothing_documented"),  # one of two
    ("balanced", {"findings": ("sweat",)}, "nothing_documented"),
    ("named", {"findings": ("pale_tongue",)}, "nothing_documented"),  # the row is about the herb by itself
    ("named", {"patterns": ("cold",), "tradition": "tcm"}, "moderate"),
]


def judged(key: str, **state: Any) -> Any:
    item = Item("formula" if key in BASE.formulas else "herb", key, key)
    return judge(item, replace(ADULT, **state), (), BASE, NAMES)


@pytest.mark.parametrize(("key", "state", "verdict"), CASES)
def test_the_advice(key: str, state: dict[str, Any], verdict: str) -> None:
    found = judged(key, **state)
    assert found.verdict == verdict
    assert {one.rule for one in found.documented} <= {"tradition"}


def test_it_is_worded_as_advice_of_its_tradition_with_its_source() -> None:
    [reason] = judged("ephedra", patterns=("heat",), tradition="tcm").reasons
    assert reason.message == "Ephedra (tcm advice): quality:hot is not for quality:hot."
    assert (reason.source, reason.about) == (("TEST:1",), ("ephedra", "quality:hot"))


def test_a_finding_recorded_both_ways_counts_and_is_pointed_at() -> None:
    found = judged("ephedra", findings=("sweat",), absent=("sweat",))
    assert found.verdict is Verdict.MODERATE
    [open_] = found.of(Outcome.NOT_COMPARABLE)
    assert open_.message == "sweat is recorded as present and as absent; Ephedra was checked as if it were present."


def test_the_traditions_are_those_that_a_profile_can_name() -> None:
    for tradition in (*Tradition, "", "another"):
        assert judged("saffron", patterns=("garm",), tradition=str(tradition)).reasons

"""The table of the gate over the knowledge base that is shipped: who takes what → verdict, the rule that speaks, its source.

The verdicts are those of the facts (``fact`` names the place), not of the program: a case that fails means that a row or a rule
is wrong, or that the fact has changed. ``says`` is the verdict of the case's own rule, ``verdict`` the worst of all.
"""

import csv
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from domain.gate import DoseLine, Item, Profile, judge
from domain.knowledge import NameIndex
from tests.support.shipped import shipped

REAL = shipped()
NAMES = NameIndex(REAL)
CASES = list(csv.DictReader(Path(__file__).with_name("gate_cases.csv").read_text(encoding="utf-8").splitlines()))
ADULT = Profile(age=40, pregnant=False, lactating=False)
LISTS = ("medicines", "conditions", "allergies", "findings", "patterns")


def dose_of(text: str) -> DoseLine | None:
    """Read "3 g/dose infusion times=4 days=14 dpm=20 part=root"."""
    if not text:
        return None
    found = re.fullmatch(r"(\S+) (\S+)/(day|dose) ([^=]+?)((?: \w+=.+)?)", text)
    assert found, text
    more = dict(re.findall(r"(\w+)=(.+?)(?= \w+=|$)", found[5]))
    return DoseLine(
        amount=float(found[1]),
        unit=found[2],
        per=found[3],
        preparation=found[4],
        part=more.get("part", ""),
        times_a_day=more.get("times", ""),
        duration_days=int(more["days"]) if "days" in more else None,
        drops_per_ml=float(more["dpm"]) if "dpm" in more else None,
    )


def item_of(text: str, dose: str = "", kind: str = "") -> Item:
    """Read an id, or a name as typed with a question mark behind it."""
    if text.endswith("?"):
        return Item(kind or "herb", None, text[:-1], dose_of(dose))
    return Item(kind or ("formula" if text in REAL.formulas else "herb"), text, text, dose_of(dose))


def state_of(text: str) -> tuple[Profile, list[Item]]:
    """Read "pregnant=2; medicines=a|b; beside=herb:x 3 g/day decoction"."""
    given: dict[str, Any] = {}
    beside: list[Item] = []
    for part in filter(None, (one.strip() for one in text.split(";"))):
        name, _, value = part.partition("=")
        if name in LISTS:
            given[name] = tuple(value.split("|"))
        elif name == "beside":
            kind, _, rest = value.partition(":")
            key, _, dose = (rest, "", "") if rest.endswith("?") else rest.partition(" ")
            beside.append(item_of(key, dose, kind))
        elif name == "age":
            given["age"] = None if value == "?" else int(value)
        elif name == "surgery":
            given["surgery_within_days"] = int(value)
        elif name == "pregnant":
            given |= {"pregnant": None} if value == "?" else {"pregnant": True, "trimester": int(value)}
        else:
            assert name == "lactating", part
            given["lactating"] = True
    return replace(ADULT, **given), beside


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['item']}-{case['dose']}-{case['state']}")
def test_the_case(case: dict[str, str]) -> None:
    profile, beside = state_of(case["state"])
    found = judge(item_of(case["item"], case["dose"]), profile, beside, REAL, NAMES)
    own = [one for one in found.reasons if one.rule == case["rule"] and one.verdict == case["says"]]
    reasons = "\n".join(f"{one.verdict} {one.rule} {one.source} {one.message}" for one in found.reasons)
    assert found.verdict == case["verdict"], f"{case['fact']}\n{reasons}"
    assert any(not case["source"] or case["source"] in one.source for one in own), f"{case['fact']}\n{reasons}"


def test_the_table_is_spread_over_the_rules() -> None:
    rules = Counter(case["rule"] for case in CASES)
    assert len(CASES) >= 170
    assert {case["says"] for case in CASES if case["rule"] == "herb_drug"} == {"block", "major", "moderate", "minor"}
    assert rules["stacking"] >= 20
    assert rules["population"] + rules["first_trimester"] + rules["child_dose"] + rules["surgery"] >= 30
    assert sum("allergies=" in case["state"] for case in CASES) >= 15
    assert sum(bool(case["dose"]) for case in CASES) >= 20
    assert rules["identity"] + rules["regulated"] >= 15
    assert sum(case["verdict"] == "unknown" for case in CASES) >= 10
    assert sum(case["item"] in REAL.formulas for case in CASES) >= 10

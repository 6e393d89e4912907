"""Laws of the gate, over the knowledge base that is shipped and over the small one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.gate import (
    DoseLine,
    Item,
    Judgement,
    Outcome,
    Profile,
    Verdict,
    badness,
    collapse,
    judge,
    regimen,
)
from domain.knowledge import NameIndex
from storage.knowledge import Knowledge
from tests.domain import small_knowledge
from tests.support.shipped import shipped


@dataclass(frozen=True)
class Base:
    """A knowledge base with what can be drawn from it."""

    knowledge: Knowledge
    names: NameIndex
    items: st.SearchStrategy[Item]
    profiles: st.SearchStrategy[Profile]
    more: dict[str, st.SearchStrategy[str]]

    def judged(self, item: Item, profile: Profile, beside: Sequence[Item]) -> Judgement:
        found = judge(item, profile, beside, self.knowledge, self.names)
        assert not any(one.rule == "gate_failed" for one in found.reasons), "the gate itself has a fault"
        return found


def base_of(knowledge: Knowledge) -> Base:
    lines = st.builds(
        DoseLine,
        amount=st.floats(0.01, 60),
        unit=st.sampled_from(["g", "mg", "mL", "drops"]),
        per=st.sampled_from(["day", "dose"]),
        preparation=st.sampled_from(["decoction", "powder", "infusion", "extract"]),
        times_a_day=st.sampled_from(["", "2", "2-3"]),
        duration_days=st.none() | st.integers(1, 60),
        drops_per_ml=st.none() | st.just(20.0),
    )
    herbs = st.builds(
        lambda one, dose: Item("herb", one, one, dose), st.sampled_from(sorted(knowledge.herbs)), st.none() | lines
    )
    formulas = st.builds(lambda one: Item("formula", one, one), st.sampled_from(sorted(knowledge.formulas)))
    typed = st.builds(
        lambda name: Item("herb", None, name),
        st.sampled_from(["Mu tong", "zhi gan cao", "Qqqq", "licorice", "sheng fu zi"]),
    )
    drugs = sorted(drug.names[0] for drug in knowledge.drugs.values())
    populations = sorted({row.population for row in knowledge.cautions})
    more = {
        "medicines": st.sampled_from(
            [*drugs, "blood thinner", "SSRI", "warfrin", "garlic capsules", "losartan + aspirin"]
        ),
        "conditions": st.sampled_from([*populations, "بیماری کلیه", "no kidney disease", "Qqqq", "first trimester"]),
        "allergies": st.sampled_from(["ragweed", "peanut", "celery", "licorice", "Qqqq", "penicillin"]),
        "findings": st.sampled_from(sorted(knowledge.findings)),
        "patterns": st.sampled_from(sorted(knowledge.conditions)),
    }
    lists: dict[str, Any] = {name: st.lists(one, max_size=2).map(tuple) for name, one in more.items()}
    profiles = st.builds(
        Profile,
        age=st.none() | st.integers(0, 90),
        pregnant=st.none() | st.booleans(),
        lactating=st.none() | st.booleans(),
        surgery_within_days=st.none() | st.integers(0, 30),
        trimester=st.none() | st.integers(1, 3),
        tradition=st.sampled_from(["", "tcm", "avicenna", "ayurveda"]),
        **lists,
    )
    return Base(knowledge, NameIndex(knowledge), st.one_of(herbs, formulas, typed), profiles, more)


SMALL = small_knowledge.knowledge(
    contradictions=(
        small_knowledge.contradiction("ginger", "finding:red_tongue"),
        small_knowledge.contradiction("tag:antiplatelet", "condition:yin"),
    )
)
BASES = {"real": base_of(shipped()), "small": base_of(SMALL)}
ON_BOTH = pytest.mark.parametrize("name", BASES)


@ON_BOTH
@given(data=st.data())
def test_adding_something_never_lowers_a_verdict(name: str, data: st.DataObject) -> None:
    base = BASES[name]
    item, profile = data.draw(base.items), data.draw(base.profiles)
    beside = data.draw(st.lists(base.items, max_size=2))
    before = badness(base.judged(item, profile, beside).verdict)
    what = data.draw(st.sampled_from([*base.more, "beside", "pregnant", "lactating", "trimester", "surgery"]))
    plan, fuller = beside, profile
    if what == "beside":
        plan = [*beside, data.draw(base.items)]
    elif what == "surgery":
        fuller = replace(profile, surgery_within_days=1)
    elif what == "trimester":
        fuller = replace(profile, trimester=1)
    elif what in ("pregnant", "lactating"):
        change: dict[str, Any] = {what: True}
        fuller = profile if getattr(profile, what) is None else replace(profile, **change)
    else:
        change = {what: (*getattr(profile, what), data.draw(base.more[what]))}
        fuller = replace(profile, **change)
    assert badness(base.judged(item, fuller, plan).verdict) >= before


@ON_BOTH
@given(data=st.data())
def test_order_never_matters_nor_do_repeats(name: str, data: st.DataObject) -> None:
    base = BASES[name]
    item, profile = data.draw(base.items), data.draw(base.profiles)
    beside = data.draw(st.lists(base.items, max_size=2))
    other_order: dict[str, Any] = {one: tuple(data.draw(st.permutations(getattr(profile, one)))) for one in base.more}
    turned = replace(profile, **other_order)
    plan = data.draw(st.permutations(beside))
    found = base.judged(item, profile, beside)
    assert base.judged(item, turned, plan) == found
    assert [one.key for one in base.judged(item, turned, plan).reasons] == [one.key for one in found.reasons]
    assert regimen(turned, plan, item) == regimen(profile, beside, item)
    twice = replace(profile, medicines=profile.medicines * 2, conditions=profile.conditions * 2)
    assert base.judged(item, twice, beside) == found


@ON_BOTH
@given(data=st.data())
def test_outcomes_are_never_mixed_up(name: str, data: st.DataObject) -> None:
    base = BASES[name]
    found = base.judged(data.draw(base.items), data.draw(base.profiles), data.draw(st.lists(base.items, max_size=2)))
    for reason in found.reasons:
        assert reason.mechanism
        assert reason.about
        assert reason.about == tuple(sorted(reason.about))
        assert "safe" not in reason.message.casefold()
        if reason.verdict is Verdict.UNKNOWN:
            assert reason.outcome not in (Outcome.DOCUMENTED_HARM, Outcome.NOTHING_DOCUMENTED)
        if reason.verdict is Verdict.NOTHING_DOCUMENTED:
            assert reason.outcome in (Outcome.NOTHING_DOCUMENTED, Outcome.NOT_APPLICABLE, Outcome.READ_AS_ABSENT)
        if reason.outcome is Outcome.DOCUMENTED_HARM:
            assert reason.verdict not in (Verdict.UNKNOWN, Verdict.NOTHING_DOCUMENTED)
            assert reason.source or reason.rule == "allergy"  # to the herb itself: the patient's own word
    assert set(found.unchecked) == {one for one in found.reasons if one.verdict is Verdict.UNKNOWN}
    assert bool(found.of(Outcome.NOTHING_DOCUMENTED)) is (found.verdict is Verdict.NOTHING_DOCUMENTED)


@ON_BOTH
@given(data=st.data())
def test_what_is_shown_holds_every_reason(name: str, data: st.DataObject) -> None:
    base = BASES[name]
    found = base.judged(data.draw(base.items), data.draw(base.profiles), data.draw(st.lists(base.items, max_size=2)))
    keys = data.draw(st.sets(st.sampled_from([one.key for one in found.reasons])))
    shown = collapse(found.reasons, keys)
    assert {one for row in (*shown.rows, *shown.folded) for one in row.reasons} == set(found.reasons)
    assert collapse(found.reasons, ()) == collapse(reversed(found.reasons), {"nothing|like|this"})
    if badness(found.verdict) >= badness(Verdict.MAJOR):
        assert shown.rows[0].verdict is found.verdict


@given(data=st.data())
def test_more_is_never_better_above_the_minimum(data: st.DataObject) -> None:
    base = BASES["real"]
    key = data.draw(st.sampled_from(sorted(set(base.knowledge.doses) & set(base.knowledge.herbs))))
    row = data.draw(st.sampled_from(base.knowledge.doses[key]))
    profile = data.draw(base.profiles)
    small = data.draw(
        st.floats(row.max, row.max * 5)
    )  # not below the minimum of any other row that it is compared with
    more = data.draw(st.floats(1, 5))
    verdicts = [
        base.judged(
            Item("herb", key, key, DoseLine(amount, row.unit, row.per, row.preparation, row.part)), profile, ()
        ).verdict
        for amount in (small, small * more)
    ]
    below = any(one.min > small for one in base.knowledge.doses[key] if one.preparation == row.preparation)
    assert badness(verdicts[1]) >= badness(verdicts[0]) or below


@ON_BOTH
@given(data=st.data())
def test_what_nobody_has_recorded_is_never_better_than_a_no(name: str, data: st.DataObject) -> None:
    """Not asked is not "no": an unknown never lowers a verdict against the most harmless answer, nor a yes against a no."""
    base = BASES[name]
    item, profile = data.draw(base.items), data.draw(base.profiles)
    beside = data.draw(st.lists(base.items, max_size=2))
    what = data.draw(st.sampled_from(["pregnant", "lactating", "trimester", "surgery_within_days", "age"]))
    harmless: dict[str, Any] = {
        "pregnant": False, "lactating": False, "trimester": 2, "surgery_within_days": None, "age": 40,
    }  # fmt: skip
    change: dict[str, Any] = {what: harmless[what]}
    answered = base.judged(item, replace(profile, **change), beside)
    nobody: dict[str, Any] = {what: None}
    open_ = base.judged(item, replace(profile, **nobody), beside)
    assert badness(open_.verdict) >= badness(answered.verdict)
    if what in ("pregnant", "lactating"):
        yes: dict[str, Any] = {what: True}
        assert badness(base.judged(item, replace(profile, **yes), beside).verdict) >= badness(answered.verdict)


@ON_BOTH
@given(data=st.data())
def test_a_harm_of_the_plan_outlives_whatever_is_added_to_it(name: str, data: st.DataObject) -> None:
    """Not only the worst: each reason from moderate on is there still, as bad as it was, under its key or a wider one."""
    base = BASES[name]
    item, profile = data.draw(base.items), data.draw(base.profiles)
    beside = data.draw(st.lists(base.items, max_size=2))
    plan = data.draw(st.permutations([*beside, data.draw(base.items)]))
    after = base.judged(item, profile, plan).reasons
    for one in base.judged(item, profile, beside).reasons:
        if badness(one.verdict) >= badness(Verdict.MODERATE):
            assert any(
                other.rule == one.rule
                and other.mechanism == one.mechanism
                and set(one.about) <= set(other.about)
                and badness(other.verdict) >= badness(one.verdict)
                for other in after
            ), one


@given(data=st.data())
def test_a_dose_line_that_says_less_is_not_judged_better_than_the_worst_reading(data: st.DataObject) -> None:
    """A line without its preparation is compared with every documented one: it is above where it is above all of them."""
    base = BASES["real"]
    key = data.draw(st.sampled_from(sorted(set(base.knowledge.doses) & set(base.knowledge.herbs))))
    rows = [row for row in base.knowledge.doses[key] if row.age == "adult" and row.per == "day"]
    if not rows:
        return
    row = data.draw(st.sampled_from(rows))
    profile = replace(data.draw(base.profiles), age=40)
    amount = data.draw(st.floats(2.01, 10)) * max(one.max for one in base.knowledge.doses[key] if one.unit == row.unit)
    found = base.judged(Item("herb", key, key, DoseLine(amount, row.unit, "day", "")), profile, ())
    assert badness(found.verdict) >= badness(Verdict.MAJOR)

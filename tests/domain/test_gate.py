from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.gate import DoseLine, Item, Judgement, Profile, Verdict, badness, judge, worst
from tests.domain.small_knowledge import KNOWLEDGE, NAMES

ADULT = Profile(age=40, pregnant=False, lactating=False)


def line(amount: float, **more: object) -> DoseLine:
    plain = {"unit": "g", "per": "day", "preparation": "decoction", "part": "root", "route": "oral"}
    return DoseLine(amount=amount, **{**plain, **more})  # type: ignore[arg-type]


def herb(key: str, dose: DoseLine | None = None) -> Item:
    return Item("herb", key, key.capitalize(), dose)


def formula(key: str) -> Item:
    return Item("formula", key, key.capitalize())


def judged(item: Item, profile: Profile = ADULT, *beside: Item) -> Judgement:
    return judge(item, profile, beside, KNOWLEDGE, NAMES)


def test_the_order_of_verdicts() -> None:
    assert list(Verdict) == sorted(Verdict, key=badness, reverse=True)
    assert worst([Verdict.MINOR, Verdict.UNKNOWN]) is Verdict.UNKNOWN
    assert worst([Verdict.UNKNOWN, Verdict.MODERATE]) is Verdict.MODERATE
    assert worst([]) is Verdict.NOTHING_DOCUMENTED


DOSE_CASES = [
    # item, dose line, verdict, rule
    ("licorice", line(2), "nothing_documented", "nothing_documented"),
    ("licorice", line(10), "nothing_documented", "nothing_documented"),
    ("licorice", line(10.5), "major", "dose"),
    ("licorice", line(20), "major", "dose"),
    ("licorice", line(20.1), "block", "dose"),
    ("licorice", line(1), "minor", "dose"),
    ("licorice", line(5000, unit="mg"), "nothing_documented", "nothing_documented"),
    ("licorice", line(11000, unit="mg"), "major", "dose"),
    ("licorice", line(5, unit="mL"), "unknown", "dose"),  # grams and millilitres are not compared
    ("licorice", line(5, preparation="powder"), "unknown", "dose"),  # no dose of the powder is documented
    ("licorice", line(5, part="leaf"), "unknown", "dose"),
    ("licorice", line(5, route="topical"), "unknown", "dose"),
    ("licorice", line(5, part=""), "nothing_documented", "nothing_documented"),
    ("kelp", line(5), "unknown", "dose"),  # nothing documented at all
    ("ginger", line(2.5), "major", "dose"),  # above one source, below the other
    ("ginger", line(5), "major", "dose"),  # twice one source, within the other: the sources disagree
    ("ginger", line(21), "block", "dose"),  # twice both
    ("ginger", line(500, unit="mg", per="dose", preparation="extract"), "nothing_documented", "nothing_documented"),
    ("ginger", line(3, preparation="extract"), "nothing_documented", "nothing_documented"),  # 3 times 1,000 mg
    ("ginger", line(4, preparation="extract"), "major", "dose"),
    ("licorice", line(6, per="dose"), "unknown", "dose"),  # how often a day?
    ("licorice", line(6, per="dose", times_a_day="2"), "major", "dose"),
    ("licorice", line(11, per="dose"), "major", "dose"),  # one dose is too much already
]


@pytest.mark.parametrize(("key", "dose", "verdict", "rule"), DOSE_CASES)
def test_the_dose_range(key: str, dose: DoseLine, verdict: str, rule: str) -> None:
    found = judged(herb(key, dose))
    assert (found.verdict, found.reasons[0].rule) == (verdict, rule)


def test_a_dose_that_sources_disagree_about_names_the_one_it_breaks() -> None:
    [above, *_] = judged(herb("ginger", line(5))).reasons
    assert above.source == ("EMA:ginger",)
    assert "EMA:ginger" not in above.message, "where it comes from stands beside the sentence"


@pytest.mark.parametrize(
    ("age", "key", "dose", "verdict"),
    [
        (40, "chamomile", line(3, per="dose", preparation="infusion", duration_days=14), "nothing_documented"),
        (8, "chamomile", line(1, per="dose", preparation="infusion", duration_days=7), "minor"),  # the caution only
        (8, "chamomile", line(3, per="dose", preparation="infusion", duration_days=7), "major"),
        (8, "chamomile", line(3.1, per="dose", preparation="infusion", duration_days=7), "block"),
        (3, "chamomile", line(1, per="dose", preparation="infusion", duration_days=7), "block"),  # none for three years
        (8, "licorice", line(2), "block"),  # adults only
        (8, "licorice", None, "block"),
        (8, "kelp", None, "block"),
        (11, "licorice", line(2), "block"),
        (12, "licorice", line(2), "unknown"),  # the range of adults, and it says so
        (18, "licorice", line(2), "nothing_documented"),
        (None, "licorice", line(2), "nothing_documented"),
        (None, "chamomile", line(3, per="dose", preparation="infusion", duration_days=7), "unknown"),
    ],
)
def test_the_dose_by_age(age: int | None, key: str, dose: DoseLine | None, verdict: str) -> None:
    assert judged(herb(key, dose), replace(ADULT, age=age)).verdict == verdict


@pytest.mark.parametrize(("days", "verdict"), [(14, "nothing_documented"), (15, "moderate"), (None, "unknown")])
def test_the_length(days: int | None, verdict: str) -> None:
    dose = line(3, per="dose", preparation="infusion", duration_days=days)
    assert judged(herb("chamomile", dose)).verdict == verdict


def test_the_total_over_the_items_of_a_plan() -> None:
    found = judged(herb("licorice", line(6)), ADULT, herb("licorice", line(6000, unit="mg")))
    assert (found.verdict, found.reasons[0].rule) == ("major", "cumulative_dose")
    assert "12 g" in found.reasons[0].message
    thrice = judged(herb("licorice", line(8)), ADULT, herb("licorice", line(8)), herb("licorice", line(8)))
    assert thrice.verdict == "block"
    assert judged(herb("licorice", line(4)), ADULT, herb("licorice", line(6))).verdict == "nothing_documented"


def test_a_herb_that_is_also_in_a_formula_cannot_be_added_up() -> None:
    found = judged(herb("licorice", line(6)), ADULT, formula("four"))
    assert [reason.rule for reason in found.reasons if reason.verdict is Verdict.UNKNOWN] == ["cumulative_dose"]


IDENTITY_CASES = [
    (Item("herb", None, "Mu Tong"), "block", ("Mutong", "Guanmutong", "can mean")),
    (Item("herb", None, "mu-tóng"), "block", ("Mutong",)),
    (Item("herb", None, "Licorise"), "unknown", ("did you mean Licorice",)),
    (Item("herb", None, "Aconit"), "block", ("may mean", "regulated")),
    (Item("herb", None, "Qqqqqq"), "unknown", ("not in the knowledge base",)),
    (Item("herb", "no-such-id", "Nothing"), "unknown", ("not in the knowledge base",)),
    (Item("herb", None, "Poria"), "nothing_documented", ()),
    (Item("formula", None, "four decoction"), "major", ("Ginger",)),
    (Item("formula", "gap", "Gap"), "unknown", ("unheard-of",)),
    (Item("herb", "aconite", "Aconite", line(3)), "block", ("regulated",)),
]


@pytest.mark.parametrize(("item", "verdict", "words"), IDENTITY_CASES)
def test_identity(item: Item, verdict: str, words: tuple[str, ...]) -> None:
    profile = replace(ADULT, medicines=("warfarin",)) if item.kind == "formula" and item.id is None else ADULT
    found = judged(item, profile)
    assert found.verdict == verdict
    text = " ".join(reason.message for reason in found.reasons)
    assert all(word in text for word in words)


def test_a_regulated_herb_shows_no_dose() -> None:
    found = judged(herb("aconite", line(300)))
    assert {reason.rule for reason in found.reasons} == {"regulated"}
    assert not any(character.isdigit() for reason in found.reasons for character in reason.message)


MEDICINE_CASES = [
    ("danshen", "warfarin", "block", "Danshen with Warfarin: Bleeding, the INR rises."),
    ("danshen", "Warfarin 5 mg daily", "block", "Danshen with Warfarin"),
    ("danshen", "وارفارین ۵ میلی‌گرم", "block", "Danshen with Warfarin"),
    ("danshen", "warfrin", "block", "Danshen with Warfarin"),
    ("poria", "Qqqqqq", "unknown", "not recognised"),
    ("valerian", "sertraline", "minor", "Drowsiness"),  # by its class
    ("valerian", "SSRI", "unknown", "names a class"),  # documented for the class; which one it is stays open
    ("ginger", "warfarin", "major", "anticoagulant and antiplatelet"),  # by mechanism
    ("valerian", "diazepam", "moderate", "sedative"),
    ("danshen", "ginger", "major", "antiplatelet"),  # a herb among the medicines
    ("poria", "mu tong", "unknown", "can mean"),  # ambiguous among herbs
    ("poria", "paracetamol", "nothing_documented", "Nothing is documented"),
]


@pytest.mark.parametrize(("key", "medicine", "verdict", "words"), MEDICINE_CASES)
def test_medicines(key: str, medicine: str, verdict: str, words: str) -> None:
    found = judged(herb(key), replace(ADULT, medicines=(medicine,)))
    assert found.verdict == verdict
    assert words in found.reasons[0].message


@pytest.mark.parametrize(("one", "other"), [("licorice", "kelp"), ("pinellia", "aconite"), ("danshen", "ginger")])
def test_herbs_beside_each_other_in_both_directions(one: str, other: str) -> None:
    for first, second in ((one, other), (other, one)):
        rules = {reason.rule for reason in judged(herb(first), ADULT, herb(second)).reasons}
        assert rules & {"herb_herb", "stacking"}


def test_a_formula_is_judged_by_its_herbs_and_by_what_they_do_together() -> None:
    assert judged(formula("four")).verdict == "nothing_documented"
    clash = judged(formula("clash"))
    assert {reason.rule for reason in clash.reasons} == {"herb_herb", "regulated"}
    assert judged(formula("calm"), replace(ADULT, age=70)).verdict == "moderate"
    beside = judged(formula("four"), ADULT, herb("kelp"))
    assert beside.verdict == "major"


PEOPLE_CASES = [
    ("danshen", {"pregnant": True}, "major"),
    ("danshen", {"pregnant": None}, "unknown"),  # a serious caution, and nobody asked
    ("poria", {"pregnant": True, "trimester": 2}, "minor"),
    ("poria", {"pregnant": True}, "unknown"),  # it may be the first
    ("poria", {"pregnant": True, "trimester": 1}, "block"),
    ("poria", {"pregnant": None}, "nothing_documented"),
    ("kelp", {"pregnant": True}, "unknown"),  # nothing documented in pregnancy is not nothing to fear
    ("ginger", {"lactating": True}, "moderate"),
    ("kelp", {"lactating": True}, "unknown"),
    ("licorice", {"conditions": ("kidney",)}, "major"),
    ("licorice", {"conditions": ("Chronic kidney disease",)}, "major"),
    ("licorice", {"conditions": ("renal failure",)}, "major"),
    ("licorice", {"conditions": ("liver",)}, "nothing_documented"),
    ("licorice", {"conditions": ("Qqqq",)}, "unknown"),
    ("valerian", {"age": 64}, "nothing_documented"),
    ("valerian", {"age": 65}, "moderate"),
    ("danshen", {"surgery_within_days": 14}, "major"),
    ("danshen", {"surgery_within_days": 15}, "nothing_documented"),
    ("poria", {"surgery_within_days": 3}, "moderate"),  # stop whatever is not essential
    ("chamomile", {"age": 15}, "minor"),
    ("chamomile", {"allergies": ("chamomile",)}, "block"),
    ("chamomile", {"allergies": ("Asteraceae",)}, "major"),
    ("chamomile", {"allergies": ("ragweed pollen",)}, "major"),
    ("licorice", {"allergies": ("peanuts",)}, "major"),
    ("licorice", {"allergies": ("ragweed",)}, "nothing_documented"),
    ("licorice", {"allergies": ("Sertraline",)}, "nothing_documented"),
    ("licorice", {"allergies": ("penicillin", "house dust mites")}, "nothing_documented"),
    ("licorice", {"allergies": ("Qqqq",)}, "unknown"),
    ("mutong", {"allergies": ("mu tong",)}, "block"),
]


@pytest.mark.parametrize(("key", "state", "verdict"), PEOPLE_CASES)
def test_people(key: str, state: dict[str, object], verdict: str) -> None:
    assert judged(herb(key), replace(ADULT, **state)).verdict == verdict  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["diet", "lifestyle", "protocol"])
def test_advice_is_not_checked_and_says_so(kind: str) -> None:
    found = judged(Item(kind, "walk", "A walk"), replace(ADULT, pregnant=True))
    assert found.verdict == "nothing_documented"
    assert "not checked" in found.reasons[0].message


def test_something_unidentified_in_the_plan_leaves_a_question() -> None:
    assert judged(herb("poria"), ADULT, Item("herb", None, "Mu Tong")).verdict == "unknown"


# --- laws ---

ITEMS = st.one_of(
    st.builds(herb, st.sampled_from(sorted(KNOWLEDGE.herbs)), st.none() | st.builds(line, st.floats(0.1, 40))),
    st.builds(formula, st.sampled_from(sorted(KNOWLEDGE.formulas))),
    st.builds(Item, st.just("herb"), st.none(), st.sampled_from(["Mu Tong", "Qqqq", "Poria"])),
    st.just(Item("diet", "soup", "Soup")),
)
MEDICINES = st.sampled_from(["warfarin", "sertraline", "diazepam 5 mg", "SSRI", "Qqqq", "warfrin", "ginger", "mu tong"])
CONDITIONS = st.sampled_from(["kidney", "liver", "diabetes", "renal failure", "Qqqq"])
ALLERGIES = st.sampled_from(["ragweed", "chamomile", "Fabaceae", "mu tong", "Qqqq", "warfarin"])
PROFILES = st.builds(
    Profile,
    age=st.none() | st.integers(0, 100),
    pregnant=st.none() | st.booleans(),
    lactating=st.none() | st.booleans(),
    allergies=st.lists(ALLERGIES, max_size=2).map(tuple),
    conditions=st.lists(CONDITIONS, max_size=2).map(tuple),
    medicines=st.lists(MEDICINES, max_size=3).map(tuple),
    surgery_within_days=st.none() | st.integers(0, 30),
)
PLANS = st.lists(ITEMS, max_size=3)


@given(item=ITEMS, profile=PROFILES, beside=PLANS, data=st.data())
def test_adding_something_never_lowers_a_verdict(
    item: Item, profile: Profile, beside: list[Item], data: st.DataObject
) -> None:
    before = judged(item, profile, *beside).verdict
    more = [
        (replace(profile, medicines=(*profile.medicines, data.draw(MEDICINES))), beside),
        (replace(profile, conditions=(*profile.conditions, data.draw(CONDITIONS))), beside),
        (replace(profile, allergies=(*profile.allergies, data.draw(ALLERGIES))), beside),
        (profile, [*beside, data.draw(ITEMS)]),
    ]
    for fuller, plan in more:
        assert badness(judged(item, fuller, *plan).verdict) >= badness(before)


@given(item=ITEMS, profile=PROFILES, beside=PLANS, data=st.data())
def test_order_never_matters(item: Item, profile: Profile, beside: list[Item], data: st.DataObject) -> None:
    turned = replace(
        profile,
        medicines=tuple(data.draw(st.permutations(profile.medicines))),
        conditions=tuple(data.draw(st.permutations(profile.conditions))),
        allergies=tuple(data.draw(st.permutations(profile.allergies))),
    )
    assert judged(item, turned, *data.draw(st.permutations(beside))) == judged(item, profile, *beside)


@given(item=ITEMS, profile=PROFILES, beside=PLANS)
def test_every_judgement_has_its_reasons(item: Item, profile: Profile, beside: list[Item]) -> None:
    found = judged(item, profile, *beside)
    assert found.reasons[0].verdict is found.verdict
    for reason in found.reasons:
        assert "safe" not in reason.message.casefold()
        assert reason.message[-1] in ".?"
        assert reason.message.count("\n") == 0


@given(profile=PROFILES, beside=PLANS, small=st.floats(0.1, 40), more=st.floats(0, 40))
def test_a_larger_dose_is_never_less_than_minor_worse(
    profile: Profile, beside: list[Item], small: float, more: float
) -> None:
    low, high = (judged(herb("licorice", line(amount)), profile, *beside).verdict for amount in (small, small + more))
    # A dose below the range is minor and one within it is not: only that step may lower the verdict.
    assert badness(high) >= badness(low) or low is Verdict.MINOR

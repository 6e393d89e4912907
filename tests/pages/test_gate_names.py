"""A Persian sentence of the gate names what the English one is about: nothing else, and nothing less."""

import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest

from domain.gate import DoseLine, GateReason, Item, Outcome, Profile, Verdict, judge_for, meet
from domain.gate.naming import called, formula_name
from domain.knowledge import Ambiguous, NameIndex, fold
from domain.library import Knowledge
from pages.gate_names import names_said
from pages.gate_words import FORMS, gate_sentence
from pages.language import Language
from tests.support.shipped import shipped

KNOWLEDGE, FA = shipped(), Language("fa")
NAMES = NameIndex(KNOWLEDGE)
SAID = names_said(KNOWLEDGE, FA)
ENGLISH_OF = {
    **{f"class:{one}": one.replace("_", " ") for row in KNOWLEDGE.drugs.values() for one in row.classes},
    **{id_: row.names[0] for id_, row in KNOWLEDGE.drugs.items()},
    **{id_: formula_name(row) for id_, row in KNOWLEDGE.formulas.items()},
    **{id_: called(row) for id_, row in KNOWLEDGE.herbs.items()},
}
"""What takes part in a reason, by its id → its name in English."""
TYPED = re.compile("\u2068[^\u2069]*\u2069")
NAMED = re.compile(
    r"(?<![\w\u200c])(?:"
    + "|".join(re.escape(one) for one in sorted(SAID.things.values(), key=len, reverse=True))
    + r")(?![\w\u200c])"
)
ROWS_SPEAK = {"regulated", "herb_drug", "herb_herb", "stacking", "population", "tradition"}
"""Rules whose sentences end with what a row says of harm, after a colon."""
ALWAYS = [FA(text).rpartition("{things}")[2] for text in FORMS["first_trimester"]]
"""It names two herbs that are always the same."""
SAMPLED = 240


def shared_names() -> list[str]:
    """Name the herbs that share their Persian name with another."""
    of: dict[str, list[str]] = {}
    for id_, herb in KNOWLEDGE.herbs.items():
        of.setdefault(next(iter(herb.names.get("fa", ())), id_), []).append(id_)
    return [one for ids in of.values() if len(ids) > 1 for one in ids]


def reasons() -> Iterator[tuple[Item, GateReason]]:
    """Judge a fixed choice of herbs and formulas beside others, with medicines, for patients of all kinds."""
    chance = random.Random(45)
    herbs, formulas, drugs = [*KNOWLEDGE.herbs], [*KNOWLEDGE.formulas], [*KNOWLEDGE.drugs.values()]
    shared = shared_names()
    for at in range(SAMPLED):
        ids = [chance.choice(shared if at % 4 == 0 else herbs), *chance.sample(shared + herbs, 2)]
        items = [Item("herb", one, one) for one in ids]
        if at % 5 == 0:
            items.insert(chance.randint(0, 1), Item("formula", one := chance.choice(formulas), one))
        dose = DoseLine(chance.choice((0.001, 5, 90000)), chance.choice(("g", "mg", "mL")), "day", "", duration_days=99)
        profile = Profile(
            age=chance.choice((None, 5, 15, 40, 70)),
            pregnant=chance.choice((None, True)),
            trimester=chance.choice((None, 1)),
            conditions=("liver", "no diabetes", "an unheard one"),
            allergies=("ragweed", "felt", called(KNOWLEDGE.herbs[ids[0]])),
            medicines=(*(one.names[0] for one in chance.sample(drugs, 6)), "blood thinner"),
            surgery_within_days=chance.choice((None, 3)),
            findings=tuple(KNOWLEDGE.findings),
            absent=tuple(chance.sample([*KNOWLEDGE.findings], 9)),
            patterns=tuple(KNOWLEDGE.conditions),
            tradition=chance.choice(("tcm", "avicenna", "ayurveda", "")),
        )
        item = replace(items[0], dose=dose)
        for reason in judge_for(meet(profile, KNOWLEDGE, NAMES), item, items[1:], KNOWLEDGE, NAMES).reasons:
            yield item, reason


def named_in(reason: GateReason, sentence: str) -> set[str]:
    """Read the names back from a Persian sentence: around what is typed, what is fixed and what a row says of harm."""
    if reason.rule in ROWS_SPEAK and reason.outcome is not Outcome.READ_AS_ABSENT:
        sentence = sentence.partition(": ")[0]
    for part in ALWAYS:
        sentence = sentence.removesuffix(part)
    sentence = TYPED.sub(" ", sentence)
    return set(NAMED.findall(sentence))


def about(item: Item, reason: GateReason) -> set[str]:
    ids = {one for one in reason.about if one in ENGLISH_OF}
    if reason.rule == "tradition":  # it is about a finding and all herbs of a formula, and names the formula
        ids = {str(item.id)}
    return {SAID.things[ENGLISH_OF[one]] for one in ids}


def test_no_two_things_have_one_persian_name() -> None:
    assert len(shared_names()) >= 13
    folded = {fold(said) for said in SAID.things.values()}
    assert len(folded) == len(SAID.things) == len(set(ENGLISH_OF.values()))


def test_a_persian_sentence_names_what_the_reason_is_about() -> None:
    seen: dict[tuple[str, str], tuple[Item, GateReason]] = {}
    for item, reason in reasons():
        seen.setdefault((reason.rule, reason.message), (item, reason))
    rules = {rule for rule, _ in seen}
    assert rules >= {"herb_drug", "herb_herb", "stacking", "population", "tradition", "dose", "regulated", "allergy"}
    assert len(seen) > 1000
    wrong = []
    for item, reason in seen.values():
        said = gate_sentence(reason, KNOWLEDGE, FA)
        named, meant = named_in(reason, said), about(item, reason)
        if said == f"\u2066{reason.message}\u2069" or (named != meant):
            wrong.append((reason.rule, reason.message, said, named, meant))
    assert wrong == [], len(wrong)


def test_a_name_that_may_mean_several_is_said_with_all_of_them() -> None:
    every = {name for herb in KNOWLEDGE.herbs.values() for names in herb.names.values() for name in names}
    meant = {name: found for name in sorted(every) if isinstance(found := NAMES.identify(name, "herb"), Ambiguous)}
    assert len(meant) > 10
    nobody = meet(Profile(age=40), KNOWLEDGE, NAMES)
    for name, found in meant.items():
        (reason,) = judge_for(nobody, Item("herb", None, name), [], KNOWLEDGE, NAMES).reasons
        said = gate_sentence(reason, KNOWLEDGE, FA)
        herbs = [KNOWLEDGE.herbs[one] for one in found.candidates]
        assert said.startswith(f"\u2068{name}\u2069"), "what somebody typed is quoted"
        assert all(f"(\u2066{herb.latin}\u2069، {FA(herb.part)})" in said for herb in herbs), said
        assert said.count("\u2066") == sum(1 if "fa" in herb.names else 2 for herb in herbs), said


@pytest.mark.parametrize(
    ("rule", "kept", "persian"),
    [
        (
            "identity",
            "star anis may mean star anise, which is regulated: say exactly which herb it is.",
            "\u2066star anise\u2069",
        ),
        (
            "identity",
            "mandrak may mean mandrake, which is regulated: say exactly which herb it is.",
            "\u2066mandrake\u2069",
        ),
        ("allergy", "ginger: the patient is allergic to garlic.", "زنجبیل: بیمار به \u2068garlic\u2069 حساسیت دارد."),
        (
            "allergy",
            "The allergy to xyz: the patient is allergic to ginger is not recognised; garlic was not checked for it.",
            "حساسیت به \u2068xyz: the patient is allergic to ginger\u2069 شناخته نشد؛ سیر برای آن بررسی نشد.",
        ),
        (
            "population",
            "The condition a\nb is not one that ginger could be checked for.",
            "\u2068a\nb\u2069 از بیماری‌هایی نیست که بتوان زنجبیل را برای آن بررسی کرد.",
        ),
        (
            "herb_drug",
            "herbal tincture with alcohol with metronidazole: Bleeding.",
            "\u2066herbal tincture with alcohol\u2069 با مترونیدازول: خونریزی.",
        ),
        (
            "tradition",
            "Ripener of phlegm (munzij) (avicenna advice): Hot: it may raise pitta.",
            "منضج بلغم (توصیهٔ طب ایرانی): ",
        ),
    ],
)
def test_nothing_is_said_of_another(rule: str, kept: str, persian: str) -> None:
    assert persian in gate_sentence(GateReason(Verdict.MAJOR, rule, kept), KNOWLEDGE, FA)


GINGER = KNOWLEDGE.herbs["ginger"]


def with_own_herbs(*names: Mapping[str, tuple[str, ...]]) -> Knowledge:
    """Add herbs that a practice has named itself."""
    own = {
        f"own-{at}": GINGER.model_copy(
            update={"id": f"own-{at}", "names": one, "latin": "Zingiber montanum", "own": True}
        )
        for at, one in enumerate(names)
    }
    return replace(KNOWLEDGE, herbs={**KNOWLEDGE.herbs, **own})


@pytest.mark.parametrize(
    ("own", "rule", "kept", "persian"),
    [
        (
            ("ginger (fresh)",),
            "population",
            "ginger (fresh) (pregnancy): Bleeding.",
            "\u2066ginger (fresh)\u2069 (بارداری): خونریزی.",
        ),
        (
            ("ginger with honey",),
            "herb_drug",
            "ginger with honey with warfarin: Bleeding.",
            "\u2066ginger with honey\u2069 با وارفارین: خونریزی.",
        ),
        (("ginger with mint", "mint with garlic", "mint"), "herb_herb", "ginger with mint with garlic: Bleeding.", ""),
        (
            ("ginger, garlic",),
            "surgery",
            "Surgery in 3 days: stop ginger, garlic unless it is essential (14 days before).",
            "",
        ),
        ((), "herb_drug", "something forgotten with warfarin: Bleeding.", ""),
        (
            ("The age is not recorded, and ginger has a caution",),
            "population",
            "The age is not recorded, and ginger has a caution (child): Bleeding.",
            "",
        ),
        ((), "dose", "No dose of ginger as tea by the sip by the oral route is documented.", ""),
        ((), "tradition", "ginger (a new advice): Bleeding.", ""),
        (
            ("ginger",),
            "duration",
            "ginger for 9 days is longer than the documented 5 days.",
            "\u2066ginger\u2069 به مدت ۹ روز",
        ),
    ],
)
def test_what_can_be_read_in_several_ways_or_in_none_stays_english(
    own: tuple[str, ...], rule: str, kept: str, persian: str
) -> None:
    said = gate_sentence(GateReason(Verdict.MAJOR, rule, kept), with_own_herbs(*({"en": (one,)} for one in own)), FA)
    assert said.startswith(persian) if persian else said == f"\u2066{kept}\u2069"


def test_a_practices_own_herb_takes_no_persian_name() -> None:
    said = names_said(with_own_herbs({"en": ("mountain ginger",), "fa": ("زنجبیل",)}), FA).things
    assert said["ginger"] == f"زنجبیل (\u2066{GINGER.latin}\u2069، {FA(GINGER.part)})"
    assert said["mountain ginger"] == f"زنجبیل (\u2066Zingiber montanum\u2069، {FA(GINGER.part)})"

"""What the safety gate said is kept in English and said in the reader's language, whatever it says of the real knowledge base."""

import re
import sys
from collections.abc import Iterator

import pytest

from domain.gate import DoseLine, GateReason, Item, Profile, Verdict, judge_for, meet
from domain.knowledge import NameIndex
from pages.gate_effects import EFFECTS, effect, in_catalogue
from pages.gate_values import NAMING, values_of
from pages.gate_words import FORMS, gate_sentence
from pages.language import Language
from pages.said import LATIN, NAME, form, unturned
from tests.support.shipped import shipped

KNOWLEDGE = shipped()
EVERYTHING = Profile(
    age=34,
    pregnant=True,
    trimester=1,
    lactating=True,
    allergies=("ragweed", "ginger", "felt"),
    conditions=("liver", "bleeding", "no diabetes", "a thing nobody knows"),
    medicines=("warfarin", "digoxin", "blood thinner", "warfarn", "xyzzy", "lithium"),
    surgery_within_days=5,
    findings=tuple(KNOWLEDGE.findings),
    absent=tuple(KNOWLEDGE.findings)[:20],
    patterns=tuple(KNOWLEDGE.conditions),
    tradition="tcm",
)
MARKED = re.compile("[\u2066\u2068][^\u2069]*\u2069")
ABBREVIATED = re.compile(r"\b(?:CHP|CITES|CYP\w*|G6PD|HIV|INR|K|P-gp|SGLT2|TJ-9|Xa)\b")
UNSURE = {"Avoid in pregnancy (bark and bitters)", "Fertility and pregnancy tags: avoid", "Fertility tag"}
"""What the Persian catalogue leaves in English: it is not sure what is meant by bitters, and by a tag."""
PATIENTS = (EVERYTHING, Profile(age=5), Profile(), Profile(age=15))
DOSES = (
    DoseLine(500, "g", "day", "powder"),
    DoseLine(0.01, "g", "day", "decoction", duration_days=400),
    DoseLine(3, "drops", "day", "tincture"),
    DoseLine(0, "g", "day", "decoction"),
)
BESIDE = [Item("herb", "gan-cao", "licorice", DoseLine(30, "g", "day", "decoction")), Item("herb", None, "blah")]
NAMES = ("mu tong", "raw fu zi", "ginsen", "aristolochia foo", "an unheard herb", "raw ginger", "menth")


def said_of_everything() -> Iterator[GateReason]:
    names = NameIndex(KNOWLEDGE)
    herbs = [Item("herb", one, one) for one in [*KNOWLEDGE.herbs][::6]]
    formulas = [Item("formula", one, one) for one in [*KNOWLEDGE.formulas][::3]]
    typed = [Item("herb", None, one) for one in NAMES] + [Item("diet", "tea", "Tea")]
    for profile in PATIENTS:
        patient = meet(profile, KNOWLEDGE, names)
        for at, item in enumerate([*herbs, *formulas, *typed, Item("herb", "gan-cao", "licorice")]):
            dosed = Item(item.kind, item.id, item.name, DOSES[at % len(DOSES)])
            yield from judge_for(patient, dosed, BESIDE, KNOWLEDGE, names).reasons


def test_every_sentence_of_the_gate_has_a_form_and_is_said_in_persian() -> None:
    reasons = {(one.rule, one.message): one for one in said_of_everything()}
    assert {rule for rule, _ in reasons} >= {"identity", "medicine", "dose", "stacking", "population", "tradition"}
    assert [said for said in reasons if not any(form(one).fullmatch(said[1]) for one in FORMS[said[0]])] == []
    persian = Language("fa")
    said = {message: gate_sentence(reason, KNOWLEDGE, persian) for (_, message), reason in reasons.items()}
    assert not [one for one, text in said.items() if text == unturned(one)], "each has one reading only"
    # Around what is marked as English or as typed there are no other Latin letters than these abbreviations.
    around = {one: ABBREVIATED.sub("", MARKED.sub("", text)) for one, text in said.items()}
    assert {one: text for one, text in around.items() if LATIN.search(text)} == {}
    assert all(re.search("[\u0600-\u06ff]", text) for text in around.values())


@pytest.mark.parametrize(
    ("rule", "kept", "persian"),
    [
        (
            "stacking",
            "garlic with turmeric: Bleeding: effects add up (both by mechanism: Antiplatelet).",
            "سیر با زردچوبه: خونریزی: اثرها جمع می‌شوند (هر دو از روی سازوکار: ضد پلاکت).",
        ),
        (
            "population",
            "The age is not recorded, and clove has a caution (child): Toxic: never for children.",
            "سن ثبت نشده است و میخک هشداری دارد (کودکان): سمی: هرگز برای کودکان.",
        ),
        (
            "dose",
            "500 g of ginger per day is more than twice the documented maximum of 9 g (powder).",
            "۵۰۰ گرم زنجبیل در روز بیش از دو برابر بیشینهٔ ثبت‌شدهٔ ۹ گرم است (پودر).",
        ),
        (
            "herb_drug",
            "garlic with warfarin: Something that only its row says.",
            "سیر با وارفارین: \u2066Something that only its row says\u2069.",
        ),
        (
            "herb_drug",
            "garlic with warfarin: خونریزی: INR بالا.",
            "سیر با وارفارین: \u2068خونریزی: INR بالا\u2069.",
        ),
        (
            "medicine",
            "The medicine xyzzy is not recognised, so interactions with it could not be checked; did you mean warfarin?",
            "داروی \u2068xyzzy\u2069 شناخته نشد، پس تداخل با آن بررسی نشد؛ آیا منظور وارفارین است؟",
        ),
        (
            "cumulative_dose",
            "Chinese licorice is in Pinellia and Magnolia Decoction and Four Gentlemen Decoction; "
            "the amounts cannot be added up.",
            "شیرین‌بیان (\u2066Glycyrrhiza uralensis\u2069، ریشه و ریزوم) "
            "در بان شیا هو پو تانگ و سی جون زی تانگ هست؛ مقدارها را نمی‌شود جمع زد.",
        ),
        (
            "dose",
            "3e+04 mg of turmeric per day is above the documented maximum of 1500 mg (powder).",
            "۳۰۰۰۰ میلی‌گرم زردچوبه در روز بیشتر از بیشینهٔ ثبت‌شدهٔ ۱۵۰۰ میلی‌گرم است (پودر).",
        ),
        (
            "dose",
            "No dose of ginger as leaf tincture by the rectal route is documented.",
            "مقداری از زنجبیل به شکل تنتور برگ (مقعدی) ثبت نشده است.",
        ),
        (
            "dose",
            "No dose of ginger as strange stuff by the آبی route is documented.",
            "مقداری از زنجبیل به شکل \u2066strange stuff\u2069 (\u2068آبی\u2069) ثبت نشده است.",
        ),
        (
            "not_checked",
            "Nothing is documented for or against Mandrake here; it was not checked against this patient.",
            "اینجا چیزی به سود یا زیان \u2068Mandrake\u2069 ثبت نشده است؛ برای این بیمار بررسی نشد.",
        ),
        # Words of buttons are no words of a dose, nor of harm.
        (
            "dose",
            "No dose of ginger as Stop by the Done route is documented.",
            "مقداری از زنجبیل به شکل \u2066Stop\u2069 (\u2066Done\u2069) ثبت نشده است.",
        ),
        ("herb_drug", "garlic with warfarin: Stop.", "سیر با وارفارین: \u2066Stop\u2069."),
        ("dose", "What an earlier version said.", "\u2066What an earlier version said.\u2069"),
        ("a rule of before", "What it said.", "\u2066What it said.\u2069"),
    ],
)
def test_a_sentence_is_said_in_persian_and_stays_in_english(rule: str, kept: str, persian: str) -> None:
    reason = GateReason(Verdict.MAJOR, rule, kept)
    assert gate_sentence(reason, KNOWLEDGE, Language("fa")) == persian
    assert gate_sentence(reason, KNOWLEDGE, Language("en")) == kept


def said_of_harm() -> list[str]:
    effects = [one.effect for one in KNOWLEDGE.interactions] + [one.effect for one in KNOWLEDGE.cautions]
    effects += [one.effect for one in KNOWLEDGE.contradictions] + [one.effect for one in KNOWLEDGE.stacking]
    return effects + [one.regulated for one in KNOWLEDGE.herbs.values() if one.regulated]


def test_what_rows_say_of_harm_is_in_the_catalogues_but_for_what_has_no_sure_translation() -> None:
    effects = said_of_harm()
    assert set(EFFECTS) <= set(effects), "a sentence that no row says any more"
    assert {one for one in effects if not in_catalogue(one)} == UNSURE


@pytest.mark.parametrize(
    ("kept", "persian"),
    [
        ("Long use harms the stomach", "مصرف طولانی به معده آسیب می‌زند"),
        ("Long use harms the stomach.", "مصرف طولانی به معده آسیب می‌زند."),
        ("Fertility tag", "\u2066Fertility tag\u2069"),
        ("Fertility tag.", "\u2066Fertility tag.\u2069"),
    ],
)
def test_a_row_ends_with_a_dot_or_not(kept: str, persian: str) -> None:
    assert (effect(kept, Language("fa")), effect(kept, Language("en"))) == (persian, kept)


def test_every_name_of_a_form_can_be_said() -> None:
    value = values_of(KNOWLEDGE, Language("fa"))
    names = {name for of in FORMS.values() for text in of for name in NAME.findall(text)}
    assert all(len(value(name, "nothing that is known")) <= 1 for name in names)
    assert names >= NAMING, "a name that no form has any more"


if __name__ == "__main__":
    rows = said_of_harm()
    sentences, left = set(rows), [one for one in sorted(set(rows)) if not in_catalogue(one)]
    sys.stdout.write(
        f"{len(rows)} rows say {len(sentences)} sentences of harm; {len(left)} stay English: {'; '.join(left)}.\n"
    )

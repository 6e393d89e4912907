"""What the pages say in each language, and what keeps the catalogues whole.

``.venv/bin/python -m tests.pages.test_language`` puts new texts into the catalogues, to be translated there.
"""

import ast
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from domain.gate import POPULATIONS
from pages import terms
from pages.language import CATALOGUES, LANGUAGES, N_, Language, language_of
from pages.said import side_by_side
from tests.support.shipped import shipped

ROOT = Path(__file__).parent.parent.parent
SAID_BY = {"_", "N_", "say", "plural"}
REFUSED_BY = {
    "Conflict",
    "Invalid",
    "NotAllowed",
    "NotFound",
    "NotSignedIn",
    "OutcomeUnknown",
    "TooMuch",
    "TooOften",
    "Unavailable",
}
PLACEHOLDER = re.compile(r"\{\w+\}")
PERSIAN = sorted(set(LANGUAGES) - {"en"})
fa, en = Language("fa"), Language("en")


def template() -> Catalog:
    """Collect every text of the pages and every sentence of the domain that stands in the source as it is shown."""
    catalogue = Catalog(project="Vervain", charset="utf-8")
    files = sorted(file for folder in ("pages", "domain") for file in (ROOT / folder).rglob("*.py"))
    for file in files:
        names = SAID_BY if file.is_relative_to(ROOT / "pages") else REFUSED_BY
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _name(node.func) in names:
                texts = [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
                for text in texts if _name(node.func) == "plural" else texts[:1]:
                    catalogue.add(text, locations=[(file.relative_to(ROOT).as_posix(), node.lineno)])
            if isinstance(node, ast.FunctionDef) and names is REFUSED_BY:
                for text, line in _named_before(node):
                    catalogue.add(text, locations=[(file.relative_to(ROOT).as_posix(), line)])
    return catalogue


def _named_before(function: ast.FunctionDef) -> Iterator[tuple[str, int]]:
    """Find the sentences that are given a name first, and raised or returned by it."""
    inside = list(ast.walk(function))
    raised = {
        node.args[0].id
        for node in inside
        if isinstance(node, ast.Call)
        and _name(node.func) in REFUSED_BY
        and node.args
        and isinstance(node.args[0], ast.Name)
    }
    for node in inside:
        if not (
            isinstance(node, ast.Assign) and raised & {one.id for one in node.targets if isinstance(one, ast.Name)}
        ):
            continue
        if isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield node.value.value, node.lineno


def _name(function: ast.expr) -> str:
    return getattr(function, "attr", getattr(function, "id", ""))


def texts_of(catalogue: Catalog) -> dict[str, str]:
    return {str(message.id): str(message.string) for message in catalogue if message.id}


def catalogue_of(code: str) -> Catalog:
    with (CATALOGUES / f"{code}.po").open("rb") as file:
        return read_po(file, locale=code)


@pytest.mark.parametrize("code", PERSIAN)
def test_every_text_is_translated_and_none_is_left_over(code: str) -> None:
    translated = {text for text, said in texts_of(catalogue_of(code)).items() if said}
    assert translated == set(texts_of(template()))


@pytest.mark.parametrize("code", PERSIAN)
def test_nothing_is_marked_as_a_guess(code: str) -> None:
    assert [message.id for message in catalogue_of(code) if message.id and message.fuzzy] == []


@pytest.mark.parametrize("code", PERSIAN)
def test_a_translation_keeps_its_placeholders(code: str) -> None:
    wrong = {
        text: said
        for text, said in texts_of(catalogue_of(code)).items()
        if sorted(PLACEHOLDER.findall(text)) != sorted(PLACEHOLDER.findall(said))
    }
    assert wrong == {}


def test_persian_is_written_with_its_own_letters_and_digits() -> None:
    wrong = {
        said
        for said in texts_of(catalogue_of("fa")).values()
        if re.search(r"[يكىة٠-٩%?,;]|(?<![A-Za-z])(?<!ICD-)(?<!ICD-1)(?<!TJ-)[0-9]", said)
    }
    assert wrong == set()


def test_every_choice_that_the_gate_minds_has_a_name() -> None:
    assert set(terms.POPULATIONS) == set(POPULATIONS)


def test_every_warning_of_the_knowledge_base_is_in_the_catalogues() -> None:
    assert {flag.advice for flag in shipped().red_flags.values()} == set(terms.WARNING_SIGNS)


def test_every_word_of_a_documented_dose_is_in_the_catalogues() -> None:
    rows = [row for rows in shipped().doses.values() for row in rows]
    words = {word for row in rows for word in (row.unit, row.preparation, row.route, row.vehicle) if word}
    assert words == set(terms.DOSES)


def test_a_text_is_translated_and_filled_in() -> None:
    assert fa("Overview") == "نمای کلی"
    assert fa.plural("for {count} day", "for {count} days", 14) == "به مدت ۱۴ روز"
    assert en.plural("for {count} day", "for {count} days", 14) == "for 14 days"


def test_a_text_that_nobody_has_translated_stays_english() -> None:
    assert fa("Seen {times} times", times="۳") == "Seen ۳ times"
    assert fa("") == ""


def test_a_value_with_braces_is_shown_as_it_is() -> None:
    assert fa("Valid until {time}", time="{0}").endswith("{0}")


@pytest.mark.parametrize("code", ["de", "", "FA", None, 7, "../fa"])
def test_an_unknown_language_is_english(code: object) -> None:
    _ = language_of(code)
    assert (_.code, _.pack, _("Overview"), _.number(1234)) == ("en", "en-US", "Overview", "1,234")


def test_a_language_that_we_have_is_taken() -> None:
    assert (language_of("fa").code, language_of("fa").pack) == ("fa", "fa-IR")


@pytest.mark.parametrize(
    ("value", "decimals", "english", "persian"),
    [
        (0, 0, "0", "۰"),
        (1234567, 0, "1,234,567", "۱٬۲۳۴٬۵۶۷"),
        (4.25, 1, "4.2", "۴٫۲"),
        (4, 1, "4.0", "۴٫۰"),
    ],
)
def test_numbers(value: float, decimals: int, english: str, persian: str) -> None:
    assert (en.number(value, decimals), fa.number(value, decimals)) == (english, persian)


@pytest.mark.parametrize(("share", "english", "persian"), [(0, "0%", "۰٪"), (0.704, "70%", "۷۰٪"), (1, "100%", "۱۰۰٪")])
def test_percentages(share: float, english: str, persian: str) -> None:
    assert (en.percent(share), fa.percent(share)) == (english, persian)


@pytest.mark.parametrize(
    ("typed", "english", "persian"),
    [
        ("1-3", "1–3", "۱–۳"),
        ("2 - 4", "2–4", "۲–۴"),
        ("3", "3", "۳"),
        ("twice", "twice", "twice"),
        ("1–2", "1–2", "۱–۲"),
    ],
)
def test_a_span_runs_with_its_language(typed: str, english: str, persian: str) -> None:
    assert (en.span(typed), fa.span(typed)) == (english, persian)


def test_names_stand_side_by_side_in_the_order_of_the_page() -> None:
    assert side_by_side(["Kansui", "بارداری", "甘草"], " · ", fa) == "\u2068Kansui\u2069 · بارداری · \u2068甘草\u2069"
    assert side_by_side(["Kansui", "بارداری"], " · ", en) == "Kansui · بارداری"


def test_digits_inside_a_text() -> None:
    assert fa.digits("2-3 · 0.5 · 30%") == "۲-۳ · ۰٫۵ · ۳۰٪"
    assert en.digits("2-3 · 0.5 · 30%") == "2-3 · 0.5 · 30%"


@pytest.mark.parametrize(
    ("count", "english", "persian"), [(1, "1 day", "۱ روز"), (0, "0 days", "۰ روز"), (12, "12 days", "۱۲ روز")]
)
def test_plurals(count: int, english: str, persian: str, monkeypatch: pytest.MonkeyPatch) -> None:
    own = {"{count} day": "{count} روز", "{count} days": "{count} روز"}
    monkeypatch.setattr("pages.language._catalogue", lambda code: own if code == "fa" else {})
    said = [_.plural("{count} day", "{count} days", count) for _ in (en, fa)]
    assert said == [english, persian]


def test_a_moment_of_today_is_a_time_and_another_a_date_too(monkeypatch: pytest.MonkeyPatch) -> None:
    now = datetime(2026, 11, 23, 9, 5, 7).astimezone()
    monkeypatch.setattr("pages.language.utc_now", lambda: now.astimezone(UTC))
    assert (en.time(now), fa.time(now)) == ("09:05", "۰۹:۰۵")
    assert (en.clock(now), fa.clock(now)) == ("09:05:07", "۰۹:۰۵:۰۷")
    then = datetime(2020, 3, 20, 14, 3).astimezone()
    assert (en.time(then), fa.time(then)) == ("20 Mar, 14:03", "۱ فروردین، ۱۴:۰۳")
    assert (en.day(then), fa.day(then)) == ("20 Mar 2020", "۱ فروردین ۱۳۹۹")


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(1979, 2, 11), "22 Bahman 1357"),
        (date(2017, 3, 20), "30 Esfand 1395"),  # the last day of a leap year
        (date(2021, 3, 20), "30 Esfand 1399"),
        (date(2024, 3, 20), "1 Farvardin 1403"),
        (date(2025, 3, 20), "30 Esfand 1403"),
        (date(2025, 3, 21), "1 Farvardin 1404"),
        (date(2026, 3, 20), "29 Esfand 1404"),
        (date(2026, 3, 21), "1 Farvardin 1405"),  # Nowruz
        (date(2026, 9, 22), "31 Shahrivar 1405"),
        (date(2026, 11, 29), "8 Azar 1405"),
    ],
)
def test_the_calendar_of_iran(day: date, expected: str) -> None:
    assert Language("en", calendar="solar").date(day) == expected


@pytest.mark.parametrize(
    ("language", "day", "number"),
    [
        (Language("fa"), "۱ فروردین ۱۴۰۵", "۱٬۲۳۴٫۵"),
        (Language("fa", calendar="gregorian"), "۲۱ مارس ۲۰۲۶", "۱٬۲۳۴٫۵"),
        (Language("fa", numerals="latin"), "1 فروردین 1405", "1,234.5"),
        (Language("fa", "gregorian", "latin"), "21 مارس 2026", "1,234.5"),
        (Language("en"), "21 Mar 2026", "1,234.5"),
        (Language("en", "solar", "own"), "1 Farvardin 1405", "1,234.5"),
    ],
)
def test_calendar_and_digits_are_as_the_person_chose(language: Language, day: str, number: str) -> None:
    assert (language.date(date(2026, 3, 21)), language.number(1234.5, 1)) == (day, number)


@pytest.mark.parametrize("chosen", [{}, {"calendar": "maya", "numerals": 7}, {"calendar": None}, {"numerals": ""}])
def test_a_choice_that_is_none_leaves_the_language_as_it_is(chosen: dict[str, object]) -> None:
    assert fa.written(chosen) == fa


def test_a_choice_is_taken() -> None:
    assert fa.written({"calendar": "gregorian", "numerals": "latin"}) == Language("fa", "gregorian", "latin")


def test_the_calendar_leaves_no_day_out_and_repeats_none() -> None:
    solar = Language("en", calendar="solar")
    days = [solar.date(date(1900, 1, 1) + timedelta(days=one)) for one in range(365 * 150)]
    assert len(set(days)) == len(days)


def test_marking_a_text_leaves_it_as_it_is() -> None:
    assert N_("Overview") == "Overview"


def update(code: str) -> None:
    """Put new texts into a catalogue with an empty translation, and take out those that are gone."""
    catalogue = catalogue_of(code)
    catalogue.update(template(), no_fuzzy_matching=True)
    catalogue.revision_date = datetime.now(UTC)
    with (CATALOGUES / f"{code}.po").open("wb") as file:
        write_po(file, catalogue, width=120, include_lineno=False, ignore_obsolete=True, sort_by_file=True)


if __name__ == "__main__":
    for language in PERSIAN:
        update(language)

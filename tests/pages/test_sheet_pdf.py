"""The sheet as a PDF: what is in it, that it can be read by a machine and a screen reader, and on which paper."""

import io
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from pypdf import PdfReader

from domain import take_home
from domain.errors import Invalid
from domain.library import Knowledge
from domain.take_home import Paper, TakeHome
from pages.language import Language
from pages.sheet_pdf import blocks_of, drawable, print_sheet
from pages.sheet_words import sheet_of
from tests.support.house import House, approve

NOW = datetime(2026, 11, 29, 9, 30, tzinfo=UTC)


@pytest.fixture
def home(house: House) -> TakeHome:
    """A plan of a few herbs with food and habits, at a moment that stays."""
    for item in ("black-pepper", "clove", "warming-spices"):
        approve(house.services, house.leila, house.proposed(item))
    found = take_home.read(house.services, house.leila, house.diagnosis_id)
    return replace(found, at=NOW)


@pytest.fixture
def knowledge(house: House) -> Knowledge:
    return house.services.library.shared.knowledge


def read(drawn: bytes) -> tuple[PdfReader, str]:
    reader = PdfReader(io.BytesIO(drawn))
    return reader, "\n".join(page.extract_text() for page in reader.pages)


def root_of(reader: PdfReader) -> Any:
    return reader.trailer["/Root"]


def flat(text: str) -> str:
    return "".join(text.split())


def test_everything_on_the_sheet_is_text_in_the_pdf(home: TakeHome, knowledge: Knowledge) -> None:
    reader, text = read(print_sheet(home, knowledge, "en", "a4"))
    sheet = drawable(sheet_of(home, knowledge, Language("en")))
    for block in blocks_of(sheet):
        for line in block:
            assert flat(line.text) in flat(text), line.text
            assert flat(line.label) in flat(text), line.label
    names = {item["name"] for group in sheet["groups"] for item in group["items"]}
    assert names == {"black pepper", "clove", "Warm spices in food"}
    assert {one.name for one in home.left_out} == {"ginger"}, "dangerous beside the clove, and nobody has accepted that"
    assert "0.6 g per day" in text
    for name, dose in ((one.name, one.dose) for one in home.items if one.kind == "herb"):
        assert dose is None or f"{dose.amount:g} {dose.unit}" in text, name
    assert "Piper nigrum" in text
    assert "胡椒" not in text, "what the font cannot draw is left out where the Latin name stands"
    assert reader.metadata is not None
    assert reader.metadata.title == "Your plan · Mina Farahani"


def test_persian_is_shaped_and_its_numbers_run_from_left_to_right(home: TakeHome, knowledge: Knowledge) -> None:
    reader, text = read(print_sheet(home, knowledge, "fa", "a4"))
    assert "فلفل سیاه" in text
    assert "برنامهٔ شما" in text
    # pypdf turns a run from right to left round as a whole, digits included: ۰٫۶ on the paper reads ۶٫۰ here
    assert "۶٫۰ گرم در روز" in text
    assert "۰٫۶ گرم در روز" not in text
    assert "Piper nigrum" in text
    assert root_of(reader)["/Lang"] == "fa"


@pytest.mark.parametrize(("paper", "size"), [("a4", (595, 842)), ("letter", (612, 792))])
def test_the_paper_is_the_one_that_was_asked_for(
    home: TakeHome, knowledge: Knowledge, paper: Paper, size: tuple[int, int]
) -> None:
    drawn = print_sheet(home, knowledge, "en", paper)
    reader, text = read(drawn)
    assert {(round(page.mediabox.width), round(page.mediabox.height)) for page in reader.pages} == {size}
    count = len(reader.pages)
    for number in range(1, count + 1):
        assert f"Page {number} of {count}" in text
    assert print_sheet(home, knowledge, "en", paper) == drawn


def test_a_screen_reader_is_told_what_is_a_heading(home: TakeHome, knowledge: Knowledge) -> None:
    reader, _text = read(print_sheet(home, knowledge, "en", "a4"))
    root = root_of(reader)
    assert root["/MarkInfo"]["/Marked"]
    kinds = [kid.get_object()["/S"] for kid in root["/StructTreeRoot"]["/K"][0].get_object()["/K"]]
    assert kinds.count("/H1") == 1
    assert kinds.count("/H3") == len(home.items)
    assert {"/H2", "/P"} <= set(kinds)


def test_an_item_is_not_torn_apart_by_the_end_of_a_page(home: TakeHome, knowledge: Knowledge) -> None:
    many = [one.model_copy(update={"id": number}) for number in range(12) for one in home.items[:1]]
    long = replace(home, items=tuple(many))
    reader, _text = read(print_sheet(long, knowledge, "en", "letter"))
    sheet = drawable(sheet_of(long, knowledge, Language("en")))
    (item, *_others) = sheet["groups"][0]["items"]
    pages = [flat(page.extract_text()) for page in reader.pages]
    assert len(pages) > 2
    assert sum(page.count(flat("Latin name")) for page in pages) == 12
    for page in pages:  # as many beginnings as ends on each page
        assert page.count(flat(item["identity"][-1]["parts"][0]["text"])) == page.count(flat(item["terms"][-1][1]))


def test_a_name_that_the_font_cannot_draw_is_refused_and_not_printed_as_boxes(
    home: TakeHome, knowledge: Knowledge
) -> None:
    named = replace(home, patient="陈伟")
    with pytest.raises(Invalid) as refused:
        print_sheet(named, knowledge, "en", "a4")
    assert refused.value.code == "not_in_the_font"
    assert refused.value.details["letters"] == "伟陈"


@pytest.mark.parametrize("language", ["en", "fa"])
def test_the_number_to_call_is_on_the_paper_from_left_to_right(
    home: TakeHome, knowledge: Knowledge, language: str
) -> None:
    without = sheet_of(home, knowledge, Language(language))
    assert (without["call"], without["phone"]) == ("", "")
    known = replace(home, phone="+98 21 8877-6655")
    assert known.key != home.key, "paper with an old number is not handed out unlooked at"
    sheet = sheet_of(known, knowledge, Language(language))
    assert home.practice in sheet["call"]
    [line] = [line for block in blocks_of(sheet) for line in block if line.text == sheet["phone"]]
    assert line.ltr
    drawn = flat(sheet["phone"])
    assert drawn in flat(read(print_sheet(known, knowledge, language, "a4"))[1])
    assert drawn not in flat(read(print_sheet(home, knowledge, language, "a4"))[1])
    advice = replace(known, items=tuple(one for one in home.items if one.kind not in ("herb", "formula")))
    sheet = sheet_of(advice, knowledge, Language(language))
    assert not sheet["stop"]
    assert [line.label for block in blocks_of(sheet) for line in block if line.text == sheet["phone"]] == [
        sheet["call"]
    ]

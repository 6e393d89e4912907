"""The patient's sheet as a PDF: drawn with fpdf2, shaped by HarfBuzz, in a font that is kept with the program."""

import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Literal, NamedTuple

from domain.errors import Invalid
from domain.library import Knowledge
from domain.take_home import Paper, TakeHome
from pages.frame import STATIC
from pages.language import language_of
from pages.said import drawn
from pages.sheet_words import Item, Sheet, sheet_of

if TYPE_CHECKING:  # importing it costs a fifth of a second
    from fpdf import FPDF

FONT = "Vazirmatn"
FACES = {"": STATIC / "fonts" / "Vazirmatn-Regular.ttf", "B": STATIC / "fonts" / "Vazirmatn-Bold.ttf"}
MARGIN, LABEL, GAP, FOOT = 16.0, 46.0, 3.0, 6.0
"""In millimetres: round the page, for the names of the lines, between the blocks, and for whose sheet it is at the foot."""
BODY, SMALL, HEADING, TITLE = 12.0, 9.5, 14.0, 20.0
"""In points. What a patient acts on is 12; only where it stands in the literature is smaller."""
LEADING = 0.55
"""Millimetres of a line for each point of its letters: Vazirmatn stands tall."""
WRITTEN_BY = "Vervain"
Tag = Literal["H1", "H2", "H3", "P"]


class Line(NamedTuple):
    """One paragraph: its text, beside it its name where it has one, and how it looks."""

    text: str
    label: str = ""
    tag: Tag = "P"
    size: float = BODY
    bold: bool = False
    ltr: bool = False
    """It is Latin or English, whatever the language of the sheet is."""
    under: bool = False
    """It stands in the column of the texts, without a name of its own."""

    @property
    def indent(self) -> float:
        """Give the width of the column of the names, where it leaves room for one."""
        return LABEL if self.label or self.under else 0.0


Block = Sequence[Line]
"""What is not torn apart by the end of a page, unless it is longer than one."""


def print_sheet(home: TakeHome, knowledge: Knowledge, language: str, paper: Paper) -> bytes:
    """Draw the sheet of a plan; the same plan at the same moment gives the same bytes. Raises Invalid (``not_in_the_font``)."""
    sheet = drawable(sheet_of(home, knowledge, language_of(language)))
    return draw(sheet, f"{sheet['title']} · {home.patient}", home.at, paper)


def blocks_of(sheet: Sheet) -> list[Block]:
    """Arrange a sheet from top to bottom."""
    labels = sheet["labels"]
    blocks: list[Block] = [
        [Line(sheet["practice"], bold=True), Line(sheet["title"], tag="H1", size=TITLE, bold=True)],
        [Line(text, label) for label, text in sheet["facts"]],
    ]
    if sheet["empty"]:
        blocks.append([Line(sheet["empty"], bold=True)])
    for group in sheet["groups"]:
        first, *others = [_item(item, labels) for item in group["items"]]
        blocks += [[Line(group["title"], tag="H2", size=HEADING, bold=True), *first], *others]
    call = [Line(sheet["phone"], sheet["call"], bold=True, ltr=True)] if sheet["call"] else []
    if sheet["stop"]:
        title = Line(labels["stop"], tag="H2", size=HEADING, bold=True)
        source = Line(f"{labels['source']} {drawn(sheet['signs_source'])}", size=SMALL)
        blocks.append([title, *(Line(text) for text in sheet["stop"]), *call, Line(sheet["signs"], bold=True), source])
    title = Line(labels["next"], tag="H2", size=HEADING, bold=True)
    blocks.append([title, *(Line(text) for text in sheet["next"]), *([] if sheet["stop"] else call)])
    blocks.append([Line(text) for text in sheet["foot"]])
    return blocks


def drawable(sheet: Sheet) -> Sheet:
    """Leave out the names in scripts that the font does not have, where the Latin name stands beside them.

    Raises Invalid for any other letter that it does not have: a name is not printed as boxes.
    """
    known = _letters()
    items = [item for group in sheet["groups"] for item in group["items"]]
    for item in items:
        for one in item["identity"]:
            one["parts"] = [part for part in one["parts"] if not _missing(part["text"], known)]
        item["identity"] = [one for one in item["identity"] if one["parts"]]
    missing = sorted({sign for block in blocks_of(sheet) for line in block for sign in _missing(line.text, known)})
    if missing:
        sentence = "The PDF has no letters for a part of this sheet: print it from the browser."
        raise Invalid(sentence, code="not_in_the_font", letters="".join(missing))
    return sheet


def draw(sheet: Sheet, title: str, at: datetime, paper: Paper) -> bytes:
    """Draw blocks under one another on as many pages as they need."""
    pdf = _document(sheet, title, at, paper)
    bottom = pdf.h - MARGIN - FOOT
    for block in blocks_of(sheet):
        lines = [(line, _height(pdf, sheet, line)) for line in block]
        height = sum(tall for _, tall in lines)
        if pdf.get_y() + height > bottom and height <= bottom - MARGIN:
            pdf.add_page()
        for line, tall in lines:
            if pdf.get_y() + tall > bottom:
                pdf.add_page()
            if line.tag == "H3" and block[0] is line and pdf.get_y() > MARGIN:
                _rule(pdf)
            _write(pdf, sheet, line, tall)
        pdf.set_y(pdf.get_y() + GAP)
    _number(pdf, sheet, title)
    return bytes(pdf.output())


def _item(item: Item, labels: dict[str, str]) -> Block:
    lines = [Line(item["name"][:1].upper() + item["name"][1:], tag="H3", size=BODY + 1, bold=True)]
    lines += [Line(" · ".join(part["text"] for part in one["parts"]), one["label"]) for one in item["identity"]]
    if item["herbs"]:
        lines.append(Line(f"{labels['herbs']} {item['herbs']}"))
    if item["text"]:
        lines.append(Line(item["text"]))
    lines += [Line(text, label) for label, text in item["terms"]]
    for watch in item["watch"]:
        lines.append(Line(watch["title"], labels["watch"], bold=True))
        lines += [Line(drawn(one["text"]), ltr=one["dir"] == "ltr", under=True) for one in watch["texts"]]
        if watch["source"]:
            lines.append(Line(f"{labels['source']} {drawn(watch['source'])}", size=SMALL, under=True))
    if item["tell_us"]:
        lines.append(Line(item["tell_us"], labels["tell"], bold=True))
        lines.append(Line(f"{labels['source']} {drawn(item['tell_us_source'])}", size=SMALL, under=True))
    return lines


def _document(sheet: Sheet, title: str, at: datetime, paper: Paper) -> "FPDF":
    from fpdf import FPDF
    from fpdf.enums import TextDirection

    pdf = FPDF(format=paper)
    pdf.set_creation_date(at)
    pdf.set_title(title)
    pdf.set_author(sheet["practice"])
    pdf.set_producer(WRITTEN_BY)
    pdf.set_lang(sheet["lang"])
    pdf.set_display_mode("real")
    pdf.set_margin(MARGIN)
    pdf.set_auto_page_break(False)
    for style, file in FACES.items():
        pdf.add_font(FONT, style, file)
    pdf.set_text_shaping(True, direction=TextDirection.RTL if sheet["dir"] == "rtl" else TextDirection.LTR)
    pdf.add_page()
    return pdf


def _number(pdf: "FPDF", sheet: Sheet, title: str) -> None:
    """Say at the foot of each page whose it is and how many there are: a page that is lost is missed."""
    _ = language_of(sheet["lang"])
    for number in range(1, pdf.pages_count + 1):
        pdf.page = number
        said = _("Page {number} of {count}", number=_.number(number), count=_.number(pdf.pages_count))
        pdf.set_xy(MARGIN, pdf.h - MARGIN - FOOT / 2)
        pdf.set_font(FONT, "B", BODY)  # said anew: fpdf2 believes that the font of the page before is still set
        pdf.set_font(FONT, "", SMALL)
        with _artifact(pdf):
            pdf.multi_cell(pdf.epw, SMALL * LEADING, f"{title} · {said}", align="R" if sheet["dir"] == "rtl" else "L")


def _height(pdf: "FPDF", sheet: Sheet, line: Line) -> float:
    """Measure a line; to lay out its text is what takes the time, so that it is done once."""
    leading = line.size * LEADING
    pdf.set_font(FONT, "B", line.size)
    names = _rows_of(pdf, line.label, LABEL, leading) if line.label else 0
    with _column(pdf, sheet, line) as (width, _align):
        return leading * max(_rows_of(pdf, line.text, width, leading), names)


def _write(pdf: "FPDF", sheet: Sheet, line: Line, height: float) -> None:
    """Write a line, which is so high, where the pen is; leaves the pen under it."""
    rtl = sheet["dir"] == "rtl"
    leading, top = line.size * LEADING, pdf.get_y()
    with _tagged(pdf, line.tag):
        if line.label:
            pdf.set_font(FONT, "B", line.size)
            pdf.set_xy(pdf.w - MARGIN - LABEL if rtl else MARGIN, top)
            pdf.multi_cell(LABEL, leading, line.label, align="R" if rtl else "L", new_y="TOP")
        with _column(pdf, sheet, line) as (width, align):
            pdf.set_xy(MARGIN + (0.0 if rtl else line.indent), top)
            pdf.multi_cell(width, leading, line.text, align=align)
    pdf.set_y(top + height)


@contextmanager
def _column(pdf: "FPDF", sheet: Sheet, line: Line) -> Iterator[tuple[float, Literal["L", "R"]]]:
    """Prepare for the text of a line; gives how wide it may be and on which side it begins."""
    rtl = sheet["dir"] == "rtl"
    pdf.set_font(FONT, "B" if line.bold else "", line.size)
    with _direction(pdf, rtl=rtl and not line.ltr):
        yield pdf.epw - line.indent, "R" if rtl and (line.label or not line.ltr) else "L"


def _rows_of(pdf: "FPDF", text: str, width: float, leading: float) -> int:
    rows = pdf.multi_cell(width, leading, text, dry_run=True, output="LINES")
    return len(rows)  # type: ignore[arg-type]


@contextmanager
def _direction(pdf: "FPDF", *, rtl: bool) -> Iterator[None]:
    """Shape one line in its own direction."""
    from fpdf.enums import TextDirection

    before = pdf.text_shaping
    pdf.set_text_shaping(True, direction=TextDirection.RTL if rtl else TextDirection.LTR)
    yield
    pdf.text_shaping = before


@contextmanager
def _tagged(pdf: "FPDF", tag: Tag) -> Iterator[None]:
    """Say what a line is to who does not see it. fpdf2 has this for pictures only (``_marked_sequence``)."""
    number = pdf.struct_builder.next_mcid_for_page(pdf.page)
    pdf._add_marked_content(struct_type=f"/{tag}", mcid=number)
    pdf._out(f"/{tag} <</MCID {number}>> BDC")
    yield
    pdf._out("EMC")


@contextmanager
def _artifact(pdf: "FPDF") -> Iterator[None]:
    """Say that something is no part of the text: a screen reader passes it over."""
    pdf._out("/Artifact BMC")
    yield
    pdf._out("EMC")


def _rule(pdf: "FPDF") -> None:
    """Draw a thin line between this item and the one above it."""
    with _artifact(pdf):
        pdf.set_line_width(0.2)
        pdf.line(MARGIN, pdf.get_y() - GAP / 2, pdf.w - MARGIN, pdf.get_y() - GAP / 2)


@cache
def _letters() -> frozenset[int]:
    """List the letters that both faces have."""
    from fpdf import FPDF
    from fpdf.fonts import TTFFont

    pdf = FPDF()
    for style, file in FACES.items():
        pdf.add_font(FONT, style, file)
    faces = [font for font in pdf.fonts.values() if isinstance(font, TTFFont)]
    known = frozenset.intersection(*(frozenset(font.cmap) for font in faces))
    for font in faces:
        font.close()  # which ``output`` does elsewhere
    return known


def _missing(text: str, known: frozenset[int]) -> list[str]:
    composed = unicodedata.normalize("NFC", text)
    return [sign for sign in composed if ord(sign) not in known and not sign.isspace()]

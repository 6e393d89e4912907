"""A table as a file for a spreadsheet."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.sheet import sheet

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\0"), max_size=20)


def read(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_a_table_as_excel_reads_it() -> None:
    made = sheet(("herb", "share", "answered"), [["گل‌گاوزبان", 0.5, 12], ["ginger, fresh", None, 3]])
    assert made.startswith(b"\xef\xbb\xbf")
    assert read(made) == [["herb", "share", "answered"], ["گل‌گاوزبان", "0.5", "12"], ["ginger, fresh", "", "3"]]
    assert made.count(b"\r\n") == 3


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "  =HYPERLINK(1)"])
def test_a_text_does_not_run_as_a_formula(text: str) -> None:
    assert read(sheet(("name",), [[text]])) == [["name"], [f"'{text}"]]


def test_a_negative_number_stays_a_number() -> None:
    assert read(sheet(("ic025",), [[-0.05]])) == [["ic025"], ["-0.05"]]


@given(st.lists(st.lists(texts, min_size=2, max_size=2), max_size=5))
def test_every_text_comes_back_and_none_begins_as_a_formula(rows: list[list[str]]) -> None:
    back = read(sheet(("a", "b"), rows))[1:]
    assert len(back) == len(rows)
    for row, found in zip(rows, back, strict=True):
        for text, cell in zip(row, found, strict=True):
            assert cell in (text, f"'{text}")
            assert not cell.lstrip().startswith(("=", "+", "-", "@"))

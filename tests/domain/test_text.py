"""What people type: numbers in any digits, and comments that stay as they were written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import correcting, diagnosis, feedback
from domain.export import export
from domain.feedback import FeedbackInput
from domain.text import latin_digits, number
from tests.support.house import House


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("7", 7),
        ("۷", 7),
        ("٧", 7),
        (" ۱۰ ", 10),
        ("\u200f۱۰\u200f", 10),  # marks of direction, as keyboards put them in
        ("2.5", 2.5),
        ("۲٫۵", 2.5),
        ("2,5", 2.5),
        ("۲،۵", 2.5),
        ("۱٬۲۰۰", 1_200),
        ("۱٬۲۰۰٫۵", 1_200.5),
        ("1200", 1_200),
        ("0", 0),
    ],
)
def test_a_number_is_read_in_any_digits(typed: str, value: float) -> None:
    assert number(typed) == value


@pytest.mark.parametrize(
    "typed", ["", " ", "seven", "1,200", "۱،۲۰۰", "1٬20", "-3", "1.2.3", "2/5", "۲-۳", "1e3", "½", "٫۵", "inf", "x7"]
)
def test_what_is_no_number_or_two_is_none(typed: str) -> None:
    assert number(typed) is None


@given(st.integers(0, 10**9), st.sampled_from(["0123456789", "۰۱۲۳۴۵۶۷۸۹", "٠١٢٣٤٥٦٧٨٩"]))
def test_every_whole_number_is_itself_in_all_digits(value: int, digits: str) -> None:
    typed = "".join(digits[int(digit)] for digit in str(value))
    assert number(typed) == value
    assert latin_digits(typed) == str(value)


COMMENTS = (
    "👩🏽‍⚕️❤️‍🔥 خوب بود! 🙏🏻",
    "می‌خوابم؛ خواب‌هایم بهتر است، ۵ از ۱۰.",
    "\u2067مرسی Dr. Leila\u2069 — 10/10",
    "تشكر از شما يا علي",
)


@pytest.mark.parametrize("comment", COMMENTS)
def test_a_comment_is_kept_byte_for_byte(house: House, comment: str) -> None:
    given = FeedbackInput(recommendation_id=house.ginger, rating=5, comment=comment)
    kept = feedback.submit(house.services, house.mina, house.diagnosis_id, given)
    correcting.set_rating(house.services, house.mina, int(kept["id"]), 4)
    [version] = correcting.history(house.services, house.leila, int(kept["id"]))
    seen = diagnosis.read(house.services, house.leila, house.diagnosis_id)["feedback"][0]
    written = export(house.services, house.leila, house.mina.patient_id or 0)["diagnoses"][0]["feedback"][0]
    for found in (kept, version.said, seen, written):
        assert found["comment"].encode() == comment.encode()


def test_the_line_ends_of_a_pasted_text_are_those_of_all_others(house: House) -> None:
    given = FeedbackInput(recommendation_id=house.ginger, rating=4, comment="First line.\r\nSecond line.\r\n")
    assert given.comment == "First line.\nSecond line."
    kept = feedback.submit(house.services, house.mina, house.diagnosis_id, given)
    assert kept["comment"] == given.comment
    with pytest.raises(ValueError, match="control character"):
        FeedbackInput(rating=4, comment="Over\rwritten.")

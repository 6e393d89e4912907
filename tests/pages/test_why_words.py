"""Reasons are kept in English and said in the reader's language."""

import pytest

from pages.language import Language
from pages.why_words import why
from tests.support.shipped import shipped


@pytest.mark.parametrize(
    ("kept", "persian"),
    [
        (
            "Documented for Kapha increase, traditional use (grade T)",
            "برای افزایش کف سندی هست: کاربرد سنتی (درجهٔ T)",
        ),
        ("No answers here yet", "هنوز پاسخی در اینجا نیست"),
        ("1 answer here so far, too few for a share", "تا کنون ۱ پاسخ در اینجا، کمتر از آن که سهمی گفته شود"),
        ("12 answers here so far, too few for a share", "تا کنون ۱۲ پاسخ در اینجا، کمتر از آن که سهمی گفته شود"),
        ("3 of 8 patients here improved", "۳ نفر از ۸ بیمار اینجا بهتر شدند"),
        (
            "Contains ginger, which did not help or harmed this patient",
            "دارای ginger است که به این بیمار کمکی نکرد یا آسیب زد",
        ),
        ("Something that an earlier version said", "Something that an earlier version said"),
    ],
)
def test_a_reason_is_said_in_persian_and_stays_in_english(kept: str, persian: str) -> None:
    assert why([kept], shipped(), Language("fa")) == [persian]
    assert why([kept], shipped(), Language("en")) == [kept]

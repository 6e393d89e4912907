"""Which passwords are refused, and why."""

import pytest

from domain.errors import Invalid
from domain.password_rules import require_good

KNOWN = ("leila.moradi", "Dr Leila Moradi", "Sunrise Herbal Care")


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("elevenchars", "short_password"),
        ("", "short_password"),
        ("ﷺﷺ", "short_password"),  # two signs on a keyboard, thirty-six in NFKC
        ("x" * 1001, "long_password"),
        ("aaaaaaaaaaaa", "pattern_password"),
        ("abababababab", "pattern_password"),
        ("abc123abc123", "pattern_password"),
        ("123456789012", "pattern_password"),
        ("987654321098", "pattern_password"),
        ("۱۲۳۴۵۶۷۸۹۰۱۲", "pattern_password"),
        ("abcdefghijklm", "pattern_password"),
        ("leila.moradi", "known_password"),
        ("Leila-Moradi-1979", "known_password"),
        ("SUNRISE herbal care!!", "known_password"),
        ("password12345", "known_password"),
        ("QwertyUiop12", "known_password"),
        ("ｐａｓｓｗｏｒｄ-leila", "known_password"),
        ("chickenwing101", "stolen_password"),
        ("ManchesterUnited", "stolen_password"),
        ("1qaz2wsx3edc4rfv", "stolen_password"),
        ("１ｑ２ｗ３ｅ４ｒ５ｔ６ｙ", "stolen_password"),  # as typed with a full-width keyboard
    ],
)
def test_what_is_tried_first_is_refused(password: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        require_good(password, known=KNOWN)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery",
        "twelve chars",
        "چای زعفران و دارچین گرم",
        "leila drinks saffron tea",
        "§¶•ªº–≠œ∑´®†",
        "x7#kQ9!mZ2@p",
        "half of one \ud83d sign",
        "long " * 3 + "and longer still " * 50,
    ],
)
def test_what_is_not_is_taken(password: str) -> None:
    require_good(password, known=KNOWN)

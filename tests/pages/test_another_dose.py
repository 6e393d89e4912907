"""Another dose, as it is typed: in any digits, and refused where it can be read in two ways."""

import pytest

from pages.another_dose import _read, _written
from pages.language import Language


@pytest.mark.parametrize(
    ("field", "typed", "read"),
    [
        ("amount", "۲٫۵", 2.5),
        ("amount", "1,500", "1,500"),
        ("duration_days", "۱۴", 14),
        ("times_a_day", "۲-۳", "2-3"),
        ("unit", "mL", "mL"),
    ],
)
def test_what_is_typed_is_read(field: str, typed: str, read: object) -> None:
    assert _read(field, typed) == read


@pytest.mark.parametrize("value", [0.5, 3.0, 12.25, 1_000_000.0])
@pytest.mark.parametrize("language", ["en", "fa"])
def test_what_is_written_is_read_again(value: float, language: str) -> None:
    assert _read("amount", _written(value, Language(language))) == value

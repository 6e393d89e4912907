"""A file is left unread only where none of its tests would be run."""

from pathlib import Path

import pytest

from tests.support.left_out import pytest_ignore_collect

LONG, ONE_LONG = "pytestmark = pytest.mark.long\n", "@pytest.mark.long\ndef test_it() -> None: ...\n"


@pytest.mark.parametrize(
    ("asked", "text", "unread"),
    [
        ("not long", LONG, True),
        ("not e2e and not long and not farm", LONG, True),
        ("not long", "pytestmark = pytest.mark.long  # why\n", True),
        ("not e2e", LONG, False),
        ("not longer", LONG, False),
        ("", LONG, False),
        ("long", LONG, False),
        ("long and not farm", LONG, False),
        ("not long or e2e", LONG, False),
        ("not (long and farm)", LONG, False),
        ("not long", ONE_LONG, False),
        ("not long", f"    {LONG}", False),
        ("not parametrize", "pytestmark = pytest.mark.parametrize('a', [1])\n", True),
    ],
)
def test_what_is_left_unread(
    asked: str, text: str, unread: bool, pytestconfig: pytest.Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "test_it.py"
    file.write_text(text)
    monkeypatch.setattr(pytestconfig.option, "markexpr", asked)
    assert pytest_ignore_collect(file, pytestconfig) is (True if unread else None)

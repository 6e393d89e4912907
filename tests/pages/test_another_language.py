"""A language more is one catalogue: a toy one is put into a folder, and pages speak it."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from pages import language
from pages.language import LANGUAGES, Language, found_in
from tests.pages.conftest import Visit
from tests.support.house import House

TOY = {"Overview": "Superrigardo", "Patients": "Pacientoj"}


@pytest.fixture
def esperanto(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Put a third catalogue where the catalogues are read from."""
    catalogue = Catalog(locale="eo", charset="utf-8")
    for text, said in TOY.items():
        catalogue.add(text, said)
    with (tmp_path / "eo.po").open("wb") as file:
        write_po(file, catalogue)
    monkeypatch.setattr(language, "CATALOGUES", tmp_path)
    monkeypatch.setitem(LANGUAGES, "eo", found_in(tmp_path)["eo"])
    language._catalogue.cache_clear()
    yield
    language._catalogue.cache_clear()


async def test_a_page_speaks_a_third_language(esperanto: None, house: House, visitor: Visit) -> None:
    leila = await visitor(house.leila)
    assert "Esperanto" in (await leila.http.get("/sign-in")).text
    await leila.http.get("/language/eo")
    assert '<html lang="eo"' in (await leila.http.get("/")).text
    await leila.open("/")
    await leila.user.should_see("Superrigardo")
    await leila.user.should_see("Feedback")  # what nobody has translated yet is English


@pytest.mark.parametrize(
    ("code", "pack", "day"),
    [("de", "de", "21. März 2026"), ("ar", "ar", "21 مارس 2026"), ("zh", "zh-CN", "2026年3月21日")],
)
def test_direction_and_dates_of_a_third_language_come_with_its_code(code: str, pack: str, day: str) -> None:
    found = Language(code)
    assert (found.pack, found.date(date(2026, 3, 21))) == (pack, day)


def test_the_languages_are_the_catalogues_that_there_are(tmp_path: Path) -> None:
    (tmp_path / "ps.po").touch()
    assert found_in(tmp_path) == {"en": "English", "ps": "پښتو"}
    assert found_in(language.CATALOGUES) == LANGUAGES

"""Who may import whom (DESIGN section 1): read from the source, so that a wrong import fails before anybody runs it."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MAY_IMPORT = {
    "main": {"main", "settings", "commands", "api", "pages", "domain", "storage"},
    "commands": {"commands", "domain", "storage.busy", "storage.knowledge"},
    "settings": set[str](),
    "pages": {"pages", "domain", "storage.tables"},
    "api": {"api", "domain", "storage.tables"},
    "domain": {"domain", "storage"},
    "storage": {"storage"},
}
OURS = set(MAY_IMPORT)
ONLY = {
    "nicegui": {"pages"},
    "fastapi": {"api", "main", "pages/__init__"},  # where the pages are mounted on the application
    "starlette": {"api", "main", "pages/parts"},  # a middleware that tells a page whose parts it works with
    "sqlalchemy.text": {"storage"},
    "sqlmodel.text": {"storage"},
    "opentelemetry": {"domain/telemetry"},  # which main imports where the settings say so
    "domain.telemetry": {"main"},
    "uvicorn": {"main", "api/doors/head_limit", "api/draining", "api/live_protocol"},
    "pydantic_settings": {"settings"},
    "typer": {"commands"},
    "rich": {"commands"},
}
PAGES_ANSWER_WITH = {
    "fastapi.Request",
    "starlette.requests.Request",
    "starlette.responses.RedirectResponse",
    "starlette.responses.Response",
}
"""A NiceGUI page is handed the request, and sends who is not signed in to the door: these names and no others."""
LONGEST = 350


def test_the_house_is_built_as_it_was_drawn() -> None:
    assert list(wrongs(ROOT)) == []


def wrongs(root: Path) -> Iterator[str]:
    """Say everything that is not as it should be, one sentence each."""
    files = [root / f"{name}.py" for name in OURS] + [file for name in OURS for file in (root / name).rglob("*.py")]
    for file in sorted(file for file in files if file.exists()):
        place = file.relative_to(root).with_suffix("").as_posix()
        folder = place.split("/")[0]
        text = file.read_text(encoding="utf-8")
        for name in imports(ast.parse(text)):
            inside = name.split(".")[0] in OURS
            if inside and not any(name == one or name.startswith(f"{one}.") for one in MAY_IMPORT[folder]):
                yield f"{place} imports {name}"
            for thing, places in ONLY.items():
                meant = name == thing or name.startswith(f"{thing}.")
                allowed = any(place == one or place.startswith(f"{one}/") for one in places)
                if meant and not allowed and not (folder == "pages" and name in PAGES_ANSWER_WITH):
                    yield f"{place} imports {name}, which is for {', '.join(sorted(places))}"
        if "exec_driver_sql" in text and folder != "storage":
            yield f"{place} speaks SQL"
        if text.count("\n") > LONGEST and not place.startswith(("storage/knowledge/", "storage/migrations/versions/")):
            yield f"{place} is longer than {LONGEST} lines"


def imports(tree: ast.Module) -> Iterator[str]:
    """List what is imported, as full names, wherever in the file it stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield from (f"{node.module}.{name.name}" for name in node.names)


@pytest.mark.parametrize(
    ("file", "source", "complaint"),
    [
        ("domain/x.py", "def late():\n    from api.feedback import router", "domain/x imports api.feedback.router"),
        ("storage/x.py", "import domain.hub", "storage/x imports domain.hub"),
        ("api/x.py", "from pages import frame", "api/x imports pages.frame"),
        ("pages/x.py", "from storage.care import patients", "pages/x imports storage.care.patients"),
        ("pages/x.py", "from storage import care", "pages/x imports storage.care"),
        ("pages/x.py", "from fastapi import APIRouter", "pages/x imports fastapi.APIRouter, which is for"),
        ("api/x.py", "from nicegui import ui", "api/x imports nicegui.ui, which is for pages"),
        ("domain/x.py", "from sqlalchemy import text", "domain/x imports sqlalchemy.text, which is for storage"),
        ("domain/x.py", "from settings import Settings", "domain/x imports settings.Settings"),
        ("api/x.py", "\n" * 351, "api/x is longer than 350 lines"),
    ],
)
def test_what_is_wrong_is_noticed(tmp_path: Path, file: str, source: str, complaint: str) -> None:
    (tmp_path / file).parent.mkdir()
    (tmp_path / file).write_text(source)
    assert [said[: len(complaint)] for said in wrongs(tmp_path)] == [complaint]

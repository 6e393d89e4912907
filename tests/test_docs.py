"""The documents say what the code has: every setting, message type, table, path and library, and no link leads nowhere."""

import ast
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from domain import case_history, events, feedback
from domain.feedback import FeedbackInput
from domain.knowledge import Identified, NameIndex
from domain.ledger import Change
from domain.services import Services
from settings import Settings
from storage.knowledge import DATA, SETS, read_own
from storage.knowledge.files import read as read_files
from storage.tables import Person, metadata
from tests.support.house import House
from tests.support.server import Server
from tests.support.shipped import shipped

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(DOCS.rglob("*.md"))]
PROTOCOL = "live-protocol.md"
KNOWLEDGE = "knowledge.md"
NOT_DURABLE = ("connect", "snapshot", "pong", "error", "auth", "ack", "resume", "ping")


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_has_its_heading(name: str) -> None:
    assert f"VERVAIN_{name.upper()}" in headings(DOCS / "settings.md")


@pytest.mark.parametrize("kind", [*events.DURABLE, *NOT_DURABLE])
def test_every_message_type_has_its_heading_and_an_example(kind: str) -> None:
    assert kind in headings(DOCS / PROTOCOL)
    assert f'"type": "{kind}"' in text_of(DOCS / PROTOCOL)


@pytest.mark.parametrize("table", metadata.tables)
def test_every_table_has_its_heading(table: str) -> None:
    assert table in headings(DOCS / "data-model.md")


def test_every_path_of_the_api_is_in_its_table_and_no_other(app: FastAPI) -> None:
    there = {path: {method.upper() for method in methods} for path, methods in app.openapi()["paths"].items()}
    rows = re.findall(r"^\| `(/\S*)` \| ([A-Z, ]+) \|", text_of(DOCS / "http-api.md"), re.MULTILINE)
    assert {path: set(methods.split(", ")) for path, methods in rows} == there


@pytest.mark.parametrize("pins", ["requirements.in", "requirements-dev.in"])
def test_every_library_has_its_reason(pins: str) -> None:
    lines = text_of(ROOT / pins).split("\n")
    names = {re.split(r"[\[<>=;]", line)[0].strip() for line in lines if line and not line.startswith("-")}
    given = set(re.findall(r"^\| `([\w.-]+)` \|", text_of(DOCS / "decisions" / "0005-libraries.md"), re.MULTILINE))
    assert names - given == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_local_link_leads_somewhere(page: Path) -> None:
    assert [link for link in links(page) if not leads_somewhere(page, link)] == []


def test_the_readme_shows_the_two_commands() -> None:
    shown = "\n".join(code(ROOT / "README.md", "sh"))
    assert re.search(r"^make run\b", shown, re.MULTILINE)
    assert re.search(r"^make test\b", shown, re.MULTILINE)


def test_the_readme_leads_to_every_page() -> None:
    named = {link.partition("#")[0] for link in links(ROOT / "README.md")}
    assert {f"docs/{page.name}" for page in DOCS.glob("*.md")} - named == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_code_in_the_documents_can_be_read(page: Path) -> None:
    for example in code(page, "python"):
        ast.parse(example)


@pytest.mark.timeout(60)
def test_the_client_of_the_protocol_follows_a_diagnosis(server: Server, services: Services, house: House) -> None:
    [client] = code(DOCS / PROTOCOL, "python")
    services.ledger.write(lambda change: make_demo_person(change, house.leila.person_id))
    arguments = [server.http, str(house.leila.person_id), str(house.diagnosis_id)]
    following: subprocess.Popen[str]
    with subprocess.Popen(
        [sys.executable, "-c", client, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as following:
        try:
            assert following.stdout is not None
            assert [next(following.stdout).split()[1] for _ in range(2)] == ["connect", "snapshot"]
            answer = FeedbackInput(recommendation_id=house.ginger, rating=4, improvement=4)
            feedback.submit(services, house.mina, house.diagnosis_id, answer)
            seqs, kinds = zip(*(next(following.stdout).split()[:2] for _ in range(3)), strict=True)
        finally:
            following.kill()
    assert kinds == ("feedback_update", "effectiveness_update", "prediction_update")
    assert [int(seq) - int(seqs[0]) for seq in seqs] == [0, 1, 2]


def test_the_sets_of_the_knowledge_base_are_counted_in_its_table() -> None:
    rows = re.findall(r"^\| `([a-z_]+\.(?:yaml|csv))` \| (\d+) \|", text_of(DOCS / KNOWLEDGE), re.MULTILINE)
    files, _ = read_files(DATA)
    assert {file: int(count) for file, count in rows} == {file: len(files.of(kind)) for file, kind in SETS.items()}


def test_the_files_of_a_practice_in_the_documents_can_be_brought_in() -> None:
    [bundle] = code(DOCS / KNOWLEDGE, "yaml")
    pairs, history = code(DOCS / KNOWLEDGE, "csv")
    files, _ = read_files(DATA)
    for name, text, expected in (("our-herbs.yaml", bundle, 4), ("our-interactions.csv", pairs, 1)):
        rows, problems = read_own(name, text, files)
        assert (len(rows), problems) == (expected, [])
    index = NameIndex(shipped())
    cases = case_history.read("our-history.csv", history)
    assert len(cases) == 2
    for case in cases:
        assert all(isinstance(index.identify(name, "finding"), Identified) for name in case.findings)
        assert all(isinstance(index.identify(name, "herb"), Identified) for name in case.herbs)


def make_demo_person(change: Change, person_id: int) -> None:
    """Let somebody come in with one click."""
    person = change.session.get_one(Person, person_id)
    person.demo = True
    change.session.add(person)


def text_of(page: Path) -> str:
    """Read a file."""
    return page.read_text(encoding="utf-8")


def headings(page: Path) -> set[str]:
    """List the headings of a page that are one name."""
    return set(re.findall(r"^#{2,4} `([^`]+)`$", text_of(page), re.MULTILINE))


def code(page: Path, language: str) -> list[str]:
    """List the blocks of code of a page, also those inside a list."""
    blocks = re.findall(rf"^( *)```{language}\n(.*?)^ *```$", text_of(page), re.MULTILINE | re.DOTALL)
    return [re.sub(rf"^{indent}", "", block, flags=re.MULTILINE) for indent, block in blocks]


def links(page: Path) -> list[str]:
    """List the links and pictures of a page that stay in the repository."""
    found: list[Any] = re.findall(r"\]\(([^)\s]+)\)", re.sub(r"^ *```.*?^ *```$", "", text_of(page), flags=re.M | re.S))
    return [link for link in found if not re.match(r"[a-z]+:", link)]


def leads_somewhere(page: Path, link: str) -> bool:
    """Say whether the file of a link exists and, where a place in it is named, the heading."""
    path, _, place = link.partition("#")
    target = page.parent / path if path else page
    return target.is_file() and (not place or place in {anchor(line) for line in text_of(target).split("\n")})


def anchor(line: str) -> str | None:
    """Give the name that a heading gets in an address; None for a line that is no heading."""
    found = re.match(r"#+ (.*)", line)
    return re.sub(r"[^\w\- ]", "", found[1].lower()).replace(" ", "-") if found else None

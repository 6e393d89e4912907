"""The table of the verification standard in docs/security.md: what it counts is there, and what it names exists."""

import re
from collections import Counter
from pathlib import Path

from storage.tables import metadata

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (\d+\.\d+\.\d+) \| ([12]) \| [^|]+ \| ([a-z ]+) \| ?(.*?) ?\|$", TEXT, re.MULTILINE)
FOLDERS = ("api", "clients", "commands", "deploy", "docs", "domain", "pages", "static", "storage", "tests")


def test_the_counts_are_those_of_the_table() -> None:
    found = Counter(status for _, _, status, _ in ROWS)
    said = (
        f"Of {len(ROWS)} requirements: {found['met']} met, {found['not met']} not met, "
        f"{found['not applicable']} not applicable."
    )
    assert said in TEXT
    assert sum(found.values()) == found["met"] + found["not met"] + found["not applicable"] == 253


def test_every_requirement_stands_once() -> None:
    assert [number for number, times in Counter(number for number, *_ in ROWS).items() if times > 1] == []


def test_what_is_not_met_says_why_and_what_is_met_where_it_is_shown() -> None:
    assert [number for number, _, status, why in ROWS if status == "not met" and not why] == []
    assert [
        number
        for number, _, status, why in ROWS
        if status == "met" and not any(shown in why for shown in ("`", "](", "this page"))
    ] == []


def test_every_file_that_is_named_exists() -> None:
    named = {path for *_, why in ROWS for path in re.findall(r"`([\w./-]+)`", why)}
    paths = {path for path in named if path.partition("/")[0] in FOLDERS and "/" in path}
    assert len(paths) > 50
    assert [path for path in sorted(paths) if not (ROOT / path).exists()] == []


def test_every_table_has_one_level_of_protection() -> None:
    text = (ROOT / "docs" / "privacy.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| [1-4], [^|]+\|[^|]+\|([^|]+)\|", text, re.MULTILINE)
    named = Counter(table for row in rows for table in re.findall(r"`(\w+)`", row))
    assert named == Counter(list(metadata.tables)), "each once"


def test_what_the_levels_ask_for_is_shown_by_tests_that_exist() -> None:
    text = (ROOT / "docs" / "privacy.md").read_text(encoding="utf-8")
    shown = re.findall(r"`(tests/[\w./-]+)`", text)
    assert len(shown) > 8
    assert [path for path in shown if not (ROOT / path).exists()] == []


def test_every_log_has_its_line_in_the_inventory() -> None:
    text = (ROOT / "docs" / "observing.md").read_text(encoding="utf-8")
    inventory = text.partition("## What is written down, and for how long")[2].partition("\n## ")[0]
    loggers = {
        name
        for folder in ("api", "domain", "storage", "pages")
        for file in (ROOT / folder).rglob("*.py")
        for name in re.findall(r"get_logger\(\"([\w.]+)\"\)", file.read_text(encoding="utf-8"))
    }
    assert loggers
    assert [name for name in (*loggers, "audit_entry", "audit_reason", "event") if f"`{name}`" not in inventory] == []

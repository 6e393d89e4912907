"""The table of the verification standard in docs/security.md: what it counts is there, and what it names exists."""

import re
from collections import Counter
from pathlib import Path

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

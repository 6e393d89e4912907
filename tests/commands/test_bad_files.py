"""Files that cannot be meant, at the command line: one sentence, exit code 1, nothing kept, nothing that takes for ever."""

from pathlib import Path

import pytest
from sqlmodel import func, select

from storage.tables import FileImport, PastCase, PracticeRow
from tests.support.command_line import Command, failed
from tests.support.house import House
from tests.support.own_files import LEAF, METFORMIN

PRACTICE = ("--practice", "Sunrise Herbal Care")
NEWER = "which a newer version of Vervain writes; this one reads format 1"
BOMB = "format: 1\na: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{chr(98 + at)}: &{chr(98 + at)} [{', '.join(['*' + chr(97 + at)] * 9)}]\n" for at in range(12)
)
FILES: dict[str, tuple[str, str, bytes, str]] = {
    "not text": ("knowledge", "ours.yaml", b"\xff\xfe\x00\x01", "ours.yaml is not text in UTF-8."),
    "cases that are not text": ("cases", "ours.csv", b"PK\x03\x04\xff\x00", "ours.csv is not text in UTF-8."),
    "a newer format": ("knowledge", "ours.yaml", LEAF.replace("format: 1", "format: 2").encode(), NEWER),
    "a newer CSV": ("knowledge", "interactions.csv", METFORMIN.replace("format: 1", "format: 9").encode(), NEWER),
    "a bomb": ("knowledge", "ours.yaml", (BOMB + "herbs: *m\n").encode(), "no & and * are read"),
    "a well": ("knowledge", "herbs.yaml", b"[" * 200_000, "it is more than 12 lists deep"),
    "a field of 10 MB": (
        "cases",
        "h.csv",
        b"findings,herbs\n" + b"x" * 10_000_000 + b",a\n",
        "larger than field limit",
    ),
    "a NUL": ("cases", "h.csv", b"findings,herbs\nfat\0igue,ginger\n", "control character (U+0000)"),
    "a NUL in knowledge": (
        "knowledge",
        "interactions.csv",
        METFORMIN.replace("sugar", "su\0gar").encode(),
        "a text holds a character that cannot be kept",
    ),
    "too large": ("knowledge", "ours.yaml", b"#" * (4 * 1024 * 1024 + 1), "ours.yaml is larger than 4 MB"),
    "empty": ("cases", "h.csv", b"", "the file is empty"),
}


@pytest.mark.parametrize("what", FILES)
def test_a_file_that_cannot_be_meant(house: House, command: Command, tmp_path: Path, what: str) -> None:
    group, name, content, sentence = FILES[what]
    file = tmp_path / name
    file.write_bytes(content)
    done = command(group, "import", str(file), *PRACTICE)
    assert failed(done)
    assert sentence in done.err
    assert "Traceback" not in done.err
    with house.services.database.read() as session:
        for table in (FileImport, PracticeRow, PastCase):
            assert session.exec(select(func.count()).select_from(table)).one() == 0

"""Files of which the marks that are asked for leave nothing: they need not be read."""

import re
from pathlib import Path

import pytest

NOT_THESE = re.compile(r"not \w+( and not \w+)*")
"""The choices that are understood, such as ``-m "not e2e and not long"``: with others, every file is read."""
OF_EVERY_TEST = re.compile(r"^pytestmark = pytest\.mark\.(\w+)\b", re.MULTILINE)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave a file unread whose every test has a mark that is left out: to read some of them takes seconds, in each process."""
    unwanted = config.option.markexpr
    if collection_path.suffix != ".py" or not NOT_THESE.fullmatch(unwanted):
        return None
    mark = OF_EVERY_TEST.search(collection_path.read_text())
    return True if mark and mark[1] in re.split(r"not | and not ", unwanted) else None

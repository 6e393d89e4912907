"""docs/limits.md has the numbers of the code, and every bound of a door is in it."""

import ast
import importlib
import re
from datetime import timedelta

import pytest

from domain.throttle import Rule
from tests.support.server import ROOT

ROWS = re.findall(
    r"^\| (.+?) \| (.+?) \| .*? \| `([\w.]+)\.([A-Z_]+)` \|$", (ROOT / "docs" / "limits.md").read_text(), re.MULTILINE
)
UNITS = {"KiB": 1024, "MiB": 1024 * 1024, "ms": 0.001, "days": 24 * 3600}
BOUND = re.compile(r"^(MOST|MAX|LARGEST|PER)(_|$)|_(BYTES|PER_SECOND)$")


@pytest.mark.parametrize(("what", "said", "module", "name"), ROWS, ids=lambda text: text if "." not in text else None)
def test_a_limit_is_the_number_of_the_code(what: str, said: str, module: str, name: str) -> None:
    value = getattr(importlib.import_module(module), name)
    if isinstance(value, Rule):
        assert str(value.limit) == said, what
        return
    number, unit = re.fullmatch(r"([\d,.]+) ?(\w*).*", said).groups()  # type: ignore[union-attr]
    seconds = value.total_seconds() if isinstance(value, timedelta) else value
    factor = 1 if name.endswith("_MS") else UNITS.get(unit, 1)
    assert float(number.replace(",", "")) * factor == pytest.approx(seconds), what


def test_every_bound_of_the_doors_is_there() -> None:
    there = {f"{module}.{name}" for _, _, module, name in ROWS}
    for file in (ROOT / "api").rglob("*.py"):
        module = ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for node in ast.parse(file.read_text()).body:
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                name = node.targets[0].id
                assert not BOUND.search(name) or f"{module}.{name}" in there, f"docs/limits.md lacks {module}.{name}"
    assert len(ROWS) > 60

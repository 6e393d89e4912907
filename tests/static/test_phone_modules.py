"""The phone's modules and the colours of the look, under node's own test runner; what the pages are made of can be read."""

import shutil
import subprocess
from pathlib import Path

import playwright
import pytest

HERE = Path(__file__).parent
HOUSE = HERE.parent.parent
NODE = shutil.which("node") or str(Path(playwright.__file__).parent / "driver" / "node")
"""Playwright brings one along."""
SCRIPTS = sorted(
    [
        *HOUSE.glob("pages/elements/*.js"),
        *HOUSE.glob("static/*.js"),
        *HOUSE.glob("static/charts/*.js"),
        *HOUSE.glob("static/m/**/*.js"),
    ]
)


@pytest.mark.parametrize("file", SCRIPTS, ids=lambda file: str(file.relative_to(HOUSE)))
def test_a_script_can_be_read(file: Path) -> None:
    """A browser leaves out a whole page for one sign too many, and no test without a browser sees it."""
    command = [NODE, "--input-type=module", "--check", "-"]
    done = subprocess.run(command, input=file.read_text(), capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("file", sorted(HERE.glob("*.test.mjs")), ids=lambda file: file.name)
def test_phone_module(file: Path) -> None:
    done = subprocess.run([NODE, "--test", str(file)], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr

"""The phone's modules and the colours of the look, under node's own test runner; what the pages are made of can be read."""

import json
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


READ = """
    const { readFileSync } = require("fs"), { SourceTextModule } = require("vm"), wrong = [];
    for (const file of process.argv.slice(1)) {
        try { new SourceTextModule(readFileSync(file, "utf8")) } catch { wrong.push(file) }
    }
    console.log(JSON.stringify(wrong));
"""


def unreadable(*scripts: Path) -> dict[str, str]:
    """Say what is wrong with each script that is no module. One node reads all of them: its start takes the longest."""
    command = [NODE, "--experimental-vm-modules", "--no-warnings", "-e", READ, "--", *map(str, scripts)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    return {file: complaint(Path(file)) for file in json.loads(done.stdout)}


def complaint(script: Path) -> str:
    """Say which line cannot be read."""
    command = [NODE, "--input-type=module", "--check", "-"]
    done = subprocess.run(command, input=script.read_text(), capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode
    return done.stderr


def test_every_script_can_be_read() -> None:
    """A browser leaves out a whole page for one sign too many, and no test without a browser sees it."""
    assert len(SCRIPTS) > 50
    assert unreadable(*SCRIPTS) == {}


@pytest.mark.parametrize("text", ["const a = ;", "with (a) {}", "export const a = 1;;\nreturn", "const a = 1, a = 2;"])
def test_one_that_cannot_be_read_is_named(tmp_path: Path, text: str) -> None:
    whole, broken = tmp_path / "whole.js", tmp_path / "broken.js"
    whole.write_text('import a from "./a.js";\nexport const b = await a;\n')
    broken.write_text(text)
    [(file, said)] = unreadable(whole, broken).items()
    assert file == str(broken)
    assert "SyntaxError" in said


@pytest.mark.parametrize("file", sorted(HERE.glob("*.test.mjs")), ids=lambda file: file.name)
def test_phone_module(file: Path) -> None:
    done = subprocess.run([NODE, "--test", str(file)], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr

"""What we are compared with is installed at the first use, into ``.bench/``, and is no part of the program."""

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
FOLDER = ROOT / ".bench"
RIVALS = HERE / "rivals"


@dataclass(frozen=True)
class Installed:
    """How rivals are started; a rival whose library could not be installed says so when it does not start."""

    python: Path
    node: str | None
    node_path: Path

    def environment(self) -> dict[str, str]:
        """Give a rival's process its libraries."""
        return os.environ | {"NODE_PATH": str(self.node_path), "NODE_ENV": "production", "PYTHONDONTWRITEBYTECODE": "1"}


def install(*, python: bool, node: bool) -> Installed:
    """Install what is needed and not there yet."""
    if python:
        _once(RIVALS / "requirements.txt", FOLDER / "python", _install_python)
    npm = shutil.which("npm")
    if node and npm is not None:
        _once(RIVALS / "package.json", FOLDER / "node", _install_node)
    return Installed(FOLDER / "python" / "bin" / "python", shutil.which("node"), FOLDER / "node" / "node_modules")


def _once(pins: Path, folder: Path, do: Callable[[Path, Path], bool]) -> None:
    """Install by ``do`` where these pins were not installed before; what failed is tried again the next time."""
    mark = folder / f"installed-{hashlib.sha256(pins.read_bytes() + sys.version.encode()).hexdigest()[:16]}"
    if mark.exists():
        return
    print(f"Installing what {pins.relative_to(ROOT)} names into {folder.relative_to(ROOT)}, once.", file=sys.stderr)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    if do(pins, folder):
        mark.touch()


def _install_python(pins: Path, folder: Path) -> bool:
    venv.create(folder, with_pip=True)
    pip: list[str | Path] = [folder / "bin" / "python", "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    if _run([*pip, "-r", pins]):
        return True
    names = pins.read_text().split()
    there = [_run([*pip, name]) for name in names]  # one that fails does not keep the others away
    return all(there)


def _install_node(pins: Path, folder: Path) -> bool:
    shutil.copy(pins, folder)
    npm = shutil.which("npm") or "npm"
    return _run([npm, "install", "--prefix", folder, "--silent", "--no-audit", "--no-fund", "--no-package-lock"])


def _run(command: Sequence[str | Path]) -> bool:
    return subprocess.run(command, stdout=subprocess.DEVNULL, check=False).returncode == 0

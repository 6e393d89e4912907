"""The files of deploy/ pass the programs that they are written for, where those are found; `make tools` installs what it can."""

import os
import re
import shutil
import stat
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import pytest

from tests.support.proxied import DEPLOY, configured, needs

SCRIPTS = [DEPLOY / "secrets.sh", DEPLOY / "systemd" / "vervain"]
UNITS = ["vervain.service", "vervain@8001.service", "vervain-backup.service", "vervain-backup.timer", "vervain.target"]
EXPOSED_TENTHS = 15
"""Of `systemd-analyze security`, from 0 to 100: what it leaves is the network, files, and memory for numbers."""


@needs("nginx")
@pytest.mark.parametrize("processes", ["processes.conf", "processes-compose.conf"])
def test_nginx_takes_its_files(tmp_path: Path, processes: str) -> None:
    configured(tmp_path, [])
    shutil.copy(DEPLOY / "nginx" / processes, tmp_path / "processes.conf")
    checked("nginx", "-t", "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf"))


@needs("caddy")
@pytest.mark.parametrize("processes", ["127.0.0.1:8000", "127.0.0.1:8001 127.0.0.1:8002"])
def test_caddy_takes_its_file(tmp_path: Path, processes: str) -> None:
    own = {"PROCESSES": processes, "XDG_DATA_HOME": str(tmp_path), "HOME": str(tmp_path)}
    checked("caddy", "validate", "--config", str(DEPLOY / "Caddyfile"), "--adapter", "caddyfile", own=own)
    assert checked("caddy", "fmt", str(DEPLOY / "Caddyfile")) == (DEPLOY / "Caddyfile").read_text()


@needs("systemd-analyze")
def test_systemd_takes_the_units_and_finds_them_shut(tmp_path: Path) -> None:
    for file in (DEPLOY / "systemd").iterdir():
        text = file.read_text().replace("/opt/vervain/.venv/bin/python main.py", f"{sys.executable} main.py")
        (tmp_path / file.name).write_text(text)
    said = checked("systemd-analyze", "verify", *(f"./{unit}" for unit in UNITS), where=tmp_path)
    assert said == ""
    for unit in UNITS[:3]:
        checked(
            "systemd-analyze",
            "security",
            "--offline=true",
            f"--threshold={EXPOSED_TENTHS}",
            f"./{unit}",
            where=tmp_path,
        )


@needs("docker-compose")
def test_compose_takes_its_file(tmp_path: Path) -> None:
    text = re.sub(r"^name: .*$", "", (DEPLOY / "compose.yaml").read_text(), flags=re.MULTILINE)
    (tmp_path / "compose.yaml").write_text(text)  # the first version, which Debian has, knows no name
    named = checked("docker-compose", "-f", str(tmp_path / "compose.yaml"), "config", "--services").split()
    assert {"app1", "app2", "app3", "nginx", "postgres", "nats", "prometheus", "grafana"} == set(named)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_scripts_can_be_read(script: Path) -> None:
    checked("sh", "-n", str(script))
    assert script.stat().st_mode & stat.S_IXUSR


@needs("shellcheck")
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_scripts_have_no_traps(script: Path) -> None:
    assert checked("shellcheck", str(script)) == ""


@needs("openssl")
def test_secrets_are_made_once_and_are_for_their_readers_alone(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    checked(str(DEPLOY / "secrets.sh"), str(folder))
    made = {file.name: file.read_text() for file in folder.iterdir()}
    assert set(made) == {"vervain", "postgres", "pgpass", "grafana", "metrics"}
    assert len(bytes.fromhex(made["vervain"])) == 32
    assert made["pgpass"] == f"postgres:5432:vervain:vervain:{made['postgres']}\n"
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o400}
    if os.geteuid() == 0:
        assert (folder / "vervain").stat().st_uid == (folder / "pgpass").stat().st_uid == 10001
    assert "made" not in checked(str(DEPLOY / "secrets.sh"), str(folder))
    assert {file.name: file.read_text() for file in folder.iterdir()} == made


def checked(*command: str, where: Path | None = None, own: Mapping[str, str] = MappingProxyType({})) -> str:
    """Run a program that has to say yes; returns what it has printed."""
    done = subprocess.run(command, cwd=where, env={**os.environ, **own}, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout

"""The command beside the service has the service's settings: it reads them as systemd does."""

import subprocess
from pathlib import Path

import pytest

from tests.support.proxied import DEPLOY

STARTS = "exec setpriv --reuid=vervain --regid=vervain --init-groups .venv/bin/python main.py"
ADDRESS = "postgresql+psycopg://vervain@db.example/vervain?passfile=/etc/vervain/pgpass&sslmode=require"


def ran(folder: Path, settings: str) -> subprocess.CompletedProcess[str]:
    """Run it over these settings; in the place of the program it prints what that would have."""
    (folder / "vervain.env").write_text(settings)
    text = (DEPLOY / "systemd" / "vervain").read_text()
    for before, after in (
        ("/etc/vervain/vervain.env", str(folder / "vervain.env")),
        ("cd /opt/vervain", f"cd {folder}"),
        (STARTS, "exec env"),
    ):
        assert before in text
        text = text.replace(before, after)
    return subprocess.run(
        ["/bin/sh", "-c", text, "vervain"], capture_output=True, text=True, env={"PATH": "/usr/bin:/bin"}
    )


@pytest.mark.parametrize(
    ("line", "value"),
    [
        (f"VERVAIN_DATABASE_URL={ADDRESS}", ADDRESS),
        (f'VERVAIN_DATABASE_URL="{ADDRESS}"', ADDRESS),
        (f"  VERVAIN_DATABASE_URL= '{ADDRESS}'  ", ADDRESS),
        ("VERVAIN_DATABASE_URL=sqlite:///$HOME/`id`;#=x y\r", "sqlite:///$HOME/`id`;#=x y"),
        ("VERVAIN_DATABASE_URL=", ""),
    ],
)
def test_a_setting_is_what_stands_there(tmp_path: Path, line: str, value: str) -> None:
    done = ran(tmp_path, f"# settings\n\n; more\n{line}\nVERVAIN_PUBLIC=true")
    assert done.returncode == 0, done.stderr
    had = done.stdout.splitlines()
    assert f"VERVAIN_DATABASE_URL={value}" in had
    assert "VERVAIN_PUBLIC=true" in had, "also the last line, which has no end"
    assert "VERVAIN_SECRET_FILE=/etc/vervain/secret" in had


@pytest.mark.parametrize(
    "line", ["export VERVAIN_PORT=1", "VERVAIN_PORT", "=1", "1A=1", 'A="1', "A='1' 2", "A=1\\", 'A="a\\"b"', "A B=1"]
)
def test_what_cannot_be_read_is_refused_without_being_shown(tmp_path: Path, line: str) -> None:
    done = ran(tmp_path, f"VERVAIN_PUBLIC=true\n{line}\n")
    assert done.returncode == 78
    assert "line 2 of" in done.stderr
    assert line not in done.stderr
    assert done.stdout == ""


def test_without_settings_nothing_is_run(tmp_path: Path) -> None:
    text = (DEPLOY / "systemd" / "vervain").read_text().replace("/etc/vervain/vervain.env", str(tmp_path / "none"))
    missing = subprocess.run(["/bin/sh", "-c", text, "vervain"], capture_output=True, text=True)
    assert (missing.returncode != 0, missing.stdout) == (True, "")

"""What deploy/ says agrees with the program: settings, ports, paths, bounds and times; nobody is root, nothing floats."""

import ast
import re
from pathlib import Path
from typing import Any

import pytest
import uvicorn
import yaml
from psycopg.conninfo import make_conninfo
from sqlalchemy.engine import make_url

import api
import main
from api import draining
from api.doors import head_limit, slow_body
from api.doors.cross_site import PAGES_SOCKET
from api.keep_alive import EVERY_SECONDS, PING_TURNS
from api.live import PATH as LIVE
from api.own_message import PING_SECONDS, PONG_TIMEOUT_SECONDS
from settings import Settings
from tests.support.proxied import DEPLOY
from tests.support.server import ROOT

FILES = [path for path in sorted(DEPLOY.rglob("*")) if path.is_file() and path.parts[-2] not in ("secrets", "tls")]
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
PROCESSES = ("app1", "app2", "app3")
NGINX = (DEPLOY / "nginx" / "vervain.conf").read_text()
DOCKERFILE = (DEPLOY / "Dockerfile").read_text()


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(DEPLOY)))
def test_every_setting_is_one(file: Path) -> None:
    named = set(re.findall(r"\bVERVAIN_[A-Z][A-Z_]*[A-Z]\b", file.read_text()))
    assert named - {f"VERVAIN_{name.upper()}" for name in Settings.model_fields} == set()


@pytest.mark.parametrize("name", SERVICES)
def test_a_container_can_do_what_it_has_to_and_no_more(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert int(service["user"].partition(":")[0]) > 0, "root"
    assert service["healthcheck"]["test"][0] == "CMD"
    assert set(service["deploy"]["resources"]["limits"]) == {"cpus", "memory"}
    assert "privileged" not in service
    assert re.fullmatch(r"[\w./-]+:v?\d+\.\d+(\.\d+)?(-\w+)?", service["image"]), (
        "a version, and not whatever is newest"
    )


def test_who_can_be_reached_from_where() -> None:
    assert {name: service["ports"] for name, service in SERVICES.items() if "ports" in service} == {
        "nginx": ["80:80", "443:443"],
        "grafana": ["127.0.0.1:3000:3000"],
    }
    shut = {name for name, network in COMPOSE["networks"].items() if network.get("internal")}
    for name in ("postgres", "nats", "prometheus"):
        assert set(SERVICES[name]["networks"]) <= shut


def test_secrets_are_files_and_stand_in_no_environment() -> None:
    for name, secret in COMPOSE["secrets"].items():
        assert secret == {"file": f"./secrets/{name}"}
    for service in SERVICES.values():
        assert set(service.get("secrets", [])) <= set(COMPOSE["secrets"])
        for variable, value in service.get("environment", {}).items():
            if "PASSWORD" in variable or "SECRET" in variable:
                assert value.startswith("/run/secrets/"), variable
    url = make_url(SERVICES["app1"]["environment"]["VERVAIN_DATABASE_URL"])
    assert url.password is None
    assert make_conninfo(**{name: str(value) for name, value in url.query.items()}), (
        "libpq knows what stands behind the ?"
    )
    assert "secrets/" in (ROOT / ".gitignore").read_text()


def test_the_processes_of_compose_are_those_that_nginx_asks() -> None:
    addresses = [SERVICES[name]["networks"]["inside"]["ipv4_address"] for name in PROCESSES]
    port = SERVICES["app1"]["environment"]["VERVAIN_PORT"]
    listed = re.findall(r"^server (\S+)", (DEPLOY / "nginx" / "processes-compose.conf").read_text(), re.MULTILINE)
    assert listed == [f"{address}:{port}" for address in addresses]
    trusted = SERVICES["nginx"]["networks"]["inside"]["ipv4_address"]
    assert SERVICES["app1"]["environment"]["VERVAIN_TRUSTED_PROXIES"] == trusted
    assert f"EXPOSE {port}" in DOCKERFILE
    assert f":{port}/readyz" in DOCKERFILE
    assert f":{port}/readyz" in SERVICES["app1"]["healthcheck"]["test"][-1]


def test_settings_in_deploy_let_the_program_start(monkeypatch: pytest.MonkeyPatch) -> None:
    env = (DEPLOY / "systemd" / "vervain.env").read_text()
    unit = dict(line.split("=", 1) for line in env.splitlines() if line and not line.startswith("#"))
    for given in (SERVICES["app1"]["environment"], unit):
        with monkeypatch.context() as patch:
            for name, value in given.items():
                patch.setenv(name, value)
            settings = Settings()
            assert settings.public
            assert set(settings.hosts) - {"practice.example"} in (set(), set(PROCESSES))


def test_every_path_that_a_proxy_names_is_one() -> None:
    written = {
        path for file in (ROOT / "api").rglob("*.py") for path in re.findall(r'"(/[\w./{}-]*)"', file.read_text())
    }
    there = written | {f"/api{path}" for path in written} | {"/", PAGES_SOCKET, "/_nicegui/", "/static/"}
    named = set(re.findall(r"location (?:= |\^~ )?(/\S*) \{", NGINX)) - {"/.well-known/acme-challenge/"}
    [pattern] = re.findall(r"location ~ \^/\(([^)]+)\)\$", NGINX)
    named |= {"/" + one.replace("\\", "").replace(".*", "") for one in pattern.split("|")}
    [any_of_them] = re.findall(r"@any path (.*)", (DEPLOY / "Caddyfile").read_text())
    [by_address] = re.findall(r"@by_address path (.*)", (DEPLOY / "Caddyfile").read_text())
    named |= {one.rstrip("*") for one in f"{any_of_them} {by_address}".split()}
    assert [path for path in named if not any(one.startswith(path.rstrip("*")) for one in there)] == []
    assert LIVE.fullmatch("/ws/1")


def test_bounds_and_times_of_nginx_are_those_of_the_program() -> None:
    assert f"client_max_body_size {api.MAX_BODY // 1024}k;" in NGINX
    assert f"client_header_timeout {head_limit.HEAD_SECONDS:.0f}s;" in NGINX
    assert f"client_body_timeout {slow_body.BODY_SECONDS:.0f}s;" in NGINX
    address, head = head_limit.ADDRESS_BYTES // 1024, head_limit.HEAD_BYTES // head_limit.ADDRESS_BYTES
    assert f"large_client_header_buffers {head} {address}k;" in NGINX
    kept = [int(seconds) for seconds in re.findall(r"keepalive_timeout (\d+)s;", NGINX)]
    assert max(kept) < uvicorn.Config("").timeout_keep_alive
    [silent] = re.findall(r"proxy_read_timeout (\d+)s;", NGINX)
    assert int(silent) > 2 * max(PING_SECONDS + PONG_TIMEOUT_SECONDS, PING_TURNS * EVERY_SECONDS)


def test_nobody_kills_a_process_that_drains() -> None:
    drained = draining.LONGEST_SECONDS + main.SHUTDOWN_SECONDS
    for name in PROCESSES:
        assert int(SERVICES[name]["stop_grace_period"].rstrip("s")) >= 1.5 * drained
    for unit in ("vervain.service", "vervain@.service"):
        [seconds] = re.findall(r"^TimeoutStopSec=(\d+)$", (DEPLOY / "systemd" / unit).read_text(), re.MULTILINE)
        assert int(seconds) >= 1.5 * drained


def test_one_of_several_is_like_the_only_one() -> None:
    one = set((DEPLOY / "systemd" / "vervain.service").read_text().splitlines())
    several = set((DEPLOY / "systemd" / "vervain@.service").read_text().splitlines())
    assert sorted(line.partition("=")[0] for line in one - several if "=" in line) == [
        "Description",
        "ExecStart",
        "WantedBy",
    ]


def test_the_image_has_what_the_program_needs_and_no_more() -> None:
    taken = [word for line in re.findall(r"^COPY (?!--from)(.*)$", DOCKERFILE, re.M) for word in line.split()[:-1]]
    assert sorted(taken) == sorted(re.findall(r"^!(\S+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE))
    ours = {path.stem for path in ROOT.iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file()}
    there = {Path(name).stem for name in taken} & ours
    files = [file for name in taken for file in [ROOT / name, *(ROOT / name).rglob("*.py")] if file.suffix == ".py"]
    assert {name for file in files for name in imported(file)} & ours <= there


def imported(file: Path) -> set[str]:
    """List the packages that a file imports."""
    nodes = list(ast.walk(ast.parse(file.read_text())))
    names = [name.name for node in nodes if isinstance(node, ast.Import) for name in node.names]
    names += [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom) and not node.level]
    return {name.partition(".")[0] for name in names}


def test_the_image_is_of_a_version_and_of_nobody() -> None:
    bases = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    assert len(set(bases)) == 1
    assert re.fullmatch(r"python:3\.11\.\d+-slim-bookworm", bases[0])
    assert re.findall(r"^USER (\d+)", DOCKERFILE, re.MULTILINE) == ["10001"]
    assert SERVICES["app1"]["user"] == "10001:10001"
    assert "program=10001" in (DEPLOY / "secrets.sh").read_text()

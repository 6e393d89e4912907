"""The program behind a real nginx with the real configuration: processes on free ports, paths in a folder of the test's."""

import json
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.support.server import ROOT
from tests.support.waiting import until

DEPLOY = ROOT / "deploy"
NAME = "practice.example"


def needs(program: str) -> pytest.MarkDecorator:
    """Run a test where a program of the system's is found: ``make tools`` installs those that a package has."""
    return pytest.mark.skipif(shutil.which(program) is None, reason=f"{program} is not installed here")


@dataclass(frozen=True)
class Nginx:
    """A running nginx."""

    folder: Path
    https: int
    http: int

    @property
    def written(self) -> str:
        """Everything that it has written down."""
        return "".join(file.read_text(errors="replace") for file in sorted(self.folder.glob("*.log")))

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The lines of its access log."""
        return [json.loads(line) for line in (self.folder / "access.log").read_text().splitlines()]


def configured(folder: Path, processes: Sequence[int]) -> Nginx:
    """Write the configuration of deploy/nginx for other paths and ports; nothing else of it is changed."""
    here = Nginx(folder, free_port(), free_port())
    _certificate(folder)
    (folder / "processes.conf").write_text(
        "".join(f"server 127.0.0.1:{port} max_fails=1 fail_timeout=5s;\n" for port in processes)
    )
    outermost = {
        "/etc/nginx/conf.d/*.conf": f"{folder}/vervain.conf",
        "/tmp/nginx": f"{folder}/nginx",  # noqa: S108 - what stands in the file
        "/var/log/nginx/": f"{folder}/",
    }
    inner = {
        "/etc/nginx/vervain/processes.conf": f"{folder}/processes.conf",
        "/etc/nginx/tls/": f"{folder}/",
        "/var/log/nginx/": f"{folder}/",
        "/var/cache/vervain-nginx": f"{folder}/cache",
        "listen 80;": f"listen {here.http};",
        "listen [::]:80;": "",
        "listen 443 ssl": f"listen {here.https} ssl",
        "listen [::]:443 ssl http2;": "",
    }
    for name, changes in (("nginx.conf", outermost), ("vervain.conf", inner)):
        text = (DEPLOY / "nginx" / name).read_text()
        for before, after in changes.items():
            assert before in text, f"{name} has no {before}"
            text = text.replace(before, after)
        (folder / name).write_text(text)
    return here


@contextmanager
def nginx(folder: Path, processes: Sequence[int]) -> Iterator[Nginx]:
    """Run nginx before processes on these ports for as long as the ``with`` lasts."""
    here = configured(folder, processes)
    with subprocess.Popen(command(folder), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as running:
        try:
            until(lambda: _listens(here.https) or running.poll() is not None, what="nginx")
            assert running.poll() is None, running.stderr and running.stderr.read()
            yield here
        finally:
            running.terminate()


def command(folder: Path, *more: str) -> list[str]:
    """Say how nginx is started; for root it stays root, because a folder of a test is for its owner alone."""
    owner = "user root;" if os.geteuid() == 0 else ""
    return ["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf"), "-g", f"daemon off; {owner}", *more]


def free_port() -> int:
    """Give a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def _listens(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


def _certificate(folder: Path) -> None:
    """Write a certificate that nobody has signed, and its key."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    (folder / "fullchain.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "privkey.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )

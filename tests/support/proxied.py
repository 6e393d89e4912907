"""Real proxies with the real files of deploy/, before processes on free ports; ports, paths and patience are the test's own."""

import json
import os
import re
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from websockets.asyncio.client import connect

from bench.ports import free_port
from tests.support.server import ROOT
from tests.support.waiting import ANSWER_SECONDS, until

DEPLOY = ROOT / "deploy"
NAME = "practice.example"


def needs(program: str) -> pytest.MarkDecorator:
    """Run a test where a program of the system's is found: ``make tools`` installs those that a package has."""
    return pytest.mark.skipif(shutil.which(program) is None, reason=f"{program} is not installed here")


@dataclass(frozen=True)
class Proxy:
    """A running proxy, and the ways through it."""

    folder: Path
    port: int
    tls: bool = True
    plain: int = 0
    client: str = "127.0.0.9"
    """Another address of this machine, so that a client is told from the proxy; what is refused is counted by it."""

    @property
    def written(self) -> str:
        """Everything that it has written down."""
        return "".join(file.read_text(errors="replace") for file in sorted(self.folder.glob("*.log")))

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The lines of its access log."""
        whole, _, _unfinished = (self.folder / "access.log").read_text().rpartition("\n")
        return [json.loads(line) for line in whole.splitlines()]

    def browser(self, **cookies: str) -> httpx2.Client:
        """Open a browser that is no client of ours yet."""
        transport = httpx2.HTTPTransport(verify=unverified(), local_address=self.client)
        base = f"http{'s' * self.tls}://127.0.0.1:{self.port}"
        return httpx2.Client(
            base_url=base, headers={"Host": NAME}, cookies=cookies, transport=transport, timeout=ANSWER_SECONDS
        )

    def socket(self, path: str, **headers: str) -> connect:
        """Open a socket by the name of the practice."""
        return connect(
            f"ws{'s' * self.tls}://{NAME}{path}",
            ssl=unverified() if self.tls else None,
            additional_headers=headers,
            proxy=None,
            open_timeout=ANSWER_SECONDS,
            host="127.0.0.1",
            port=self.port,
            local_addr=(self.client, 0),
        )

    async def page_lives(self, browser: httpx2.Client, *, cookie: str) -> bool:
        """Fetch a page and join its socket as its script does; says whether the process there knows the page."""
        document = browser.get("/sign-in").text
        client = re.search(r"""['"]client_id['"]: ?['"]([^'"]+)""", document)
        assert client is not None
        asked = (
            f"EIO=4&transport=websocket&client_id={client[1]}&next_message_id=0&document_id=d&tab_id={client[1]}"
            "&implicit_handshake=true"
        )
        headers = {"Cookie": cookie.format(**browser.cookies), "Origin": f"https://{NAME}"}
        async with self.socket(f"/_nicegui_ws/socket.io/?{asked}", **headers) as page:
            await page.recv()
            await page.send("40")
            return str(await page.recv()).startswith("40")


def unverified() -> ssl.SSLContext:
    """Take any certificate: the test's is signed by nobody."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


@contextmanager
def nginx(folder: Path, processes: Sequence[int]) -> Iterator[Proxy]:
    """Run nginx before processes on these ports for as long as the ``with`` lasts."""
    here = configured(folder, processes)
    owner = "user root;" if os.geteuid() == 0 else ""  # a folder of a test is for its owner alone
    started = ["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf"), "-g", f"daemon off; {owner}"]
    with _running(started, here):
        yield here


@contextmanager
def caddy(folder: Path, processes: Sequence[int]) -> Iterator[Proxy]:
    """Run Caddy, over plain HTTP: its certificates come from the network."""
    here = Proxy(folder, free_port(), tls=False, client="127.0.0.10")
    names = " ".join(f"127.0.0.1:{port}" for port in processes)
    own = {"SITE": f"http://:{here.port}", "PROCESSES": names, "XDG_DATA_HOME": str(folder), "HOME": str(folder)}
    text = (DEPLOY / "Caddyfile").read_text()
    assert "health_timeout 3s" in text
    own_file = folder / "Caddyfile"
    # A process that the machine keeps busy is not ill.
    own_file.write_text(text.replace("health_timeout 3s", f"health_timeout {ANSWER_SECONDS:.0f}s"))
    with _running(["caddy", "run", "--config", str(own_file), "--adapter", "caddyfile"], here, own):
        yield here


@contextmanager
def caddy_with_tls(folder: Path, processes: Sequence[int]) -> Iterator[Proxy]:
    """Run Caddy over HTTPS, with a certificate of its own making and without its listener at port 80."""
    text = (DEPLOY / "Caddyfile").read_text()
    assert "\tadmin off\n" in text
    own_file = folder / "Caddyfile"
    here_only = "auto_https disable_redirects\n\tlocal_certs\n\tskip_install_trust\n"
    own_file.write_text(text.replace("\tadmin off\n", f"\tadmin off\n\t{here_only}", 1))
    here = Proxy(folder, free_port(), client="127.0.0.10")
    names = " ".join(f"127.0.0.1:{port}" for port in processes)
    own = {"SITE": f"https://{NAME}:{here.port}", "PROCESSES": names, "XDG_DATA_HOME": str(folder), "HOME": str(folder)}
    with _running(["caddy", "run", "--config", str(own_file), "--adapter", "caddyfile"], here, own):
        yield here


@contextmanager
def _running(command: Sequence[str], here: Proxy, own: dict[str, str] | None = None) -> Iterator[None]:
    printed = here.folder / "printed.log"
    with (
        printed.open("wb") as output,
        subprocess.Popen(command, stdout=output, stderr=output, env=os.environ | (own or {})) as running,
    ):
        try:
            ports = [port for port in (here.port, here.plain) if port]
            until(lambda: all(map(_listens, ports)) or running.poll() is not None, what=command[0])
            assert running.poll() is None, printed.read_text()
            yield
        finally:
            running.terminate()


def configured(folder: Path, processes: Sequence[int]) -> Proxy:
    """Write the files of deploy/nginx for other paths and ports; nothing else of them is changed."""
    here = Proxy(folder, free_port(), plain=free_port())
    certificate(folder)
    listed = "".join(f"server 127.0.0.1:{port} max_fails=1 fail_timeout=5s;\n" for port in processes)
    (folder / "processes.conf").write_text(listed)
    outermost = {
        "/etc/nginx/conf.d/*.conf": f"{folder}/vervain.conf",
        "/tmp/nginx": f"{folder}/nginx",
        "/var/log/nginx/": f"{folder}/",
    }
    inner = {
        "/etc/nginx/vervain/processes.conf": f"{folder}/processes.conf",
        "/etc/nginx/tls/": f"{folder}/",
        "/var/log/nginx/": f"{folder}/",
        "/var/cache/vervain-nginx": f"{folder}/cache",
        "listen 80;": f"listen {here.plain};",
        "listen [::]:80;": "",
        "listen 443 ssl": f"listen {here.port} ssl",
        "listen [::]:443 ssl http2;": "",
    }
    for name, changes in (("nginx.conf", outermost), ("vervain.conf", inner)):
        text = (DEPLOY / "nginx" / name).read_text()
        for before, after in changes.items():
            assert before in text, f"{name} has no {before}"
            text = text.replace(before, after)
        (folder / name).write_text(text)
    return here


def _listens(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


def certificate(folder: Path) -> None:
    """Write a certificate that nobody else has signed, and its key: RSA, with which every cipher could be asked for."""
    key, now = rsa.generate_private_key(65537, 2048), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    about = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    about = about.serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    (folder / "fullchain.pem").write_bytes(about.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    (folder / "privkey.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )

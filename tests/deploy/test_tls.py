"""HTTPS as the files of deploy/ set it: TLS 1.2 and 1.3, nothing older, and ciphers that keep the past secret (ASVS 5, 12.1)."""

import contextlib
import json
import re
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from tests.support.nobody import nobody
from tests.support.proxied import DEPLOY, NAME, caddy_with_tls, certificate, needs, nginx, unverified
from tests.support.waiting import until

pytestmark = [pytest.mark.farm, pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1")]
ANY = "ALL:@SECLEVEL=0"
"""What OpenSSL can do at all, so that a refusal is the server's."""
STATIC = "AES128-GCM-SHA256:AES256-GCM-SHA384:AES256-SHA:@SECLEVEL=0"
"""Keys that travel under the server's own: whoever gets that one later reads everything."""
BLOCKS = "ECDHE+AES128+SHA256:ECDHE+AES+SHA:!AESGCM:@SECLEVEL=0"
"""Without authenticated encryption."""
KINDS = [pytest.param("nginx", marks=needs("nginx")), pytest.param("caddy", marks=needs("caddy"))]


@pytest.fixture(scope="module", params=KINDS)
def https(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Run a proxy before a process that is not there: the handshake comes first. Gives its port."""
    starts = {"nginx": nginx, "caddy": caddy_with_tls}[request.param]
    with nobody() as away, starts(tmp_path_factory.mktemp(request.param), [away]) as proxy:
        until(lambda: agreed(proxy.port, ssl.TLSVersion.TLSv1_3) is not None, what="a certificate")
        yield proxy.port


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1], ids=lambda one: one.name)
def test_what_is_older_is_refused(https: int, willing: int, version: ssl.TLSVersion) -> None:
    assert agreed(willing, version) is not None, "the client could"
    assert agreed(https, version) is None


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3], ids=lambda one: one.name)
def test_the_two_that_are_good_are_taken(https: int, version: ssl.TLSVersion) -> None:
    assert agreed(https, version) is not None


def test_the_newest_is_preferred(https: int) -> None:
    said = agreed(https, ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3)
    assert said is not None
    assert said[1] == "TLSv1.3"


@pytest.mark.parametrize("ciphers", [STATIC, BLOCKS], ids=["static", "blocks"])
def test_ciphers_that_are_weaker_are_refused(https: int, willing: int, ciphers: str) -> None:
    assert agreed(willing, ssl.TLSVersion.TLSv1_2, ciphers=ciphers) is not None, "the client could"
    assert agreed(https, ssl.TLSVersion.TLSv1_2, ciphers=ciphers) is None


@needs("caddy")
def test_caddy_gets_a_certificate_that_browsers_know() -> None:
    """Of an authority of the public, which is what it does unless a file says otherwise: ours does not."""
    adapted = subprocess.run(
        ["caddy", "adapt", "--config", DEPLOY / "Caddyfile", "--adapter", "caddyfile"],
        capture_output=True,
        env={"SITE": NAME, "PATH": str(Path(shutil.which("caddy") or "").parent)},
        timeout=30,
        check=True,
    )
    apps = json.loads(adapted.stdout)["apps"]
    assert "tls" not in apps
    [server] = apps["http"]["servers"].values()
    assert server["listen"] == [":443"]
    assert not {"automatic_https", "tls_connection_policies"} & set(server)
    assert re.search(rf'"host":\s*\["{NAME}"\]', adapted.stdout.decode())


@pytest.fixture(scope="module")
def willing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A server that takes everything, so that a refusal elsewhere says something about the server there."""
    folder = tmp_path_factory.mktemp("willing")
    certificate(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "fullchain.pem", folder / "privkey.pem")
    context.set_ciphers(ANY)
    context.minimum_version = ssl.TLSVersion.TLSv1
    with socket.create_server(("127.0.0.1", 0)) as listening:
        Thread(target=shake_hands, args=(listening, context), daemon=True).start()
        yield listening.getsockname()[1]


def shake_hands(listening: socket.socket, context: ssl.SSLContext) -> None:
    """Agree with whoever comes, until the socket is closed."""
    while True:
        try:
            raw, _ = listening.accept()
        except OSError:
            return
        with raw, contextlib.suppress(OSError), context.wrap_socket(raw, server_side=True) as secured:
            secured.recv(1)


def agreed(
    port: int, lowest: ssl.TLSVersion, highest: ssl.TLSVersion | None = None, *, ciphers: str = ANY
) -> tuple[str, str, int] | None:
    """Shake hands with a server of this machine; gives the cipher with its version, or None where it will not."""
    context = unverified()
    context.set_ciphers(ciphers)
    context.minimum_version, context.maximum_version = lowest, highest or lowest
    with socket.create_connection(("127.0.0.1", port), timeout=20) as raw:
        try:
            with context.wrap_socket(raw, server_hostname=NAME) as secured:
                return secured.cipher()
        except (ssl.SSLError, ConnectionError):
            return None

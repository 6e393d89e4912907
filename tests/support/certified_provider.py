"""The certified OpenID provider of npm (panva's oidc-provider), installed once, in a folder of its own, and kept."""

import json
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2

from bench.ports import free_port
from tests.support.browsing import HERE
from tests.support.identities import NAME
from tests.support.made_up_provider import CLIENT_ID, CLIENT_SECRET
from tests.support.model_server import ROOT, NotInstallable
from tests.support.waiting import ANSWER_SECONDS, until

KEPT = ROOT / ".bench" / "oidc-provider"
PINNED = "oidc-provider@9.13.3"
INSTALLING_SECONDS, STARTS_WITHIN = 300.0, 60.0
UNREACHABLE = ("ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "ENETUNREACH")
"""What npm says where it reaches no registry."""
NOT_FOR_US = "signs-with-the-secret"
"""A client of the provider whose ID tokens are HS256."""


def installed() -> Path:
    """Give the folder of the provider's modules; made where it is not there yet, which takes some seconds.

    Raises NotInstallable where there is no node or npm and where no registry is reached, and RuntimeError where npm failed.
    """
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        raise NotInstallable("there is no node, or no npm")
    done = KEPT / PINNED
    if not done.exists():
        shutil.rmtree(KEPT, ignore_errors=True)
        KEPT.mkdir(parents=True)
        (KEPT / "package.json").write_text("{}")
        asked = [npm, "install", "--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts", PINNED]
        found = subprocess.run(asked, cwd=KEPT, capture_output=True, text=True, check=False, timeout=INSTALLING_SECONDS)
        if found.returncode != 0 and any(one in found.stderr for one in UNREACHABLE):
            raise NotInstallable(found.stderr.strip().splitlines()[-1])
        if found.returncode != 0:
            raise RuntimeError(found.stderr)
        done.touch()
    return KEPT


@contextmanager
def certified_provider(people: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Serve the provider with ``people`` by their subject; gives its issuer."""
    folder, port = installed(), free_port()
    script = shutil.copy(Path(__file__).with_suffix(".mjs"), folder)  # modules are looked for beside the script
    said = {
        "port": port,
        "redirectUri": f"{HERE}/auth/oidc/{NAME}/callback",
        "clientId": CLIENT_ID,
        "clientSecret": CLIENT_SECRET,
        "notForUs": NOT_FOR_US,
        "people": people,
    }
    issuer = f"http://localhost:{port}"
    log = folder / f"log-{port}"
    with (
        log.open("wb") as output,
        subprocess.Popen(["node", script, json.dumps(said)], stdout=output, stderr=subprocess.STDOUT) as process,
    ):
        try:

            def answers() -> bool:
                assert process.poll() is None, log.read_text()
                try:
                    return (
                        httpx2.get(f"{issuer}/jwks", trust_env=False, timeout=ANSWER_SECONDS).status_code
                        == httpx2.codes.OK
                    )
                except httpx2.HTTPError:
                    return False

            until(answers, within=STARTS_WITHIN, what="the provider")
            yield issuer
        finally:
            process.kill()
            log.unlink()

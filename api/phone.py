"""The patient's phone page: static files that speak only the API and the socket, and what makes them one thing.

There is no build step. What the files are is read from the folder, and their version from what they say, so that nothing
has to be kept up by hand: the page names its modules, so that they come beside each other instead of one behind the other, and
the service worker keeps exactly them.
"""

import json
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from api.doors.headers import PHONE as POLICY

router = APIRouter(include_in_schema=False)

STATIC = Path(__file__).parent.parent / "static"
PHONE = STATIC / "m"
WORKER = "sw.js"
BESIDE = ("vervain.css", "sprig.svg", "icon.svg", "icon-192.png")
"""What the phone shares with the pages."""
Seen = tuple[tuple[Path, int, int], ...]
"""Files, with when they were written (nanoseconds) and their size (bytes)."""


@router.get("/m")
def phone() -> HTMLResponse:
    """Serve the phone page."""
    modules = "".join(f'  <link rel="modulepreload" href="{path}">\n' for path in _paths() if path.endswith(".js"))
    page = (PHONE / "index.html").read_text().replace("</head>", f"{modules}</head>", 1)
    headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-cache", "Referrer-Policy": "no-referrer"}
    return HTMLResponse(page, headers=headers)


@router.get("/m/sw.js")
def service_worker() -> Response:
    """Serve the phone's service worker from where it may govern /m; another version of any file makes it another one."""
    made_of = f"const VERSION = {json.dumps(_version(_seen()))};\nconst FILES = {json.dumps(['/m', *_paths()])};\n"
    headers = {"Service-Worker-Allowed": "/m", "Content-Security-Policy": POLICY, "Cache-Control": "no-cache"}
    return Response(made_of + (PHONE / WORKER).read_text(), media_type="text/javascript", headers=headers)


def files() -> list[Path]:
    """List what the phone page is made of, in one order."""
    own = (one for one in PHONE.rglob("*") if one.is_file() and one.name not in (WORKER, "index.html"))
    return sorted([*(STATIC / name for name in BESIDE), *own])


def _paths() -> list[str]:
    return [f"/static/{one.relative_to(STATIC).as_posix()}" for one in files()]


def _seen() -> Seen:
    found = [*files(), PHONE / "index.html", PHONE / WORKER]
    return tuple((one, one.stat().st_mtime_ns, one.stat().st_size) for one in found)


@lru_cache(maxsize=1)
def _version(seen: Seen) -> str:
    """Give a name of what the files say; they are read again only where one was written since."""
    said = sha256()
    for file, _, size in seen:
        said.update(f"{file.name} {size}\n".encode())
        said.update(file.read_bytes())
    return said.hexdigest()[:16]

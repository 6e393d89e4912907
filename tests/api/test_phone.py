"""The phone page: static files with a strict policy, which open without a network because the worker keeps all of them."""

import json
import re
from pathlib import Path

import httpx2
import pytest

from api import phone

Client = httpx2.AsyncClient


def kept(worker: str) -> list[str]:
    """Read which files a service worker keeps."""
    found = re.search(r"^const FILES = (\[.*\]);$", worker, re.MULTILINE)
    assert found, worker[:400]
    names: list[str] = json.loads(found[1])
    return names


async def test_the_page_and_its_service_worker(client: Client) -> None:
    page = await client.get("/m")
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    policy = page.headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "unsafe-eval" not in policy
    worker = await client.get("/m/sw.js")
    assert worker.headers["service-worker-allowed"] == "/m"
    assert worker.headers["content-type"].startswith("text/javascript")


async def test_all_that_the_page_is_made_of_is_kept_and_there(client: Client) -> None:
    files = kept((await client.get("/m/sw.js")).text)
    modules = {f"/static/{one.relative_to(phone.STATIC).as_posix()}" for one in phone.PHONE.rglob("*.js")}
    assert modules - set(files) == {"/static/m/sw.js"}, "a module left out would break a start without a network"
    for path in files:
        assert (await client.get(path)).status_code == 200, path
        assert path == "/m" or path.startswith("/static/"), "nothing of the practice is kept there"
    page = (await client.get("/m")).text
    for path in re.findall(r'(?:href|src)="(/[^"]+)"', page):
        assert path in files, path
    asked_for = set(re.findall(r'modulepreload" href="([^"]+)"', page))
    assert asked_for == modules - {"/static/m/sw.js"}


async def test_another_word_in_any_file_is_another_version(
    client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied = tmp_path / "static"
    for file in [*phone.files(), phone.PHONE / "index.html", phone.PHONE / phone.WORKER]:
        target = copied / file.relative_to(phone.STATIC)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.read_bytes())
    before = (await client.get("/m/sw.js")).text
    monkeypatch.setattr(phone, "STATIC", copied)
    monkeypatch.setattr(phone, "PHONE", copied / "m")
    assert (await client.get("/m/sw.js")).text == before, "the same words are the same version, wherever they lie"
    words = copied / "m" / "words.js"
    words.write_text(words.read_text() + "// One more.\n")
    after = (await client.get("/m/sw.js")).text
    assert kept(after) == kept(before)
    assert after != before


async def test_what_the_phone_loads_is_compressed_and_small(client: Client) -> None:
    size = 0
    for path in kept((await client.get("/m/sw.js")).text):
        async with client.stream("GET", path, headers={"Accept-Encoding": "gzip"}) as answer:
            size += sum([len(part) async for part in answer.aiter_raw()])
    assert 40_000 < size < 150_000, "the first load has to come over a slow line"

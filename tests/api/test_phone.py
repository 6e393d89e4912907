"""The phone page: a static file with a strict policy."""

import httpx2


async def test_the_page_and_its_service_worker(client: httpx2.AsyncClient) -> None:
    page = await client.get("/m")
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    policy = page.headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "unsafe-eval" not in policy
    worker = await client.get("/m/sw.js")
    assert worker.headers["service-worker-allowed"] == "/m"
    assert worker.headers["content-type"].startswith("text/javascript")

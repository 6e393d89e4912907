"""Measure the first load in a real Chromium: the phone's page on a slow 4G line, and the Overview on a laptop.

``python -m bench.first_load [--times N] [--json FILE]``; a server process with a demo practice of its own, a new browser
profile each time. Slow 4G is what Lighthouse calls so: 1.6 Mbit/s down, 750 kbit/s up, 150 ms for each round trip.
"""

import argparse
import asyncio
import json
import os
import platform
import shutil
import statistics
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench.pages.open_page import Visitor
from bench.pages.place import Practice, practice

SLOW_4G = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 750e3 / 8}
"""Milliseconds, and bytes a second, as the browser's own tools take them."""
GOAL_PHONE_MS, GOAL_PHONE_BYTES, GOAL_OVERVIEW_MS = 2_000, 150_000, 1_000
SHOWN = """
wanted => new Promise(resolve => {
  const look = () => {
    if (document.querySelector(wanted)) { observer.disconnect(); requestAnimationFrame(() => resolve(performance.now())); }
  };
  const observer = new MutationObserver(look);
  observer.observe(document, {childList: true, subtree: true});
  look();
})
"""
"""Resolves with the milliseconds since the navigation began, in the frame that shows what is wanted."""


@dataclass(frozen=True, slots=True)
class Loads:
    """What some first loads of one page took, medians."""

    what: str
    shown_ms: float
    painted_ms: float
    bytes: int
    """Over the line, headers and compression as they are."""
    requests: int


def main() -> None:
    """Measure and print the table."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--times", type=int, default=5, help="first loads of each page (5)")
    arguments.add_argument("--json", type=Path, help="write the numbers and ratios to this file as well")
    chosen = arguments.parse_args()
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, which server and browser share.")
    with practice() as here:
        phone, overview = asyncio.run(_both(here, chosen.times))
    print(f"{'':>28} {'shown ms':>9} {'painted ms':>11} {'bytes':>9} {'requests':>9}")
    for one in (phone, overview):
        print(f"{one.what:>28} {one.shown_ms:9.0f} {one.painted_ms:11.0f} {one.bytes:9,} {one.requests:9}")
    ratios = {
        "phone_ms": phone.shown_ms / GOAL_PHONE_MS,
        "phone_bytes": phone.bytes / GOAL_PHONE_BYTES,
        "overview_ms": overview.painted_ms / GOAL_OVERVIEW_MS,
    }
    print("Of the goals:", ", ".join(f"{name} {ratio:.2f}" for name, ratio in ratios.items()))
    if chosen.json:
        numbers = {"phone": asdict(phone), "overview": asdict(overview), "ratios": ratios}
        chosen.json.write_text(json.dumps(numbers, indent=2) + "\n")


async def _both(here: Practice, times: int) -> tuple[Loads, Loads]:
    from playwright.async_api import async_playwright

    base = f"http://127.0.0.1:{here.server.port}"
    visitor = Visitor(here, here.people[0])
    await visitor.sign_in()
    async with async_playwright() as playwright:
        look = {key: value for key, value in playwright.devices["Pixel 7"].items() if key != "default_browser_type"}
        browser = await playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        await _load(browser, base, "h1", {}, SLOW_4G)  # the first of all has the server's own first time in it
        phones = [await _load(browser, f"{base}/m", "h1", look, SLOW_4G) for _ in range(times)]
        signed = {"extra_http_headers": {"Cookie": visitor.cookie}}
        desks = [await _load(browser, f"{base}/", "h1", signed, None) for _ in range(times)]
        await browser.close()
    await visitor.leave()
    return _median("the phone on slow 4G", phones), _median("the Overview on a laptop", desks)


async def _load(browser: Any, address: str, wanted: str, look: dict[str, Any], line: dict[str, Any] | None) -> Loads:
    context = await browser.new_context(service_workers="block", **look)
    page = await context.new_page()
    network = await context.new_cdp_session(page)
    came: list[int] = []
    network.on("Network.loadingFinished", lambda event: came.append(int(event["encodedDataLength"])))
    await network.send("Network.enable")
    if line:
        await network.send("Network.emulateNetworkConditions", line)
    await page.goto(address, wait_until="commit")
    shown = float(await page.evaluate(SHOWN, wanted))
    await page.wait_for_load_state("networkidle")
    painted = await page.evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN")
    await context.close()
    return Loads(address, shown, float(painted), sum(came), len(came))


def _median(what: str, loads: list[Loads]) -> Loads:
    return Loads(
        what,
        statistics.median(one.shown_ms for one in loads),
        statistics.median(one.painted_ms for one in loads),
        int(statistics.median(one.bytes for one in loads)),
        int(statistics.median(one.requests for one in loads)),
    )


if __name__ == "__main__":
    main()

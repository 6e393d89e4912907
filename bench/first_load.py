"""Measure the first load in a real Chromium: the phone's page on a slow 4G line, and the Overview on a laptop.

``python -m bench.first_load [--times N] [--json FILE]``; a server process with a demo practice of its own, a new browser
profile each time, and for the Overview once more with the files that it has kept by then. Slow 4G is what Lighthouse calls so:
1.6 Mbit/s down, 750 kbit/s up, 150 ms for each round trip.
"""

import argparse
import asyncio
import json
import math
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
LIVE = "[data-testid=live-mark][data-state=live]"
SHOWN = """
wanted => new Promise(resolve => {
  const look = () => {
    if (document.querySelector(wanted)) { observer.disconnect(); requestAnimationFrame(() => resolve(performance.now())); }
  };
  const observer = new MutationObserver(look);
  observer.observe(document, {childList: true, subtree: true, attributes: true});
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
    live_ms: float
    """Until it follows what happens; NaN for the phone, where nobody is signed in."""
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
        phone, overview, again = asyncio.run(_all(here, chosen.times))
    print(f"{'':>28} {'shown ms':>9} {'painted ms':>11} {'live ms':>8} {'bytes':>9} {'requests':>9}")
    for one in (phone, overview, again):
        live = "" if math.isnan(one.live_ms) else f"{one.live_ms:.0f}"
        print(f"{one.what:>28} {one.shown_ms:9.0f} {one.painted_ms:11.0f} {live:>8} {one.bytes:9,} {one.requests:9}")
    ratios = {
        "phone_ms": phone.shown_ms / GOAL_PHONE_MS,
        "phone_bytes": phone.bytes / GOAL_PHONE_BYTES,
        "overview_ms": overview.painted_ms / GOAL_OVERVIEW_MS,
    }
    print("Of the goals:", ", ".join(f"{name} {ratio:.2f}" for name, ratio in ratios.items()))
    if chosen.json:
        loads = {"phone": phone, "overview": overview, "overview_again": again}
        numbers = {name: asdict(one) for name, one in loads.items()} | {"ratios": ratios}
        chosen.json.write_text(json.dumps(numbers, indent=2) + "\n")


async def _all(here: Practice, times: int) -> tuple[Loads, Loads, Loads]:
    from playwright.async_api import async_playwright

    base = f"http://127.0.0.1:{here.server.port}"
    visitor = Visitor(here, here.people[0])
    await visitor.sign_in()
    async with async_playwright() as playwright:
        look = {key: value for key, value in playwright.devices["Pixel 7"].items() if key != "default_browser_type"}
        browser = await playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        await _loads(browser, base, {}, SLOW_4G)  # the first of all has the server's own first time in it
        phones = [(await _loads(browser, f"{base}/m", look, SLOW_4G))[0] for _ in range(times)]
        signed = {"extra_http_headers": {"Cookie": visitor.cookie}}
        desks = [await _loads(browser, f"{base}/", signed, None) for _ in range(times)]
        await browser.close()
    await visitor.leave()
    return (
        _median("the phone on slow 4G", phones),
        _median("the Overview on a laptop", [first for first, *_ in desks]),
        _median("the same, files kept", [again for _, again in desks]),
    )


async def _loads(browser: Any, address: str, look: dict[str, Any], line: dict[str, Any] | None) -> list[Loads]:
    """Load a page in a new profile; without a slow line also once more, with what it has kept."""
    context = await browser.new_context(service_workers="block", **look)
    loads = [await _load(context, address, line) for _ in range(1 if line else 2)]
    await context.close()
    return loads


async def _load(context: Any, address: str, line: dict[str, Any] | None) -> Loads:
    page = await context.new_page()
    network = await context.new_cdp_session(page)
    came: list[int] = []
    network.on("Network.loadingFinished", lambda event: came.append(int(event["encodedDataLength"])))
    await network.send("Network.enable")
    if line:
        await network.send("Network.emulateNetworkConditions", line)
    await page.goto(address, wait_until="commit")
    shown = float(await page.evaluate(SHOWN, "h1"))
    live = float("nan") if line else float(await page.evaluate(SHOWN, LIVE))
    await page.wait_for_load_state("networkidle")
    painted = await page.evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN")
    await page.close()
    return Loads(address, shown, float(painted), live, sum(came), len(came))


def _median(what: str, loads: list[Loads]) -> Loads:
    return Loads(
        what,
        statistics.median(one.shown_ms for one in loads),
        statistics.median(one.painted_ms for one in loads),
        statistics.median(one.live_ms for one in loads),
        int(statistics.median(one.bytes for one in loads)),
        int(statistics.median(one.requests for one in loads)),
    )


if __name__ == "__main__":
    main()

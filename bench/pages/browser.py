"""A real Chromium page among the others: that a change which was sent can also be seen."""

import asyncio
import shutil
import time
from typing import Any

from bench.pages.measuring import PAUSE_SECONDS, Phone
from bench.pages.open_page import Visitor
from bench.pages.place import Practice

SEEN = """
words => new Promise(resolve => {
  const look = () => {
    if (document.body.innerText.includes(words)) { observer.disconnect(); requestAnimationFrame(() => resolve(Date.now())); }
  };
  const observer = new MutationObserver(look);
  observer.observe(document.body, {childList: true, subtree: true, characterData: true});
  look();
})
"""
"""Resolves with the time at which the words stand on the page, in the frame that shows them."""


PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
SHOWN = "document.querySelector('[data-testid=live-mark][data-state=live]') && performance.now()"
OPENINGS = 6


async def first_paint(here: Practice) -> dict[str, float]:
    """Open the Overview so often, first with an empty cache; gives the milliseconds until something is seen, and until Live."""
    from playwright.async_api import async_playwright

    visitor = Visitor(here, here.people[0])
    await visitor.sign_in()
    painted, live = [], []
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        context = await chromium.new_context(extra_http_headers={"Cookie": visitor.cookie})
        for _ in range(OPENINGS):
            page = await context.new_page()
            await page.goto(f"http://127.0.0.1:{here.server.port}/")
            painted.append(float(await (await page.wait_for_function(PAINT)).json_value()))
            live.append(float(await (await page.wait_for_function(SHOWN, polling=10)).json_value()))
            await page.close()
        await chromium.close()
    await visitor.leave()
    again = sorted(painted[1:])
    return {
        "paint_first_ms": painted[0],
        "paint_p50_ms": again[len(again) // 2],
        "paint_max_ms": again[-1],
        "live_p50_ms": sorted(live[1:])[len(again) // 2],
    }


async def seen_in_a_browser(here: Practice, others: int, changes: int) -> dict[str, float]:
    """Answer so often while so many other pages are open; gives the milliseconds until Chromium shows it."""
    from playwright.async_api import async_playwright  # only those who ask for a browser need it

    visitors = [Visitor(here, person_id) for person_id in here.people]
    await asyncio.gather(*(visitor.sign_in() for visitor in visitors))
    pages = [await visitors[number % len(visitors)].open("/feedback") for number in range(others)]
    base = f"http://127.0.0.1:{here.server.port}"
    took: list[float] = []
    async with async_playwright() as playwright, Phone(here) as phone:
        chromium = await playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        context = await chromium.new_context(extra_http_headers={"Cookie": visitors[0].cookie})
        page = await context.new_page()
        await page.goto(f"{base}/feedback")
        await page.wait_for_function("window.did_handshake === true")
        for number in range(changes):
            took.append(await _seen(phone, page, f"Seen {number}."))
            await asyncio.sleep(PAUSE_SECONDS)
        await chromium.close()
    await asyncio.gather(*(one.close() for one in pages), *(visitor.leave() for visitor in visitors))
    took.sort()
    return {"p50_ms": took[len(took) // 2], "max_ms": took[-1]}


async def _seen(phone: Phone, page: Any, words: str) -> float:
    shown = asyncio.create_task(page.evaluate(SEEN, words))
    await asyncio.sleep(PAUSE_SECONDS)  # it looks before it is told
    began = time.time()
    await phone.answer(words)
    return float(await shown) - began * 1000

"""Who cannot see, point or hold a mouse: what a machine can say of a page for them (WCAG 2.2 AA)."""

from importlib.resources import files
from typing import Any

from playwright.async_api import Page

RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
COLOURS = ("color-contrast", "link-in-text-block")
"""What can be otherwise where only the colours are."""
AXE = """async (only) => (await axe.run({ runOnly: only, resultTypes: ['violations'] })).violations.flatMap(
    ({ id, nodes }) => nodes.map((one) => `${id}: ${one.html.slice(0, 160)} (${one.failureSummary.slice(0, 200)})`))"""
FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
SETTLED = """() => {
    const dark = matchMedia('(prefers-color-scheme: dark)').matches;
    const moving = document.getAnimations().some((one) => one.playState === 'running' && one.effect.getTiming().iterations < 9);
    return document.body.classList.contains(dark ? 'body--dark' : 'body--light') && !moving;
}"""
LEAST = 24
"""CSS pixels, WCAG 2.5.8."""
TARGETS = """(least) => [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')]
    .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.matches('.q-select__focus-target, .skip'))
    .map((one) => [one, ((one.matches('input') && one.closest('label')) || one).getBoundingClientRect()])
    .filter(([, box]) => box.width && (box.width < least || box.height < least))
    .map(([one, box]) => `${one.outerHTML.slice(0, 120)} ${box.width.toFixed(1)} × ${box.height.toFixed(1)}`)"""
FOCUSED = """() => {
    const one = document.activeElement;
    if (!one || one === document.body) return null;
    const seen = one.closest('.q-field__control, .vv-mark, .choice, .q-toggle') ?? one;
    const box = seen.getBoundingClientRect();
    const inside = [[.5, .5], [.15, .5], [.85, .5], [.5, .2], [.5, .8]].some(([x, y]) => {
        const on = document.elementFromPoint(box.left + box.width * x, box.top + box.height * y);
        return on && (seen.contains(on) || on.contains(seen));
    });
    const shown = [one, seen, ...seen.querySelectorAll('*')].some((part) => [null, '::before', '::after'].some((where) => {
        const style = getComputedStyle(part, where);
        return (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2)
            || part.matches('.q-field--focused .q-field__control');
    }));
    one.dataset.visited = Number(one.dataset.visited ?? 0) + 1;
    return { what: one.outerHTML.slice(0, 120), inside, shown, again: one.dataset.visited > 1 };
}"""
MOST_STOPS = 150


async def violations(page: Page, *, colours_only: bool = False) -> list[str]:
    """List what axe-core finds on a page, one line an element.

    Evaluated as DevTools does: a script element is what the page's policy forbids.
    """
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8"))
    only = {"type": "rule", "values": COLOURS} if colours_only else {"type": "tag", "values": RULES}
    return list(await page.evaluate(AXE, only))


async def small_targets(page: Page) -> list[str]:
    """List what is to be clicked and smaller than 24 by 24 CSS pixels."""
    return list(await page.evaluate(TARGETS, LEAST))


async def tabbed(page: Page) -> list[dict[str, Any]]:
    """Press Tab until the focus has been everywhere; says of each stop whether it is seen and uncovered."""
    stops: list[dict[str, Any]] = []
    for _ in range(MOST_STOPS):
        await page.keyboard.press("Tab")
        stop = await page.evaluate(FOCUSED)
        if stop is None or stop["again"]:
            break
        stops.append(stop)
    return stops

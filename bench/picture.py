"""Draw results as one picture: panels of lines beside one another, as SVG or, where there is a Chromium, as PNG."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

WIDTH, HEIGHT, LEFT, TOP, GAP = 280, 220, 55, 50, 85
INK, FAINT = "#2b2f2b", "#c9cec8"
COLOURS = ("#1f6f54", "#b5532a", "#4a5fa5", "#8a7a1f")


@dataclass(frozen=True, slots=True)
class Line:
    """Points (x, y), joined."""

    name: str
    points: Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Panel:
    """Lines over axes that begin at ``x`` and ``y`` and end where these say; ``diagonal`` where x and y should agree."""

    title: str
    x_name: str
    y_name: str
    x: tuple[float, float]
    y: tuple[float, float]
    lines: Sequence[Line]
    diagonal: bool = False


def svg(panels: Sequence[Panel]) -> str:
    """Draw panels beside one another."""
    width = LEFT + len(panels) * (WIDTH + GAP)
    height = TOP + HEIGHT + 60 + 18 * max(len(panel.lines) for panel in panels)
    drawn = "".join(_panel(panel, LEFT + number * (WIDTH + GAP)) for number, panel in enumerate(panels))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'font-family="sans-serif" font-size="12" fill="{INK}">\n<rect width="100%" height="100%" fill="white"/>\n{drawn}</svg>\n'
    )


def _panel(panel: Panel, left: float) -> str:
    def at(x: float, y: float) -> tuple[float, float]:
        across = (x - panel.x[0]) / (panel.x[1] - panel.x[0])
        up = (y - panel.y[0]) / (panel.y[1] - panel.y[0])
        return round(left + across * WIDTH, 1), round(TOP + HEIGHT - up * HEIGHT, 1)

    parts = [_text(left, TOP - 20, panel.title, weight="bold")]
    for step in range(5):
        x = panel.x[0] + step / 4 * (panel.x[1] - panel.x[0])
        y = panel.y[0] + step / 4 * (panel.y[1] - panel.y[0])
        across, bottom = at(x, panel.y[0])
        parts.append(_text(across, bottom + 16, _number(x), anchor="middle"))
        start, up = at(panel.x[0], y)
        parts.append(_text(start - 6, up + 4, _number(y), anchor="end"))
        parts.append(f'<path d="M{start},{up}h{WIDTH}" stroke="{FAINT}"/>\n')
    parts.append(_text(left + WIDTH / 2, TOP + HEIGHT + 34, panel.x_name, anchor="middle"))
    parts.append(_text(left, TOP - 5, panel.y_name))
    if panel.diagonal:
        (x1, y1), (x2, y2) = at(panel.x[0], panel.y[0]), at(panel.x[1], panel.y[1])
        parts.append(f'<path d="M{x1},{y1}L{x2},{y2}" stroke="{INK}" stroke-dasharray="4 4"/>\n')
    for number, line in enumerate(panel.lines):
        colour = COLOURS[number % len(COLOURS)]
        places = [at(*point) for point in line.points]
        path = "L".join(f"{x},{y}" for x, y in places)
        parts.append(f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2"/>\n')
        parts += [f'<circle cx="{x}" cy="{y}" r="5" fill="{colour}" fill-opacity="0.7"/>\n' for x, y in places]
        down = TOP + HEIGHT + 56 + 18 * number
        parts.append(f'<rect x="{left}" y="{down - 9}" width="14" height="10" fill="{colour}"/>\n')
        parts.append(_text(left + 20, down, line.name))
    return "".join(parts)


def _text(x: float, y: float, text: str, *, anchor: str = "start", weight: str = "normal") -> str:
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" font-weight="{weight}">{escape(text)}</text>\n'


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 or value == int(value) else f"{value:.3g}"


def save(file: Path, panels: Sequence[Panel]) -> None:
    """Draw panels into a file: SVG, or PNG by the Chromium that the tests drive."""
    drawn = svg(panels)
    if file.suffix != ".png":
        file.write_text(drawn)
        return
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = chromium.new_page()
        page.set_content(f'<body style="margin:0">{drawn}</body>')
        page.locator("svg").screenshot(path=file)
        chromium.close()

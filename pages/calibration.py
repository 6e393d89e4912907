"""The calibration curve: what was predicted against what happened, with the interval of each bin and how many it holds."""

from collections.abc import Sequence

from nicegui import ui

from domain.predictors.card import Bin
from pages.frame import labelled
from pages.language import Language

SIZE, EDGE = 240, 36
"""Of the square that the shares are drawn in, and of the space for the numbers beside it; in units of the picture."""


def draw(bins: Sequence[Bin], _: Language) -> None:
    """Draw the curve; the table beside it says the same in words."""
    label = _("Calibration: what was predicted against what happened, {count} bins", count=_.number(len(bins)))
    labelled(ui.html(picture(bins, _), sanitize=False), label).classes("vv-calibration").props("role=img")


def picture(bins: Sequence[Bin], _: Language) -> str:
    """Write the picture: nothing but numbers of ours and escaped texts is in it."""
    parts = [f'<line class="vv-calibration__ideal" x1="{_x(0)}" y1="{_y(0)}" x2="{_x(1)}" y2="{_y(1)}"/>']
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        text = _.percent(share)
        parts.append(
            f'<line class="vv-calibration__grid" x1="{_x(0)}" y1="{_y(share)}" x2="{_x(1)}" y2="{_y(share)}"/>'
        )
        parts.append(f'<text x="{EDGE - 6}" y="{_y(share) + 4}" text-anchor="end">{text}</text>')
        parts.append(f'<text x="{_x(share)}" y="{SIZE + EDGE / 2 + 18}" text-anchor="middle">{text}</text>')
    points = " ".join(f"{_x(one.predicted)},{_y(one.improved / one.answered)}" for one in bins)
    parts.append(f'<polyline class="vv-calibration__line" points="{points}"/>')
    for one in bins:
        x = _x(one.predicted)
        parts.append(f'<line class="vv-calibration__bar" x1="{x}" y1="{_y(one.low)}" x2="{x}" y2="{_y(one.high)}"/>')
        parts.append(f'<circle class="vv-calibration__point" cx="{x}" cy="{_y(one.improved / one.answered)}" r="4"/>')
    width, height = SIZE + EDGE + 24, SIZE + EDGE + 16
    return f'<svg viewBox="0 0 {width} {height}" direction="ltr" aria-hidden="true">{"".join(parts)}</svg>'


def _x(share: float) -> float:
    return round(EDGE + share * SIZE, 1)


def _y(share: float) -> float:
    return round(EDGE / 2 + (1 - share) * SIZE, 1)

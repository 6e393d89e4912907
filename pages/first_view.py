"""What a page shows before its script has run: the frame and the first numbers, written by the server.

Vue begins only when half a megabyte of script has come and run; a person can read meanwhile, and the ways to other pages
work. It is taken away in the turn in which the page itself appears: never both, and nothing jumps. Every text is escaped here,
and this is the only place of the pages that writes text as markup (tests/pages/test_markup.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from nicegui import ui

from pages.language import Language

TAKEN_AWAY = """<script>
new MutationObserver((_, looking) => {
  if (!document.getElementById("app")?.firstElementChild) return;
  looking.disconnect();
  document.getElementById("vv-before")?.remove();
}).observe(document.body, { childList: true, subtree: true });
</script>"""
"""Observers are told in the turn of the change, before anything is painted."""


@dataclass(frozen=True, slots=True)
class FirstView:
    """What is known of a page when it is sent."""

    title: str
    subtitle: str
    practice: str
    pages: Sequence[tuple[str, str]]
    """Address and name of each."""
    path: str
    """The address of the one that is shown."""
    numbers: Sequence[tuple[str, str]] = ()
    """Each with its label."""


def show_first(view: FirstView, _: Language) -> None:
    """Send it with the page."""
    ui.add_body_html(markup(view, direction=_.direction) + TAKEN_AWAY)


def markup(view: FirstView, *, direction: str) -> str:
    """Write it as HTML."""
    links = "".join(
        f'<a class="vv-nav" href="{escape(address)}"{" aria-current=page" if address == view.path else ""}>{escape(name)}</a>'
        for address, name in view.pages
    )
    numbers = "".join(
        f'<div class="vv-card vv-stat"><div>{escape(number)}</div><div>{escape(label)}</div></div>'
        for number, label in view.numbers
    )
    subtitle = f'<div class="vv-soft vv-subtitle">{escape(view.subtitle)}</div>' if view.subtitle else ""
    return (
        f'<div id="vv-before" class="vv-before" dir="{escape(direction)}">'
        '<header class="vv-before__header"><img class="vv-brand__mark" src="/static/icon.svg" alt="">'
        f'<span class="vv-brand__name">Vervain</span><span class="vv-practice vv-soft">{escape(view.practice)}</span></header>'
        f'<nav class="vv-before__pages">{links}</nav>'
        f'<main class="vv-page vv-before__page"><h1 class="vv-title vv-h1">{escape(view.title)}</h1>{subtitle}'
        f"{f'<div class=vv-stats>{numbers}</div>' if numbers else ''}</main></div>"
    )

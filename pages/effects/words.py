"""How the numbers of what works are said: the cells of a table, the sentences of an opened row, the values of its file."""

from collections.abc import Sequence
from datetime import datetime

from domain.cell_views import Numbers
from domain.sheet import Value
from domain.statistics import Estimate, Tier, Trend, over_half
from pages.elements.live_table import Line
from pages.language import N_, Language

TIERS = {
    Tier.HIDDEN: N_("Too few answers"),
    Tier.EARLY: N_("Early"),
    Tier.PRELIMINARY: N_("Preliminary"),
    Tier.PLAIN: N_("Established here"),
}
TRENDS = {Trend.RISING: N_("Rising"), Trend.FALLING: N_("Falling"), Trend.STEADY: N_("Steady")}
HALF = (0.45, 0.55)
"""Nobody can see the difference from a half."""
NEARLY_CERTAIN = 0.99
SHEET = (
    "prescribed",
    "answered",
    "improved",
    "share",
    "low_95",
    "high_95",
    "worst_case",
    "best_case",
    "prior_mean",
    "prior_share",
    "tier",
    "trend",
    "average_rating",
    "updated",
)
"""The columns of a file that say what is counted; shares are 0–1, and empty with fewer than 5 answers."""

Cell = dict[str, object] | None


def columns(*first: dict[str, object], _: Language) -> list[dict[str, object]]:
    """Give the columns of a table of numbers, behind those that name a row."""
    return [
        *first,
        {"name": "effect", "label": _("Improved (95 % interval)")},
        {"name": "funnel", "label": _("Prescribed → answered → improved")},
        {"name": "tier", "label": _("How sure")},
        {"name": "trend", "label": _("Trend")},
        {"name": "stars", "label": _("Stars"), "number": True},
        {"name": "updated", "label": _("Last change")},
    ]


def cells(view: Numbers, _: Language) -> dict[str, Cell]:
    """Write the numbers of a row."""
    worst = _worst_in_short(view, _)
    return {
        "effect": effect(view.estimate, view.tier, _),
        "funnel": funnel(view.prescribed, view.answered, view.improved, _) | ({"more": worst} if worst else {}),
        "tier": {"chip": view.tier.value, "text": _(TIERS[view.tier])},
        "trend": {"chip": view.trend.value, "text": _(TRENDS[view.trend])} if view.trend in TRENDS else {"text": "–"},
        "stars": {"text": _.number(view.average_rating, 1)} if view.average_rating is not None else {"text": "–"},
        "updated": {"text": _.time(view.updated)},
    }


def effect(estimate: Estimate | None, tier: Tier, _: Language) -> Cell:
    """Draw the estimate with its interval; nothing below 5 answers."""
    if estimate is None or tier is Tier.HIDDEN:
        return None
    return {
        "meter": [round(estimate.low, 3), round(estimate.mean, 3), round(estimate.high, 3)],
        "early": tier is Tier.EARLY,
        "text": share_of(estimate, _),
        "more": _(
            "{usual} usual, {own} own answers",
            usual=_.percent(estimate.prior_share),
            own=_.percent(estimate.confidence),
        ),
    }


def share_of(estimate: Estimate, _: Language) -> str:
    """Write the estimate with its interval."""
    return f"{_.percent(estimate.mean)} ({_.percent(estimate.low)}–{_.percent(estimate.high)})"


def funnel(prescribed: int, answered: int, improved: int, _: Language) -> dict[str, object]:
    """Write the three counts, on one line."""
    counts = (prescribed, answered, improved)
    return {"text": _(" → ").join(_.number(count) for count in counts).replace(" ", "\u00a0")}


def told(view: Numbers, _: Language) -> list[Line]:
    """Say in sentences how the number comes about, and how far it carries."""
    counts = {"improved": _.number(view.improved), "answered": _.number(view.answered)}
    if view.tier is Tier.HIDDEN or view.estimate is None:
        few = _("{improved} of {answered} who answered improved. A share is shown from 5 answers on.", **counts)
        return [{"label": _("How the number comes about"), "texts": [few]}]
    known = view.estimate
    came = _(
        "{improved} of the {answered} patients who answered improved. What is usual, {usual}, counts beside them like "
        "{strength} answers more: that makes {share}, and between {low} and {high} with a certainty of 95 %.",
        **counts,
        usual=_.percent(view.prior.mean),
        strength=_.number(view.prior.strength),
        share=_.percent(known.mean),
        low=_.percent(known.low),
        high=_.percent(known.high),
    )
    half = _(
        "That more than half of such patients improve is {chance} certain.",
        chance=_chance(over_half(view.improved, view.answered, view.prior), _),
    )
    return [
        {"label": _("How the number comes about"), "texts": [came, _parts(known, _)]},
        {"label": _("More than half"), "texts": [half]},
        {"label": _("Worst case"), "texts": [_worst(view, _)]},
    ]


def values(view: Numbers) -> list[Value]:
    """Give the values of a file's row, in the order of ``SHEET``."""
    hidden = view.tier is Tier.HIDDEN
    known = None if hidden else view.estimate
    worst, best = (None, None) if hidden or view.worst_case is None else view.worst_case
    shares: list[float | None] = [None] * 3 if known is None else [known.mean, known.low, known.high]
    shares += [worst, best, *([None, None] if known is None else [view.prior.mean, known.prior_share])]
    return [
        view.prescribed,
        view.answered,
        view.improved,
        *(None if share is None else round(share, 4) for share in shares),
        view.tier.value,
        view.trend.value,
        None if view.average_rating is None else round(view.average_rating, 2),
        iso(view.updated),
    ]


def iso(moment: datetime) -> str:
    """Write a moment as a file has it."""
    return moment.isoformat(timespec="seconds")


def listed(names: Sequence[str], _: Language) -> str:
    """Write names one behind the other."""
    return _(", ").join(names)


def _parts(known: Estimate, _: Language) -> str:
    if HALF[0] <= known.prior_share <= HALF[1]:
        return _("Half of this number is what is usual, half your own answers.")
    return _(
        "{usual} of this number is what is usual, {own} your own answers.",
        usual=_.percent(known.prior_share),
        own=_.percent(known.confidence),
    )


def _worst_in_short(view: Numbers, _: Language) -> str:
    if view.worst_case is None or view.tier is Tier.HIDDEN or view.prescribed == view.answered:
        return ""
    low, high = view.worst_case
    return _("Worst case {low}, best {high}", low=_.percent(low), high=_.percent(high))


def _worst(view: Numbers, _: Language) -> str:
    silent = view.prescribed - view.answered
    if view.worst_case is None or not silent:
        return _("Everybody has answered: nothing is missing.")
    low, high = view.worst_case
    return _.plural(
        N_("One patient has not answered. Without them having improved it is {low} of all, with {high}."),
        N_("{count} have not answered. If none of them improved it is {low} of all, if all of them did {high}."),
        silent,
        low=_.percent(low),
        high=_.percent(high),
    )


def _chance(chance: float, _: Language) -> str:
    if chance > NEARLY_CERTAIN:
        return _("more than {share}", share=_.percent(NEARLY_CERTAIN))
    if chance < 1 - NEARLY_CERTAIN:
        return _("less than {share}", share=_.percent(1 - NEARLY_CERTAIN))
    return _.percent(chance)

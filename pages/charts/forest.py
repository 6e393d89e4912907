"""The forest plot: an interval for each herb and condition, those that rest on little visibly so."""

from collections.abc import Sequence
from functools import lru_cache

from domain.cell_views import CellView, Stretch
from domain.effectiveness import PractitionerView
from domain.statistics import Tier
from domain.summed_views import SummedView
from pages.charts import picture
from pages.charts.picture import REMEMBERED, Mark, Option, Picture, rounded
from pages.effects.words import TIERS, share_of
from pages.language import N_, Language

MANY = 12
"""Rows of one plot: more is a wall that nobody reads."""
ROW, EDGE = 46, 64
"""Height of a row, and of what is above and below them."""
LEGEND = (
    ("early", N_("Early: 5 to 10 answers")),
    ("preliminary", N_("Preliminary: 11 to 29")),
    ("plain", N_("Established here: from 30 on")),
    ("prior", N_("What is usual, without its own answers")),
    ("cases", N_("Worst and best case, whatever the silent ones would say")),
)
FIELDS = (
    "answered", "improved", "prescribed", "share", "low_95", "high_95", "prior_mean", "prior_share", "worst_case",
    "best_case", "tier",
)  # fmt: skip
LEAST_RATIO = 0.01
"""A logarithmic axis has no 0."""
SHARES: Option = {"type": "value", "min": 0, "max": 1, "as": "share", "turns": True}


def of_shares(
    found: Stretch[CellView] | Stretch[SummedView], first: int, _: Language, *, weakest: bool, title: str, name: str
) -> Picture:
    """Draw the share improved of each row with its 95 % interval, on a fixed axis from 0 to 100 %."""
    marks = [of_share(view, _) for view in found.views]
    return Picture(
        name=name,
        title=title,
        note=_("Ordered by the lower end of the 95 % interval. Beside each: answered → improved."),
        sentence=sentence(marks, found.total, _, weakest=weakest),
        empty="" if marks else _nothing(found, _),
        marks=tuple(marks),
        option=_option(SHARES),
        columns=(
            _("Herb and condition") if name == "forest" else _("Name"),
            _("Improved (95 % interval)"),
            _("Answered → improved"),
            _("Usual"),
            _("Worst and best case"),
            _("How sure"),
        ),
        fields=(*_named(name), *FIELDS),
        legend=[(kind, _(text)) for kind, text in LEGEND],
        height=len(marks) * ROW + EDGE,
        leads=True,
        stretch=picture.Stretch(first, len(marks), found.total, weakest, _said(found, first, _)),
    )


@lru_cache(16 * REMEMBERED)
def of_share(view: CellView | SummedView, _: Language) -> Mark:
    """Draw one row; ``view`` has a share (at least 5 answers)."""
    known = view.estimate
    if known is None or view.tier is Tier.HIDDEN:
        raise ValueError("below 5 answers no share is drawn")
    key, name, named = _who(view)
    between = view.worst_case or (known.mean, known.mean)
    cases = f"{_.percent(between[0])}–{_.percent(between[1])}"
    counts = _(" → ").join((_.number(view.answered), _.number(view.improved)))
    says = _(
        "{name}: {share}; {improved} of {answered} who answered improved; usual {usual}; worst and best case {cases}. {tier}.",
        name=_(", ").join(name),
        share=share_of(known, _),
        improved=_.number(view.improved),
        answered=_.number(view.answered),
        usual=_.percent(view.prior.mean),
        cases=cases,
        tier=_(TIERS[view.tier]),
    )
    drawn = {
        "low": rounded(known.low),
        "mean": rounded(known.mean),
        "high": rounded(known.high),
        "prior": rounded(view.prior.mean),
        "worst": rounded(between[0]),
        "best": rounded(between[1]),
        "tier": view.tier.value,
        "beside": counts,
    }
    cells = (_(", ").join(name), share_of(known, _), counts, _.percent(view.prior.mean), cases, _(TIERS[view.tier]))
    shares = (known.mean, known.low, known.high, view.prior.mean, known.prior_share, *between)
    values = (*named, view.answered, view.improved, view.prescribed, *map(rounded, shares), view.tier.value)
    return Mark(key, "\n".join(name), drawn, says, cells, values)


def of_ratios(views: Sequence[PractitionerView], _: Language) -> Picture:
    """Draw improved by expected of each practitioner, on a logarithmic axis: twice and half are as far from 1."""
    marks = [mark for view in views if (mark := _of_ratio(view, _)) is not None]
    return Picture(
        name="practitioners",
        title=_("Improved by expected"),
        note=_("On a logarithmic axis; the line at 1 is as expected. Beside each: answered → improved."),
        sentence=sentence(marks, len(marks), _, weakest=False),
        empty=""
        if marks
        else _("Here the ratio is drawn, from 5 answers of one’s own and 5 of the others on. Nobody has as many yet."),
        marks=tuple(marks),
        option=_option({"type": "log", "logBase": 2, "as": "ratio", "turns": True}) | {"lines": [1]},
        columns=(_("Practitioner"), _("Ratio (95 % interval)"), _("Answered → improved"), _("Expected"), _("How sure")),
        fields=("name", "answered", "improved", "expected", "ratio", "low_95", "high_95", "tier"),
        legend=[(kind, _(text)) for kind, text in LEGEND[:3]],
        height=len(marks) * ROW + EDGE,
        leads=True,
    )


def sentence(marks: Sequence[Mark], total: int, _: Language, *, weakest: bool) -> str:
    """Say what a forest plot is, before its first row is told."""
    if not marks:
        return ""
    what = _.plural(N_("An interval for one row."), N_("Intervals for {count} rows."), total)
    which = _("The weakest:") if weakest else _("The strongest:")
    return f"{what} {which}"


def _option(axis: Option) -> Option:
    return {
        "xAxis": axis,
        "yAxis": {"type": "category", "inverse": True, "names": True},
        "series": [{"id": "rows", "type": "custom", "draws": "interval", "at": ["low", "mean", "high"]}],
    }


def _of_ratio(view: PractitionerView, _: Language) -> Mark | None:
    if view.ratio is None or view.low is None or view.high is None or view.expected is None:
        return None
    ratio = f"{_.number(view.ratio, 2)} ({_.number(view.low, 2)}–{_.number(view.high, 2)})"
    counts = _(" → ").join((_.number(view.answered), _.number(view.improved)))
    drawn = {
        "low": max(LEAST_RATIO, view.low),
        "mean": max(LEAST_RATIO, view.ratio),
        "high": view.high,
        "tier": view.tier.value,
        "beside": counts,
    }
    says = _("{name}: {ratio} times what was expected.", name=view.name, ratio=ratio)
    cells = (view.name, ratio, counts, _.number(view.expected, 1), _(TIERS[view.tier]))
    numbers = map(rounded, (view.expected, view.ratio, view.low, view.high))
    values = (view.name, view.answered, view.improved, *numbers, view.tier.value)
    return Mark(str(view.practitioner_id), view.name, drawn, says, cells, values)


def _who(view: CellView | SummedView) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    if isinstance(view, CellView):
        named = (view.item_id, view.item, view.condition_id, view.condition)
        return str(view.evidence_id), (view.item, view.condition), named
    return view.id, (view.name,), (view.id, view.name)


def _named(name: str) -> tuple[str, ...]:
    return ("herb_id", "herb", "condition_id", "condition") if name == "forest" else (f"{name}_id", name)


def _said(found: Stretch[CellView] | Stretch[SummedView], first: int, _: Language) -> str:
    shown = _(
        "{first}–{last} of {total}",
        first=_.number(first + 1),
        last=_.number(first + len(found.views)),
        total=_.number(found.total),
    )
    if not found.few:
        return shown
    few = _.plural(
        N_("one more has fewer than 5 answers: no share yet"),
        N_("{count} more have fewer than 5 answers: no share yet"),
        found.few,
    )
    return f"{shown} · {few}"


def _nothing(found: Stretch[CellView] | Stretch[SummedView], _: Language) -> str:
    if not found.few:
        return _("Nothing prescribed here yet. From 5 answers on, each row gets its interval here.")
    return _(
        "From 5 answers on, each row gets its interval here; the one that is nearest has {count}.",
        count=_.number(found.most_answers),
    )

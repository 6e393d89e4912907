"""Side-effect signals: how much more often a side effect is reported of a herb than chance explains, with the threshold."""

from collections.abc import Sequence

from domain.effectiveness import SignalView
from domain.statistics import Signal, Tier, ic975, tier
from pages.charts.forest import EDGE, ROW
from pages.charts.picture import Mark, Picture, rounded
from pages.language import N_, Language

MANY = 15
FEWEST_REPORTS = 3
"""Below this nothing is watched (reference 4.10)."""
LEGEND = (
    ("major", N_("Signal: all of the interval is above 0")),
    ("moderate", N_("Watch")),
    ("plain", N_("Does not stand out")),
    ("early", N_("Too few reports to judge")),
    ("serious", N_("Somebody called it serious")),
)
KINDS = {Signal.SIGNAL: "major", Signal.WATCH: "moderate", Signal.NONE: "plain"}
VERDICTS = {
    "major": N_("Signal"),
    "moderate": N_("Watch"),
    "plain": N_("Does not stand out"),
    "early": N_("Too few reports to judge"),
}

NOTE = N_(
    "Information component (IC): at 0 it is reported as often as with other herbs, at 1 twice as often. A signal has all of its "
    "95 % interval above the line."
)
HEADS = (
    N_("Herb and side effect"),
    N_("IC (95 % interval)"),
    N_("Reported, of those who answered"),
    N_("Serious"),
    N_("Verdict"),
)
FIELDS = (
    "herb_id", "herb", "side_effect", "reported", "answered", "serious", "expected", "ic", "ic025", "ic975", "verdict",
)  # fmt: skip

Named = tuple[str, str, SignalView]
"""The herb and the side effect by their names, and what is counted."""


def of_signals(found: Sequence[Named], _: Language) -> Picture:
    """Draw the information component (IC) of each pair with its 95 % interval, those that stand out most first."""
    judged = [one for one in found if tier(one[2].answered) is not Tier.HIDDEN]
    order = sorted(judged, key=lambda one: (-one[2].serious, -one[2].ic025))
    marks = [_mark(at, *one, _) for at, one in enumerate(order[:MANY])]
    left = len(judged) - len(marks)
    more = _("{count} that stand out less are in the table below.", count=_.number(left)) if left else ""
    return Picture(
        name="signals",
        title=_("Which side effects stand out"),
        note=f"{_(NOTE)} {more}".strip(),
        sentence=_sentence(marks, _),
        empty="" if marks else _nothing(found, _),
        marks=tuple(marks),
        option={
            "xAxis": {"type": "value", "as": "number", "turns": True},
            "yAxis": {"type": "category", "inverse": True, "names": True},
            "lines": [0],
            "series": [{"id": "pairs", "type": "custom", "draws": "interval", "at": ["low", "mean", "high"]}],
        },
        columns=[_(text) for text in HEADS],
        fields=FIELDS,
        legend=[(kind, _(text)) for kind, text in LEGEND],
        height=len(marks) * ROW + EDGE,
        leads=True,
    )


def _sentence(marks: Sequence[Mark], _: Language) -> str:
    return _.plural(N_("One side effect of a herb."), N_("{count} side effects of herbs."), len(marks))


def _mark(at: int, herb: str, term: str, view: SignalView, _: Language) -> Mark:
    upper = ic975(view.reported, view.expected)
    kind = "early" if view.reported < FEWEST_REPORTS else KINDS[view.verdict]
    counts = _("{count} of {all}", count=_.number(view.reported), all=_.number(view.answered))
    said = f"{_.number(view.ic, 1)} ({_('{low} to {high}', low=_.number(view.ic025, 1), high=_.number(upper, 1))})"
    says = _(
        "{herb}, {term}: IC {ic}; reported by {counts}. {verdict}.",
        herb=herb,
        term=term,
        ic=said,
        counts=counts,
        verdict=_(VERDICTS[kind]),
    )
    if view.serious:
        says += " " + _.plural(N_("{count} called it serious."), N_("{count} called it serious."), view.serious)
    drawn = {
        "low": rounded(view.ic025),
        "mean": rounded(view.ic),
        "high": rounded(upper),
        "tier": kind,
        "serious": view.serious > 0,
        "beside": counts,
    }
    cells = (
        _("{herb}, {condition}", herb=herb, condition=term),
        said,
        counts,
        _.number(view.serious),
        _(VERDICTS[kind]),
    )
    numbers = map(rounded, (view.expected, view.ic, view.ic025, upper))
    values = (
        view.item_id,
        herb,
        term,
        view.reported,
        view.answered,
        view.serious,
        *numbers,
        kind if kind == "early" else view.verdict.value,
    )
    return Mark(f"{view.item_id}|{view.term or at}", f"{herb}\n{term}", drawn, says, cells, values)


def _nothing(found: Sequence[Named], _: Language) -> str:
    if not found:
        return _(
            "No side effect has been reported. One that is appears here, beside how often it comes with other herbs."
        )
    return _("What was reported is in the table below; it is compared with other herbs from 5 answers of the herb on.")

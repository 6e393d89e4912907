"""The funnel: prescribed, answered, improved, and what the silent ones may change."""

from functools import lru_cache

from domain.weekly import Funnel
from pages.charts.picture import REMEMBERED, Mark, Picture, rounded
from pages.language import N_, Language

STAGES = (N_("Prescribed"), N_("Answered"), N_("Improved"))


@lru_cache(REMEMBERED)
def of_counts(found: Funnel, _: Language) -> Picture:
    """Draw three bars from zero; what is missing to those prescribed stands behind them."""
    counts = (found.prescribed, found.answered, found.improved)
    of = (0, found.prescribed, found.answered)
    marks = []
    for at, (stage, count) in enumerate(zip(STAGES, counts, strict=True)):
        between = found.worst_case if at == len(STAGES) - 1 else None
        share = _share(count, of[at], at, known=found.worst_case is not None)
        marks.append(_mark(STAGES[at], count, share, found.prescribed, between, _(stage), _))
    if not found.answered:  # nobody has said whether they improved: that is not none
        marks[-1] = _unknown(found.prescribed, _)
    return Picture(
        name="funnel",
        title=_("Prescribed → answered → improved"),
        note=_silent(found.prescribed - found.answered, _),
        sentence=" ".join(mark.says for mark in marks) if found.prescribed else "",
        empty=""
        if found.prescribed
        else _("Here you will see how many prescriptions are answered, and how many improved."),
        link=None if found.prescribed else ("/recommendations", _("Approve a recommendation")),
        marks=tuple(marks) if found.prescribed else (),
        option={
            "xAxis": {"type": "value", "min": 0, "as": "count", "turns": True},
            "yAxis": {"type": "category", "inverse": True, "names": True},
            "series": [{"id": "stages", "type": "custom", "draws": "bar", "at": ["count", "of"]}],
        },
        columns=(_("Stage"), _("Count"), _("Share"), _("Worst and best case")),
        fields=("stage", "count", "share_of_the_one_before", "worst_case_of_prescribed", "best_case_of_prescribed"),
        legend=[("cases", _("Worst and best case, whatever the silent ones would say"))]
        if found.worst_case and found.answered < found.prescribed
        else [],
        height=220,
    )


def _silent(silent: int, _: Language) -> str:
    if not silent:
        return _("Everybody has answered: nothing is missing.")
    return _.plural(
        N_("One prescription is not answered yet."), N_("{count} prescriptions are not answered yet."), silent
    )


def _share(count: int, of: int, at: int, *, known: bool) -> float | None:
    """Give the share of the stage before; nothing of those who improved below 5 answers."""
    return count / of if of and (at < 2 or known) else None


def _mark(
    key: str,
    count: int,
    share: float | None,
    prescribed: int,
    between: tuple[float, float] | None,
    name: str,
    _: Language,
) -> Mark:
    text = _.number(count) if share is None else f"{_.number(count)} ({_.percent(share)})"
    drawn = {"count": count, "of": prescribed, "text": text}
    cases = ""
    if between is not None and between[0] != between[1]:
        drawn |= {"worst": between[0] * prescribed, "best": between[1] * prescribed}
        cases = f"{_.percent(between[0])}–{_.percent(between[1])}"
    says = _("{stage}: {count}.", stage=name, count=text)
    if cases:
        says += " " + _("Of all prescribed, {cases}, whatever the silent ones would say.", cases=cases)
    cells = (name, _.number(count), "–" if share is None else _.percent(share), cases or "–")
    low, high = between or (None, None)
    return Mark(key, name, drawn, says, cells, (key.lower(), count, rounded(share), rounded(low), rounded(high)))


def _unknown(prescribed: int, _: Language) -> Mark:
    name, text = _(STAGES[-1]), _("Not known yet")
    drawn = {"count": 0, "of": prescribed, "text": text}
    says = _("{stage}: {count}.", stage=name, count=text)
    return Mark(STAGES[-1], name, drawn, says, (name, text, "–", "–"), (STAGES[-1].lower(), None, None, None, None))

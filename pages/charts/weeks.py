"""The trend: the share improved of each week's answers with its interval; a week with too few is a gap and not a zero."""

from datetime import date
from functools import lru_cache

from babel.dates import format_date

from domain.weekly import Week
from pages.charts.picture import REMEMBERED, Mark, Picture, rounded
from pages.language import MONTHS, N_, Language, solar_hijri


@lru_cache(REMEMBERED)
def of_weeks(found: tuple[Week, ...], _: Language) -> Picture:
    """Draw share, interval and number of answers by week."""
    marks = [_mark(week, _) for week in found]
    known = [mark for week, mark in zip(found, marks, strict=True) if week.share is not None]
    told = _.plural(
        N_("One week has enough answers for a share."), N_("{count} weeks have enough answers for a share."), len(known)
    )
    return Picture(
        name="weeks",
        title=_("Improved, week by week"),
        note=_(
            "Share of the week’s answers with its 95 % interval (Wilson); below, how many answered. Under 5: a gap."
        ),
        sentence=" ".join([told, *([_("The last: {week}", week=known[-1].says)] if known else [])]) if marks else "",
        empty=""
        if marks
        else _(
            "Here you will see, week by week, how many of those who answered improved: from 5 answers in a week on."
        ),
        marks=tuple(marks),
        option={
            "xAxis": {"type": "category", "names": True, "turns": True},
            "yAxis": {"type": "value", "min": 0, "max": 1, "as": "share"},
            "series": [{"id": "weeks", "type": "custom", "draws": "week", "at": ["share"], "across": True}],
        },
        columns=(_("Week from"), _("Improved (95 % interval)"), _("Answered → improved")),
        fields=("week_from", "answered", "improved", "share", "low_95", "high_95", "week_is_over"),
        legend=[
            ("plain", _("Share improved")),
            ("band", _("95 % interval")),
            ("answers", _("Answers")),
            ("now", _("This week, not over yet")),
        ],
        height=290,
    )


@lru_cache(16 * REMEMBERED)
def short(day: date, _: Language) -> str:
    """Write a day and its month."""
    if _.code == "fa":
        _year, month, of_month = solar_hijri(day)
        return f"{_.number(of_month)} {MONTHS[month - 1]}"
    return format_date(day, "d MMM", locale=_.code)


def _mark(week: Week, _: Language) -> Mark:
    counts = _(" → ").join((_.number(week.answered), _.number(week.improved)))
    if week.share is None or week.low is None or week.high is None:
        share = ""
        one, many = (
            N_("Week from {week}: one answer, too few for a share."),
            N_("Week from {week}: {count} answers, too few for a share."),
        )
        says = _.plural(one, many, week.answered, week=_.date(week.first))
    else:
        share = f"{_.percent(week.share)} ({_.percent(week.low)}–{_.percent(week.high)})"
        says = _(
            "Week from {week}: {share}; {improved} of {answered} improved.",
            week=_.date(week.first),
            share=share,
            improved=_.number(week.improved),
            answered=_.number(week.answered),
        )
    if not week.over:
        says += " " + _("It is not over yet.")
    drawn = {
        "share": rounded(week.share),
        "low": rounded(week.low),
        "high": rounded(week.high),
        "answered": week.answered,
        "early": not week.over,
    }
    cells = (_.date(week.first), share or _("Too few answers"), counts)
    first = week.first.isoformat()
    values = (
        first,
        week.answered,
        week.improved,
        *map(rounded, (week.share, week.low, week.high)),
        "yes" if week.over else "no",
    )
    return Mark(first, short(week.first, _), drawn, says, cells, values)

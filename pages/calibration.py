"""The reliability diagram: what was predicted against what happened, with the interval of each bin and how many it holds."""

from collections.abc import Sequence

from domain.predictors.card import Bin
from pages.charts.picture import Mark, Picture, rounded
from pages.language import N_, Language


def of_bins(bins: Sequence[Bin], _: Language) -> Picture:
    """Draw each bin on a square from 0 to 100 %; the dashed line is where all would be if it were right."""
    marks = [_mark(str(at), one, _) for at, one in enumerate(bins)]
    axis = {"type": "value", "min": 0, "max": 1, "as": "share"}
    return Picture(
        name="calibration",
        title=_("Calibration"),
        note=_(
            "Across: predicted. Up: improved, with its 95 % interval and the number judged. Dashed: what would be right."
        ),
        sentence=_.plural(
            N_("What was predicted against what happened, in one bin."),
            N_("What was predicted against what happened, in {count} bins."),
            len(marks),
        ),
        empty="" if marks else _("Nothing judged yet."),
        marks=tuple(marks),
        option={
            "xAxis": axis,
            "yAxis": axis,
            "series": [{"id": "bins", "type": "custom", "draws": "bin", "at": ["predicted", "share"], "plane": True}],
        },
        columns=(_("Predicted"), _("Improved (95 % interval)"), _("Improved of judged")),
        fields=("predicted", "predicted_from", "predicted_to", "improved", "judged", "share", "low_95", "high_95"),
    )


def _mark(key: str, one: Bin, _: Language) -> Mark:
    share = one.improved / one.answered
    predicted = f"{_.percent(one.predicted)} ({_.percent(one.first)}–{_.percent(one.last)})"
    happened = f"{_.percent(share)} ({_.percent(one.low)}–{_.percent(one.high)})"
    counts = _("{count} of {all}", count=_.number(one.improved), all=_.number(one.answered))
    says = _(
        "Predicted {predicted}, improved {happened}: {counts}.", predicted=predicted, happened=happened, counts=counts
    )
    drawn = {
        "predicted": rounded(one.predicted),
        "share": rounded(share),
        "low": rounded(one.low),
        "high": rounded(one.high),
        "text": _.number(one.answered),
    }
    shares = map(rounded, (share, one.low, one.high))
    spans = map(rounded, (one.predicted, one.first, one.last))
    return Mark(key, "", drawn, says, (predicted, happened, counts), (*spans, one.improved, one.answered, *shares))

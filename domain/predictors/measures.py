"""How good predictions are: Brier score, log loss, AUROC, calibration, with intervals by drawing patients with replacement.

Outcomes are 0 or 1, predictions 0–1, arrays of the same length. Sources: reference 5; Brier 1950; Cox 1958 for slope and
intercept; Van Calster 2019 for why they matter. numpy and scikit-learn are imported where they are used: they cost a second.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Literal

from domain.predictors.card import Bin, Judged, Measure
from domain.statistics import wilson

CLIP = 1e-6
"""A prediction of exactly 0 or 1 would cost infinitely much where it is wrong (reference 5)."""
DRAWS = 300
LEVEL = 0.90
"""Of the intervals: the lower bound of the promotion rule is that of a 90 % interval (reference 5)."""
BINS, LEAST_IN_BIN = 10, 20
NEARLY_UNPENALISED = 1e4


def logit(predicted: Any) -> Any:
    """Give the log odds, clipped at 1e-6."""
    import numpy as np

    inside = np.clip(np.asarray(predicted, dtype=float), CLIP, 1 - CLIP)
    return np.log(inside / (1 - inside))


def calibration(outcomes: Any, predicted: Any, weights: Any = None) -> tuple[float, float]:
    """Fit outcome ~ intercept + slope × logit(prediction); returns (intercept, slope): (0, 1) where it is calibrated.

    Both outcomes have to be there. Where all predictions are the same the slope is 0.
    """
    from sklearn.linear_model import LogisticRegression

    fitted = LogisticRegression(C=NEARLY_UNPENALISED, solver="newton-cholesky", max_iter=200)
    fitted.fit(logit(predicted).reshape(-1, 1), outcomes, sample_weight=weights)
    return float(fitted.intercept_[0]), float(fitted.coef_[0, 0])


def scores(outcomes: Any, predicted: Any, baseline: Any, weights: Any = None) -> dict[str, float]:
    """Compute every measure; ``baseline`` predicts the same outcomes, ``weights`` count them more than once or not at all."""
    import numpy as np
    from sklearn.metrics import roc_auc_score

    inside = np.clip(predicted, CLIP, 1 - CLIP)
    loss = -(outcomes * np.log(inside) + (1 - outcomes) * np.log(1 - inside))
    brier = float(np.average((predicted - outcomes) ** 2, weights=weights))
    against = float(np.average((baseline - outcomes) ** 2, weights=weights))
    intercept, slope = calibration(outcomes, predicted, weights)
    return {
        "brier": brier,
        "log_loss": float(np.average(loss, weights=weights)),
        "auroc": float(roc_auc_score(outcomes, predicted, sample_weight=weights)),
        "slope": slope,
        "intercept": intercept,
        "skill": 1 - brier / against if against > 0 else 0.0,
    }


def judge(
    outcomes: Sequence[bool],
    predicted: Sequence[float],
    *,
    rules: Sequence[float],
    evidence: Sequence[float],
    patients: Sequence[int],
    since: date,
    until: date,
    seed: int,
    progress: Callable[[float], None] = lambda _: None,
) -> Judged:
    """Judge predictions against the better of rules and evidence. Both outcomes have to be there; ValueError otherwise."""
    import numpy as np
    from sklearn import config_context

    happened, given = np.asarray(outcomes, dtype=float), np.asarray(predicted, dtype=float)
    if happened.min(initial=1) == happened.max(initial=0):
        raise ValueError("both outcomes have to be among those that predictions are judged by")
    briers: dict[Literal["rules", "evidence"], float] = {
        "rules": float(np.mean((np.asarray(rules) - happened) ** 2)),
        "evidence": float(np.mean((np.asarray(evidence) - happened) ** 2)),
    }
    baseline: Literal["rules", "evidence"] = "rules" if briers["rules"] <= briers["evidence"] else "evidence"
    against = np.asarray(rules if baseline == "rules" else evidence, dtype=float)
    whole = scores(happened, given, against)
    drawn: list[dict[str, float]] = []
    who, of_patient = np.unique(np.asarray(patients), return_inverse=True)
    dice = np.random.default_rng(seed)
    with config_context(
        assume_finite=True, skip_parameter_validation=True
    ):  # the arrays are ours; it doubles the speed
        for number in range(DRAWS):
            times = np.bincount(dice.integers(0, len(who), len(who)), minlength=len(who))[of_patient].astype(float)
            if 0 < float(np.sum(times * happened)) < float(np.sum(times)):
                drawn.append(scores(happened, given, against, times))
            progress((number + 1) / DRAWS)
    measures = {name: _with_interval(value, [one[name] for one in drawn]) for name, value in whole.items()}
    return Judged(
        outcomes=len(happened),
        improved=int(happened.sum()),
        patients=len(who),
        since=since,
        until=until,
        baseline=baseline,
        baseline_brier=briers[baseline],
        reliability=reliability(outcomes, predicted),
        **measures,
    )


def reliability(outcomes: Sequence[bool], predicted: Sequence[float]) -> list[Bin]:
    """Put predictions into bins of like size (at most 10, of 20 at least) and count what became of them."""
    ordered = sorted(zip(predicted, outcomes, strict=True), key=lambda pair: pair[0])
    bins = min(BINS, max(1, len(ordered) // LEAST_IN_BIN)) if ordered else 0
    found = []
    for number in range(bins):
        part = ordered[number * len(ordered) // bins : (number + 1) * len(ordered) // bins]
        answered, improved = len(part), sum(bool(outcome) for _, outcome in part)
        low, high = wilson(improved, answered)
        found.append(
            Bin(
                first=float(part[0][0]),
                last=float(part[-1][0]),
                predicted=sum(one for one, _ in part) / answered,
                improved=improved,
                answered=answered,
                low=low,
                high=high,
            )
        )
    return found


def _with_interval(value: float, drawn: Sequence[float]) -> Measure:
    import numpy as np

    tail = (1 - LEVEL) / 2
    low, high = np.quantile(drawn, [tail, 1 - tail]) if drawn else (value, value)
    # The value itself may lie outside what was drawn where there is little; an interval without its value misleads.
    return Measure(value=value, low=min(float(low), value), high=max(float(high), value))

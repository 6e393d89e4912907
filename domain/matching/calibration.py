"""Turn evidence into a score from 0 to 1 that means what it says, as far as anybody can know without real cases.

score = 1 / (1 + exp(−(a + b·x))), where x is the log-odds of the evidence (Platt 1999, smoothed targets as there). There are no
labelled real cases: a and b are fitted on simulated ones, drawn from the present-rates of the knowledge base
(bench/matching/simulation.py). So 0.8 means: of simulated matches with this score, 80 % were a condition that was drawn. Until a
practice has confirmed enough diagnoses of its own (``recalibrated``) it says nothing firmer about patients. How much is recorded
is no part of the line: with it, a finding that supports a condition could lower its score.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import exp, inf, log, log1p

FEWEST_CONFIRMED = 50
"""Fewer confirmed diagnoses say less about a and b than the simulation does. A proposal."""
FURTHEST = 35.0
"""Log-odds beyond which a number of 53 bits could no longer be told from 0 or 1."""
_CLOSEST = 1e-12


@dataclass(frozen=True, slots=True)
class Calibration:
    """A line from evidence to the log-odds of the score; ``b`` is above 0, so more support never lowers a score."""

    a: float
    b: float

    def score(self, evidence: float) -> float:
        """Give the score of evidence in nats: above 0 and below 1, never falling as the evidence rises."""
        return 1 / (1 + exp(-max(-FURTHEST, min(FURTHEST, self.a + self.b * evidence))))


SHIPPED = Calibration(a=-1.08, b=0.91)
"""Fitted by ``python -m bench.matching``, which prints both anew; a test fits them again on fewer cases."""


def recalibrated(
    pairs_of_score_and_confirmed: Iterable[tuple[float, bool]], *, base: Calibration = SHIPPED
) -> Calibration:
    """Fit the calibration to a practice's own diagnoses: for ``match(…, calibration=…)``.

    One pair for each match that was offered in a confirmed diagnosis: its score, by ``base``, and whether it was the condition
    that was confirmed. Gives ``base`` back where fewer than ``FEWEST_CONFIRMED`` were confirmed, or where higher scores were
    confirmed no more often than lower ones. Raises ValueError for a score outside 0–1.
    """
    pairs = list(pairs_of_score_and_confirmed)
    if any(not 0 <= score <= 1 for score, _ in pairs):
        raise ValueError("a score lies between 0 and 1")
    if sum(confirmed for _, confirmed in pairs) < FEWEST_CONFIRMED:
        return base
    found = fitted([(_log_odds(score), confirmed) for score, confirmed in pairs])
    # The fit is on the log-odds of the old score, which are a + b·x themselves.
    return Calibration(found.a + found.b * base.a, found.b * base.b) if found.b > 0 else base


def fitted(pairs: Sequence[tuple[float, bool]]) -> Calibration:
    """Fit a and b to evidence and outcomes by Newton's method with step halving; at least one pair.

    Targets are (k + 1) / (k + 2) and 1 / (m + 2) for k true and m false pairs (Platt), so that it ends also where a line
    parts the two without a fault.
    """
    true = sum(outcome for _, outcome in pairs)
    high, low = (true + 1) / (true + 2), 1 / (len(pairs) - true + 2)
    aims = [(x, high if outcome else low) for x, outcome in pairs]
    mean = sum(aim for _, aim in aims) / len(aims)
    a, b, loss = log(mean / (1 - mean)), 0.0, inf
    for _ in range(100):
        slope_a = slope_b = aa = ab = bb = 0.0
        for x, aim in aims:
            p = 1 / (1 + exp(-max(-FURTHEST, min(FURTHEST, a + b * x))))
            off, sure = p - aim, p * (1 - p)
            slope_a, slope_b = slope_a + off, slope_b + off * x
            aa, ab, bb = aa + sure, ab + sure * x, bb + sure * x * x
        aa, bb = aa + _CLOSEST, bb + _CLOSEST
        apart = aa * bb - ab * ab
        step_a, step_b = (bb * slope_a - ab * slope_b) / apart, (aa * slope_b - ab * slope_a) / apart
        before = _loss(aims, a, b) if loss == inf else loss
        share = 1.0
        while (loss := _loss(aims, a - share * step_a, b - share * step_b)) > before and share > _CLOSEST:
            share /= 2
        a, b = a - share * step_a, b - share * step_b
        if before - loss <= _CLOSEST * abs(before):
            break
    return Calibration(a, b)


def _loss(aims: Sequence[tuple[float, float]], a: float, b: float) -> float:
    total = 0.0
    for x, aim in aims:
        z = a + b * x
        total += max(z, 0.0) + log1p(exp(-abs(z))) - aim * z
    return total


def _log_odds(score: float) -> float:
    inside = max(_CLOSEST, min(1 - _CLOSEST, score))
    return log(inside / (1 - inside))

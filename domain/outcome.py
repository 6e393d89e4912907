"""Decide whether a patient improved, by the one rule that was declared beforehand."""

FLOOR = 3
"""A symptom below 3 of 10 at the start has no room to fall by the two points asked for."""
LEAST_POINTS = 2
LEAST_PERCENT = 30
BETTER = 4
"""The first of the two upper steps of the 1–5 improvement scale ("better", "much better")."""


def improved(
    *, baseline: int | None, symptom: int | None, improvement: int | None, stopped_for_side_effect: bool
) -> bool | None:
    """Say whether this answer counts as improved; None when it says nothing about the outcome.

    ``baseline`` and ``symptom`` 0–10 (10 is worst), ``improvement`` 1–5, all optional. Stopped for a side effect is never
    improved. With a baseline of 3 or more the symptom decides: it fell by at least 30 % and 2 points; otherwise the patient's own
    improvement of 4 or 5 does. The star rating is satisfaction and is not asked for here. Raises ValueError outside the
    scales. Source: design 6, reference 4.1 (Farrar 2001).
    """
    _check(baseline, 0, 10)
    _check(symptom, 0, 10)
    _check(improvement, 1, 5)
    if stopped_for_side_effect:
        return False
    if baseline is not None and symptom is not None and baseline >= FLOOR:
        fall = baseline - symptom
        # Whole numbers on both sides: 30 % of 10 is exactly 3 points, not 3.0000000000000004.
        return fall >= LEAST_POINTS and 100 * fall >= LEAST_PERCENT * baseline
    return None if improvement is None else improvement >= BETTER


def _check(value: int | None, low: int, high: int) -> None:
    if value is not None and not low <= value <= high:
        raise ValueError(f"a score lies within {low} and {high}")

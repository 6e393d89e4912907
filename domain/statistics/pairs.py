"""Say whether what two items do can be told apart: a table of four counts of who was given one, the other, both, neither."""

from math import sqrt

FEWEST_ALONE = 5
MOST_ALIKE = 0.9
"""With fewer without the other, or a closer correlation, the two cannot be told apart (reference 4.9 b)."""


def phi(both: int, one: int, other: int, neither: int) -> float | None:
    """Give the φ coefficient of the table, −1 to 1; None where a row or a column is empty: nothing varies then.

    Pearson's correlation of two yes-or-no columns, (ad − bc)/√((a+b)(c+d)(a+c)(b+d)). Asked for in reference 4.9.
    """
    if min(both, one, other, neither) < 0:
        raise ValueError("counts are not negative")
    margins = (both + one) * (other + neither) * (both + other) * (one + neither)
    return (both * neither - one * other) / sqrt(margins) if margins else None


def inseparable(both: int, one: int, phi: float | None) -> bool:
    """Say whether what an item does cannot be told from what its partner does: ``one`` times alone, ``both`` times with it.

    Source: reference 4.9 (b). An item that was never given with the other has no such partner.
    """
    return both > 0 and (one < FEWEST_ALONE or (phi is not None and phi >= MOST_ALIKE))

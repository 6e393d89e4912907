"""How old somebody is."""

from datetime import date


def age(born: date, today: date) -> int:
    """Give the age in whole years."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))

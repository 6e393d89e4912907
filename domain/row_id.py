"""Ids as clients send them."""

from typing import Annotated

from pydantic import AfterValidator

LARGEST = 2**63 - 1
"""The largest number that a database keeps; a larger one would be an error there and no answer."""


def _that_can_be(number: int) -> int:
    return number if 0 < number <= LARGEST else 0


RowId = Annotated[int, AfterValidator(_that_can_be)]
"""An id; a number that no row can have becomes 0, which is as unknown as any other that nobody has."""

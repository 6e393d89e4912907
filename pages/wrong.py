"""What is wrong in a form: said beside the field that it is about, and the first of them has the focus."""

from collections.abc import Mapping
from typing import Any


def point_out(fields: Mapping[str, Any], wrong: Mapping[str, str]) -> int:
    """Mark the fields in which something is wrong, and go to the first in the order of the form; says how many there are."""
    marked = [field for name, field in fields.items() if name in wrong]
    for name, field in fields.items():
        field.error = wrong.get(name)
    if marked:
        marked[0].run_method("focus")
    return len(marked)

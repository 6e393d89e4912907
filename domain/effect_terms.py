"""Unwanted effects as people name them: several typed into one field, each in any language and any way of writing its letters."""

import re
from collections.abc import Iterable, Mapping

from domain.knowledge import fold
from storage.knowledge import SideEffectTerm

_BETWEEN = re.compile(r"[;؛\n]|(?<!\d)[,،]|[,،](?!\d)")
"""What parts two effects; a comma inside a number parts nothing."""


def parted(typed: str) -> list[str]:
    """Part what was typed into the effects that it names, each on one line, in their order."""
    return [words for part in _BETWEEN.split(typed) if (words := " ".join(part.split()))]


def by_name(terms: Iterable[SideEffectTerm]) -> Mapping[str, str]:
    """Give the id of each listed effect by what identifies its names (``fold``); a name of two effects identifies none."""
    found: dict[str, set[str]] = {}
    for term in terms:
        for name in (term.id, *term.names.values()):
            found.setdefault(_key(name), set()).add(term.id)
    return {name: next(iter(ids)) for name, ids in found.items() if len(ids) == 1}


def terms_of(typed: str, names: Mapping[str, str]) -> list[str]:
    """Give the terms that were typed: the ids of listed effects (``by_name``), in the patient's own words what is not listed."""
    whole = names.get(_key(typed))  # some listed names have commas in them
    return [whole] if whole else [names.get(_key(word), word) for word in parted(typed)]


def _key(name: str) -> str:
    # With or without spaces and half-spaces, as names of herbs are told.
    return fold(name).replace(" ", "")

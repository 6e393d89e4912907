"""Find words in what people write that mean: refer, do not treat.

A false alarm costs a phone call, a missed one may cost a life. So a phrase counts unless it is plainly denied ("no chest pain",
"درد سینه ندارم"), plainly long past ("history of stroke", "stroke 5 years ago") or plainly somebody else's ("my father died of a
heart attack"); a clause that also speaks of now counts whatever else it says.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from domain.gate.denial import joining_words_left_out, set_aside
from domain.gate.phrases import clauses_of, needed_for, pattern_of, plain
from domain.gate.together import TOGETHER
from storage.knowledge import Knowledge

COUNTS_WHENEVER = frozenset({"mental-crisis"})
"""Red flags that count also as history: an attempt in the past is the best-known risk for another."""
_EVENT = re.compile(r"^(?:heart attack|stroke|حمله قلبی|سکته(?: قلبی| مغزی)?)$")
"""Phrases that name a diagnosis as well as something that happens now."""


@dataclass(frozen=True, slots=True)
class RedFlagHit:
    """A red flag (``id``), what to do (``advice``) and the listed words that the text is read as (``words``)."""

    id: str
    advice: str
    words: str


def red_flags(text: str, knowledge: Knowledge, *, child: bool = False) -> tuple[RedFlagHit, ...]:
    """Find the red flags of a text in any of the knowledge base's languages, each at most once, ordered by id.

    Over-triggers rather than misses; handles denial, history and other people in English and Persian only. ``child``: the
    patient is one, so that "my son" and "my daughter" are the patient.
    """
    clauses = clauses_of(text)
    if not clauses:
        return ()
    words = _words(tuple(term for flag in knowledge.red_flags.values() for term in _terms(flag.terms.values())))
    whole = "\n".join(clauses)
    hits = []
    for flag in sorted(knowledge.red_flags.values(), key=lambda one: one.id):
        found = next(
            (
                term
                for term in _terms(flag.terms.values())
                if _may_stand(term, whole) and _said(term, clauses, flag.id, words=words, child=child)
            ),
            None,
        ) or _together(flag.id, clauses, words, child=child)
        if found is not None:
            hits.append(RedFlagHit(flag.id, flag.advice, found))
    return tuple(hits)


def _together(flag: str, clauses: Sequence[str], words: frozenset[str], *, child: bool) -> str | None:
    return next(
        (
            pair.words
            for pair in TOGETHER
            if pair.flag == flag and all(_stands(sign, clauses, flag, words=words, child=child) for sign in pair.signs)
        ),
        None,
    )


def _may_stand(term: str, whole: str) -> bool:
    """Say whether the letters of a listed term are anywhere in a text: most are not, and need no closer look."""
    for part in needed_for(term):  # noqa: SIM110 - a generator takes four times as long, and this runs 400 times a text
        if part not in whole:
            return False
    return True


def _said(term: str, clauses: Sequence[str], flag: str, *, words: frozenset[str], child: bool) -> bool:
    """Say whether a listed term stands in a clause; its pattern is made when its letters are there for the first time."""
    needed = needed_for(term)
    there = [clause for clause in clauses if all(part in clause for part in needed)]
    return bool(there) and _stands(pattern_of(term), there, flag, words=words, child=child)


def _stands(
    pattern: re.Pattern[str],
    clauses: Iterable[str],
    flag: str,
    *,
    words: frozenset[str],
    child: bool,
) -> bool:
    return any(
        not set_aside(
            clause[: found.start()],
            clause[found.end() :],
            words=words,
            whenever=flag in COUNTS_WHENEVER,
            event=bool(_EVENT.match(found[0].strip())),
            child=child,
        )
        for clause in clauses
        for found in pattern.finditer(clause)
    )


def _terms(languages: Iterable[tuple[str, ...]]) -> Iterator[str]:
    for terms in languages:
        yield from terms


@lru_cache(maxsize=4)
def _words(terms: tuple[str, ...]) -> frozenset[str]:
    return joining_words_left_out(frozenset(word for term in terms for word in re.findall(r"\w+", plain(term))))

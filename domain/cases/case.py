"""The words of learning from cases: what goes in, what comes out, and what is told of the fitted ranker."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Case:
    """One past case: what was found and which herbs were given. ``id`` names it in explanations, so it must be its own."""

    id: int
    findings: frozenset[str]
    herbs: frozenset[str]


@dataclass(frozen=True, slots=True)
class Support:
    """Past cases with one set of findings that speak for a herb.

    ``given`` of the ``cases`` with exactly these ``findings`` had the herb; ``case_ids`` are three of them, highest id first.
    ``shared`` are those findings that the patient has, too: none where only their treatment is alike. ``share`` (0–1) is how much
    of the herb's estimate comes from these cases; the shares of one suggestion sum to at most 1, the rest comes from other cases
    and from how usual the herb is. Findings are sorted.
    """

    case_ids: tuple[int, ...]
    findings: tuple[str, ...]
    shared: tuple[str, ...]
    given: int
    cases: int
    share: float


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A herb that the practice gave in cases like these.

    ``score`` (0–1) is the share of cases like these in which it was given, calibrated on cases that the ranker had not seen: of
    a hundred suggestions with 0.4, about forty had been prescribed (``Card.reliability`` shows how nearly). It says what was
    done, not what helped, and nothing about safety. ``supporting`` are the past cases that contributed most, at least one.
    """

    herb: str
    score: float
    supporting: tuple[Support, ...]


@dataclass(frozen=True, slots=True)
class Reliability:
    """Held-out suggestions whose score lay between ``low`` and ``low`` + 0.1: what they told on average, and what was so."""

    low: float
    suggestions: int
    told: float
    prescribed: float


@dataclass(frozen=True, slots=True)
class Card:
    """What a ranker was fitted on and how well it did on cases that it had not seen, to be shown beside its suggestions.

    ``ridge_share`` (0–1) is the weight of the kernel ridge in the blend, the rest is that of the nearest cases. ``measures`` are
    those of the blend, ``popularity`` those of always naming the commonest herbs: p@5 … ndcg@20 (0–1), means over ``held_out``
    cases. ``repeated`` (0–1) of these had the same findings as a case that was ranked by; ``split`` says how they were held out.
    """

    cases: int
    sets: int
    findings: int
    herbs: int
    ridge_share: float
    held_out: int
    repeated: float
    split: str
    measures: Mapping[str, float]
    popularity: Mapping[str, float]
    reliability: tuple[Reliability, ...]

"""Pool cases with the same findings: a set of findings, how many cases had it, and how often each herb was given in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from domain.cases.case import Case

if TYPE_CHECKING:
    from numpy import float32, intp
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[float32]
    Numbers: TypeAlias = NDArray[intp]

PRESCRIPTION_POWER = 0.3
"""A herb counts (herbs of its prescription)^-0.3: one of three says more than one of twenty. Validation agrees, see the docs."""


@dataclass(frozen=True)
class Pool:
    """Cases by their distinct sets of findings: those with most cases first, then the newest.

    D sets, F findings, H herbs; names are sorted, numbers by their value. ``sets`` are the findings of each, ``with_herb`` the
    ids of its cases by herb, newest first. Arrays: ``has`` (D×F, sparse, 0 or 1), ``counts`` (D, cases), ``given`` (D×H, sparse,
    cases with the herb), ``targets`` (D×H, mean worth of a herb in the cases of a set), ``usual`` (H, the same over all cases).
    """

    findings: tuple[str, ...]
    herbs: tuple[str, ...]
    at: Mapping[str, int]
    sets: tuple[tuple[str, ...], ...]
    with_herb: tuple[Mapping[str, Sequence[int]], ...]
    has: Any
    given: Any
    counts: Floats
    targets: Floats
    usual: Floats


def usable(cases: Iterable[Case]) -> list[Case]:
    """Keep the cases that have findings and herbs, in the order of their ids."""
    return sorted((case for case in cases if case.findings and case.herbs), key=_identity)


def pool(cases: Sequence[Case]) -> Pool:
    """Pool cases that have findings and herbs; at least one. The order of the cases never matters."""
    import numpy as np
    from scipy import sparse

    by_set: dict[frozenset[str], list[Case]] = {}
    for case in sorted(cases, key=_identity, reverse=True):
        by_set.setdefault(case.findings, []).append(case)
    groups = sorted(by_set.values(), key=lambda group: -len(group))  # stable: the newest stay first
    findings = tuple(sorted({one for found in by_set for one in found}, key=in_order))
    herbs = tuple(sorted({one for case in cases for one in case.herbs}, key=in_order))
    at = {name: number for number, name in enumerate(findings)}
    herb_at = {name: number for number, name in enumerate(herbs)}

    found = [(number, at[one]) for number, group in enumerate(groups) for one in group[0].findings]
    given = [
        (number, herb_at[herb], len(case.herbs) ** -PRESCRIPTION_POWER)
        for number, group in enumerate(groups)
        for case in group
        for herb in case.herbs
    ]
    rows, columns, worth = (np.array(one) for one in zip(*given, strict=True))
    counts = np.array([len(group) for group in groups], dtype=np.float32)
    shape = (len(groups), len(herbs))
    sums = sparse.csr_array((worth, (rows, columns)), shape=shape).toarray()
    return Pool(
        findings=findings,
        herbs=herbs,
        at=at,
        sets=tuple(tuple(sorted(group[0].findings, key=in_order)) for group in groups),
        with_herb=tuple(_by_herb(group) for group in groups),
        has=sparse.csr_array((np.ones(len(found), dtype=np.float32), np.array(found).T), shape=(len(groups), len(at))),
        given=sparse.csr_array((np.ones(len(given), dtype=np.float32), (rows, columns)), shape=shape),
        counts=counts,
        targets=(sums / counts[:, None]).astype(np.float32),
        usual=(sums.sum(axis=0) / counts.sum()).astype(np.float32),
    )


def in_order(name: str) -> tuple[int, int, str]:
    """Sort names: numbers by their value and before all others, which go by their letters."""
    return (0, int(name), name) if name.isascii() and name.isdigit() and len(name) < 20 else (1, 0, name)


def _identity(case: Case) -> tuple[int, list[str], list[str]]:
    return case.id, sorted(case.findings), sorted(case.herbs)


def _by_herb(group: Sequence[Case]) -> Mapping[str, Sequence[int]]:
    ids: dict[str, list[int]] = {}
    for case in group:
        for herb in case.herbs:
            ids.setdefault(herb, []).append(case.id)
    return ids

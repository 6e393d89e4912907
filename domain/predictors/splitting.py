"""Splitting examples by time and by patient: later prescriptions judge, and nobody is on both sides."""

import hashlib
from collections.abc import Sequence

from domain.predictors.examples import Example

LATER_SHARE = 0.3
"""Of the prescriptions, those that judge."""


def split(examples: Sequence[Example], *, seed: int) -> tuple[list[int], list[int]]:
    """Split examples (oldest first) into earlier and later ones; returns their places.

    Earlier are prescriptions whose outcome was known when the later ones began. Who has prescriptions on both sides goes to
    one of them by a hash of ``seed`` and patient, and what they have on the other is left out.
    """
    if not examples:
        return [], []
    begins = examples[int(len(examples) * (1 - LATER_SHARE))].prescribed
    earlier = [at for at, one in enumerate(examples) if one.prescribed < begins and one.answered < begins]
    later = [at for at, one in enumerate(examples) if one.prescribed >= begins]
    both = {examples[at].patient_id for at in earlier} & {examples[at].patient_id for at in later}
    judging = {one for one in both if _tossed(seed, one)}
    return (
        [at for at in earlier if examples[at].patient_id not in judging],
        [at for at in later if examples[at].patient_id not in both - judging],
    )


def _tossed(seed: int, patient_id: int) -> bool:
    return bool(hashlib.sha256(f"{seed} {patient_id}".encode()).digest()[0] & 1)

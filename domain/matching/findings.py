"""What was found: each finding there or looked for and absent, how marked it is and for how long; and how much that counts."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from domain.errors import Invalid

MOST_FINDINGS = 200
"""More than anybody records of one person; what is more is refused before anything is computed."""
LEAST_SEVERITY, MOST_SEVERITY = 0, 4
LEAST_DEGREE, MOST_DEGREE = 1, 4
MOST_DAYS = 120 * 365

SPEAKS = (0.6, 0.8, 1.0, 1.0)
"""How much of its worth a finding has that is slight, evident, strong or extreme (severity or degree 1–4). Where nobody said
how marked it is, it has all. A proposal."""

ACUTE_DAYS, CHRONIC_DAYS = 14, 90
"""Up to 14 days a finding does not fit a chronic condition, from 90 days on it does not fit an acute one; between them it fits
both. Recalled and not checked: acute diarrhoea lasts less than 14 days (WHO), chronic pain three months or more (ICD-11)."""


@dataclass(frozen=True, slots=True)
class FindingValue:
    """A finding on the record: present, or looked for and absent.

    ``severity`` 0 none to 4 very severe, 0 being looked for and absent; ``degree`` 1–4 of a quality of mizaj; ``duration_days``
    how long it has been there. None is not known.
    """

    finding_id: str
    present: bool = True
    severity: int | None = None
    degree: int | None = None
    duration_days: int | None = None

    @property
    def there(self) -> bool:
        """Whether it was found: present and not of severity 0."""
        return self.present and (self.severity is None or self.severity > LEAST_SEVERITY)


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of a person: finding id → how much it speaks (0–1), or → for how many days; and what is absent."""

    present: dict[str, float]
    days: dict[str, int]
    absent: set[str]


def seen(findings: Iterable[FindingValue]) -> Seen:
    """Read a record. What is in it both as present and as absent is unknown; of two values the stronger and longer counts.

    Raises Invalid for more than ``MOST_FINDINGS``, of which it reads no more than one too many.
    """
    present: dict[str, float] = {}
    days: dict[str, int] = {}
    absent: set[str] = set()
    for one in not_too_many(findings):
        if not one.there:
            absent.add(one.finding_id)
            continue
        present[one.finding_id] = max(_speaks(one), present.get(one.finding_id, 0.0))
        if one.duration_days is not None:
            days[one.finding_id] = max(one.duration_days, days.get(one.finding_id, 0))
    both = absent & present.keys()
    return Seen({one: speaks for one, speaks in present.items() if one not in both}, days, absent - both)


def not_too_many(findings: Iterable[FindingValue]) -> list[FindingValue]:
    """Give the findings as a list; raises Invalid for more than ``MOST_FINDINGS`` without reading on."""
    values = list(islice(findings, MOST_FINDINGS + 1))
    if len(values) > MOST_FINDINGS:
        raise Invalid(f"These are too many findings: at most {MOST_FINDINGS} can be recorded at once.")
    return values


def fits_course(days: int | None, course: str) -> bool:
    """Say whether a finding of so many days can belong to an ``acute`` or ``chronic`` course; what is not known can."""
    if days is None:
        return True
    return not (course == "acute" and days >= CHRONIC_DAYS) and not (course == "chronic" and days <= ACUTE_DAYS)


def _speaks(value: FindingValue) -> float:
    marked = [min(one, len(SPEAKS)) for one in (value.severity, value.degree) if one is not None]
    return min((SPEAKS[max(one, 1) - 1] for one in marked), default=1.0)

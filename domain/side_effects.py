"""Counting side effects: how many recommendations of a cell have an answer that names one, by term.

Every answer that stands counts, not only the latest: who was sick in the first week was sick. A term is counted folded.
"""

from domain.ledger import Change
from domain.telling import counts
from storage import answer, tallies
from storage import evidence as rows
from storage.answer import Prescribed
from storage.database import Through
from storage.tables import Recommendation

Terms = dict[str, bool]
"""Folded term → whether an answer names it as serious."""


def folded(term: str) -> str:
    """Give a term as it is counted: in small letters, with single spaces."""
    return " ".join(term.casefold().split())


def merged(named: list[tuple[str, bool]]) -> Terms:
    """Fold what was named (term, serious); serious where one of them is."""
    terms: Terms = {}
    for term, serious in named:
        terms[folded(term)] = terms.get(folded(term), False) or serious
    return terms


def standing(through: Through, recommendation: Recommendation | Prescribed) -> Terms:
    """Read what the answers of a recommendation name as they stand."""
    return merged(answer.side_effects(through, recommendation.id or 0))


def count_again(change: Change, recommendation: Recommendation | Prescribed, before: Terms) -> None:
    """Count what the answers name now in place of what they named ``before``, where the practice's statistics count this."""
    after = standing(change.rows, recommendation)
    if after != before and counts(change.rows, recommendation):
        exchange(change, recommendation, before, after)


def exchange(change: Change, recommendation: Recommendation | Prescribed, before: Terms, after: Terms) -> None:
    """Count ``after`` for a recommendation in its cell in place of ``before``."""
    where = recommendation.practice_id, recommendation.item_id, recommendation.condition_id
    cell = rows.cell(change.rows, *where) if before != after else None
    for term in sorted(before.keys() | after.keys()) if cell else ():
        more = (term in after) - (term in before), after.get(term, False) - before.get(term, False)
        if cell and any(more):
            tallies.count_side_effect(change.rows, cell.id, term, more)

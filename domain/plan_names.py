"""How what stands in a plan is called in another language: the phone shows a patient their plan in words that they read."""

from collections.abc import Iterator
from dataclasses import dataclass

from storage.knowledge import Knowledge


@dataclass(frozen=True, slots=True)
class PlanName:
    """One row of the knowledge base in English, as plans and messages have it, and in another language."""

    kind: str
    """``herb``, ``formula``, ``diet``, ``lifestyle``, ``protocol`` or ``condition``."""
    id: str
    english: str
    name: str
    english_text: str = ""
    text: str = ""
    """What an advice says; empty where the row has no text in that language."""


def in_language(knowledge: Knowledge, language: str) -> list[PlanName]:
    """List the rows that have a name in a language (ISO 639, ``fa``); none where nothing is called anything in it."""
    return [one for one in _all(knowledge, language) if one.name]


def _all(knowledge: Knowledge, language: str) -> Iterator[PlanName]:
    for kind, rows in (("herb", knowledge.herbs), ("formula", knowledge.formulas)):
        for row in rows.values():
            yield PlanName(kind, row.id, _first(row.names, "en"), _first(row.names, language))
    for condition in knowledge.conditions.values():
        yield PlanName("condition", condition.id, condition.names.get("en", ""), condition.names.get(language, ""))
    for advice in knowledge.advice.values():
        english, there = advice.names.get("en", ""), advice.names.get(language, "")
        text = advice.text.get(language, "")
        yield PlanName(advice.kind, advice.id, english, there, advice.text.get("en", "") if text else "", text)


def _first(names: dict[str, tuple[str, ...]], language: str) -> str:
    return next(iter(names.get(language, ())), "")

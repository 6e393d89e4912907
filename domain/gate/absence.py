"""Denied conditions: "no kidney disease", "بیماری کلیه ندارد". When in doubt the condition counts as there."""

import re

from domain.knowledge import fold

_CLAUSES = re.compile(r"[.;,!?\n،؛؟:]|\b(?:but|however|although|and|except)\b|(?<!\w)(?:اما|ولی)(?!\w)", re.IGNORECASE)
_BEFORE = re.compile(
    r"^(?:(?:has|have|is|there is|patient|known|currently)\s+)*"
    r"(?:no|not|non|without|denies|denied|never(?: had)?|negative for|free of|does not have|doesnt have|do not have|dont have"
    r"|absence of|بدون|فاقد|عدم)\s+"
    r"(?P<rest>.+)$"
)
_AFTER = re.compile(
    r"^(?P<rest>.+?)\s+(?:is\s+|was\s+)?"
    r"(?:no|none|nil|absent|negative|denied|excluded|ruled out|ندارد|ندارم|نداره|ندارند|نیست|نیستم|نداشته|نداشتم|منفی|خیر|نه)$"
)
_ASIDE = frozenset(map(fold, (
    "a", "an", "any", "the", "of", "or", "nor", "history", "known", "current", "evidence", "sign", "signs", "past", "previous",
    "disease", "diseases", "disorder", "disorders", "problem", "problems", "failure", "impairment", "insufficiency", "issues",
    "type", "chronic", "acute", "condition", "have", "has", "had", "been", "currently",
    "بیماری", "سابقه", "مشکل", "نارسایی", "اختلال", "ی", "یا", "هیچ", "گونه", "مشکلات", "ناراحتی",
)))  # fmt: skip
"""Words that leave a denial whole; with any other it is not plain ("no controlled hypertension") and the condition counts."""


def split_denied(condition: str, sayings: frozenset[str]) -> tuple[list[str], list[str]]:
    """Part a condition as typed into what it says is there and what it plainly denies, both folded.

    ``sayings`` are the words (folded) that may be denied; between denial and condition only words that leave it whole may stand.
    A comma list after a denial is denied only where it joins by "or": "no kidney, liver disease" counts as liver disease.
    """
    there, denied = [], []
    clauses = [folded for clause in _CLAUSES.split(condition) if (folded := fold(clause))]
    answers = {"no", "none", "nil", "absent", "negative", "denied", "ندارد", "ندارم", "خیر", "نه", "منفی"}
    for at, clause in enumerate(clauses):
        if clause in answers:
            continue  # it answers the clause before it
        answered = at + 1 < len(clauses) and clauses[at + 1] in answers
        found = _BEFORE.match(clause) or _AFTER.match(clause)
        rest = found["rest"] if found else clause
        if (found or answered) and _plain(rest, sayings):
            denied.append(rest)
        else:
            there.append(clause)
    return there, denied


def _plain(rest: str, sayings: frozenset[str]) -> bool:
    said = f" {rest} "
    for saying in sorted(sayings, key=len, reverse=True):
        said = said.replace(f" {saying} ", "  ")
    return all(word in _ASIDE or word.isdigit() for word in said.split())

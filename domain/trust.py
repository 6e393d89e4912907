"""How much a practice's own past cases say beside the knowledge base, and in which words."""

from collections.abc import Mapping

from domain.cases import LEAST_CASES, Suggestion, Support
from storage.knowledge import Finding, Knowledge

MOST_TRUST = 0.5
"""However many cases there are, what was given says at most as much as what is documented. A proposal."""
HALF_OF_IT = 200
"""Cases at which they have half of their most. A proposal."""
LEAST_SHARE = 0.2
"""A herb without a documented use for the condition is proposed where it was given in a fifth of the cases like this one."""
NAMED = 4


def trust(cases: int) -> float:
    """Weigh past cases against the knowledge base: 0 below 50 cases, then 0.5·n / (n + 200)."""
    return 0.0 if cases < LEAST_CASES else MOST_TRUST * cases / (cases + HALF_OF_IT)


def together(documented: float, given: float | None, cases: int) -> float:
    """Join what is documented (0–1) and how often past cases had it (0–1, None: never) to one score in 0–1."""
    weight = trust(cases)
    return (1 - weight) * documented + weight * (given or 0.0)


def told(suggestion: Suggestion, knowledge: Knowledge) -> str:
    """Say which past cases speak for a herb: one sentence, about what was done and never about what helped."""
    best = max(suggestion.supporting, key=lambda one: (len(one.shared) > 0, one.share))
    share = f"Given in about {suggestion.score:.0%} of past cases like this one"
    return f"{share}; most like it: {best.given} of {best.cases} {_cases(best, knowledge.findings)}"


def _cases(support: Support, findings: Mapping[str, Finding]) -> str:
    names = [findings[one].names["en"].lower() for one in support.shared if one in findings]
    many = "case" if support.cases == 1 else "cases"
    if not names:
        return f"{many} that {'was' if support.cases == 1 else 'were'} treated alike"
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return f"{many} with {', '.join(names[:NAMED])}{more}"

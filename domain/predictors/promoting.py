"""When a fitted predictor takes over from the evidence: one rule, declared beforehand, and the sentence that says it."""

from dataclasses import dataclass

from domain.predictors.card import Judged

LEAST_OUTCOMES, LEAST_OF_EACH = 200, 50
"""Outcomes in all, and of the rarer one (design 7)."""
LEAST_SKILL = -0.01
"""The lower bound of the skill has to lie above (design 7), and the skill itself above 0 (reference 5)."""
SLOPES = (0.7, 1.3)
"""Of the calibration (reference 5)."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a predictor takes over, and why (not) in one sentence."""

    promoted: bool
    sentence: str


def enough(outcomes: int, improved: int) -> Verdict:
    """Say whether there are outcomes enough to fit anything."""
    rarer = min(improved, outcomes - improved)
    if outcomes < LEAST_OUTCOMES:
        sentence = (
            f"The evidence is used: there are {outcomes} outcomes, and a fitted predictor needs {LEAST_OUTCOMES}."
        )
    elif rarer < LEAST_OF_EACH:
        kind = "improved" if improved <= outcomes - improved else "did not improve"
        sentence = f"The evidence is used: only {rarer} patients {kind}, and a fitted predictor needs {LEAST_OF_EACH}."
    else:
        return Verdict(promoted=True, sentence="")
    return Verdict(promoted=False, sentence=sentence)


def verdict(judged: Judged) -> Verdict:
    """Say whether predictions that were judged are good enough to be shown in place of the evidence."""
    better, than = f"{judged.skill.value:+.1%}", "rules" if judged.baseline == "rules" else "pooled evidence"
    between = f"{judged.skill.low:+.1%} to {judged.skill.high:+.1%}"
    if judged.skill.value <= 0:
        wrong = f"the fitted predictor is no better than the {than} (Brier skill {better})"
    elif judged.skill.low <= LEAST_SKILL:
        wrong = (
            f"it is not certain enough that the fitted predictor is no worse than the {than} (Brier skill {between})"
        )
    elif not SLOPES[0] <= judged.slope.value <= SLOPES[1]:
        kind = "bold" if judged.slope.value < SLOPES[0] else "timid"
        wrong = f"the fitted predictor is too {kind} (calibration slope {judged.slope.value:.2f})"
    else:
        sentence = (
            f"The fitted predictor is used: on {judged.outcomes} later outcomes of other patients its Brier score is "
            f"{judged.skill.value:.1%} better than that of the {than} ({between})."
        )
        return Verdict(promoted=True, sentence=sentence)
    return Verdict(promoted=False, sentence=f"The evidence is used: {wrong}.")

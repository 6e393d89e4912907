"""The safety gate: deterministic, before any model and never undone by one. Nothing here says that an item may be taken."""

from domain.gate.judging import judge, judge_for, meet
from domain.gate.referral import RedFlagHit, red_flags
from domain.gate.sayings import POPULATIONS
from domain.gate.showing import Row, Shown, collapse, regimen
from domain.gate.units import unusable
from domain.gate.verdict import DoseLine, GateReason, Item, Judgement, Outcome, Profile, Verdict, badness, worst

__all__ = [
    "POPULATIONS",
    "DoseLine",
    "GateReason",
    "Item",
    "Judgement",
    "Outcome",
    "Profile",
    "RedFlagHit",
    "Row",
    "Shown",
    "Verdict",
    "badness",
    "collapse",
    "judge",
    "judge_for",
    "meet",
    "red_flags",
    "regimen",
    "unusable",
    "worst",
]

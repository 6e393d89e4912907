"""The safety gate: deterministic, before any model and never undone by one. Nothing here says that an item may be taken."""

from domain.gate.judging import judge
from domain.gate.populations import POPULATIONS
from domain.gate.referral import RedFlagHit, red_flags
from domain.gate.verdict import DoseLine, GateReason, Item, Judgement, Profile, Verdict, badness, worst

__all__ = [
    "POPULATIONS",
    "DoseLine",
    "GateReason",
    "Item",
    "Judgement",
    "Profile",
    "RedFlagHit",
    "Verdict",
    "badness",
    "judge",
    "red_flags",
    "worst",
]

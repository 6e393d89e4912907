"""What would happen, as one word: the mechanism by which reasons are put together, read off the words of a row."""

from functools import lru_cache

from domain.knowledge import fold

EFFECTS = {
    "bleeding": ("bleed", "blood loss", "inr", "anticoagula", "antiplatelet"),
    "serotonin": ("serotonin",),
    "potassium": ("potassium", "k⁺"),
    "low_blood_sugar": ("low blood sugar", "lower blood sugar"),
    "drowsiness": ("drows", "sedat", "coma"),
    "low_blood_pressure": ("fall of blood pressure", "lower blood pressure", "low blood pressure"),
    "high_blood_pressure": ("high blood pressure", "raised blood pressure", "raises blood pressure"),
    "slow_heart": ("slow heart", "slow the heart", "heart medicines"),
    "liver": ("liver", "hepat"),
    "kidney": ("kidney", "nephro"),
    "immune": ("immun", "work against the medicine"),
    "hormones": ("oestrogen", "hormone treatment"),
    "thyroid": ("thyroid",),
    "light": ("sensitive to light",),
    "incompatible": ("incompatibilit", "antagonism", "set against each other"),
    "uptake": ("taken up",),
    "level": ("level of", "level may", "raise lithium", "raise digoxin", "weaker contraception", "weaker effect"),
}
"""Mechanism → beginnings of words that speak of it; the first that is found counts."""


@lru_cache(maxsize=4096)
def effect_class(effect: str) -> str:
    """Give the mechanism that an effect in words belongs to ("Bleeding, raised INR" → bleeding); the words where none fits."""
    said = f" {fold(effect)}"
    return next(
        (mechanism for mechanism, words in EFFECTS.items() if any(f" {fold(word)}" in said for word in words)),
        said.strip(),
    )

"""What the rows of the knowledge base say of harm in their own words, as far as the catalogues have it."""

from pages.harm.advice import ADVICE
from pages.harm.cautions import CAUTIONS
from pages.harm.interactions import INTERACTIONS
from pages.harm.regulated import REGULATED
from pages.language import Language
from pages.said import foreign

EFFECTS = (*INTERACTIONS, *CAUTIONS, *ADVICE, *REGULATED)
_TEXTS = {text.rstrip("."): text for text in EFFECTS}
"""A row ends with a dot or not; so does a sentence that quotes it."""


def effect(said: str, _: Language) -> str:
    """Say what a row documents; as it stands there, and kept from being turned round, where the catalogue does not have it."""
    if _.code == "en":
        return said
    text = _TEXTS.get(said.rstrip("."))
    if text is None or (known := _(text)) == text:
        return foreign(said)
    return known.rstrip(".") + ("." if said.endswith(".") else "")


def in_catalogue(said: str) -> bool:
    """Tell whether the catalogues have what a row says."""
    return said.rstrip(".") in _TEXTS

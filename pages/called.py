"""What a thing of a plan is called: in the person's language, and beside it in its tradition's own words and in Latin."""

from collections.abc import Iterable, Mapping
from typing import Any

from domain.knowledge import names_of
from domain.library import Knowledge
from pages.fact_words import SCRIPTS
from pages.language import Language
from pages.said import quoted

BESIDE = {"tcm": ("pinyin", "hanzi"), "ayurveda": ("sa",), "avicenna": ("fa",)}
"""The scripts in which a tradition writes its names."""


def title_of(values: Mapping[str, Any], knowledge: Knowledge, _: Language) -> str:
    """Name what is recommended; what the practice does not know any more keeps the name that it was given."""
    row = _row(values, knowledge)
    return str(values["name"]) if row is None else names_of(row, _.code)


def text_of(values: Mapping[str, Any], knowledge: Knowledge, _: Language) -> str:
    """Say what to do, in the person's language where that is written."""
    advice = knowledge.advice.get(values["item_id"])
    return (advice.text.get(_.code) if advice else None) or str(values["text"] or "")


def identity_of(
    values: Mapping[str, Any], knowledge: Knowledge, tradition: str, language: Language
) -> list[dict[str, str]]:
    """Say which herb or formula it is, so that no other is taken for it: each part with its language and direction."""
    row: Any = _row(values, knowledge)
    if row is None or values["kind"] not in ("herb", "formula"):
        return []
    title = names_of(row, language.code)
    parts = []
    for script in BESIDE.get(tradition, ()):
        _label, lang, direction = SCRIPTS[script]
        name = next(iter(row.names.get(script, ())), "")
        if name and name != title:
            parts.append({"text": name, "lang": lang, "dir": direction})
    if values["kind"] == "herb":
        parts.append({"text": row.latin, "lang": "la", "dir": "ltr"})
        part = (values["dose"] or {}).get("part") or row.part
        parts.append({"text": language(part), "lang": language.code, "dir": "auto"})
    return parts


def herbs_of(values: Mapping[str, Any], knowledge: Knowledge, _: Language) -> str:
    """List the herbs of a formula; empty for anything else."""
    formula = knowledge.formulas.get(values["item_id"]) if values["kind"] == "formula" else None
    if formula is None:
        return ""
    return _(", ").join(
        names_of(knowledge.herbs[one], _.code) if one in knowledge.herbs else one for one in formula.herbs
    )


def sources_named(keys: Iterable[str], knowledge: Knowledge, _: Language) -> str:
    """Name sources by their titles, which are in English, each with the place in it and whether it was read there."""
    said = []
    for name in keys:
        key, _colon, where = name.partition(":")
        source = knowledge.sources.get(key)
        told = quoted(name if source is None else f"{source.title}, {where}" if where else source.title, _)
        said.append(told if source is None or source.checked else _("{source} (recalled, to be checked)", source=told))
    return _("; ").join(said)


def _row(values: Mapping[str, Any], knowledge: Knowledge) -> Any:
    of = {"herb": knowledge.herbs, "formula": knowledge.formulas}.get(values["kind"], knowledge.advice)
    return of.get(values["item_id"])

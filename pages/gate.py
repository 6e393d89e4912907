"""What the safety gate says on a card: all that is serious, the rest once for each mechanism, what was read folded away."""

from collections.abc import Mapping, Sequence
from typing import Any

from domain.gate import GateReason, Row, Verdict, collapse
from domain.judgement import reason_of
from domain.library import Knowledge
from pages.called import sources_named
from pages.fact_words import SAFETY_GRADES
from pages.gate_words import gate_sentence
from pages.language import N_, Language

MECHANISMS = {
    "bleeding": N_("Bleeding"),
    "serotonin": N_("Serotonin"),
    "potassium": N_("Potassium"),
    "low_blood_sugar": N_("Low blood sugar"),
    "drowsiness": N_("Drowsiness"),
    "low_blood_pressure": N_("Low blood pressure"),
    "high_blood_pressure": N_("High blood pressure"),
    "slow_heart": N_("Slow heart"),
    "liver": N_("Liver"),
    "kidney": N_("Kidney"),
    "immune": N_("Immune system"),
    "hormones": N_("Hormones"),
    "thyroid": N_("Thyroid"),
    "light": N_("Light on the skin"),
    "incompatible": N_("Incompatible herbs"),
    "uptake": N_("Uptake of medicines"),
    "level": N_("Levels of medicines"),
    "allergy": N_("Allergy"),
    "pregnancy": N_("Pregnancy"),
    "lactation": N_("Breast-feeding"),
    "child": N_("Children"),
    "elder": N_("Old age"),
    "surgery": N_("Surgery"),
    "dose_low": N_("Dose"),
    "dose_high": N_("Dose"),
    "duration": N_("How long it is taken"),
    "regulated": N_("Regulated"),
    "nothing_documented": N_("Nothing documented"),
    "not_checked": N_("Not checked"),
}
RULES = {
    "identity": N_("Which herb it is"),
    "regulated": N_("Regulated"),
    "medicine": N_("Medicines"),
    "dose": N_("Dose"),
    "child_dose": N_("Dose for a child"),
    "duration": N_("How long it is taken"),
    "cumulative_dose": N_("Dose of the whole plan"),
    "herb_drug": N_("Herb and medicine"),
    "herb_herb": N_("Herb and herb"),
    "stacking": N_("Effects that add up"),
    "population": N_("Who takes it"),
    "first_trimester": N_("First trimester"),
    "surgery": N_("Surgery"),
    "allergy": N_("Allergy"),
    "tradition": N_("What the tradition advises"),
    "not_checked": N_("Not checked"),
    "nothing_documented": N_("Nothing documented"),
    "gate_failed": N_("Not judged"),
}
"""What a rule is about, where its mechanism has no word of its own."""


def gate_of(reasons: Sequence[Mapping[str, Any]], knowledge: Knowledge, _: Language) -> dict[str, Any]:
    """Arrange the reasons of a recommendation for its card: ``rows`` to read, ``folded`` ones that were read already.

    Of several reasons with one key all have to be read: one that has become worse since then is open, and so are they.
    """
    named = [one for one in reasons if one.get("key")]
    open_ = {str(one["key"]) for one in named if not one.get("acknowledged") and one["verdict"] != Verdict.BLOCK}
    read = {str(one["key"]) for one in named if one.get("acknowledged")} - open_
    shown = collapse([reason_of(one) for one in reasons], read)
    return {
        "rows": [_line(row, knowledge, _) for row in shown.rows],
        "folded": [_line(row, knowledge, _) for row in shown.folded],
    }


def _line(row: Row, knowledge: Knowledge, _: Language) -> dict[str, Any]:
    word = MECHANISMS.get(row.mechanism) or RULES.get(row.reasons[0].rule, row.reasons[0].rule)
    return {
        "verdict": row.verdict.value,
        "title": _(word),
        "count": _.number(row.count) if row.count > 1 else "",
        "reasons": [_said(one, knowledge, _) for one in row.reasons],
        "keys": list(row.keys),
        "read": row.acknowledged,
    }


def _said(reason: GateReason, knowledge: Knowledge, _: Language) -> dict[str, Any]:
    """Say a reason, with the sentence as it is ``kept`` where that is another."""
    text = gate_sentence(reason, knowledge, _)
    kept = {} if text == reason.message else {"kept": reason.message}
    return {"text": text, "where": where_from(reason, knowledge, _), **kept}


def where_from(reason: GateReason, knowledge: Knowledge, _: Language) -> list[str]:
    """Say where a reason is from, and how good that is, in words; nothing where nothing is documented."""
    grade = _(SAFETY_GRADES[reason.grade]) if reason.grade in SAFETY_GRADES else ""
    return [said for said in (sources_named(reason.source, knowledge, _), grade) if said]

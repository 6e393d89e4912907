"""A knowledge base small enough to read: every rule of the gate has one row here."""

from types import MappingProxyType
from typing import Any

from domain.knowledge import NameIndex
from storage.knowledge import (
    Advice,
    AllergyFamily,
    Caution,
    Condition,
    Contradiction,
    Dose,
    Drug,
    Finding,
    Formula,
    Herb,
    Indication,
    Interaction,
    Knowledge,
    Mechanism,
    RedFlag,
    Stacking,
)

WRITTEN: dict[str, Any] = {"source": ("TEST:1",), "grade": "T"}


def herb(key: str, *, latin: str = "", tags: tuple[str, ...] = (), family: str = "", **more: Any) -> Herb:
    names = {"en": (key.capitalize(), *more.pop("also", ()))}
    return Herb(
        **{
            "id": key,
            "latin": latin or f"{key} sp.",
            "part": "root",
            "traditions": ("tcm",),
            "names": names,
            **WRITTEN,
        },
        tags=tags,
        family=family,
        **more,
    )


def dose(key: str, least: float, most: float, **more: Any) -> Dose:
    plain: dict[str, Any] = {"part": "root", "preparation": "decoction", "unit": "g", "per": "day", "route": "oral"}
    return Dose(**{"herb": key, "min": least, "max": most, **plain, **WRITTEN, **more})


def interaction(key: str, other: str, severity: str, effect: str) -> Interaction:
    return Interaction(**{"herb": key, "other": other, "severity": severity, "effect": effect, **WRITTEN})


def caution(key: str, population: str, severity: str) -> Caution:
    return Caution(
        **{"herb": key, "population": population, "severity": severity, "effect": f"Effect in {population}", **WRITTEN}
    )


def mechanism(key: str, drug_classes: tuple[str, ...]) -> Mechanism:
    return Mechanism(**{"id": key, "names": {"en": key}, "meaning": key, "drug_classes": drug_classes, **WRITTEN})


def contradiction(item: str, against: str, severity: str = "moderate") -> Contradiction:
    effect = f"{item} is not for {against}"
    return Contradiction(**{"item": item, "against": against, "severity": severity, "effect": effect, **WRITTEN})


HERBS = (
    herb("licorice", tags=("potassium_lowering",), family="Fabaceae"),
    herb("danshen", tags=("antiplatelet",), family="Lamiaceae"),
    herb("ginger", tags=("antiplatelet",), family="Zingiberaceae"),
    herb("chamomile", family="Asteraceae"),
    herb("valerian", tags=("sedative",)),
    herb("aconite", regulated="toxic herb of the state catalogue"),
    herb("pinellia"),
    herb("mutong", also=("Mu Tong",)),
    herb("guanmutong", also=("Mu Tong",), regulated="nephrotoxic"),
    herb("poria"),
    herb("kelp"),
)
DOSES = (
    dose("licorice", 2, 10, source=("CHP:e126",)),
    dose("danshen", 10, 15, source=("CHP:e111",)),
    dose("ginger", 3, 10, source=("CHP:e16",)),
    dose("ginger", 1, 2, source=("EMA:ginger",)),
    dose("ginger", 500, 1000, unit="mg", per="dose", times_a_day="2-3", preparation="extract"),
    dose("chamomile", 3, 3, per="dose", times_a_day="3-4", preparation="infusion", max_days=14),
    dose("chamomile", 1, 1.5, per="dose", times_a_day="2", preparation="infusion", age="child 6-11"),
    dose("poria", 10, 15),
)
DRUGS = (
    Drug(**{"id": "warfarin", "names": ("Warfarin", "وارفارین"), "classes": ("anticoagulant",), **WRITTEN}),
    Drug(**{"id": "sertraline", "names": ("Sertraline",), "classes": ("ssri", "serotonergic"), **WRITTEN}),
    Drug(**{"id": "diazepam", "names": ("Diazepam",), "classes": ("sedative",), **WRITTEN}),
    Drug(**{"id": "paracetamol", "names": ("Paracetamol",), "classes": ("analgesic",), **WRITTEN}),
)
INTERACTIONS = (
    interaction("danshen", "warfarin", "block", "Bleeding, the INR rises."),
    interaction("valerian", "class:ssri", "minor", "Drowsiness"),
    interaction("pinellia", "herb:aconite", "major", "One of the eighteen incompatibilities"),
    interaction("licorice", "herb:kelp", "major", "One of the eighteen incompatibilities"),
)
STACKING = (
    Stacking(
        **{"first": "antiplatelet", "second": "anticoagulant", "severity": "major", "effect": "Bleeding", **WRITTEN}
    ),
    Stacking(
        **{"first": "antiplatelet", "second": "antiplatelet", "severity": "major", "effect": "Bleeding", **WRITTEN}
    ),
    Stacking(**{"first": "sedative", "second": "sedative", "severity": "moderate", "effect": "Drowsiness", **WRITTEN}),
)
CAUTIONS = (
    caution("danshen", "pregnancy", "major"),
    caution("poria", "pregnancy", "minor"),
    caution("ginger", "lactation", "moderate"),
    caution("licorice", "kidney", "major"),
    caution("valerian", "elder", "moderate"),
    caution("chamomile", "child", "minor"),
    caution("danshen", "surgery", "major"),
)
CONDITIONS: tuple[tuple[str, str, dict[str, float], dict[str, float]], ...] = (
    ("qi", "tcm", {"tired": 3, "pale_tongue": 2, "weak_pulse": 2, "sweat": 1}, {"red_tongue": 2}),
    ("yin", "tcm", {"night_sweat": 3, "red_tongue": 2, "thirst": 2, "tired": 1}, {"pale_tongue": 2}),
    ("yang", "tcm", {"cold_limbs": 3, "pale_tongue": 2, "tired": 1}, {"thirst": 1}),
    ("phlegm", "avicenna", {"tired": 2, "feels_cold": 3, "pale_tongue": 2}, {}),
    ("vata", "ayurveda", {"dry_skin": 3, "tired": 1}, {}),
)
FORMULAS = (
    ("four", ("licorice", "poria", "ginger")),
    ("clash", ("pinellia", "aconite")),
    ("calm", ("valerian", "poria")),
    ("gap", ("poria", "unheard-of")),
)
ALLERGIES = tuple(
    AllergyFamily(**{"id": key, "names": {"en": key}, "members": {"en": members}, **WRITTEN})
    for key, members in (("Asteraceae", ("ragweed", "chamomile")), ("Fabaceae", ("peanut", "lentil")))
)
RED_FLAGS = (
    (
        "cardiac",
        ("chest pain", "tightness in the chest", "heart attack"),
        ("درد قفسه سینه", "درد سینه"),
    ),
    ("stroke", ("stroke", "slurred speech", "seizure"), ("سکته", "تشنج")),
    ("breathing", ("cannot breathe", "shortness of breath"), ("تنگی نفس",)),
    ("mental-crisis", ("want to die", "suicide"), ("خودکشی",)),
    ("fever", ("high fever and confusion",), ("تب بالا",)),
)
FINDING_IDS = sorted({finding for _, _, supporting, contrary in CONDITIONS for finding in (*supporting, *contrary)})
INDICATIONS = (
    ("licorice", "qi", "B"),
    ("poria", "qi", "T"),
    ("danshen", "qi", "A"),
    ("aconite", "qi", "T"),
    ("four", "qi", "T"),
    ("chamomile", "qi", "C"),
    ("poria", "phlegm", "T"),
    ("licorice", "vata", "T"),
)


def knowledge(**more: Any) -> Knowledge:
    """Build the small base; ``more`` replaces whole parts of it."""
    doses: dict[str, tuple[Dose, ...]] = {}
    for row in DOSES:
        doses[row.herb] = (*doses.get(row.herb, ()), row)
    parts: dict[str, Any] = {
        "herbs": {one.id: one for one in HERBS},
        "doses": doses,
        "findings": {
            one: Finding(
                **{
                    "id": one,
                    "traditions": ("tcm",),
                    "kind": "symptom",
                    "names": {"en": one},
                    "question": f"Is there {one}?",
                    **WRITTEN,
                }
            )
            for one in FINDING_IDS
        },
        "conditions": {
            key: Condition(
                **{
                    "id": key,
                    "tradition": tradition,
                    "names": {"en": f"{key} pattern"},
                    "icd11": "",
                    "supporting": supporting,
                    "contrary": contrary,
                    **WRITTEN,
                }
            )
            for key, tradition, supporting, contrary in CONDITIONS
        },
        "formulas": {
            key: Formula(
                **{
                    "id": key,
                    "tradition": "tcm",
                    "names": {"en": (f"{key.capitalize()} decoction",)},
                    "herbs": herbs,
                    "preparation": "decoction",
                    **WRITTEN,
                }
            )
            for key, herbs in FORMULAS
        },
        "drugs": {one.id: one for one in DRUGS},
        "advice": {
            kind: Advice(
                **{
                    "id": kind,
                    "kind": kind,
                    "conditions": ("qi",),
                    "names": {"en": f"A {kind} item"},
                    "text": {"en": f"Do the {kind} thing."},
                    **WRITTEN,
                }
            )
            for kind in ("diet", "lifestyle", "protocol")
        },
        "sources": {},
        "codes": {},
        "mechanisms": {},
        "contradictions": (),
        "allergies": {one.id: one for one in ALLERGIES},
        "red_flags": {
            key: RedFlag(**{"id": key, "terms": {"en": en, "fa": fa}, "advice": "Refer now.", **WRITTEN})
            for key, en, fa in RED_FLAGS
        },
        "side_effects": {},
        "interactions": INTERACTIONS,
        "stacking": STACKING,
        "cautions": CAUTIONS,
        "indications": tuple(
            Indication(**{"item": item, "condition": condition, **WRITTEN, "grade": grade})
            for item, condition, grade in INDICATIONS
        ),
        "version": "small",
    }
    parts |= more
    built: dict[str, Any] = {k: MappingProxyType(part) if isinstance(part, dict) else part for k, part in parts.items()}
    return Knowledge(**built)


KNOWLEDGE = knowledge()
NAMES = NameIndex(KNOWLEDGE)

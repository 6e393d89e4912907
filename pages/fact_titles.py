"""How a row of the knowledge is shown in a list: a title, what it says in one line, how bad it is, whether it was reviewed."""

from typing import Any
from urllib.parse import urlencode

from pydantic import BaseModel

from domain.knowledge import names_of
from domain.reading import KnownRow
from pages.elements.fact import Fact
from pages.fact_words import (
    GRADES,
    KINDS,
    PER,
    READ_THERE,
    RECALLED,
    REVIEWED,
    SAFETY_GRADES,
    SEVERITIES,
    SOURCES,
    TOXICITIES,
    TRADITIONS,
    UNREVIEWED,
    Words,
)
from pages.gate_effects import effect
from pages.language import N_, Language
from pages.said import quoted, side_by_side

DANGERS = ("interactions.csv", "cautions.csv", "stacking.csv", "contradictions.csv", "red_flags.yaml", "allergies.yaml")
GRADED = ("indications.csv", "doses.csv", "advice.yaml", "formulas.yaml", *DANGERS)
"""Sets in which the grade of a row is that of what it says; of a herb or a finding it is only where the description is from."""


LISTED = ("pinyin", "hanzi", "sa")
"""Scripts whose names stand in the list beside the Latin one: what one looks a herb up by."""


def listed(one: KnownRow, words: Words) -> Fact:
    """Show a row in a list."""
    title, more = titles(one, words)
    shown: Fact = {
        "key": one.id,
        "href": address(one.file, one.id),
        "title": title,
        "more": more,
        "review": review_of(one.row, words._),
    }
    severity = getattr(one.row, "severity", None)
    if severity is not None:
        shown |= {"chip": severity.value, "chip_text": words._(SEVERITIES[severity.value])}
    marks = herb_marks(one.row, words._)
    if marks:
        shown |= {"chip": marks[0]["chip"], "chip_text": marks[0]["text"]}
    if one.origin is not None:
        shown["own"] = words._("Added by this practice")
    return shown


def herb_marks(row: BaseModel, _: Language) -> list[dict[str, str]]:
    """Say of a herb that it is blocked, and how toxic it is; nothing of any other row."""
    about: Any = row
    marks = [{"chip": "block", "text": _("Blocked")}] if getattr(about, "regulated", "") else []
    if getattr(about, "toxicity", ""):
        marks.append({"chip": "major", "text": _(TOXICITIES[about.toxicity])})
    return marks


def address(file: str, row_id: str | None = None) -> str:
    """Give the address of a set, or of a row of it, on the page."""
    asked = {"set": file.partition(".")[0], **({"row": row_id} if row_id else {})}
    return f"/knowledge?{urlencode(asked)}"


def titles(one: KnownRow, words: Words) -> tuple[str, str]:
    """Give a row's title and what it says in one line."""
    _ = words._
    row: Any = one.row
    match one.file:
        case "herbs.yaml":
            others = [name for script in row.names if script in LISTED for name in row.names[script][:1]]
            title = names_of(row, _.code)
            return title, side_by_side([*(name for name in others if name != title), row.latin, _(row.part)], " · ", _)
        case "doses.csv":
            return words.item(row.herb), dose_line(row, _)
        case "formulas.yaml":
            return names_of(row, _.code), words.list([words.item(herb) for herb in row.herbs])
        case "conditions.yaml":
            return names_of(row, _.code), f"{_(TRADITIONS[row.tradition])} · {row.icd11}"
        case "findings.yaml":
            return names_of(row, _.code), words.list([_(TRADITIONS[one]) for one in row.traditions])
        case "indications.csv":
            return _pair(words.item(row.item), "·", words.condition(row.condition), _), _(GRADES[row.grade])
        case "interactions.csv":
            return _pair(words.item(row.herb), "×", words.other(row.other), _), effect(row.effect, _)
        case "cautions.csv":
            return _pair(words.item(row.herb), "·", words.population(row.population), _), effect(row.effect, _)
        case "stacking.csv":
            return _pair(words.effect(row.first), "+", words.effect(row.second), _), effect(row.effect, _)
        case "contradictions.csv":
            return _pair(words.state(row.item), "·", words.state(row.against), _), effect(row.effect, _)
        case "advice.yaml":
            return names_of(row, _.code), f"{_(KINDS[row.kind])} · {row.text.get(_.code) or row.text['en']}"
        case "drugs.csv":
            return names_of(row, _.code), words.list([words.effect(name) for name in row.classes])
        case "mechanisms.yaml":
            return words.effect(row.id), quoted(row.meaning, _)
        case "codes.csv":
            return row.id, quoted(row.title, _)
        case "allergies.yaml":
            return row.names.get(_.code) or row.names["en"], words.list(
                list(row.members.get(_.code) or row.members["en"])
            )
        case "red_flags.yaml":
            return words.list(list(row.terms.get(_.code) or row.terms["en"])[:3]), _(row.advice)
        case "side_effects.yaml":
            return names_of(row, _.code), _("Serious: the phone says stop at once") if row.serious else ""
        case _:
            return row.title, f"{_(SOURCES.get(row.kind, row.kind))} · {_(READ_THERE if row.checked else RECALLED)}"


def _pair(first: str, between: str, second: str, _: Language) -> str:
    """Name two things beside each other, as a title begins: the page cannot see the first letter behind a mark of direction."""
    return side_by_side([first[:1].upper() + first[1:], second], f" {between} ", _)


AGES = {"adult": N_("adults")}


def dose_line(row: Any, _: Language) -> str:
    """Write a documented dose: from, to, unit, per what, preparation, part, route, for whom, how long, with what."""
    low, high = (_.digits(f"{value:g}") for value in (row.min, row.max))
    amount = f"{low if row.min == row.max else f'{low}–{high}'} {_(row.unit)} {_(PER[row.per])}"
    parts = [
        amount,
        _(row.preparation),
        _(row.part),
        _(row.route),
        _(AGES.get(row.age, row.age)),
        _(row.vehicle) if row.vehicle else "",
    ]
    if row.times_a_day:
        parts.insert(1, _("{times} times a day", times=_.span(row.times_a_day)))
    if row.max_days:
        parts.append(_.plural(N_("for at most {count} day"), N_("for at most {count} days"), row.max_days))
    if row.drops_per_ml:
        parts.append(_("{count} drops are 1 mL", count=_.digits(f"{row.drops_per_ml:g}")))
    return " · ".join(part for part in parts if part)


def review_of(row: BaseModel, _: Language) -> str:
    """Say whether a clinician has read the row against its source; of a source, whether it was read."""
    if hasattr(row, "checked"):
        return _(READ_THERE if row.checked else RECALLED)
    about: Any = row
    if about.review_status == "reviewed":
        return _(REVIEWED, name=about.reviewer, day=_.digits(about.reviewed_on))
    return _(UNREVIEWED)


def grade_of(one: KnownRow, _: Language) -> str:
    """Say in words how good the evidence is, where the grade is that of what the row says."""
    if one.file not in GRADED:
        return ""
    row: Any = one.row
    return _((SAFETY_GRADES if one.file in (*DANGERS, "doses.csv") else GRADES)[row.grade])

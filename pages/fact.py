"""Everything that the knowledge base says of one thing, each statement with where it comes from."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from domain.reading import KnownRow
from pages.called import sources_named
from pages.elements.fact import Fact
from pages.fact_titles import address, dose_line, grade_of, herb_marks, review_of, titles
from pages.fact_words import READ_THERE, RECALLED, SCRIPTS, SETS, SEVERITIES, SOURCES, TRADITIONS, Words
from pages.gate_effects import effect
from pages.language import N_, Language
from pages.said import quoted

Beside = Mapping[str, Sequence[KnownRow]]
Line = dict[str, Any]
Section = dict[str, Any]

SIDE_BY_SIDE = N_("As each source says it, side by side; nothing is averaged.")
NO_DOSE = N_("No dose is documented here.")
NO_DANGER = N_("Nothing documented here. That does not mean that nothing can happen.")
USED = N_("What it is used for. A use is no proof that it works: the grade says how much is known.")
ADVISORY = N_("Advice of the tradition, never a block.")
SECTIONS = {
    "herbs.yaml": (
        "doses.csv",
        "interactions.csv",
        "cautions.csv",
        "contradictions.csv",
        "indications.csv",
        "formulas.yaml",
    ),
    "formulas.yaml": ("doses.csv", "contradictions.csv", "indications.csv"),
    "conditions.yaml": ("indications.csv", "advice.yaml", "contradictions.csv"),
    "findings.yaml": ("conditions.yaml", "contradictions.csv"),
    "drugs.csv": ("interactions.csv", "stacking.csv", "mechanisms.yaml"),
    "mechanisms.yaml": ("herbs.yaml", "stacking.csv", "contradictions.csv"),
    "codes.csv": ("conditions.yaml",),
    "allergies.yaml": ("herbs.yaml",),
    "advice.yaml": ("advice.yaml",),
}
"""What is told of the rows of a set, in this order; a herb's dangers also where there is none."""
ALWAYS = {"herbs.yaml": {"doses.csv", "interactions.csv", "cautions.csv"}, "formulas.yaml": {"doses.csv"}}
WORST_FIRST = {"block": 0, "major": 1, "moderate": 2, "minor": 3}


def fact_of(one: KnownRow, beside: Beside, words: Words) -> Fact:
    """Show one row with all that is said of it."""
    _ = words._
    row: Any = one.row
    title, said = titles(one, words)
    severity = getattr(row, "severity", None)
    marks = [{"chip": severity.value, "text": _(SEVERITIES[severity.value])}] if severity is not None else []
    marks += herb_marks(row, _)
    regulated = getattr(row, "regulated", "")
    facts = [(label, text) for label, text in _facts(one, said, words) if text]
    return {
        "key": f"{one.file} {one.id}",
        "set": _(SETS[one.file]),
        "title": title,
        "marks": marks,
        "warning": _("The safety gate blocks it, and no dose is shown.") if regulated else "",
        "why": effect(regulated, _) if regulated else "",
        "names": _names(row, _),
        "facts": facts,
        "sections": [*_own_sections(one, words), *_sections(one, beside, words)],
        "sources": sources_of(one, words),
        "note": _note(one, _),
        "review": review_of(row, _),
        "origin": _origin(one, _),
    }


def _facts(one: KnownRow, said: str, words: Words) -> Iterator[tuple[str, str]]:
    """Yield what a row says of itself, each with what it is."""
    _ = words._
    row: Any = one.row
    match one.file:
        case "herbs.yaml":
            yield _("Latin name"), row.latin
            yield _("Part"), _(row.part)
            yield _("Family"), quoted(row.family, _)
            yield _("Traditions"), words.list([_(TRADITIONS[name]) for name in row.traditions])
            yield _("Nature"), quoted(row.nature, _)
            yield _("Mechanisms"), words.list([words.effect(tag) for tag in row.tags])
        case "doses.csv":
            yield _("Dose"), said
        case "conditions.yaml":
            code = words.knowledge.codes.get(row.icd11)
            yield _("Tradition"), _(TRADITIONS[row.tradition])
            yield _("ICD-11"), quoted(f"{row.icd11} {code.title if code else ''}".strip(), _)
            others = [words.knowledge.codes[name] for name in row.biomedical if name in words.knowledge.codes]
            yield (
                _("Often found together with"),
                words.list([quoted(f"{other.id} {other.title}", _) for other in others]),
            )
            yield _("Refer when"), quoted(row.red_flag_advice, _)
        case "findings.yaml":
            yield _("Traditions"), said
            yield _("Other words for it"), words.list([name for names in row.synonyms.values() for name in names])
            yield _("What to ask"), quoted(row.question, _)
            yield _("Cannot be there together with"), words.list([words.finding(name) for name in row.excludes])
        case "formulas.yaml":
            yield _("Tradition"), _(TRADITIONS[row.tradition])
            yield _("Herbs"), said
            yield _("Preparation"), _(row.preparation)
            yield _("How it is given"), quoted(row.dose, _) or _("No dose is documented here.")
        case "advice.yaml":
            yield _("What to do"), row.text.get(_.code) or row.text["en"]
            yield _("For"), words.list([words.condition(name) for name in row.conditions])
        case "drugs.csv":
            yield _("Names"), words.list(list(row.names))
            yield _("Classes"), said
        case "sources.yaml":
            yield _("Kind"), _(SOURCES.get(row.kind, row.kind))
            yield _("Where"), quoted(row.locator, _)
        case "red_flags.yaml":
            yield _("Words"), words.list([word for listed in row.terms.values() for word in listed])
            yield _("What it says"), said
        case _:
            yield _("What it says"), said
    yield _("Evidence"), grade_of(one, _)


def _names(row: Any, _: Language) -> list[dict[str, str]]:
    names = getattr(row, "names", None)
    if not isinstance(names, dict):
        return []
    shown = []
    for script, given in names.items():
        label, lang, direction = SCRIPTS.get(script, (script, script, "auto"))
        text = given if isinstance(given, str) else ("، " if lang == "fa" else ", ").join(given)
        shown.append({"label": _(label), "lang": lang, "dir": direction, "text": text})
    return shown


def _own_sections(one: KnownRow, words: Words) -> Iterator[Section]:
    """Yield the findings of a condition, and the items that a protocol joins."""
    _ = words._
    row: Any = one.row
    if one.file == "conditions.yaml":
        for title, weights in ((_("Speaks for it"), row.supporting), (_("Speaks against it"), row.contrary)):
            ordered = sorted(weights.items(), key=lambda pair: -pair[1])
            lines = [
                {
                    "text": words.finding(name),
                    "beside": _(WEIGHTS[min(3, max(1, round(weight)))]),
                    **_to("findings.yaml", name),
                }
                for name, weight in ordered
            ]
            if lines:
                yield {"title": title, "lines": lines}
    if one.file == "formulas.yaml":
        yield {
            "title": _("Herbs"),
            "lines": [{"text": words.item(name), **_to("herbs.yaml", name)} for name in row.herbs],
        }
    if one.file == "advice.yaml" and row.items:
        lines = [{"text": words.advice(name), **_to("advice.yaml", name)} for name in row.items]
        yield {"title": _("It joins"), "lines": lines}


WEIGHTS = {1: N_("helpful"), 2: N_("typical"), 3: N_("nearly defining")}


def _sections(one: KnownRow, beside: Beside, words: Words) -> Iterator[Section]:
    """Yield what other rows say of the same thing."""
    _ = words._
    regulated = getattr(one.row, "regulated", "")
    for file in SECTIONS.get(one.file, ()):
        rows = sorted(beside.get(file, ()), key=lambda other: WORST_FIRST.get(getattr(other.row, "severity", ""), 9))
        if not rows and file not in ALWAYS.get(one.file, ()):
            continue
        remark = {
            "doses.csv": _(SIDE_BY_SIDE) if len(rows) > 1 else "" if rows else _(NO_DOSE),
            "indications.csv": _(USED),
            "contradictions.csv": _(ADVISORY),
            "interactions.csv": "" if rows else _(NO_DANGER),
            "cautions.csv": "" if rows else _(NO_DANGER),
        }.get(file, "")
        if file == "doses.csv" and regulated:
            remark = _("It is blocked: no dose is shown.")
        yield {"title": _(SETS[file]), "remark": remark, "lines": [_line(one, other, words) for other in rows]}


def _line(about: KnownRow, one: KnownRow, words: Words) -> Line:
    """Write what another row says, so that what it is about need not be said again."""
    _ = words._
    row: Any = one.row
    title, said = titles(one, words)
    if one.file == "doses.csv":
        title, said = dose_line(row, _), ""
    elif one.file == "interactions.csv" and about.file == "herbs.yaml":
        title = words.item(row.herb) if row.other == f"herb:{about.id}" else words.other(row.other)
    elif one.file == "cautions.csv":
        title = words.population(row.population)
    elif one.file == "indications.csv":
        title, said = words.item(row.item) if about.file == "conditions.yaml" else words.condition(row.condition), ""
    elif one.file == "contradictions.csv":
        title = words.state(row.against) if about.file in ("herbs.yaml", "formulas.yaml") else words.state(row.item)
    severity = getattr(row, "severity", None)
    parts = [grade_of(one, _), cited(one, words), review_of(row, _)]
    if getattr(row, "mechanism", None) is True:
        parts.insert(0, _("from the mechanism alone, without a case or trial"))
    line: Line = {
        "text": title,
        "effect": said,
        "more": " · ".join(part for part in (*parts, _origin(one, _)) if part),
        "note": _note(one, _),
        **_to(one.file, one.id),
    }
    if severity is not None:
        line |= {"chip": severity.value, "chip_text": _(SEVERITIES[severity.value])}
    return line


def _to(file: str, row_id: str) -> Line:
    return {"set": file, "row": row_id, "href": address(file, row_id)}


def cited(one: KnownRow, words: Words) -> str:
    """Name the sources of a row in one line, each with whether it was read there."""
    return sources_named(getattr(one.row, "source", ()), words.knowledge, words._)


def sources_of(one: KnownRow, words: Words) -> list[dict[str, Any]]:
    """List the sources of a row: title, kind, where in it, and whether the fact was read there."""
    _ = words._
    shown = []
    for name in getattr(one.row, "source", ()):
        key, _colon, where = name.partition(":")
        source = words.knowledge.sources.get(key)
        if source is not None:
            shown.append(
                {
                    "key": name,
                    "title": quoted(source.title if not where else f"{source.title}, {where}", _),
                    "where": " · ".join(
                        part for part in (_(SOURCES.get(source.kind, source.kind)), quoted(source.locator, _)) if part
                    ),
                    "read": source.checked,
                    "said": _(READ_THERE if source.checked else RECALLED),
                }
            )
    return shown


def _note(one: KnownRow, _: Language) -> str:
    """Give the note of a row: ours are in English, a practice's own in its own words."""
    note: str = getattr(one.row, "note", "")
    return quoted(note, _) if one.origin is None else note


def _origin(one: KnownRow, _: Language) -> str:
    if one.origin is None:
        return ""
    return _("Added by this practice from {file} on {day}", file=one.origin.name, day=_.day(one.origin.at))

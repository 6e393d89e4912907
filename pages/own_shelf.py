"""What a practice has brought in, and what its own past cases have taught the program."""

from collections.abc import Iterator

from domain.cases import LEAST_CASES
from domain.reading import OwnShelf
from pages.elements.notes import Note
from pages.language import N_, Language

SHOWN = 10
"""Files, and refused rows, that are listed; the commands list them all."""
MEASURES = {
    "p@5": N_(
        "Of the first five herbs that it named, {share} had been prescribed (always naming the commonest: {usual})."
    ),
    "r@20": N_("Among its first twenty were {share} of the herbs that had been prescribed (the commonest: {usual})."),
}
MEANING = N_(
    "This says how well it foretells what was prescribed in cases that it had not seen. It says nothing about what helped, and "
    "the safety gate judges what it names like anything else."
)


def own_notes(_: Language, own: OwnShelf) -> list[Note]:
    """Show the shelf as short cards."""
    notes: list[Note] = [_learnt(own, _)]
    if own.refused:
        lines = [_("They do not fit what comes with the program any more, and are left out:"), *own.refused[:SHOWN]]
        notes.append({"key": "refused", "title": _("Own rows that are left out"), "lines": lines})
    files = list(_files(own, _))
    empty = _(
        "Nothing yet. At the machine of the practice: python main.py knowledge import FILE, or cases import FILE."
    )
    notes.append({"key": "files", "title": _("Brought in by this practice"), "lines": files or [empty]})
    return notes


def _files(own: OwnShelf, _: Language) -> Iterator[str]:
    for one in sorted(own.imports, key=lambda one: -one.id)[:SHOWN]:
        rows, many = (
            (N_("{count} case"), N_("{count} cases"))
            if one.kind == "cases"
            else (N_("{count} row"), N_("{count} rows"))
        )
        yield " · ".join((one.name, _.plural(rows, many, one.rows), _.day(one.at)))


def _learnt(own: OwnShelf, _: Language) -> Note:
    card = own.card
    if card is None:
        few = _(
            "Not yet: it takes {least} cases with findings and herbs; {count} were brought in. The knowledge base alone speaks.",
            least=_.number(LEAST_CASES),
            count=_.number(own.cases),
        )
        soon = _("Not fitted yet: that takes some seconds after a start.")
        return {
            "key": "learnt",
            "title": _("Learning from past cases"),
            "lines": [soon if own.cases >= LEAST_CASES else few],
        }
    lines = [
        _.plural(N_("Learns from {count} case"), N_("Learns from {count} cases"), card.cases),
        _(
            "{sets} different pictures, {findings} findings, {herbs} herbs",
            sets=_.number(card.sets),
            findings=_.number(card.findings),
            herbs=_.number(card.herbs),
        ),
    ]
    for name, text in MEASURES.items():
        if name in card.measures:
            shares = (card.measures[name], card.popularity.get(name, 0.0))
            share, usual = (_.percent(one) for one in shares)
            lines.append(_(text, share=share, usual=usual))
    return {"key": "learnt", "title": _("Learning from past cases"), "lines": [*lines, _(MEANING)]}

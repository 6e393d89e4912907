"""How the day looks: who is expected to answer, who is late, and what has changed in the plans."""

from domain.library import Knowledge
from domain.today import Changed, Due, Today
from pages.called import title_of
from pages.elements.agenda import Group, Line
from pages.language import N_, Language

CHANGED = {
    "approved": ("approved", N_("Approved")),
    "stopped": ("stopped", N_("Stopped")),
    "objected": ("block", N_("The gate objects")),
    "opened": ("changed", N_("New diagnosis")),
}


def groups_of(today: Today, _: Language, knowledge: Knowledge) -> list[Group]:
    """Show the day in its three groups."""
    return [
        _group(
            "expected",
            _("Expected to answer"),
            [_due(one, _) for one in today.expected],
            _("No check-in is due today."),
            _,
        ),
        _group(
            "late",
            _("Due earlier, not answered yet"),
            [_due(one, _) for one in today.late],
            _("Nobody is late."),
            _,
        ),
        _group(
            "changed",
            _("Changed in the plans"),
            [_changed(one, _, knowledge) for one in today.changed],
            _("Nothing was approved, stopped or recorded today."),
            _,
        ),
    ]


def _group(name: str, title: str, lines: list[Line], empty: str, _: Language) -> Group:
    count = _.number(len(lines))
    return {
        "key": name,
        "title": title,
        "count": count,
        "empty": empty,
        "lines": lines,
        "all": _("Show all {count}", count=count),
        "fewer": _("Show fewer"),
    }


def _due(one: Due, _: Language) -> Line:
    plan = f"/recommendations/{one.diagnosis_id}"
    chip: dict[str, str] | None = None
    if not one.phone:
        chip = {"kind": "waiting", "text": _("No phone · invite"), "href": plan}
    elif one.days_late:
        late = _.plural(N_("{count} day late"), N_("{count} days late"), one.days_late)
        chip = {"kind": "waiting", "text": late}
    return {
        "key": str(one.diagnosis_id),
        "title": one.patient,
        "href": plan,
        "text": "",
        "chip": chip,
        "time": "",
    }


def _changed(one: Changed, _: Language, knowledge: Knowledge) -> Line:
    kind, text = CHANGED[one.what]
    named = one.name or one.item_id
    return {
        "key": f"{one.what}-{one.number}",
        "title": one.patient,
        "href": f"/recommendations/{one.diagnosis_id}",
        "text": title_of({"kind": one.kind, "item_id": one.item_id, "name": one.name}, knowledge, _) if named else "",
        "chip": {"kind": kind, "text": _(text)},
        "time": _.time(one.at),
    }

"""Recording what was found: searched by any of its names or looked through by kind, graded, and never half done."""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from domain.comparing import Change, change_of, changes
from domain.errors import Invalid
from domain.finding_names import Named, offered
from domain.knowledge import names_of
from domain.ledger import utc_now
from domain.matching import MOST_FINDINGS, FindingValue, check_findings, clashing
from domain.visit import LastVisit, taken_over
from pages.elements.findings import Asked, Findings, Offer, Put, Row
from pages.kinds import KINDS, SCALES, TIMES, TRADITIONS, order_of, scale_of
from pages.language import N_, Language
from pages.visit import Visit

GRADES = {
    "": N_("Press 0 for not there."),
    "severity": N_("Press 1 to 4 for how severe it is, 0 for not there."),
    "degree": N_("Press 1 to 4 for its degree, 0 for not there."),
}
MARKS = {"absent", "there", "1", "2", "3", "4"}
CHANGES = {
    Change.NEW: N_("new"),
    Change.KEPT: N_("as last time"),
    Change.STRONGER: N_("stronger"),
    Change.WEAKER: N_("weaker"),
    Change.GONE: N_("gone"),
    Change.STILL_ABSENT: N_("still not there"),
}
SUMMARY = {
    Change.KEPT: N_("{count} as last time"),
    Change.STRONGER: N_("{count} stronger"),
    Change.WEAKER: N_("{count} weaker"),
    Change.GONE: N_("{count} gone"),
    Change.NEW: N_("{count} new"),
    Change.OPEN: N_("{count} not looked for yet"),
}
BESIDE = {"tcm": ("hanzi",), "ayurveda": ("sa",)}
"""The name that stands beside the one in the page's language."""


class Recording:
    """What is recorded so far. Each change is checked as a whole first: what is refused leaves everything as it was."""

    def __init__(self, here: Visit, tradition: str, changed: Callable[[], Any]) -> None:
        self._here = here
        self._changed = changed
        self.tradition = tradition
        self.values: dict[str, FindingValue] = {}
        self._before: dict[str, FindingValue] = {}
        self._again: dict[str, FindingValue] = {}
        self._title = ""
        self._element = Findings(
            _labels(here._),
            on_ask=self._ask,
            on_put=self._put,
            on_replace=self._replace,
            on_remove=self.remove,
            on_again=self.again,
        )
        self._element.props("data-testid=findings").groups(self._groups())

    def switch(self, tradition: str) -> None:
        """Look in another tradition's order; what is recorded stays, although only that tradition's own counts there."""
        self.tradition = tradition
        self._element.groups(self._groups())
        self._show()

    def put(self, value: FindingValue, *, instead: bool = False) -> None:
        """Record a finding; ``instead`` takes away what cannot be there beside it, otherwise the page asks."""
        _, knowledge = self._here._, self._here.knowledge
        others = clashing(value, self.values.values(), knowledge)
        if others and not instead:
            names = [_quoted(self._name(one), _) for one in others]
            self._put_out()
            self._element.object(
                _(
                    "{finding} cannot be there beside {others}.",
                    finding=_quoted(self._name(value.finding_id), _),
                    others=_(", ").join(names),
                ),
                replace=_("Replace {others}", others=_(", ").join(names)),
                keep=_("Leave it as it was"),
                put=_put_of(value),
            )
            return
        self.record({**{one: kept for one, kept in self.values.items() if one not in others}, value.finding_id: value})

    def record(self, values: dict[str, FindingValue]) -> bool:
        """Record all of these in place of what is recorded; says whether they are good."""
        wrong = self._wrong(values.values())
        if wrong:
            self._put_out()
            self._element.object(wrong)
            return False
        self.values = values
        self._show()
        return True

    def compare_with(self, visit: LastVisit | None) -> None:
        """Show what the last visit had, to be recorded again or not, and what has become of it; nothing without one."""
        _, known = self._here._, self._here.knowledge.findings
        found = () if visit is None else visit.findings
        self._before = {one.finding_id: one for one in found if one.finding_id in known}
        days = 0 if visit is None else (utc_now() - visit.on).days
        self._again = {one.finding_id: one for one in taken_over(self._before.values(), days=days)}
        self._title = ""
        if visit is not None:
            tradition = _(TRADITIONS[visit.tradition]) if visit.tradition in TRADITIONS else _("no tradition")
            self._title = _("Last visit, {date}, {tradition}:", date=_.day(visit.on), tradition=tradition)
        self._put_out()

    def again(self, kind: str) -> None:
        """Record what is still open of a kind, or all of it, as it was last time; says what speaks against what is recorded."""
        _, knowledge = self._here._, self._here.knowledge
        values, left_out = dict(self.values), []
        for name, one in self._again.items():
            if name in values or kind not in ("", knowledge.findings[name].kind):
                continue
            if clashing(one, values.values(), knowledge):
                left_out.append(_quoted(self._name(name), _))
            else:
                values[name] = one
        if self.record(values) and left_out:
            self._element.object(
                _(
                    "Left out, because it cannot be there beside what is recorded: {names}.",
                    names=_(", ").join(left_out),
                )
            )

    def bring(self, findings: Iterable[FindingValue]) -> None:
        """Record what a draft has, in place of what is recorded; what is known no more is left out."""
        self.record({one.finding_id: one for one in findings if one.finding_id in self._here.knowledge.findings})

    def clear(self) -> None:
        """Record nothing, for somebody else."""
        self.values = {}
        self.compare_with(None)
        self._changed()

    def remove(self, finding_id: str) -> None:
        """Take a finding away: it is as unknown as what nobody has looked for."""
        if self.values.pop(finding_id, None) is not None:
            self._show()

    def _wrong(self, values: Iterable[FindingValue]) -> str:
        _ = self._here._
        known = self._here.services.library.of(self._here.actor.practice_id)
        values = list(values)
        if len(values) > MOST_FINDINGS:
            return _("At most {count} findings can be recorded at once.", count=_.number(MOST_FINDINGS))
        try:
            check_findings(values, known.knowledge, self.tradition, names=known.names)
        except Invalid as error:
            return _(error.message)
        return ""

    def _put_out(self) -> None:
        self._element.show(self._rows(), title=self._title, summary=self._summary())

    def _show(self) -> None:
        self._put_out()
        self._changed()

    async def _ask(self, asked: Asked) -> None:
        found = await self._here.act(offered, asked.text, tradition=self.tradition, kind=asked.kind)
        if found is not None:
            self._element.offer(asked.number, self._offers(found))

    def _put(self, put: Put) -> None:
        if put.mark in MARKS and put.id in self._here.knowledge.findings:
            self.put(self._value(put))

    def _replace(self, put: Put) -> None:
        if put.mark in MARKS and put.id in self._here.knowledge.findings:
            self.put(self._value(put), instead=True)

    def _value(self, put: Put) -> FindingValue:
        if put.mark == "absent":
            return FindingValue(put.id, present=False)
        grade = None if put.mark == "there" else int(put.mark)
        graded = self._here.knowledge.findings[put.id].kind == "mizaj"
        return FindingValue(
            put.id,
            severity=None if graded else grade,
            degree=grade if graded else None,
            duration_days=put.days,
        )

    def _groups(self) -> list[dict[str, str]]:
        rows = self._here.knowledge.findings.values()
        there = {row.kind for row in rows if self.tradition in row.traditions}
        return [
            {"kind": kind, "label": self._here._(KINDS[kind])} for kind in order_of(self.tradition) if kind in there
        ]

    def _offers(self, found: Iterable[Named]) -> list[Offer]:
        groups: dict[str, Offer] = {}
        for one in found:
            kind = self._here.knowledge.findings[one.finding_id].kind
            group = groups.setdefault(kind, {"label": self._here._(KINDS[kind]), "items": []})
            name = self._name(one.finding_id)
            other = one.known_as if one.known_as not in (name, one.finding_id, "") else self._beside(one.finding_id)
            group["items"].append({"id": one.finding_id, "name": name, "other": other, "exact": one.exact})
        return list(groups.values())

    def _rows(self) -> list[Row]:
        place = {kind: at for at, kind in enumerate(order_of(self.tradition))}
        findings = self._here.knowledge.findings
        ids = sorted({**self._before, **self.values}, key=lambda one: place[findings[one].kind])
        return [self._row(one) for one in ids]

    def _summary(self) -> str:
        _ = self._here._
        if not self._before:
            return ""
        counts = Counter(changes(self._before, self.values).values())
        said = [_(text, count=_.number(counts[one])) for one, text in SUMMARY.items() if counts[one]]
        return _(", ").join(said)

    def _row(self, finding_id: str) -> Row:
        value, then = self.values.get(finding_id), self._before.get(finding_id)
        change = change_of(then, value) if self._title else None
        word = None if change is None or change is Change.OPEN else self._here._(CHANGES[change])
        return self._shown(value or FindingValue(finding_id)) | {
            "mark": "" if value is None else _put_of(value).mark,
            "then": "" if then is None else self._here._("last time: {how}", how=self._how(then)),
            "change": None if word is None or change is None else {"kind": change.value, "text": word},
        }

    def _how(self, value: FindingValue) -> str:
        scale = SCALES[
            scale_of(self._here.knowledge.findings[value.finding_id].kind) or ("severity" if value.severity else "")
        ]
        mark = _put_of(value).mark
        return self._here._(next((word for one, word in scale if one == mark), scale[1][1]))

    def _shown(self, value: FindingValue) -> Row:
        _ = self._here._
        finding = self._here.knowledge.findings[value.finding_id]
        scale = scale_of(finding.kind) or ("severity" if value.severity else "")
        times = [(days, _(said)) for days, said in TIMES.items()] if scale == "severity" or value.duration_days else []
        days = value.duration_days
        if days is not None and days not in TIMES:
            times = sorted([*times, (days, _.plural("{count} day", "{count} days", days))])
        return {
            "id": finding.id,
            "name": self._name(finding.id),
            "other": self._beside(finding.id),
            "kind": finding.kind,
            "group": _(KINDS[finding.kind]),
            "scale": scale,
            "days": "" if days is None else str(days),
            "times": [["", _("Since when?")], *([str(one), said] for one, said in times)] if times else [],
            "note": "" if self.tradition in finding.traditions else _("not of this tradition"),
        }

    def _name(self, finding_id: str) -> str:
        return names_of(self._here.knowledge.findings[finding_id], self._here._.code)

    def _beside(self, finding_id: str) -> str:
        names = self._here.knowledge.findings[finding_id].names
        return next((names[one] for one in BESIDE.get(self.tradition, ()) if one in names), "")


def _labels(_: Language) -> dict[str, Any]:
    return {
        "find": _("Find a finding, by any of its names"),
        "example": _("Type a few letters, then Enter"),
        "look": _("Look through"),
        "help": _(
            "Enter records it as there, Shift and Enter as looked for and not there. "
            "What nobody looked for stays unknown and counts neither way."
        ),
        "none": _("Nothing is called like that in this tradition."),
        "recorded": _("recorded"),
        "so_far": _("Recorded so far"),
        "empty": _("Nothing yet."),
        "how_long": _("Since when?"),
        "remove": _("Remove"),
        "again": _("As last time"),
        "all_again": _("Everything as last time"),
        "removed": _("{name} is not recorded any more.", name="{name}"),
        "scales": {scale: [[mark, _(word)] for mark, word in marks] for scale, marks in SCALES.items()},
        "grade": {scale: _(hint) for scale, hint in GRADES.items()},
        "digits": "" if _.code == "en" else _.digits("0123456789"),
    }


def _put_of(value: FindingValue) -> Put:
    grade = value.degree or value.severity
    return Put(value.finding_id, "absent" if not value.there else str(grade) if grade else "there", value.duration_days)


def _quoted(name: str, _: Language) -> str:
    return _("“{name}”", name=name)

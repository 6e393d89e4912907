"""What a patient takes home, in words: one value that the page shows, the printer prints and the PDF is drawn from."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any, TypedDict

from domain.gate import Verdict
from domain.library import Knowledge
from domain.messages import RecommendationState
from domain.snapshot import condition_name
from domain.take_home import Difference, TakeHome
from pages.called import herbs_of, identity_of, sources_named, text_of, title_of
from pages.cards import PER, VERDICTS, dose_text
from pages.fact_words import OTHER_POPULATIONS
from pages.gate import gate_of
from pages.kinds import TRADITIONS
from pages.language import N_, Language
from pages.said import ENGLISH, unturned
from pages.terms import POPULATIONS

TAKEN = ("herb", "formula")
GROUPS = (
    (N_("What you take"), TAKEN),
    (N_("Food"), ("diet",)),
    (N_("Habits"), ("lifestyle",)),
    (N_("Your steps"), ("protocol",)),
)
ROUTES = {"oral": N_("by mouth")}
SAID = {Verdict.MAJOR, Verdict.MODERATE, Verdict.MINOR}
"""Verdicts with something to watch for; what could not be checked, or is not documented, is nothing to watch."""
BY_AGE = {"neonate", "child", "elder"}
"""Populations that one does not come to belong to while the sheet is in use."""


class Part(TypedDict):
    """A text with its language and direction."""

    text: str
    lang: str
    dir: str


class Named(TypedDict):
    """What a herb or formula is called beside its common name, and by whom."""

    label: str
    parts: list[Part]


class Watch(TypedDict):
    """One thing to watch for: in a word, what is documented, and where."""

    title: str
    texts: list[Part]
    source: str


class Item(TypedDict):
    """One thing of the plan."""

    id: int
    name: str
    identity: list[Named]
    herbs: str
    text: str
    terms: list[tuple[str, str]]
    watch: list[Watch]
    tell_us: str
    tell_us_source: str


class Group(TypedDict):
    """Things of a kind, best first."""

    title: str
    items: list[Item]


class Sheet(TypedDict):
    """The whole of it; every text is in the language of the sheet but for those that name their own."""

    lang: str
    dir: str
    title: str
    practice: str
    facts: list[tuple[str, str]]
    groups: list[Group]
    empty: str
    labels: dict[str, str]
    stop: list[str]
    call: str
    phone: str
    signs: str
    signs_source: str
    next: list[str]
    foot: list[str]


def sheet_of(home: TakeHome, knowledge: Knowledge, _: Language) -> Sheet:
    """Write the sheet in a language."""
    groups: list[Group] = [
        {
            "title": _(title),
            "items": [_item(one, home, knowledge, _) for one in home.items if one.kind in kinds],
        }
        for title, kinds in GROUPS
    ]
    signs = [one for one in knowledge.side_effects.values() if one.serious]
    takes = any(one.kind in TAKEN for one in home.items)
    return {
        "lang": _.code,
        "dir": "rtl" if _.code == "fa" else "ltr",
        "title": _("Your plan"),
        "practice": home.practice,
        "facts": _facts(home, knowledge, _),
        "groups": [group for group in groups if group["items"]],
        "empty": "" if home.items else _("Nothing is approved at present: there is nothing to take."),
        "labels": {
            "herbs": _("Herbs in it:"),
            "watch": _("Watch for"),
            "tell": _("Tell us first, if you have or come to have"),
            "stop": _("Stop and call"),
            "next": _("What comes next"),
            "source": _("Source:"),
        },
        "stop": [
            _(
                "If one of the signs below appears, stop taking everything on this sheet and call your practitioner "
                "now. If you feel in danger, call the emergency number."
            )
        ]
        if takes
        else [],
        "call": _("The number of {practice}:", practice=home.practice) if home.phone else "",
        "phone": _.digits(home.phone),
        "signs": _(", ").join(one.names.get(_.code) or one.names["en"] for one in signs) if takes else "",
        "signs_source": sources_named(_once(key for one in signs for key in one.source), knowledge, _) if takes else "",
        "next": _next(home, _),
        "foot": [
            _("Nothing documented does not mean that nothing can happen: tell us about everything else that you take."),
            _(
                "Holds as of {time}. What changes afterwards is on your phone, and not on this paper.",
                time=f"{_.day(home.at)} {_.clock(home.at)[:5]}",
            ),
        ],
    }  # fmt: skip


def left_out_of(home: TakeHome, knowledge: Knowledge, _: Language) -> list[str]:
    """Say what is approved and not printed, and why; for the practitioner, and never on the paper."""
    return [
        _("{name}: blocked by the safety gate", name=title_of(values, knowledge, _))
        if one.verdict == Verdict.BLOCK
        else _("{name}: has become dangerous since it was approved", name=title_of(values, knowledge, _))
        for one, values in ((one, one.model_dump(mode="json")) for one in home.left_out)
    ]


def difference_in_words(one: Difference, knowledge: Knowledge, _: Language) -> str:
    """Say what became of an item since the sheet was looked at; for the practitioner."""
    name = title_of(one.item.model_dump(mode="json"), knowledge, _)
    match one.kind:
        case "came":
            return _("{name}: new on the sheet", name=name)
        case "went":
            return _("{name}: no longer on the sheet", name=name)
        case "verdict":
            old = VERDICTS[one.before.verdict] if one.before else ""
            return _("{name}: {old} → {new}", name=name, old=_(old), new=_(VERDICTS[one.item.verdict]))
        case "dose":
            old = _dose(one.before, _) if one.before else ""
            return _("{name}: dose {old} → {new}", name=name, old=old or "–", new=_dose(one.item, _) or "–")
        case "other":
            return _("{name}: changed", name=name)


def _facts(home: TakeHome, knowledge: Knowledge, _: Language) -> list[tuple[str, str]]:
    condition = condition_name(home.condition_id or None, knowledge, _.code)
    tradition = _(TRADITIONS[home.tradition])
    said = home.complaint or home.symptom
    return [
        (_("For"), home.patient),
        (_("From"), home.practitioner),
        (_("Date"), _.day(home.at)),
        (_("What it is for"), said or _("Not known yet")),
        *([(_("What it is called in this tradition"), f"{condition} · {tradition}")] if condition else []),
    ]


def _item(state: RecommendationState, home: TakeHome, knowledge: Knowledge, _: Language) -> Item:
    values = state.model_dump(mode="json")
    tell_us, source = _tell_us(state, knowledge, _)
    text = text_of(values, knowledge, _)
    return {
        "id": state.id,
        "name": title_of(values, knowledge, _),
        "identity": _names(identity_of(values, knowledge, home.tradition, _), _),
        "herbs": herbs_of(values, knowledge, _),
        "text": "" if text == dose_text(values["dose"], _) else text,
        "terms": _terms(state, _),
        "watch": _watch(values, knowledge, _),
        "tell_us": tell_us,
        "tell_us_source": source,
    }  # fmt: skip


def _names(parts: Iterable[Mapping[str, str]], _: Language) -> list[Named]:
    """Arrange names by who calls it so: the tradition in its scripts, and botany, with the part of the plant."""
    rows: dict[str, list[Part]] = {}
    for one in parts:
        botanical = one["lang"] == "la" or one["dir"] == "auto"
        label = _("Latin name") if botanical else _("In its tradition")
        rows.setdefault(label, []).append({"text": one["text"], "lang": one["lang"], "dir": one["dir"]})
    return [{"label": label, "parts": found} for label, found in rows.items()]


def _terms(state: RecommendationState, _: Language) -> list[tuple[str, str]]:
    """Write each part of the dose line beside its name; what it does not say has no line, but for the amount."""
    dose = state.dose
    days = (dose.duration_days if dose else None) or state.duration_days
    terms = []
    if dose is None:
        if state.kind in TAKEN:
            terms.append((_("How much"), _("Not known yet: ask your practitioner before you take it.")))
    else:
        amount = f"{_.digits(f'{dose.amount:g}')} {_(dose.unit)} {_(PER.get(dose.per, dose.per))}"
        often = _("{times} times a day", times=_.span(dose.times_a_day)) if dose.times_a_day else ""
        terms += [
            (_("How much"), amount),
            (_("How often"), often),
            (_("Prepared as"), _(dose.preparation) if dose.preparation else ""),
            (_("Take with"), _(dose.vehicle) if dose.vehicle else ""),
            (_("How to take it"), _(ROUTES.get(dose.route, dose.route)) if dose.route else ""),
        ]
    if days:
        terms.append((_("How long"), _long(state, days, _)))
    elif state.kind in TAKEN:
        terms.append((_("How long"), _("Not known yet: ask your practitioner.")))
    return [(label, text) for label, text in terms if text]


def _long(state: RecommendationState, days: int, _: Language) -> str:
    counted = _.plural(N_("{count} day"), N_("{count} days"), days)
    if state.approved is None:
        return counted
    last = state.approved.astimezone().date() + timedelta(days=days - 1)
    return _("{days}, up to and with {date}", days=counted, date=_.date(last))


def _watch(values: Mapping[str, Any], knowledge: Knowledge, _: Language) -> list[Watch]:
    reasons = [one | {"acknowledged": False} for one in values["verdict_reasons"] if one["verdict"] in SAID]
    rows = gate_of(reasons, knowledge, _)["rows"]
    return [
        {
            "title": row["title"],
            "texts": [
                _documented(said, kept, knowledge, _)
                for said, kept in dict.fromkeys((one["text"], one.get("kept", one["text"])) for one in row["reasons"])
            ],
            "source": _("; ").join(_once(one["where"][0] for one in row["reasons"] if one["where"])),
        }
        for row in rows
    ]


def _documented(said: str, kept: str, knowledge: Knowledge, _: Language) -> Part:
    """Say what is documented: in English, as its source says it, where the language of the sheet has not all of it.

    A Latin name is in no language: it stands beside a name that two herbs share, as it stands under every herb.
    """
    latin = {unturned(herb.latin) for herb in knowledge.herbs.values()}
    if latin.issuperset(ENGLISH.findall(said)):
        return {"text": said, "lang": _.code, "dir": _.direction}
    return {"text": kept, "lang": "en", "dir": "ltr"}


def _tell_us(state: RecommendationState, knowledge: Knowledge, _: Language) -> tuple[str, str]:
    """Name for whom a herb, or one of a formula, is documented as wanting care, and where that stands.

    What the gate has found of this patient is to be watched for already.
    """
    formula = knowledge.formulas.get(state.item_id) if state.kind == "formula" else None
    herbs = {state.item_id} if state.kind == "herb" else set(formula.herbs if formula else ())
    words = {**OTHER_POPULATIONS, **POPULATIONS}
    watched = {one.mechanism for one in state.verdict_reasons if one.verdict in SAID}
    asked = words.keys() - BY_AGE - watched
    rows = [row for row in knowledge.cautions if row.herb in herbs and row.population in asked]
    names = _(", ").join(_once(_(words[row.population]) for row in rows))
    return names, sources_named(_once(key for row in rows for key in row.source), knowledge, _)


def _next(home: TakeHome, _: Language) -> list[str]:
    lines = []
    if home.check_in:
        lines.append(_("Next check-in on your phone: {date}", date=_.date(home.check_in)))
    if home.follow_up:
        lines.append(_("Next look at it with your practitioner: {date}", date=_.date(home.follow_up)))
    return lines or [_("When you next speak with your practitioner is not known yet: ask.")]


def _dose(state: RecommendationState, _: Language) -> str:
    return dose_text(state.dose.model_dump(mode="json") if state.dose else None, _)


def _once(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(texts))

"""How a recommendation looks as a card, kept in step with a diagnosis' events."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from domain.library import Knowledge
from domain.resuming import RESUME_WITHIN
from domain.statistics import Tier
from pages.called import herbs_of, identity_of, text_of, title_of
from pages.delivered import Delivered
from pages.elements.plan import Card
from pages.gate import gate_of
from pages.language import N_, Language
from pages.prediction_words import reasons_of
from pages.predictor_words import called
from pages.why_words import TOO_FEW, counts, why

KINDS = {
    "herb": N_("Herbs"),
    "formula": N_("Formulas"),
    "diet": N_("Diet"),
    "lifestyle": N_("Lifestyle"),
    "protocol": N_("Protocols"),
}
VERDICTS = {
    "block": N_("Blocked"),
    "major": N_("Major concern"),
    "moderate": N_("Moderate concern"),
    "minor": N_("Minor concern"),
    "nothing_documented": N_("Nothing documented"),
    "unknown": N_("Could not be checked"),
}
STATUSES = {"proposed": N_("Proposed"), "approved": N_("Approved"), "stopped": N_("Stopped")}
SETTLED_FIRST = {"approved": 0, "proposed": 1000, "stopped": 2000}
DANGER_FIRST = -1000
PER = {"day": N_("per day"), "dose": N_("per dose")}


KEYS = (
    ("J K", N_("next, previous")),
    ("A", N_("approve")),
    ("D", N_("another dose")),
    ("S", N_("stop or reject")),
    ("U U", N_("undo")),
)
"""What the keys do while a card has the focus."""


def labels(_: Language) -> dict[str, Any]:
    """Translate the words of the cards."""
    return {
        "kinds": {kind: _(text) for kind, text in KINDS.items()},
        "verdicts": {verdict: _(text) for verdict, text in VERDICTS.items()},
        "statuses": {status: _(text) for status, text in STATUSES.items()},
        "keys": [[key, _(text)] for key, text in KEYS],
        "jump": _("What there is to consider"),
        "herbs": _("Herbs in it:"),
        "effectiveness": _("In this practice"),
        "prediction": _("Chance that it helps"),
        "why": _("Why"),
        "unknown": _("Not known yet"),
        "override": _("Approved against the gate:"),
        "stopped_because": _("Stopped because:"),
        "danger": _("Has become dangerous since it was approved"),
        "go_on": _("Let it go on…"),
        "read": _("Mark as read"),
        "was_read": _("Read"),
        "folded": _("Read before, and nothing has changed since"),
        "change_dose": _("Another dose…"),
        "approve": _("Approve"),
        "reject": _("Reject"),
        "stop": _("Stop"),
        "undo": _("Undo"),
        "empty": _("No recommendations yet: record findings, or confirm a condition."),
    }


class Cards:
    """The recommendations of one diagnosis with what is known of them."""

    def __init__(
        self, language: Language, delivered: Delivered, *, knowledge: Callable[[], Knowledge], tradition: str
    ) -> None:
        self._ = language
        self._knowledge = knowledge
        self._tradition = tradition
        self.delivered = delivered
        self.recommendations: dict[int, Mapping[str, Any]] = {}
        self.effectiveness: dict[int, Mapping[str, Any]] = {}
        self.predictions: dict[int, Mapping[str, Any]] = {}
        self.news: dict[int, str] = {}
        """What the last change of a card was, until its next one."""

    def apply(self, kind: str, values: Mapping[str, Any]) -> int | None:
        """Take an event in; returns the id of the recommendation whose card changed."""
        match kind:
            case "recommendation_update":
                recommendation_id = int(values["recommendation_id"])
                if values["new"] is None:
                    self.recommendations.pop(recommendation_id, None)
                else:
                    self.recommendations[recommendation_id] = values["new"]
                    self.news[recommendation_id] = self._news(values)
                return recommendation_id
            case "effectiveness_update":
                self.effectiveness[int(values["recommendation_id"])] = values
            case "prediction_update":
                self.predictions[int(values["recommendation_id"])] = values
            case _:
                return None
        changed = int(values["recommendation_id"])
        return changed if changed in self.recommendations else None

    def all(self) -> list[Card]:
        """Show every card."""
        return [self.card(recommendation_id) for recommendation_id in self.recommendations]

    def card(self, recommendation_id: int) -> Card:
        """Show one recommendation."""
        values, knowledge = self.recommendations[recommendation_id], self._knowledge()
        return {
            **{name: values[name] for name in ("id", "kind", "verdict", "override_reason", "status", "stop_reason")},
            "reasons": why(self._reasons(values), knowledge, self._),
            "name": title_of(values, knowledge, self._),
            "identity": identity_of(values, knowledge, self._tradition, self._),
            "herbs": herbs_of(values, knowledge, self._),
            "text": text_of(values, knowledge, self._),
            "gate": gate_of(values["verdict_reasons"], knowledge, self._),
            "gate_text": self._("Safety gate ({count})", count=self._.number(len(values["verdict_reasons"]))),
            "danger": self._danger(values),
            "undo_until": _undo_until(values),
            "news": self.news.get(recommendation_id, ""),
            "follow_up": self._follow_up(values),
            "order": (DANGER_FIRST if values["worsened"] else SETTLED_FIRST[values["status"]]) + values["rank"],
            "dose_text": dose_text(values["dose"], self._),
            "known": self._known(self.effectiveness.get(recommendation_id)),
            "too_few": self._too_few(self.effectiveness.get(recommendation_id)),
            "prediction": self._prediction(self.predictions.get(recommendation_id)),
            "delivery": self.delivered.line(recommendation_id, values["status"]),
        }  # fmt: skip

    def name(self, recommendation_id: int) -> str:
        """Name what is recommended."""
        return title_of(self.recommendations[recommendation_id], self._knowledge(), self._)

    def danger_of(self, recommendation_id: int) -> str:
        """Name what is recommended, with what it may do: the worst that the gate says."""
        values, knowledge = self.recommendations[recommendation_id], self._knowledge()
        rows = gate_of(values["verdict_reasons"], knowledge, self._)["rows"]
        worst = dict.fromkeys(row["title"] for row in rows if row["verdict"] == values["verdict"])
        name = self.name(recommendation_id)
        return f"{name} ({self._(', ').join(worst)})" if worst else name

    def _danger(self, values: Mapping[str, Any]) -> str:
        """Say since when an approved recommendation has an objection that nobody has accepted; empty where it has none."""
        if not values["worsened"]:
            return ""
        return self._("Since {time}", time=self._.time(datetime.fromisoformat(values["worsened"])))

    def _follow_up(self, values: Mapping[str, Any]) -> str:
        _ = self._
        parts = []
        if values["duration_days"] and not (values["dose"] or {}).get("duration_days"):
            parts.append(_.plural(N_("for {count} day"), N_("for {count} days"), values["duration_days"]))
        if values["follow_up_on"]:
            day = date.fromisoformat(values["follow_up_on"])
            late = values["status"] == "approved" and day < datetime.now().astimezone().date()
            text = N_("Follow-up was due on {date}") if late else N_("Follow-up on {date}")
            parts.append(_(text, date=_.date(day)))
        elif values["follow_up_days"] and values["status"] == "proposed":
            days = values["follow_up_days"]
            parts.append(_.plural(N_("Follow-up after {count} day"), N_("Follow-up after {count} days"), days))
        return " · ".join(parts)

    def _news(self, update: Mapping[str, Any]) -> str:
        """Say what became otherwise with a change, as far as one acts on it."""
        _, old, new = self._, update["old"], update["new"]
        if update["change"] != "changed" or old is None:
            return ""
        said = []
        if old["verdict"] != new["verdict"]:
            said.append(_("{old} → {new}", old=_(VERDICTS[old["verdict"]]), new=_(VERDICTS[new["verdict"]])))
        if old["dose"] != new["dose"]:
            said.append(
                _("Dose: {old} → {new}", old=dose_text(old["dose"], _) or "–", new=dose_text(new["dose"], _) or "–")
            )
        if old["rank"] != new["rank"] and new["status"] == "proposed":
            said.append(_("Place {old} → {new}", old=_.number(old["rank"]), new=_.number(new["rank"])))
        return " · ".join(said)

    def _known(self, values: Mapping[str, Any] | None) -> dict[str, Any] | None:
        if values is None or values["effectiveness"] is None or values["tier"] == Tier.HIDDEN:
            return None
        _ = self._
        text = _(
            "{improved} of {answered} improved: {share} ({low}–{high})",
            improved=_.number(values["improved"]),
            answered=_.number(values["answered"]),
            share=_.percent(values["effectiveness"]),
            low=_.percent(values["low"]),
            high=_.percent(values["high"]),
        )
        return {
            "low": values["low"],
            "mean": values["effectiveness"],
            "high": values["high"],
            "early": values["tier"] == Tier.EARLY,
            "text": text + (_(" · early") if values["tier"] == Tier.EARLY else ""),
        }

    def _reasons(self, values: Mapping[str, Any]) -> list[str]:
        """List why it is proposed; what is counted here stands beside it as it is now, and not as it was then."""
        counted = values["kind"] in ("herb", "formula")
        return [one for one in values["reasons"] if not (counted and counts(one))]

    def _too_few(self, values: Mapping[str, Any] | None) -> str:
        """Say how many answers there are, where they are too few for a share."""
        if values is None or not values["answered"]:
            return ""
        return self._.plural(*TOO_FEW, values["answered"])

    def _prediction(self, values: Mapping[str, Any] | None) -> dict[str, Any] | None:
        if values is None:
            return None
        _ = self._
        share, low, high = (_.percent(values[name]) for name in ("probability", "low", "high"))
        return {
            "text": f"{share} ({low}–{high})",
            "by": called(values["predictor"], _),
            "reasons": reasons_of(values["basis"], _),
        }


def _undo_until(values: Mapping[str, Any]) -> str:
    """Say until when a stop can be taken back; empty where nothing was stopped."""
    if values["status"] != "stopped" or not values["stopped"]:
        return ""
    return (datetime.fromisoformat(values["stopped"]) + RESUME_WITHIN).isoformat()


def cards_of(
    snapshot: Mapping[str, Any], delivered: Delivered, language: Language, *, knowledge: Callable[[], Knowledge]
) -> Cards:
    """Take a snapshot in; ``knowledge`` gives what the practice knows by now."""
    cards = Cards(language, delivered, knowledge=knowledge, tradition=snapshot["diagnosis"]["tradition"])
    cards.recommendations = {one["id"]: one for one in snapshot["recommendations"]}
    cards.effectiveness = {one["recommendation_id"]: one for one in snapshot["effectiveness"]}
    cards.predictions = {one["recommendation_id"]: one for one in snapshot["predictions"]}
    return cards


def dose_text(dose: Mapping[str, Any] | None, _: Language) -> str:
    """Write a dose line: amount, unit, how often, preparation, vehicle, how long."""
    if dose is None:
        return ""
    number = f"{dose['amount']:g}"
    amount = f"{_.digits(number)} {_(dose['unit'])} {_(PER.get(dose['per'], dose['per']))}"
    parts = [amount, *(_(dose[name] or "") for name in ("preparation", "route", "vehicle"))]
    if dose["times_a_day"]:
        parts.insert(1, _("{times} times a day", times=_.span(dose["times_a_day"])))
    if dose["duration_days"]:
        parts.append(_.plural(N_("for {count} day"), N_("for {count} days"), dose["duration_days"]))
    return " · ".join(part for part in parts if part)

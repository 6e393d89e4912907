"""What the practitioner reads of delivery: what the patient's phones have confirmed, and since when something waits.

*Delivered* is never worded as read or seen: a phone confirms that it has a message, and nothing more.
"""

from datetime import datetime
from typing import Any

from domain.delivery import Deliveries, Told
from domain.events import LoggedEvent
from domain.messages import DeliveryUpdate, DeviceState
from domain.telling import tells
from pages.elements.phones import Phone
from pages.language import N_, Language

COME, WAITS, NO_PHONE = "come", "waits", "no_phone"
LINES = {
    ("approved", COME): N_("Delivered to the patient’s phone: {time}"),
    ("approved", WAITS): N_("Not delivered yet · waiting since {time}"),
    ("approved", NO_PHONE): N_("Not delivered: no phone is signed in. Tell the patient yourself, or invite them."),
    ("stopped", COME): N_("The stop was delivered to the patient’s phone: {time}"),
    ("stopped", WAITS): N_("The stop is not delivered yet · waiting since {time}"),
    ("stopped", NO_PHONE): N_(
        "The stop is not delivered: no phone is signed in. Tell the patient yourself, or invite them."
    ),
}
MEANING = N_("Delivered means that a phone has confirmed receipt, not that somebody has read it.")


class Delivered:
    """How far one diagnosis has come to its patient's phones, kept in step with what happens."""

    def __init__(self, language: Language, start: Deliveries) -> None:
        self._ = language
        self._top = start.top
        self._told = dict(start.told)
        self._devices = {device.sign_in_id: device for device in start.devices}

    def apply(self, event: LoggedEvent) -> set[int]:
        """Take an event in; returns the recommendations whose line may read otherwise now."""
        if event.type == "delivery_update":
            return self._confirm(DeliveryUpdate.model_validate_json(event.data).devices)
        if event.seq is not None:
            self._top = max(self._top, event.seq)
        if event.type == "recommendation_update" and event.seq is not None:
            return self._tell(event.seq, datetime.fromisoformat(event.timestamp), event.values)
        return set()

    def line(self, recommendation_id: int, status: str) -> dict[str, str] | None:
        """Say whether the phones know what the patient is to do; None for what the patient was never told."""
        told = self._told.get(recommendation_id)
        if told is None:
            return None
        state = COME if told.delivered is not None else WAITS if self._devices else NO_PHONE
        text = LINES.get((status, state), LINES["approved", state])
        return {"state": state, "text": self._(text, time=self._.time(told.delivered or told.since))}

    def phones(self) -> list[Phone]:
        """Describe each phone that the patient is signed in on, the newest first."""
        newest: dict[object, DeviceState] = {}
        for device in sorted(self._devices.values(), key=lambda one: -one.sign_in_id):
            newest.setdefault(device.device or device.sign_in_id, device)  # one that signed in again is the same phone
        return [self._phone(device, number, len(newest)) for number, device in enumerate(newest.values(), start=1)]

    def _phone(self, device: DeviceState, number: int, of: int) -> Phone:
        _ = self._
        behind = self._top - device.seq
        if device.at is None:
            state, text = WAITS, _("Has confirmed nothing yet")
        elif behind > 0:
            text = _.plural(
                N_("{count} message not confirmed · last confirmed {time}"),
                N_("{count} messages not confirmed · last confirmed {time}"),
                behind,
                time=_.time(device.at),
            )
            state = WAITS
        else:
            state, text = COME, _("Has everything · confirmed {time}", time=_.time(device.at))
        title = _("Phone {number}", number=_.number(number)) if of > 1 else _("Phone")
        since = _("Signed in {day}", day=_.day(device.since))
        return {"key": device.sign_in_id, "title": title, "since": since, "state": state, "text": text}

    def _confirm(self, devices: list[DeviceState]) -> set[int]:
        had_none = not self._devices
        for device in devices:
            known = self._devices.get(device.sign_in_id)
            if known is None or device.seq >= known.seq:
                self._devices[device.sign_in_id] = device
        come = self._settle()
        return set(self._told) if had_none else come

    def _tell(self, seq: int, at: datetime, values: dict[str, Any]) -> set[int]:
        number = int(values["recommendation_id"])
        new, known = values["new"], self._told.get(number)
        if new is None or new["approved"] is None or not tells(values["change"], values["changed_fields"]):
            return set()
        if known is None or known.seq < seq:
            self._told[number] = Told(seq, at, None)
        return {number} | self._settle()

    def _settle(self) -> set[int]:
        """Mark as delivered what a phone has confirmed."""
        come = set()
        for number, told in self._told.items():
            times = [one.at for one in self._devices.values() if one.at is not None and one.seq >= told.seq]
            if told.delivered is None and times:
                self._told[number] = Told(told.seq, told.since, min(times))
                come.add(number)
        return come

"""A dose line as FHIR says it: in words always, as a quantity where its unit is one of UCUM's."""

import re
from typing import Any

from domain.fhir.naming import UCUM, Resource

CODES = {"ng": "ng", "mcg": "ug", "µg": "ug", "ug": "ug", "mg": "mg", "g": "g", "kg": "kg", "ml": "mL", "l": "L"}
"""Units of mass and volume by their UCUM code; what is counted (capsules, drops) has none that is not a guess."""


def dosage(dose: dict[str, Any] | None, text: str) -> Resource | None:
    """Say a dose; None where nothing is said of it."""
    if dose is None:
        return {"text": text} if text else None
    said: Resource = {"text": in_words(dose)}
    repeat = _repeat(dose)
    if repeat:
        said["timing"] = {"repeat": repeat}
    if dose.get("route"):
        said["route"] = {"text": dose["route"]}
    amount = _quantity(dose["amount"], dose["unit"])
    if amount is not None and dose["per"] == "dose":
        said["doseAndRate"] = [{"doseQuantity": amount}]
    elif amount is not None:
        day = {"value": 1, "unit": "day", "system": UCUM, "code": "d"}
        said["doseAndRate"] = [{"rateRatio": {"numerator": amount, "denominator": day}}]
    return said


def in_words(dose: dict[str, Any]) -> str:
    """Say a dose line in one line of text."""
    times = f", {dose['times_a_day']} times a day" if dose.get("times_a_day") else ""
    days = f", for {dose['duration_days']} days" if dose.get("duration_days") else ""
    how = ", ".join(str(dose[name]) for name in ("preparation", "part", "route", "vehicle") if dose.get(name))
    return f"{dose['amount']:g} {dose['unit']} per {dose['per']}{times}{days}{f' ({how})' if how else ''}"


def _quantity(amount: float, unit: str) -> Resource | None:
    code = CODES.get(unit.strip().casefold())
    return None if code is None else {"value": amount, "unit": unit, "system": UCUM, "code": code}


def _repeat(dose: dict[str, Any]) -> Resource:
    repeat: Resource = {}
    times = re.fullmatch(r"(\d{1,2})(?:\s*[-–]\s*(\d{1,2}))?", str(dose.get("times_a_day") or ""), re.ASCII)
    if times:
        repeat |= {"frequency": int(times[1]), "period": 1, "periodUnit": "d"}
        if times[2]:
            repeat["frequencyMax"] = int(times[2])
    if dose.get("duration_days"):
        days = {"value": dose["duration_days"], "unit": "day", "system": UCUM, "code": "d"}
        repeat["boundsDuration"] = days
    return repeat

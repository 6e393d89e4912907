"""The patients of today in the demo: who they are, what was found and what they measure. All of them are made up."""

from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Story:
    """A patient of the demo and what the practitioner found."""

    name: str
    born: date
    sex: str
    tradition: str
    condition: str
    complaint: str
    symptom: str
    baseline: int
    second: tuple[str, int] | None = None
    """The second symptom and how bad it was at the start."""
    activity: tuple[str, int] | None = None
    medicines: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    pregnant: bool | None = None
    mine: bool = True

    @property
    def measures(self) -> dict[str, Any]:
        """Give what the patient scores, as the fields of a diagnosis."""
        second, activity = self.second or ("", None), self.activity or ("", None)
        return {
            "symptom": self.symptom,
            "baseline": self.baseline,
            "second_symptom": second[0],
            "second_baseline": second[1],
            "activity": activity[0],
            "activity_baseline": activity[1],
        }


STORIES = (
    Story("Mina Farahani (synthetic)", date(1984, 3, 2), "female", "avicenna", "p-sauda",
          "Low mood and broken sleep since the spring.", "Low mood", 7,
          second=("Broken sleep", 6), activity=("Getting up for work", 5), medicines=("sertraline",)),
    Story("Tomas Berg (synthetic)", date(1971, 7, 19), "male", "tcm", "t-spqi",
          "Tired after meals, loose stool.", "Tiredness", 6,
          second=("Loose stool", 5), activity=("Work after lunch", 7)),
    Story("Anjali Rao (synthetic)", date(1990, 11, 5), "female", "ayurveda", "a-vata",
          "Restless, dry skin, constipated when travelling.", "Restlessness", 6, activity=("Sitting still to read", 4)),
    Story("Farid Amini (synthetic)", date(1958, 1, 27), "male", "avicenna", "p-balgham",
          "Heaviness in the morning, phlegm.", "Heaviness", 7,
          second=("Phlegm in the morning", 5), activity=("Climbing the stairs", 6),
          medicines=("warfarin",), conditions=("heart",)),
    Story("Lin Yue (synthetic)", date(1996, 5, 14), "female", "tcm", "t-lvqi",
          "Tension under the ribs before the period.", "Tension", 8),
    Story("Grace Okafor (synthetic)", date(1993, 9, 9), "female", "tcm", "t-stcold",
          "Nausea, better with warmth.", "Nausea", 6, pregnant=True),
    Story("Pavel Novak (synthetic)", date(1966, 12, 1), "male", "ayurveda", "a-kapha",
          "Slow digestion, sleeps long and wakes tired.", "Sluggishness", 5, mine=False),
    Story("Sara Lindqvist (synthetic)", date(1988, 4, 23), "female", "tcm", "t-kiyin",
          "Night sweats and warm palms.", "Night sweats", 7, second=("Broken sleep", 5), mine=False),
)  # fmt: skip

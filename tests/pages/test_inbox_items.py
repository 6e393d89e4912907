"""What the inbox says of an item: which symptom rose, in the patient's words, and whether silence could be an answer."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from domain.inbox import About, InboxItem, Risk
from domain.overview import Replied
from domain.today import Due, Today
from pages.answers import receipt_of
from pages.inbox_items import item_of
from pages.language import Language
from pages.said import drawn, shortened
from pages.today_groups import groups_of
from tests.support.shipped import shipped

EN, FA = Language("en"), Language("fa")
NOON = datetime(2020, 3, 20, 12, tzinfo=UTC)
WORSE = InboxItem(Risk.WORSE, 7, "Mina", 3, (About("ginger", "herb", "ginger", 4),), NOON, feedback_id=5, rise=2)
SILENT = replace(WORSE, risk=Risk.SILENT, feedback_id=None, rise=None)


def marks(one: InboxItem, _: Language) -> list[str]:
    return [chip["text"] for chip in item_of(one, _, shipped())["chips"]]


@pytest.mark.parametrize(
    ("symptom", "english", "persian"),
    [
        (
            "Heartburn at night",
            "Up by 2: \u2068Heartburn at night\u2069",
            "۲ واحد بیشتر: \u2068Heartburn at night\u2069",
        ),
        ("سوزش سر دل", "Up by 2: \u2068سوزش سر دل\u2069", "۲ واحد بیشتر: \u2068سوزش سر دل\u2069"),
        ("", "Symptom up by 2", "شدت نشانه ۲ واحد بیشتر شد"),
        ("   ", "Symptom up by 2", "شدت نشانه ۲ واحد بیشتر شد"),
    ],
)
def test_what_has_risen_is_said_in_the_patients_words(symptom: str, english: str, persian: str) -> None:
    one = replace(WORSE, symptom=symptom)
    assert marks(one, EN) == ["Getting worse", english]
    assert marks(one, FA)[1] == persian


def test_the_words_of_a_patient_lead_nowhere() -> None:
    shown = item_of(replace(WORSE, symptom="Heartburn"), EN, shipped())
    assert [field for field, value in shown.items() if "Heartburn" in str(value)] == ["chips"]


def test_a_rise_of_what_is_settled_is_not_said() -> None:
    assert marks(replace(WORSE, risk=Risk.SETTLED, symptom="Heartburn"), EN) == [
        "Seen: serious side effect or warning sign"
    ]


@pytest.mark.parametrize(
    ("text", "most", "short"),
    [
        ("Pain in the belly", 17, "Pain in the belly"),
        ("Pain in the belly, after every meal", 17, "Pain in the belly…"),
        ("Pain in the belly, after every meal", 16, "Pain in the…"),
        ("Pain\n in  the belly", 40, "Pain in the belly"),
        ("درد شکم، پس از غذا", 8, "درد شکم…"),
        ("درد بی‌درمان", 6, "درد…"),
        ("Unbelievablylongword", 5, "Unbel…"),
        ("", 5, ""),
    ],
)
def test_a_long_text_ends_with_a_word(text: str, most: int, short: str) -> None:
    assert shortened(text, most) == short


def test_a_long_symptom_is_cut_in_its_mark() -> None:
    [_worse, mark] = marks(replace(WORSE, symptom="A burning behind the breastbone " * 5), EN)
    assert drawn(mark) == "Up by 2: A burning behind the breastbone A burning behind…"


def test_silence_without_a_phone_is_no_lack_of_an_answer() -> None:
    assert marks(SILENT, EN) == ["No answer: the check-in was due on 20 Mar 2020"]
    assert marks(replace(SILENT, phone=False), EN) == ["Cannot answer: no phone is signed in · due on 20 Mar 2020"]
    assert marks(replace(SILENT, phone=False, reminded=NOON), EN) == marks(replace(SILENT, phone=False), EN)


def test_the_day_says_who_has_no_phone() -> None:
    def chips(*, phone: bool) -> list[str | None]:
        due = [Due(7, "Mina", 3, NOON.date(), late, phone) for late in (0, 2)]
        groups = groups_of(Today((due[0],), (due[1],), ()), EN, shipped())
        return [line["chip"] and line["chip"]["text"] for group in groups for line in group["lines"]]

    assert chips(phone=True) == [None, "2 days late"]
    assert chips(phone=False) == ["No phone · invite"] * 2


def test_a_reply_that_no_phone_can_get_does_not_wait() -> None:
    waits = Replied("Take half.", "Dr Leila", NOON, None, None, phone=True)
    assert receipt_of(waits, EN).startswith("Not delivered yet · waiting since")
    assert receipt_of(replace(waits, phone=False), EN).startswith("Not delivered: no phone is signed in.")
    assert receipt_of(replace(waits, phone=False, delivered=NOON), EN).startswith("Delivered ")

"""Sentences as people write them, over the red flags that are shipped: what they raise, and what they must not."""

import pytest

from domain.gate import red_flags
from tests.support.shipped import shipped

REAL = shipped()

RAISED = [
    # the signs of reference 6, one by one
    ("Chest pain since this morning", "cardiac"),
    ("pressure in the chest going to my left arm", "cardiac"),
    ("درد قفسه سینه دارم", "cardiac"),
    ("درد قفسهٔ سينه دارم", "cardiac"),  # with the Arabic ye
    ("از ساعت ۳ درد قفسه\u200cسینه دارم، خیلی بد", "cardiac"),  # with a half-space and Persian digits
    ("تب ندارم، درد سینه دارم", "cardiac"),  # the Persian comma parts what is denied from what is not
    ("سکتة مغزي", "stroke"),
    ("كبودي لب", "breathing"),  # with the Arabic kaf and ye
    ("تب ۳۹٫۵ و تنگي نفس شديد", "breathing"),
    ("I think I'm having a heart attack", "cardiac"),
    ("I had a heart attack this morning", "cardiac"),
    ("I can't breathe", "breathing"),
    ("تنگی نفس شدید", "breathing"),
    ("her face is drooping and she has slurred speech", "stroke"),
    ("ضعف ناگهانی دست راست", "stroke"),
    ("thunderclap headache an hour ago", "stroke"),
    ("the worst headache of my life", "stroke"),
    ("بدترین سردرد عمرم", "stroke"),
    ("my son has a seizure", "stroke"),
    ("پسرم تشنج می‌کند", "stroke"),
    ("I passed out in the kitchen", "syncope"),
    ("غش کردم", "syncope"),
    ("vomiting blood", "gi-bleed"),
    ("my stools are black and tarry", "gi-bleed"),
    ("مدفوع سیاه دارم", "gi-bleed"),
    ("a nosebleed that does not stop", "bleeding"),
    ("severe abdominal pain since noon", "acute-abdomen"),
    ("درد شدید شکم", "acute-abdomen"),
    ("I want to die", "mental-crisis"),
    ("history of a suicide attempt", "mental-crisis"),
    ("می‌خواهم بمیرم", "mental-crisis"),
    ("swollen lips and tongue after the tea", "anaphylaxis"),
    ("تورم گلو", "anaphylaxis"),
    ("took too much of the tincture", "poisoning"),
    ("numb lips after the decoction", "aconite"),
    # meningism, sepsis, fever without defence
    ("Fever since yesterday. My neck is very stiff.", "sepsis"),
    ("headache, stiff neck, light hurts", "sepsis"),
    ("تب دارم و گردنم خشک شده", "sepsis"),
    ("fever, she is on chemotherapy", "sepsis"),
    ("neutropenia and a high temperature", "sepsis"),
    ("تب پس از شیمی‌درمانی", "sepsis"),
    ("he is feverish and confused", "sepsis"),
    ("shaking chills all night", "sepsis"),
    # small children
    ("fever, 2 months old", "paediatric"),
    ("my baby has a fever", "paediatric"),
    ("نوزادم تب دارد", "paediatric"),
    ("the infant is febrile", "paediatric"),
    # pregnancy
    ("28 weeks along, the baby moves less than usual", "obstetric"),
    ("reduced fetal movements today", "obstetric"),
    ("the baby has stopped kicking", "obstetric"),
    ("حرکت جنین کم شده", "obstetric"),
    ("I am pregnant. Some bleeding this morning.", "obstetric"),
    ("باردارم و خونریزی دارم", "obstetric"),
    # sugar
    ("diabetic, found confused and sweating", "glycaemia"),
    ("her glucose is low and she is unresponsive", "glycaemia"),
    ("قند خونش افتاده و گیج است", "glycaemia"),
    ("fruity breath", "glycaemia"),
    # liver after a herb
    ("yellow eyes since I take the new herb", "liver-after-herb"),
    ("my urine is dark like cola", "liver-after-herb"),
    ("زردی چشم و ادرار تیره", "liver-after-herb"),
    # what only looks like a denial, the past or somebody else
    ("no fever, but chest pain", "cardiac"),
    ("never had chest pain before today", "cardiac"),
    ("history of diabetes, chest pain", "cardiac"),
    ("my husband has chest pain now", "cardiac"),
    ("my husband says I have chest pain", "cardiac"),
    ("chest pain since my heart attack", "cardiac"),
    ("درد سینه دارم ولی تب ندارم", "cardiac"),
]
QUIET = [
    "no chest pain",
    "denies chest pain, fever or stiff neck",
    "درد سینه ندارم",
    "تب و سفتی گردن ندارم",
    "no fever, stiff neck from the pillow",
    "history of heart attack",
    "heart attack in 2010",
    "heart attack 2015",
    "had a heart attack 5 years ago",
    "past medical history: hypertension, heart attack, diabetes",
    "history of diabetes, hypertension and heart attack",
    "I take aspirin since my heart attack",
    "cardiac rehabilitation after a heart attack",
    "heart attack survivor",
    "herbs to lower the risk of heart attack",
    "سابقه حمله قلبی",
    "بعد از حمله قلبی آسپرین می‌خورم",
    "my father died of a heart attack",
    "My husband had a heart attack",
    "my wife has chest pain",
    "my neighbour had a seizure",
    "my son had a seizure",
    "our daughter had severe abdominal pain",
    "my friend has jaundice",
    "همسرم حمله قلبی کرد",
    "شوهرم درد سینه دارد",
    "پسرم تشنج کرد",
    "خواهرم یرقان داشت",
    "fever last week, now well",
    "she is pregnant and has no bleeding",
    "not pregnant, bleeding gums when brushing",
    "diabetes, well controlled",
    "my mood swings",
    "Slept well, less bloated.",
]


@pytest.mark.parametrize(("text", "flag"), RAISED)
def test_it_is_raised(text: str, flag: str) -> None:
    assert flag in {hit.id for hit in red_flags(text, REAL)}


@pytest.mark.parametrize("text", QUIET)
def test_it_is_not_raised(text: str) -> None:
    assert red_flags(text, REAL) == ()


@pytest.mark.parametrize("text", ["my son had a seizure", "our daughter had severe abdominal pain", "پسرم تشنج کرد"])
def test_for_a_child_the_child_of_the_writer_is_the_patient(text: str) -> None:
    assert red_flags(text, REAL, child=True)


def test_the_table_is_as_large_as_asked_for() -> None:
    assert len(RAISED) + len(QUIET) >= 60

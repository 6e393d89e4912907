"""A name finds its row whatever way it is written, and a name that could mean two things is never decided silently."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.gate import Item, Profile, Verdict, badness, judge
from domain.knowledge import Ambiguous, Identified, Kind, NameIndex, Unidentified, fold, names_of
from storage.knowledge import Knowledge
from tests.support.shipped import shipped


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return shipped()


@pytest.fixture(scope="module")
def index(knowledge: Knowledge) -> NameIndex:
    return NameIndex(knowledge)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Huáng  Qí", "huang qi"),
        ("huang-qi", "huang qi"),
        ("St John’s wort", "st johns wort"),
        ("Straße", "strasse"),
        ("Aśvagandhā", "asvagandha"),
        ("كاسني", "کاسنی"),
        ("شيرين‌بيان", "شیرین بیان"),
        ("آمله", "امله"),
        ("زَعفَرانـ", "زعفران"),
        ("۱۲۳ ٤٥٦", "123 456"),
        ("(Gan, cao)", "gan cao"),
        ("  ", ""),
    ],
)
def test_folding_keeps_what_identifies(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("name", "kind", "id_"),
    [
        ("HUÁNG QÍ", "herb", "huang-qi"),
        ("huangqi", "herb", "huang-qi"),
        ("Astragalus membranaceus", "herb", "huang-qi"),
        ("زعفران", "herb", "saffron"),
        ("كاسنی", "herb", "chicory"),
        ("سیاهدانه", "herb", "nigella"),
        ("سياه‌دانه", "herb", "nigella"),
        ("St. John's Wort", "herb", "st-johns-wort"),
        ("Isabgol", "herb", "psyllium"),
        ("اطریفل", "formula", "itrifal"),
        ("Xiāo Yáo Sǎn", "formula", "xiao-yao-san"),
        ("Warfarin", "drug", "warfarin"),
        ("وارفارين", "drug", "warfarin"),
        ("acetaminophen", "drug", "paracetamol"),
        ("enoxaparin", "drug", "enoxaparin"),
        ("گاباپنتین", "drug", "gabapentin"),
        ("nicoumalone", "drug", "acenocoumarol"),
        ("黄芪", "herb", "huang-qi"),
        ("薏苡仁", "herb", "yi-yi-ren"),
        ("补中益气汤", "formula", "bu-zhong-yi-qi-tang"),
        ("Spleen qi deficiency", "condition", "t-spqi"),
        ("Night sweat", "finding", "night-sweat"),
    ],
)
def test_a_name_of_one_row_is_identified(index: NameIndex, name: str, kind: Kind, id_: str) -> None:
    found = index.identify(name, kind)
    assert isinstance(found, Identified)
    assert found.id == id_


@pytest.mark.parametrize(
    ("name", "candidates"),
    [
        ("licorice", ("gan-cao", "licorice")),
        ("شيرين بيان", ("gan-cao", "licorice")),
        ("Aloe", ("aloe-gel", "aloe-latex")),
        ("Rehmannia glutinosa", ("sheng-di-huang", "shu-di-huang")),
        ("Aconitum carmichaelii", ("chuan-wu", "fu-zi", "sheng-fu-zi", "zhi-chuan-wu")),
        ("cinnamon", ("cinnamon", "rou-gui")),
        ("کندر", ("frankincense", "shallaki")),
        ("Cimicifuga", ("black-cohosh", "sheng-ma")),
        ("Mu tong", ("bai-mu-tong", "chuan-mu-tong", "guan-mu-tong")),
        ("木通", ("bai-mu-tong", "chuan-mu-tong", "guan-mu-tong")),
        ("Fáng jǐ", ("guang-fang-ji", "han-fang-ji", "han-zhong-fang-ji", "mu-fang-ji")),
        ("防己", ("guang-fang-ji", "han-fang-ji", "han-zhong-fang-ji", "mu-fang-ji")),
        ("Xi xin", ("du-heng", "xi-xin")),
        ("wild ginger", ("asarum", "xi-xin")),
        ("Mu xiang", ("mu-xiang", "qing-mu-xiang")),
        ("star anise", ("japanese-star-anise", "star-anise")),
        ("Bei mu", ("chuan-bei-mu", "hubei-bei-mu", "ping-bei-mu", "yi-bei-mu", "zhe-bei-mu")),
        ("Da ji", ("hong-da-ji", "jing-da-ji")),
        ("Sha shen", ("bei-sha-shen", "nan-sha-shen")),
        ("Ma qian zi", ("ma-qian-zi", "sheng-ma-qian-zi")),
        ("Bai fu zi", ("bai-fu-zi", "guan-bai-fu", "sheng-bai-fu-zi")),
        ("Tian nan xing", ("sheng-tian-nan-xing", "zhi-tian-nan-xing")),
        ("He shou wu", ("he-shou-wu", "zhi-he-shou-wu")),
        ("وج", ("shi-chang-pu", "vacha")),
        ("borage", ("borage", "borago")),
        ("mandrake", ("mandragora", "podophyllum")),
        ("arsenic", ("pi-shi", "pi-shuang")),
        ("Kumari", ("aloe-gel", "aloe-latex")),
        ("कुमारी", ("aloe-gel", "aloe-latex")),
        ("Panax ginseng", ("hong-shen", "ren-shen")),
        ("ginseng", ("hong-shen", "ren-shen", "xi-yang-shen")),
        ("Pinellia ternata", ("ban-xia", "sheng-ban-xia")),
    ],
)
def test_a_name_of_two_rows_is_left_open(index: NameIndex, name: str, candidates: tuple[str, ...]) -> None:
    assert index.identify(name, "herb") == Ambiguous(name, candidates)


@pytest.mark.parametrize(
    "name",
    [
        "Mu tong",
        "木通",
        "Fang ji",
        "Qing mu xiang",
        "Mu xiang",
        "Xi xin",
        "star anise",
        "aconite",
        "monkshood",
        "Wu tou",
        "تاج الملوک",
        "Nan xing",
        "mercury",
        "arsenic",
        "Datura",
        "تریاک",
        "کچوله",
        "thujone oil",
        "bhasma",
    ],
)
def test_a_name_that_may_be_poison_is_blocked(knowledge: Knowledge, index: NameIndex, name: str) -> None:
    profile = Profile(age=40, pregnant=False, lactating=False)
    assert judge(Item("herb", None, name), profile, (), knowledge, index).verdict is Verdict.BLOCK


@pytest.mark.parametrize(
    ("herb", "allergy", "verdict"),
    [
        ("e-jiao", "gelatine", Verdict.MAJOR),
        ("mu-li", "oysters", Verdict.MAJOR),
        ("zhen-zhu", "میگو", Verdict.MAJOR),
        ("honey", "bee products", Verdict.MAJOR),
        ("propolis", "عسل", Verdict.MAJOR),
        ("fig", "latex gloves", Verdict.MAJOR),
        ("qiang-huo", "birch pollen", Verdict.MAJOR),
        ("yin-chen", "ragweed", Verdict.MAJOR),
        ("guar", "بادام‌زمینی", Verdict.MAJOR),
        ("zhe-bei-mu", "lily", Verdict.MAJOR),
        ("huang-bai", "fish", Verdict.NOTHING_DOCUMENTED),
    ],
)
def test_allergens_and_their_kin(
    knowledge: Knowledge, index: NameIndex, herb: str, allergy: str, verdict: Verdict
) -> None:
    profile = Profile(age=40, pregnant=False, lactating=False, allergies=(allergy,))
    assert judge(Item("herb", herb, herb), profile, (), knowledge, index).verdict is verdict


@pytest.mark.parametrize(
    ("name", "kind", "suggestion"),
    [
        ("safron", "herb", "saffron"),
        ("huangqii", "herb", "huang-qi"),
        ("ginsang", "herb", "ren-shen"),
        ("warfrin", "drug", "warfarin"),
    ],
)
def test_a_near_name_is_only_suggested(index: NameIndex, name: str, kind: Kind, suggestion: str) -> None:
    found = index.identify(name, kind)
    assert isinstance(found, Unidentified)
    assert suggestion in [hit.id for hit in found.suggestions]


@pytest.mark.parametrize("name", ["", " ‌ ", "...", "mu", "warfarin", "qqqqqqqq"])
def test_what_is_not_a_herb_name_is_unidentified(index: NameIndex, name: str) -> None:
    assert isinstance(index.identify(name, "herb"), Unidentified)


def test_every_row_is_found_by_its_own_display_name(index: NameIndex, knowledge: Knowledge) -> None:
    for herb in knowledge.herbs.values():
        for language in ("en", "fa"):
            hits = index.search(names_of(herb, language), "herb", 3)
            assert herb.id in [hit.id for hit in hits if hit.score == 100], herb.id


def test_search_puts_the_same_name_first_and_each_row_once(index: NameIndex) -> None:
    hits = index.search("huang q", "herb", 5)
    assert {hits[0].id, hits[1].id} == {"huang-qi", "huang-qin"}
    assert len({hit.id for hit in hits}) == len(hits) == 5
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_search_without_a_kind_looks_everywhere(index: NameIndex) -> None:
    assert {hit.kind for hit in index.search("qi", limit=200)} >= {"herb", "formula", "condition"}
    assert index.search("سرفه", limit=1)[0].kind in {"condition", "finding"}
    assert index.search("", limit=5) == []
    assert {hit.kind for hit in index.search("qi", "condition", 50)} == {"condition"}


def test_a_few_letters_are_enough(index: NameIndex) -> None:
    assert "saffron" in [hit.id for hit in index.search("sa", "herb", 20)]
    assert "borage" in [hit.id for hit in index.search("گاو", "herb", 5)]


def test_names_fall_back_to_english(knowledge: Knowledge) -> None:
    assert names_of(knowledge.herbs["saffron"], "fa") == "زعفران"
    assert names_of(knowledge.herbs["saffron"], "en") == "saffron"
    assert names_of(knowledge.herbs["dang-shen"], "fa") == "codonopsis"
    assert names_of(knowledge.drugs["warfarin"], "fa") == "وارفارین"
    assert names_of(knowledge.drugs["warfarin"], "en") == "warfarin"
    assert names_of(knowledge.conditions["p-balgham"], "fa") == "غلبه بلغم"
    assert names_of(knowledge.side_effects["nausea"], "fa") == "تهوع"


@pytest.mark.parametrize(
    ("herb", "medicine"),
    [
        ("dang-gui", "apixaban"),
        ("dang-gui", "enoxaparin"),
        ("fenugreek", "rivaroxaban"),
        ("tao-ren", "acenocoumarol"),
        ("yi-mu-cao", "clopidogrel"),
        ("frankincense", "warfarin"),
    ],
)
def test_bleeding_is_seen_with_every_anticoagulant(
    knowledge: Knowledge, index: NameIndex, herb: str, medicine: str
) -> None:
    profile = Profile(age=40, pregnant=False, lactating=False, medicines=(medicine,))
    reasons = judge(Item("herb", herb, herb), profile, (), knowledge, index).reasons
    bleeding = [reason for reason in reasons if "bleeding" in reason.message.casefold()]
    assert any(badness(reason.verdict) >= badness(Verdict.MODERATE) for reason in bleeding)


@pytest.mark.parametrize(("medicine", "majors"), [("lithium", 0), ("levothyroxine", 0), ("phenytoin", 2)])
def test_enzyme_rules_speak_only_for_medicines_they_are_about(
    knowledge: Knowledge, index: NameIndex, medicine: str, majors: int
) -> None:
    profile = Profile(age=40, pregnant=False, lactating=False, medicines=(medicine,))
    reasons = judge(Item("herb", "st-johns-wort", "St John's wort"), profile, (), knowledge, index).reasons
    assert len([reason for reason in reasons if reason.verdict is Verdict.MAJOR]) == majors

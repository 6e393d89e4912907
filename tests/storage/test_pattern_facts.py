"""The patterns that are shipped: signs, codes, formulas, advice and what speaks against what say what their sources say."""

from collections import Counter
from itertools import combinations

import pytest

from domain.gate import red_flags
from storage.knowledge import Condition, Knowledge, Tradition
from storage.knowledge.rows import Advice
from tests.support.shipped import shipped


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return shipped()


def reaches(advice: Advice, condition: Condition) -> bool:
    """Say whether advice is meant for a condition, by name or by its qualities."""
    return condition.id in advice.conditions or (bool(advice.suits) and set(advice.suits) <= set(condition.qualities))


def test_the_patterns_cover_three_traditions(knowledge: Knowledge) -> None:
    conditions = Counter(condition.tradition for condition in knowledge.conditions.values())
    assert len(knowledge.conditions) >= 72
    assert conditions[Tradition.TCM] >= 36
    assert conditions[Tradition.AYURVEDA] >= 22
    assert conditions[Tradition.AVICENNA] >= 25
    assert len(knowledge.findings) >= 190
    assert len(knowledge.formulas) >= 28
    assert len(knowledge.advice) >= 75
    assert Counter(row.kind for row in knowledge.advice.values())["protocol"] >= 8


def test_every_condition_has_signs_for_and_against_it(knowledge: Knowledge) -> None:
    for condition in knowledge.conditions.values():
        assert len(condition.supporting) >= 4, condition.id
        assert len(condition.contrary) >= 2, condition.id
        assert max(condition.supporting.values()) >= 2, condition.id


def test_every_condition_is_named_in_its_own_script(knowledge: Knowledge) -> None:
    own = {
        Tradition.TCM: {"pinyin", "hanzi"},
        Tradition.AYURVEDA: {"sa", "sa_deva"},
        Tradition.AVICENNA: {"ar"},
    }
    for condition in knowledge.conditions.values():
        assert {"en", "fa"} | own[condition.tradition] <= condition.names.keys(), condition.id


def test_a_finding_of_chinese_medicine_has_its_chinese_name(knowledge: Knowledge) -> None:
    assert [row.id for row in knowledge.findings.values() if "tcm" in row.traditions and "hanzi" not in row.names] == []


@pytest.mark.parametrize(
    ("condition", "code", "title", "sign", "first"),
    [
        ("t-qi", "SE90", "Qi deficiency pattern (TM1)", "sweat-spontaneous", "si-jun-zi-tang"),
        ("t-qisink", "SE93", "Qi sinking pattern (TM1)", "bearing-down", "bu-zhong-yi-qi-tang"),
        ("t-blstas", "SF01", "Blood stasis pattern (TM1)", "tongue-purple", "xue-fu-zhu-yu-tang"),
        ("t-phlegm", "SF13", "Damp phlegm pattern (TM1)", "pulse-slippery", "er-chen-tang"),
        ("t-lvqi", "SF57", "Liver qi stagnation pattern (TM1)", "pulse-wiry", "xiao-yao-san"),
        ("t-lvyang", "SF52", "Liver yang ascendant hyperactivity pattern (TM1)", "headache", "tian-ma-gou-teng-yin"),
        ("t-lvfire", "SF58", "Liver fire flaming upward pattern (TM1)", "bitter-mouth", "long-dan-xie-gan-tang"),
        ("t-lvbl", "SF54", "Liver blood deficiency pattern (TM1)", "pale-nails", "suan-zao-ren-tang"),
        ("t-htsp", "SF6J", "Heart and spleen systems deficiency pattern (TM1)", "forgetful", "gui-pi-tang"),
        ("t-htki", "SF6L", "Heart and kidney systems disharmony pattern (TM1)", "tongue-red-tip", "tian-wang-bu-xin-dan"),
        ("t-spdamp", "SF79", "Spleen deficiency with dampness accumulation pattern (TM1)", "heaviness", "shen-ling-bai-zhu-san"),
        ("t-spyang", "SF77", "Spleen yang deficiency pattern (TM1)", "belly-cold", "ginger"),
        ("t-stheat", "SF7F", "Stomach heat pattern (TM1)", "gums-swollen", "huang-lian"),
        ("t-stup", "SF7D", "Stomach qi uprising pattern (TM1)", "hiccup", "ban-xia"),
        ("t-food", "SF73", "Spleen deficiency with food retention pattern (TM1)", "food-aversion", "bao-he-wan"),
        ("t-luqi", "SF80", "Lung qi deficiency pattern (TM1)", "catches-colds", "yu-ping-feng-san"),
        ("t-windheat", "SF8A", "Wind-heat invading the lung pattern (TM1)", "sore-throat", "yin-qiao-san"),
        ("t-lidry", "SF8H", "Large intestine fluid deficiency pattern (TM1)", "stool-hard", "ma-zi-ren-wan"),
        ("t-kiyin", "SF93", "Kidney yin deficiency pattern (TM1)", "hot-palms", "liu-wei-di-huang-wan"),
        ("t-bladderdh", "SF9G", "Bladder dampness-heat pattern (TM1)", "urine-burning", "che-qian-zi"),
        ("t-gbphlegm", "SF5E", "Gallbladder depression with phlegm harassment pattern (TM1)", "startle", "wen-dan-tang"),
        ("t-taiyang", "SG60", "Early yang stage pattern (TM1)", "pulse-floating", "gui-zhi-tang"),
        ("a-vata", "SR12", "Aggravation of vata pattern (TM2)", "tremor", "ashwagandha"),
        ("a-pitta", "SR17", "Aggravation of pitta pattern (TM2)", "burning-sensation", "amla"),
        ("a-kapha", "SR1C", "Aggravation of kapha pattern (TM2)", "lassitude", "trikatu"),
        ("a-vibandha", "SM34", "Constipation disorder (TM2)", "stool-rare", "triphala"),
        ("a-arsha", "SM53", "Haemorrhoids disorder (TM2)", "anal-lump", "triphala"),
        ("a-ojas", "SR4F", "Diminution of Ojas pattern (TM2)", "timidity", "ashwagandha"),
        ("p-dam", "SR1M", "Predominance of Dam pattern (TM2)", "yawning", "barberry"),
        ("p-safra", "SR1N", "Predominance of Ṣafrā’ pattern (TM2)", "bitter-mouth", "chicory"),
        ("p-balgham", "SR1P", "Predominance of Balgham pattern (TM2)", "saliva-much", "anise"),
        ("p-sauda", "SR1Q", "Predominance of Sawdā’ pattern (TM2)", "rumination", "borage"),
        ("p-bukharat", "SR67", "Bukhārāt pattern (TM2)", "head-fullness", "damask-rose"),
        ("p-hot-constitution", "ST0W", "Predominance of hotness pattern (TM2)", "harmed-by-heat", "chicory"),
    ],
)  # fmt: skip
def test_codes_signs_and_first_items_as_in_the_facts(
    knowledge: Knowledge, condition: str, code: str, title: str, sign: str, first: str
) -> None:
    row = knowledge.conditions[condition]
    assert (row.icd11, knowledge.codes[code].title, knowledge.codes[code].chapter) == (code, title, 26)
    assert sign in row.supporting
    assert first in {indication.item for indication in knowledge.indications if indication.condition == condition}


@pytest.mark.parametrize(
    ("code", "chapter"),
    [("6B00", 6), ("7A00", 7), ("8A80", 8), ("BA00", 11), ("CA08.0", 12), ("DD90.3", 13), ("EA80", 14), ("FA01", 15),
     ("GA34.40", 16), ("5A11", 5), ("ME84.2", 21), ("MG22", 21), ("SF71", 26), ("SH11", 26)],
)  # fmt: skip
def test_every_code_of_the_facts_is_listed(knowledge: Knowledge, code: str, chapter: int) -> None:
    assert knowledge.codes[code].chapter == chapter


def test_a_biomedical_code_says_that_it_was_recalled(knowledge: Knowledge) -> None:
    for code in knowledge.codes.values():
        if code.chapter != 26:
            assert code.source == ("RECALL",), code.id
            assert "recalled" in code.note, code.id


@pytest.mark.parametrize(
    ("condition", "qualities"),
    [
        ("t-kiyang", {"deficiency", "cold"}),
        ("t-windcold", {"cold", "exterior"}),
        ("t-stheat", {"hot", "excess"}),
        ("t-damp", {"moist", "excess"}),
        ("a-amlapitta", {"pitta", "hot"}),
        ("p-dam", {"hot", "moist"}),
        ("p-safra", {"hot", "dry"}),
        ("p-balgham", {"cold", "moist"}),
        ("p-sauda", {"cold", "dry"}),
    ],
)
def test_qualities_as_the_traditions_have_them(knowledge: Knowledge, condition: str, qualities: set[str]) -> None:
    assert qualities <= set(knowledge.conditions[condition].qualities)


def test_no_condition_shares_opposite_qualities(knowledge: Knowledge) -> None:
    for condition in knowledge.conditions.values():
        assert not {"hot", "cold"} <= set(condition.qualities), condition.id
        assert not {"moist", "dry"} <= set(condition.qualities), condition.id
        assert not {"deficiency", "excess"} <= set(condition.qualities), condition.id


def excluding(knowledge: Knowledge) -> list[frozenset[str]]:
    """List the pairs that cannot be there together, as they are written."""
    return [frozenset((row.id, other)) for row in knowledge.findings.values() for other in row.excludes]


def test_what_excludes_what_is_written_once(knowledge: Knowledge) -> None:
    pairs = Counter(excluding(knowledge))
    assert len(pairs) >= 60
    assert [set(pair) for pair, count in pairs.items() if count > 1] == []
    assert frozenset(("stool-rare", "stool-loose")) not in pairs


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("tongue-pale", "tongue-red"),
        ("tongue-coat-thin", "tongue-coat-thick"),
        ("pulse-slow", "pulse-rapid"),
        ("pulse-floating", "pulse-deep"),
        ("temperament-hot", "temperament-cold"),
        ("temperament-moist", "temperament-dry"),
        ("constitution-vata", "constitution-kapha"),
    ],
)
def test_these_cannot_be_there_together(knowledge: Knowledge, one: str, other: str) -> None:
    assert frozenset((one, other)) in excluding(knowledge)


def test_no_condition_rests_on_two_findings_that_exclude_each_other(knowledge: Knowledge) -> None:
    pairs = set(excluding(knowledge))
    for condition in knowledge.conditions.values():
        together = {frozenset(two) for two in combinations(condition.supporting, 2)}
        assert together & pairs == set(), condition.id


def test_every_condition_is_reached_by_advice(knowledge: Knowledge) -> None:
    for condition in knowledge.conditions.values():
        kinds = Counter(row.kind for row in knowledge.advice.values() if reaches(row, condition))
        assert kinds["diet"] >= 2, condition.id
        assert kinds["lifestyle"] >= 1, condition.id
        assert kinds["protocol"] >= 1, condition.id


def test_every_protocol_joins_points_and_ends(knowledge: Knowledge) -> None:
    for row in knowledge.advice.values():
        if row.kind == "protocol":
            kinds = Counter(knowledge.advice[item].kind for item in row.items)
            assert 1 <= kinds["diet"] <= 3, row.id
            assert 1 <= kinds["lifestyle"] <= 3, row.id
            assert row.days, row.id
            assert row.follow_up_days, row.id
            assert row.text["fa"], row.id


@pytest.mark.parametrize(
    ("advice", "suits"),
    [
        ("cold-moist-foods", ("hot", "dry")),
        ("sour-lean-food", ("hot", "moist")),
        ("hot-dry-foods", ("cold", "moist")),
        ("warm-moist-cheer", ("cold", "dry")),
        ("light-warm-kapha", ("kapha",)),
        ("sweet-bitter-pitta", ("pitta",)),
        ("warming-plan", ("cold",)),
    ],
)
def test_like_is_treated_by_its_opposite(knowledge: Knowledge, advice: str, suits: tuple[str, ...]) -> None:
    assert knowledge.advice[advice].suits == suits


def test_every_condition_has_three_items_that_may_be_given(knowledge: Knowledge) -> None:
    blocked = {herb.id for herb in knowledge.herbs.values() if herb.regulated}
    blocked |= {formula.id for formula in knowledge.formulas.values() if blocked.intersection(formula.herbs)}
    for condition in knowledge.conditions:
        given = {row.item for row in knowledge.indications if row.condition == condition}
        assert len(given - blocked) >= 3, condition


@pytest.mark.parametrize(
    ("formula", "members"),
    [
        ("yu-ping-feng-san", {"huang-qi", "bai-zhu", "fang-feng"}),
        ("si-wu-tang", {"shu-di-huang", "dang-gui", "bai-shao", "chuan-xiong"}),
        ("qi-ju-di-huang-wan", {"gou-qi-zi", "ju-hua", "shu-di-huang", "shan-zhu-yu"}),
        ("du-huo-ji-sheng-tang", {"xi-xin", "du-zhong"}),
        ("jin-gui-shen-qi-wan", {"fu-zi", "gui-zhi"}),
        ("trikatu", {"ginger", "black-pepper", "long-pepper"}),
        ("munzij-e-balgham", {"anise", "fennel", "lemon-balm", "licorice"}),
    ],
)
def test_members_of_formulas(knowledge: Knowledge, formula: str, members: set[str]) -> None:
    assert members <= set(knowledge.formulas[formula].herbs)


def test_the_heart_pill_has_thirteen_herbs_and_no_cinnabar(knowledge: Knowledge) -> None:
    herbs = knowledge.formulas["tian-wang-bu-xin-dan"].herbs
    assert len(set(herbs)) == 13
    assert "zhu-sha" not in herbs


def test_mu_tong_is_blocked_until_its_species_is_verified(knowledge: Knowledge) -> None:
    formula = knowledge.formulas["long-dan-xie-gan-tang"]
    assert "chuan-mu-tong" in formula.herbs
    assert knowledge.herbs["chuan-mu-tong"].regulated
    assert not formula.dose
    assert "Aristolochia" in formula.note


@pytest.mark.parametrize(
    ("item", "against"),
    [
        ("ma-huang-tang", "finding:sweat-spontaneous"),
        ("da-qing-long-tang", "finding:pulse-weak"),
        ("ge-gen-tang", "finding:hoarse"),
        ("gui-zhi-tang", "finding:sweat-absent"),
        ("gui-zhi-tang", "finding:pulse-tight"),
        ("tag:laxative", "condition:t-spyang"),
        ("tag:laxative", "quality:exterior"),
        ("quality:hot", "quality:hot"),
        ("quality:cold", "quality:cold"),
        ("quality:hot", "condition:t-kiyin"),
        ("quality:moist", "condition:t-phlegm"),
        ("quality:vata", "quality:vata"),
        ("anise", "condition:p-safra"),
    ],
)
def test_what_a_tradition_advises_against(knowledge: Knowledge, item: str, against: str) -> None:
    assert len([row for row in knowledge.contradictions if (row.item, row.against) == (item, against)]) == 1


def test_nothing_is_both_used_for_a_condition_and_advised_against(knowledge: Knowledge) -> None:
    used = {(row.item, f"condition:{row.condition}") for row in knowledge.indications}
    assert used & {(row.item, row.against) for row in knowledge.contradictions} == set()


def test_the_classes_of_red_flags_speak_english_and_persian(knowledge: Knowledge) -> None:
    assert len(knowledge.red_flags) == 21
    for flag in knowledge.red_flags.values():
        assert min(len(flag.terms["en"]), len(flag.terms["fa"])) >= 4, flag.id


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("weakness on one side since noon", "stroke"),
        ("no rest from chest pain", "cardiac"),
        ("not feeling better chest pain today", "cardiac"),
        ("for no reason chest pain", "cardiac"),
        ("baby is not moving", "obstetric"),
        ("I wish to die", "mental-crisis"),
        ("sudden severe headache", "stroke"),
        ("درد سینه تحمل ندارم", "cardiac"),
        ("سکته کردم", "stroke"),
        ("胸痛", "cardiac"),
        ("ألم في الصدر", "cardiac"),
    ],
)
def test_more_words_hear_more_and_deny_no_more(knowledge: Knowledge, text: str, flag: str) -> None:
    assert flag in {hit.id for hit in red_flags(text, knowledge)}


@pytest.mark.parametrize(
    "text", ["no weakness of one side", "heavy head, dry stool and brown spots", "سرگیجه و ضعف دارم"]
)
def test_everyday_complaints_stay_quiet(knowledge: Knowledge, text: str) -> None:
    assert red_flags(text, knowledge) == ()

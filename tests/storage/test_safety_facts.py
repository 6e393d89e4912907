"""What is dangerous is told as the facts tell it: the toxics, the pairs that never meet, names that may mean poison."""

import re
import unicodedata
from itertools import product

import pytest

from storage.knowledge import Knowledge, Severity, Tradition
from tests.support.shipped import shipped

CATALOGUE = (
    "pi shi, pi shuang, shui yin, ban mao, qing niang chong, hong niang chong, nao yang hua, xue shang yi zhi hao,"
    " hong sheng dan, bai jiang dan, chan su, yang jin hua, hong fen, qing fen, xiong huang, sheng ma qian zi, sheng chuan wu,"
    " sheng cao wu, sheng fu zi, sheng ban xia, sheng bai fu zi, sheng tian nan xing, sheng ba dou, sheng gan sui,"
    " sheng lang du, sheng teng huang, sheng qian jin zi, sheng tian xian zi"
)
"""The toxic drugs of the State Council's order 23; sheng is raw."""

ACONITES = "chuan-wu zhi-chuan-wu cao-wu zhi-cao-wu fu-zi sheng-fu-zi guan-bai-fu xue-shang-yi-zhi-hao"
BAN_XIA = "ban-xia sheng-ban-xia"
GUA_LOU = "gua-lou gua-lou-pi gua-lou-zi tian-hua-fen"
BEI_MU = "chuan-bei-mu zhe-bei-mu ping-bei-mu yi-bei-mu hubei-bei-mu"
INCOMPATIBLE = (
    (ACONITES, f"{BAN_XIA} {GUA_LOU} {BEI_MU} bai-lian bai-ji"),
    ("gan-cao zhi-gan-cao licorice", "gan-sui cu-gan-sui jing-da-ji hong-da-ji hai-zao yuan-hua"),
    (
        "li-lu",
        "ren-shen hong-shen xi-yang-shen dang-shen dan-shen xuan-shen bei-sha-shen nan-sha-shen ku-shen tai-zi-shen xi-xin"
        " bai-shao chi-shao",
    ),
)
"""The 18 incompatibilities: nothing of the left goes with anything of the right."""
ANTAGONISTS = (
    ("liu-huang", "po-xiao mang-xiao xuan-ming-fen"),
    ("shui-yin", "pi-shi pi-shuang"),
    ("lang-du", "mi-tuo-seng"),
    ("ba-dou ba-dou-shuang", "qian-niu-zi"),
    ("clove", "yu-jin"),
    ("ya-xiao mang-xiao", "san-leng"),
    ("chuan-wu zhi-chuan-wu cao-wu zhi-cao-wu", "xi-jiao"),
    ("ren-shen hong-shen", "wu-ling-zhi"),
    ("rou-gui", "chi-shi-zhi"),
)
"""The 19 antagonisms, the same way."""
AVOIDED_IN_PREGNANCY = (
    "yarrow black-cohosh blue-cohosh angelica dang-gui roman-chamomile wormwood mugwort cascara gotu-kola cinnamon"
    " shepherds-purse maidenhair ladys-mantle feverfew tansy rue juniper goldenseal barberry sage wu-wei-zi st-johns-wort"
    " vitex ashwagandha karela kava comfrey mistletoe epazote nutmeg aloe-latex"
)


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return shipped()


def plain(name: str) -> str:
    """Take case and tone marks off."""
    return "".join(one for one in unicodedata.normalize("NFKD", name) if not unicodedata.combining(one)).casefold()


def called(knowledge: Knowledge, pinyin: str) -> list[str]:
    return [one.id for one in knowledge.herbs.values() if pinyin in map(plain, one.names.get("pinyin", ()))]


def test_the_catalogue_has_twenty_eight_toxics() -> None:
    assert len(set(CATALOGUE.split(", "))) == 28


@pytest.mark.parametrize("pinyin", CATALOGUE.split(", "))
def test_every_toxic_of_the_catalogue_is_regulated_and_has_no_dose(knowledge: Knowledge, pinyin: str) -> None:
    [herb] = called(knowledge, pinyin)
    assert knowledge.herbs[herb].regulated
    assert "28 items" in knowledge.herbs[herb].regulated
    assert knowledge.herbs[herb].toxicity
    assert herb not in knowledge.doses
    blocked = {row.population for row in knowledge.cautions if row.herb == herb and row.severity is Severity.BLOCK}
    assert "pregnancy" in blocked


def test_nothing_said_of_a_regulated_herb_holds_an_amount(knowledge: Knowledge) -> None:
    for herb in knowledge.herbs.values():
        said = f"{herb.regulated} {herb.nature} {herb.note}" if herb.regulated else ""
        assert not re.search(r"\d\s?(?:g|mg|mL)\b", said), herb.id


def test_a_herb_without_a_checked_source_says_so(knowledge: Knowledge) -> None:
    for herb in knowledge.herbs.values():
        if not any(knowledge.sources[source.partition(":")[0]].checked for source in herb.source):
            assert re.search("checked|recalled", herb.note, re.IGNORECASE), herb.id


@pytest.mark.parametrize(
    "herbs",
    [
        "aristolochia guan-mu-tong guang-fang-ji han-zhong-fang-ji ma-dou-ling qing-mu-xiang xi-xin du-heng asarum",
        "zhi-chuan-wu zhi-cao-wu fu-zi ma-qian-zi zhu-sha jing-da-ji yuan-hua hong-fen ying-su-ke lei-gong-teng bhasma",
        "ma-huang kava comfrey coltsfoot senecio borago chaparral germander celandine pennyroyal suranjan vacha sarpagandha",
        "datura belladonna mandragora tian-xian-zi yohimbe lobelia pokeweed podophyllum bloodroot japanese-star-anise",
        "bitter-almond wormwood-oil sassafras xi-jiao hu-gu she-xiang xiong-dan chuan-shan-jia ling-yang-jiao",
        "chuan-mu-tong bai-mu-tong han-fang-ji mu-fang-ji liu-huang mi-tuo-seng qian-niu-zi",
    ],
)
def test_what_the_facts_block_by_mouth_is_regulated(knowledge: Knowledge, herbs: str) -> None:
    for herb in herbs.split():
        assert knowledge.herbs[herb].regulated, herb
        assert herb not in knowledge.doses, herb


def pairs_of(rule: tuple[tuple[str, str], ...]) -> list[frozenset[str]]:
    return [frozenset(pair) for left, right in rule for pair in product(left.split(), right.split())]


def severities(knowledge: Knowledge) -> dict[frozenset[str], Severity]:
    herbs = [row for row in knowledge.interactions if row.other.startswith("herb:")]
    return {frozenset((row.herb, row.other.removeprefix("herb:"))): row.severity for row in herbs}


def test_the_eighteen_are_written_out_pair_by_pair(knowledge: Knowledge) -> None:
    found = severities(knowledge)
    pairs = pairs_of(INCOMPATIBLE)
    assert len(pairs) == 8 * 13 + 3 * 6 + 13
    assert {found.get(pair) for pair in pairs} == {Severity.BLOCK}


def test_the_nineteen_are_written_out_pair_by_pair(knowledge: Knowledge) -> None:
    found = severities(knowledge)
    pairs = pairs_of(ANTAGONISTS)
    assert len(pairs) == 18
    assert {found.get(pair) for pair in pairs} == {Severity.MODERATE}


@pytest.mark.parametrize(
    ("genus", "listed"),
    [("Aconitum", ACONITES), ("Pinellia", BAN_XIA), ("Trichosanthes", GUA_LOU), ("Fritillaria", BEI_MU)],
)
def test_no_form_is_left_out_of_the_eighteen(knowledge: Knowledge, genus: str, listed: str) -> None:
    assert sorted(one.id for one in knowledge.herbs.values() if one.latin.startswith(genus)) == sorted(listed.split())


def test_a_pair_is_written_once(knowledge: Knowledge) -> None:
    pairs = [
        frozenset((row.herb, row.other))
        for row in knowledge.interactions
        if row.other.removeprefix("herb:") != row.other
    ]
    assert len(pairs) == len(severities(knowledge))


def test_more_than_a_hundred_pairs_with_medicines(knowledge: Knowledge) -> None:
    assert len({(row.herb, row.other) for row in knowledge.interactions if not row.other.startswith("herb:")}) >= 190


@pytest.mark.parametrize(
    ("herb", "other", "severity", "source"),
    [
        ("alfalfa", "warfarin", Severity.MODERATE, "APX"),
        ("alfalfa", "class:ace_inhibitor", Severity.MODERATE, "NS"),
        ("guar", "class:oral", Severity.MINOR, "L00"),
        ("cascara", "class:oral", Severity.MODERATE, "L00"),
        ("green-tea", "nadolol", Severity.MODERATE, "RECALL"),
        ("herbal-tincture", "metronidazole", Severity.MAJOR, "TC"),
        ("huo-xiang-zheng-qi-shui", "class:cephalosporin", Severity.MAJOR, "TC"),
        ("vitex", "class:dopamine_agonist", Severity.MODERATE, "DL"),
        ("zhi-gan-cao", "digoxin", Severity.BLOCK, "LIC"),
        ("hong-shen", "phenelzine", Severity.MAJOR, "I09"),
        ("huang-bai", "tacrolimus", Severity.BLOCK, "RECALL"),
        ("che-qian-zi", "lithium", Severity.MODERATE, "RECALL"),
    ],
)
def test_pairs_with_medicines(knowledge: Knowledge, herb: str, other: str, severity: Severity, source: str) -> None:
    [row] = [row for row in knowledge.interactions if (row.herb, row.other) == (herb, other)]
    assert (row.severity, row.source[0]) == (severity, source)


@pytest.mark.parametrize(
    ("herb", "population", "severity"),
    [
        ("mo-yao", "pregnancy", Severity.MAJOR),
        ("mo-yao", "bleeding", Severity.MAJOR),
        ("niu-xi", "pregnancy", Severity.MAJOR),
        ("wu-zhu-yu", "pregnancy", Severity.MAJOR),
        ("bu-gu-zhi", "liver", Severity.MAJOR),
        ("zhi-he-shou-wu", "elder", Severity.MAJOR),
        ("zhi-gan-cao", "hypertension", Severity.MAJOR),
        ("vidanga", "fertility", Severity.BLOCK),
        ("gentian", "ulcer", Severity.MAJOR),
        ("aloe-latex", "surgery", Severity.MAJOR),
        ("goldenseal", "neonate", Severity.BLOCK),
        ("echinacea", "asthma", Severity.MODERATE),
        ("green-tea", "liver", Severity.MAJOR),
        *[(herb, "pregnancy", Severity.MAJOR) for herb in AVOIDED_IN_PREGNANCY.split()],
        *[(herb, "pregnancy", Severity.BLOCK) for herb in ("pennyroyal", "celandine", "pokeweed")],
    ],
)
def test_cautions_of_the_lists(knowledge: Knowledge, herb: str, population: str, severity: Severity) -> None:
    assert severity in {row.severity for row in knowledge.cautions if (row.herb, row.population) == (herb, population)}


@pytest.mark.parametrize(
    ("herb", "toxicity"),
    [
        ("ku-xing-ren", "slightly_toxic"),
        ("ai-ye", "slightly_toxic"),
        ("wu-zhu-yu", "slightly_toxic"),
        ("ji-li", "slightly_toxic"),
        ("xian-mao", "toxic"),
        ("ban-xia", "toxic"),
        ("fu-zi", "toxic"),
        ("ma-qian-zi", "very_toxic"),
        ("fu-ling", ""),
    ],
)
def test_labels_of_toxicity(knowledge: Knowledge, herb: str, toxicity: str) -> None:
    assert knowledge.herbs[herb].toxicity == toxicity


@pytest.mark.parametrize(
    ("herb", "language", "name"),
    [
        ("huang-bai", "pinyin", "huáng bǎi"),
        ("huang-bai", "hanzi", "黄柏"),
        ("niu-xi", "hanzi", "牛膝"),
        ("e-jiao", "pinyin", "ē jiāo"),
        ("rou-gui", "hanzi", "官桂"),
        ("mo-yao", "fa", "مر"),
        ("fumitory", "fa", "شاه‌تره"),
        ("descurainia", "fa", "خاکشیر"),
        ("polypody", "fa", "بسفایج"),
        ("gentian", "fa", "جنطیانا"),
        ("badavard", "fa", "بادآورد"),
        ("manjishtha", "fa", "روناس"),
        ("ashwagandha", "sa", "Aśvagandhā"),
        ("ashwagandha", "sa_deva", "अश्वगन्धा"),
        ("bu-gu-zhi", "sa", "Bākucī"),
        ("turmeric", "sa_deva", "हरिद्रा"),
        ("turmeric", "hi", "Haldi"),
        ("guduchi", "hi", "Giloy"),
    ],
)
def test_names_in_every_script(knowledge: Knowledge, herb: str, language: str, name: str) -> None:
    assert name in knowledge.herbs[herb].names[language]


def test_every_tradition_names_its_herbs_in_its_own_script(knowledge: Knowledge) -> None:
    # The row for every other Aristolochia stands for more than one Chinese drug.
    of = {Tradition.TCM: ("pinyin", "hanzi"), Tradition.AVICENNA: ("fa",), Tradition.AYURVEDA: ("sa", "sa_deva")}
    missing = {
        (herb.id, language)
        for herb in knowledge.herbs.values()
        for tradition in herb.traditions
        for language in of[tradition]
        if not herb.names.get(language)
    }
    assert missing == {("aristolochia", "pinyin"), ("aristolochia", "hanzi")}


@pytest.mark.parametrize(
    ("herb", "tradition", "qualities"),
    [
        ("rou-gui", Tradition.TCM, {"hot": 2}),
        ("gui-zhi", Tradition.TCM, {"hot": 1}),
        ("huang-lian", Tradition.TCM, {"cold": 2}),
        ("shi-gao", Tradition.TCM, {"cold": 3}),
        ("ju-hua", Tradition.TCM, {"cold": 1}),
        ("saffron", Tradition.AVICENNA, {"hot": 2, "dry": 1}),
        ("violet", Tradition.AVICENNA, {"cold": 2, "moist": 2}),
        ("mustard", Tradition.AVICENNA, {"hot": 4, "dry": 4}),
        ("turmeric", Tradition.AYURVEDA, {"hot": 1, "kapha": -1, "pitta": -1}),
        ("shatavari", Tradition.AYURVEDA, {"cold": 1, "vata": -1, "pitta": -1}),
    ],
)
def test_qualities(knowledge: Knowledge, herb: str, tradition: Tradition, qualities: dict[str, float]) -> None:
    assert knowledge.herbs[herb].qualities[tradition] == qualities


@pytest.mark.parametrize(
    ("herb", "family"),
    [
        ("yin-chen", "Asteraceae"),
        ("qiang-huo", "Apiaceae"),
        ("mastic", "Anacardiaceae"),
        ("guar", "Fabaceae"),
        ("bitter-almond", "Rosaceae"),
        ("honey", "bee products"),
        ("propolis", "bee products"),
        ("e-jiao", "gelatin"),
        ("mu-li", "shellfish"),
        ("zhen-zhu", "shellfish"),
    ],
)
def test_kin_of_allergens(knowledge: Knowledge, herb: str, family: str) -> None:
    assert knowledge.herbs[herb].family == family
    assert family in knowledge.allergies
    assert knowledge.allergies[family].names["fa"]
    assert knowledge.allergies[family].members["fa"]


def test_every_mechanism_is_named_in_both_languages_and_used(knowledge: Knowledge) -> None:
    used = {tag for herb in knowledge.herbs.values() for tag in herb.tags}
    for mechanism in knowledge.mechanisms.values():
        assert mechanism.names["fa"], mechanism.id
        assert mechanism.meaning.casefold() != f"{mechanism.names['en'].casefold()}.", mechanism.id
        assert mechanism.id in used, mechanism.id

"""Side by side: what the traditions come to together."""

from domain.matching import Match, Shared, agreement, match
from tests.domain.matching_knowledge import BASE
from tests.domain.test_matching import present

THREE = ("tcm", "avicenna", "ayurveda")


def first(condition_id: str) -> list[Match]:
    return [Match(condition_id, 0.5, (), (), ())]


def test_agreement_names_shared_findings_and_herbs() -> None:
    record = present("tired", "pale_tongue", "sweat", "dry_skin")
    found = agreement({one: match(record, BASE, tradition=one) for one in THREE}, BASE)
    assert found.findings == (
        Shared("tired", ("avicenna", "ayurveda", "tcm")),
        Shared("pale_tongue", ("avicenna", "tcm")),
    )
    assert found.herbs == (Shared("licorice", ("ayurveda", "tcm")), Shared("poria", ("avicenna", "tcm")))


def test_agreement_names_shared_qualities_and_codes() -> None:
    found = agreement({"tcm": first("qi"), "avicenna": first("phlegm"), "ayurveda": first("vata")}, BASE)
    # "Deficiency" and "vata" are words of one tradition each.
    assert found.qualities == (Shared("cold", ("avicenna", "ayurveda", "tcm")),)
    assert found.biomedical == (Shared("MG22", ("avicenna", "tcm")),)


def test_what_only_one_tradition_says_is_not_agreed_on() -> None:
    found = agreement({"tcm": first("yin"), "ayurveda": first("vata"), "avicenna": []}, BASE)
    assert found.qualities == (Shared("dry", ("ayurveda", "tcm")),)
    assert found.biomedical == ()
    assert agreement({"tcm": first("qi") + first("yin")}, BASE, first=2).qualities == ()


def test_a_deficiency_is_not_the_same_thing_in_another_tradition() -> None:
    assert "deficiency" in {*BASE.conditions["qi"].qualities} & {*BASE.conditions["yin"].qualities}
    assert agreement({"tcm": first("qi"), "avicenna": first("yin")}, BASE).qualities == ()


def test_more_matches_can_be_compared() -> None:
    sides = {"tcm": first("yang") + first("yin"), "ayurveda": first("vata")}
    assert agreement(sides, BASE).qualities == ()
    assert agreement(sides, BASE, first=2).qualities == (Shared("dry", ("ayurveda", "tcm")),)


def test_agreement_of_nothing() -> None:
    nothing = agreement({"tcm": [], "avicenna": []}, BASE)
    assert (nothing.findings, nothing.herbs, nothing.qualities, nothing.biomedical) == ((), (), (), ())

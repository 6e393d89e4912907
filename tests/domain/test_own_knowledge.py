"""Knowledge of a practice's own: every problem of a file is told, and plans are judged by what is known now."""

import pytest

from domain import own_knowledge, recommendation
from domain.bringing_in import Refused
from domain.errors import NotFound
from domain.log import join
from domain.snapshot import recommendation_state
from storage.tables import PracticeRow, Recommendation
from tests.support.house import House, diagnose, new_patient, recommended
from tests.support.own_files import LEAF, METFORMIN


def test_a_file_with_problems_is_refused_whole_with_all_of_them(house: House) -> None:
    broken = LEAF.replace("Folium nostrum", "our leaf!").replace("t-stcold", "t-nowhere")
    before = house.services.library.of(house.leila.practice_id)
    with pytest.raises(Refused, match=r"Nothing of ours\.yaml was kept: it has 2 problems") as refused:
        own_knowledge.bring_in(house.services, house.leila, "ours.yaml", broken)
    assert refused.value.problems == [
        "herbs.yaml, our-leaf: “our leaf!” is no Latin name",
        "indications.csv, 1: there is no condition t-nowhere",
    ]
    assert house.services.library.of(house.leila.practice_id) is before
    with house.services.database.read() as session:
        assert session.get(PracticeRow, 1) is None


def test_a_file_may_name_rows_of_an_earlier_one(house: House) -> None:
    uses = "item,condition,source,grade\nour-leaf,t-spqi,RECALL,T\n"
    with pytest.raises(Refused, match="it has a problem"):
        own_knowledge.bring_in(house.services, house.leila, "indications.csv", uses)
    leaf = own_knowledge.bring_in(house.services, house.leila, "ours.yaml", LEAF)
    own_knowledge.bring_in(house.services, house.leila, "indications.csv", uses)
    own_knowledge.forget(house.services, house.leila, leaf.id)
    known = house.services.library.of(house.leila.practice_id)
    assert [str(one) for one in known.refused] == ["indications.csv, 2: there is no herb or formula our-leaf"]
    with pytest.raises(NotFound):
        own_knowledge.forget(house.services, house.leila, leaf.id)


def test_a_new_danger_is_the_loudest_thing_on_the_page(house: House) -> None:
    services = house.services
    who = new_patient(services, house.leila, "Sara Lind", medicines=["metformin"])
    diagnosis_id = diagnose(services, house.leila, who)
    ginger = recommended(services, diagnosis_id, "ginger")
    given = recommendation.ApproveInput(override_reason="Discussed with the patient.", confirmed=True)
    recommendation.approve(services, house.leila, ginger, given)
    assert row_of(house, ginger).worsened is None
    mina = recommendation_state(row_of(house, house.ginger))

    kept = own_knowledge.bring_in(services, house.leila, "interactions.csv", METFORMIN)
    patients = own_knowledge.patients_under_treatment(services, house.leila.practice_id)
    assert patients == sorted([house.mina.patient_id or 0, who.patient_id or 0])
    assert len(list(own_knowledge.judge_all(services, patients))) == 2
    worse = row_of(house, ginger)
    assert worse.verdict == "major"
    assert worse.worsened is not None
    assert "Our own observation: sugar fell too far" in str(worse.verdict_reasons)
    assert recommendation_state(row_of(house, house.ginger)) == mina, "who takes no such medicine is not touched"
    told = [one.values for one in join(services, house.leila, diagnosis_id, since=0).missed]
    [loud] = [
        one for one in told if one.get("recommendation_id") == ginger and "worsened" in one.get("changed_fields", ())
    ]
    assert loud["new"]["verdict"] == "major"

    own_knowledge.forget(services, house.leila, kept.id)
    list(own_knowledge.judge_all(services, patients))
    assert row_of(house, ginger).worsened is None


def test_a_herb_of_ones_own_is_proposed_with_its_dose(house: House) -> None:
    own_knowledge.bring_in(house.services, house.leila, "ours.yaml", LEAF)
    patients = own_knowledge.patients_under_treatment(house.services, house.leila.practice_id)
    list(own_knowledge.judge_all(house.services, patients))
    leaf = row_of(house, house.proposed("our-leaf"))
    assert (leaf.name, leaf.status) == ("our leaf", "proposed")
    assert leaf.dose is not None
    assert (leaf.dose["amount"], leaf.dose["unit"], leaf.dose["source"]) == (2, "g", ["RECALL"])


def row_of(house: House, recommendation_id: int) -> Recommendation:
    with house.services.database.read() as session:
        return session.get_one(Recommendation, recommendation_id)

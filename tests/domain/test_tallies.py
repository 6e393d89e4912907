"""Counts beside the cells, by what people do: who prescribed, which side effects were named, what ran meanwhile."""

import threading
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain import consent, correcting, feedback, recommendation
from domain.consent import ConsentInput
from domain.correcting import FeedbackChange
from domain.feedback import FeedbackInput
from domain.recommendation import StopInput
from domain.services import Services
from domain.side_effects import folded, merged
from domain.together import Course, partners
from tests.support.clock import with_clock
from tests.support.house import Course as Treatment
from tests.support.house import House, approve, under_treatment
from tests.support.recount import Beside, beside_kept, beside_recounted

GINGER = ("ginger", "t-stcold")
FENNEL = ("fennel", "t-stcold")


def beside(house: House) -> Beside:
    with house.services.database.read() as session:
        assert beside_kept(session) == beside_recounted(session)
        return beside_kept(session)


def answer(services: Services, course: Treatment, *terms: str, serious: bool = False, symptom: int = 2) -> int:
    effects = [{"term": term, "serious": serious} for term in terms]
    said = {"recommendation_id": course.recommendation_id, "rating": 4, "symptom": symptom, "side_effects": effects}
    given = FeedbackInput.model_validate(said)
    return int(feedback.submit(services, course.patient, course.diagnosis_id, given)["id"])


def mina(house: House) -> Treatment:
    return Treatment(house.mina, house.diagnosis_id, house.ginger)


def test_a_side_effect_counts_once_for_a_recommendation_whichever_answer_names_it(house: House) -> None:
    first = answer(house.services, mina(house), "Rash", "nausea")
    second = answer(house.services, mina(house), "rash ", "RASH", serious=True)
    assert beside(house).side_effects == {(GINGER, "rash"): (1, 1), (GINGER, "nausea"): (1, 0)}
    answer(house.services, mina(house))
    assert beside(house).side_effects[GINGER, "nausea"] == (1, 0), "the first week's nausea was there"
    correcting.withdraw(house.services, house.mina, second)
    assert beside(house).side_effects == {(GINGER, "rash"): (1, 0), (GINGER, "nausea"): (1, 0)}
    correcting.edit(house.services, house.mina, first, FeedbackChange(side_effects=[]))
    assert beside(house).side_effects == {}, "and no word of it is kept"


def test_an_effect_of_severity_0_was_not_there(house: House) -> None:
    effects = [{"term": "rash", "severity": 0}, {"term": "nausea", "severity": 1}, {"term": "تهوع", "severity": 0}]
    said = FeedbackInput.model_validate({"recommendation_id": house.ginger, "rating": 4, "side_effects": effects})
    given = feedback.submit(house.services, house.mina, house.diagnosis_id, said)["id"]
    assert beside(house).side_effects == {(GINGER, "nausea"): (1, 0)}
    gone = FeedbackChange.model_validate({"side_effects": [{"term": "nausea", "severity": 0}]})
    correcting.edit(house.services, house.mina, given, gone)
    assert beside(house).side_effects == {}


def test_two_patients_make_two_reports(house: House) -> None:
    answer(house.services, mina(house), "rash")
    answer(house.services, under_treatment(house.services, house.leila), "rash", serious=True)
    assert beside(house).side_effects == {(GINGER, "rash"): (2, 1)}


def test_each_practitioner_s_diagnoses_are_their_own(house: House) -> None:
    answer(house.services, mina(house))
    answer(house.services, under_treatment(house.services, house.chen), symptom=7)
    assert beside(house).practitioners == {
        (GINGER, house.leila.person_id): (1, 1, 1),
        (GINGER, house.chen.person_id): (1, 1, 0),
    }


def test_what_runs_at_the_same_time_is_together_and_what_follows_a_stop_is_not(house: House) -> None:
    approve(house.services, house.leila, house.proposed("fennel"))
    assert beside(house).together == {(GINGER, "fennel"): 1, (FENNEL, "ginger"): 1}
    recommendation.stop(house.services, house.leila, house.ginger, StopInput(reason="Enough."))
    assert beside(house).together == {(GINGER, "fennel"): 1, (FENNEL, "ginger"): 1}, "they did run together"
    approve(house.services, house.leila, house.proposed("clove"))
    assert (GINGER, "clove") not in beside(house).together


def test_a_stop_that_a_slow_clock_puts_before_the_other_s_approval_takes_it_back(house: House) -> None:
    services, clock = with_clock(house.services)
    clock.move(timedelta(hours=2))
    approve(services, house.leila, house.proposed("fennel"))
    clock.move(timedelta(hours=-1))
    recommendation.stop(services, house.leila, house.ginger, StopInput(reason="Enough."))
    assert beside(house).together == {}


def test_who_says_no_is_nowhere_and_who_says_yes_again_is_back(house: House) -> None:
    approve(house.services, house.leila, house.proposed("fennel"))
    answer(house.services, mina(house), "rash")
    before = beside(house)
    mine = house.mina.patient_id or 0
    consent.say(house.services, house.mina, mine, ConsentInput(granted=False))
    assert beside(house) == Beside({}, {}, {})
    answer(house.services, mina(house), "headache")
    approve(house.services, house.leila, house.proposed("clove"))
    assert beside(house) == Beside({}, {}, {}), "nor is anything that comes later"
    consent.say(house.services, house.mina, mine, ConsentInput(granted=True))
    after = beside(house)
    assert after.side_effects == before.side_effects | {(GINGER, "headache"): (1, 0)}
    assert after.together[GINGER, "clove"] == 1
    consent.say(house.services, house.mina, mine, ConsentInput(granted=True))
    assert beside(house) == after


def test_many_who_write_at_once_are_all_counted(house: House) -> None:
    courses = [under_treatment(house.services, house.leila, name=f"Patient {number}") for number in range(4)]
    start = threading.Barrier(len(courses))

    def report(course: Treatment) -> None:
        start.wait(10)
        for _ in range(3):
            given = answer(house.services, course, "rash", "nausea")
            correcting.withdraw(house.services, course.patient, given)
            answer(house.services, course, "Rash", serious=True)

    threads = [threading.Thread(target=report, args=(course,)) for course in courses]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert beside(house).side_effects == {(GINGER, "rash"): (4, 4)}


TIMES = st.integers(0, 9)
COURSES = st.lists(st.tuples(st.sampled_from("abc"), TIMES, st.none() | TIMES), max_size=6)


@given(COURSES)
def test_partners_are_mutual(drawn: list[tuple[str, int, int | None]]) -> None:
    from domain.ledger import utc_now

    now = utc_now()
    courses = [
        Course(
            number,
            1,
            item,
            "c",
            now + timedelta(days=start),
            None if length is None else now + timedelta(days=start + length),
        )
        for number, (item, start, length) in enumerate(drawn)
    ]
    found = partners(courses)
    for one in courses:
        assert one.item_id not in found[one]
        for item in found[one]:
            assert any(one.item_id in found[other] for other in courses if other.item_id == item)


def test_a_term_is_counted_as_one_however_it_is_written() -> None:
    assert {folded(one) for one in ("Stomach  Pain", "stomach pain ", "STOMACH PAIN")} == {"stomach pain"}
    assert merged([("Rash", False), ("rash", True), ("itch", False)]) == {"rash": True, "itch": False}

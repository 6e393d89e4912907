"""What became of each patient's own prescriptions."""

from domain import consent, feedback, patient_views
from domain.consent import ConsentInput
from domain.feedback import FeedbackInput
from domain.statistics import Prior, Tier, posterior
from domain.telling import COUNTED
from storage import care
from tests.support.house import House, approve, under_treatment


def answer(house: House, symptom: int) -> None:
    said = FeedbackInput(recommendation_id=house.ginger, rating=4, symptom=symptom)
    feedback.submit(house.services, house.mina, house.diagnosis_id, said)


def test_counts_and_the_course_of_the_symptom(house: House) -> None:
    approve(house.services, house.leila, house.proposed("fennel"))
    for symptom in (6, 5, 3):
        answer(house, symptom)
    [view] = patient_views.found(house.services, house.leila).views
    assert (view.patient, view.diagnosis_id) == (house.mina.name, house.diagnosis_id)
    assert (view.prescribed, view.answered, view.improved) == (2, 1, 1), "the latest of three answers counts"
    assert (view.symptom, view.baseline, view.course) == ("Stomach pain", 7, (6, 5, 3))
    assert (view.tier, view.estimate) == (Tier.HIDDEN, None), "below 5 answers there is no interval"
    assert patient_views.view_of(house.services, house.leila, view.patient_id) == view
    told = patient_views.outcomes(house.services, house.leila, view.patient_id)
    assert [(one.item, one.improved, one.status) for one in told] == [
        ("fennel", None, "approved"),
        ("ginger", True, "approved"),
    ]


def test_only_of_records_that_one_may_read(house: House) -> None:
    answer(house, 3)
    mina = house.mina.patient_id or 0
    for nobody in (house.chen, house.stranger, house.ida, house.omar):
        assert patient_views.found(house.services, nobody).views == ()
        assert patient_views.view_of(house.services, nobody, mina) is None
        assert patient_views.outcomes(house.services, nobody, mina) == []
    house.share_with(house.chen)
    assert [view.patient_id for view in patient_views.found(house.services, house.chen).views] == [mina]
    own = patient_views.found(house.services, house.mina).views
    assert [view.patient_id for view in own] == [mina], "a patient may read their own"


def test_who_said_no_to_statistics_is_not_there(house: House) -> None:
    answer(house, 3)
    mina = house.mina.patient_id or 0
    consent.say(house.services, house.mina, mina, ConsentInput(granted=False))
    assert patient_views.found(house.services, house.leila).views == ()
    assert patient_views.view_of(house.services, house.leila, mina) is None
    assert patient_views.outcomes(house.services, house.leila, mina) == []
    consent.say(house.services, house.mina, mina, ConsentInput(granted=True))
    assert patient_views.found(house.services, house.leila).total == 1


def test_the_newest_answer_comes_first_and_names_are_searched(house: House) -> None:
    silent = under_treatment(house.services, house.leila, name="Zoe Silent")
    answer(house, 3)
    names = [view.patient for view in patient_views.found(house.services, house.leila).views]
    assert names == [house.mina.name, "Zoe Silent"]
    found = patient_views.found(house.services, house.leila, "zoe")
    assert [view.patient_id for view in found.views] == [silent.patient.patient_id]
    assert patient_views.found(house.services, house.leila, "%").views == ()
    first = patient_views.found(house.services, house.leila, limit=1)
    assert ([view.patient for view in first.views], first.total) == ([house.mina.name], 2)


def test_who_has_not_said_how_something_went(house: House) -> None:
    silent = under_treatment(house.services, house.leila, name="Zoe Silent")
    under_treatment(house.services, house.leila, "fennel", name="Other Herb")
    answer(house, 3)
    found = patient_views.found(house.services, house.leila, silent_about=("ginger", "t-stcold"))
    assert [view.patient_id for view in found.views] == [silent.patient.patient_id]


def test_an_interval_is_drawn_from_five_answers_on(house: House) -> None:
    services = house.services
    with services.database.read() as session:
        rows = care.recommendations(session, house.diagnosis_id)
    plans = [row for row in rows if row.kind in COUNTED][:5]
    seen = []
    for plan in plans:
        if plan.status == "proposed":
            approve(services, house.leila, plan.id or 0)
        said = FeedbackInput(recommendation_id=plan.id, rating=4, symptom=2)
        feedback.submit(services, house.mina, house.diagnosis_id, said)
        [view] = patient_views.found(services, house.leila).views
        seen.append(view.estimate is not None)
    assert seen == [False, False, False, False, True]
    assert view.estimate == posterior(5, 5, Prior(0.6, 10.0)), "the practice's prior, without the patient's own answers"

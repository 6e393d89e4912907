"""What a practice's own cases teach: when there are enough, whose they are, and what becomes of the proposals."""

import asyncio
from datetime import UTC, datetime

import pytest

from domain import case_history, diagnosis, learned, learning, own_knowledge
from domain.cases import LEAST_CASES
from domain.diagnosis import FindingInput
from domain.learning import NamesKnown, names_known
from domain.trust import together, told, trust
from storage.tables import Consent, Recommendation
from tests.support.house import House, approve, diagnose, new_patient, recommended, under_treatment
from tests.support.own_files import LEAF, history
from tests.support.waiting import eventually

STOMACH = 45
"""Of the sixty cases those like Mina's; the others are another picture."""


def sixty(*, stomach: str = "ginger; saffron") -> str:
    """Write sixty cases of two kinds: in the first, saffron is always given, which nothing documents for a cold stomach."""
    alike = history(STOMACH, findings="pain-epigastric; nausea", herbs=stomach)
    return alike + history(60 - STOMACH, findings="fatigue; loose stool", herbs="huang qi").split("\n", 1)[1]


def brought_in(house: House, text: str) -> None:
    case_history.bring_in(house.services, house.leila, "h.csv", text, case_history.read("h.csv", text))


def looked_at_again(house: House) -> None:
    """Record the findings of Mina's diagnosis once more, which proposes anew."""
    findings = [FindingInput(finding_id="pain-epigastric", severity=2), FindingInput(finding_id="nausea", severity=2)]
    diagnosis.set_findings(house.services, house.leila, house.diagnosis_id, findings)


def row(house: House, item_id: str) -> Recommendation:
    with house.services.database.read() as session:
        return session.get_one(Recommendation, recommended(house.services, house.diagnosis_id, item_id))


def test_sixty_cases_change_scores_and_reasons(house: House) -> None:
    services, practice_id = house.services, house.leila.practice_id
    looked_at_again(house)
    fennel = row(house, "fennel")
    brought_in(house, sixty(stomach="fennel; saffron"))
    assert services.learned.ranker(practice_id) is None, "until it is fitted, the knowledge alone speaks"
    ranker = services.learned.learn(practice_id)
    assert ranker is not None
    assert ranker is services.learned.ranker(practice_id)
    assert ranker.card.cases == 61, "Mina’s is one"
    suggestions = {one.herb: one for one in services.learned.suggest(practice_id, ["pain-epigastric", "nausea"])}
    assert suggestions["saffron"].score > 0.5

    looked_at_again(house)
    given = suggestions["fennel"].score
    assert row(house, "fennel").score == pytest.approx(together(fennel.score or 0, given, 61), abs=2e-4)
    sentence = told(suggestions["fennel"], services.library.shared.knowledge)
    assert row(house, "fennel").reasons == [fennel.reasons[0], sentence, *fennel.reasons[1:]]
    assert sentence.startswith("Given in about ")
    saffron = row(house, "saffron")
    assert saffron.score == pytest.approx(trust(61) * suggestions["saffron"].score, abs=2e-4)
    assert "only this practice’s own past cases speak for it" in saffron.reasons[0]
    assert "Documented" not in " ".join(saffron.reasons)


def test_the_gate_judges_what_past_cases_speak_for(house: House) -> None:
    who = new_patient(house.services, house.leila, "Sara Lind", pregnant=True)
    brought_in(house, sixty(stomach="ginger; hong hua"))  # safflower: not in pregnancy
    house.services.learned.learn(house.leila.practice_id)
    diagnosis_id = diagnose(house.services, house.leila, who)
    with pytest.raises(Exception, match="No row was found"):
        recommended(house.services, diagnosis_id, "hong-hua")
    looked_at_again(house)
    assert row(house, "hong-hua").status == "proposed", "for who is not pregnant it is one"


def test_with_few_cases_the_knowledge_alone_speaks(house: House) -> None:
    services, practice_id = house.services, house.leila.practice_id
    looked_at_again(house)
    before = {one: row(house, one).score for one in ("fennel",)}
    brought_in(house, history(LEAST_CASES - 2, herbs="fennel; saffron"))  # and Mina's makes one less than enough
    assert services.learned.learn(practice_id) is None
    assert services.learned.suggest(practice_id, ["pain-epigastric"]) == ()
    looked_at_again(house)
    assert {one: row(house, one).score for one in before} == before


def test_own_diagnoses_count_unless_the_patient_wants_to_be_in_no_statistics(house: House) -> None:
    services, practice_id = house.services, house.leila.practice_id
    brought_in(house, history(LEAST_CASES - 2, herbs="fennel; saffron"))
    course = under_treatment(services, house.leila)
    ranker = services.learned.learn(practice_id)
    assert ranker is not None
    assert ranker.card.cases == LEAST_CASES, "Mina’s and the new one"

    def says(*, granted: bool) -> None:
        patient_id = course.patient.patient_id or 0
        consent = Consent(patient_id=patient_id, kind="statistics", granted=granted, at=datetime.now(UTC))
        services.ledger.write(lambda change: change.session.add(consent))

    says(granted=False)
    assert services.learned.learn(practice_id) is None
    assert services.learned.ranker(practice_id) is None
    says(granted=True)
    assert services.learned.learn(practice_id) is not None


def test_a_sign_that_was_looked_for_and_is_not_there_is_none(house: House) -> None:
    brought_in(house, history(LEAST_CASES - 1))
    findings = [
        FindingInput(finding_id="pain-epigastric", severity=0),
        FindingInput(finding_id="nausea", present=False),
    ]
    diagnosis.set_findings(house.services, house.leila, house.diagnosis_id, findings)
    assert house.services.learned.learn(house.leila.practice_id) is None, "Mina’s diagnosis has no finding now"


def test_the_cases_of_a_practice_are_its_own(house: House) -> None:
    brought_in(house, history(60))
    assert house.services.learned.learn(house.stranger.practice_id) is None
    assert house.services.learned.practices() == [house.leila.practice_id]


def test_names_are_read_as_the_practice_knows_them(house: House) -> None:
    services, practice_id = house.services, house.leila.practice_id
    brought_in(house, history(60, findings="Pain-Epigastric; an unheard sign", herbs="زنجبیل; our leaf"))
    assert names_known(services, practice_id) == NamesKnown(2, 1, 2, 1)
    services.learned.learn(practice_id)
    named = {one.herb for one in services.learned.suggest(practice_id, ["pain-epigastric"])}
    assert named == {"ginger", "“our leaf”"}, "an unknown name is kept and meets only its like"
    own_knowledge.bring_in(services, house.leila, "ours.yaml", LEAF)
    assert names_known(services, practice_id) == NamesKnown(2, 1, 2, 2)
    services.learned.learn(practice_id)
    assert {one.herb for one in services.learned.suggest(practice_id, ["pain-epigastric"])} == {"ginger", "our-leaf"}
    assert learned.reader(services.library.shared, "herb")("Nobody's ROOT") == "“nobodys root”"


async def test_a_running_program_learns_when_cases_come_in_and_go(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    services, practice_id = house.services, house.leila.practice_id
    services.hub.bind(asyncio.get_running_loop())
    job = asyncio.create_task(learning.learning(services))
    try:
        await eventually(lambda: practice_id in services.learned._rankers)
        assert services.learned.ranker(practice_id) is None
        text = history(60)
        cases = case_history.read("h.csv", text)
        await asyncio.to_thread(case_history.bring_in, services, house.leila, "h.csv", text, cases)
        await eventually(lambda: services.learned.ranker(practice_id) is not None)
        await eventually(lambda: "past cases like this one" in " ".join(row(house, "fennel").reasons))
        with monkeypatch.context() as broken:  # one practice whose cases cannot be fitted does not end the job
            broken.setattr(learned, "fit", lambda _cases: 1 / 0)
            await asyncio.to_thread(own_knowledge.bring_in, services, house.leila, "ours.yaml", LEAF)
            await eventually(lambda: services.learned.ranker(practice_id) is not None)
    finally:
        job.cancel()
        await asyncio.gather(job, return_exceptions=True)
        services.hub.unbind()
    assert job.cancelled()


def test_approving_what_was_only_given_is_a_case_like_any_other(house: House) -> None:
    brought_in(house, sixty())
    ranker = house.services.learned.learn(house.leila.practice_id)
    assert ranker is not None
    before = ranker.card.cases
    looked_at_again(house)
    approve(house.services, house.leila, house.proposed("saffron"))
    again = house.services.learned.learn(house.leila.practice_id)
    assert again is not None
    assert again.card.cases == before

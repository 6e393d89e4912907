"""The demo: a synthetic practice, clearly marked as such, whose patients answer while somebody watches."""

import asyncio
import random
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

import structlog
from sqlmodel import col, select

from domain import correcting, feedback, patient, recommendation, record
from domain import diagnosis as diagnoses
from domain.account import add_practice
from domain.deciding import NEEDS_REASON
from domain.diagnosis import DiagnosisInput, FindingInput
from domain.errors import VervainError
from domain.feedback import FeedbackInput, SideEffectInput
from domain.gate import Item, Profile, Verdict, judge
from domain.ledger import Change, Ledger, utc_now
from domain.measures import BASELINES
from domain.patient import PatientInput, key
from domain.permission import Actor
from domain.readings import carry
from domain.recommendation import ApproveInput
from domain.services import Services
from domain.stories import STORIES, Story
from storage import care
from storage.knowledge import Indication
from storage.tables import Diagnosis, Feedback, Patient, PatientShare, Person, Practice, Recommendation

log = structlog.get_logger(__name__)

PRACTICE = "Demo practice (synthetic)"
PHONE = "+1 202-555-0143"
"""Of the numbers that are kept for stories (555-0100 to 555-0199): it reaches nobody."""
PAST_PATIENTS = 120
"""Patients whose treatment is over: their answers are what the practice has learnt so far."""
SEED = 20261123
"""One seed, so that every newcomer sees the same practice."""
FIRST_ANSWER_SECONDS, LAST_ANSWER_SECONDS = 3.0, 8.0
"""How long the players wait between two answers."""


SIZE = len(STORIES) + PAST_PATIENTS
"""Steps that filling takes."""


def is_needed(services: Services) -> bool:
    """Say whether the database has no practice yet."""
    with services.database.read() as session:
        return session.exec(select(Practice.id)).first() is None


def fill(services: Services) -> Iterator[None]:
    """Fill an empty database with the demo practice; yields after each of ``SIZE`` patients.

    The story is told by the verbs that the pages use, with a clock that stands where the story is.
    """
    dice = random.Random(SEED)  # noqa: S311 - a story, not a secret
    now = utc_now()
    clock = _Clock(now - timedelta(days=120))
    then = replace(services, ledger=Ledger(services.database, services.hub, clock, seal=services.ledger.seal))
    try:
        mine, colleague = then.ledger.write(_people)
        for number in range(PAST_PATIENTS):
            _past_patient(then, clock, dice, mine if number % 3 else colleague, number, now)
            yield
        for number, story in enumerate(STORIES):
            clock.now = now - timedelta(days=21 - number, hours=2)
            _current_patient(then, clock, dice, story, mine if story.mine else colleague, now)
            yield
        clock.now = now
        then.ledger.write(lambda change: _share(change, colleague, mine))
    finally:
        carry(services.database, services.ledger.readings)  # who reads from now on does so by the real clock


class _Clock:
    """A clock that the story sets."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


async def play(services: Services) -> None:
    """Let the demo's patients answer one after the other until cancelled."""
    dice = random.Random()  # noqa: S311 - a story, not a secret
    while True:
        await asyncio.sleep(dice.uniform(FIRST_ANSWER_SECONDS, LAST_ANSWER_SECONDS))
        try:
            await asyncio.to_thread(answer_once, services, dice)
        except VervainError as error:
            log.info("a synthetic patient could not answer", reason=error.message)
        except Exception:
            log.exception("a synthetic patient could not answer")


def answer_once(services: Services, dice: random.Random, *, diagnosis_id: int | None = None) -> int | None:
    """Let one synthetic patient (of one diagnosis, where named) answer about one approved herb; returns the feedback's id."""
    with services.database.read() as session:
        statement = (
            select(Recommendation, Patient)
            .join(Patient, col(Patient.id) == col(Recommendation.patient_id))
            .where(
                Recommendation.status == "approved",
                col(Recommendation.kind).in_(("herb", "formula")),
                col(Patient.synthetic),
                col(Patient.person_id).is_not(None),
            )
            .order_by(col(Recommendation.id))
        )
        if diagnosis_id is not None:
            statement = statement.where(Recommendation.diagnosis_id == diagnosis_id)
        plans = session.exec(statement).all()
        if not plans:
            return None
        plan, who = dice.choice(plans)
        newest = care.latest_feedback(session, key(plan))
        diagnosis = session.get_one(Diagnosis, plan.diagnosis_id)
    scores = {name: _last_score(name, newest, diagnosis) for name in BASELINES if getattr(diagnosis, name)}
    actor = Actor(who.person_id or 0, who.practice_id, "patient", who.name, patient_id=who.id)
    given = _answer(dice, key(plan), scores, helps=dice.random() < _true_share(plan.item_id))
    return int(feedback.submit(services, actor, plan.diagnosis_id, given)["id"])


def _people(change: Change) -> tuple[Actor, Actor]:
    practice_id = add_practice(change, PRACTICE, synthetic=True)
    change.session.get_one(Practice, practice_id).phone = PHONE
    actors = []
    for name, role in (
        ("Dr Leila Moradi (demo)", "practitioner"),
        ("Dr Chen Wei (demo)", "practitioner"),
        ("Ida Holm (demo)", "admin"),
    ):
        person = Person(practice_id=practice_id, role=role, name=name, demo=True, created=change.now)
        change.session.add(person)
        change.session.flush()
        actors.append(Actor(key(person), practice_id, role, name))
    return actors[0], actors[1]


def _past_patient(
    services: Services, clock: _Clock, dice: random.Random, actor: Actor, number: int, now: datetime
) -> None:
    """Add a patient of the past 90 days with one plan and, mostly, one answer."""
    pairs = _usual_pairs(services)
    pair = pairs[min(int(dice.expovariate(4 / len(pairs))), len(pairs) - 1)]  # a few herbs are given often
    clock.now = now - timedelta(days=dice.uniform(32, 88))

    def prescribe(change: Change) -> tuple[int, int]:
        given = PatientInput(name=f"Past patient {number + 1} (synthetic)", born=date(dice.randint(1945, 2005), 1, 1))
        who = patient.add(change, actor, given, synthetic=True)
        row = diagnoses.open_for(
            change,
            actor,
            who,
            tradition=services.library.shared.knowledge.conditions[pair.condition].tradition,
            condition_id=pair.condition,
            measures={"symptom": "Main complaint", "baseline": dice.randint(5, 9)},
        )
        record.tell(change, services, row, "opened")
        herb = services.library.shared.knowledge.herbs[pair.item]
        item = Item("herb", pair.item, herb.names["en"][0])
        judgement = judge(item, Profile(age=40), (), services.library.shared.knowledge, services.library.shared.names)
        plan = recommendation.prescribe(
            change,
            row,
            kind="herb",
            item_id=pair.item,
            name=item.name,
            judgement=judgement,
            reasons=["Prescribed before (synthetic history)."],
            override_reason="Synthetic history." if judgement.verdict in NEEDS_REASON else "",
        )
        return key(row), key(plan)

    diagnosis_id, plan_id = services.ledger.write(prescribe)
    answers, helps = dice.random() < 0.8, dice.random() < _true_share(pair.item)

    def end(change: Change) -> None:
        row = change.session.get_one(Diagnosis, diagnosis_id)
        plan = change.session.get_one(Recommendation, plan_id)
        if answers:
            given = _answer(dice, plan_id, {"symptom": row.baseline or 6}, helps=helps, last=True)
            said = feedback.add(change, services, actor, row, plan, given)
            correcting.see(change, actor, change.session.get_one(Feedback, said.id), row)
        row.status = "closed"
        change.session.add(row)
        record.tell(change, services, row, "closed")

    clock.now += timedelta(days=dice.uniform(7, 30))
    services.ledger.write(end)


def _usual_pairs(services: Services) -> list[Indication]:
    """List the first herbs of the conditions that the demo is about."""
    pairs = []
    for story in STORIES:
        known = [
            one
            for one in services.library.shared.knowledge.indications
            if one.condition == story.condition
            and one.item in services.library.shared.knowledge.herbs
            and not services.library.shared.knowledge.herbs[one.item].regulated
        ]
        pairs += known[:2]
    return pairs


def _current_patient(
    services: Services, clock: _Clock, dice: random.Random, story: Story, actor: Actor, now: datetime
) -> None:
    """Add a patient of today through the same verbs that the pages use, with a plan that the gate let pass."""
    condition = services.library.shared.knowledge.conditions[story.condition]
    signs = sorted(condition.supporting, key=lambda sign: -condition.supporting[sign])[:6]
    given = DiagnosisInput(
        patient=PatientInput(
            name=story.name,
            born=story.born,
            sex=story.sex,
            pregnant=story.pregnant,
            medicines=list(story.medicines),
            conditions=list(story.conditions),
        ),
        tradition=story.tradition,
        findings=[FindingInput(finding_id=sign, severity=dice.randint(1, 3)) for sign in signs],
        condition_id=story.condition,
        complaint=story.complaint,
        **story.measures,
    )
    snapshot = diagnoses.record(services, actor, given)
    services.ledger.write(lambda change: _let_in(change, snapshot["diagnosis"]["patient_id"]))
    herbs = _approve(services, actor, snapshot["diagnosis"]["id"], ("herb",), most=2)
    _approve(services, actor, snapshot["diagnosis"]["id"], ("diet", "lifestyle"), most=2)
    while clock.now < now - timedelta(days=7) and herbs:
        clock.now += timedelta(days=6, hours=dice.randint(0, 20))
        answer_once(services, dice, diagnosis_id=snapshot["diagnosis"]["id"])


def _approve(services: Services, actor: Actor, diagnosis_id: int, kinds: tuple[str, ...], *, most: int) -> int:
    """Approve the first proposals that the gate does not object to, each beside those before; returns how many."""
    for number in range(most):
        proposals = diagnoses.read(services, actor, diagnosis_id)["recommendations"]
        fine = [
            one["id"]
            for one in proposals
            if one["kind"] in kinds and one["status"] == "proposed" and Verdict(one["verdict"]) not in NEEDS_REASON
        ]
        if not fine:
            return number
        recommendation.approve(services, actor, fine[0], ApproveInput())
    return most


def _let_in(change: Change, patient_id: int) -> None:
    """Give a synthetic patient a person to sign in as, as an invite would."""
    who = change.session.get_one(Patient, patient_id)
    who.synthetic = True
    person = Person(practice_id=who.practice_id, role="patient", name=who.name, demo=True, created=change.now)
    change.session.add(person)
    change.session.flush()
    who.person_id = person.id
    change.session.add(who)


def _share(change: Change, owner: Actor, other: Actor) -> None:
    """Share one current patient of the colleague, so that sharing can be seen."""
    statement = select(Patient).where(Patient.practitioner_id == owner.person_id, col(Patient.person_id).is_not(None))
    who = change.session.exec(statement).first()
    if who is not None:
        change.session.add(PatientShare(patient_id=key(who), person_id=other.person_id, created=change.now))


def _last_score(name: str, newest: Feedback | None, diagnosis: Diagnosis) -> int:
    """Say where a measure stood last."""
    said = getattr(newest, name) if newest else None
    start = getattr(diagnosis, BASELINES[name])
    return next((int(score) for score in (said, start) if score is not None), 6)


def _answer(
    dice: random.Random, recommendation_id: int, scores: Mapping[str, int], *, helps: bool, last: bool = False
) -> FeedbackInput:
    """Make an answer of a patient whom the herb helps, or does not."""
    fall = dice.randint(3, 5) if last and helps else dice.choice((0, 1, 1, 2) if helps else (-1, 0, 0, 1))
    strays = [0, *(dice.choice((-1, 0, 0, 1)) for _ in list(scores)[1:])]  # the others go with the first, nearly
    effect = dice.random()
    effects = []
    if effect > 0.985:
        effects = [SideEffectInput(term="wheeze", severity=3)]
    elif effect > 0.88:
        effects = [SideEffectInput(term=dice.choice(("nausea", "headache", "bloating")), severity=dice.randint(1, 2))]
    return FeedbackInput(
        recommendation_id=recommendation_id,
        rating=dice.randint(3, 5) if helps else dice.randint(1, 4),
        comment=dice.choice(HELPED if helps else DID_NOT_HELP),
        **{
            name: max(0, min(10, score - fall - strayed))
            for (name, score), strayed in zip(scores.items(), strays, strict=True)
        },
        improvement=dice.randint(3, 5) if helps else dice.randint(1, 3),
        adherence=dice.choice((60, 80, 90, 100)),
        side_effects=effects,
    )


def _true_share(item_id: str) -> float:
    """Say how often a herb helps in the story: fixed by its name, between 0.3 and 0.8."""
    return 0.3 + 0.5 * random.Random(item_id).random()  # noqa: S311 - a story, not a secret


HELPED = ("", "Feeling lighter.", "Slept through the night.", "The tea is fine, taken twice a day.", "بهتر شدم.")
DID_NOT_HELP = ("", "No change yet.", "Hard to take, very bitter.", "Some days are better.", "هنوز فرقی نکرده.")

"""A small practice that most tests begin with: who is there, and one patient under treatment."""

from dataclasses import dataclass, replace
from typing import Any

from sqlmodel import select

from domain import account, diagnosis, patient, recommendation, sign_in
from domain.diagnosis import DiagnosisInput, FindingInput
from domain.ledger import Change, Ledger
from domain.messages import RecommendationState
from domain.patient import PatientInput, key
from domain.permission import Actor
from domain.recommendation import ApproveInput
from domain.services import Services
from storage.database import Database
from storage.tables import Patient, PatientShare, Person, Recommendation


@dataclass(frozen=True)
class House:
    """Two practices: Leila and her colleague Chen with an admin in one, a stranger in the other."""

    services: Services
    leila: Actor
    chen: Actor
    ida: Actor
    stranger: Actor
    mina: Actor
    """Leila's patient, whose diagnosis it is."""
    omar: Actor
    """Leila's patient, too, but with nothing to do with Mina's diagnosis."""
    diagnosis_id: int
    """Mina's: a stomach cold (t-stcold), baseline 7, with ginger approved."""
    ginger: int
    """The approved recommendation."""

    def proposed(self, item_id: str) -> int:
        """Find a recommendation of Mina's diagnosis by what is recommended."""
        return recommended(self.services, self.diagnosis_id, item_id)

    def reopened(self) -> "House":
        """The house over the database that lies there now."""
        database = Database(self.services.database.url.render_as_string())
        services = replace(self.services, database=database, ledger=Ledger(database, self.services.hub))
        return replace(self, services=services)

    def share_with(self, colleague: Actor) -> None:
        """Let a colleague read Mina's record, too."""
        patient_id = self.mina.patient_id or 0

        def act(change: Change) -> None:
            row = PatientShare(patient_id=patient_id, person_id=colleague.person_id, created=change.now)
            change.session.add(row)

        self.services.ledger.write(act)


def furnish(services: Services) -> House:
    """Build the house through the verbs that the program uses."""
    ledger = services.ledger
    here = ledger.write(lambda change: account.add_practice(change, "Sunrise Herbal Care"))
    there = ledger.write(lambda change: account.add_practice(change, "Elsewhere"))
    leila = add_person(services, here, "practitioner", "Dr Leila Moradi")
    mina = let_in(services, patient.record(services, leila, PatientInput(name="Mina Farahani")).id)
    omar = let_in(services, patient.record(services, leila, PatientInput(name="Omar Haddad")).id)
    diagnosis_id = diagnose(services, leila, mina)
    ginger = recommended(services, diagnosis_id, "ginger")
    approve(services, leila, ginger)
    return House(
        services=services,
        leila=leila,
        chen=add_person(services, here, "practitioner", "Dr Chen Wei"),
        ida=add_person(services, here, "admin", "Ida Holm"),
        stranger=add_person(services, there, "practitioner", "Dr Stranger"),
        mina=mina,
        omar=omar,
        diagnosis_id=diagnosis_id,
        ginger=ginger,
    )


def add_person(services: Services, practice_id: int, role: str, name: str, *, demo: bool = False) -> Actor:
    """Add somebody who may sign in; without a password, which costs a tenth of a second to hash."""

    def act(change: Change) -> int:
        person = Person(practice_id=practice_id, role=role, name=name, demo=demo, created=change.now)
        change.session.add(person)
        change.session.flush()
        return key(person)

    return Actor(services.ledger.write(act), practice_id, role, name)


def let_in(services: Services, patient_id: int) -> Actor:
    """Give a patient a person to sign in as, as an invite would."""

    def act(change: Change) -> Actor:
        who = change.session.get_one(Patient, patient_id)
        person = Person(practice_id=who.practice_id, role="patient", name=who.name, created=change.now)
        change.session.add(person)
        change.session.flush()
        who.person_id = person.id
        change.session.add(who)
        return Actor(key(person), who.practice_id, "patient", who.name, patient_id=patient_id)

    return services.ledger.write(act)


def diagnose(services: Services, practitioner: Actor, who: Actor, condition_id: str = "t-stcold", **more: Any) -> int:
    """Open a diagnosis for a patient; returns its id."""
    given = DiagnosisInput(
        patient_id=who.patient_id,
        tradition="tcm",
        condition_id=condition_id,
        symptom="Stomach pain",
        baseline=7,
        findings=[FindingInput(finding_id="pain-epigastric", severity=2)],
    )
    snapshot = diagnosis.record(services, practitioner, given.model_copy(update=more))
    return int(snapshot["diagnosis"]["id"])


def new_patient(services: Services, practitioner: Actor, name: str = "Sara Lind", **profile: Any) -> Actor:
    """Take a patient in who can sign in."""
    return let_in(services, patient.record(services, practitioner, PatientInput(name=name, **profile)).id)


def recommended(services: Services, diagnosis_id: int, item_id: str) -> int:
    """Find a diagnosis' recommendation by what is recommended; returns its id."""
    statement = select(Recommendation.id).where(
        Recommendation.diagnosis_id == diagnosis_id, Recommendation.item_id == item_id
    )
    with services.database.read() as session:
        return int(session.exec(statement).one() or 0)


def approve(services: Services, practitioner: Actor, recommendation_id: int, reason: str = "") -> RecommendationState:
    """Approve a proposal, whatever the gate says of it."""
    given = ApproveInput(override_reason=reason or "Discussed with the patient.", confirmed=True)
    return recommendation.approve(services, practitioner, recommendation_id, given)


def under_treatment(services: Services, practitioner: Actor, item_id: str = "ginger", **profile: Any) -> "Course":
    """Take in another patient with the same complaint and one approved herb."""
    who = new_patient(services, practitioner, **profile)
    diagnosis_id = diagnose(services, practitioner, who)
    plan = recommended(services, diagnosis_id, item_id)
    approve(services, practitioner, plan)
    return Course(who, diagnosis_id, plan)


@dataclass(frozen=True)
class Course:
    """One patient's treatment with one herb."""

    patient: Actor
    diagnosis_id: int
    recommendation_id: int


def signed_in(services: Services, actor: Actor) -> tuple[Actor, str]:
    """Sign somebody in on a device; returns them with that sign-in, and their access token."""
    token = sign_in.open_device(services, actor.person_id, device="test").access_token
    return replace(actor, sign_in_id=services.tokens.read(token).sign_in_id), token


def bearer(services: Services, actor: Actor) -> dict[str, str]:
    """Sign somebody in and give the header that says so."""
    return {"Authorization": f"Bearer {signed_in(services, actor)[1]}"}

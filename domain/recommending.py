"""Propose what is documented for a condition and passed the safety gate, best first, with the reasons in words."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from domain import trust
from domain.cases import Suggestion
from domain.dosing import dose_to_start_with
from domain.gate import DoseLine, Item, Judgement, Profile, Verdict, regimen
from domain.gate.judging import judge_for, meet
from domain.gate.naming import REMEDIES, called, formula_name
from domain.knowledge import NameIndex
from domain.matching import Match
from domain.predicting import GRADE_WORDS, UNMATCHED, Candidate, PastOutcome, others_mean, predict_success
from domain.statistics import Estimate, Tier, tier
from storage.knowledge import Knowledge

KINDS = ("herb", "formula", "diet", "lifestyle", "protocol")
LIMITS: Mapping[str, int] = {"herb": 5, "formula": 3, "diet": 3, "lifestyle": 3, "protocol": 1}
"""How many of each kind are proposed at most."""
FOLLOW_UP_DAYS = 14
"""After how many days one looks at it together where the knowledge base does not say: the first day of the window in which an
answer counts (reference 4.1, a proposal)."""
EvidenceOf = Callable[[str, str], Estimate | None]
"""From a herb or formula id and a condition id to what this practice knows of the pair."""

Expected = Mapping[tuple[str, str], float]
"""From item and condition to the probability that a fitted or remote predictor gives, 0–1; the rules speak for all others."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """Something to consider: ``text`` says what to do or how it is given (English), ``reasons`` why, in words.

    ``match_score`` (None where the condition is not among the matches) and ``score`` lie within 0–1.
    """

    kind: str
    item_id: str
    name: str
    text: str
    dose: DoseLine | None
    match_score: float | None
    score: float
    reasons: tuple[str, ...]
    judgement: Judgement
    regimen: str
    """What the judgement was made for (``gate.regimen``)."""
    days: int | None = None
    """How long it is kept up, where that is documented."""
    follow_up_days: int = FOLLOW_UP_DAYS


@dataclass(frozen=True, slots=True)
class PastCases:
    """What the practice's own past cases had for findings like these, and how many cases there are."""

    suggestions: Mapping[str, Suggestion] = field(default_factory=dict)
    """By herb id."""
    cases: int = 0


NO_CASES = PastCases()


@dataclass(frozen=True, kw_only=True)
class Treated:
    """A diagnosis as it is proposed for: the condition, who it is, what is known, and what is taken already."""

    condition_id: str
    matches: Sequence[Match]
    profile: Profile
    knowledge: Knowledge
    names: NameIndex
    evidence: EvidenceOf
    already: Sequence[Item] = ()
    elsewhere: Sequence[Item] = ()
    """What is taken from diagnoses that are closed: judged against, and proposed again where it fits."""
    past: PastCases = NO_CASES
    expected: Expected = field(default_factory=dict)
    history: Sequence[PastOutcome] = ()
    """What became of what this patient had for the condition before."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of something that a patient was given: ``helped`` None while nobody knows."""

    item_id: str
    helped: bool | None = None
    stopped: bool = False
    harmed: bool = False


@dataclass(frozen=True, slots=True)
class Candidates:
    """What passed the gate, and what it holds back so that the page can show why; both best first."""

    passed: tuple[Proposal, ...]
    held_back: tuple[Proposal, ...]


@dataclass(frozen=True, slots=True)
class _Documented:
    kind: str
    item_id: str
    name: str
    grade: str
    """Empty where nothing but the practice's own cases speaks for it."""
    text: str = ""
    breadth: int = 0
    """How many conditions it is meant for: of two that are alike the more particular one comes first."""
    days: int | None = None
    follow_up_days: int | None = None


def generate_new_recommendations(diagnosis: Treated, feedback: Iterable[Answered]) -> list[Proposal]:
    """Propose herbs, formulas, diet, lifestyle and protocols for a diagnosis, best first: a new list at each call.

    What did not help, was stopped or harmed this patient (``feedback``) is not proposed again; what the gate blocks is left out.
    """
    return list(candidates(diagnosis, feedback).passed)


def candidates(diagnosis: Treated, feedback: Iterable[Answered]) -> Candidates:
    """Propose as ``generate_new_recommendations``, with what the gate holds back beside it."""
    return propose(
        diagnosis.condition_id,
        diagnosis.matches,
        diagnosis.profile,
        diagnosis.knowledge,
        diagnosis.names,
        diagnosis.evidence,
        already=diagnosis.already,
        elsewhere=diagnosis.elsewhere,
        failed=failed(feedback),
        past=diagnosis.past,
        expected=diagnosis.expected,
        history=diagnosis.history,
    )


def remedies(diagnosis: Treated) -> list[tuple[str, DoseLine | None]]:
    """List the herbs and formulas that may be proposed for a diagnosis, each with its starting dose, before the gate."""
    condition_id, knowledge = diagnosis.condition_id, diagnosis.knowledge
    if condition_id not in knowledge.conditions:
        return []
    found = (*_documented(condition_id, knowledge), *_only_given(condition_id, diagnosis.past, knowledge))
    herbs = [one.item_id for one in found if one.kind in REMEDIES]
    return [(one, dose_to_start_with(one, condition_id, diagnosis.profile, knowledge)) for one in herbs]


def failed(feedback: Iterable[Answered]) -> set[str]:
    """List the items that are not to be proposed to this patient again."""
    return {one.item_id for one in feedback if one.helped is False or one.stopped or one.harmed}


def propose(
    condition_id: str,
    matches: Sequence[Match],
    profile: Profile,
    knowledge: Knowledge,
    names: NameIndex,
    evidence: EvidenceOf,
    *,
    already: Sequence[Item] = (),
    elsewhere: Sequence[Item] = (),
    failed: Collection[str] = (),
    past: PastCases = NO_CASES,
    expected: Expected = MappingProxyType({}),
    history: Sequence[PastOutcome] = (),
    limits: Mapping[str, int] = LIMITS,
) -> Candidates:
    """Propose herbs, formulas, diet, lifestyle and protocols for a condition.

    score = match × expectation, each 0–1: the match score of the condition (0.5 where it was confirmed by hand and is not among
    the matches), and ``predict_success``: the prior of the grade, moved by what this practice has seen of the pair and by what
    helped this patient before (``history``); what another predictor gives (``expected``) goes before it. The
    gate's verdict does not enter: it decides what is held back, and it is shown beside the score. Where the practice has
    enough past cases, a herb's score is joined with how often cases like this one had it (``trust``), and a herb that only they
    speak for is proposed, too.

    ``already`` is the plan: its items are judged against and not proposed again; ``elsewhere`` is judged against alone.
    ``failed`` are item ids that failed or harmed this patient: they drop out, and formulas that contain them say so. A
    herb's dose line is the first documented one for the age, of the tradition's own source where it has one, at its
    minimum: start low. Herbs come first, then formulas, diet, lifestyle, protocols; within a kind the best first, ties by
    id. At most ``limits`` of each kind pass (a kind that is left out has no limit); everything that the gate blocks is held
    back. Empty for a condition that the knowledge base does not have.
    """
    if condition_id not in knowledge.conditions:
        return Candidates((), ())
    match_score = next((one.score for one in matches if one.condition_id == condition_id), None)
    settled = {(one.kind, one.id) for one in already}
    beside = [*already, *elsewhere]
    fit = UNMATCHED if match_score is None else match_score
    patient = meet(profile, knowledge, names)
    breadth: dict[tuple[str, str], int] = {}
    passed: list[Proposal] = []
    held_back: list[Proposal] = []
    for found in (*_documented(condition_id, knowledge), *_only_given(condition_id, past, knowledge)):
        if found.item_id in failed or (found.kind, found.item_id) in settled:
            continue
        dose = dose_to_start_with(found.item_id, condition_id, profile, knowledge) if found.kind in REMEDIES else None
        item = Item(found.kind, found.item_id, found.name, dose)
        judgement = judge_for(patient, item, beside, knowledge, names)
        known = evidence(found.item_id, condition_id) if found.kind in REMEDIES else None
        candidate = Candidate(found.item_id, condition_id, match_score, found.grade or None, known)
        proposal = Proposal(
            kind=found.kind,
            item_id=found.item_id,
            name=found.name,
            text=found.text,
            dose=dose,
            match_score=match_score,
            score=_score(found, fit * _expectation(found, candidate, expected, history), past),
            reasons=tuple(_reasons(found, condition_id, known, failed, past, knowledge)),
            judgement=judgement,
            regimen=regimen(profile, beside, item),
            days=found.days if found.days is not None else dose.duration_days if dose else None,
            follow_up_days=found.follow_up_days or FOLLOW_UP_DAYS,
        )
        breadth[proposal.kind, proposal.item_id] = found.breadth
        (held_back if judgement.verdict is Verdict.BLOCK else passed).append(proposal)

    def rank(one: Proposal) -> tuple[int, float, int, str]:
        return KINDS.index(one.kind), -one.score, breadth[one.kind, one.item_id], one.item_id

    passed.sort(key=rank)
    held_back.sort(key=rank)
    return Candidates(tuple(_first_of_each_kind(passed, limits)), tuple(held_back))


def _documented(condition_id: str, knowledge: Knowledge) -> Iterator[_Documented]:
    grades: dict[str, str] = {}
    for row in knowledge.indications:
        if row.condition == condition_id:
            # Grades sort from A to T: an item with several rows keeps its best.
            grades[row.item] = min(grades.get(row.item, "Z"), row.grade.value)
    for item, grade in grades.items():
        if item in knowledge.herbs:
            yield _Documented("herb", item, called(knowledge.herbs[item]), grade)
        elif item in knowledge.formulas:
            formula = knowledge.formulas[item]
            yield _Documented("formula", item, formula_name(formula), grade, formula.dose)
    for advice in knowledge.advice.values():
        suits = bool(advice.suits) and set(advice.suits) <= set(knowledge.conditions[condition_id].qualities)
        if condition_id in advice.conditions or suits:
            yield _Documented(
                advice.kind,
                advice.id,
                advice.names.get("en") or advice.id,
                advice.grade.value,
                advice.text.get("en", ""),
                breadth=len(advice.conditions) or len(knowledge.conditions),
                days=advice.days,
                follow_up_days=advice.follow_up_days,
            )


def _only_given(condition_id: str, past: PastCases, knowledge: Knowledge) -> Iterator[_Documented]:
    """Yield the herbs that nothing documents for the condition and that the practice gave often in cases like this one."""
    if not trust.trust(past.cases):
        return
    documented = {row.item for row in knowledge.indications if row.condition == condition_id}
    for herb, suggestion in past.suggestions.items():
        if herb in knowledge.herbs and herb not in documented and suggestion.score >= trust.LEAST_SHARE:
            yield _Documented("herb", herb, called(knowledge.herbs[herb]), "")


def _expectation(found: _Documented, asked: Candidate, expected: Expected, history: Sequence[PastOutcome]) -> float:
    if found.kind not in REMEDIES:
        return others_mean(asked)
    given = expected.get((asked.item_id, asked.condition_id))
    return predict_success(asked, {}, history) if given is None else given


def _score(found: _Documented, documented: float, past: PastCases) -> float:
    if found.kind != "herb" or not trust.trust(past.cases):
        return documented
    suggestion = past.suggestions.get(found.item_id)
    return trust.together(documented if found.grade else 0.0, suggestion.score if suggestion else None, past.cases)


def _reasons(
    found: _Documented,
    condition_id: str,
    known: Estimate | None,
    failed: Collection[str],
    past: PastCases,
    knowledge: Knowledge,
) -> Iterator[str]:
    condition = knowledge.conditions[condition_id]
    name = condition.names.get("en") or condition.id
    if found.grade:
        yield f"Documented for {name}, {GRADE_WORDS[found.grade]} (grade {found.grade})"
    else:
        yield f"No use for {name} is documented: only this practice’s own past cases speak for it"
    if found.kind == "herb" and trust.trust(past.cases) and found.item_id in past.suggestions:
        yield trust.told(past.suggestions[found.item_id], knowledge)
    if found.kind not in REMEDIES:
        return
    if known is None or known.answered == 0:
        yield "No answers here yet"
    elif tier(known.answered) is Tier.HIDDEN:
        answers = "answer" if known.answered == 1 else "answers"
        yield f"{known.answered} {answers} here so far, too few for a share"
    else:
        yield f"{known.improved} of {known.answered} patients here improved"
    formula = knowledge.formulas.get(found.item_id)
    inside = sorted(set(formula.herbs) & set(failed)) if formula else []
    if inside:
        herbs = ", ".join(called(knowledge.herbs[one]) for one in inside if one in knowledge.herbs)
        yield f"Contains {herbs}, which did not help or harmed this patient"


def _first_of_each_kind(proposals: Sequence[Proposal], limits: Mapping[str, int]) -> Iterator[Proposal]:
    taken = dict.fromkeys(KINDS, 0)
    for proposal in proposals:
        taken[proposal.kind] += 1
        if taken[proposal.kind] <= limits.get(proposal.kind, taken[proposal.kind]):
            yield proposal

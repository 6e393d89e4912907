"""The words of the predictor's card: what the program says of it in English sentences, as each language has them."""

from pages.language import N_, Language
from pages.said import said_as, unturned

STATUSES = {"active": N_("In use"), "candidate": N_("Not used"), "retired": N_("No longer used")}
PIPELINES = {
    "logistic regression, strongly penalised": N_("logistic regression, strongly penalised"),
    "logistic regression": N_("logistic regression"),
    "boosted trees of 4 leaves": N_("boosted trees of 4 leaves"),
    "boosted trees of 8 leaves": N_("boosted trees of 8 leaves"),
}
FEATURES = {
    "age": N_("age"),
    "baseline": N_("the symptom at the start"),
    "match": N_("how well the condition fits"),
    "dose": N_("the dose beside the documented one"),
    "adherence": N_("the adherence so far"),
    "own_answered": N_("how many earlier answers the patient has"),
    "own_share": N_("how many earlier treatments helped the patient"),
    "answered": N_("how many answered here"),
    "share": N_("how many improved here"),
    "expected": N_("what the rules expect"),
    "sex": N_("sex"),
    "condition": N_("the condition"),
    "item": N_("the herb or formula"),
    "tradition": N_("the tradition"),
    "grade": N_("the grade of the indication"),
}
NOT_FOR = (
    N_(
        "It is no proof that a herb works: nobody knows what would have happened without it, and silent patients are not in it."
    ),
    N_("It never undoes the safety gate, withholds no treatment and replaces no referral."),
    N_("It is for this practice alone and must not be carried to another one."),
    N_("It is not for patients to read by themselves: a number about somebody needs a conversation."),
)
READ_IT = (
    N_(
        "Later outcomes of other patients judge: nobody is on both sides, and what was not known at the time was not used."
    ),
    N_(
        "Brier score: the mean squared difference between what was predicted and what happened; 0.25 is what a coin gets."
    ),
    N_("Skill: by how much lower that is than with the better of rules and evidence. Above 0 is better."),
    N_("AUROC: how often, of one who improved and one who did not, the first had the higher number. 0.5 is chance."),
    N_(
        "Calibration slope: 1 is right, below it is too bold, above it too timid. The diagonal of the picture is what is right."
    ),
    N_(
        "A fitted predictor is used from 200 outcomes on, 50 of the rarer kind, with a skill above 0 whose lower bound is above "
        "−1 %, and a slope from 0.7 to 1.3. Once an hour it is looked whether it still holds."
    ),
    N_(
        "An outcome counts here from four weeks after the approval on: earlier only early answers are in, and fewer have "
        "improved than will have. The evidence itself counts every answer at once."
    ),
)
SENTENCES = (
    N_("The evidence is used: there are {count} outcomes, and a fitted predictor needs {needed}."),
    N_("The evidence is used: only {count} patients improved, and a fitted predictor needs {needed}."),
    N_("The evidence is used: only {count} patients did not improve, and a fitted predictor needs {needed}."),
    N_("The evidence is used: too few outcomes are of patients on one side of time only, so nothing can be judged."),
    N_("The evidence is used: there are outcomes enough, and a predictor is fitted to them at the next look."),
    N_("The evidence is used: the fitted predictor is no better than the rules (Brier skill {skill})."),
    N_("The evidence is used: the fitted predictor is no better than the pooled evidence (Brier skill {skill})."),
    N_(
        "The evidence is used: it is not certain enough that the fitted predictor is no worse than the rules (Brier skill "
        "{low} to {high})."
    ),
    N_(
        "The evidence is used: it is not certain enough that the fitted predictor is no worse than the pooled evidence "
        "(Brier skill {low} to {high})."
    ),
    N_("The evidence is used: the fitted predictor is too bold (calibration slope {slope})."),
    N_("The evidence is used: the fitted predictor is too timid (calibration slope {slope})."),
    N_(
        "The evidence is used: of the last {outcomes} outcomes {improved} improved where the fitted predictor had expected "
        "{expected}."
    ),
    N_(
        "The evidence is used: what the fitted predictor says of the last {count} approvals is spread otherwise than what it was "
        "judged by (stability index {index})."
    ),
    N_(
        "The fitted predictor is used: on {outcomes} later outcomes of other patients its Brier score is {skill} better than "
        "that of the rules ({low} to {high})."
    ),
    N_(
        "The fitted predictor is used: on {outcomes} later outcomes of other patients its Brier score is {skill} better than "
        "that of the pooled evidence ({low} to {high})."
    ),
    N_("A newer one was fitted."),
    N_("It passes the rule and waits: somebody has taken the one before it out of use at a terminal."),
    N_("Taken out of use at a terminal."),
    N_("Predictor {version} is used in its place."),
    N_("The evidence is used. The file of predictor {version} is not the one that was written: it is not opened."),
    N_("The evidence is used. The file of predictor {version} cannot be read: {why}."),
    N_("The evidence is used. Predictor {version} reads other features than this program: fit it anew."),
    N_("The evidence is used. The card of predictor {version} cannot be read: fit it anew."),
    N_("The evidence is used. Predictor {version} was made with scikit-learn {old}, and this is {new}: fit it anew."),
)
"""What the program says of a predictor, as it is kept: found again by its form, and said in the reader's language."""


def sentence_of(sentence: str, _: Language) -> str:
    """Say in a language what was kept as an English sentence; one that nobody has foreseen (a person's own) stays as it is."""
    return said_as(sentence, SENTENCES, lambda name, value: _said(name, value, _), _)


def called(predictor: str, _: Language) -> str:
    """Name a predictor by what it is."""
    if predictor.startswith("remote-"):
        return _("Model {name}", name=unturned(predictor[7:]))
    if predictor.startswith("fitted-"):
        return _("Fitted, {version}", version=unturned(predictor[7:]))
    return _("The rules")


def _said(name: str, value: str, _: Language) -> str:
    return unturned(value) if name in ("version", "old", "new") else _.digits(value)


def speaker_of(name: str, _: Language) -> str:
    """Say who is asked first."""
    if name.startswith("remote-"):
        return _(
            "Asked first is the model {name} on another server; where it does not answer, the next one.", name=name[7:]
        )
    if name.startswith("fitted-"):
        return _("The fitted predictor speaks (version {version}).", version=unturned(name[7:]))
    return _("The rules speak: grade of the indication, match and evidence.")


def pipeline_of(name: str, _: Language) -> str:
    """Name a pipeline."""
    return _(PIPELINES.get(name, name))

"""What sets a phrase aside: a plain denial, the past, somebody else."""

import re

# fmt: off
_NOT = (
    r"(?:no|not|without|denies|denied|deny|denying|never|nor|neither|negative for|absence of"
    r"|dont|doesnt|didnt|hasnt|havent|isnt|بدون)"
)
_NOT_NOT = re.compile(rf"(?<!\w){_NOT}\s+(?:\w+\s+)?{_NOT}(?!\w)")
_BETWEEN = frozenset((
    "a", "an", "the", "any", "of", "or", "nor", "have", "has", "had", "having", "been", "is", "are", "there", "more", "new",
    "current", "known", "recent", "other", "sign", "signs", "symptom", "symptoms", "complaint", "complaints", "feel",
    "feeling", "got", "getting", "experienced", "experiencing", "evidence",
    "thoughts", "ideas",
    "cough", "nausea", "vomiting", "dizziness", "dizzy", "headache", "rash", "palpitations", "cold", "sweats", "chills",
    "یا", "و", "هیچ", "هم", "دیگر", "اصلا", "را", "گونه", "علامت", "علایم", "احساس",
))
"""Words that may stand between a denial and what it denies; any other ends its reach ("no sleep because of chest pain")."""
_JOINING = frozenset((
    "and", "with", "that", "after", "in", "my", "to", "too", "without", "no", "not", "cannot", "does", "less", "little",
    "با", "پس", "از",
))
"""Words inside listed phrases that begin something new when they stand alone ("no fever and chest pain")."""
_DENIED_AFTER = re.compile(r"\s*[:=–-]?\s*(?:is\s+|was\s+)?(?:no|none|nil|denied|absent|negative|خیر|نه|منفی)\s*$")
_PERSIAN_NOT = frozenset((
    "ندارم", "ندارد", "نداره", "نداریم", "ندارند", "نداشتم", "نداشت", "نداشته", "نیست", "نبود", "نبوده",
))
_NO_DENIAL_AFTER = re.compile(r"\s*(?:before|until|except|like (?:this|that)|so|as|this|that)\b")
"""What turns a denial into its opposite: "never had chest pain before today", "no chest pain except at night"."""
_CANNOT_BEAR = re.compile(r"(?<!\w)(?:طاقت|تحمل|تاب)")
_PAST_BEFORE = re.compile(
    r"(?:\b(?:(?:family|past|previous|prior|medical|known) )*history of|\bhx of|\bh[/ ]o|\bprevious|\bprior|\bpast"
    r"|(?<!\w)سابقه(?: ی| خانوادگی)?)"
    r"(?:\s+(?:a|an|the|any|my|of))*\s*$"
)
_LONG = r"(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|many|several|a few)"
_PAST_AFTER = re.compile(
    rf"^(?:\s+\w+){{0,2}}\s+(?:(?:about |over |some )?{_LONG} (?:years?|decades?) ago|years ago|in (?:19|20)\d\d"
    r"|as a child|in childhood|(?:\d+ |چند )?سال (?:پیش|قبل))"
)
_KIN = (
    r"(?:father|mother|dad|mum|mom|grandfather|grandmother|grandpa|grandma|uncle|aunt|husband|wife|spouse|partner|fiance|fiancee"
    r"|brother|sister|cousin|niece|nephew|neighbou?r|friend|colleague|boss|boyfriend|girlfriend|roommate)s?"
)
_YOUNG = r"(?:son|daughter|child|kid|baby|toddler|grandson|granddaughter|boy|girl)s?"
_ARTICLE = r"(?:\s+(?:a|an|the|his|her|their|another))*\s*$"
_SOMEBODY = re.compile(
    rf"(?:\b{_KIN}\s+(?:(?:also|once)\s+)?(?:had|has had|has|have|having|died of|died from|died after|suffered|suffers from"
    r"|suffered from|with)"
    r"|(?<!\w)(?:پدر|مادر|عمو|عمه|خاله|دایی|همسر|شوهر|خانم|برادر|خواهر|همسایه|دوست|همکار|پدربزرگ|مادربزرگ)(?:م|ش|شان|مان|ام|اش)?)"
    + _ARTICLE
)
_SOMEBODYS_CHILD = re.compile(
    rf"\b{_YOUNG}\s+(?:once\s+)?(?:had|has had|died of|died from|died after|suffered(?: from)?){_ARTICLE}"
)
"""A child of somebody, in the past; in the present a parent may well be writing for the patient."""
_PERSIAN_CHILD = re.compile(r"(?<!\w)(?:پسر|دختر|فرزند|بچه|نوه)(?:م|ش|ام|اش|مان|شان)?\s*$")
_PERSIAN_PAST = re.compile(r"^\w*\s+(?:کرد|کرده|کرده بود|داشت|داشته|شد|شده بود|گرفت)(?!\w)")
_NOW = re.compile(
    r"\b(?:now|today|tonight|currently|again|since|yesterday|worse|worsening|sudden|suddenly|still|ongoing"
    r"|c[ao]mes? back|coming back|return(?:s|ed|ing)|recurring"
    r"|this (?:morning|afternoon|evening|week)|\d+ (?:minutes?|hours?|days?|weeks?))\b"
    r"|(?<!\w)(?:الان|امروز|امشب|دیشب|دیروز|دوباره|هنوز|از صبح|اکنون|ناگهان)"
)
_EVENT_BEFORE = re.compile(
    r"(?:\b(?:after|since|following|survived|survivor of|post|old|recover(?:ed|ing|y)? from"
    r"|risk (?:of|for)|prevent(?:s|ion of|ing)?)"
    r"|(?<!\w)(?:بعد از|پس از|قبلا|خطر|پیشگیری از))(?:\s+(?:my|his|her|the|a|an|another|یک))*\s*$"
)
_EVENT_AFTER = re.compile(
    r"^\w*\s+(?:survivor|patient|last year|(?:19|20)\d\d|at (?:the )?age|when i was|in (?:my|his|her) (?:\w+ies|youth)"
    r"|قبلی|قدیمی|پارسال|کرده بود\w*)"
)
_HISTORY = re.compile(
    r"\b(?:history|hx|pmh|background|comorbidities|medical conditions|known)\b|(?<!\w)(?:سابقه|سوابق|بیماری های قبلی)"
)
"""A heart attack or a stroke is a diagnosis, too: named in somebody's history, after it or as a risk, it is not happening."""
_SHORT_HISTORY = re.compile(
    r"\b(?:\d+|one|two|three|few|short|recent|acute|brief)[ -]*(?:\w+[ -])?history of\s*$"
)
# fmt: on


def joining_words_left_out(words: frozenset[str]) -> frozenset[str]:
    """Leave out of the words of all phrases those that begin something new when they stand alone."""
    return words - _JOINING


def set_aside(before: str, after: str, *, words: frozenset[str], whenever: bool, event: bool, child: bool) -> bool:
    """Say whether what stands around a phrase plainly denies it, or gives it to the past or to somebody else.

    ``words`` are those of all listed phrases, which a denial reaches over; ``whenever`` marks a flag that counts as history too,
    ``event`` a phrase that is also the name of a diagnosis (heart attack, stroke), ``child`` that the patient is one.
    """
    if (
        (_denied_before(before, words) and not _NO_DENIAL_AFTER.match(after))
        or _DENIED_AFTER.match(after)
        or _denied_in_persian(before, after, words)
    ):
        return True
    if whenever or _SHORT_HISTORY.search(before):
        return False
    if event and _is_history(before, after):
        return True
    if _NOW.search(before) or _NOW.search(after):
        return False
    return bool(_PAST_BEFORE.search(before) or _PAST_AFTER.match(after) or _somebody_else(before, after, child=child))


def _is_history(before: str, after: str) -> bool:
    # "since my heart attack" speaks of what has been since then, not of now.
    if _NOW.search(after) or _NOW.search(_EVENT_BEFORE.sub("", before)):
        return False
    return bool(_EVENT_BEFORE.search(before) or _EVENT_AFTER.match(after) or _HISTORY.search(before))


def _somebody_else(before: str, after: str, *, child: bool) -> bool:
    if _SOMEBODY.search(before):
        return True
    # A parent writes for a child: then "my son" is the patient.
    return not child and bool(
        _SOMEBODYS_CHILD.search(before) or (_PERSIAN_CHILD.search(before) and _PERSIAN_PAST.match(after))
    )


def _denied_before(before: str, words: frozenset[str]) -> bool:
    found = list(re.finditer(rf"(?<!\w){_NOT}(?!\w)", before))
    if not found or _NOT_NOT.search(before):
        return False
    between = re.findall(r"\w+", before[found[-1].end() :])
    return all(word in _BETWEEN or word in words for word in between)


def _denied_in_persian(before: str, after: str, words: frozenset[str]) -> bool:
    if _CANNOT_BEAR.search(before):
        return False
    for word in re.findall(r"\w+", after):
        if word in _PERSIAN_NOT:
            return True
        if word not in _BETWEEN and word not in words:
            return False
    return False

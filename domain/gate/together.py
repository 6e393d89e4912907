"""Signs that are an alarm together: a fever with a stiff neck, in a small baby, or without white blood cells.

The pairs are those of reference 6, the words our own; a phrase that is an alarm by itself stands in ``red_flags.yaml``.
"""

import re
from dataclasses import dataclass

_FEVER = r"\bfever(?:s|ish)?\b|\bhigh temperature\b|\bfebrile\b|(?<!\w)تب(?:م|ش|ی| و لرز)?(?!\w)"
_STIFF_NECK = (
    r"\bstiff neck\b|\bneck (?:is |feels |very |so )*stiff\w*|\bcannot bend (?:my|his|her|the) neck\b|\blight hurts\b"
    r"|\bphotophobia\b|(?<!\w)سفتی گردن|(?<!\w)گردن\w* (?:خشک|سفت)|(?<!\w)نور چشم\w* را آزار"
)
_HEADACHE = r"\bheadache\b|(?<!\w)سردرد"
_FEW_WHITE_CELLS = (
    r"\bneutropeni\w*|\bchemo(?:therapy)?\b|\blow white (?:blood )?cells?\b|\bno immune system\b"
    r"|(?<!\w)(?:نوتروپنی|شیمی درمانی)|(?<!\w)گلبول سفید\w* (?:پایین|کم)"
)
_SMALL_BABY = (
    r"\b(?:baby|newborn|neonate|infant)\b|\b\d+ (?:days?|weeks?|months?) old\b"
    r"|(?<!\w)(?:نوزاد|شیرخوار)\w*|\d+ (?:روزه|هفته ای|ماهه)"
)
_PREGNANT = r"\b(?:pregnan\w+|weeks along|trimester)\b|(?<!\w)(?:باردار|حامله)\w*"
_BLEEDS = r"\bble+d\w*|(?<!\w)(?:خونریزی|خون ریزی|لکه بینی)"
_MOVES_LESS = (
    r"\b(?:baby|fetus|foetus|fetal|foetal)\b[^.;!?]*\b(?:less|not|stopped|no|fewer|reduced|decreased)\b[^.;!?]*\bmov\w+"
    r"|\b(?:reduced|decreased|less|fewer|no) (?:fetal|foetal|baby) movements?\b"
    r"|\bbaby\b[^.;!?]*\b(?:mov\w+|kick\w*) (?:less|not|stopped)|\bstopped (?:moving|kicking)\b"
    r"|(?<!\w)جنین[^.؛!؟]*(?:حرکت|تکان)\w* (?:کم|ندارد|نمی)|(?<!\w)(?:حرکت|تکان)\w* جنین[^.؛!؟]*(?:کم|ندارد|قطع|نمی)"
)
_SUGAR = r"\b(?:blood sugar|glucose|sugar level|diabetic|diabetes|insulin)\b|(?<!\w)(?:قند|دیابت|انسولین)\w*"
_DAZED = (
    r"\b(?:confused|confusion|unconscious|unresponsive|drowsy|not making sense|shaking and sweating|fitting"
    r"|vomiting and thirsty)\b"
    r"|(?<!\w)(?:گیج|بیهوش|هذیان|بی حال)\w*"
)
_JAUNDICE = r"\bjaundice\w*|\byellow (?:eyes?|skin)\b|\b(?:eyes?|skin) (?:\w+ ){0,2}yellow\b|(?<!\w)(?:یرقان|زردی)"
_DARK_URINE = (
    r"\bdark (?:\w+ )?urine\b|\burine (?:\w+ ){0,2}(?:dark|brown|like (?:tea|cola))\b"
    r"|(?<!\w)ادرار\w* (?:تیره|قهوه ای|مثل چای)"
)
_CONFUSED = r"\bconfus\w+|\bnot making sense\b|\bvery drowsy\b|\bmottled\b|(?<!\w)(?:گیج|هذیان)\w*"


@dataclass(frozen=True, slots=True)
class Together:
    """Signs that make a flag when none of them is set aside."""

    flag: str
    words: str
    signs: tuple[re.Pattern[str], ...]


def _pair(flag: str, words: str, *signs: str) -> Together:
    return Together(flag, words, tuple(re.compile(sign) for sign in signs))


TOGETHER = (
    _pair("sepsis", "fever and stiff neck", _FEVER, _STIFF_NECK),
    _pair("sepsis", "headache and stiff neck", _HEADACHE, _STIFF_NECK),
    _pair("sepsis", "fever and few white blood cells", _FEVER, _FEW_WHITE_CELLS),
    _pair("sepsis", "fever and confusion", _FEVER, _CONFUSED),
    _pair("paediatric", "fever in a small baby", _FEVER, _SMALL_BABY),
    _pair("obstetric", "bleeding in pregnancy", _PREGNANT, _BLEEDS),
    _pair("obstetric", "the baby moves less", _MOVES_LESS),
    _pair("glycaemia", "blood sugar and a clouded mind", _SUGAR, _DAZED),
    _pair("liver-after-herb", "jaundice and dark urine", _JAUNDICE, _DARK_URINE),
)

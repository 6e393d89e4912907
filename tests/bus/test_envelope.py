"""A message opens for the processes over the same database that know the secret and the version, and for nobody else."""

import pytest

from domain.bus import Told
from domain.bus.envelope import Envelope
from domain.bus.wording import Message, Unreadable
from domain.sealing import Sealing
from storage.notifying import LONGEST
from tests.bus.test_postgres import beside

SEALING = Sealing(b"1" * 32)
MESSAGE = Message(1.5, Told(7, (beside(1),)))


def test_it_opens_for_another_process_and_is_none_of_its_own() -> None:
    one, other = Envelope(SEALING, "epoch"), Envelope(SEALING, "epoch")
    sealed = one.sealed(MESSAGE)
    assert (other.opened(sealed), other.opened(sealed.encode()), one.opened(sealed)) == (MESSAGE, MESSAGE, None)
    assert sealed.startswith("1.")
    assert "EVIDENCE" not in sealed.upper()


@pytest.mark.parametrize(
    "stranger",
    [Envelope(Sealing(b"2" * 32), "epoch"), Envelope(SEALING, "another epoch")],
    ids=["another secret", "another database"],
)
def test_it_opens_for_no_other(stranger: Envelope) -> None:
    with pytest.raises(Unreadable):
        stranger.opened(Envelope(SEALING, "epoch").sealed(MESSAGE))


@pytest.mark.parametrize("known", ["2.", "", "11."])
def test_another_version_is_unreadable(known: str) -> None:
    sealed = Envelope(SEALING, "epoch").sealed(MESSAGE)
    with pytest.raises(Unreadable):
        Envelope(SEALING, "epoch").opened(known + sealed.removeprefix("1."))


def test_each_sender_has_a_key_of_its_own_and_none_is_that_of_what_is_stored() -> None:
    one, other, third = (Envelope(SEALING, "epoch") for _ in range(3))
    _, sender, whole = one.sealed(MESSAGE).split(".")
    _, another, _ = other.sealed(MESSAGE).split(".")
    assert third.opened(f"1.{sender}.{whole}") == MESSAGE
    with pytest.raises(Unreadable):
        third.opened(f"1.{another}.{whole}")
    with pytest.raises(Exception, match="ask who runs the program"):
        SEALING.open(whole, whose="epoch")


def test_as_much_fits_into_a_notification_as_is_said() -> None:
    bare = len(Envelope(SEALING, "epoch").sealed(Message(0.0, Told(0))))
    text = Envelope(SEALING, "epoch").sealed(Message(0.0, Told(0, (beside(5_850 - 250),))))
    assert bare < 100
    assert len(text) <= LONGEST

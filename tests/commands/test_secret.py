"""Another secret: the authenticators that the former one sealed go on, and nothing is half done."""

from dataclasses import replace
from pathlib import Path

import pyotp
import pytest

from domain import account, local_sign_in, own_account, sign_in
from domain.again import Again
from domain.errors import Unavailable
from domain.ledger import utc_now
from domain.resealing import reseal
from domain.sealing import Sealing
from domain.second_factor import STEP_SECONDS
from domain.services import Services
from storage import accounts
from tests.support.command_line import Command, failed

PASSWORD = "correct horse battery"  # a passphrase, as people are asked for
NEW = "5a" * 16 + "0f1e2d3c4b5a69788796a5b4c3d2e1f0"


def with_authenticator(services: Services, login: str) -> str:
    """Add somebody who has set one up; gives its secret."""
    person_id = account.add_person(services, name="Somebody", login=login, password=PASSWORD)
    actor = sign_in.open_page_session(services, person_id).actor
    enrolment = own_account.begin_second_factor(services, actor, Again(PASSWORD))
    own_account.finish_second_factor(services, actor, enrolment, pyotp.TOTP(enrolment.secret).at(utc_now()))
    return enrolment.secret


def comes_in(services: Services, login: str, secret: str) -> bool:
    code = pyotp.HOTP(secret).at(int(utc_now().timestamp()) // STEP_SECONDS + 1)
    return bool(local_sign_in.with_password(services, login, PASSWORD, code=code))


@pytest.fixture
def former(tmp_path: Path) -> Path:
    """The file of the former secret; the program's holds another by now."""
    kept = tmp_path / "secret.former"
    kept.write_text((tmp_path / "secret").read_text())
    return kept


def test_what_was_sealed_is_sealed_anew(command: Command, services: Services, former: Path, tmp_path: Path) -> None:
    leila = with_authenticator(services, "leila")
    (tmp_path / "secret").write_text(NEW)
    later = replace(services, sealing=Sealing(bytes.fromhex(NEW)))
    with pytest.raises(Unavailable):
        comes_in(later, "leila", leila)
    chen = with_authenticator(later, "chen")
    done = command("secret", "reseal", "--former", str(former))
    assert done.out.splitlines() == [
        "1 authenticators are sealed anew; 1 were already.",
        "10 recovery codes end. New ones are made on the Account page, by leila.",
    ]
    assert comes_in(later, "leila", leila)
    assert comes_in(later, "chen", chen)
    with services.database.read() as session:
        [of_leila, of_chen] = [
            accounts.recovery_codes_left(session, row.person_id) for row, *_ in accounts.second_factors(session)
        ]
    assert (of_leila, of_chen) == (0, 10)
    again = command("secret", "reseal", "--former", str(former))
    assert again.out == "0 authenticators are sealed anew; 2 were already.\n"
    assert command("audit", "verify", "--former-secret", str(former)).code == 0


def test_one_that_neither_opens_is_named_and_left(
    command: Command, services: Services, former: Path, tmp_path: Path
) -> None:
    with_authenticator(replace(services, sealing=Sealing(b"\x07" * 32)), "dana")
    with_authenticator(services, "leila")
    (tmp_path / "secret").write_text(NEW)
    assert "those of dana: another former one may" in failed(command("secret", "reseal", "--former", str(former)))
    done = reseal(replace(services, sealing=Sealing(bytes.fromhex(NEW))), Sealing(b"\x07" * 32))
    assert (done.anew, done.already, done.unreadable) == (["dana"], ["leila"], [])
    former.write_text("no secret")
    assert "holds no secret" in failed(command("secret", "reseal", "--former", str(former)))


def test_a_run_that_is_cut_off_has_done_nothing(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    for login in ("chen", "leila"):
        with_authenticator(services, login)
    before = sealed(services)
    later = replace(services, sealing=Sealing(bytes.fromhex(NEW)))
    seal = later.sealing.seal
    done: list[str] = []

    def cut_off(text: str, *, whose: str) -> str:
        if done:
            raise KeyboardInterrupt
        done.append(whose)
        return seal(text, whose=whose)

    monkeypatch.setattr(later.sealing, "seal", cut_off)
    with pytest.raises(KeyboardInterrupt):
        reseal(later, services.sealing)
    assert sealed(services) == before
    monkeypatch.undo()
    assert len(reseal(later, services.sealing).anew) == 2


def sealed(services: Services) -> list[str]:
    with services.database.read() as session:
        return [row.sealed for row, *_ in accounts.second_factors(session)]

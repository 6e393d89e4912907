"""Local accounts at the terminal: a password is typed or read, and never an option."""

from domain import account
from domain.services import Services
from tests.support.command_line import Command, failed

ISSUER = "https://id.clinic.example"
PASSWORD = "correct horse battery\n"  # a passphrase, as people are asked for


def test_an_account_from_its_beginning_to_its_end(command: Command) -> None:
    command("user", "add", "leila", "--name", "Dr Leila Moradi", typed=PASSWORD)
    reset = command("user", "reset", "Leila", typed="another horse battery\n")
    assert reset.out == "Leila has a new password; 0 sign-ins ended.\n"
    reset = command("user", "reset", "leila", "--totp", typed=PASSWORD)
    assert reset.out == "leila has a new password and no second factor; 0 sign-ins ended.\n"
    assert "repetition or a sequence" in failed(command("user", "reset", "leila", typed="123456789012\n"))
    assert command("user", "disable", "leila").out == "leila cannot sign in any more; 0 sign-ins ended.\n"
    assert "disabled already" in failed(command("user", "disable", "leila"))
    assert command("user", "list").out.splitlines()[1].split() == [
        "leila",
        "Dr",
        "Leila",
        "Moradi",
        "practitioner",
        "My",
        "practice",
        "yes",
    ]
    assert command("user", "enable", "leila").out == "leila can sign in again.\n"
    assert "yes" not in command("user", "list").out.split(), "neither disabled nor with a second factor"
    for verb in ("reset", "disable", "enable"):
        assert failed(command("user", verb, "nobody", typed=PASSWORD)) == "There is no account “nobody”."


def test_the_log_calls_nobody_by_their_name_and_who_it_is_can_be_asked(command: Command, services: Services) -> None:
    person_id = account.add_person(services, name="Dr Leila Moradi", login="leila", password=PASSWORD)
    name = services.sealing.in_the_log(person_id)
    assert command("user", "named", name).out == "Dr Leila Moradi · practitioner\n"
    assert failed(command("user", "named", "0" * 16)) == "The log calls nobody “0000000000000000” here."


def test_linking_and_unlinking(command: Command) -> None:
    command("user", "add", "leila", "--name", "Dr Leila Moradi", typed=PASSWORD)
    linked = command("user", "link", "Leila", "--issuer", ISSUER, "--subject", "1")
    assert (linked.code, linked.out) == (0, f"Leila can sign in by {ISSUER}.\n")
    unlinked = command("user", "unlink", "leila", "--issuer", ISSUER)
    assert (unlinked.code, unlinked.out) == (0, f"leila can no longer sign in by {ISSUER}.\n")

"""Linking accounts at identity providers by hand."""

from tests.support.command_line import Command

ISSUER = "https://id.clinic.example"


def test_linking_and_unlinking(command: Command) -> None:
    command("user", "add", "leila", "--name", "Dr Leila Moradi", "--password", "correct horse battery")
    linked = command("user", "link", "Leila", "--issuer", ISSUER, "--subject", "1")
    assert (linked.code, linked.out) == (0, f"Leila can sign in by {ISSUER}.\n")
    unlinked = command("user", "unlink", "leila", "--issuer", ISSUER)
    assert (unlinked.code, unlinked.out) == (0, f"leila can no longer sign in by {ISSUER}.\n")

"""``evidence rebuild``."""

from sqlmodel import select

from domain.feedback import FeedbackInput, submit
from domain.ledger import Change
from storage.tables import Evidence
from tests.support.command_line import Command
from tests.support.house import House


def test_counts_are_counted_again_and_named_where_they_were_wrong(house: House, command: Command) -> None:
    submit(house.services, house.mina, house.diagnosis_id, FeedbackInput(rating=4, symptom=2))
    done = command("evidence", "rebuild")
    assert (done.code, done.out) == (0, "1 cells counted, 0 corrected.\n")

    def spoil(change: Change) -> None:
        change.session.exec(select(Evidence)).one().improved += 1

    house.services.ledger.write(spoil)
    done = command("evidence", "rebuild")
    [corrected, said] = done.out.splitlines()
    assert "ginger" in corrected
    assert said == "1 cells counted, 1 corrected."
    assert command("evidence", "rebuild").out.endswith("0 corrected.\n")

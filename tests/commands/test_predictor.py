"""Fitting, listing, using and taking out of use at a terminal."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.command_line import Command, failed
from tests.support.house import House
from tests.support.outcomes import past_outcomes
from tests.support.tampered import tamper

pytestmark = pytest.mark.long


def test_a_practice_with_too_few_outcomes(house: House, command: Command) -> None:
    done = command("train", "--practice", "Sunrise Herbal Care")
    assert done.code == 0, done.err
    assert done.out == "The evidence is used: there are 0 outcomes, and a fitted predictor needs 200.\n"
    assert command("predictor", "list", "--practice", "1").out == "No predictor has been fitted yet.\n"
    assert "No predictor was in use" in command("predictor", "demote", "--practice", "1").out
    assert failed(command("predictor", "promote", "x", "--practice", "1")) == "There is no predictor x."
    assert "Say which practice" in failed(command("train"))
    assert command("predictor", "promote").code == 2


def test_from_fitting_to_taking_out_of_use(house: House, command: Command, tmp_path: Path) -> None:
    past_outcomes(house, 500, ended=timedelta(days=29))  # what is four weeks old is fitted to
    done = command("train", "--practice", "1")
    assert done.code == 0, done.err
    assert "Fitted to 500 outcomes of 500 patients" in done.out
    assert "AUROC" in done.out
    assert "is active. The fitted predictor is used" in done.out
    listed = command("predictor", "list", "--practice", "1").out
    version = listed.split()[0]
    assert "active" in listed
    assert f"Predictor {version} is not used any more." in command("predictor", "demote", "--practice", "1").out
    assert "Taken out of use at a terminal." in command("predictor", "list", "--practice", "1").out
    assert f"Predictor {version} is used now." in command("predictor", "promote", version, "--practice", "1").out

    [file] = tmp_path.rglob("*.skops")
    tamper(house.services.database, file, file.read_bytes()[:100])
    command("predictor", "demote", "--practice", "1")
    said = failed(command("predictor", "promote", version, "--practice", "1"))
    assert said == f"The file of predictor {version} is not the one that was written: it is not opened."

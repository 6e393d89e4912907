"""``knowledge import``, ``imports`` and ``remove``: at a terminal, for one practice, while the program may run elsewhere."""

from pathlib import Path

import pytest

from domain import case_history, diagnosis
from domain.diagnosis import FindingInput
from storage.tables import Recommendation
from tests.support.command_line import Command, failed
from tests.support.house import House, approve, diagnose, new_patient, recommended
from tests.support.own_files import LEAF, METFORMIN, history

OURS = "Sunrise Herbal Care"


@pytest.fixture
def leaf(tmp_path: Path) -> Path:
    file = tmp_path / "ours.yaml"
    file.write_text(LEAF, encoding="utf-8")
    return file


def test_a_file_is_added_listed_and_taken_out(house: House, command: Command, leaf: Path) -> None:
    done = command("knowledge", "import", str(leaf), "--practice", OURS)
    assert (done.code, done.out) == (0, "3 rows of ours.yaml were added as number 1.\n")
    assert failed(command("knowledge", "import", str(leaf), "--practice", "1")) == (
        "This file was brought in already, as ours.yaml (number 1)."
    )
    [_, line] = command("knowledge", "imports", "--practice", OURS).out.splitlines()
    assert line.split()[:3] == ["1", "ours.yaml", "3"]
    assert len(command("knowledge", "imports", "--practice", "Elsewhere").out.splitlines()) == 1
    assert "There is no file with the number 1" in failed(
        command("knowledge", "remove", "1", "--practice", "Elsewhere")
    )
    assert command("knowledge", "remove", "1", "--practice", OURS).out == "3 rows of ours.yaml were taken out.\n"
    assert "There is no file with the number 1" in failed(command("knowledge", "remove", "1", "--practice", OURS))


def test_a_wrong_file_says_every_problem(house: House, command: Command, leaf: Path, tmp_path: Path) -> None:
    leaf.write_text(LEAF.replace("Folium nostrum", "leaf").replace("t-stcold", "t-nowhere"), encoding="utf-8")
    done = command("knowledge", "import", str(leaf), "--practice", OURS)
    assert failed(done) == "Nothing of ours.yaml was kept: it has 2 problems."
    assert done.err.splitlines()[:-1] == [
        "herbs.yaml, our-leaf: “leaf” is no Latin name",
        "indications.csv, 1: there is no condition t-nowhere",
    ]
    assert command("knowledge", "imports", "--practice", OURS).out.count("\n") == 1
    for path, sentence in ((tmp_path / "nowhere.yaml", "There is no file"), (tmp_path, "is a folder: name a file")):
        assert sentence in failed(command("knowledge", "import", str(path), "--practice", OURS))
    assert "Say which practice by its number: 1 (Sunrise Herbal Care), 2 (Elsewhere)." in failed(
        command("knowledge", "import", str(leaf))
    )
    assert command("knowledge", "import").code == 2
    assert command("knowledge", "remove", "one").code == 2


def test_a_file_s_name_is_no_markup_and_a_hundred_problems_are_enough(
    house: House, command: Command, tmp_path: Path
) -> None:
    file = tmp_path / "[bold]ours[_b]-interactions.csv"
    file.write_text(METFORMIN, encoding="utf-8")
    assert command("knowledge", "import", str(file), "--practice", OURS).code == 0
    assert "[bold]ours[_b]-interactions.csv" in command("knowledge", "imports", "--practice", OURS).out
    file.write_text(METFORMIN + "nowhere,metformin,major,Nothing,RECALL,C\n" * 150, encoding="utf-8")
    done = command("knowledge", "import", str(file), "--practice", OURS)
    assert "problems" in failed(done)
    lines = done.err.splitlines()
    assert len(lines) == 102
    assert lines[100].startswith("and ")
    assert lines[100].endswith(" more.")


def test_plans_are_judged_again(house: House, command: Command, tmp_path: Path) -> None:
    who = new_patient(house.services, house.leila, "Sara Lind", medicines=["metformin"])
    ginger = recommended(house.services, diagnose(house.services, house.leila, who), "ginger")
    approve(house.services, house.leila, ginger)
    file = tmp_path / "interactions.csv"
    file.write_text(METFORMIN, encoding="utf-8")
    done = command("knowledge", "import", str(file), "--practice", OURS)
    assert done.code == 0, done.err
    assert "Judging plans" in done.err
    assert row_of(house, ginger).worsened is not None
    command("knowledge", "remove", "1", "--practice", OURS)
    assert row_of(house, ginger).worsened is None


def test_what_past_cases_speak_for_stays(house: House, command: Command, leaf: Path) -> None:
    services = house.services
    text = history(60, herbs="ginger; saffron")
    case_history.bring_in(services, house.leila, "h.csv", text, case_history.read("h.csv", text))
    services.learned.learn(house.leila.practice_id)
    findings = [FindingInput(finding_id="pain-epigastric"), FindingInput(finding_id="nausea")]
    diagnosis.set_findings(services, house.leila, house.diagnosis_id, findings)
    before = row_of(house, house.proposed("saffron"))
    assert command("knowledge", "import", str(leaf), "--practice", OURS).code == 0
    after = row_of(house, house.proposed("saffron"))
    assert after.id == before.id
    assert after.score == pytest.approx(before.score, abs=0.01)


def row_of(house: House, recommendation_id: int) -> Recommendation:
    with house.services.database.read() as session:
        return session.get_one(Recommendation, recommendation_id)

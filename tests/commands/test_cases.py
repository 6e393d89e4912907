"""``cases import``, ``imports`` and ``remove``."""

from pathlib import Path

from tests.support.command_line import Command, failed
from tests.support.house import House
from tests.support.own_files import history

OURS = ("--practice", "Sunrise Herbal Care")


def test_a_history_is_brought_in_listed_and_taken_out(house: House, command: Command, tmp_path: Path) -> None:
    file = tmp_path / "ours.csv"
    file.write_text(history(3, findings="fatigue;an unheard sign", herbs="ginger;زعفران;nobody’s root"))
    done = command("cases", "import", str(file), *OURS)
    assert done.code == 0, done.err
    assert done.out.splitlines() == [
        "3 cases of ours.csv were brought in as number 1.",
        "Of 2 different findings 1 are in the knowledge base, of 3 herbs 2: only those can be suggested.",
    ]
    assert failed(command("cases", "import", str(file), *OURS)) == (
        "This file was brought in already, as ours.csv (number 1)."
    )
    [_, line] = command("cases", "imports", *OURS).out.splitlines()
    assert line.split()[:3] == ["1", "ours.csv", "3"]
    assert command("knowledge", "imports", *OURS).out.count("\n") == 1
    assert "There is no file with the number 1" in failed(command("knowledge", "remove", "1", *OURS))
    assert command("cases", "remove", "1", *OURS).out == "3 cases of ours.csv were taken out.\n"
    assert command("cases", "imports", *OURS).out.count("\n") == 1


def test_ids_with_the_files_that_name_them(house: House, command: Command, tmp_path: Path) -> None:
    files = {"train.txt": "0 1\t5\n", "signs.txt": "fatigue 0\nnausea 1\n", "herbs.txt": "人参 5\n"}
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    names = ("--finding-names", str(tmp_path / "signs.txt"), "--herb-names", str(tmp_path / "herbs.txt"))
    done = command("cases", "import", str(tmp_path / "train.txt"), *names, *OURS)
    assert done.out.splitlines()[1].startswith("Of 2 different findings 2 are in the knowledge base, of 1 herbs 1")
    (tmp_path / "herbs.txt").write_text("ginger\n")
    done = command("cases", "import", str(tmp_path / "train.txt"), *names, *OURS)
    assert failed(done) == "Nothing of herbs.txt was kept: it has a problem."
    assert done.err.splitlines()[0] == "herbs.txt: line 1: a name and its id are expected."


def test_a_wrong_history_says_its_lines(house: House, command: Command, tmp_path: Path) -> None:
    file = tmp_path / "ours.csv"
    file.write_text("findings,herbs\nfatigue,ginger\n,ginger\nfatigue,\n")
    done = command("cases", "import", str(file), *OURS)
    assert failed(done) == "Nothing of ours.csv was kept: it has 2 problems."
    assert [line for line in done.err.splitlines() if "line " in line] == [
        "ours.csv: line 3: there is no finding.",
        "ours.csv: line 4: there is no herb.",
    ]
    assert command("cases", "imports", *OURS).out.count("\n") == 1
    assert command("cases", "import").code == 2

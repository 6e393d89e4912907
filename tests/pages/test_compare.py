"""The three traditions side by side: computed when somebody looks, with what they agree on."""

from nicegui import ui

from domain import diagnosis
from domain.diagnosis import FindingInput
from pages.elements.notes import Notes
from pages.language import Language
from pages.matches import fit_in_words
from tests.pages.conftest import Visit
from tests.support.house import House, diagnose
from tests.support.waiting import eventually

FOUND = ["pain-epigastric", "pain-better-warm", "prefers-warm-drinks", "stool-loose", "tongue-pale"]


async def test_it_is_computed_when_it_is_opened_and_names_what_is_shared(house: House, visitor: Visit) -> None:
    findings = [FindingInput(finding_id=one) for one in FOUND]
    diagnosis_id = diagnose(house.services, house.leila, house.mina, findings=findings)
    found, agreed = diagnosis.compare(house.services, house.leila, diagnosis_id)
    assert agreed.findings, "the case is chosen so that they agree on something"

    leila = await visitor(house.leila)
    await leila.open(f"/recommendations/{diagnosis_id}")
    before = len(leila.page.elements)
    expansion = leila.the(ui.expansion, "compare")
    expansion.value = True
    await eventually(lambda: len(leila.page.elements) > before)
    [notes] = [one for one in expansion.descendants() if isinstance(one, Notes)]
    shown = {note["key"]: note for note in notes.notes}
    assert list(shown) == ["avicenna", "tcm", "ayurveda", "agreed"]
    knowledge = house.services.library.shared.knowledge
    for tradition, matches in found.items():
        assert len(shown[tradition]["lines"]) == max(len(matches), 1)
        for line, match in zip(shown[tradition]["lines"], matches, strict=False):
            assert knowledge.conditions[match.condition_id].names["en"] in line
            assert fit_in_words(match.score, Language("en")) in line
    lines = " ".join(shown["agreed"]["lines"])
    for shared in agreed.findings[:8]:
        assert knowledge.findings[shared.id].names["en"] in lines
    for shared in agreed.biomedical[:8]:
        assert knowledge.codes[shared.id].title in lines


async def test_it_is_read_anew_each_time(house: House, visitor: Visit) -> None:
    leila = await visitor(house.leila)
    await leila.open(f"/recommendations/{house.diagnosis_id}")
    expansion = leila.the(ui.expansion, "compare")

    def lines() -> list[str]:
        notes = [one for one in expansion.descendants() if isinstance(one, Notes)]
        return [line for one in notes for note in one.notes for line in note["lines"]]

    expansion.value = True
    await eventually(lines)
    before = lines()
    expansion.value = False
    findings = [FindingInput(finding_id=one) for one in FOUND]
    diagnosis.set_findings(house.services, house.leila, house.diagnosis_id, findings)
    expansion.value = True
    await eventually(lambda: lines() not in ([], before))

"""What fits so far, what the gate would say of it, and the question that would tell most: anew at each finding, within 1 ms."""

import asyncio
from collections.abc import Callable, Sequence

import structlog
from nicegui import ui

from domain.errors import VervainError
from domain.foreseen import Foreseen, foresee
from domain.matching import FindingValue, Match, match
from domain.patient import PatientInput
from pages.elements.notes import Notes
from pages.elements.question import Question
from pages.findings import Recording
from pages.frame import heading
from pages.matches import match_note, question_of
from pages.visit import Visit

log = structlog.get_logger(__name__)

SHOWN = 3
JUDGE_SECONDS = 0.3
"""What the gate says comes so long after the last change: it looks at some 30 items, about 5 ms in a thread."""

Who = Callable[[], int | PatientInput]


class Thinking:
    """The side of a record that thinks along. Its elements stay, so that a key that answers a question finds the next one."""

    def __init__(self, here: Visit, who: Who) -> None:
        _ = here._
        self._here = here
        self._who = who
        self._recording: Recording | None = None
        self._skipped: set[str] = set()
        self._found: list[Match] = []
        self._foreseen: dict[str, Foreseen] = {}
        self._unjudged = False
        """Whether the gate could not look, which is said: silence would be read as nothing to say."""
        self._round = 0
        self._timer: asyncio.TimerHandle | None = None
        self._judging: asyncio.Task[None] | None = None
        heading(_("What fits so far"))
        with ui.column().classes("vv-thinking").props("data-testid=thinking"):
            self._empty = ui.label(_("Choose a finding to see which patterns fit.")).classes("vv-empty")
            self._question = Question(_labels(here), on_answer=self._answer)
            self._notes = Notes([])
            self._meaning = ui.label(
                _("A share says how often a match with such a score was true in simulated cases. It is no diagnosis.")
            ).classes("vv-soft vv-small")
        self._show([])

    def follow(self, recording: Recording) -> None:
        """Think along with this record, which also takes the answers."""
        self._recording = recording

    def forget(self) -> None:
        """Ask again what nobody knew: it is another patient."""
        self._skipped.clear()

    def look(self) -> None:
        """Show the best matches for what is recorded, and have them judged."""
        self._show(list(self._recording.values.values()) if self._recording is not None else [])
        self.judge()

    def judge(self) -> None:
        """Have the gate look again, in a moment: a finding, a medicine or the patient is another one."""
        self._round += 1
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(JUDGE_SECONDS, self._begin)

    def _begin(self) -> None:
        self._timer = None
        self._judging = asyncio.create_task(self._judge(self._round), name="foresee")

    async def _judge(self, round_: int) -> None:
        recording, found = self._recording, list(self._found)
        if recording is None or not found:
            return
        values = list(recording.values.values())
        judged: list[Foreseen] = []
        try:
            judged = await self._here.read(foresee, self._who(), recording.tradition, values, found)
        except VervainError:
            pass  # whoever may not treat the patient is told so by what they do, and not by this
        except Exception:
            log.exception("what fits could not be judged")
        if round_ == self._round:
            self._foreseen, self._unjudged = {one.condition_id: one for one in judged}, not judged
            with self._here.client:
                self._put_out()

    def _show(self, values: Sequence[FindingValue]) -> None:
        here, _ = self._here, self._here._
        tradition = self._recording.tradition if self._recording is not None else ""
        self._found = match(values, here.knowledge, tradition=tradition, limit=SHOWN) if values else []
        self._unjudged = False
        self._foreseen = {}  # what was judged was judged with other findings
        self._put_question(values)
        self._empty.visible = not self._found
        self._empty.text = (
            _("Nothing fits what is there so far.") if values else _("Choose a finding to see which patterns fit.")
        )
        self._meaning.visible = bool(self._found)
        self._put_out()

    def _put_question(self, values: Sequence[FindingValue]) -> None:
        question = question_of(self._here, self._found, values, self._skipped) if self._found else None
        self._question.ask(*(question or ("", "", "")))

    def _put_out(self) -> None:
        notes = [match_note(self._here, one, self._foreseen.get(one.condition_id)) for one in self._found]
        _ = self._here._
        waiting = (
            _("Not judged: the safety check could not look.") if self._unjudged else _("The safety check is looking …")
        )
        for note in notes:
            note.setdefault("foot", waiting)
        self._notes.replace(notes)

    def _answer(self, finding_id: str, answer: str) -> None:
        recording = self._recording
        if recording is None or finding_id != self._question.asked["id"]:
            return  # two keys at once: the second was for the question before
        if answer == "unknown":
            self._skipped.add(finding_id)
            self._put_question(list(recording.values.values()))
        else:
            recording.put(FindingValue(finding_id, present=answer == "yes"))


def _labels(here: Visit) -> dict[str, str]:
    _ = here._
    return {"next": _("Ask next"), "yes": _("Yes"), "no": _("No"), "unknown": _("Not known")}

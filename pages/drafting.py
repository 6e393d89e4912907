"""The draft of the visit that is being recorded: kept at every field, brought back, and never overwritten unseen."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from secrets import token_hex
from typing import Any, Protocol

from domain import draft
from domain.draft import NEW, DraftState, Said
from domain.errors import NotSignedIn, VervainError
from domain.events import LoggedEvent
from domain.hub import drafts_topic
from pages.elements.draft import Action, Draft
from pages.visit import Visit

SAVE_SECONDS = 0.5
"""What is typed is on the server's disk so long after the first key that is not yet: with what the fields themselves wait for
(0.3 s) and the write, well within a second."""


class Form(Protocol):
    """What is filled in."""

    def said(self, about: int) -> Said:
        """Read it as it was typed; who they are only of a new patient. Raises Invalid."""

    def fill(self, said: Said, about: int) -> None:
        """Put in what was typed before, in place of what is there."""

    def clear(self) -> None:
        """Empty it, for somebody else."""

    async def bring(self, patient_id: int) -> None:
        """Bring what is known of a patient from the last visit."""

    def choose(self, patient_id: int, name: str) -> None:
        """Choose whom it is about."""


class Drafting:
    """Keeps a form as a draft about whoever is chosen; one for each open page."""

    def __init__(self, here: Visit, form: Callable[[], Form]) -> None:
        self._here = here
        self._form = form
        self._page = token_hex(8)
        self._about = self._wanted = -1
        self.seen = 0
        """The version that this page has read or written last."""
        self._kept = Said()
        self._held = ""
        """Why nothing is written at present: ``elsewhere`` until somebody has chosen, ``turning`` or ``over`` for a moment."""
        self._failed = ""
        """What to do again: ``save`` what could not be kept, ``read`` what could not be read."""
        self._turn = 0
        self._timer: asyncio.TimerHandle | None = None
        self._saving = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._others: list[Action] = []
        self._element = Draft(here._("Draft"), on_do=self._do)
        here.client.on_disconnect(self.flush)
        here.follow(drafts_topic(here.actor.person_id), self._heard)

    def changed(self) -> None:
        """Keep what is there, in a moment."""
        if not self._held and self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(SAVE_SECONDS, self._save_soon)

    async def flush(self) -> None:
        """Keep what is there, now."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if not self._held:
            await self._save()

    def ready(self, patient_id: int) -> bool:
        """Say whether the form is about this patient; not so while it still turns from somebody else."""
        return self._about == patient_id and self._held != "turning"

    def over(self) -> None:
        """Keep nothing any more: it is recorded."""
        self._held = "over"
        if self._timer is not None:
            self._timer.cancel()

    async def turn_to(self, patient_id: int) -> None:
        """Go on with somebody else: what was typed for a patient stays with that patient, what was for a new one comes along."""
        _, form = self._here._, self._form()
        self._wanted = patient_id
        if patient_id == self._about:
            return
        await self.flush()
        if self._wanted != patient_id:
            return  # somebody else was chosen meanwhile
        if self._held == "elsewhere" or (self._failed == "save" and not self._said().empty):
            form.choose(self._about, "")
            self._here.warn(_("Say first what becomes of what is here: it is not kept."))
            return
        self._turn += 1
        before, self._held = self._about, "turning"
        if before > NEW:
            form.clear()
        self._about = patient_id
        self._element.about(patient_id)
        await self._come_from(before)

    async def _come_from(self, before: int) -> None:
        here, _, turn, patient_id = self._here, self._here._, self._turn, self._about
        self._held, self._failed = "turning", ""
        state = await here.act(draft.read, patient_id)
        mine = await here.act(draft.mine)
        if turn == self._turn:
            await self._form().bring(patient_id)
        if turn != self._turn:
            return
        if state is None:
            # What is typed is kept all the same; over a draft that could not be read only after a word of warning.
            there = self._said()
            self.seen, self._held, self._failed, self._kept = 0, "", "read", there if there.empty else Said()
            self._fail(_("Your draft could not be read."))
            return
        self._others = [self._offer(one) for one in mine or [] if one.patient_id != patient_id]
        self.seen, self._held, self._kept = state.version, "", Said()
        there = self._said()
        if state.said is None or state.said.empty:
            self._show("", "")
            self._kept = Said(tradition=there.tradition) if there.empty else Said()
            if not there.empty:
                await self._save()
                if before == NEW:
                    await self._leave_new(there)
        elif there.empty:
            self._bring_back(state)
        else:
            self._hold(
                _(
                    "There is a draft of yours for this patient, of {time}. What is here now is not kept yet.",
                    time=self._time(state),
                ),
                ("newer", _("Bring the draft back")),
                ("mine", _("Keep what is here in its place")),
            )

    def _bring_back(self, state: DraftState) -> None:
        if state.said is None:
            return
        self._form().fill(state.said, self._about)
        self.seen, self._held, self._failed, self._kept = state.version, "", "", self._said()
        self._show(
            "back", self._here._("Your draft of {time} is back.", time=self._time(state)), self._discard_action()
        )

    async def _leave_new(self, said: Said) -> None:
        """Throw away the draft for a new patient, whose visit has become somebody's; who is being taken in stays."""
        new = await self._here.act(draft.read, NEW)
        if (
            new is not None
            and new.said is not None
            and not _has_profile(new.said)
            and new.said.findings == said.findings
        ):
            await self._here.act(draft.discard, NEW, seen=new.version, page=self._page)
            self._others = [one for one in self._others if one["does"] != f"open-{NEW}"]

    def _said(self) -> Said:
        return self._form().said(self._about)

    def _save_soon(self) -> None:
        self._timer = None
        self._run(self._save())

    async def _save(self, *, anyhow: bool = False) -> None:
        async with self._saving:
            _, about = self._here._, self._about
            try:
                said = self._said()
                if not anyhow and (self._held or said == self._kept):
                    return
                state = await self._here.read(draft.keep, about, said, seen=self.seen, page=self._page, anyhow=anyhow)
            except NotSignedIn:
                return
            except VervainError as error:
                if about == self._about:
                    self.refused(error)
                return
            if about == self._about and self._held in ("", "elsewhere"):
                self.seen, self._kept, self._held, self._failed = state.version, said, "", ""
                self._show("kept", _("Kept as a draft, {time}.", time=self._time(state)), self._discard_action())

    def refused(self, error: VervainError) -> None:
        """Say that it is not kept, and offer the ways out."""
        _ = self._here._
        if error.code == "draft_newer":
            self._newer()
        elif error.code == "draft_over":
            self._gone()
        else:
            self._failed = "save"
            self._fail(_("Not kept: {why}", why=_(error.message)))

    def _fail(self, text: str) -> None:
        self._show("failed", text, [{"does": "again", "label": self._here._("Try again")}])

    async def _again(self) -> None:
        if self._failed == "read":
            await self._come_from(-1)
        else:
            await self.flush()

    def _newer(self) -> None:
        _ = self._here._
        self._hold(
            _("This draft was written on in another window. What is here is older, and is not kept."),
            ("newer", _("Show the newer one")),
            ("mine", _("Keep this one in its place")),
        )

    def _gone(self) -> None:
        _ = self._here._
        self._hold(
            _("This visit was recorded or thrown away in another window. What is here is not kept."),
            ("mine", _("Keep it all the same")),
        )

    def _hold(self, text: str, *actions: tuple[str, str]) -> None:
        self._held = "elsewhere"
        self._show("elsewhere", text, [{"does": does, "label": label} for does, label in actions])

    def _heard(self, events: list[LoggedEvent]) -> None:
        """Another page of this person has written."""
        for event in events:
            told = event.values
            if told["patient_id"] != self._about or told["page"] == self._page or self._held in ("over", "turning"):
                continue
            if told["version"] == 0 and self.seen:
                self._gone()
            elif told["version"] > self.seen:
                if self._held or self._said() != self._kept:
                    self._newer()
                else:
                    self._run(self._follow())  # nothing is typed here that is not kept there

    async def _follow(self) -> None:
        """Go on from what another window has written, also from what a window that was just closed still had."""
        about, state = self._about, await self._here.act(draft.read, self._about)
        if state is None or about != self._about:
            return
        if self._held or self._said() != self._kept:
            self._newer()
        elif state.said is None:
            await self._empty(state)
            self._show("gone", self._here._("The draft was thrown away in another window."))
        else:
            self._bring_back(state)

    def _do(self, does: str) -> None:
        known = {"discard": self._discard, "undo": self._undo, "newer": self._show_newer, "again": self._again}
        if does == "mine":
            self._run(self._save(anyhow=True))
        elif does in known:
            self._run(known[does]())
        elif does.startswith("open-") and does.removeprefix("open-").isdecimal():
            number = int(does.removeprefix("open-"))
            name = next((one["name"] for one in self._others if one["does"] == does), None)
            if name is not None:
                self._form().choose(number, name)

    async def _discard(self) -> None:
        await self.flush()
        state = await self._act(draft.discard, self._about, seen=self.seen, page=self._page)
        if state is not None:
            await self._empty(state)
            undo = self._here._("Undo")
            self._show("gone", self._here._("The draft was thrown away."), [{"does": "undo", "label": undo}])

    async def _empty(self, state: DraftState) -> None:
        with self._turning():
            self._form().clear()
            await self._form().bring(self._about)
        self.seen, self._failed, self._kept = state.version, "", self._said()

    async def _undo(self) -> None:
        state = await self._act(draft.restore, self._about, page=self._page)
        if state is not None:
            self._bring_back(state)

    async def _show_newer(self) -> None:
        state = await self._here.act(draft.read, self._about)
        if state is None:
            return
        if state.said is None:
            await self._empty(state)
            self._show("", "")
        else:
            self._bring_back(state)

    async def _act(self, verb: Callable[..., DraftState], *given: Any, **more: Any) -> DraftState | None:
        otherwise = {"draft_newer": self.refused, "draft_over": self.refused}
        return await self._here.act(verb, *given, otherwise=otherwise, **more)

    @contextmanager
    def _turning(self) -> Iterator[None]:
        self._held = "turning"
        try:
            yield
        finally:
            self._held = ""

    def _show(self, kind: str, text: str, actions: list[Action] | None = None) -> None:
        _ = self._here._
        others = [{"does": one["does"], "label": one["label"]} for one in self._others] if kind in ("", "gone") else []
        if not text and others:
            text = _("Drafts that wait for you:")
        self._element.show(kind, text, actions or [], others)

    def _discard_action(self) -> list[Action]:
        return [{"does": "discard", "label": self._here._("Throw it away")}]

    def _offer(self, one: DraftState) -> Action:
        _ = self._here._
        name = one.name or _("A new patient")
        return {
            "does": f"open-{one.patient_id}",
            "name": name,
            "label": _("{name}, {time}", name=name, time=self._time(one)),
        }

    def _time(self, state: DraftState) -> str:
        updated: datetime | None = state.updated
        return self._here._.time(updated) if updated is not None else ""

    def _run(self, doing: Any) -> None:
        task = asyncio.create_task(doing, name="draft of a visit")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _has_profile(said: Said) -> bool:
    return not Said(profile=said.profile, answers=said.answers, lists=said.lists).empty

"""The charts above a table of what works: they follow the search and the answers, a mark at a time."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from nicegui import ui

from domain import weekly
from domain.events import LoggedEvent
from domain.hub import evidence_topic
from domain.weekly import Course
from pages.charts.forest import MANY
from pages.charts.funnel import of_counts
from pages.charts.picture import Mark, Picture
from pages.charts.weeks import of_weeks
from pages.elements.chart import Chart
from pages.visit import Visit

SUMS_EVERY = 5.0
"""Sums over many cells are read anew at most this often, in seconds."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """What a way to look has to draw."""

    picture: Callable[[str, int, bool], Awaitable[Picture]]
    """Of what a search finds, from the so-manieth on, with the weakest first or not."""
    mark: Callable[[str], Mark | None] | None = None
    """The row with this key as it was last read, None where it has no share; None where all is read anew for a change."""
    just: Callable[[str], bool] = lambda _key: False
    """Whether a row may just have got as many answers as a share needs."""


class Drawn:
    """The chart of one way to look, and with ``sums`` the funnel and the weeks."""

    def __init__(self, here: Visit, drawing: Drawing, words: str, *, sums: bool) -> None:
        self._here, self._drawing, self._words, self._sums = here, drawing, words, sums
        self._first, self._weakest = 0, False
        self._picture: Picture
        self._course: Course | None = None
        self._chart: Chart
        self._funnel: Chart
        self._weeks: Chart

    async def read(self) -> None:
        """Read what is to be drawn, before anything of it is built."""
        self._picture = await self._drawing.picture(self._words, self._first, self._weakest)
        if self._sums:
            self._course = await self._of_practice()

    def build(self) -> None:
        """Put the charts on the page, and let them follow."""
        _ = self._here._
        self._chart = Chart(self._picture, _, on_look=self._look)
        self._chart.props("data-testid=chart")
        if self._course is not None:
            with ui.element("div").classes("vv-columns"):
                self._funnel = Chart(of_counts(self._course.funnel, _), _)
                self._funnel.props("data-testid=funnel")
                self._weeks = Chart(of_weeks(self._course.weeks, _), _)
                self._weeks.props("data-testid=weeks")
        if self._course is not None or self._drawing.mark is None:
            self._here.follow(evidence_topic(self._here.actor.practice_id), self._renew, every=SUMS_EVERY)

    async def search(self, words: str) -> None:
        """Draw what these words find."""
        self._words, self._first = words, 0
        await self._draw()
        await self._draw_sums()

    async def changed(self, keys: Sequence[str] | None) -> None:
        """Draw the rows with these keys anew; None for all. What is drawn keeps its place until somebody looks further."""
        if self._drawing.mark is None:
            return
        others = [] if keys is None else [self._put(key, self._drawing.mark(key)) for key in keys]
        if keys is None or any(others):
            await self._draw()

    def _put(self, key: str, mark: Mark | None) -> bool:
        """Draw one row; say whether all is to be read anew, because there is a row more or less."""
        if mark is None:
            return any(one.key == key for one in self._chart.picture.marks)
        return not self._chart.put(mark) and self._drawing.just(key)

    async def _renew(self, _events: list[LoggedEvent]) -> None:
        if self._drawing.mark is None:
            await self._draw()
        await self._draw_sums()

    async def _draw(self) -> None:
        self._chart.show(await self._drawing.picture(self._words, self._first, self._weakest))

    async def _draw_sums(self) -> None:
        if self._course is not None:
            self._course, _ = await self._of_practice(), self._here._
            self._funnel.show(of_counts(self._course.funnel, _))
            self._weeks.show(of_weeks(self._course.weeks, _))

    async def _of_practice(self) -> Course:
        return await self._here.read_of_practice(weekly.of_practice, self._words, self._here._.code)

    async def _look(self, step: int, weakest: bool) -> None:
        self._first = max(0, self._first + step * MANY) if weakest == self._weakest else 0
        self._weakest = weakest
        await self._draw()

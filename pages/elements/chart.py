"""A chart that takes one mark at a time, with the same as a table and as a file."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from nicegui import ui
from nicegui.elements import echart

from domain.ledger import utc_now
from pages.charts.picture import Mark, Picture
from pages.elements.told import Told
from pages.language import N_, Language

BUNDLED = echart.__name__
"""Its import names the ECharts that NiceGUI brings to the browser, which fetches it when a chart is near the screen."""

Look = Callable[[int, bool], Awaitable[None]]
"""Asked to show the stretch that is so many further on (−1, 0 or 1), with the weakest first or not."""


LABELS = {
    "table": N_("As a table"),
    "csv": N_("Download CSV"),
    "keys": N_("The arrow keys go from one to the next."),
    "back": N_("Back"),
    "on": N_("Further"),
    "strongest": N_("Strongest first"),
    "weakest": N_("Weakest first"),
    "order": N_("Order"),
    "failed": N_("The drawing could not be loaded; the table shows the same."),
    "roles": N_("Chart"),
}


class Chart(Told, component="chart.js"):
    """Shows a picture; a mark that changes is sent alone, another picture as a whole."""

    def __init__(self, picture: Picture, _: Language, *, on_look: Look | None = None) -> None:
        super().__init__()
        self.picture = picture
        self._initial = picture.sent()
        self._props.update(initial=self._initial, labels={name: _(text) for name, text in LABELS.items()})
        self.on("csv", self._download)
        if on_look is not None:
            self.on("look", lambda event: on_look(max(-1, min(1, int(event.args[0]))), bool(event.args[1])))

    def put(self, mark: Mark) -> bool:
        """Show a mark in the place of the one with its key, where there is one; its place stays, so that nothing jumps."""
        marks = self.picture.marks
        at = next((at for at, one in enumerate(marks) if one.key == mark.key), None)
        if at is None:
            return False
        self.show(replace(self.picture, marks=(*marks[:at], mark, *marks[at + 1 :])))
        return True

    def show(self, picture: Picture) -> None:
        """Show another picture: of one with the same marks only those that differ, and what is said of it."""
        before, self.picture = self.picture, picture
        if before.frame != picture.frame or _keys(before.marks) != _keys(picture.marks):
            self._initial.update(picture.sent())  # in place: a property that is set anew sends the whole element
            self.run_method("show", self._initial)
            return
        changed = [at for at, mark in enumerate(picture.marks) if mark != before.marks[at]]
        if not changed and before.words == picture.words:
            return
        words: dict[str, object] = {}
        if before.words != picture.words:
            words = {
                "sentence": picture.sentence,
                "note": picture.note,
                "legend": [list(one) for one in picture.legend],
            }
            self._initial.update(words)
        for at in changed:
            self._initial["marks"][at] = picture.marks[at].sent()
        self.run_method("put", [self._initial["marks"][at] for at in changed], words)

    def _download(self) -> None:
        name = f"vervain-{self.picture.name}-{utc_now().astimezone().date().isoformat()}.csv"
        ui.download.content(self.picture.file(), name, "text/csv; charset=utf-8")


def _keys(marks: Sequence[Mark]) -> list[str]:
    return [mark.key for mark in marks]

"""The question that would tell most, why it would, and its three answers: one key each."""

from collections.abc import Callable
from typing import Any

from pages.elements.told import Told

ANSWERS = {"yes", "no", "unknown"}


class Question(Told, component="question.js"):
    """Shows one question at a time and says how it was answered; the focus stays, so that a key answers the next one."""

    def __init__(self, labels: dict[str, str], *, on_answer: Callable[[str, str], Any]) -> None:
        super().__init__()
        self.asked: dict[str, str] = {"id": "", "text": "", "why": ""}
        self._props.update(labels=labels, initial=self.asked)

        def answered(given: Any) -> None:
            if given["answer"] in ANSWERS:
                on_answer(str(given["id"]), str(given["answer"]))

        self.on("answer", lambda event: answered(event.args))

    def ask(self, finding_id: str, text: str, why: str) -> None:
        """Ask this now; nothing where there is nothing worth asking."""
        now = {"id": finding_id, "text": text, "why": why}
        if now != self.asked:
            self.asked.update(now)
            self.run_method("ask", now)

"""Sentences in a list, such as what the safety gate objects to."""

from collections.abc import Iterable

from nicegui.element import Element


class Reasons(Element, component="reasons.js"):
    """A list that is shown anew as a whole; what is English in a sentence is marked as such."""

    def __init__(self) -> None:
        super().__init__()
        self.sentences: list[str] = []
        self._props["sentences"] = self.sentences

    def show(self, sentences: Iterable[str]) -> None:
        """Show these, each once."""
        self.sentences = list(dict.fromkeys(sentences))
        self._props["sentences"] = self.sentences
        self.update()

"""The phones of a patient: how far each is."""

from typing import Any

from pages.elements.told import Told

Phone = dict[str, Any]
"""``key, title, since, state, text``."""


class Phones(Told, component="phones.js"):
    """A short list that is replaced as a whole, where anything in it differs."""

    def __init__(self, phones: list[Phone], *, empty: str, meaning: str) -> None:
        super().__init__()
        self.phones = list(phones)
        self._props.update(initial=self.phones, empty=empty, meaning=meaning)

    def replace(self, phones: list[Phone]) -> None:
        """Show how it is now."""
        if phones != self.phones:
            self.phones[:] = phones  # in place: a property that is set anew sends the whole element
            self.run_method("replace", phones)

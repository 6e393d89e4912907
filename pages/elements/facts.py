"""Short facts, such as what the safety gate minds of a patient."""

from collections.abc import Sequence

from pages.elements.told import Told


class Facts(Told, component="facts.js"):
    """Labels with their values, in one element however many there are; replaced together."""

    def __init__(self, facts: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__()
        self.facts = list(facts)
        self._props["initial"] = self.facts

    def replace(self, facts: Sequence[tuple[str, str]]) -> None:
        """Show other facts, where they are others."""
        if list(facts) != self.facts:
            self.facts[:] = facts  # in place: a property that is set anew sends the whole element
            self.run_method("replace", self.facts)

"""Questions with the same few answers."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from pages.elements.told import Told

Choice = dict[str, Any]
"""``key, title``, ``chosen`` (the key of an answer, or None) and ``said``, a line below."""
Answer = Callable[[str, str], Awaitable[None]]


class Choices(Told, component="choices.js"):
    """Questions in one element; ``on_choose`` is called with the keys of a question and of the answer that was pressed.

    Where it is not ``enabled`` they can be read and not answered; what comes all the same is dropped.
    """

    def __init__(
        self, choices: Sequence[Choice], answers: Sequence[tuple[str, str]], *, enabled: bool, on_choose: Answer
    ) -> None:
        super().__init__()
        self.choices = list(choices)
        self.enabled = enabled
        self._on_choose = on_choose
        self._props.update(
            initial=list(choices), answers=[{"key": key, "text": text} for key, text in answers], enabled=enabled
        )
        self._known = {key for key, _ in answers}
        self.on("choose", lambda event: self._choose(event.args))

    def replace(self, choices: Sequence[Choice]) -> None:
        """Show them as they are now."""
        if list(choices) != self.choices:
            self.choices[:] = choices
            self.run_method("replace", self.choices)

    async def _choose(self, pressed: Any) -> None:
        match pressed:
            case [str(question), str(answer)] if self.enabled and answer in self._known:
                if any(one["key"] == question for one in self.choices):
                    await self._on_choose(question, answer)

"""The keys of a page: they go to what they name, and a dialog lists them all."""

from dataclasses import asdict, dataclass

from nicegui.element import Element


@dataclass(frozen=True)
class Key:
    """A shortcut: ``letter`` with ``modifier`` (Alt, Ctrl, or none: then it is only listed) goes to ``target``, or clicks it.

    A letter is found by what is printed on the key; where another script is typed, by the place of the key.
    """

    letter: str
    says: str
    target: str = ""
    clicks: bool = False
    modifier: str = ""


class Keys(Element, component="keys.js"):
    """A button, a dialog of the browser's own, and the listening; nothing of it comes to the server."""

    def __init__(self, labels: dict[str, str], groups: dict[str, list[Key]]) -> None:
        super().__init__()
        listed = [{"title": title, "keys": [asdict(one) for one in keys]} for title, keys in groups.items()]
        self._props.update(labels=labels, groups=listed)

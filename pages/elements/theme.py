"""Which look this browser has: as the device, light or dark."""

from nicegui.element import Element


class ThemeChoice(Element, component="theme.js"):
    """Three radio buttons; the browser keeps the choice itself (``static/theme.js``), so that no page begins in the wrong one."""

    def __init__(self, *, title: str, auto: str, light: str, dark: str) -> None:
        super().__init__()
        self._props.update(title=title, choices=[["auto", auto], ["light", light], ["dark", dark]])

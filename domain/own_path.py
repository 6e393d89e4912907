"""Where a person may be sent back to: a path of ours, and nothing that a browser could read as another place."""

from urllib.parse import unquote

HOME = "/"
LONGEST = 500
"""Characters; our own paths have under a hundred."""


def own_path(path: str) -> str:
    r"""Keep a way back on this site: gives the path, or ``/`` for anything else.

    Browsers read ``\`` as ``/``, leave tabs and line ends out, and take ``//host`` as another host; what is written
    with ``%`` is looked at unwritten, because a proxy in front may do that. Quotes and angle brackets are in no path of ours.
    """
    plain = path
    for _ in range(3):
        plain = unquote(plain)
    inside = path.startswith("/") and len(path) <= LONGEST
    ours = all(one.isascii() and one.isprintable() and one not in "\\\"'<>` " for one in plain)
    return path if inside and ours and "//" not in plain and "/\\" not in plain else HOME

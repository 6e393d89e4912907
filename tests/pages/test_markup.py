"""No page makes markup of text: read from the source, so that it fails before anybody writes a probe."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PAGES = Path(__file__).parent.parent.parent / "pages"
DRAWN = {"calibration.py"}
"""Where pictures are drawn of numbers; the probes look at those pages (tests/e2e/test_probes.py)."""
ESCAPED = {"first_view.py"}
"""Where text is escaped on the spot, because no script has run yet to do it; the probes look at that, too."""


def test_no_page_makes_markup_of_text() -> None:
    assert [said for file in sorted(PAGES.rglob("*.py")) for said in wrongs(file.name, file.read_text())] == []


@pytest.mark.parametrize(
    "source",
    [
        "x.props(f'aria-label=\"{name}\"')",
        "x.props(f\"value='{name}'\")",
        "x.style(f'background: \"{name}\"')",
        "x.props('value=\"' + name + '\"')",
        "x.props('value=\"{}\"'.format(name))",
        "ui.add_head_html(f'<title>{name}</title>')",
        "ui.run_javascript(f'say({name})')",
        "ui.html(name, sanitize=False)",
        "ui.markdown(name)",
    ],
)
def test_what_would_is_noticed(source: str) -> None:
    assert len(list(wrongs("x.py", source))) == 1


def wrongs(name: str, source: str) -> Iterator[str]:
    """Say what makes markup, script or attributes of a value."""
    for node in ast.walk(ast.parse(source)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        called = node.func.attr
        given = node.args[0] if node.args else None
        if called in {"props", "style", "classes"} and given is not None and _quotes_a_value(given):
            yield f"{name}, {node.lineno}: a quote in the value would end the attribute"
        elif called in {"add_head_html", "add_body_html", "add_css", "run_javascript"}:
            if not isinstance(given, ast.Constant) and name not in ESCAPED:
                yield f"{name}, {node.lineno}: {called} is for constants"
        elif (called == "html" and name not in DRAWN) or called in {"markdown", "restructured_text", "mermaid"}:
            yield f"{name}, {node.lineno}: {called} makes markup of text"


def _quotes_a_value(given: ast.expr) -> bool:
    if isinstance(given, ast.BinOp | ast.Call):
        return True
    if not isinstance(given, ast.JoinedStr):
        return False
    return any('"' in str(one.value) or "'" in str(one.value) for one in given.values if isinstance(one, ast.Constant))

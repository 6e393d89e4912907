"""What is read before a page's script has run: every text of it stays text."""

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from pages.first_view import FirstView, markup

TAGS = {"div", "header", "img", "span", "nav", "a", "main", "h1"}


class Reader(HTMLParser):
    """What a browser makes of it: its elements with their attributes, and its texts."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, frozenset[str]]] = []
        self.texts: list[str] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, frozenset(name for name, _ in attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def view(text: str) -> FirstView:
    return FirstView(text, text, text, [("/", text), (f"/x{text}", text)], "/", [(text, text)])


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1))
def test_a_text_adds_no_markup_of_its_own(text: str) -> None:
    plain, written = (Reader(markup(view(one), direction="ltr")) for one in ("plain", text))
    assert written.tags == plain.tags
    assert {tag for tag, _ in written.tags} == TAGS
    assert "".join(written.texts) == "".join(plain.texts).replace("plain", text)


def test_without_numbers_and_subtitle_there_is_no_empty_place() -> None:
    source = markup(FirstView("Feedback", "", "Sunrise", [("/feedback", "Feedback")], "/feedback"), direction="rtl")
    assert "vv-stats" not in source
    assert "vv-subtitle" not in source
    assert 'dir="rtl"' in source
    assert source.count("aria-current=page") == 1

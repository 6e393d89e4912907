"""Counts as answers make them."""

from hypothesis import strategies as st


@st.composite
def answers(draw: st.DrawFn, most: int = 400) -> tuple[int, int]:
    n = draw(st.integers(0, most))
    return draw(st.integers(0, n)), n

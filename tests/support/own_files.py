"""Files that a practice brings in, as the tests write them."""

METFORMIN = (
    "# format: 1\nherb,other,severity,effect,source,grade\n"
    "ginger,metformin,major,Our own observation: sugar fell too far,RECALL,C\n"
)
"""Own interactions: ginger with a medicine that the base has no pair of it with."""
LEAF = """
format: 1
herbs:
  - id: our-leaf
    latin: Folium nostrum
    part: leaf
    traditions: [tcm]
    names: {en: [our leaf], fa: [برگ ما]}
    source: [RECALL]
    grade: T
    note: Grown behind the house.
doses:
  - {part: leaf, herb: our-leaf, preparation: infusion, min: 2, max: 4, unit: g, per: day, route: oral,
     source: [RECALL], grade: T}
indications:
  - {item: our-leaf, condition: t-stcold, source: [RECALL], grade: T}
"""
"""A herb of one's own with its dose and its use."""
LEAF_ROWS = 3


def history(cases: int, *, findings: str = "pain-epigastric; nausea", herbs: str = "ginger; fennel") -> str:
    """Write a history in which every case is alike."""
    return "findings,herbs\n" + f"{findings},{herbs}\n" * cases

"""The small base with what only matching reads: findings that exclude each other, a graded one, courses, qualities and codes."""

from typing import Any

from tests.domain.small_knowledge import KNOWLEDGE, knowledge

_FINDINGS: dict[str, dict[str, Any]] = {
    "pale_tongue": {"excludes": ("red_tongue",), "kind": "tongue_body", "names": {"en": "Pale tongue body"}},
    "red_tongue": {"kind": "tongue_body", "names": {"en": "Red tongue body"}},
    "feels_cold": {"kind": "mizaj", "traditions": ("avicenna",)},
    "sweat": {"question": ""},
}
_CONDITIONS: dict[str, dict[str, Any]] = {
    "qi": {"course": "chronic", "qualities": ("deficiency", "cold"), "biomedical": ("MG22", "DD90.3")},
    "yin": {"course": "chronic", "qualities": ("deficiency", "hot", "dry"), "biomedical": ("GA30",)},
    "phlegm": {"course": "acute", "qualities": ("cold", "moist"), "biomedical": ("MG22",)},
    "vata": {"qualities": ("vata", "dry", "cold"), "biomedical": ("7A00",)},
}
BASE = knowledge(
    findings={one.id: one.model_copy(update=_FINDINGS.get(one.id, {})) for one in KNOWLEDGE.findings.values()},
    conditions={one.id: one.model_copy(update=_CONDITIONS.get(one.id, {})) for one in KNOWLEDGE.conditions.values()},
)

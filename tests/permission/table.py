"""The table: every route and page with what it does, and in ``outcomes.csv`` what comes of that for everybody.

A new route is a new line in ``ROUTES`` or ``PAGES``; where it does something that is not in ``outcomes.csv`` yet, a line there.
The program of this table is a demo on this machine, in which "look on" is for nobody in particular, too.
"""

import csv
from pathlib import Path
from typing import Any

with (Path(__file__).parent / "outcomes.csv").open(encoding="utf-8") as file:
    OUTCOMES = {row.pop("what"): row for row in csv.DictReader(file)}
WHO = tuple(next(iter(OUTCOMES.values())))

NEW = {"name": "Newly Come"}
ROUTES: dict[str, tuple[str, Any]] = {
    "GET /healthz": ("anybody", None),
    "GET /readyz": ("anybody", None),
    "GET /metrics": ("look on", None),
    "GET /ws/status": ("look on", None),
    "GET /m": ("anybody", None),
    "GET /m/sw.js": ("anybody", None),
    "GET /docs": ("anybody", None),
    "GET /openapi.json": ("anybody", None),
    "GET /asyncapi.json": ("anybody", None),
    "GET /language/{code}": ("anybody", None),
    "GET /.well-known/jwks.json": ("anybody", None),
    "GET /auth/oidc/{name}": ("come by a provider that is none", None),
    "GET /auth/oidc/{name}/callback": ("come by a provider that is none", None),
    "POST /auth/second-step": ("anybody", None),
    "POST /auth/password": ("anybody", None),
    "POST /auth/renew": ("anybody", None),
    "GET /api/knowledge/side-effects": ("anybody", None),
    "GET /api/knowledge/names": ("anybody", None),
    "GET /api/auth/demo": ("anybody", None),
    "POST /api/auth/demo": ("anybody", {}),
    "POST /api/auth/token": ("anybody", {}),
    "POST /api/auth/invite": ("anybody", {}),
    "POST /api/auth/refresh": ("anybody", {}),
    "POST /auth/sign-in": ("anybody", None),
    "POST /auth/demo": ("anybody", None),
    "POST /auth/sign-out": ("anybody", None),
    "GET /api/auth/me": ("list one's own", None),
    "GET /api/auth/sign-ins": ("list one's own", None),
    "DELETE /api/auth/sign-ins": ("end one's own", None),
    "DELETE /api/auth/sign-ins/{sign_in_id}": ("end one's own", None),
    "GET /api/patients": ("list one's own", None),
    "GET /api/diagnosis": ("list one's own", None),
    "GET /api/colleagues": ("list one's own", None),
    "GET /api/patients/{patient_id}": ("read a record", None),
    "GET /api/patients/{patient_id}/export": ("read a record", None),
    "GET /api/patients/{patient_id}/consents": ("read a record", None),
    "GET /api/patients/{patient_id}/consents/history": ("read a record", None),
    "GET /api/patients/{patient_id}/readers": ("read a record", None),
    "GET /api/patients/{patient_id}/shares": ("read a record", None),
    "GET /api/diagnosis/{diagnosis_id}": ("read a record", None),
    "GET /api/diagnosis/{diagnosis_id}/recommendations": ("read a record", None),
    "GET /api/diagnosis/{diagnosis_id}/events": ("read a record", None),
    "GET /api/diagnosis/{diagnosis_id}/feedback": ("read a record", None),
    "GET /api/diagnosis/{diagnosis_id}/analytics": ("read a record", None),
    "GET /api/recommendations/{recommendation_id}/effectiveness": ("read a record", None),
    "GET /api/feedback/{feedback_id}/history": ("read a record", None),
    "GET /api/feedback/{feedback_id}/reply/history": ("read a record", None),
    "GET /api/recommendations/{recommendation_id}/prediction": ("read a prediction", None),
    "GET /api/patients/{patient_id}/overruled": ("read the reasons", None),
    "GET /api/diagnosis/{diagnosis_id}/matches": ("read the reasons", None),
    "GET /api/diagnosis/{diagnosis_id}/compare": ("read the reasons", None),
    "GET /api/diagnosis/{diagnosis_id}/sheet": ("read the reasons", None),
    "PUT /api/patients/{patient_id}": ("treat", {"name": "Mina Farahani"}),
    "PUT /api/diagnosis/{diagnosis_id}/findings": ("treat", {"findings": []}),
    "PUT /api/diagnosis/{diagnosis_id}/condition": ("treat", {"condition_id": "t-stcold"}),
    "POST /api/diagnosis/{diagnosis_id}/invite": ("treat", None),
    "POST /api/recommendations/{recommendation_id}/approve": ("treat", {}),
    "POST /api/recommendations/{recommendation_id}/go-on": ("treat", {}),
    "POST /api/recommendations/{recommendation_id}/acknowledge": ("treat", {"reasons": ["herb_drug||x"]}),
    "POST /api/feedback/{feedback_id}/seen": ("treat", None),
    "PUT /api/feedback/{feedback_id}/reply": ("treat", {"text": "Go on as before."}),
    "DELETE /api/feedback/{feedback_id}/reply": ("treat", None),
    "POST /api/feedback/{feedback_id}/reply": ("treat", {"text": "Go on as before."}),
    "POST /api/feedback/{feedback_id}/reply/seen": ("see a reply", {"as_of": "2026-11-29T12:00:00Z"}),
    "GET /api/patients/{patient_id}/devices": ("treat", None),
    "GET /api/patients/{patient_id}/invites": ("treat", None),
    "DELETE /api/patients/{patient_id}/devices": ("end what lets a patient in", None),
    "DELETE /api/patients/{patient_id}/devices/{sign_in_id}": ("end what lets a patient in", None),
    "DELETE /api/patients/{patient_id}/invites/{invite_id}": ("end what lets a patient in", None),
    "PUT /api/patients/{patient_id}/restriction": ("restrict", {"restricted": False, "reason": "It is settled."}),
    "GET /api/patients/{patient_id}/erasure": ("erase", None),
    "POST /api/patients/{patient_id}/erasure": ("erase", {"name": "Another Name", "reason": "asked_for"}),
    "POST /api/recommendations/{recommendation_id}/stop": ("stop", {"reason": "Enough."}),
    "POST /api/diagnosis/{diagnosis_id}/feedback": ("answer", {"rating": 5}),
    "PUT /api/feedback/{feedback_id}": ("answer", {"rating": 5}),
    "PUT /api/feedback/{feedback_id}/rating": ("answer", {"rating": 5}),
    "PUT /api/feedback/{feedback_id}/comment": ("answer", {"comment": "Fine."}),
    "PUT /api/patients/{patient_id}/consents/{kind}": ("answer", {"granted": True}),
    "DELETE /api/feedback/{feedback_id}": ("withdraw an answer", None),
    "POST /api/patients/{patient_id}/shares": ("share", {"person_id": "spare"}),
    "DELETE /api/patients/{patient_id}/shares/{person_id}": ("share", None),
    "POST /api/patients/{patient_id}/hand-over": ("hand over", {"person_id": "own"}),
    "POST /api/practitioners/{person_id}/hand-over": ("hand all over", {"person_id": "own"}),
    "POST /api/patients": ("take a patient in", NEW),
    "POST /api/diagnosis": ("take a patient in", {"patient": NEW, "tradition": "tcm", "complaint": "Cold hands"}),
    "POST /api/emergency-access": ("break glass", {"patient_id": 999_999, "reason": "Found unconscious."}),
    "GET /api/analytics/trending": ("read statistics", None),
    "GET /api/evidence": ("read statistics", None),
    "GET /api/audit": ("look into the audit", None),
    "GET /api/predictor": ("read statistics", None),
    "GET /api/knowledge/sets": ("read knowledge", None),
    "GET /api/knowledge/rows": ("read knowledge", None),
    "GET /api/cases": ("read knowledge", None),
    "GET /api/knowledge/search": ("search names", None),
    "POST /ws/broadcast-recommendation-update": ("push", {"diagnosis_id": 1, "data": {}}),
    "POST /ws/broadcast-effectiveness-update": ("push", {"diagnosis_id": 1, "data": {}}),
    "POST /ws/broadcast-feedback-update": ("push", {"diagnosis_id": 1, "data": {}}),
    "POST /api/auth/sign-out": ("list one's own", None),  # the last: who has signed out may nothing any more
}
"""By method and path, in the order in which they are asked: what it does, and what a good request carries."""
QUERIES = {"/api/knowledge/search": "?kind=herb&q=gin", "/api/knowledge/rows": "?file=herbs.yaml"}

SPARED = {"end one's own", "end what lets a patient in"}
"""What would end the sign-ins that the table comes with: who may do it is not asked to, here (tests/domain/test_sign_ins.py)."""

PAGES: dict[str, str] = {
    "/sign-in": "anybody",
    "/sign-in/code": "after a password",
    "/account": "open a page",
    "/": "open a page",
    "/intake": "open a page",
    "/recommendations": "open a page",
    "/feedback": "open a page",
    "/effectiveness": "open a page",
    "/predictor": "open a page",
    "/knowledge": "open a page",
    "/operations": "look on",
    "/emergency": "break glass",
    "/recommendations/{diagnosis_id}": "read the reasons",
    "/recommendations/{diagnosis_id}/sheet": "read the reasons",
    "/patient/{patient_id}": "read the reasons",
}
"""By path. A patient, who has the phone page, is led there from each of them."""

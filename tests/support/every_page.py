"""Every page there is, by the name of its picture, and every tab of the phone."""

PAGES = {
    "sign-in": "/sign-in",
    "account": "/account",
    "emergency": "/emergency",
    "knowledge": "/knowledge",
    "overview": "/",
    "intake": "/intake",
    "diagnoses": "/recommendations",
    "recommendations": "/recommendations/{diagnosis_id}",
    "sheet": "/recommendations/{diagnosis_id}/sheet",
    "patient": "/patient/{patient_id}",
    "feedback": "/feedback",
    "effectiveness": "/effectiveness",
    "by-patient": "/effectiveness?by=patient",
    "by-practitioner": "/effectiveness?by=practitioner",
    "side-effects": "/effectiveness?by=effects",
    "predictor": "/predictor",
    "operations": "/operations",
    "not-found": "/recommendations/999999",
}
"""With one patient's diagnosis to be put in."""
ALONE = {"/sign-in/code", "/sign-in/set-up"}
"""Looked at by itself: one has to be half signed in."""
ROUNDS = {
    "oneself": ("sign-in", "account", "emergency", "knowledge", "not-found"),
    "visits": ("overview", "intake", "diagnoses"),
    "care": ("recommendations", "sheet", "patient", "feedback"),
    "numbers": ("effectiveness", "by-patient", "by-practitioner", "side-effects", "predictor", "operations"),
}
"""What one test looks at, so that none is long."""
TABS = ("overview", "recommendations", "effectiveness", "feedback")
EMPTY = ("overview", "diagnoses", "effectiveness", "by-patient", "side-effects", "predictor", "feedback")
"""Pages that look different before there is anything to show."""

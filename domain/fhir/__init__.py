"""A patient's export as HL7 FHIR R4B: for other programs."""

from domain.fhir.bundle import bundle as bundle

__all__ = ["bundle"]

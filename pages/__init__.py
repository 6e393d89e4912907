"""People talk to us: NiceGUI pages over the domain."""

from fastapi import FastAPI

from domain.services import Services


def register(app: FastAPI, services: Services) -> None:
    """Mount."""

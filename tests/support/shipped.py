"""The knowledge that comes with the program, read once in a test session: reading it takes half a second."""

from functools import cache

from storage.knowledge import DATA, Files, Knowledge, assemble, read_files, version_of


@cache
def shipped_files() -> Files:
    """Give its rows as they stand in the files; nobody changes them."""
    return read_files()


@cache
def shipped() -> Knowledge:
    """Give it whole."""
    return assemble(shipped_files(), version_of(DATA))

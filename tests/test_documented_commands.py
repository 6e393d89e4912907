"""Commands in the documents exist: each subcommand and option, each target of make, benchmark, path, file and unit."""

import re
import shlex
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import typer

import commands
import main
from settings import Settings
from tests.permission.table import PAGES as OPEN_PAGES
from tests.permission.table import ROUTES
from tests.support.proxied import DEPLOY
from tests.support.server import ROOT
from tests.test_docs import PAGES, code, text_of

MADE = ("deploy/secrets", "deploy/tls")
"""What somebody makes who follows the documents."""
LATER = {"bench.cluster"}
"""Announced, and said to be missing."""
MOUNTED = ("/_nicegui_ws/", "/static/")


CLI = typer.main.get_command(commands._command_line(main.Program()))
"""The command line as the program builds it."""


def written(page: Path) -> list[str]:
    """List the commands of a page: lines of its shell blocks, joined where they go on, and what stands in code inside a line."""
    blocks = "\n".join(code(page, "sh")).replace("\\\n", " ")
    outside = re.sub(r"^ *```.*?^ *```$", "", text_of(page), flags=re.MULTILINE | re.DOTALL)
    return [*blocks.splitlines(), *re.findall(r"`([^`\n]+)`", outside)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_of_the_program_have_their_words_and_options(page: Path) -> None:
    for line in written(page):
        found = re.search(r"(?:\bmain\.py|^ *(?:sudo )?vervain) (.*)", line)
        if found is not None and "|" not in found[1].partition("]")[0]:
            words = (
                found[1].split(" #")[0].split(" >")[0].split("| ")[0].rstrip(")").replace("[--", "--").replace("]", "")
            )
            assert wrong(words) == "", line


def wrong(words: str) -> str:
    """Say what of a command is not there; what stands for something else ("…", NAME) may be anything."""
    command: Any = CLI
    options = {"--help"}
    for word in shlex.split(re.sub(r'"[^"]*"', "TEXT", words)):
        under = getattr(command, "commands", {})
        if word in under:
            command = under[word]
            options |= {name for one in command.params for name in (*one.opts, *one.secondary_opts)}
        elif (word.startswith("--") and word not in options) or (under and re.fullmatch(r"[a-z][a-z-]+", word)):
            return f"{word} of {command.name}"
    return ""


@pytest.mark.parametrize("words", ["user sevice X", "backup --forse X", "dance", "user add leila --practice X"])
def test_what_is_wrong_is_found(words: str) -> None:
    assert wrong(words)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_targets_of_make_and_benchmarks_exist(page: Path) -> None:
    there = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for line in written(page):
        if found := re.match(r"(?:.*&& )?make ([a-z-]+)", line):
            assert found[1] in there, line
        for name in set(re.findall(r"python -m (bench\.[a-z_]+)", line)) - LATER:
            assert find_spec(name) is not None, line


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_settings_that_are_named_exist(page: Path) -> None:
    named = {name.partition("__")[0] for name in re.findall(r"\bVERVAIN_[A-Z][A-Z_]*[A-Z]\b", text_of(page))}
    assert named - {f"VERVAIN_{name.upper()}" for name in Settings.model_fields} == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_paths_that_are_asked_for_exist(page: Path) -> None:
    patterns = [re.sub(r"\{\w+\}", "[^/]+", route.split()[1]) for route in ROUTES]
    patterns += [re.sub(r"\{\w+\}", "[^/]+", path) for path in OPEN_PAGES]
    for line in written(page):
        if not re.search(r"\bcurl\b", line):
            continue
        for base, path in re.findall(r"(https?://[\w.:-]+|\$here|\$site|\$api)(/[^\s\"'?|)]*)", line):
            asked = f"/api{path}" if base == "$api" else path
            known = any(re.fullmatch(pattern, asked) for pattern in patterns) or asked.startswith(MOUNTED)
            assert known or asked in ("/", "/api"), line


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_files_and_units_of_deploy_exist(page: Path) -> None:
    for line in written(page):
        for name in re.findall(r"(?<![\w/.])deploy/[\w./@*-]*[\w*]", line):
            if not name.startswith(MADE):
                assert list(ROOT.glob(name)), line
        for unit in (
            re.findall(r"\b(vervain[\w-]*(?:@\d*)?)\.?(service|timer|target)?\b", line) if "systemctl" in line else []
        ):
            name = re.sub(r"@\d+", "@", unit[0])
            kinds = [unit[1]] if unit[1] else ["service", "timer", "target"]
            assert any((DEPLOY / "systemd" / f"{name}.{kind}").is_file() for kind in kinds), line

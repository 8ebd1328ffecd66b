"""The documentation says what the program does: generated pages up to date, names, links and commands that exist."""

import argparse
import importlib.util
import re
import shlex
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from types import ModuleType

import pytest

from dotpop_addin import cli, hypotheses
from dotpop_addin.declarations.common import CONTROLS
from dotpop_addin.declarations.psychiatrie import PSYCHIATRIE
from dotpop_addin.functions.registry import BY_NAME

ROOT = Path(__file__).parents[2]
README, GUIDE, REFERENCE = ROOT / "README.md", ROOT / "docs" / "guide.md", ROOT / "docs" / "reference.md"
DEVELOPMENT, CHANGELOG = ROOT / "docs" / "development.md", ROOT / "CHANGELOG.md"
PAGES = [README, GUIDE, REFERENCE, DEVELOPMENT, CHANGELOG]
EXCEL_NAMES = {table.excel for table in PSYCHIATRIE.tables.values()}
PROGRAMS = {"dotpop", ".venv/bin/dotpop", ".venv\\Scripts\\dotpop"}
CODE_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def in_backticks(page: Path) -> list[str]:
    return re.findall(r"`([^`\n]+)`", CODE_FENCE.sub("", page.read_text("utf-8")))


def declared_codes() -> set[str]:
    """Codes that users read: hypotheses, forms of care, names of tables."""
    template = tomllib.loads(files("dotpop_addin").joinpath("data", "template_psychiatrie.toml").read_text("utf-8"))
    return {*hypotheses.declared(PSYCHIATRIE.hypotheses_file), *(form["form"] for form in template["forms"]), *EXCEL_NAMES}


def commands(page: Path) -> list[list[str]]:
    """Every command line of the program shown in a page, as its arguments."""
    fenced = [line for block in CODE_FENCE.findall(page.read_text("utf-8")) for line in block.splitlines()]
    lines = [shlex.split(line, comments=True, posix="\\" not in line) for line in [*fenced, *in_backticks(page)] if line]
    return [words[1:] for words in lines if len(words) > 1 and words[0] in PROGRAMS]


def understood(words: list[str]) -> bool:
    try:
        cli._parser().parse_args(words)
    except SystemExit as stop:
        return not stop.code  # --help and --version stop too
    return True


def options(parser: argparse.ArgumentParser) -> Iterator[str]:
    for action in parser._actions:
        yield from action.option_strings
        if isinstance(action, argparse._SubParsersAction):
            for child in action.choices.values():
                yield from options(child)


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", CODE_FENCE.sub("", page.read_text("utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_reference_is_up_to_date() -> None:
    assert generator().main(["--check"]) == 0, "run python docs/generate.py"


def test_an_outdated_reference_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = generator()
    monkeypatch.setattr(module, "TARGET", tmp_path / "reference.md")
    assert module.main(["--check"]) == 1
    assert module.main([]) == 0
    assert module.main(["--check"]) == 0


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_code_named_is_declared(page: Path) -> None:
    named = {text for text in in_backticks(page) if re.fullmatch(r"[A-Z]+_[A-Z_]+", text)} - {"SOURCE_DATE_EPOCH"}
    assert named <= declared_codes() | set(BY_NAME)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_table_named_is_declared(page: Path) -> None:
    named = {text for text in in_backticks(page) if re.fullmatch(r"T_\w+", text)}
    assert named <= EXCEL_NAMES


def test_the_guide_names_every_sheet_and_no_other() -> None:
    text = " ".join(GUIDE.read_text("utf-8").split())
    lists = re.findall(r"[Ff]euilles? (\*\*[^*]+\*\*(?:(?:, | et )\*\*[^*]+\*\*)*)", text)
    named = {name for group in lists for name in re.findall(r"\*\*([^*]+)\*\*", group)}
    assert named == {sheet.name for sheet in PSYCHIATRIE.sheets}


def test_the_guide_explains_every_control_and_no_other() -> None:
    section = GUIDE.read_text("utf-8").partition("## 7. Lire les contrôles")[2].partition("\n## ")[0]
    explained = [line.split(" | ")[0].removeprefix("| ") for line in section.splitlines() if line.startswith("| ")]
    assert explained[2:] == list(CONTROLS)


@pytest.mark.parametrize("page", [README, GUIDE], ids=lambda page: page.name)
def test_every_command_shown_is_understood(page: Path) -> None:
    shown = commands(page)
    assert shown
    wrong = [shlex.join(words) for words in shown if not understood(words)]
    assert wrong == []


@pytest.mark.parametrize("page", [README, GUIDE], ids=lambda page: page.name)
def test_every_option_named_exists(page: Path) -> None:
    named = {text for text in in_backticks(page) if re.fullmatch(r"--[a-z-]+", text)}
    assert named <= set(options(cli._parser()))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text("utf-8")):
        if "://" in link:
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.is_file(), link
        assert not anchor or anchor in anchors(target), link


@pytest.mark.parametrize("page", [README, DEVELOPMENT], ids=lambda page: page.name)
def test_every_file_of_the_code_named_exists(page: Path) -> None:
    """Looked for in the installed packages: the tests also run beside a wheel, without the sources."""
    for text in in_backticks(page):
        match = re.fullmatch(r"(?:model/|addin/)?(dotpop_model|dotpop_addin|workbook_templates)/([\w./]*)", text)
        if match:
            package, path = match.groups()
            found = files(package).joinpath(*path.strip("/").split("/"))
            assert found.is_file() or found.is_dir(), text

"""The documentation says what the program does: generated pages up to date, names, links and commands that exist."""

import argparse
import importlib
import re
import shlex
import tomllib
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path
from types import ModuleType

import pytest

from dotpop_addin import cli, hypotheses
from dotpop_addin.declarations.common import CONTROLS, SMR_CONTROLS
from dotpop_addin.declarations.kinds import Field
from dotpop_addin.declarations.psychiatrie import PSYCHIATRIE
from dotpop_addin.declarations.sent import sendings
from dotpop_addin.declarations.smr import SMR
from dotpop_addin.functions.registry import BY_NAME
from dotpop_addin.macros import MACROS
from dotpop_addin.region import FIELDS

ROOT = Path(__file__).parents[2]
README, GUIDE, REFERENCE = ROOT / "README.md", ROOT / "docs" / "guide.md", ROOT / "docs" / "reference.md"
GUIDE_SMR, REFERENCE_SMR = ROOT / "docs" / "guide_smr.md", ROOT / "docs" / "reference_smr.md"
INSTALLATION, DEVELOPMENT, EXTENDING, CHANGELOG = (
    ROOT / "docs" / "installation.md",
    ROOT / "docs" / "development.md",
    ROOT / "docs" / "extending.md",
    ROOT / "CHANGELOG.md",
)
PAGES = [README, GUIDE, GUIDE_SMR, REFERENCE, REFERENCE_SMR, INSTALLATION, DEVELOPMENT, EXTENDING, CHANGELOG]
IMAGES = ROOT / "docs" / "images"
LARGEST = {"picture": 200_000, "guide": 1_500_000}  # bytes
EXCEL_NAMES = {table.excel for field in FIELDS.values() for table in field.tables.values()}
VARIABLES = {"SOURCE_DATE_EPOCH", "XLWINGS_LICENSE_KEY"}  # of the environment
PROGRAMS = {"dotpop", ".venv/bin/dotpop", ".venv\\Scripts\\dotpop"}
CODE_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


@pytest.fixture
def generator(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(ROOT / "docs"))
    return importlib.import_module("generate")


class Page(HTMLParser):
    """The anchors, the links and the sources of a page of HTML."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.attributes: list[tuple[str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [(name, value or "") for name, value in attrs]

    def all(self, name: str) -> list[str]:
        return [value for own, value in self.attributes if own == name]


def in_backticks(page: Path) -> list[str]:
    return re.findall(r"`([^`\n]+)`", CODE_FENCE.sub("", page.read_text("utf-8")))


def declared_codes() -> set[str]:
    """Codes that users read: hypotheses, forms of care, names of tables."""
    codes = set(EXCEL_NAMES)
    for field in FIELDS.values():
        template = tomllib.loads(files("dotpop_addin").joinpath("data", f"template_{field.code}.toml").read_text("utf-8"))
        codes |= {*hypotheses.declared(field.hypotheses_file), *(form["form"] for form in template["forms"])}
    return codes


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


def leaves(name: str, parser: argparse.ArgumentParser) -> Iterator[str]:
    """Every command that does something, by its whole name."""
    children = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    if not children:
        yield name
    for action in children:
        for word, child in action.choices.items():
            yield from leaves(f"{name} {word}", child)


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", CODE_FENCE.sub("", page.read_text("utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_generated_pages_are_up_to_date(generator: ModuleType) -> None:
    assert generator.main(["--check"]) == 0, "run python docs/generate.py"


@pytest.mark.parametrize("name", ["REFERENCE", "REFERENCE_SMR", "GUIDE"])
def test_an_outdated_page_is_told_and_remade(
    generator: ModuleType, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = getattr(generator, name)
    monkeypatch.setattr(generator, name, tmp_path / made.name)
    assert generator.main(["--check"]) == 1
    assert not (tmp_path / made.name).exists()
    assert generator.main([]) == 0
    assert generator.main(["--check"]) == 0


def test_the_page_that_help_opens_needs_nothing_else(generator: ModuleType) -> None:
    text = generator.GUIDE.read_text("utf-8")
    page = Page(text)
    assert page.all("lang") == ["fr"]
    assert [link for link in page.all("href") if not link.startswith("#") and "://" not in link] == []
    assert [source[:40] for source in page.all("src") if not source.startswith("data:image/png;base64,")] == []
    assert len(page.all("src")) == len(shown(GUIDE, GUIDE_SMR))
    assert len(text) < LARGEST["guide"]


def test_each_link_within_the_page_that_help_opens_leads_to_one_place(generator: ModuleType) -> None:
    page = Page(generator.GUIDE.read_text("utf-8"))
    places = Counter(page.all("id"))
    assert [place for place, count in places.items() if count > 1] == []
    assert [link for link in page.all("href") if link.startswith("#") and link[1:] not in places] == []


def test_a_link_that_leaves_the_page_is_refused(generator: ModuleType) -> None:
    with pytest.raises(ValueError, match=r"README\.md"):
        generator.webpage("Guide", {"guide.md": "[ici](../README.md)"}, IMAGES)


def shown(*pages: Path) -> set[str]:
    """The pictures that pages of the documentation show."""
    return {name for page in pages for name in re.findall(r"\(images/([^)]+)\)", page.read_text("utf-8"))}


def test_the_pictures_are_small_and_each_is_shown() -> None:
    pictures = {picture.name for picture in IMAGES.glob("*.png")}
    assert shown(GUIDE, GUIDE_SMR, ROOT / "docs" / "development.md") == pictures
    assert [name for name in pictures if (IMAGES / name).stat().st_size > LARGEST["picture"]] == []


def test_the_guide_has_a_line_for_every_button_and_no_other() -> None:
    section = GUIDE.read_text("utf-8").partition("### Les boutons")[2].partition("\n### ")[0]
    named = [line.split(" | ")[0].removeprefix("| ") for line in section.splitlines() if line.startswith("| ")]
    labels = {macro.code: macro.label for macro in MACROS}
    assert named[2:] == [f"{labels[macro.under]} > {macro.label}" if macro.under else macro.label for macro in MACROS]


def test_the_readme_names_every_button() -> None:
    table = README.read_text("utf-8").partition("| Button |")[2].partition("\n\n")[0]
    assert [macro.label for macro in MACROS if macro.label not in table] == []


def test_the_guide_or_the_reference_names_every_command_and_option() -> None:
    text = GUIDE.read_text("utf-8") + REFERENCE.read_text("utf-8")
    wanted = {*leaves("dotpop", cli._parser()), *(one for one in options(cli._parser()) if one != "-h")}
    assert [one for one in sorted(wanted) if one not in text] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_code_named_is_declared(page: Path) -> None:
    named = {text for text in in_backticks(page) if re.fullmatch(r"[A-Z]+_[A-Z_]+", text)} - VARIABLES
    assert named <= declared_codes() | set(BY_NAME)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_table_named_is_declared(page: Path) -> None:
    named = {text for text in in_backticks(page) if re.fullmatch(r"T_\w+", text)}
    sent = {table.excel for sending in sendings(PSYCHIATRIE).values() for table in sending.tables.values()}
    assert named <= EXCEL_NAMES | sent


@pytest.mark.parametrize(("page", "field"), [(GUIDE, PSYCHIATRIE), (GUIDE_SMR, SMR)], ids=["psychiatry", "SMR"])
def test_the_guide_names_every_sheet_and_no_other(page: Path, field: Field) -> None:
    text = " ".join(page.read_text("utf-8").split())
    lists = re.findall(r"[Ff]euilles? (\*\*[^*]+\*\*(?:(?:, | et )\*\*[^*]+\*\*)*)", text)
    named = {name for group in lists for name in re.findall(r"\*\*([^*]+)\*\*", group)}
    assert named == {sheet.name for sheet in field.sheets}


@pytest.mark.parametrize(
    ("page", "title", "controls"),
    [
        pytest.param(GUIDE, "## 8. Lire les contrôles", CONTROLS, id="psychiatry"),
        pytest.param(GUIDE_SMR, "## Les contrôles propres au SMR", SMR_CONTROLS, id="SMR"),
    ],
)
def test_the_guide_explains_every_control_and_no_other(page: Path, title: str, controls: dict[str, str]) -> None:
    section = page.read_text("utf-8").partition(title)[2].partition("\n## ")[0]
    explained = [line.split(" | ")[0].removeprefix("| ") for line in section.splitlines() if line.startswith("| ")]
    assert explained[2:] == list(controls)


@pytest.mark.parametrize("page", [README, GUIDE, GUIDE_SMR, INSTALLATION], ids=lambda page: page.name)
def test_every_command_shown_is_understood(page: Path) -> None:
    shown = commands(page)
    assert shown
    named = set(leaves("dotpop", cli._parser()))
    wrong = [shlex.join(words) for words in shown if not (" ".join(["dotpop", *words]) in named or understood(words))]
    assert wrong == []


@pytest.mark.parametrize("page", [README, GUIDE, GUIDE_SMR, INSTALLATION], ids=lambda page: page.name)
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


@pytest.mark.parametrize("page", [README, DEVELOPMENT, EXTENDING], ids=lambda page: page.name)
def test_every_file_of_the_code_named_exists(page: Path) -> None:
    """Looked for in the installed packages: the tests also run beside a wheel, without the sources."""
    for text in in_backticks(page):
        match = re.fullmatch(r"(?:model/|addin/)?(dotpop_model|dotpop_addin|workbook_templates)/([\w./]*)", text)
        if match:
            package, path = match.groups()
            found = files(package).joinpath(*path.strip("/").split("/"))
            assert found.is_file() or found.is_dir(), text

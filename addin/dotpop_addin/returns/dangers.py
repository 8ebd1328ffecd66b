"""What a returned workbook may not hold: programs, and ways to reach something outside of it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from pathlib import Path

from dotpop_addin.books.opening import SETTINGS, with_macros, with_settings
from dotpop_addin.problems import WARNING, Problem
from dotpop_addin.returns.remembering import remembered
from dotpop_addin.returns.sheets import Sheet
from dotpop_addin.returns.walking import Attributes, Clock, tags

OWN_ADDIN = "dotpop.xlam"
"""Excel keeps a link to the add-in whose functions a workbook uses; this one is no attack."""
MACROS = "macros"
FORBIDDEN = {
    MACROS: re.compile(r"vbaProject|macrosheet|dialogsheet|xlIntlMacrosheet", re.I),
    "contrôle ActiveX": re.compile(r"activeX|/control$", re.I),
    "objet incorporé": re.compile(r"/embeddings/|/oleObject|/package$", re.I),
    "connexion à des données extérieures": re.compile(r"/connections?(\.xml)?$|queryTable|/model/|xlPowerQuery", re.I),
    "complément Office": re.compile(r"webextension|taskpane", re.I),
    "ruban personnalisé": re.compile(r"customUI|/extensibility$|/userCustomization", re.I),
}
"""What is found → the names of parts, or the kinds of relations (behind a slash), that betray it."""
SCRIPTS = re.compile(rb"<(\w+:)?(script|DataMashup)\b", re.I)
DDE_LINK = re.compile(rb"<(\w+:)?(ddeLink|oleLink)\b")
SHORT, KEPT = 1_000, 4_000
"""Characters of a formula whose verdict is kept, and how many are: files of one campaign have the same formulas."""
QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'!")
"""What a formula holds between quotes: a text, the name of a sheet."""
CALLS = re.compile(r"\b(WEBSERVICE|RTD|DDE|CALL|REGISTER(\.ID)?|EXEC|IMAGE)\s*\(|[\w.]\s*\|", re.I)
"""Functions that reach outside of the workbook, and service|subject, which is DDE."""
AUTOMATIC = re.compile(r"auto_(open|close|activate|deactivate)", re.I)
CLICKED = "hyperlink"
WITHOUT = "un classeur sans programme ni lien vers l'extérieur"
COPY = "Demander un fichier sain à qui l'a envoyé : les valeurs recopiées dans le classeur d'origine, et rien d'autre."


@dataclass(frozen=True, slots=True)
class Relation:
    """A link from a part to another, or to something outside. kind: the end of its type."""

    source: str
    name: str
    kind: str
    target: str
    external: bool


@remembered
def relations(data: bytes, clock: Clock, source: str) -> list[Relation]:
    """The relations that a part .rels declares for the part `source`."""
    found: list[Relation] = []

    def start(name: str, attributes: Attributes) -> None:
        if name == "Relationship":
            kind = attributes["Type"].rpartition("/")[2]
            external = attributes.get("TargetMode", "").lower() == "external"
            found.append(Relation(source, attributes["Id"], kind, attributes["Target"], external))

    tags(data, clock, start)
    return found


def in_parts(path: Path, parts: Mapping[str, bytes], links: Iterable[Relation]) -> Iterator[Problem]:
    """What the names of the parts, their relations and their bytes betray."""
    links = list(links)
    named = chain((f"/{name}" for name in parts), (f"/{link.kind}" for link in links))
    betrayed = set(chain.from_iterable(map(_betrayed, named)))
    for found in FORBIDDEN:
        if found in betrayed:
            yield with_macros(path) if found == MACROS else _refused(path, found)
    for name, data in parts.items():
        if name.lower().startswith("customxml/") or name.lower().endswith(".vml"):
            if SCRIPTS.search(data):
                yield _refused(path, f"script ou requête dans « {name} »")
        elif "externallinks/" in name.lower() and DDE_LINK.search(data):
            yield _refused(path, "liaison DDE, qui peut lancer un programme")
    yield from _outward(path, [link for link in links if link.external])


@lru_cache(500)
def _betrayed(name: str) -> list[str]:
    return [found for found, pattern in FORBIDDEN.items() if pattern.search(name)]


def _outward(path: Path, links: list[Relation]) -> Iterator[Problem]:
    """Relations to something outside: a link to click is told, anything that a spreadsheet follows alone is refused."""
    clicked = [link.target for link in links if link.kind == CLICKED and not link.target.lower().startswith("mailto:")]
    if clicked:
        found = f"lien vers l'extérieur ({len(clicked)} en tout ; le premier : {clicked[0][:100]})"
        yield Problem(str(path), found, "des valeurs", "Ne pas l'ouvrir sans savoir où il mène.", severity=WARNING)
    for link in links:
        if link.kind != CLICKED and not (link.kind.startswith("externalLink") and _is_own_addin(link.target)):
            yield _refused(path, f"liaison avec un autre fichier ({link.target[:100]})")


def _is_own_addin(target: str) -> bool:
    """Whether a link leads to the add-in of this project, on this computer.

    >>> [_is_own_addin(one) for one in ("dotpop.xlam", "file:///C:\\\\Outils\\\\dotpop.xlam", "//ailleurs/dotpop.xlam")]
    [True, True, False]
    """
    place = target.removeprefix("file:///").replace("\\", "/")
    return place.rpartition("/")[2].lower() == OWN_ADDIN and not place.startswith("//") and not re.match(r"\w{2,}:", place)


def in_names(path: Path, names: Mapping[str, str]) -> Iterator[Problem]:
    """Names that start a macro, and formulas of names that reach outside."""
    if any(AUTOMATIC.search(name) for name in names):
        yield with_macros(path)
    for name, formula in names.items():
        if reaches_out(formula):
            yield _refused(path, f"nom « {name} » dont la formule sort du classeur")


def in_sheet(path: Path, sheet: Sheet) -> Iterator[Problem]:
    """Settings of an add-in, and formulas that reach outside."""
    if sheet.name.lower().endswith(SETTINGS):
        yield with_settings(str(path), sheet.name)
    for address, formula in sheet.formulas.items():
        if reaches_out(formula):
            yield _refused(path, f"formule qui sort du classeur ({formula[:60]})", sheet.name, address)
    for formula in sheet.further:
        if reaches_out(formula):
            yield _refused(path, f"règle de saisie ou de couleur qui sort du classeur ({formula[:60]})", sheet.name)


def reaches_out(formula: str) -> bool:
    """
    >>> reaches_out("cmd|' /C calc'!A0"), reaches_out("SUM('a|b'!A1)"), reaches_out('A1&"x|y"')
    (True, False, False)
    """
    return _calls(formula) if len(formula) <= SHORT else _calls.__wrapped__(formula)


@lru_cache(KEPT)
def _calls(formula: str) -> bool:
    return CALLS.search(QUOTED.sub("", formula)) is not None


def _refused(path: Path, found: str, sheet: str = "", cell: str = "") -> Problem:
    return Problem(str(path), found, WITHOUT, COPY, sheet, cell)

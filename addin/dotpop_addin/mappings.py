"""Mapping files: which column of an export is what. One is shipped for each known layout."""

import csv
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

from dotpop_addin.problems import Problem, ProblemsFound
from dotpop_addin.stays import mapping as stays_mapping
from dotpop_addin.stays.mapping import Stays, Wrong, is_text
from dotpop_model.vocabulary import AGES

TEXTS, SECTIONS = ("title", "separator", "encoding", "decimal"), ("columns", "ages", "forms", "kinds")
PLACES = ("finess", "territory")
HOSPITALS = ("finess", "name", "territory")
START_FROM = "Partir d'une correspondance fournie (sae_psy, sae_smr) et la modifier."


@dataclass(frozen=True)
class Lines:
    """How the lines of one kind are read. forms: column → form of care; none: these lines are left out.

    age: their age class, "" where a column says it. totals: columns where they hold totals of what other lines detail.
    """

    forms: dict[str, str]
    age: str = ""
    totals: tuple[str, ...] = ()


@dataclass(frozen=True)
class Mapping:
    """Which column of an export is what. ages: value → age class ("adults", "minors"). stays: how an export of one line
    per stay is counted (then there are no kinds).

    kinds: value of the column "kind" → how such lines are read; without that column, the only one, under "".
    """

    title: str
    separator: str
    encoding: str
    decimal: str
    columns: dict[str, str]
    ages: dict[str, str]
    kinds: dict[str, Lines]
    hospitals: dict[str, Any] = field(default_factory=dict)
    stays: Stays | None = None

    @property
    def volume_columns(self) -> list[str]:
        """The columns of the export that hold volumes."""
        return list(dict.fromkeys(column for lines in self.kinds.values() for column in (*lines.forms, *lines.totals)))

    @property
    def hospital_columns(self) -> list[str]:
        """The columns of the export that describe the hospitals."""
        status = [self.hospitals["status"]["column"]] if "status" in self.hospitals else []
        return [*(self.hospitals[key] for key in HOSPITALS), *status]


def shipped() -> dict[str, str]:
    """The mappings that come with the program: name → what they read."""
    folder = files("dotpop_addin").joinpath("data", "mappings")
    known = sorted(one.name[:-5] for one in folder.iterdir())
    return {name: str(_document(name)["title"]) for name in known}


def read_mapping(name: str, *, hospitals: bool = False) -> Mapping:
    """A shipped mapping by its name, or any TOML file. hospitals: it must say how to add hospitals."""
    document = {"decimal": ",", **_document(name)}
    wrong = list(_wrong(document))
    if wrong:
        raise ProblemsFound(Problem(name, found, expected, START_FROM) for found, expected in wrong)
    lacking = [key for key in HOSPITALS if key not in document.get("hospitals", {})]
    if hospitals and lacking:
        found = f"--hospitals demandé, et clés absentes de la section [hospitals] : {', '.join(lacking)}"
        action = "Compléter la correspondance, ou relancer sans --hospitals."
        raise ProblemsFound([Problem(name, found, f"les clés {', '.join(HOSPITALS)}", action)])
    kinds = {kind: Lines(**{**rules, "totals": tuple(rules.get("totals", ()))}) for kind, rules in _kinds(document).items()}
    known = {key: document[key] for key in (*TEXTS, "columns")}
    stays = stays_mapping.read(document["stays"]) if "stays" in document else None
    ages, rules = document.get("ages", {}), document.get("hospitals", {})
    return Mapping(**known, ages=ages, kinds=kinds, hospitals=rules, stays=stays)


def _kinds(document: dict[str, Any]) -> dict[str, Any]:
    """The section [kinds], or [forms] as that of the only kind; none for stays."""
    if "stays" in document:
        return {}
    return document["kinds"] if "kinds" in document else {"": {"forms": document["forms"]}}


def _document(name: str) -> dict[str, Any]:
    folder = files("dotpop_addin").joinpath("data", "mappings")
    shipped = folder.joinpath(f"{name}.toml")
    known = sorted(one.name[:-5] for one in folder.iterdir())
    expected = f"un fichier .toml, ou l'un de : {', '.join(known)}"
    try:
        return tomllib.loads((shipped if shipped.is_file() else Path(name)).read_text("utf-8"))
    except OSError as error:
        action = "Vérifier le nom de la correspondance."
        raise ProblemsFound([Problem(name, "correspondance introuvable", expected, action)]) from error
    except UnicodeDecodeError as error:
        found = "correspondance illisible (encodage autre que utf-8)"
        raise ProblemsFound([Problem(name, found, expected, "L'enregistrer en utf-8.")]) from error
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        found = f"correspondance illisible (ce n'est pas du TOML{f' : ligne {line[1]}' if line else ''})"
        raise ProblemsFound([Problem(name, found, expected, START_FROM)]) from error


def _wrong(document: dict[str, Any]) -> Iterator[Wrong]:
    """Everything that a mapping may not say."""
    if "stays" in document:
        yield from _wrong_stays(document)
        return
    given = document.get("columns")
    columns: dict[str, Any] = given if isinstance(given, dict) else {}
    by_kind = "kinds" in document or "kind" in columns
    own_age = "age" in columns or not by_kind
    sections = ("columns", *(["ages"] if own_age else []), "kinds" if by_kind else "forms")
    yield from _keys("la correspondance", document, (*TEXTS, *sections), ("hospitals",))
    yield from _titles(document)
    for key in sections:
        if key in document and key != "kinds":
            yield from _texts(f"[{key}]", document[key])
    if columns:
        needed, allowed = (("kind",), ("age",)) if by_kind else (("age",), ("kind",))
        yield from _keys("[columns]", columns, (*PLACES, *needed), allowed)
    if isinstance(document.get("ages"), dict):
        for age in document["ages"].values():
            yield from _age("[ages]", age)
    if "kinds" in document:
        yield from _wrong_kinds(document["kinds"], own_age=own_age)
    yield from _layout(document)
    if "hospitals" in document:
        yield from _hospitals(document["hospitals"])


def _wrong_stays(document: dict[str, Any]) -> Iterator[Wrong]:
    """What is wrong in a mapping for an export of stays."""
    ages = document.get("ages")
    yield from _keys("la correspondance", document, (*TEXTS, "columns", "stays"), ("ages",))
    yield from _titles(document)
    if isinstance(document.get("columns"), dict):
        yield from _keys("[columns]", document["columns"], (*PLACES, "age"), ())
    yield from _texts("[columns]", document.get("columns"))
    if ages is not None:
        yield from _texts("[ages]", ages)
        for age in ages.values() if isinstance(ages, dict) else ():
            yield from _age("[ages]", age)
    yield from _layout(document)
    yield from stays_mapping.wrong(document["stays"], ages=ages is not None)


def _titles(document: dict[str, Any]) -> Iterator[Wrong]:
    for key in TEXTS:
        if key in document and not is_text(document[key]):
            yield f"« {key} » n'est pas un texte", "un texte non vide, entre guillemets"


def _age(where: str, age: Any) -> Iterator[Wrong]:
    if is_text(age) and age not in AGES:
        yield f"classe d'âge « {age} » inconnue dans {where}", f"l'un de : {', '.join(AGES)}"


def _wrong_kinds(section: Any, *, own_age: bool) -> Iterator[Wrong]:
    """What is wrong in [kinds]. own_age: a column says the age class, so that a kind may not."""
    if not isinstance(section, dict) or not section:
        yield "[kinds] n'est pas une section, ou elle est vide", "une ligne au moins, par valeur de la colonne « kind »"
        return
    if not any(isinstance(rules, dict) and rules.get("forms") for rules in section.values()):
        yield "[kinds] ne donne aucune forme d'activité", "une clé forms non vide au moins"
    for kind, rules in section.items():
        where = f"[kinds] {kind}"
        if not isinstance(rules, dict):
            yield f"{where} n'est pas une section", "une section avec les clés age et forms"
            continue
        left_out = not rules.get("forms") and not rules.get("totals")
        needed = ("forms",) if own_age or left_out else ("age", "forms")
        yield from _keys(where, rules, needed, ("totals",) if own_age else ("age", "totals"))
        yield from _texts(where, {"age": rules["age"]} if "age" in rules else {}, empty=True)
        yield from _age(where, rules.get("age"))
        yield from _texts(f"{where} forms", rules.get("forms", {}), empty=True)
        totals = rules.get("totals", [])
        if not isinstance(totals, list) or not all(is_text(column) for column in totals):
            yield f"{where} : « totals » n'est pas une liste de colonnes", "une liste de noms de colonnes, entre guillemets"
        elif isinstance(rules.get("forms"), dict) and set(totals) & set(rules["forms"]):
            both = ", ".join(sorted(set(totals) & set(rules["forms"])))
            yield f"{where} : colonnes à la fois dans forms et dans totals : {both}", "l'un ou l'autre"


def _layout(document: dict[str, Any]) -> Iterator[Wrong]:
    """What is wrong in the separator, the encoding and the decimal mark."""
    separator, encoding, decimal = (document.get(key) for key in ("separator", "encoding", "decimal"))
    if is_text(separator) and not _separates(separator):
        yield f"« separator » vaut « {separator} »", "un seul caractère (par exemple « ; »)"
    if is_text(encoding) and not _encodes(encoding):
        yield f"« encoding » vaut « {encoding} », encodage inconnu", "utf-8 ou cp1252, par exemple"
    if is_text(decimal) and not re.fullmatch(r"[^\s0-9A-Za-z+-]", decimal):
        yield f"« decimal » vaut « {decimal} »", "un seul caractère : « , » ou « . »"


def _hospitals(section: Any) -> Iterator[Wrong]:
    """What is wrong in [hospitals]; keys may lack as long as hospitals are not to be added."""
    if not isinstance(section, dict):
        yield "[hospitals] n'est pas une section", "une section de la correspondance"
        return
    yield from _keys("[hospitals]", section, (), (*HOSPITALS, "status"))
    yield from _texts("[hospitals]", {key: value for key, value in section.items() if key in HOSPITALS}, empty=True)
    if "status" not in section:
        return
    status = section["status"]
    if not isinstance(status, dict):
        yield "[hospitals.status] n'est pas une section", "une section avec les clés column et values"
        return
    yield from _keys("[hospitals.status]", status, ("column", "values"))
    if "column" in status:
        yield from _texts("[hospitals.status]", {"column": status["column"]})
    if "values" in status:
        yield from _texts("[hospitals.status] values", status["values"], blank=True)


def _keys(where: str, section: dict[str, Any], needed: tuple[str, ...], allowed: tuple[str, ...] = ()) -> Iterator[Wrong]:
    lacking = [key for key in needed if key not in section]
    unknown = [key for key in section if key not in (*needed, *allowed)]
    expected = f"les clés {', '.join((*needed, *allowed))}"
    if lacking:
        yield f"correspondance incomplète, absent de {where} : {', '.join(lacking)}", expected
    if unknown:
        yield f"inconnu dans {where} : {', '.join(unknown)}", expected


def _texts(where: str, section: Any, *, empty: bool = False, blank: bool = False) -> Iterator[Wrong]:
    """A section must be made of texts. empty: it may hold none. blank: a text may be empty."""
    if not isinstance(section, dict):
        yield f"{where} n'est pas une section", "une section de la correspondance"
    elif not section and not empty:
        yield f"{where} est vide", "une ligne au moins"
    else:
        for key, value in section.items():
            if not is_text(value) and not (blank and value == ""):
                yield f"« {key} » dans {where} n'est pas un texte", "un texte non vide, entre guillemets"


def _separates(separator: str) -> bool:
    try:
        csv.reader([], delimiter=separator)
    except (TypeError, ValueError):
        return False
    return separator not in '"\r\n'


def _encodes(encoding: str) -> bool:
    """Whether an encoding of text has this name (codecs.lookup also knows some that are not of text)."""
    try:
        "a".encode(encoding)
    except (LookupError, ValueError):
        return False
    return True

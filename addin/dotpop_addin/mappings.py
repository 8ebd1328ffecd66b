"""Mapping files: which column of an export is what. One is shipped for each known layout."""

import tomllib
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

from dotpop_addin.problems import Problem, ProblemsFound
from dotpop_model.vocabulary import AGES


@dataclass(frozen=True)
class Mapping:
    """Which column of an export is what. forms: column → form of care; ages: value → age class ("adults", "minors")."""

    title: str
    separator: str
    encoding: str
    decimal: str
    columns: dict[str, str]
    ages: dict[str, str]
    forms: dict[str, str]
    hospitals: dict[str, Any] = field(default_factory=dict)


def read_mapping(name: str) -> Mapping:
    """A shipped mapping by its name, or any TOML file."""
    shipped = files("dotpop_addin").joinpath("data", "mappings", f"{name}.toml")
    path = shipped if shipped.is_file() else Path(name)
    known = sorted(one.name[:-5] for one in files("dotpop_addin").joinpath("data", "mappings").iterdir())
    expected = f"un fichier .toml, ou l'un de : {', '.join(known)}"
    try:
        mapping = Mapping(**{"decimal": ",", **tomllib.loads(path.read_text("utf-8"))})
    except OSError as error:
        action = "Vérifier le nom de la correspondance."
        raise ProblemsFound([Problem(name, "correspondance introuvable", expected, action)]) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, TypeError) as error:
        action = "Partir de la correspondance fournie (sae_psy) et la modifier."
        raise ProblemsFound([Problem(name, f"correspondance illisible ({error})", expected, action)]) from error
    wrong = sorted(set(mapping.ages.values()) - set(AGES))
    lacking = sorted({"finess", "territory", "age"} - set(mapping.columns))
    if wrong or lacking:
        found = f"correspondance incomplète : {', '.join(wrong + lacking)}"
        action = "Compléter [columns] (finess, territory, age) et [ages] (adults, minors)."
        raise ProblemsFound([Problem(name, found, "", action)])
    return mapping

"""Loading an activity export into the table of activity, by a mapping file that says which column is what."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from dotpop_addin import rendering
from dotpop_addin.books.file import FileBook
from dotpop_addin.declarations.common import MEASURES
from dotpop_addin.declarations.kinds import Field, Table
from dotpop_addin.hypotheses import declared
from dotpop_addin.mappings import Mapping, read_mapping
from dotpop_addin.problems import Problem, ProblemsFound
from dotpop_addin.region import identify
from dotpop_model.errors import named
from dotpop_model.stages.activity import MEASURE_OF_METRIC
from dotpop_model.tables import Frame
from dotpop_model.vocabulary import AGES

MEASURES_COUNTED = {
    label: next(name for name, word in MEASURES.items() if word == MEASURE_OF_METRIC[metric])
    for label, metric in (declared("hypotheses_psychiatrie.toml")["ACT_METRIQUE"].choices or {}).items()
}
"""For each metric as users read it, the measure of the forms that it counts."""


@dataclass(frozen=True)
class Loaded:
    """What a load brought. told: French sentence; counts: for programs."""

    told: str
    counts: dict[str, int]
    warnings: list[Problem]


def load_activity(
    export: Path,
    into: Path,
    *,
    out: Path | None = None,
    mapping: str,
    existing: str = "refuse",
    hospitals: bool = False,
    progress: Callable[[str], None] = lambda step: None,
) -> Loaded:
    """Brings an export into the table of activity of a workbook and saves it (or a copy `out`).

    existing: what to do with activity already there: "refuse", "replace" or "append".
    hospitals: also add the hospitals that the workbook lacks. Raises ProblemsFound, nothing written then.
    """
    progress("Lecture de l'export")
    rules = read_mapping(mapping)
    frame = _read_export(export, rules)
    activity, blanks = _activity(export, frame, rules)
    progress("Ouverture du classeur")
    book = FileBook(into)
    workbook_field = identify(book)
    table = workbook_field.tables["activity"]
    kept = _existing_lines(book, workbook_field, table)
    if kept and existing == "refuse":
        action = "Relancer avec --replace pour la remplacer, ou --append pour l'ajouter."
        found = f"le tableau Activité contient déjà {len(kept)} lignes"
        raise ProblemsFound([Problem(str(into), found, "un tableau vide", action, "Activité")])
    added = _add_hospitals(book, workbook_field, frame, rules) if hospitals else 0
    warnings = _unknown_codes(book, workbook_field, activity, into)
    warnings += _uncounted_forms(book, workbook_field, set(activity["form"]), into)
    lines = (kept if existing == "append" else []) + rendering.rows(table, Frame.from_pandas(activity))
    book.write(workbook_field.sheet_of["activity"].name, table.excel, table.headers, lines, below=True)
    progress("Enregistrement")
    book.save(out or into)
    counts = {"lines": len(activity), "hospitals": activity["finess"].nunique(), "blanks": blanks, "hospitals_added": added}
    told = (
        f"{counts['lines']} lignes d'activité de {counts['hospitals']} établissements chargées dans {out or into} ; "
        f"{blanks} cellules vides de l'export (non renseigné) n'ont pas donné de ligne"
        + (f" ; {added} établissements ajoutés, dotation et segment à renseigner." if hospitals else ".")
    )
    return Loaded(told, counts, warnings)


def _read_export(path: Path, mapping: Mapping) -> pd.DataFrame:
    """Every cell as text: codes keep their zeros, and what is not a number can be told."""
    try:
        frame = pd.read_csv(path, sep=mapping.separator, encoding=mapping.encoding, dtype=str, keep_default_na=False)
    except OSError as error:
        raise ProblemsFound(
            [Problem(str(path), "export introuvable ou illisible", "un fichier CSV", "Vérifier le chemin.")]
        ) from error
    except UnicodeDecodeError as error:
        action = "Corriger « encoding » dans la correspondance (par exemple cp1252)."
        raise ProblemsFound([Problem(str(path), f"encodage autre que {mapping.encoding}", "", action)]) from error
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        action = "Corriger « separator » dans la correspondance, ou l'export."
        raise ProblemsFound([Problem(str(path), "ce n'est pas un tableau CSV régulier", "", action)]) from error
    wanted = [*mapping.columns.values(), *mapping.forms]
    lacking = [column for column in wanted if column not in frame.columns]
    if lacking:
        found = f"colonnes absentes de l'export : {named(lacking)}"
        raise ProblemsFound([Problem(str(path), found, "", "Corriger la correspondance, ou demander un export complet.")])
    return frame


def _activity(path: Path, frame: pd.DataFrame, mapping: Mapping) -> tuple[pd.DataFrame, int]:
    """The export as lines of the table of activity, and how many of its cells were empty."""
    problems = _age_problems(path, frame, mapping)
    parts, blanks = [], 0
    for column, form in mapping.forms.items():
        texts = frame[column].str.strip()
        filled = texts != ""
        blanks += int((~filled).sum())
        numbers = pd.to_numeric(texts[filled].str.replace(mapping.decimal, ".", regex=False), errors="coerce")
        wrong = ~(numbers >= 0)
        for row, text in texts[filled][wrong].items():
            found = f"« {text} » colonne {column}, ligne {_line(row)}"
            problems.append(Problem(str(path), found, "un nombre positif ou nul", "Corriger l'export."))
        rows = frame.loc[filled]
        parts.append(
            pd.DataFrame(
                {
                    "finess": rows[mapping.columns["finess"]].str.strip(),
                    "territory": rows[mapping.columns["territory"]].str.strip(),
                    "age": rows[mapping.columns["age"]].str.strip().map(mapping.ages),
                    "form": form,
                    "volume": numbers,
                }
            )
        )
    if problems:
        raise ProblemsFound(problems)
    lines = pd.concat(parts)
    keys = ["finess", "territory", "age", "form"]
    doubled = lines[lines.duplicated(keys, keep="first")]
    if len(doubled):
        codes = named(doubled["finess"].unique())
        found = f"{len(doubled)} lignes en double (même établissement, territoire, âge et forme) : {codes}"
        raise ProblemsFound([Problem(str(path), found, "une ligne par clé", "Corriger l'export ou les additionner.")])
    order = {age: place for place, age in enumerate(AGES)}
    lines = lines.sort_values(
        ["finess", "age"], key=lambda values: values.map(order) if values.name == "age" else values, kind="stable"
    )
    return lines.reset_index(drop=True), blanks


def _age_problems(path: Path, frame: pd.DataFrame, mapping: Mapping) -> list[Problem]:
    ages = frame[mapping.columns["age"]].str.strip()
    return [
        Problem(
            str(path),
            f"classe d'âge « {ages[row]} » ligne {_line(row)}",
            f"l'un de : {', '.join(mapping.ages)}",
            "Compléter [ages] dans la correspondance.",
        )
        for row in ages.index[~ages.isin(list(mapping.ages))]
    ]


def _line(row: Any) -> int:
    """Line of the file: the header is line 1."""
    return int(row) + 2


def _existing_lines(book: FileBook, workbook_field: Field, table: Table) -> list[list[Any]]:
    block = book.read(workbook_field.sheet_of[table.name].name, table.excel, below=True)
    if block is None:
        action = "Rétablir la feuille depuis un classeur neuf (dotpop new)."
        raise ProblemsFound(
            [Problem(book.name, f"tableau {table.excel} absent", "", action, workbook_field.sheet_of[table.name].name)]
        )
    return [line for line in block.rows if any(cell not in (None, "") for cell in line)]


def _add_hospitals(book: FileBook, workbook_field: Field, frame: pd.DataFrame, mapping: Mapping) -> int:
    """Adds the sites of the export that the table of hospitals lacks; returns how many."""
    table = workbook_field.tables["hospitals"]
    kept = _existing_lines(book, workbook_field, table)
    place = table.headers.index(table.column("finess").header)
    known = {line[place] for line in kept}
    rules = mapping.hospitals
    sites = frame.drop_duplicates(rules["finess"])
    sites = sites[~sites[rules["finess"]].isin(list(known))]
    status = rules.get("status", {"column": rules["finess"], "values": {}})
    new = pd.DataFrame(
        {
            **{column.name: pd.Series([None] * len(sites), dtype=object) for column in table.columns},
            "finess": sites[rules["finess"]].to_numpy(),
            "name": sites[rules["name"]].to_numpy(),
            "territory": sites[rules["territory"]].to_numpy(),
            "status": sites[status["column"]].map(status["values"]).to_numpy(),
        }
    )
    sheet = workbook_field.sheet_of["hospitals"].name
    book.write(sheet, table.excel, table.headers, kept + rendering.rows(table, Frame.from_pandas(new)), below=True)
    return len(new)


def _unknown_codes(book: FileBook, workbook_field: Field, activity: pd.DataFrame, into: Path) -> list[Problem]:
    """Codes of the export that the workbook does not know yet: the check will refuse them until they are added."""
    problems = []
    for column, table_name in (("finess", "hospitals"), ("territory", "territories"), ("form", "forms")):
        table = workbook_field.tables[table_name]
        place = table.headers.index(table.keys[0].header)
        known = {line[place] for line in _existing_lines(book, workbook_field, table)}
        unknown = sorted(set(activity[column]) - known)
        if unknown:
            sheet = workbook_field.sheet_of[table_name].name
            found = f"codes de l'export absents du tableau « {table.title} » : {named(unknown)}"
            problems.append(Problem(str(into), found, "", "Les ajouter avant le calcul.", sheet, severity="avertissement"))
    return problems


def _uncounted_forms(book: FileBook, workbook_field: Field, loaded: set[str], into: Path) -> list[Problem]:
    """Forms of the export that the calculation would leave out (another measure than the metric's) or that lack a weight."""
    table, hypotheses = workbook_field.tables["forms"], workbook_field.tables["hypotheses"]
    sheet = workbook_field.sheet_of["forms"].name
    places = {name: table.headers.index(table.column(name).header) for name in ("form", "measure", "weight")}
    forms = [line for line in _existing_lines(book, workbook_field, table) if line[places["form"]] in loaded]
    code, value = (hypotheses.headers.index(hypotheses.column(name).header) for name in ("code", "value"))
    chosen = {line[code]: line[value] for line in _existing_lines(book, workbook_field, hypotheses)}
    metric = str(chosen.get("ACT_METRIQUE"))
    counted = MEASURES_COUNTED.get(metric)
    others = [line[places["form"]] for line in forms if line[places["measure"]] != counted]
    unweighted = [line[places["form"]] for line in forms if line[places["weight"]] is None]
    found = []
    if others:
        told = f"la métrique « {metric} » (hypothèse ACT_METRIQUE) ne compte pas les formes chargées : {named(others)}"
        action = "Choisir la métrique qui les compte, ou charger un autre export."
        found.append(Problem(str(into), told, "", action, "Hypothèses", severity="avertissement"))
    if unweighted:
        told = f"formes chargées sans poids : {named(unweighted)}"
        found.append(
            Problem(str(into), told, "", "Renseigner leurs poids avant le calcul.", sheet, severity="avertissement")
        )
    return found

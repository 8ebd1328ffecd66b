"""Activity exports: the CSV file read as texts, everything in it that is not clear refused with its line."""

import csv
import io
import math
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from dotpop_addin.books.protocol import CONTROL
from dotpop_addin.mappings import COLUMNS, Mapping
from dotpop_addin.problems import Problem, ProblemsFound
from dotpop_model.errors import named
from dotpop_model.vocabulary import AGES

KEYS = ["finess", "territory", "age", "form"]


def counted(number: int, words: str) -> str:
    """A number and its words, in the plural from 2.

    >>> counted(1, "cellule vide"), counted(2, "cellule vide")
    ('1 cellule vide', '2 cellules vides')
    """
    return f"{number} {' '.join(f'{word}s' for word in words.split()) if number > 1 else words}"


def read_export(path: Path, mapping: Mapping, *, hospitals: bool = False) -> pd.DataFrame:
    """Every cell as stripped text (codes keep their zeros); the index is the line of the file. Raises ProblemsFound.

    hospitals: the columns of [hospitals] are needed too.
    """
    header, lines = _table(path, mapping)
    wanted = [*mapping.columns.values(), *mapping.forms, *(mapping.hospital_columns if hospitals else [])]
    lacking = [column for column in dict.fromkeys(wanted) if column not in header]
    if lacking:
        found = f"colonnes absentes de l'export : {named(lacking)}"
        raise _refused(path, found, "Corriger la correspondance, ou demander un export complet.")
    if not lines:
        raise _refused(path, "export sans aucune ligne", "Demander un export complet ; rien n'est remplacé.")
    frame = pd.DataFrame(list(lines.values()), index=list(lines), columns=header, dtype=object)[list(dict.fromkeys(wanted))]
    for column in frame:
        frame[column] = frame[column].str.strip()
    checks = (_illegal, _empty, _unknown_statuses)
    problems = [problem for check in checks for problem in check(path, frame, mapping, hospitals)]
    if problems:
        raise ProblemsFound(problems)
    return frame


def activity_lines(path: Path, frame: pd.DataFrame, mapping: Mapping) -> tuple[pd.DataFrame, int]:
    """The export as lines of the table of activity, and how many of its cells were empty. Raises ProblemsFound."""
    problems = [*_age_problems(path, frame, mapping), *_number_problems(path, frame, mapping)]
    if problems:
        raise ProblemsFound(problems)
    keys = frame[[mapping.columns[name] for name in COLUMNS]].set_axis(list(COLUMNS), axis=1)
    parts = [_form_lines(keys, frame[column], form, mapping) for column, form in mapping.forms.items()]
    lines = pd.concat(parts)
    if lines.empty:
        raise _refused(path, "export sans aucune activité renseignée", "Demander un export complet ; rien n'est remplacé.")
    _refuse_doubles(path, lines)
    order = {age: place for place, age in enumerate(AGES)}
    lines = lines.sort_values(
        ["finess", "age"], key=lambda values: values.map(order) if values.name == "age" else values, kind="stable"
    )
    return lines.reset_index(drop=True), len(frame) * len(parts) - len(lines)


def _table(path: Path, mapping: Mapping) -> tuple[list[str], dict[int, list[str]]]:
    """The header of the export, and its lines by their place in the file."""
    reader = csv.reader(io.StringIO(_text(path, mapping), newline=""), delimiter=mapping.separator, strict=True)
    try:
        header, lines, line = next(reader, []), {}, reader.line_num + 1
        for cells in reader:
            if cells:
                lines[line] = cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise _irregular(path) from error
    if not header:
        raise _irregular(path)
    doubled = [name for name, times in Counter(header).items() if times > 1 and name]
    if doubled:
        raise _refused(path, f"colonnes en double dans l'export : {named(doubled)}", "N'en garder qu'une de chaque nom.")
    if all(len(cells) == len(header) + 1 and not cells[-1].strip() for cells in lines.values()):
        lines = {line: cells[:-1] for line, cells in lines.items()}  # a separator ends every line
    _refuse_other_lengths(path, len(header), lines)
    return header, lines


def _text(path: Path, mapping: Mapping) -> str:
    try:
        return path.read_bytes().decode(mapping.encoding).removeprefix("\ufeff")
    except OSError as error:
        problem = Problem(str(path), "export introuvable ou illisible", "un fichier CSV", "Vérifier le chemin.")
        raise ProblemsFound([problem]) from error
    except UnicodeError as error:
        action = "Corriger « encoding » dans la correspondance (par exemple cp1252)."
        raise _refused(path, f"encodage autre que {mapping.encoding}", action) from error


def _refused(path: Path, found: str, action: str) -> ProblemsFound:
    return ProblemsFound([Problem(str(path), found, "", action)])


def _irregular(path: Path) -> ProblemsFound:
    action = "Corriger « separator » dans la correspondance, ou l'export."
    return _refused(path, "ce n'est pas un tableau CSV régulier", action)


def _refuse_other_lengths(path: Path, width: int, lines: dict[int, list[str]]) -> None:
    action = "Corriger la ligne (séparateur en trop ou en moins, guillemets), ou « separator » dans la correspondance."
    problems = [
        Problem(str(path), f"ligne {line} : {counted(len(cells), 'champ')}", f"{counted(width, 'champ')}, l'en-tête", action)
        for line, cells in lines.items()
        if len(cells) != width
    ]
    if problems:
        raise ProblemsFound(problems)


def _illegal(path: Path, frame: pd.DataFrame, mapping: Mapping, hospitals: bool) -> Iterator[Problem]:
    """Texts that no workbook can hold."""
    columns = [*mapping.columns.values(), *(mapping.hospital_columns if hospitals else [])]
    for column in dict.fromkeys(columns):
        for line, text in frame[column].items():
            if CONTROL.search(text):
                shown = CONTROL.sub("?", text)
                found = f"caractère de contrôle dans « {shown} » colonne {column}, ligne {line}"
                yield Problem(str(path), found, "un texte lisible", "Enlever ce caractère de l'export.")


def _empty(path: Path, frame: pd.DataFrame, mapping: Mapping, hospitals: bool) -> Iterator[Problem]:
    """Lines that do not say whose activity they are."""
    columns = [*mapping.columns.values(), *([mapping.hospitals["finess"]] if hospitals else [])]
    for column in dict.fromkeys(columns):
        for line in frame.index[frame[column] == ""]:
            found = f"cellule vide colonne {column}, ligne {line}"
            yield Problem(str(path), found, "un code sur chaque ligne", "Compléter l'export.")


def _unknown_statuses(path: Path, frame: pd.DataFrame, mapping: Mapping, hospitals: bool) -> Iterator[Problem]:
    """Statuses of the sites that the mapping does not translate."""
    rules: dict[str, Any] = mapping.hospitals.get("status") or {}
    if not rules or not hospitals:
        return
    for value in sorted(set(frame[rules["column"]]) - set(rules["values"])):
        found = f"statut « {value} » colonne {rules['column']}"
        yield Problem(str(path), found, f"l'un de : {', '.join(rules['values'])}", "Compléter [hospitals.status].")


def _age_problems(path: Path, frame: pd.DataFrame, mapping: Mapping) -> Iterator[Problem]:
    ages = frame[mapping.columns["age"]]
    for line in ages.index[~ages.isin(list(mapping.ages))]:
        found, expected = f"classe d'âge « {ages[line]} » ligne {line}", f"l'un de : {', '.join(mapping.ages)}"
        yield Problem(str(path), found, expected, "Compléter [ages] dans la correspondance.")


def _number_problems(path: Path, frame: pd.DataFrame, mapping: Mapping) -> Iterator[Problem]:
    expected = f"un nombre positif ou nul, décimales après « {mapping.decimal} », sans séparateur de milliers ni espace"
    for column in mapping.forms:
        for line, text in frame[column].items():
            if text and not _number(text, mapping.decimal) >= 0:
                found = f"« {text} » colonne {column}, ligne {line}"
                yield Problem(str(path), found, expected, "Corriger l'export, ou « decimal » dans la correspondance.")


def _number(text: str, decimal: str) -> float:
    """The number that a text says, NaN when it does not say one and only one.

    >>> _number("20,5", ","), _number("1.234", ","), _number("1e5", ",")
    (20.5, nan, nan)
    """
    if not re.fullmatch(rf"-?[0-9]+({re.escape(decimal)}[0-9]+)?", text):
        return math.nan
    number = float(text.replace(decimal, "."))
    return number if math.isfinite(number) else math.nan


def _form_lines(keys: pd.DataFrame, texts: "pd.Series[str]", form: str, mapping: Mapping) -> pd.DataFrame:
    filled = texts[texts != ""]
    volumes = [_number(text, mapping.decimal) for text in filled]
    lines = keys.loc[filled.index].assign(form=form, volume=volumes)
    return lines.assign(age=lines["age"].map(mapping.ages))


def _refuse_doubles(path: Path, lines: pd.DataFrame) -> None:
    doubled = lines[lines.duplicated(KEYS, keep="first")]
    if len(doubled):
        told = counted(len(doubled), "ligne")
        found = f"{told} en double (même établissement, territoire, âge et forme) : {named(doubled['finess'].unique())}"
        problem = Problem(str(path), found, "une ligne par clé", "Corriger l'export ou les additionner.")
        raise ProblemsFound([problem])

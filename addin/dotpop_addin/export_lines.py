"""From an export to the lines of the table of activity: what each line and each column is, as the mapping says."""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from dotpop_addin.declarations.common import AGE_CLASSES
from dotpop_addin.exports import idle
from dotpop_addin.mappings import PLACES, Lines, Mapping
from dotpop_addin.problems import WARNING, Problem, ProblemsFound
from dotpop_addin.wording import several
from dotpop_model.errors import counted, named, number, plural
from dotpop_model.vocabulary import AGES

WHOSE = ["finess", "territory", "age"]
KEYS = [*WHOSE, "form"]
SITES_NAMED = 30
ROUNDING = 1e-6  # a total that differs by less is the sum of its details
DIGITS = 6  # decimals of the volumes told
AGE_LABELS = {word: label for label, word in AGE_CLASSES.items()}


@dataclass(frozen=True)
class Activity:
    """What an export gives. lines: of the table of activity; blanks: how many of its cells were empty."""

    lines: pd.DataFrame
    blanks: int
    warnings: list[Problem]


def activity_lines(path: Path, frame: pd.DataFrame, mapping: Mapping) -> Activity:
    """The export as lines of the table of activity, and what of it they do not say. Raises ProblemsFound."""
    known = _of_known_kinds(path, frame, mapping)
    problems = [*_age_problems(path, known, mapping), *_number_problems(path, known, mapping)]
    if problems:
        raise ProblemsFound(problems)
    cells = pd.concat([_cells(known, kind, rules, mapping) for kind, rules in mapping.kinds.items() if rules.forms])
    lines = cells[cells["volume"].notna()]
    if lines.empty:
        raise idle(path)
    _refuse_doubles(path, lines)
    warnings = [*_unread(path, known, mapping), *_unexplained(path, known, cells, mapping)]
    return Activity(in_order(lines[[*KEYS, "volume"]], ["finess", "age"]), len(cells) - len(lines), warnings)


def in_order(lines: pd.DataFrame, columns: Sequence[str] = KEYS) -> pd.DataFrame:
    """Lines of activity, sorted by some columns, adults before minors."""
    order = {age: place for place, age in enumerate(AGES)}
    placed = lines.sort_values(
        list(columns), key=lambda values: values.map(order) if values.name == "age" else values, kind="stable"
    )
    return placed.reset_index(drop=True)


def _of_known_kinds(path: Path, frame: pd.DataFrame, mapping: Mapping) -> pd.DataFrame:
    """The lines to read, those that the mapping leaves out taken away. Raises ProblemsFound on a kind it does not know."""
    if "kind" not in mapping.columns:
        return frame
    column = mapping.columns["kind"]
    kinds = frame[column]
    unknown = kinds.index[~kinds.isin(list(mapping.kinds))]
    if len(unknown):
        expected = f"l'un de : {', '.join(mapping.kinds)}"
        raise ProblemsFound(
            Problem(str(path), f"« {kinds[line]} » colonne {column}, ligne {line}", expected, "Compléter [kinds].")
            for line in unknown
        )
    return frame[kinds.isin([kind for kind, rules in mapping.kinds.items() if rules.forms or rules.totals])]


def _age_problems(path: Path, frame: pd.DataFrame, mapping: Mapping) -> Iterator[Problem]:
    if "age" not in mapping.columns:
        return
    ages = frame[mapping.columns["age"]]
    for line in ages.index[~ages.isin(list(mapping.ages))]:
        found, expected = f"classe d'âge « {ages[line]} » ligne {line}", f"l'un de : {', '.join(mapping.ages)}"
        yield Problem(str(path), found, expected, "Compléter [ages] dans la correspondance.")


def _number_problems(path: Path, frame: pd.DataFrame, mapping: Mapping) -> Iterator[Problem]:
    expected = f"un nombre positif ou nul, décimales après « {mapping.decimal} », sans séparateur de milliers ni espace"
    for column in mapping.volume_columns:
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
    value = float(text.replace(decimal, "."))
    return value if math.isfinite(value) else math.nan


def _cells(frame: pd.DataFrame, kind: str, rules: Lines, mapping: Mapping) -> pd.DataFrame:
    """A line per cell of activity of the lines of one kind; its volume is NaN where the cell is empty."""
    rows = _of_kind(frame, kind, mapping)
    return pd.concat([_volumes(rows, column, rules, mapping).assign(form=form) for column, form in rules.forms.items()])


def _of_kind(frame: pd.DataFrame, kind: str, mapping: Mapping) -> pd.DataFrame:
    return frame[frame[mapping.columns["kind"]] == kind] if "kind" in mapping.columns else frame


def _volumes(rows: pd.DataFrame, column: str, rules: Lines, mapping: Mapping) -> pd.DataFrame:
    """The numbers of a column, and whose they are."""
    keys = rows[[mapping.columns[name] for name in PLACES]].set_axis(list(PLACES), axis=1)
    age = rules.age or rows[mapping.columns["age"]].map(mapping.ages)
    volumes = [_number(text, mapping.decimal) for text in rows[column]]
    return keys.assign(age=age, column=column, volume=pd.Series(volumes, index=rows.index, dtype=float))


def _unread(path: Path, frame: pd.DataFrame, mapping: Mapping) -> Iterator[Problem]:
    """Volumes in columns that the mapping reads on lines of other kinds only: they are not loaded."""
    for kind, rules in mapping.kinds.items():
        rows = _of_kind(frame, kind, mapping)
        for column in mapping.volume_columns:
            if column in (*rules.forms, *rules.totals):
                continue
            lines = [line for line, text in rows[column].items() if _number(text, mapping.decimal) > 0]
            if lines:
                told = f"{plural(len(lines), 'ligne')} {named(lines)}"
                found = f"{counted(len(lines), 'volume')} non {plural(len(lines), 'chargé')} : "
                found += f"la correspondance ne lit pas la colonne {column} des lignes « {kind} » ({told})"
                yield Problem(str(path), found, "", "L'ajouter à [kinds] si elle compte.", severity=WARNING)


def _unexplained(path: Path, frame: pd.DataFrame, cells: pd.DataFrame, mapping: Mapping) -> Iterator[Problem]:
    """Totals of the export that the lines loaded do not add up to: what they have more is not loaded."""
    for column in mapping.volume_columns:
        totals = [
            _volumes(_of_kind(frame, kind, mapping), column, rules, mapping)
            for kind, rules in mapping.kinds.items()
            if column in rules.totals
        ]
        if not totals:
            continue
        parts = {"total": pd.concat(totals), "detail": cells[cells["column"] == column]}
        sums = {name: part.groupby(WHOSE)["volume"].sum(min_count=1) for name, part in parts.items()}
        compared = pd.DataFrame(sums).reindex(sums["total"].index)  # where there is a line of totals
        gaps = compared["total"].fillna(0) - compared["detail"].fillna(0)
        if (gaps.abs() > ROUNDING).any():
            yield _difference(path, column, compared[gaps.abs() > ROUNDING], gaps)


def _difference(path: Path, column: str, compared: pd.DataFrame, gaps: "pd.Series[float]") -> Problem:
    sites = [
        f"{finess} {AGE_LABELS[age].lower()} (total {_shown(total)}, détail {_shown(detail)})"
        for (finess, _, age), (total, detail) in zip(compared.index, compared.to_numpy(), strict=True)
    ]
    more, less = gaps.clip(lower=0).sum(), gaps.clip(upper=0).abs().sum()
    found = (
        f"colonne {column} : {several(len(compared), 'total', 'totaux')} que le détail ne redonne pas, "
        f"{_shown(more)} de plus et {_shown(less)} de moins : {named(sites, SITES_NAMED)}"
    )
    action = "Seul le détail est chargé : faire corriger l'export, ou saisir ce qui manque dans la feuille Activité."
    return Problem(str(path), found, "des totaux égaux à la somme de leur détail", action, severity=WARNING)


def _shown(volume: float) -> str:
    return "non renseigné" if math.isnan(volume) else number(round(volume, DIGITS))


def _refuse_doubles(path: Path, lines: pd.DataFrame) -> None:
    doubled = lines[lines.duplicated(KEYS, keep="first")]
    if len(doubled):
        told = counted(len(doubled), "ligne")
        found = f"{told} en double (même établissement, territoire, âge et forme) : {named(doubled['finess'].unique())}"
        problem = Problem(str(path), found, "une ligne par clé", "Corriger l'export ou les additionner.")
        raise ProblemsFound([problem])

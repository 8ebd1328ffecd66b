"""Activity exports: the CSV file read as texts, everything in it that is not clear refused with its line."""

import csv
import io
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from dotpop_addin.books.protocol import CONTROL
from dotpop_addin.mappings import Mapping
from dotpop_addin.problems import Problem, ProblemsFound
from dotpop_model.errors import counted, named


def read_export(path: Path, mapping: Mapping, *, hospitals: bool = False) -> pd.DataFrame:
    """Every cell as stripped text (codes keep their zeros); the index is the line of the file. Raises ProblemsFound.

    hospitals: the columns of [hospitals] are needed too.
    """
    header, lines = _table(path, mapping)
    wanted = [*mapping.columns.values(), *mapping.volume_columns, *(mapping.hospital_columns if hospitals else [])]
    refuse_lacking(path, wanted, header)
    if not lines:
        raise empty(path)
    frame = pd.DataFrame(list(lines.values()), index=list(lines), columns=header, dtype=object)[list(dict.fromkeys(wanted))]
    for column in frame:
        frame[column] = frame[column].str.strip()
    checks = (_illegal, _empty, _unknown_statuses)
    problems = [problem for check in checks for problem in check(path, frame, mapping, hospitals)]
    if problems:
        raise ProblemsFound(problems)
    return frame


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
        raise irregular(path) from error
    if not header:
        raise irregular(path)
    refuse_doubled(path, [name for name in header if name])
    if all(len(cells) == len(header) + 1 and not cells[-1].strip() for cells in lines.values()):
        lines = {line: cells[:-1] for line, cells in lines.items()}  # a separator ends every line
    _refuse_other_lengths(path, len(header), lines)
    return header, lines


def _text(path: Path, mapping: Mapping) -> str:
    try:
        return path.read_bytes().decode(mapping.encoding).removeprefix("\ufeff")
    except OSError as error:
        raise absent(path, "un fichier CSV") from error
    except UnicodeError as error:
        raise other_encoding(path, mapping) from error


def refused(path: Path, found: str, action: str, expected: str = "") -> ProblemsFound:
    """An export that cannot be read."""
    return ProblemsFound([Problem(str(path), found, expected, action)])


def absent(path: Path, expected: str) -> ProblemsFound:
    """No file there, or one that the computer does not let be read."""
    return refused(path, "export introuvable ou illisible", "Vérifier le chemin.", expected)


def other_encoding(path: Path, mapping: Mapping, where: str = "") -> ProblemsFound:
    """Bytes that are not of the encoding of the mapping. where: ", ligne 12" when it is known."""
    action = "Corriger « encoding » dans la correspondance (par exemple cp1252)."
    return refused(path, f"encodage autre que {mapping.encoding}{where}", action)


def irregular(path: Path, where: str = "") -> ProblemsFound:
    """Lines that are not those of a table. where: ", ligne 12" when it is known."""
    action = "Corriger « separator » dans la correspondance, ou l'export."
    return refused(path, f"ce n'est pas un tableau CSV régulier{where}", action)


def empty(path: Path) -> ProblemsFound:
    """A header, and no line."""
    return refused(path, "export sans aucune ligne", "Demander un export complet ; rien n'est remplacé.")


def idle(path: Path) -> ProblemsFound:
    """Lines none of which says a volume."""
    return refused(path, "export sans aucune activité renseignée", "Demander un export complet ; rien n'est remplacé.")


def refuse_doubled(path: Path, header: Iterable[str]) -> None:
    """Columns of one name: which of them to read is not known."""
    doubled = [name for name, times in Counter(header).items() if times > 1]
    if doubled:
        raise refused(path, f"colonnes en double dans l'export : {named(doubled)}", "N'en garder qu'une de chaque nom.")


def refuse_lacking(path: Path, wanted: Iterable[str], columns: Collection[str]) -> None:
    """Columns that the mapping reads and that are not in the export."""
    lacking = [column for column in dict.fromkeys(wanted) if column not in columns]
    if lacking:
        found = f"colonnes absentes de l'export : {named(lacking)}"
        raise refused(path, found, "Corriger la correspondance, ou demander un export complet.")


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

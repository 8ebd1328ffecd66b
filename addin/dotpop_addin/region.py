"""A region's workbook read whole: what it is, its tables, its hypotheses, and every problem they have."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from dotpop_addin import hypotheses as hypothesis_files
from dotpop_addin.books.opening import SETTINGS, with_settings
from dotpop_addin.books.protocol import Block, Book
from dotpop_addin.declarations.common import FIELD, IDENTITY, NATURE, NATURES_OF_DATA, PROGRAM, REGION, VERSION, WELCOME
from dotpop_addin.declarations.kinds import NUMERIC, Column, Field, Table
from dotpop_addin.declarations.psychiatrie import PSYCHIATRIE
from dotpop_addin.declarations.smr import SMR
from dotpop_addin.problems import ERROR, WARNING, Problem, ProblemsFound
from dotpop_addin.reading import TableRead, read_table, shown
from dotpop_model.errors import Fault
from dotpop_model.hypotheses import Hypotheses
from dotpop_model.tables import Frame, Tables

FIELDS = {field.code: field for field in (PSYCHIATRIE, SMR)}


@dataclass(frozen=True)
class Region:
    """The inputs of a workbook, valid: ready for the chain."""

    field: Field
    identity: dict[str, str]
    tables: Tables
    hypotheses: Hypotheses
    reads: dict[str, TableRead]
    warnings: list[Problem]
    file: str

    def problem(self, fault: Fault) -> Problem:
        """A fault of the model, told at the first cell it concerns."""
        read = self.reads.get(fault.table)
        sheet, cell = ("", "") if read is None else (read.block.sheet, _first_cell(read, fault))
        return Problem(self.file, *_sentences(fault.message), sheet, cell)


def _sentences(message: str) -> tuple[str, str, str]:
    """A model message as found, expected, action: its last sentence says what to do."""
    body, _, action = message.rstrip(".").rpartition(". ")
    return (body or action, "", f"{action}." if body else "")


def _first_cell(read: TableRead, fault: Fault) -> str:
    columns = [column for column in read.table.columns if column.name == fault.column] or list(read.table.columns[:1])
    names = read.columns.get(columns[0].name, [])
    keys = read.columns.get([*read.table.keys, *read.table.columns][0].name, [])
    for values in (keys, names):
        for row, value in enumerate(values):
            if str(value) in fault.rows:
                return read.address(row, columns[0])
    return read.block.address(-1, read.block.headers.index(columns[0].header))


def identify(book: Book) -> Field:
    """The field of a workbook of this program. Raises ProblemsFound when it is not one, of another version, or when it
    brings settings of an add-in, which could have programs run."""
    settings = [name for name in book.sheet_names() if name.lower().endswith(SETTINGS)]
    if settings:
        raise ProblemsFound(with_settings(book.name, name) for name in settings)
    block = book.read(WELCOME, IDENTITY.excel)
    told = _identity(block)
    if block is None or told.get(PROGRAM) != "dotpop" or told.get(FIELD) not in [field.label for field in FIELDS.values()]:
        action = "Partir d'un classeur créé par « dotpop new »."
        found = "ce fichier n'est pas un classeur de dotpop"
        raise ProblemsFound([Problem(book.name, found, "un classeur dotpop (feuille Accueil)", action)])
    field = next(field for field in FIELDS.values() if field.label == told[FIELD])
    if told.get(VERSION) != field.version:
        found = f"version de classeur « {told.get(VERSION, '')} »"
        action = "Recopier les données dans un classeur neuf (dotpop new)."
        row = list(told).index(VERSION) if VERSION in told else -1
        place = block.address(row, 1)
        raise ProblemsFound([Problem(book.name, found, f"version {field.version}", action, block.sheet, place)])
    return field


def region_of(book: Book) -> str:
    """The name of the region of a workbook, "" where it does not say."""
    return _identity(book.read(WELCOME, IDENTITY.excel)).get(REGION, "")


def _identity(block: Block | None) -> dict[str, str]:
    if block is None:
        return {}
    return {str(line[0] or "").strip(): str(line[1] or "").strip() for line in block.rows if len(line) > 1}


def read_region(book: Book) -> Region:
    """Reads and checks every input. Raises ProblemsFound with all the problems when one of them is an error."""
    field = identify(book)
    problems: list[Problem] = []
    reads = _read_tables(book, field, [field.tables["identity"], *field.tables_of("input")], problems)
    for table in field.tables_of("result"):
        _check_present(book, field, table, problems)
    values = _check_tables(field, reads, book.name, problems)
    failed = {problem.sheet for problem in problems if problem.severity == ERROR}
    names = [one.name for one in fields(field.chain.tables) if one.name in field.tables]
    sound = [name for name in names if name in reads and reads[name].block.sheet not in failed]
    frames = {name: frame_of(reads[name]) if name in sound else Frame({}) for name in names}
    if failed and not hypothesis_files.complete(field, values):
        raise ProblemsFound(problems)
    tables, hypotheses = field.chain.tables(**frames), hypothesis_files.build(field, values)
    region = Region(field, _identity(reads["identity"].block), tables, hypotheses, reads, problems, book.name)
    told = {(problem.sheet, problem.cell) for problem in problems}
    found = [region.problem(fault) for fault in field.chain.faults(tables, hypotheses, sound)]
    problems += [problem for problem in found if (problem.sheet, problem.cell) not in told]
    if any(problem.severity == ERROR for problem in problems):
        raise ProblemsFound(problems)
    return region


def read_known(book: Book, tables: Sequence[Table]) -> tuple[dict[str, TableRead], Hypotheses]:
    """Some input tables, as declared by the caller, who may ask less of them than the calculation does.

    Raises ProblemsFound with all the problems when one of them is an error.
    """
    field = identify(book)
    problems: list[Problem] = []
    reads = _read_tables(book, field, [field.tables["identity"], field.tables["hypotheses"], *tables], problems)
    values = _check_tables(field, reads, book.name, problems)
    if any(problem.severity == ERROR for problem in problems):
        raise ProblemsFound(problems)
    return reads, hypothesis_files.build(field, values)


def _read_tables(book: Book, field: Field, tables: Sequence[Table], problems: list[Problem]) -> dict[str, TableRead]:
    """The tables that are there, each cell read or told."""
    reads: dict[str, TableRead] = {}
    for table in tables:
        block = _block(book, field, table, problems)
        if block is not None:
            opened = reads.get(table.open_from or "")
            headers = _open_headers(table, opened) if opened else None
            reads[table.name] = read_table(table, block, book.name, headers)
            problems += reads[table.name].problems
    return reads


def _open_headers(table: Table, opened: TableRead) -> list[str] | None:
    """The further columns that a table must have: one per key of the table that opens it; None when they are not known."""
    codes = opened.columns.get(opened.table.keys[0].name)
    if codes is None:
        return None
    name, word = table.open_unless or ("", "")
    without = opened.columns.get(name, [None] * len(codes))
    return [code for code, value in zip(codes, without, strict=True) if code and (not name or value != word)]


def _check_tables(field: Field, reads: dict[str, TableRead], file: str, problems: list[Problem]) -> dict[str, Any]:
    """Checks tables against themselves and each other; gives the values of the hypotheses."""
    if "identity" in reads:
        _check_identity(reads["identity"], file, problems)
    values = _hypotheses(field, reads, file, problems)
    for table in field.tables_of("result"):
        if table.open_name and table.open_from in reads:
            _check_open_names(table, reads[table.open_from], file, problems)
    for read in reads.values():
        _check_filled(read, file, problems)
        _check_room(read, file, problems)
        _check_keys(read, file, problems)
        _check_references(read, reads, file, problems)
    return values


def read_standing(book: Book, field: Field, name: str, needs: Sequence[str]) -> TableRead:
    """A result table as it stands, with the columns needed. Raises ProblemsFound, each cell named, when one is not sound."""
    declared, problems = field.tables[name], list[Problem]()
    block = _block(book, field, declared, problems)
    if block is None:
        raise ProblemsFound(problems)
    columns = tuple(replace(column, required=True) for column in declared.columns if column.name in needs)
    read = read_table(replace(declared, columns=columns), block, book.name)
    problems = [problem for problem in read.problems if problem.severity == ERROR]
    if not read.lines:
        action = "Lancer d'abord l'étape qui l'écrit, ou Calculer."
        found = f"tableau « {declared.title} » vide"
        problems = [
            Problem(book.name, found, "les résultats de l'étape précédente", action, block.sheet, block.address(0, 0))
        ]
    if problems:
        raise ProblemsFound(problems)
    return read


def _check_identity(read: TableRead, file: str, problems: list[Problem]) -> None:
    """The region and the nature of the data stand at the head of every result: they cannot be left empty."""
    if not {"item", "value"} <= set(read.columns):
        return
    items, values = read.columns["item"], read.columns["value"]
    refused = {problem.cell for problem in read.problems}
    expected = {REGION: "le nom de la région", NATURE: "l'un de : " + ", ".join(NATURES_OF_DATA)}
    for item, wanted in expected.items():
        if item not in items:
            place = read.block.address(-1, 0)
            found, action = f"ligne « {item} » absente", "La rétablir depuis un classeur neuf (dotpop new)."
            problems.append(Problem(file, found, wanted, action, read.block.sheet, place))
            continue
        value, place = values[items.index(item)], read.address(items.index(item), read.table.column("value"))
        if place not in refused and (not value or (item == NATURE and value not in NATURES_OF_DATA)):
            found = f"{item} : {f'« {value} »' if value else 'cellule vide'}"
            problems.append(Problem(file, found, wanted, "Compléter la cellule.", read.block.sheet, place))


def _block(book: Book, field: Field, table: Table, problems: list[Problem]) -> Block | None:
    _check_present(book, field, table, problems)
    return book.read(field.sheet_of[table.name].name, table.excel, below=field.sheet_of[table.name].role == "input")


def _check_present(book: Book, field: Field, table: Table, problems: list[Problem]) -> None:
    sheet = field.sheet_of[table.name].name
    if book.has(sheet, table.excel):
        return
    present = sheet in book.sheet_names()
    found = f"tableau {table.excel} absent" if present else f"feuille « {sheet} » absente"
    action = "Rétablir la feuille depuis un classeur neuf (dotpop new), sans renommer feuilles ni tableaux."
    expected = f"le tableau {table.excel}" if present else "cette feuille, avec ses tableaux"
    problem = Problem(book.name, found, expected, action, sheet)
    if present or not any(known.found == problem.found for known in problems):
        problems.append(problem)


def _check_filled(read: TableRead, file: str, problems: list[Problem]) -> None:
    if not read.lines and not read.table.optional:
        action = "Saisir au moins une ligne."
        cell = read.block.address(0, 0)
        problems.append(
            Problem(file, f"tableau « {read.table.title} » vide", "une ligne au moins", action, read.block.sheet, cell)
        )


def _check_room(read: TableRead, file: str, problems: list[Problem]) -> None:
    """What the layout of the results has room for."""
    most = read.table.most
    if most is not None and len(read.lines) > most:
        found, expected = f"tableau « {read.table.title} » : {len(read.lines)} lignes", f"{most} lignes au plus"
        cell = read.address(most, read.table.columns[0])
        problems.append(Problem(file, found, expected, "Retirer des lignes.", read.block.sheet, cell))


def _check_open_names(table: Table, read: TableRead, file: str, problems: list[Problem]) -> None:
    """A name that would head a column of results cannot be that of a column which is there already."""
    taken = {header.lower() for header in table.headers} | {column.name for column in table.columns}
    for row, name in enumerate(read.columns.get(table.open_name, [])):
        if name and (table.open_header.format(name).lower() in taken or str(name).lower() in taken):
            found = f"« {name} » est déjà une colonne du tableau « {table.title} »"
            place = read.address(row, read.table.column(table.open_name))
            problems.append(Problem(file, found, "un autre libellé", "Choisir un autre libellé.", read.block.sheet, place))


def _check_keys(read: TableRead, file: str, problems: list[Problem]) -> None:
    keys = [column for column in read.table.keys if column.name in read.columns]
    if not keys:
        return
    rows = list(zip(*(read.columns[column.name] for column in keys), strict=True))
    counts = Counter(rows)
    first: dict[tuple[Any, ...], int] = {}
    for row, key in enumerate(rows):
        if None in key or counts[key] == 1:
            continue
        if key in first:
            shown = " / ".join(str(column.label_of.get(part, part)) for column, part in zip(keys, key, strict=True))
            found = f"« {shown} » en double (déjà ligne {read.block.row + 1 + read.lines[first[key]]})"
            found += _told_apart(read, first[key], row)
            action = "Garder une seule ligne, ou les additionner."
            place = read.address(row, keys[0])
            problems.append(Problem(file, found, "une seule ligne par clé", action, read.block.sheet, place))
        first.setdefault(key, row)


def _told_apart(read: TableRead, first: int, second: int) -> str:
    """Where two lines of the same key make other choices: a hospital in two federations, for one."""
    choices = [column for column in read.table.columns if column.choices and not column.key and column.name in read.columns]
    both = [(column, read.columns[column.name][first], read.columns[column.name][second]) for column in choices]
    told = [
        f"{column.header} : « {column.label_of.get(one, one)} », puis « {column.label_of.get(other, other)} »"
        for column, one, other in both
        if one != other and one is not None and other is not None
    ]
    return f", autrement : {' ; '.join(told)}" if told else ""


def _check_references(read: TableRead, reads: dict[str, TableRead], file: str, problems: list[Problem]) -> None:
    for column in read.table.columns:
        if column.refers is None or column.name not in read.columns:
            continue
        table, name = column.refers.split(".")
        if table not in reads or name not in reads[table].columns:
            continue
        known = {*reads[table].columns[name], *column.also, None}
        title = reads[table].table.title
        for row, value in enumerate(read.columns[column.name]):
            if value not in known:
                action = f"L'ajouter à la feuille {reads[table].block.sheet}, ou corriger ce code."
                place = read.address(row, column)
                wanted = f"un code du tableau « {title} »"
                problems.append(Problem(file, f"« {value} » inconnu", wanted, action, read.block.sheet, place))


def _hypotheses(field: Field, reads: dict[str, TableRead], file: str, problems: list[Problem]) -> dict[str, Any]:
    read = reads.get("hypotheses")
    if read is None or not {"code", "value"} <= set(read.columns):
        return {}
    declared = hypothesis_files.declared(field.hypotheses_file)
    value_column, code_column = read.table.column("value"), read.table.column("code")
    refused = {problem.cell for problem in read.problems}
    values: dict[str, Any] = {}
    for row, (code, cell) in enumerate(zip(read.columns["code"], read.columns["value"], strict=True)):
        if code is None:
            continue
        if code not in declared:
            place = read.address(row, code_column)
            action = "Rétablir le code d'origine, ou supprimer la ligne."
            problems.append(
                Problem(file, f"hypothèse inconnue « {code} »", "un code connu", action, read.block.sheet, place)
            )
            continue
        hypothesis, place = declared[code], read.address(row, value_column)
        if place in refused:
            continue
        try:
            values[hypothesis.name] = hypothesis.parse(cell)
        except ValueError:
            found = f"{hypothesis.label} : {'cellule vide' if cell is None else f'« {shown(cell)} »'}"
            problems.append(Problem(file, found, hypothesis.expected, "Corriger la valeur.", read.block.sheet, place))
    for code in [code for code in declared if code not in read.columns["code"]]:
        hypothesis = declared[code]
        action, severity = f"Rétablir la ligne {code} depuis un classeur neuf (dotpop new).", ERROR
        if not hypothesis.changes_results:
            values[hypothesis.name] = hypothesis.parse(hypothesis.value)
            severity = WARNING
            action = f"Elle ne change aucun résultat : {hypothesis.shown} est pris, comme dans un classeur neuf."
        found = f"hypothèse {code} absente"
        problems.append(Problem(file, found, "une ligne par hypothèse", action, read.block.sheet, severity=severity))
    return values


def frame_of(read: TableRead) -> Frame:
    """The values of a table read, as the chain takes them."""
    known: dict[str, Column] = {column.name: column for column in read.table.columns}
    frame = {}
    for name, values in read.columns.items():
        numeric = name not in known or known[name].kind in NUMERIC
        frame[name] = np.array(values, dtype=float) if numeric else values
    return Frame(frame)

"""Counting stays with DuckDB: streamed from the file, what does not fit in memory put on disk."""

import codecs
import csv
import os
import re
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from dotpop_addin.export_lines import KEYS, WHOSE, Activity, in_order
from dotpop_addin.exports import absent, empty, idle, irregular, other_encoding, refuse_doubled, refuse_lacking, refused
from dotpop_addin.mappings import Mapping
from dotpop_addin.problems import ProblemsFound, library
from dotpop_addin.stays.faults import Fault, faults, told
from dotpop_addin.stays.mapping import Measure, Stays
from dotpop_model.errors import number
from dotpop_model.vocabulary import AGES

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MEMORY = "512MB"
"""What DuckDB may take; beyond, it writes to a temporary folder."""
BLOCK = 1 << 20  # characters put into UTF-8 at a time
EXACT = "DECIMAL(38, 6)"
"""Of sums: those of floats depend on how the work is shared out among processors."""
PARQUET = ".parquet"


def stay_lines(path: Path, mapping: Mapping, stays: Stays) -> tuple[Activity, str]:
    """The export as lines of the table of activity, and how it was read. Raises ProblemsFound."""
    started = time.monotonic()
    with _opened(path, mapping, stays) as database:
        groups = database.sql(_grouped(stays)).df()
        if groups.empty:
            raise empty(path)
        wrong = faults(mapping, stays, groups)
        if wrong:
            raise ProblemsFound(told(path, wrong, _places(database, wrong)))
    counted = groups[groups["form"] != ""]
    lines = counted[counted["count"] > counted["blank"]]
    if lines.empty:
        raise idle(path)
    lines = in_order(lines[[*KEYS, "volume"]].astype({"volume": float}))
    count, aside = (int(part["count"].sum()) for part in (groups, groups[groups["form"] == ""]))
    return Activity(lines, int(counted["blank"].sum()), []), _speed(count, aside, time.monotonic() - started)


def _speed(count: int, aside: int, seconds: float) -> str:
    left = f", dont {number(aside)} de formes laissées de côté" if aside else ""
    return f"{number(count)} lignes d'export lues{left} ({number(count / max(seconds, 1e-3), 0)} par seconde)."


@contextmanager
def _opened(path: Path, mapping: Mapping, stays: Stays) -> Iterator["DuckDBPyConnection"]:
    """The stays of an export, as the view `stay` of a database in memory. Raises ProblemsFound."""
    duckdb = library("duckdb", "qui compte les séjours")
    if not path.is_file():
        raise absent(path, "un fichier CSV ou Parquet")
    with tempfile.TemporaryDirectory(prefix="dotpop-") as folder, duckdb.connect(":memory:") as database:
        database.execute(f"SET memory_limit = '{MEMORY}'; SET threads = {os.cpu_count() or 1}")
        database.execute(f"SET temp_directory = {_text(folder)}; SET preserve_insertion_order = false")
        try:
            parquet = path.suffix.lower() == PARQUET
            source = f"read_parquet({_text(str(path))})" if parquet else _csv(path, mapping, Path(folder))
            columns = [name for name, *_ in database.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()]
            refuse_lacking(path, [*mapping.columns.values(), stays.form, *([stays.column] if stays.column else [])], columns)
            database.execute(f"CREATE VIEW stay AS {_stays(source, mapping, stays, '.' if parquet else mapping.decimal)}")
            yield database
        except duckdb.Error as error:
            raise _unreadable(path, mapping, str(error)) from error


def _csv(path: Path, mapping: Mapping, folder: Path) -> str:
    """How DuckDB is to read a CSV file: nothing guessed, everything a text."""
    if codecs.lookup(mapping.encoding).name != "utf-8":
        path = _in_utf8(path, mapping, folder)
    with path.open(encoding="utf-8-sig", newline="") as file:
        try:
            header = next(csv.reader(file, delimiter=mapping.separator, strict=True), [])
        except (csv.Error, UnicodeError) as error:
            raise _unreadable(path, mapping, str(error)) from error
    if not header:
        raise irregular(path)
    refuse_doubled(path, header)
    columns = ", ".join(f"{_text(name)}: 'VARCHAR'" for name in header)
    rules = f"delim = {_text(mapping.separator)}, header = true, auto_detect = false, quote = '\"', escape = '\"'"
    return f"read_csv({_text(str(path))}, {rules}, columns = {{{columns}}})"


def _in_utf8(path: Path, mapping: Mapping, folder: Path) -> Path:
    """A copy of a text in UTF-8, written piece by piece."""
    copy = folder / "export.csv"
    try:
        with path.open(encoding=mapping.encoding, newline="") as text, copy.open("w", encoding="utf-8", newline="") as file:
            while block := text.read(BLOCK):
                file.write(block)
    except UnicodeError as error:
        raise _unreadable(path, mapping, str(error)) from error
    return copy


def _stays(source: str, mapping: Mapping, stays: Stays, decimal: str) -> str:
    """One line per stay: whose, which form (NULL where unknown, with what was found), what is counted."""
    age, form = (_cell(column) for column in (mapping.columns["age"], stays.form))
    if stays.adults_from is None:
        known_age = _case(age, mapping.ages)
    else:
        adult = f"CAST({age} AS INTEGER) >= {stays.adults_from}"
        known_age = f"CASE WHEN regexp_full_match({age}, '[0-9]{{1,3}}') THEN CASE WHEN {adult} THEN {_either()} END"
    counted = _cell(stays.column) if stays.column else "''"
    number = f"regexp_full_match({counted}, {_text(f'[0-9]{{1,30}}({re.escape(decimal)}[0-9]{{1,6}})?')})"
    value = f"CASE WHEN {number} THEN CAST(replace({counted}, {_text(decimal)}, '.') AS {EXACT}) END"
    return f"""
        SELECT *, CASE WHEN age IS NULL THEN said_age ELSE '' END AS odd_age,
               CASE WHEN form IS NULL THEN said_form ELSE '' END AS odd_form
        FROM (SELECT {_cell(mapping.columns["finess"])} AS finess, {_cell(mapping.columns["territory"])} AS territory,
                     {known_age} AS age, {_case(form, stays.forms)} AS form, {age} AS said_age, {form} AS said_form,
                     {counted} AS counted, {value if stays.measure == Measure.SUM else "1"} AS value FROM {source})"""


def _either() -> str:
    adults, minors = AGES
    return f"{_text(adults)} ELSE {_text(minors)} END"


def _grouped(stays: Stays) -> str:
    """What is counted, for each hospital, territory, age and form; `bad`: what cannot be counted."""
    keys = ", ".join([*WHOSE, "form", "odd_age", "odd_form"])
    if stays.measure == Measure.DISTINCT:
        once = f"SELECT {keys}, counted, count(*) AS times FROM stay GROUP BY ALL"  # goes to disk where memory lacks
        counts = "sum(times) AS count, 0 AS blank, sum(CASE WHEN counted = '' THEN times ELSE 0 END) AS bad"
        return f"SELECT {keys}, {counts}, count(*) AS volume FROM ({once}) GROUP BY ALL"
    blank = "0" if stays.measure == Measure.LINES else "count(*) FILTER (WHERE counted = '')"
    bad = "0" if stays.measure == Measure.LINES else "count(*) FILTER (WHERE value IS NULL AND counted <> '')"
    return f"SELECT {keys}, count(*) AS count, {blank} AS blank, {bad} AS bad, sum(value) AS volume FROM stay GROUP BY ALL"


def _places(database: "DuckDBPyConnection", wrong: Sequence[Fault]) -> list[int]:
    """The place, from 1 on, of the first stay with each fault."""
    database.execute("SET preserve_insertion_order = true")
    firsts = ", ".join(f"min(place) FILTER (WHERE {fault.condition(_text)})" for fault in wrong)
    found = database.execute(f"SELECT {firsts} FROM (SELECT *, row_number() OVER () AS place FROM stay)").fetchone()
    return [int(place) for place in found or ()]


def _cell(column: str) -> str:
    quoted = column.replace('"', '""')
    return f"coalesce(trim(CAST(\"{quoted}\" AS VARCHAR)), '')"


def _case(cell: str, words: dict[str, str]) -> str:
    return f"CASE {cell} " + " ".join(f"WHEN {_text(key)} THEN {_text(word)}" for key, word in words.items()) + " END"


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _unreadable(path: Path, mapping: Mapping, message: str) -> ProblemsFound:
    """What DuckDB cannot read, in French: it tells the line."""
    line = re.search(r"Line: (\d+)", message)
    where = f", ligne {int(line[1])}" if line else ""
    if path.suffix.lower() == PARQUET:
        return refused(path, "ce n'est pas un fichier Parquet lisible", "Demander de nouveau l'export, ou un fichier CSV.")
    if re.search("unicode|utf-8|codec", message, re.IGNORECASE):
        return other_encoding(path, mapping, where)
    return irregular(path, where)

"""What differs between scenarios: the hypotheses, then the cells of the inputs, line by line."""

from collections.abc import Iterator, Sequence
from typing import Any

from dotpop_addin.actions import Calculation
from dotpop_addin.declarations.kinds import Table
from dotpop_addin.reading import TableRead, shown

ABSENT, BLANK = "(absente)", "(vide)"
Key = tuple[Any, ...]


def hypotheses(calculations: Sequence[Calculation]) -> Iterator[tuple[str, ...]]:
    """Code, label and the value of each scenario, for the hypotheses that are not the same in all."""
    columns = [calculation.region.reads["hypotheses"].columns for calculation in calculations]
    labels = dict(zip(columns[0]["code"], columns[0]["label"], strict=True))
    values = [dict(zip(one["code"], one["value"], strict=True)) for one in columns]
    for code in dict.fromkeys(code for one in values for code in one if code):
        told = [_told(one[code]) if code in one else ABSENT for one in values]
        if len(set(told)) > 1:
            yield (str(code), str(labels.get(code) or ""), *told)


def inputs(calculations: Sequence[Calculation]) -> Iterator[tuple[str, ...]]:
    """Table, line, column and the value of each scenario, for the input cells that are not the same in all."""
    regions = [calculation.region for calculation in calculations]
    for table in regions[0].field.tables_of("input"):
        if table.name != "hypotheses":
            yield from _table(table, [region.reads.get(table.name) for region in regions])


def _table(table: Table, reads: Sequence[TableRead | None]) -> Iterator[tuple[str, ...]]:
    lines = [_lines(table, read) for read in reads]
    if all(one == lines[0] for one in lines[1:]):
        return
    for key in dict.fromkeys(key for one in lines for key in one):
        told = " / ".join(_told(part) for part in key)
        own = [one.get(key) for one in lines]
        if any(line is None for line in own):
            yield (table.title, told, "la ligne", *(ABSENT if line is None else "présente" for line in own))
            continue
        known = [line for line in own if line is not None]
        for column in dict.fromkeys(name for line in known for name in line):
            values = [_told(line.get(column)) for line in known]
            if len(set(values)) > 1:
                yield (table.title, told, column, *values)


def _lines(table: Table, read: TableRead | None) -> dict[Key, dict[str, Any]]:
    """The lines by key, as users read them; by their place where a table has no key."""
    if read is None:
        return {}
    labels = {column.name: column.label_of for column in table.columns}
    headers = {column.name: column.header for column in table.columns}
    found: dict[Key, dict[str, Any]] = {}
    for row in range(len(read.lines)):
        line = {name: labels.get(name, {}).get(values[row], values[row]) for name, values in read.columns.items()}
        key = tuple(line.get(column.name) for column in table.keys) or (f"ligne {row + 1}",)
        found[key] = {headers.get(name, name): value for name, value in line.items() if not _is_key(table, name)}
    return found


def _is_key(table: Table, name: str) -> bool:
    return any(column.name == name for column in table.keys)


def _told(value: Any) -> str:
    return BLANK if value is None else shown(value)

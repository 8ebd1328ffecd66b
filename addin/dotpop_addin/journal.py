"""The sheet Journal: who ran what when, on which inputs and hypotheses, with which results."""

import getpass
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from dotpop_addin import rendering
from dotpop_addin.books.protocol import Block, Book
from dotpop_addin.books.saving import now
from dotpop_addin.declarations.common import JOURNAL
from dotpop_addin.declarations.kinds import Field
from dotpop_addin.declarations.sheets import JOURNAL_SHEET
from dotpop_addin.region import Region
from dotpop_model import __version__
from dotpop_model.tables import Frame


@dataclass(frozen=True, slots=True)
class Line:
    """One calculation, as the Journal tells it: all texts. inputs, hypotheses, results: SHA-256."""

    time: str = ""
    user: str = ""
    version: str = ""
    step: str = ""
    inputs: str = ""
    hypotheses: str = ""
    results: str = ""


def log(book: Book, region: Region, step: str, frames: Mapping[str, Frame]) -> None:
    """Adds the line of a calculation."""
    table = region.field.tables["journal"]
    line = Line(
        time=moment(),
        user=user(),
        version=__version__,
        step=step,
        inputs=inputs_digest(region),
        hypotheses=hypotheses_digest(region),
        results=results_digest(region.field, frames),
    )
    written = [*filled(standing(book, region.field, "journal")), [getattr(line, column.name) for column in table.columns]]
    book.write(region.field.sheet_of["journal"].name, table.excel, table.headers, written)


def lines(book: Book) -> list[Line] | None:
    """What the Journal of a workbook tells, in its order; of whatever field and version. None when it has none."""
    block = book.read(JOURNAL_SHEET.name, JOURNAL.excel)
    if block is None:
        return None
    places = {
        column.name: block.headers.index(column.header) for column in JOURNAL.columns if column.header in block.headers
    }
    return [Line(**{name: str(line[place] or "") for name, place in places.items()}) for line in filled(block)]


def standing(book: Book, field: Field, name: str) -> Block:
    """A result table as it stands; `read_region` has told of those that are missing."""
    table = field.tables[name]
    block = book.read(field.sheet_of[name].name, table.excel)
    if block is None:
        raise KeyError(table.excel)
    return block


def filled(block: Block) -> list[list[Any]]:
    """The lines that hold something."""
    return [line for line in block.rows if any(cell not in (None, "") for cell in line)]


def inputs_digest(region: Region) -> str:
    """SHA-256 of the input tables but the hypotheses, as read."""
    inputs = [table.name for role in ("welcome", "input") for table in region.field.tables_of(role)]
    return _digest({name: region.reads[name].columns for name in inputs if name != "hypotheses"})


def hypotheses_digest(region: Region) -> str:
    """SHA-256 of the values of the hypotheses, as read."""
    return _digest({"hypotheses": region.reads["hypotheses"].columns["value"]})


def results_digest(field: Field, frames: Mapping[str, Frame]) -> str:
    """SHA-256 of result tables, as written."""
    return _digest({name: rendering.rows(field.tables[name], frame) for name, frame in frames.items()})


def _digest(content: Any) -> str:
    """SHA-256 of nested tables; a number counts by its value, whether a file stored it as 600 or 600.0."""
    return hashlib.sha256(json.dumps(_plain(content), ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _plain(content: Any) -> Any:
    if isinstance(content, dict):
        return {key: _plain(value) for key, value in content.items()}
    if isinstance(content, list | tuple):
        return [_plain(value) for value in content]
    if isinstance(content, date):
        return content.isoformat()
    return float(content) if isinstance(content, int) else content


def moment() -> str:
    """Now, as the Journal tells it (UTC)."""
    return now().strftime("%Y-%m-%d %H:%M:%S")


def user() -> str:
    """The account that runs."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # no account name to be had
        return "inconnu"

"""What a cell to fill in accepts, as a rule of the spreadsheet: lists, bounds, lengths, each with its message."""

from datetime import date
from typing import Any

from dotpop_addin.accepted import between, messages
from dotpop_addin.declarations.kinds import NUMERIC, Column, Kind
from dotpop_addin.reading import FINESS_LENGTH, expected
from dotpop_addin.sending.places import Places

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)
LONGEST_TEXT = 1_000


def rule(column: Column, places: Places | None = None) -> dict[str, Any]:
    """The validation of a column, as XlsxWriter takes it. places: where the lists stand that it may refer to."""
    title, prompt, error = messages(column.header, column.help, expected(column))
    told = {"input_title": title, "input_message": prompt, "error_title": title, "error_message": error}
    if column.choices:
        return told | {"validate": "list", "source": list(column.choices)}
    if column.refers and places is not None and places.listed(column.refers):
        return told | {"validate": "list", "source": f"={places.listed(column.refers)}"}
    if column.kind == Kind.DATE:
        return told | {"validate": "date", "criteria": "between", "minimum": FIRST_DAY, "maximum": LAST_DAY}
    if column.kind == Kind.FINESS:
        return told | {"validate": "length", "criteria": "==", "value": FINESS_LENGTH}
    if column.kind in NUMERIC:
        low, high = between(column.minimum, column.maximum)
        kind = "integer" if column.kind == Kind.INTEGER else "decimal"
        return told | {"validate": kind, "criteria": "between", "minimum": low, "maximum": high}
    return told | {"validate": "length", "criteria": "<=", "value": LONGEST_TEXT}

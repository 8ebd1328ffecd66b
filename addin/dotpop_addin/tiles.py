"""The tile map: one tile of three cells per département, placed roughly as on a map."""

from collections.abc import Iterator
from functools import cache

from dotpop_addin import data_files
from dotpop_addin.books.protocol import Value, column_letters
from dotpop_addin.declarations.common import POSITIONS, REGION_CODE
from dotpop_addin.region import Region
from dotpop_model.index import position
from dotpop_model.tables import Frame

SHEET, TOP, LEFT = "Synthèse", 49, 2
"""Where the map's first tile stands."""
TILE_ROWS, LINES, COLUMNS = 3, 6, 5
SYMBOLS = {"under": "▼", "neutral": "●", "over": "▲"}


@cache
def layouts() -> dict[str, list[list[str]]]:
    """Lines of département codes by region code."""
    data = data_files.read("tiles.toml")
    return {code: entry["lines"] for code, entry in data.items()}


def cells(region: Region, groups: Frame) -> dict[str, Value]:
    """The cells of the map: code and name, index, position in words with its symbol; empty where there is no tile."""
    rows = groups.where(groups["kind"] == "departement").records()
    departements = {row["group"]: row for row in rows}
    found: dict[str, Value] = {
        f"{column_letters(LEFT + column)}{TOP + row}": None for row in range(LINES * TILE_ROWS) for column in range(COLUMNS)
    }
    labels = {word: label for label, word in POSITIONS.items()}
    for line, column, code in _places(region.identity.get(REGION_CODE, ""), list(departements)):
        value = departements[code]["index"]
        word = str(position([value], region.hypotheses.low, region.hypotheses.high)[0])
        column_name, top = column_letters(LEFT + column), TOP + TILE_ROWS * line
        name = departements[code]["name"]
        found |= {
            f"{column_name}{top}": f"{code} {name}".strip(),
            f"{column_name}{top + 1}": value,
            f"{column_name}{top + 2}": f"{SYMBOLS[word]} {labels[word]}",
        }
    return found


def _places(region: str, codes: list[str]) -> Iterator[tuple[int, int, str]]:
    lines = layouts().get(region)
    if lines is None or not set(codes) <= {code for line in lines for code in line}:
        lines = [sorted(codes)[start : start + COLUMNS] for start in range(0, len(codes), COLUMNS)]
    for line, row in enumerate(lines[:LINES]):
        for column, code in enumerate(row):
            if code in codes:
                yield line, column, code

"""Whatever may stand in a cell, as hypothesis draws it, and a workbook with it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

import openpyxl
from cases.mutating import packed
from cases.mutating_xml import CELL
from hypothesis import strategies as st
from openpyxl.utils import range_boundaries

ERRORS = ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!")
FORMULAS = ("1/0", "A1", "NOW()", "SUM(A1:A9)", '"é"', "[1]Feuil1!A1", "TRUE()")


@dataclass(frozen=True)
class Place:
    """A cell that someone may fill in: the part of its sheet, and its address."""

    part: str
    address: str


def number(value: float) -> str:
    return f"<v>{value!r}</v>"


def text(value: str) -> str:
    """Control characters as Excel writes them."""
    safe = re.sub(r"[\x00-\x1f\ufffe\uffff]", lambda one: f"_x{ord(one[0]):04X}_", value)
    return f'<is><t xml:space="preserve">{escape(safe)}</t></is>'


NUMBERS = st.one_of(
    st.integers(-10, 10**6),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([0.5, 1e15, 1e300, -1e-300, 2958466, 60]),
)
WRITTEN = st.text("0123456789 .,-'()€%MkmEe/+\u00a0\u202f\u2212\n", max_size=12)
TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=("Cs",)), max_size=20),
    WRITTEN,
    st.sampled_from(["x" * 32_767, "=1", "#N/A", "HORS"]),
)
CONTENTS = st.one_of(
    st.just(("", "")),
    NUMBERS.map(lambda one: ("", number(one))),
    TEXTS.map(lambda one: (' t="inlineStr"', text(one))),
    st.booleans().map(lambda one: (' t="b"', number(int(one)))),
    st.sampled_from(ERRORS).map(lambda one: (' t="e"', f"<v>{one}</v>")),
    st.dates().map(lambda one: (' t="d"', f"<v>{one.isoformat()}</v>")),
    st.sampled_from(FORMULAS).map(lambda one: ("", f"<f>{escape(one)}</f>")),
    st.tuples(st.sampled_from(FORMULAS), NUMBERS).map(lambda one: ("", f"<f>{escape(one[0])}</f>{number(one[1])}")),
)
"""What a cell is said to hold: its type, and its content as a sheet writes it."""


def changes(places: Sequence[Place]) -> st.SearchStrategy[dict[Place, tuple[str, str]]]:
    return st.dictionaries(st.sampled_from(places), CONTENTS, min_size=1, max_size=6)


def with_contents(parts: Mapping[str, bytes], wanted: Mapping[Place, tuple[str, str]]) -> bytes:
    """A workbook where these cells hold something else; they keep their looks."""
    changed = dict(parts)
    for place, (kind, content) in wanted.items():

        def other(found: re.Match[bytes], place: Place = place, kind: str = kind, content: str = content) -> bytes:
            if found[1].decode() != place.address:
                return found[0]
            look = re.search(rb' s="[0-9]+"', found[2])
            shown = look[0].decode() if look and " t=" not in kind.replace(' t="b"', "") else ""
            return f'<c r="{place.address}"{shown}{kind}>{content}</c>'.encode()

        changed[place.part] = CELL.sub(other, changed[place.part])
    return packed(changed)


def places_of(path: object, tables: Sequence[str] = ()) -> list[Place]:
    """The cells of the bodies of tables, by name; of all tables when none is named."""
    found = []
    for number_of_sheet, sheet in enumerate(openpyxl.load_workbook(path).worksheets, start=1):
        for table in sheet.tables.values():
            if tables and table.displayName not in tables:
                continue
            left, top, right, bottom = range_boundaries(table.ref)
            cells = [sheet.cell(row, column) for row in range(top + 1, bottom + 1) for column in range(left, right + 1)]
            part = f"xl/worksheets/sheet{number_of_sheet}.xml"
            found += [Place(part, cell.coordinate) for cell in cells if cell.has_style or cell.value is not None]
    return found

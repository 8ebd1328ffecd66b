"""How far a file is filled in: for each sheet, what is to be filled in and what is, as formulas with their values."""

from dataclasses import dataclass

from dotpop_addin.declarations.kinds import Sheet
from dotpop_addin.declarations.sent import MEASURED
from dotpop_addin.sending.content import Content
from dotpop_addin.sending.places import Place, Places
from dotpop_addin.sending.signals import FALL, RISE, is_jump

BLOCKS = 20
MARKS = (RISE[0], FALL[0], "✖")
"""First signs of the signals that still ask something."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A number as a formula and its value in the file as it is sent."""

    formula: str
    value: int


def asked(sheet: Sheet, content: Content, places: Places) -> Counted:
    """Cells to fill in: those of the given lines, and a mark for each line begun but not finished, and each open signal."""
    number, terms = 0, list[str]()
    for place in (places.of[table.name] for table in sheet.tables):
        number += place.given * len(place.required)
        terms += [_unfinished(place)] if place.free else []
        terms += [_open_signals(place)] if "signal" in place.letters else []
    signals = sum(_open(content, table.name) for table in sheet.tables)
    return Counted("+".join([str(number), *terms]), number + signals)


def filled(sheet: Sheet, content: Content, places: Places) -> Counted:
    """Of the cells of the given lines, those that are filled in; a declared total counts when it is right."""
    number, terms = 0, ["0"]
    for place in (places.of[table.name] for table in sheet.tables):
        if not place.given:
            continue
        if "difference" in place.letters:
            terms.append(f"COUNTIF({place.area('difference')},0)")
            continue
        last = place.row + place.given
        terms += [f"COUNTA({place.area(name, last=last)})" for name in place.required]
        lines = content.given(place.table.name)
        number += sum(line.get(name) is not None for line in lines for name in place.required)
    return Counted("+".join(terms), number)


def bar(asked_cell: str, filled_cell: str) -> str:
    """The formula of a bar of blocks."""
    share = f"IF({asked_cell}=0,1,MIN(1,{filled_cell}/{asked_cell}))"
    blocks = f"INT({BLOCKS}*{share})"
    percent = f'IF({share}=1,"  ✔ complet","  "&INT(100*{share})&" %")'
    return f'REPT("█",{blocks})&REPT("░",{BLOCKS}-{blocks})&{percent}'


def bar_text(asked_cells: int, filled_cells: int) -> str:
    """The same as its value.

    >>> bar_text(4, 4), bar_text(4, 1)
    ('████████████████████  ✔ complet', '█████░░░░░░░░░░░░░░░  25 %')
    """
    share = min(1.0, filled_cells / asked_cells) if asked_cells else 1.0
    blocks = int(BLOCKS * share)
    return "█" * blocks + "░" * (BLOCKS - blocks) + ("  ✔ complet" if share == 1 else f"  {int(100 * share)} %")


def _unfinished(place: Place) -> str:
    """Free lines of which something but not all that is required is filled in."""
    first = place.first + place.given
    areas = [place.area(name, first) for name in place.required]
    some = "+".join(f'({area}<>"")' for area in areas)
    return f"SUMPRODUCT(--(({some})>0),--(({some})<{len(areas)}))"


def _open_signals(place: Place) -> str:
    begins = "+".join(f'(LEFT({place.area("signal")},1)="{mark}")' for mark in MARKS)
    return f"SUMPRODUCT({begins})"


def _open(content: Content, table: str) -> int:
    """The same in the file as it is sent: a known value may already be far from its reference."""
    measured = MEASURED.get(table)
    lines = content.given(table) if measured else ()
    return sum(is_jump(line.get(measured or ""), line.get("reference"), content.limits) for line in lines)

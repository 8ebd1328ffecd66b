"""Verifying: what stands in a workbook against what its inputs give now."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dotpop_addin import rendering
from dotpop_addin.actions import STEP_LABELS, Calculation, check, written_cells
from dotpop_addin.books.protocol import Block, Book
from dotpop_addin.declarations.common import JOURNAL
from dotpop_addin.declarations.kinds import Kind, Table
from dotpop_addin.declarations.sheets import JOURNAL_SHEET
from dotpop_addin.journal import Line, filled, hypotheses_digest, inputs_digest, lines, results_digest, standing
from dotpop_addin.problems import WARNING, Problem, ProblemsFound
from dotpop_model import __version__
from dotpop_model.errors import number
from dotpop_model.sharing import HALF_CENT

TOLERANCE = 1e-9  # relative: what another processor or library may change in a float
DIGITS = 10  # decimals told: enough to see any such change
ABSOLUTE = {Kind.AMOUNT: HALF_CENT, Kind.EURO: HALF_CENT, Kind.COUNT: 1e-6}  # €; a millionth of an inhabitant


@dataclass(frozen=True)
class Verification:
    """What a verification found. checked: cells compared; differences: those that no longer stand, the first one first;
    reasons: what explains them (inputs or hypotheses changed since the last calculation)."""

    calculation: Calculation
    checked: int
    differences: list[Problem]
    reasons: list[str]


def verify(book: Book) -> Verification:
    """Recomputes from the inputs in the workbook and compares each result cell."""
    calculation = check(book)
    field = calculation.region.field
    known = lines(book)
    if not known:
        action = "Lancer d'abord le calcul (dotpop run)."
        raise ProblemsFound([Problem(book.name, "aucun résultat dans ce classeur", "un calcul", action, "Journal")])
    found, checked = [], 0
    for name, frame in calculation.results.frames().items():
        table = field.tables[name]
        wanted = rendering.rows(table, frame)
        headers = rendering.headers(table, frame)
        checked += len(wanted) * len(headers)
        found += _differences(book.name, table, headers, standing(book, field, name), wanted)
    for sheet, cells in written_cells(calculation.region, calculation.results).items():
        checked += len(cells)
        for (address, expected), value in zip(cells.items(), book.read_cells(sheet, list(cells)), strict=True):
            if not _same(Kind.TEXT, value, expected):
                found.append(_stale(book.name, sheet, f"« {_told(value)} »", f"« {_told(expected)} »", address))
    return Verification(calculation, checked, found, _reasons(calculation, known[-1]))


def altered(book: Book) -> list[Problem]:
    """The cells of the Journal that no calculation can have written."""
    block = book.read(JOURNAL_SHEET.name, JOURNAL.excel)
    if block is None:
        return []
    names = {column.header: column.name for column in JOURNAL.columns}
    action = "Cette ligne a été modifiée à la main : la rétablir depuis une sauvegarde, ou recalculer (dotpop run)."
    found = []
    for i, line in enumerate(block.rows):
        if any(cell not in (None, "") for cell in line):
            for j, (header, cell) in enumerate(zip(block.headers, line, strict=True)):
                possible, expected = WRITTEN.get(names.get(header, ""), ANYTHING)
                if not possible(str(cell or "")):
                    told = f"« {header} » : {_told(cell)}" if cell in (None, "") else f"« {header} » : « {_told(cell)} »"
                    found.append(Problem(book.name, told, expected, action, block.sheet, block.address(i, j), WARNING))
    return found


def _is_moment(text: str) -> bool:
    try:
        return bool(datetime.strptime(text, "%Y-%m-%d %H:%M:%S"))
    except ValueError:
        return False


def _is_digest(text: str) -> bool:
    return re.fullmatch("[0-9a-f]{64}", text) is not None


ANYTHING: tuple[Callable[[str], bool], str] = (lambda text: True, "")
WRITTEN: dict[str, tuple[Callable[[str], bool], str]] = {
    "time": (_is_moment, "une date comme 2026-01-31 12:00:00"),
    "user": (bool, "un compte"),
    "version": (bool, "une version de dotpop"),
    "step": ({"complet", *STEP_LABELS.values()}.__contains__, "« complet », ou une étape"),
    **dict.fromkeys(("inputs", "hypotheses", "results"), (_is_digest, "une empreinte : 64 caractères de 0 à 9 et de a à f")),
}
"""What a calculation writes into each column of the Journal: whether a text can be it, and how that is told."""


def discrepancies(found: Verification, last: Line) -> list[str]:
    """What the last line of the journal says that is not so today, where every result stands."""
    calculation, region = found.calculation, found.calculation.region
    if last.step in STEP_LABELS.values() or last.version != __version__:
        return []
    results = results_digest(region.field, calculation.results.frames())
    digests = {
        "des entrées": (last.inputs, inputs_digest(region)),
        "des hypothèses": (last.hypotheses, hypotheses_digest(region)),
        "des résultats": (last.results, results),
    }
    told = "n'est pas celle d'aujourd'hui : saisie sans effet, calcul d'un autre ordinateur, ou Journal modifié à la main."
    return [f"L'empreinte {name} au Journal {told}" for name, (then, today) in digests.items() if then != today]


def _reasons(calculation: Calculation, last: Line) -> list[str]:
    """What changed since the last line of the journal; where nothing did, only a hand can have changed a result."""
    then, version = f"depuis le calcul du {last.time}", last.version
    changed = {
        f"Le calcul du {last.time} n'a porté que sur l'étape {last.step}.": last.step in STEP_LABELS.values(),
        f"Les données saisies ont changé {then}.": last.inputs != inputs_digest(calculation.region),
        f"Les hypothèses ont changé {then}.": last.hypotheses != hypotheses_digest(calculation.region),
        f"Ce calcul a été fait par la version {version} de dotpop, celle-ci est la {__version__}.": version != __version__,
    }
    by_hand = f"Ni les données, ni les hypothèses, ni le programme n'ont changé {then} : modifié à la main."
    return [reason for reason, true in changed.items() if true] or [by_hand]


def _differences(file: str, table: Table, headers: list[str], block: Block, wanted: list[list[Any]]) -> list[Problem]:
    body = filled(block)
    if block.headers != headers:
        return [_stale(file, block.sheet, "en-têtes modifiés", "les en-têtes d'origine", block.address(-1, 0))]
    if len(body) != len(wanted):
        return [_stale(file, block.sheet, f"{len(body)} lignes", f"{len(wanted)} lignes", block.address(0, 0))]
    found = []
    for i, (line, expected) in enumerate(zip(body, wanted, strict=True)):
        for j in range(len(headers)):
            if not _same(rendering.column_at(table, j).kind, line[j], expected[j]):
                place = block.address(i, j)
                found.append(_stale(file, block.sheet, f"« {_told(line[j])} »", f"« {_told(expected[j])} »", place))
    return found


def _same(kind: Kind, found: Any, wanted: Any) -> bool:
    numbers = isinstance(found, int | float) and isinstance(wanted, int | float)
    if not numbers:
        return (found in (None, "") and wanted in (None, "")) or found == wanted
    allowed = ABSOLUTE.get(kind) or TOLERANCE * max(1.0, abs(wanted))
    return bool(abs(found - wanted) <= allowed)


def _stale(file: str, sheet: str, found: str, expected: str, cell: str) -> Problem:
    action = "Le résultat ne tient plus : relancer le calcul, ou chercher qui l'a modifié."
    return Problem(file, found, expected, action, sheet, cell)


def _told(value: Any) -> str:
    """A cell in French words: thousands apart, decimal comma."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "vide" if value in (None, "") else str(value)
    return number(round(value, DIGITS))

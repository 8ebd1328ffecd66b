"""Filters of a sheet: taken off while it is written, for Excel would skip the rows that they hide, then put on again."""

from functools import partial
from typing import TypeAlias

from dotpop_addin.books.excel_busy import is_busy
from dotpop_addin.books.excel_cells import Com
from dotpop_addin.books.excel_undo import Undo
from dotpop_addin.problems import Problem, ProblemsFound

AND, OR = 1, 2
RESTORABLE = (0, AND, OR, 3, 4, 5, 6, 7, 11)  # comparisons, top and bottom, values, dynamic; not colours and icons
Criteria: TypeAlias = list[dict[str, object]]


class Filters:
    """The filters taken off during a change."""

    def __init__(self, file: str, undo: Undo) -> None:
        self._file, self._undo = file, undo
        self._taken: dict[str, list[tuple[Com, Criteria]]] = {}

    def take_off(self, worksheet: Com) -> None:
        """Shows all the rows of a sheet. Raises ProblemsFound for a filter that could not be put on again."""
        sheet = str(worksheet.Name)
        if sheet in self._taken:
            return
        found = [(owner, _criteria(owner.AutoFilter)) for owner in (*worksheet.ListObjects, worksheet) if _filters(owner)]
        known = [(owner, criteria) for owner, criteria in found if criteria is not None]
        if len(known) < len(found):
            what = "un filtre par couleur, par icône ou par période serait perdu"
            action = "Effacer ce filtre (Données > Effacer), puis relancer. Rien n'a été modifié."
            raise ProblemsFound([Problem(self._file, what, "une feuille sans ce filtre", action, sheet)])
        self._taken[sheet] = known
        for owner, criteria in known:
            self._undo.by(partial(_put_on, owner, criteria))
            owner.AutoFilter.ShowAllData()

    def put_on(self) -> None:
        """Puts all of them on again."""
        for owner, criteria in (one for taken in self._taken.values() for one in taken):
            self._undo.by(partial(_show_all, owner))
            _put_on(owner, criteria)


def _filters(owner: Com) -> bool:
    """Whether a table, or a sheet, hides rows."""
    return owner.AutoFilter is not None and bool(owner.AutoFilter.FilterMode)


def _criteria(filters: Com) -> Criteria | None:
    """What the columns are filtered by; None when Excel does not say all of it."""
    columns = range(1, filters.Filters.Count + 1)
    found = [_criterion(filters.Filters(column), column) for column in columns if filters.Filters(column).On]
    known = [one for one in found if one is not None]
    return known if len(known) == len(found) else None


def _criterion(one: Com, column: int) -> dict[str, object] | None:
    try:
        operator, first = one.Operator, one.Criteria1
        second = {"Criteria2": one.Criteria2} if operator in (AND, OR) else {}
    except Exception as error:  # Excel raises for the criteria that it does not tell
        if is_busy(error):
            raise
        return None
    if operator not in RESTORABLE:
        return None
    return {"Field": column, "Criteria1": first, **({"Operator": operator} if operator else {}), **second}


def _put_on(owner: Com, criteria: Criteria) -> None:
    _show_all(owner)
    for one in criteria:
        if one["Field"] in range(1, owner.AutoFilter.Filters.Count + 1):
            owner.AutoFilter.Range.AutoFilter(**one)


def _show_all(owner: Com) -> None:
    if _filters(owner):
        owner.AutoFilter.ShowAllData()

"""The care that the others give, line by line, as arrays: what a fiche counts to know what it may show of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dotpop_model.arrays import Array
from dotpop_model.disclosure import Places
from dotpop_model.tables import Frame, Mask

if TYPE_CHECKING:
    from dotpop_addin.fiches.common import Common

Cell = tuple[str, str]
"""A territory and an age ("" for all ages)."""


@dataclass(frozen=True)
class Lines:
    """The care of the others, line by line. hospital, age, weight: places among distinct ones; cell: place among the cells
    of the reader (-1: in none); home: whether it is given to residents of the reader's territory."""

    names: Sequence[str]
    ages: Sequence[str]
    hospital: Places
    age: Places
    weight: Places
    weights: Array
    volumes: Array
    cell: Places
    home: Mask

    def where(self, rows: Mask) -> "Lines":
        return Lines(
            self.names,
            self.ages,
            self.hospital[rows],
            self.age[rows],
            self.weight[rows],
            self.weights[rows],
            self.volumes[rows],
            self.cell[rows],
            self.home[rows],
        )

    def hospitals(self) -> list[str]:
        """The hospitals that have lines."""
        return [self.names[place] for place in np.unique(self.hospital).tolist()]


def lines_of(common: "Common", hospital: int, cells: Sequence[Cell]) -> Lines:
    """The lines of the others, at the reader's level of territories."""
    lines, age = common.lines[common.hypotheses.level(common.compared[hospital])], common.hypotheses.contribution_by_age
    names, whose = lines.coded("finess")
    codes, territory = lines.coded("territory")
    ages, age_of = lines.coded("age")
    place = {cell: number for number, cell in enumerate(cells)}
    cell_of = np.array([[place.get((code, one if age else ""), -1) for one in ages] for code in codes], dtype=np.intp)
    cell = cell_of[territory, age_of] if len(lines) else territory
    if common.hypotheses.contribution_scope != "all":
        segment = common.compared[hospital]
        inside = {finess for finess, one in zip(common.finess, common.compared, strict=True) if one == segment}
        cell = np.where(np.array([name in inside for name in names], dtype=bool)[whose], cell, -1)
    home = np.array([code == common.flows[hospital]["territory"] for code in codes], dtype=bool)[territory]
    others = np.array([name != common.finess[hospital] for name in names], dtype=bool)[whose]
    weight, weights, volumes = lines.coded("weight")[1], lines.floats("weight"), lines.floats("volume")
    return Lines(names, ages, whose, age_of, weight, weights, volumes, cell, home).where(others)


def coded(lines: Lines, columns: Iterable[Places]) -> Places:
    """A number for each line, the same for those that agree on all columns."""
    code = np.zeros(len(lines.volumes), dtype=np.intp)
    for places in columns:
        _, place = np.unique(places, return_inverse=True)
        code = code * (int(place.max(initial=0)) + 1) + place
    return code


def summed(lines: Lines, columns: Mapping[str, Places]) -> Frame:
    """The volumes of lines added up by columns and weight, in the order in which these first come."""
    code = coded(lines, [*columns.values(), lines.weight])
    _, first, group = np.unique(code, return_index=True, return_inverse=True)
    order = np.argsort(first)
    sums = np.bincount(group, weights=lines.volumes, minlength=len(first))[order]
    named = {name: list(map(str, places[first[order]].tolist())) for name, places in columns.items()}
    return Frame({**named, "weight": lines.weights[first[order]], "volume": sums})

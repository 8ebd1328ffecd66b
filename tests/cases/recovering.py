"""Readers who try to find what is not shown: in every part of a file, by linear programs, by combining totals."""

import html
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
from highspy import Highs, kHighsInf

from dotpop_addin.levels import rounded
from dotpop_model.disclosure import SECRET, SHOWN, STATE
from dotpop_model.tables import Frame, Results

TEXT = re.compile(r'<c [^>]*t="s"[^>]*><v>[0-9]+</v></c>')  # its number is the place of a text
FIGURES = ("allocation", "population", "per_head", "index", "gap", "need", "target")
NUMBER = re.compile(r"<(?:c:)?v>(-?[0-9]+(?:\.[0-9]+)?(?:E[-+]?[0-9]+)?)</(?:c:)?v>")


class Export:
    """A workbook as one who unpacks it sees it. parts: the text of each. numbers: every figure, of cells and of charts."""

    def __init__(self, path: Path) -> None:
        with zipfile.ZipFile(path) as archive:
            self.parts = {name: html.unescape(archive.read(name).decode("utf-8")) for name in archive.namelist()}
        self.sheets = {sheet.title: sheet for sheet in openpyxl.load_workbook(path).worksheets}
        found = (float(one) for text in self.parts.values() for one in NUMBER.findall(TEXT.sub("", text)))
        self.numbers = np.unique(np.array([*found, 0.0]))

    def named(self, names: Iterable[str]) -> list[tuple[str, str]]:
        """The names that a part of the file holds, as words of their own."""
        wanted = {name: re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", re.IGNORECASE) for name in names}
        return [(part, name) for part, text in self.parts.items() for name, word in wanted.items() if word.search(text)]

    def held(self, figures: Iterable[float]) -> list[float]:
        """Those of some figures that a cell or a chart holds, to a billionth."""
        return [one for one in figures if one and np.isclose(self.numbers, one, rtol=1e-9, atol=0).any()]

    def tables(self, sheet: str, first: str) -> list[tuple[str, list[dict[str, Any]]]]:
        """The tables whose first header is this: what stands above it, and the lines."""
        lines = [[cell.value for cell in line] for line in self.sheets[sheet].iter_rows()]
        found = []
        for head in [place for place, line in enumerate(lines) if line[0] == first]:
            names = [name for name in lines[head] if name]
            ends = [place for place in range(head + 1, len(lines)) if lines[place][0] is None]
            body = lines[head + 1 : ends[0] if ends else len(lines)]
            found.append((str(lines[head - 1][0]), [dict(zip(names, line, strict=False)) for line in body]))
        return found


def figures_of(results: Results, hospitals: Frame) -> set[float]:
    """The amounts, populations and indices of some hospitals; an index of two decimals may be that of a place."""
    years = results.trajectory
    years = years.where(np.isin(years["finess"], hospitals["finess"]))
    found = [one for name in FIGURES for one in hospitals.floats(name).tolist()]
    found += [one for name in ("allocation", "carry_forward", "remaining") for one in years.floats(name).tolist()]
    public = set(results.weighted_population.floats("weighted_population").tolist())
    return {one for one in found if abs(one) > 10 or rounded(one) != one} - public


def given_away(groups: list[np.ndarray], known: np.ndarray) -> list[tuple[int, ...]]:
    """The hospitals, alone or by two, whose amounts are a combination of the printed ones and of those known."""
    equations = np.array([*groups, *np.eye(len(known))[known]], dtype=float)
    _, sizes, vectors = np.linalg.svd(equations)
    free = vectors[(sizes > 1e-9).sum() :]  # what may change while every equation holds
    unknown = np.flatnonzero(~known).tolist()
    alone = [(one,) for one in unknown if np.abs(free[:, one]).max(initial=0) < 1e-9]
    pairs = [
        (one, other)
        for one in unknown
        for other in unknown
        if one < other and np.abs(free[:, one] + free[:, other]).max(initial=0) < 1e-9
    ]
    return alone + pairs


class Attack:
    """A reader with a solver and nothing but the printed tables: zeros are printed, absent combinations are nil.

    measure: column of the figures. known: counts of its own, by what the finest columns hold.
    """

    def __init__(
        self,
        tables: Sequence[Frame],
        columns: Sequence[tuple[str, ...]],
        measure: str = "patients",
        known: Mapping[tuple[str, ...], float] | None = None,
    ) -> None:
        names = list(dict.fromkeys(name for one in columns for name in one))
        found = {
            name: dict.fromkeys(text for table in tables if name in table for text in table.texts(name)) for name in names
        }
        self._program = Highs()
        self._program.setOptionValue("output_flag", False)
        cells = {key: self._program.addVariable(lb=0) for key in product(*found.values())}
        for own, value in (known or {}).items():
            self._program.addConstr(cells[own] + 0 == value)
        self.sums: list[list[Any]] = []
        for table, own in zip(tables, columns, strict=True):
            printed: dict[tuple[str, ...], Any] = {}
            for key, cell in cells.items():
                code = tuple(key[names.index(name)] for name in own)
                printed[code] = printed.get(code, 0) + cell
            figures = list(zip(*(table.texts(name) for name in own), strict=True)) or [()]
            for absent in set(printed) - set(figures):
                self._program.addConstr(printed[absent] == 0)
            for code, value, state in zip(figures, table[measure].tolist(), table[STATE].tolist(), strict=True):
                if state == SHOWN:
                    self._program.addConstr(printed[code] == value)
                elif state == SECRET:
                    self._program.addConstr(printed[code] >= 1)
            self.sums.append([printed[code] + 0 for code in figures])

    def interval(self, figure: Any) -> tuple[float, float]:
        """The least and the greatest value of a figure."""
        self._program.clearSolver()
        self._program.minimize(figure)
        low = self._program.getInfo().objective_function_value
        self._program.clearSolver()
        self._program.maximize(figure)
        bounded = self._program.getModelStatus().name == "kOptimal"
        return low, self._program.getInfo().objective_function_value if bounded else kHighsInf

"""Each hospital in each scenario: index, position, need, last allocation; who crosses a bound; who gains and who loses."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from dotpop_addin.actions import Calculation
from dotpop_model.sharing import HALF_CENT
from dotpop_model.tables import Frame

Values = dict[str, float]
GROUPED_BY = ("segment", "status", "federation", "departement", "kind")


class Hospitals:
    """The hospitals of all scenarios, in the order of the first, then those that only others have."""

    def __init__(self, calculations: Sequence[Calculation]) -> None:
        self.indices = [calculation.results.indices for calculation in calculations]
        self.lines = [{row["finess"]: row for row in frame.records()} for frame in self.indices]
        self.finess = list(dict.fromkeys(code for lines in self.lines for code in lines))
        self.last = [_last_allocations(calculation) for calculation in calculations]

    def about(self, finess: str) -> Mapping[str, object]:
        """Identity of a hospital, as the first scenario that has it gives it."""
        return next(lines[finess] for lines in self.lines if finess in lines)

    def values(self, name: str) -> list[Values]:
        """A quantity of each hospital, by scenario ("last": its allocation of the last year)."""
        if name == "last":
            return self.last
        return [{code: float(line[name]) for code, line in lines.items()} for lines in self.lines]

    def table(self, name: str) -> Frame:
        """A line per hospital: identity, the quantity in each scenario, and its difference from the first."""
        found = self.values(name)
        rows = []
        for code in self.finess:
            about = self.about(code)
            own = [values.get(code, float("nan")) for values in found]
            rows.append((code, about["name"], about["segment"], *own, *(value - own[0] for value in own[1:])))
        places = range(len(found))
        names = (
            "finess",
            "name",
            "segment",
            *(f"value_{place}" for place in places),
            *(f"gap_{place}" for place in places[1:]),
        )
        return Frame.from_rows(names, rows)

    def crossings(self) -> Iterator[tuple[object, ...]]:
        """The hospitals whose position is not the same in all scenarios: identity, positions, indices."""
        for code in self.finess:
            own = [lines.get(code) for lines in self.lines]
            positions = [None if line is None else line["position"] for line in own]
            if len(set(positions)) > 1:
                about = self.about(code)
                indices = [float("nan") if line is None else float(line["index"]) for line in own]
                yield (code, about["name"], about["segment"], *positions, *indices)

    def winners(self) -> Iterator[tuple[Any, ...]]:
        """By group and scenario: hospitals that have more, less or the same in the last year, and by how much (€)."""
        for place in range(1, len(self.last)):
            both = [code for code in self.finess if code in self.last[0] and code in self.last[place]]
            gaps = np.array([self.last[place][code] - self.last[0][code] for code in both])
            for kind, group, rows in self._groups(both):
                own = gaps[rows]
                more, less = own[own >= HALF_CENT], own[own <= -HALF_CENT]
                yield (
                    place,
                    kind,
                    group,
                    len(own),
                    len(more),
                    float(more.sum()),
                    len(less),
                    float(less.sum()),
                    len(own) - len(more) - len(less),
                    float(own.sum()),
                )

    def _groups(self, codes: Sequence[str]) -> "Iterator[tuple[str, str, np.ndarray[tuple[int], np.dtype[np.bool_]]]]":
        yield "all", "Région", np.ones(len(codes), dtype=bool)
        for kind in GROUPED_BY:
            own = np.array([str(self.about(code).get(kind) or "") for code in codes], dtype=object)
            for group in sorted(set(own.tolist()) - {""}):
                yield kind, group, own == group


def _last_allocations(calculation: Calculation) -> Values:
    """The allocation of each hospital at the end of its trajectory."""
    frame = calculation.results.trajectory
    year = int(frame["year"].max())
    rows = frame.where(frame["year"] == year)
    return dict(zip(rows.texts("finess"), rows.floats("allocation").tolist(), strict=True))

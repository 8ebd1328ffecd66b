"""Territories: reading a place at the level where a segment compares populations."""

from collections.abc import Sequence

from dotpop_model.errors import Fault, named
from dotpop_model.tables import Tables
from dotpop_model.vocabulary import OUTSIDE


class Territories:
    """The territories of a region with their levels and what each is attached to."""

    def __init__(self, tables: Tables) -> None:
        frame = tables.territories
        self.codes = frame.texts("territory")
        self.level = dict(zip(self.codes, frame.texts("level"), strict=True))
        self.parent = dict(zip(self.codes, frame.texts("parent"), strict=True))
        self.name = dict(zip(self.codes, frame.texts("name"), strict=True))

    def at(self, level: str) -> list[str]:
        """The codes of one level, in the order of the table."""
        return [code for code in self.codes if self.level[code] == level]

    def up(self, code: str, level: str) -> str | None:
        """The territory of `level` that holds `code` (itself when it is of that level); None when there is none."""
        seen: set[str] = set()
        while code and code not in seen:
            if code == OUTSIDE or self.level.get(code) == level:
                return code
            seen.add(code)
            code = self.parent.get(code, "")
        return None

    def departement(self, code: str) -> str:
        """The département that holds a territory, or "" when the table does not say."""
        return self.up(code, "departement") or ""

    def mapping(self, codes: Sequence[str], level: str) -> tuple[dict[str, str], list[Fault]]:
        """Each code's territory at `level`, and a fault naming those that have none."""
        found = {code: self.up(code, level) for code in dict.fromkeys(codes)}
        lost = [code for code, target in found.items() if target is None]
        faults = []
        if lost:
            message = (
                f"Territoires sans rattachement au niveau demandé : {named(lost)}. "
                "Compléter la colonne « Rattaché à » ou changer la maille dans Hypothèses."
            )
            faults.append(Fault(message, "territories", "parent", tuple(lost)))
        return {code: target for code, target in found.items() if target is not None}, faults

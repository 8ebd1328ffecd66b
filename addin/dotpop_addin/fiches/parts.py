"""What the parts of a fiche share: its hospital, its page, and where the steps already written stand."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from dotpop_addin.declarations.common import POSITIONS
from dotpop_addin.disclosure import withheld
from dotpop_addin.fiches.common import Common, Level
from dotpop_addin.fiches.others import Shown
from dotpop_addin.sheets.page import TOTAL, Cell, Page

POSITION_NAMES = {word: label for label, word in POSITIONS.items()}


@dataclass
class Part:
    """A fiche being written. at: addresses of the steps by name. served: row of each territory among the populations."""

    common: Common
    hospital: int
    page: Page
    shown: Shown
    at: dict[str, str] = field(default_factory=dict)
    served: dict[str, int] = field(default_factory=dict)

    @property
    def index(self) -> dict[str, Any]:
        """The line of the hospital in the indices."""
        return self.common.indices[self.hospital]

    @property
    def flow(self) -> dict[str, Any]:
        """The line of the hospital in the flows."""
        return self.common.flows[self.hospital]

    @cached_property
    def level(self) -> Level:
        return self.common.level_of(self.hospital)

    @property
    def method(self) -> str:
        return self.common.method_of(self.hospital)

    @property
    def withheld(self) -> str:
        """Why a figure is not shown, one reason for all: to tell which would tell what is small."""
        return withheld(self.common.disclosure)

    def named(self, code: str, name: str) -> str:
        """A territory as one reads it."""
        return self.common.anonymous(f"{code} {name}".strip(), self.hospital)

    def total(self, name: str, label: str, cell: Cell, unit: str = "", note: str = "") -> None:
        """A line with one figure, which later steps find by its name."""
        self.at[name] = f"{TOTAL}{self.page.line(label, {TOTAL: cell}, unit, note)}"

    def position(self, index: str) -> str:
        """The formula of a position from the cell of an index."""
        under, neutral, over = (POSITION_NAMES[word] for word in ("under", "neutral", "over"))
        return f'IF({index}<{self.at["low"]},"{under}",IF({index}>{self.at["high"]},"{over}","{neutral}"))'

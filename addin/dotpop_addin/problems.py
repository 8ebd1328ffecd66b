"""What is wrong in a workbook, told to its user: where, what was found, what is expected, what to do."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass

ERROR, WARNING = "erreur", "avertissement"


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem. file: of the workbook. found, expected, action: French, each able to stand alone."""

    file: str
    found: str
    expected: str
    action: str
    sheet: str = ""
    cell: str = ""
    severity: str = ERROR

    @property
    def place(self) -> str:
        if not self.sheet:
            return self.file
        return f"Feuille {self.sheet}, cellule {self.cell}" if self.cell else f"Feuille {self.sheet}"

    def __str__(self) -> str:
        expected = f" ; attendu : {self.expected}" if self.expected else ""
        return f"{self.place} : {self.found}{expected}. {self.action}"

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


class ProblemsFound(Exception):
    """Raised when a workbook cannot be used, with everything that is wrong with it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))

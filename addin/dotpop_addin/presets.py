"""Presets: what nine regions chose, according to the national survey; what it does not say is left blank, and said so."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from dotpop_addin import data_files
from dotpop_addin.books.file import FileBook
from dotpop_addin.books.protocol import Value
from dotpop_addin.declarations.kinds import Field
from dotpop_addin.files import identify_region
from dotpop_addin.problems import Problem, ProblemsFound

SURVEY, SINCE = "Enquête FHF-AdESM 2024", "12/07/2024"
UNKNOWN = "INCONNU"


@dataclass(frozen=True)
class Preset:
    """The choices of a region. choices: code → (value, where the survey says it). unknown: code → why it does not say it."""

    code: str
    name: str
    region: str
    choices: Mapping[str, tuple[Value, str]]
    unknown: Mapping[str, str]
    notes: tuple[str, ...]

    @property
    def cells(self) -> dict[str, tuple[Value, str]]:
        """Value and source of each hypothesis that the survey asks for; a value that it does not say is blank."""
        known = {code: (value, f"{SURVEY}, annexe {where}") for code, (value, where) in self.choices.items()}
        return known | {code: (None, f"{UNKNOWN}, {SURVEY} : {why}") for code, why in self.unknown.items()}


@cache
def presets() -> dict[str, Preset]:
    """The presets by code."""
    document = data_files.read("presets.toml")
    return {
        code: Preset(
            code,
            entry["name"],
            entry["region"],
            {own: (value, where) for own, value, where in entry["choices"]},
            dict(entry["unknown"]),
            tuple(entry["notes"]),
        )
        for code, entry in document.items()
    }


def check_known(field: Field, target: Path) -> None:
    """Refuses a field that has no presets. Raises ProblemsFound."""
    if field.code != "psychiatrie":
        found = f"aucun choix régional n'est connu pour le champ {field.label}"
        raise ProblemsFound([Problem(str(target), found, "psychiatrie", "Créer le classeur sans --preset.")])


def apply(book: FileBook, field: Field, code: str) -> Preset:
    """Writes the choices of a region in an empty workbook of a field that has presets."""
    preset = presets()[code]
    sheet, table = field.sheet_of["hypotheses"].name, field.tables["hypotheses"]
    block = book.read(sheet, table.excel)
    if block is None:
        raise KeyError(table.excel)
    place = {column.name: position for position, column in enumerate(table.columns)}
    for row, line in enumerate(block.rows):
        if line[place["code"]] in preset.cells:
            value, source = preset.cells[str(line[place["code"]])]
            given = {"value": value, "valid_from": SINCE, "source": source}
            book.write_cells(sheet, {block.address(row, place[name]): cell for name, cell in given.items()})
    identify_region(book, field, preset.name, preset.region, None)
    return preset

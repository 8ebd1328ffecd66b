"""Builds the templates from the declarations of the tables. Same declarations, same bytes.

Run `python -m workbook_templates.build` after a change of declarations, hypotheses or look.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.formatting.rule import FormulaRule
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from dotpop_addin import data_files, tiles
from dotpop_addin import hypotheses as hypothesis_files
from dotpop_addin.books import saving
from dotpop_addin.declarations.common import (
    CHECKED,
    FIELD,
    NATURE,
    NOT_CHECKED,
    PROGRAM,
    REGION,
    REGION_CODE,
    VERSION,
)
from dotpop_addin.declarations.kinds import Field, Table
from dotpop_addin.declarations.workshop import SHEET
from dotpop_addin.region import FIELDS
from workbook_templates import charts, look, tile_map, welcome, workshop
from workbook_templates.grid import anchors, heading, page, table_body, union
from workbook_templates.validations import BEYOND, hypothesis_cells, validations

TEMPLATE_DATE = datetime(2026, 1, 1)


def main() -> None:
    """Writes every template beside this module."""
    for field in FIELDS.values():
        build(field, Path(__file__).parent / f"{field.code}.xlsx")


def build(field: Field, target: Path) -> None:
    """Writes the empty template of a field."""
    book = Workbook()
    book.remove(book.active)
    sheets = {sheet.name: book.create_sheet(sheet.name) for sheet in field.sheets}
    content = _content(field)
    for sheet in field.sheets:
        worksheet = sheets[sheet.name]
        heading(worksheet, sheet)
        areas = []
        for table, (row, column) in anchors(sheet):
            lines = content.get(table.name, [])
            areas.append(table_body(worksheet, sheet, _opened(table, field, content), row, column, lines))
        page(worksheet, sheet, areas)
    welcome.draw(sheets["Accueil"], field)
    hypothesis_cells(sheets["Hypothèses"], field)
    for sheet in field.sheets:
        if sheet.role != "result":
            validations(sheets[sheet.name], sheet, field)
    _positions_coloured(field, sheets)
    _summary(sheets, field)
    _charts(sheets, field)
    if "ballot" in field.tables:
        _ballot(sheets[field.sheet_of["ballot"].name])
    checked = sheets[field.sheet_of["anomalies"].name][CHECKED]
    checked.value, checked.font = NOT_CHECKED, look.BODY
    workshop.draw(sheets[SHEET], field)
    book.properties.creator, book.properties.title = "dotpop", f"Dotation populationnelle, {field.label.lower()}"
    book.properties.created = TEMPLATE_DATE
    saving.save(book, target, modified=TEMPLATE_DATE)


def _content(field: Field) -> dict[str, list[list[Any]]]:
    """The lines that an empty template already holds."""
    data = data_files.read(f"template_{field.code}.toml")
    declared = hypothesis_files.declared(field.hypotheses_file).values()
    identity = {PROGRAM: "dotpop", FIELD: field.label, VERSION: field.version, REGION: None, REGION_CODE: None, NATURE: None}
    tables = field.tables
    return {
        "identity": [[item, value] for item, value in identity.items()],
        "hypotheses": [
            [one.group, one.code, one.label, one.value, one.unit, f"{one.valid_from:%d/%m/%Y}", one.source, one.help]
            for one in declared
        ],
        **{name: [_line(tables[name], entry) for entry in entries] for name, entries in data.items()},
    }


def _opened(table: Table, field: Field, content: Mapping[str, list[list[Any]]]) -> Table:
    """The table with the further columns that the template's own lines open."""
    if table.open_column is None or table.open_from is None or table.open_from not in content:
        return table
    source = field.tables[table.open_from]
    name, word = table.open_unless or (source.columns[0].name, "")
    place = [column.name for column in source.columns].index(name)
    label = source.columns[place].label_of.get(word, word)
    codes = [str(line[0]) for line in content[table.open_from] if line[place] != label]
    further = tuple(replace(table.open_column, header=code, name=code) for code in codes)
    return replace(table, columns=(*table.columns, *further))


def _line(table: Table, entry: Mapping[str, Any]) -> list[Any]:
    return [column.label_of.get(entry.get(column.name, ""), entry.get(column.name)) for column in table.columns]


def _positions_coloured(field: Field, sheets: Mapping[str, Worksheet]) -> None:
    """Colours of the columns Position, Verdict and Réponse, by their words (the words themselves stay)."""
    palettes = {
        "position": (look.POSITION_FILL, look.POSITION_INK),
        "verdict": (look.VERDICT_FILL, look.VERDICT_INK),
        "answer": (look.ANSWER_FILL, look.ANSWER_INK),
    }
    for sheet in field.sheets:
        for table, (row, column) in anchors(sheet):
            for place, declared in enumerate(table.columns):
                if declared.name not in palettes:
                    continue
                fills, inks = palettes[declared.name]
                letter = get_column_letter(column + place)
                for word, label in declared.label_of.items():
                    formula = [f'{letter}{row + 1}="{label}"']
                    font = look.coloured(look.BODY, inks[str(word)])
                    rule = FormulaRule(formula=formula, fill=look.fill(fills[str(word)]), font=font)
                    sheets[sheet.name].conditional_formatting.add(f"{letter}{row + 1}:{letter}{BEYOND}", rule)


def _summary(sheets: Mapping[str, Worksheet], field: Field) -> None:
    """The charts and the tile map of Synthèse."""
    worksheet = sheets["Synthèse"]
    placed = {table.name: (row, column) for sheet in field.sheets for table, (row, column) in anchors(sheet)}
    row, column = placed["ranking"]
    worksheet.add_chart(charts.index_chart(sheets["Indices"], column, row + 1, row + 1, "A12:M41"))
    row, column = placed["years"]
    worksheet.add_chart(charts.trajectory_chart(worksheet, column, row + 1, row + field.tables["years"].rows, "H49:M67"))
    tile_map.draw(worksheet)
    worksheet.print_area = "A1:M86"
    worksheet.row_breaks.append(Break(id=tiles.TOP - 2))


def _charts(sheets: Mapping[str, Worksheet], field: Field) -> None:
    """The charts that stand beside the table they are drawn from, and are printed with it."""
    placed = {table.name: place for sheet in field.sheets for table, place in anchors(sheet)}
    for name, drawn in charts.OF_TABLES.items():
        if name not in field.tables:
            continue
        table, (row, column) = field.tables[name], placed[name]
        worksheet = sheets[field.sheet_of[name].name]
        places = {one.name: column + place for place, one in enumerate(table.columns)}
        worksheet.add_chart(charts.bars(worksheet, drawn, places, row, row + table.rows))
        first, *others = worksheet.print_area.split(",")
        left = f"A1:{drawn.area.partition(':')[2]}"
        worksheet.print_area = [union([_bare(first), left]), *(_bare(one) for one in others)]


def _bare(area: str) -> str:
    return area.rpartition("!")[2].replace("$", "")


def _ballot(worksheet: Worksheet) -> None:
    """The page to vote on: what to do, and the area to print."""
    worksheet["A4"] = (
        "Une seule case à cocher. Montants exacts au centime, établissement par établissement : feuille Options."
    )
    worksheet["A4"].font = look.PURPOSE
    worksheet.print_area = "A1:B45"


if __name__ == "__main__":
    main()

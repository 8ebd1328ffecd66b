"""Builds the templates from the declarations of the tables. Same declarations, same bytes.

Run `python -m workbook_templates.build` after a change of declarations, hypotheses or look.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.formatting.rule import FormulaRule
from openpyxl.utils import coordinate_to_tuple, get_column_letter, quote_sheetname, range_boundaries
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.table import Table as ExcelTable
from openpyxl.worksheet.worksheet import Worksheet

from dotpop_addin import hypotheses as hypothesis_files
from dotpop_addin import tiles
from dotpop_addin.books import saving
from dotpop_addin.books.protocol import MARK_FILL, MARK_INK
from dotpop_addin.declarations.common import (
    CHECKED,
    FIELD,
    NATURE,
    NATURES_OF_DATA,
    NOT_CHECKED,
    PROGRAM,
    REGION,
    REGION_CODE,
    VERSION,
)
from dotpop_addin.declarations.kinds import NUMERIC, Column, Field, Kind, Sheet, Table
from dotpop_addin.declarations.workshop import SHEET
from dotpop_addin.reading import FINESS_LENGTH, expected
from dotpop_addin.region import FIELDS
from dotpop_addin.rendering import FORMATS
from workbook_templates import charts, look, workshop

HEADER_ROW = 5
ERROR_LENGTH = 225  # characters that Excel accepts in the message of a validation
BEYOND = 20_000  # validations and colours reach this row, so that lines added later have them too
TEMPLATE_DATE = datetime(2026, 1, 1)
WRAPPED = ("reason", "proposal", "told")  # sentences: their lines take the height that they need
FITTING = 12  # columns that can be read side by side on a page
OPEN_COLUMNS = 12  # further columns that an empty template prepares
STEP_LENGTH = 120  # characters that fit on one line of the welcome sheet
PURPOSES = {
    "psychiatrie": "Classeur d'une région : des populations et de l'activité à l'indice et à la trajectoire de chaque "
    "établissement.",
    "smr": "Classeur d'une région : de la population et de l'activité aux options mises au vote et aux versements.",
}
STEPS = (
    "1. Compléter ci-dessus la région, son code INSEE et la nature des données.",
    "2. Relire les hypothèses (feuille Hypothèses) : ce sont les choix de la région, chacun avec sa source.",
    "3. Remplir les feuilles à onglet jaune, de gauche à droite : {inputs}.",
    "4. Vérifier (macro, ou « dotpop check FICHIER ») dit tout ce qui ne va pas, avec la feuille et la cellule.",
    "5. Calculer (macro, ou « dotpop run FICHIER ») écrit les feuilles à onglet bleu ; lire Synthèse, puis Contrôles.",
    "6. Atelier (macro) prépare des formules vivantes pour essayer une hypothèse sans rien écrire ailleurs.",
    "7. Demander leurs chiffres aux établissements : « dotpop send », puis Importer les retours (macro).",
    "8. Plus tard, « dotpop verify FICHIER » dit si chaque résultat tient encore.",
)


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
        _heading(worksheet, sheet)
        areas = []
        for table, (row, column) in _anchors(sheet):
            lines = content.get(table.name, [])
            areas.append(_table(worksheet, sheet, _opened(table, field, content), row, column, lines))
        _page(worksheet, sheet, areas)
    _welcome(sheets["Accueil"], field)
    _hypothesis_cells(sheets["Hypothèses"], field)
    for sheet in field.sheets:
        if sheet.role != "result":
            _validations(sheets[sheet.name], sheet, field)
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
    data = tomllib.loads(files("dotpop_addin").joinpath("data", f"template_{field.code}.toml").read_text("utf-8"))
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


def _anchors(sheet: Sheet) -> list[tuple[Table, tuple[int, int]]]:
    """Where each table's header starts: as declared, else side by side with an empty column between."""
    if sheet.anchors:
        return [(table, coordinate_to_tuple(place)) for table, place in zip(sheet.tables, sheet.anchors, strict=True)]
    found, column = [], 1
    for table in sheet.tables:
        found.append((table, (HEADER_ROW, column)))
        column += len(table.columns) + 1
    return found


def _heading(worksheet: Worksheet, sheet: Sheet) -> None:
    worksheet.sheet_properties.tabColor = look.TAB[sheet.role]
    worksheet.sheet_view.showGridLines = False
    worksheet["A1"], worksheet["A2"] = sheet.title, sheet.purpose
    worksheet["A1"].font, worksheet["A2"].font = look.TITLE, look.PURPOSE
    worksheet.row_dimensions[1].height = 24
    if sheet.role in ("welcome", "workshop"):
        return
    told, colour = (
        ("✎ À saisir", look.INPUT_FILL) if sheet.role == "input" else ("Σ Calculé, ne pas modifier", look.RESULT_FILL)
    )
    worksheet["A3"] = told
    if sheet.tables[0].columns[0].width < len(told):
        worksheet.merge_cells("A3:B3")
    worksheet["A3"].fill, worksheet["A3"].font, worksheet["A3"].border = look.fill(colour), look.STRONG, look.BORDER


def _table(worksheet: Worksheet, sheet: Sheet, table: Table, row: int, column: int, lines: list[list[Any]]) -> str:
    """One Excel table with its title, headers and body; returns the area to print."""
    computed = sheet.role == "result"
    worksheet.cell(row - 1, column, table.title).font = look.TABLE_TITLE
    for place, declared in enumerate(table.columns):
        _header(worksheet, row, column + place, declared, computed)
    worksheet.row_dimensions[row - 1].height, worksheet.row_dimensions[row].height = 22, 44
    count = max(len(lines), table.rows if sheet.role == "input" or table.rows > 1 else 1)
    for i in range(count):
        for place, declared in enumerate(table.columns):
            cell = worksheet.cell(row + 1 + i, column + place)
            _body(cell, declared, computed, table)
            cell.value = lines[i][place] if i < len(lines) else None
    if table.open_column is not None:
        _open_columns(worksheet, table, table.open_column, row, column + len(table.columns), count, computed)
    last = row + count
    reference = f"{get_column_letter(column)}{row}:{get_column_letter(column + len(table.columns) - 1)}{last}"
    worksheet.add_table(ExcelTable(displayName=table.excel, ref=reference))
    return (
        reference.replace(str(row), str(row - 1), 1) if column > 1 or row > HEADER_ROW else f"A1:{reference.split(':')[1]}"
    )


def _open_columns(
    worksheet: Worksheet, table: Table, declared: Column, row: int, first: int, count: int, computed: bool
) -> None:
    """Cells ready for the further columns: their headers are typed by the user, against the table."""
    for place in range(first, first + OPEN_COLUMNS):
        worksheet.column_dimensions[get_column_letter(place)].width = declared.width
        for i in range(1, count + 1):
            _body(worksheet.cell(row + i, place), declared, computed, table)


def _header(worksheet: Worksheet, row: int, column: int, declared: Column, computed: bool) -> None:
    cell = worksheet.cell(row, column, declared.header)
    cell.font, cell.alignment, cell.border = look.HEADER, look.HEADER_ALIGN, look.BORDER
    cell.fill = look.fill(look.RESULT_HEADER if computed else look.INPUT_HEADER)
    letter = get_column_letter(column)
    width = worksheet.column_dimensions[letter].width if letter in worksheet.column_dimensions else 0
    worksheet.column_dimensions[letter].width = max(declared.width, width)
    tip = DataValidation(
        allow_blank=True, showInputMessage=True, promptTitle=declared.header[:32], prompt=declared.help[:255]
    )
    tip.add(cell.coordinate)
    worksheet.add_data_validation(tip)


def _body(cell: Any, declared: Column, computed: bool, table: Table) -> None:
    typed = not computed and not (table.name == "hypotheses" and declared.name not in ("value", "valid_from", "source"))
    typed = typed and table.name != "identity"
    cell.font = look.STRONG if declared.name in ("index", "value") else look.BODY
    cell.border = look.BORDER
    cell.fill = look.fill(look.INPUT_FILL if typed else look.RESULT_FILL)
    cell.number_format = FORMATS[declared.kind]
    cell.alignment = look.NUMBER_ALIGN if declared.kind in NUMERIC else look.TEXT_ALIGN
    if declared.name in WRAPPED or (table.name == "hypotheses" and declared.name in ("help", "source")):
        cell.alignment = look.WRAP_ALIGN


def _page(worksheet: Worksheet, sheet: Sheet, areas: list[str]) -> None:
    worksheet.page_setup.orientation = "landscape" if sheet.landscape else "portrait"
    worksheet.page_setup.paperSize = worksheet.PAPERSIZE_A4
    worksheet.sheet_properties.pageSetUpPr.fitToPage = True
    worksheet.page_setup.fitToWidth, worksheet.page_setup.fitToHeight = 1, 0
    worksheet.page_margins.left = worksheet.page_margins.right = 0.4
    worksheet.page_margins.top, worksheet.page_margins.bottom, worksheet.page_margins.footer = 0.5, 0.8, 0.4
    worksheet.oddFooter.left.text, worksheet.oddFooter.right.text = "&A", "&P / &N"
    apart = any(row != HEADER_ROW for _, (row, _) in _anchors(sheet))
    if apart or not sheet.tables or sheet.role == "welcome":
        return
    wide = sum(len(table.columns) for table in sheet.tables) > FITTING
    worksheet.print_area = areas if sheet.role == "result" or wide else _union(areas)
    worksheet.print_title_rows = f"{HEADER_ROW}:{HEADER_ROW}"
    wide = len(sheet.tables[0].columns) > 8
    worksheet.freeze_panes = f"{'C' if wide else 'A'}{HEADER_ROW + 1}"


def _union(areas: list[str]) -> str:
    """The smallest area that holds them all: input tables are printed side by side."""
    bounds = [range_boundaries(area) for area in areas]
    right, bottom = max(one[2] for one in bounds), max(one[3] for one in bounds)
    return f"A1:{get_column_letter(right)}{bottom}"


def _welcome(worksheet: Worksheet, field: Field) -> None:
    worksheet["A2"] = PURPOSES[field.code]
    worksheet["A3"] = "Ce classeur se remplit dans Excel comme dans LibreOffice."
    worksheet["A3"].font = look.PURPOSE
    row = HEADER_ROW + 8
    worksheet.cell(row, 1, "Que faire, dans quel ordre").font = look.TABLE_TITLE
    inputs = ", ".join(sheet.name for sheet in field.sheets[2:] if sheet.role == "input")
    steps = [step.format(inputs=inputs) for step in STEPS]
    for place, step in enumerate(steps, start=1):
        worksheet.merge_cells(start_row=row + place, start_column=1, end_row=row + place, end_column=3)
        cell = worksheet.cell(row + place, 1, step)
        cell.font, cell.alignment = look.BODY, look.WRAP_ALIGN
        worksheet.row_dimensions[row + place].height = 30 if len(step) > STEP_LENGTH else 18
    row += len(STEPS) + 2
    worksheet.cell(row, 1, "Couleurs").font = look.TABLE_TITLE
    legend = (
        ("✎ À saisir", "Cellule que la région remplit", look.INPUT_FILL, look.INK),
        ("Σ Calculé", "Cellule écrite par le calcul : ne pas la modifier", look.RESULT_FILL, look.INK),
        ("▼ Moins doté", "Indice sous la borne basse", look.POSITION_FILL["under"], look.POSITION_INK["under"]),
        (
            "● Neutre",
            "Indice entre les bornes, bornes comprises",
            look.POSITION_FILL["neutral"],
            look.POSITION_INK["neutral"],
        ),
        ("▲ Mieux doté", "Indice au-dessus de la borne haute", look.POSITION_FILL["over"], look.POSITION_INK["over"]),
        ("! À corriger", "Cellule marquée par Vérifier, avec une note", MARK_FILL, MARK_INK),
    )
    for place, (label, meaning, colour, ink) in enumerate(legend, start=1):
        cell = worksheet.cell(row + place, 1, label)
        cell.fill, cell.border = look.fill(colour), look.BORDER
        cell.font = look.coloured(look.STRONG, ink)
        worksheet.cell(row + place, 2, meaning).font = look.BODY
    row += len(legend) + 2
    worksheet.cell(row, 1, "Feuilles").font = look.TABLE_TITLE
    for place, sheet in enumerate(field.sheets[1:], start=1):
        cell = worksheet.cell(row + place, 1, sheet.name)
        cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"{quote_sheetname(sheet.name)}!A1")
        cell.font = look.LINK
        worksheet.cell(row + place, 2, sheet.purpose).font = look.BODY
    worksheet.column_dimensions["C"].width = 60
    worksheet.print_area = f"A1:C{row + len(field.sheets)}"
    for row in (HEADER_ROW + 4, HEADER_ROW + 5, HEADER_ROW + 6):
        worksheet.cell(row, 2).fill = look.fill(look.INPUT_FILL)
    choice = DataValidation(type="list", formula1=f'"{",".join(NATURES_OF_DATA)}"', allow_blank=True)
    choice.prompt = "Réelles, simulées ou inventées : la mention figure en tête de la Synthèse."
    choice.add(f"B{HEADER_ROW + 6}")
    worksheet.add_data_validation(choice)


def _hypothesis_cells(worksheet: Worksheet, field: Field) -> None:
    for place, one in enumerate(hypothesis_files.declared(field.hypotheses_file).values()):
        cell = worksheet.cell(HEADER_ROW + 1 + place, 4)
        plain = {"share": "0.0#%", "integer": "0", "number": "0.0#"}.get(one.kind, "@")
        cell.number_format = FORMATS[Kind.EURO] if one.unit == "€" else plain
        cell.alignment = look.NUMBER_ALIGN if not one.labels else look.TEXT_ALIGN
        worksheet.row_dimensions[HEADER_ROW + 1 + place].height = 28
        rule = DataValidation(allow_blank=one.optional, showErrorMessage=True, errorTitle=one.code)
        if one.labels:
            rule.type, rule.formula1 = "list", f'"{",".join(one.labels)}"'
        else:
            rule.type = "whole" if one.kind == "integer" else "decimal"
            rule.operator, rule.formula1, rule.formula2 = "between", str(one.minimum or 0), str(one.maximum or 1e12)
        rule.promptTitle, rule.prompt, rule.showInputMessage = (
            one.code[:32],
            f"{one.help} Attendu : {one.expected}."[:255],
            True,
        )
        rule.error = f"Attendu : {one.expected}."[:ERROR_LENGTH]
        rule.add(cell.coordinate)
        worksheet.add_data_validation(rule)


def _validations(worksheet: Worksheet, sheet: Sheet, field: Field) -> None:
    for table, (row, column) in _anchors(sheet):
        if table.name in ("identity", "hypotheses"):
            continue
        columns = list(table.columns) + ([table.open_column] * OPEN_COLUMNS if table.open_column else [])
        for place, declared in enumerate(columns):
            letter = get_column_letter(column + place)
            rule = _rule(declared, field)
            rule.add(f"{letter}{row + 1}:{letter}{BEYOND}")
            worksheet.add_data_validation(rule)


def _rule(declared: Column, field: Field) -> DataValidation:
    rule = DataValidation(allow_blank=True, showErrorMessage=True, showInputMessage=True)
    rule.promptTitle, rule.prompt = declared.header[:32], declared.help[:255]
    rule.errorTitle, rule.error = declared.header[:32], f"Attendu : {expected(declared)}."[:ERROR_LENGTH]
    if declared.choices:
        rule.type, rule.formula1 = "list", f'"{",".join(declared.choices)}"'
    elif declared.refers:
        rule.type, rule.formula1 = "list", _referred(declared.refers, field)
        rule.errorStyle = "warning"  # codes that are not in the list yet, and « HORS », can be typed
    elif declared.kind == Kind.FINESS:
        rule.type, rule.operator, rule.formula1 = "textLength", "equal", str(FINESS_LENGTH)
    elif declared.kind in NUMERIC:
        rule.type = "whole" if declared.kind == Kind.INTEGER else "decimal"
        low, high = declared.minimum, declared.maximum
        rule.operator = "between"
        rule.formula1, rule.formula2 = str(-1e15 if low is None else low), str(1e15 if high is None else high)
    return rule


def _referred(reference: str, field: Field) -> str:
    table_name, column_name = reference.split(".")
    sheet = field.sheet_of[table_name]
    table = field.tables[table_name]
    row, column = next(anchor for one, anchor in _anchors(sheet) if one.name == table_name)
    letter = get_column_letter(column + [one.name for one in table.columns].index(column_name))
    return f"{quote_sheetname(sheet.name)}!${letter}${row + 1}:${letter}$1000"


def _positions_coloured(field: Field, sheets: Mapping[str, Worksheet]) -> None:
    """Colours of the columns Position, Verdict and Réponse, by their words (the words themselves stay)."""
    palettes = {
        "position": (look.POSITION_FILL, look.POSITION_INK),
        "verdict": (look.VERDICT_FILL, look.VERDICT_INK),
        "answer": (look.ANSWER_FILL, look.ANSWER_INK),
    }
    for sheet in field.sheets:
        for table, (row, column) in _anchors(sheet):
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
    anchors = {table.name: (row, column) for sheet in field.sheets for table, (row, column) in _anchors(sheet)}
    row, column = anchors["ranking"]
    worksheet.add_chart(charts.index_chart(sheets["Indices"], column, row + 1, row + 1, "A12:M41"))
    row, column = anchors["years"]
    worksheet.add_chart(charts.trajectory_chart(worksheet, column, row + 1, row + field.tables["years"].rows, "H49:M67"))
    _tile_map(worksheet)
    worksheet.print_area = "A1:M86"
    worksheet.row_breaks.append(Break(id=tiles.TOP - 2))


def _charts(sheets: Mapping[str, Worksheet], field: Field) -> None:
    """The charts that stand beside the table they are drawn from, and are printed with it."""
    anchors = {table.name: place for sheet in field.sheets for table, place in _anchors(sheet)}
    for name, drawn in charts.OF_TABLES.items():
        if name not in field.tables:
            continue
        table, (row, column) = field.tables[name], anchors[name]
        worksheet = sheets[field.sheet_of[name].name]
        places = {one.name: column + place for place, one in enumerate(table.columns)}
        worksheet.add_chart(charts.bars(worksheet, drawn, places, row, row + table.rows))
        first, *others = worksheet.print_area.split(",")
        left = f"A1:{drawn.area.partition(':')[2]}"
        worksheet.print_area = [_union([_bare(first), left]), *(_bare(one) for one in others)]


def _bare(area: str) -> str:
    return area.rpartition("!")[2].replace("$", "")


def _ballot(worksheet: Worksheet) -> None:
    """The page to vote on: what to do, and the area to print."""
    worksheet["A4"] = (
        "Une seule case à cocher. Montants exacts au centime, établissement par établissement : feuille Options."
    )
    worksheet["A4"].font = look.PURPOSE
    worksheet.print_area = "A1:B45"


TILE_HEIGHTS = (28, 20, 15)  # points: a name of two lines, the index, the position


def _tile_map(worksheet: Worksheet) -> None:
    left, right = get_column_letter(tiles.LEFT), get_column_letter(tiles.LEFT + tiles.COLUMNS - 1)
    worksheet.cell(
        tiles.TOP - 1, tiles.LEFT, "Indice des départements, tous établissements confondus"
    ).font = look.TABLE_TITLE
    legend = ("▼ Moins doté : indice sous la borne basse", "● Neutre : entre les bornes", "▲ Mieux doté : au-dessus")
    for place, text in enumerate(legend):
        worksheet.cell(tiles.TOP + place, 1, text).font = look.BODY
    for line in range(tiles.LINES):
        top = tiles.TOP + tiles.TILE_ROWS * line
        for row in range(top, top + tiles.TILE_ROWS):
            for column in range(tiles.LEFT, tiles.LEFT + tiles.COLUMNS):
                cell = worksheet.cell(row, column)
                cell.alignment, cell.font, cell.number_format = look.HEADER_ALIGN, look.STRONG, "0.00"
                if row == top + 1:
                    cell.font = look.FIGURE
            worksheet.row_dimensions[row].height = TILE_HEIGHTS[row - top]
        for word, symbol in tiles.SYMBOLS.items():
            rule = FormulaRule(
                formula=[f'LEFT({left}${top + tiles.TILE_ROWS - 1},1)="{symbol}"'],
                fill=look.fill(look.POSITION_FILL[word]),
                font=look.coloured(look.STRONG, look.POSITION_INK[word]),
                border=look.BORDER,
            )
            worksheet.conditional_formatting.add(f"{left}{top}:{right}{top + tiles.TILE_ROWS - 1}", rule)


if __name__ == "__main__":
    main()

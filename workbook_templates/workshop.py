"""Draws the empty sheet Atelier; the macro of that name fills it (declarations/workshop.py says where everything stands)."""

from collections.abc import Iterator

from openpyxl.cell import Cell
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from dotpop_addin import hypotheses as hypothesis_files
from dotpop_addin.books.protocol import column_number
from dotpop_addin.declarations import workshop as at
from dotpop_addin.declarations.common import LEVELS, POSITIONS
from dotpop_addin.declarations.kinds import Field
from dotpop_addin.hypotheses import Hypothesis
from workbook_templates import charts, look

WIDTHS = {"A": 44, "B": 29, "C": 27, "D": 29, "E": 11, "F": 36, "G": 18, "H": 20, "I": 16, "J": 14, "K": 14, "Y": 52}
OTHER_WIDTH, LAST_COLUMN = 15, "CC"
SHRUNK = Alignment(horizontal="left", vertical="center", indent=1, shrink_to_fit=True)  # labels of the region's own
ZOOM = 85  # what is tried and what it changes are seen together on a common screen
TABLES = {  # first header → headers, number formats, lines, whether the last column is to be tried
    f"A{at.HYPOTHESES_ROW - 1}": ("Hypothèse", "Valeur de la région", "Code", "Valeur essayée"),
    f"A{at.INDICATORS_ROW - 1}": ("Indicateur", "Poids de la région (%)", "Sens (1 ou −1)", "Poids essayé (%)"),
    f"F{at.LINES_ROW - 1}": ("Ce que devient l'établissement", "Région", "Essai", "Écart"),
    f"F{at.YEARS_ROW - 1}": ("Dotation par année", "Région (€)", "Essai, avant arrondi (€)", "Écart (€)"),
    f"F{at.SEGMENTS_ROW - 1}": ("Moyenne du segment", "Région (€/hab.)", "Essai (€/hab.)", "Écart (€/hab.)"),
    f"F{at.IMPACTS_ROW - 1}": ("Impact de la pondération", "Région (%)", "Essai (%)", "Écart (points)"),
    f"{at.CAMPAIGN_COLUMN}{at.CAMPAIGN_ROW - 1}": (
        "Année",
        "Segment",
        "Reconduction (€)",
        "Croissance socle (€)",
        "Mesures thématiques (€)",
    ),
}


def draw(worksheet: Worksheet, field: Field) -> None:
    """Panels, headers, formats, lists, chart and print area."""
    worksheet[at.STATE] = at.TO_PREPARE
    for letter in (get_column_letter(column) for column in range(1, column_number(LAST_COLUMN) + 1)):
        worksheet.column_dimensions[letter].width = WIDTHS.get(letter, OTHER_WIDTH)
    for place, headers in TABLES.items():
        _headers(worksheet, place, headers)
    _hypotheses(worksheet, field)
    _indicators(worksheet)
    _chosen(worksheet)
    _small_tables(worksheet)
    _campaign(worksheet, field)
    _body(worksheet)
    worksheet.add_chart(charts.tried_chart(worksheet, at.YEARS_ROW, at.YEARS_ROW + at.CHARTED - 1, "K7:P30"))
    worksheet.freeze_panes, worksheet.sheet_view.zoomScale = "A5", ZOOM
    worksheet.print_area = f"A1:P{at.IMPACTS_ROW + len(LEVELS) - 1}"


def _cells(worksheet: Worksheet, left: str, top: int, width: int, height: int) -> Iterator[tuple[int, Cell]]:
    """The cells of an area with their column counted from 0."""
    first = column_number(left)
    for row in worksheet.iter_rows(top, top + height - 1, first, first + width - 1):
        for cell in row:
            yield cell.column - first, cell


def _headers(worksheet: Worksheet, place: str, headers: tuple[str, ...]) -> None:
    first = worksheet[place]
    for column, header in enumerate(headers):
        cell = worksheet.cell(first.row, first.column + column, header)
        cell.font, cell.alignment, cell.border = look.HEADER, look.HEADER_ALIGN, look.BORDER
        tried = header.startswith(("Valeur essayée", "Poids essayé")) or place.startswith(at.CAMPAIGN_COLUMN)
        cell.fill = look.fill(look.INPUT_HEADER if tried else look.RESULT_HEADER)


def _plain(cell: Cell, tried: bool, number_format: str = "General", *, text: bool = False) -> None:
    cell.font, cell.border = look.BODY, look.BORDER
    cell.fill = look.fill(look.INPUT_FILL if tried else look.RESULT_FILL)
    cell.alignment = look.TEXT_ALIGN if text else look.NUMBER_ALIGN
    cell.number_format = number_format


def _hypotheses(worksheet: Worksheet, field: Field) -> None:
    declared, asked = hypothesis_files.declared(field.hypotheses_file), at.asked(field)
    worksheet.cell(at.HYPOTHESES_ROW - 2, 1, at.HYPOTHESES_TITLE).font = look.TABLE_TITLE
    for row, code in enumerate(at.CODES, start=at.HYPOTHESES_ROW):
        if code not in asked:
            continue
        own, _, level = code.partition(" ")
        one = declared[own]
        tried = code != at.FIXED
        shown = {"share": "0.0#%", "integer": "0", "number": "0.0#"}.get(one.kind, "@")
        for column, cell in _cells(worksheet, "A", row, 4, 1):
            _plain(
                cell, tried and column == 3, shown if column in (1, 3) else "@", text=column in (0, 2) or bool(one.labels)
            )
        worksheet.cell(row, 1).value = f"{one.label}, maille {level}" if level else one.label
        worksheet.cell(row, 3).value = code
        if tried:
            worksheet.add_data_validation(_rule(one, f"D{row}"))


def _rule(one: Hypothesis, address: str) -> DataValidation:
    rule = DataValidation(allow_blank=one.optional, showErrorMessage=True, showInputMessage=True)
    rule.prompt, rule.promptTitle = f"{one.help} Attendu : {one.expected}."[:255], one.code[:32]
    rule.error, rule.errorTitle = f"Attendu : {one.expected}."[:225], one.code[:32]
    if one.labels:
        rule.type, rule.formula1 = "list", f'"{",".join(one.labels)}"'
    else:
        rule.type, rule.operator = "decimal", "between"
        rule.formula1, rule.formula2 = str(one.minimum or 0), str(one.maximum or 1e12)
    rule.add(address)
    return rule


def _indicators(worksheet: Worksheet) -> None:
    worksheet.cell(at.INDICATORS_ROW - 2, 1, "Indicateurs : les poids font 100 % ensemble").font = look.TABLE_TITLE
    for column, cell in _cells(worksheet, "A", at.INDICATORS_ROW, 4, at.INDICATORS):
        _plain(cell, column == 3, "0" if column == 2 else "@" if column == 0 else "0.00%", text=column == 0)
        if column == 0:
            cell.alignment = SHRUNK


def _chosen(worksheet: Worksheet) -> None:
    row = worksheet[at.CHOSEN].row
    worksheet.merge_cells(f"{at.CHOSEN}:I{row}")
    label = worksheet[f"F{row}"]
    label.value, label.font, label.alignment = "Établissement choisi (liste)", look.TABLE_TITLE, look.TEXT_ALIGN
    for _, cell in _cells(worksheet, "G", row, 3, 1):
        cell.fill, cell.border, cell.font, cell.alignment = (
            look.fill(look.INPUT_FILL),
            look.BORDER,
            look.STRONG,
            look.TEXT_ALIGN,
        )
    choice = DataValidation(type="list", allow_blank=True, showInputMessage=True, showErrorMessage=True)
    names = at.HOSPITALS["label"]
    choice.formula1 = f"${names}${at.BODY_ROW}:${names}${at.BODY_ROW + at.BODY - 1}"
    choice.promptTitle, choice.prompt = "Établissement", "Choisir dans la liste : les résultats se recalculent."
    choice.errorTitle, choice.error = "Établissement", "Choisir un établissement de la liste."
    choice.add(at.CHOSEN)
    worksheet.add_data_validation(choice)
    for line, (text, name, shown) in enumerate(at.LINES):
        for column, cell in _cells(worksheet, "F", at.LINES_ROW + line, 4, 1):
            _plain(cell, False, shown if column else "@", text=column == 0)
            cell.font = look.STRONG if name in ("index", "position") else look.BODY
        worksheet.cell(at.LINES_ROW + line, column_number("F")).value = text
    row = at.LINES_ROW + [name for _, name, _ in at.LINES].index("position")
    _positions(worksheet, f"G{row}:H{row}")


def _positions(worksheet: Worksheet, area: str) -> None:
    """Colours of the positions by their words, as everywhere.

    EXACT, because for LibreOffice 25.2 a text that comes from an array of an extension equals (=) no other.
    """
    first = area.partition(":")[0]
    for label, word in POSITIONS.items():
        font = look.coloured(look.STRONG, look.POSITION_INK[word])
        rule = FormulaRule(formula=[f'EXACT({first},"{label}")'], fill=look.fill(look.POSITION_FILL[word]), font=font)
        worksheet.conditional_formatting.add(area, rule)


def _small_tables(worksheet: Worksheet) -> None:
    tables = ((at.YEARS_ROW, at.YEARS, "0", "#,##0.00"), (at.SEGMENTS_ROW, at.SEGMENTS, "@", "#,##0.00"))
    for top, height, first, shown in (*tables, (at.IMPACTS_ROW, len(LEVELS), "@", "0.00%")):
        for column, cell in _cells(worksheet, "F", top, 4, height):
            _plain(cell, False, shown if column else first, text=column == 0)


def _campaign(worksheet: Worksheet, field: Field) -> None:
    place = f"{at.CAMPAIGN_COLUMN}{at.CAMPAIGN_ROW - 2}"
    worksheet[place] = "Mesures nouvelles à essayer (l'horizon est la dernière année)"
    worksheet[place].font = look.TABLE_TITLE
    for column, cell in _cells(worksheet, at.CAMPAIGN_COLUMN, at.CAMPAIGN_ROW, 5, at.CAMPAIGN):
        _plain(cell, True, ("0", "@")[column] if column < 2 else "#,##0.00", text=column == 1)
    segment = get_column_letter(column_number(at.CAMPAIGN_COLUMN) + 1)
    choice = DataValidation(
        type="list", formula1=f'"{",".join(field.words("campaign", "segment"))}"', allow_blank=True, showErrorMessage=True
    )
    choice.error = "Choisir un segment de la liste."
    choice.add(f"{segment}{at.CAMPAIGN_ROW}:{segment}{at.CAMPAIGN_ROW + at.CAMPAIGN - 1}")
    worksheet.add_data_validation(choice)


def _body(worksheet: Worksheet) -> None:
    """Headers and formats of the calculation; its lines show only where there is something."""
    titles = {
        "A": "Territoires (calcul)",
        at.HOSPITALS["label"]: "Établissements (calcul)",
        at.CARE_COLUMN: "Activité pondérée",
    }
    for letter, title in titles.items():
        worksheet[f"{letter}{at.BODY_ROW - 2}"] = title
        worksheet[f"{letter}{at.BODY_ROW - 2}"].font = look.TABLE_TITLE
    formats = dict(at.FORMATS)
    indicators, tried, region = (
        column_number(letter) for letter in (at.INDICATOR_COLUMN, at.TRAJECTORY_COLUMN, at.REGION_TRAJECTORY_COLUMN)
    )
    formats |= {get_column_letter(indicators + place): "#,##0.00" for place in range(at.INDICATORS)}
    formats |= {get_column_letter(first + place): "#,##0.00" for first in (tried, region) for place in range(at.YEARS)}
    for letter in {**at.HEADERS, **formats}:
        header = worksheet[f"{letter}{at.BODY_ROW - 1}"]
        header.value = at.HEADERS.get(letter)
        header.font, header.alignment = look.STRONG, look.HEADER_ALIGN
        column = worksheet.column_dimensions[letter]  # styles of columns: thousands of styled cells would weigh
        column.number_format, column.font = formats.get(letter, "@"), look.BODY
    worksheet.row_dimensions[at.BODY_ROW - 1].height = 44
    last = at.BODY_ROW + at.BODY - 1
    blocks = (("A", "W", "$A"), (at.HOSPITALS["label"], at.FLOWS["leakage_minors"], f"${at.HOSPITALS['label']}"))
    for left, right, key in blocks:
        filled = FormulaRule(formula=[f'{key}{at.BODY_ROW}<>""'], fill=look.fill(look.RESULT_FILL), border=look.BORDER)
        worksheet.conditional_formatting.add(f"{left}{at.BODY_ROW}:{right}{last}", filled)

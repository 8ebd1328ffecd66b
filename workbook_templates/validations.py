"""What the cells to fill in accept, as Excel's and LibreOffice's own validation: lists, bounds, lengths."""

from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from dotpop_addin import hypotheses as hypothesis_files
from dotpop_addin.accepted import between, messages
from dotpop_addin.declarations.kinds import NUMERIC, Column, Field, Kind, Sheet
from dotpop_addin.reading import FINESS_LENGTH, expected
from dotpop_addin.rendering import FORMATS
from workbook_templates import look
from workbook_templates.grid import HEADER_ROW, OPEN_COLUMNS, anchors

BEYOND = 20_000  # validations and colours reach this row, so that lines added later have them too


def hypothesis_cells(worksheet: Worksheet, field: Field) -> None:
    """The value of each hypothesis: its number format, its list or bounds."""
    for place, one in enumerate(hypothesis_files.declared(field.hypotheses_file).values()):
        cell = worksheet.cell(HEADER_ROW + 1 + place, 4)
        plain = {"share": "0.0#%", "integer": "0", "number": "0.0#"}.get(one.kind, "@")
        cell.number_format = FORMATS[Kind.EURO] if one.unit == "€" else plain
        cell.alignment = look.NUMBER_ALIGN if not one.labels else look.TEXT_ALIGN
        worksheet.row_dimensions[HEADER_ROW + 1 + place].height = 28
        rule = _told(one.code, f"{one.help} Attendu : {one.expected}.", one.expected, optional=one.optional)
        if one.labels:
            rule.type, rule.formula1 = "list", f'"{",".join(one.labels)}"'
        else:
            _bounded(rule, one.minimum, one.maximum, whole=one.kind == "integer")
        rule.add(cell.coordinate)
        worksheet.add_data_validation(rule)


def validations(worksheet: Worksheet, sheet: Sheet, field: Field) -> None:
    """The rules of each column to fill in."""
    for table, (row, column) in anchors(sheet):
        if table.name in ("identity", "hypotheses"):
            continue
        columns = list(table.columns) + ([table.open_column] * OPEN_COLUMNS if table.open_column else [])
        for place, declared in enumerate(columns):
            letter = get_column_letter(column + place)
            rule = _rule(declared, field)
            rule.add(f"{letter}{row + 1}:{letter}{BEYOND}")
            worksheet.add_data_validation(rule)


def _rule(declared: Column, field: Field) -> DataValidation:
    rule = _told(declared.header, declared.help, expected(declared), optional=True)
    if declared.choices:
        rule.type, rule.formula1 = "list", f'"{",".join(declared.choices)}"'
    elif declared.refers:
        rule.type, rule.formula1 = "list", _referred(declared.refers, field)
        rule.errorStyle = "warning"  # codes that are not in the list yet, and « HORS », can be typed
    elif declared.kind == Kind.FINESS:
        rule.type, rule.operator, rule.formula1 = "textLength", "equal", str(FINESS_LENGTH)
    elif declared.kind in NUMERIC:
        _bounded(rule, declared.minimum, declared.maximum, whole=declared.kind == Kind.INTEGER)
    return rule


def _told(title: str, prompt: str, expected: str, *, optional: bool) -> DataValidation:
    title, prompt, error = messages(title, prompt, expected)
    rule = DataValidation(allow_blank=optional, showErrorMessage=True, showInputMessage=True)
    rule.promptTitle, rule.prompt, rule.errorTitle, rule.error = title, prompt, title, error
    return rule


def _bounded(rule: DataValidation, minimum: float | None, maximum: float | None, *, whole: bool) -> None:
    rule.type, rule.operator = "whole" if whole else "decimal", "between"
    rule.formula1, rule.formula2 = map(str, between(minimum, maximum))


def _referred(reference: str, field: Field) -> str:
    table_name, column_name = reference.split(".")
    sheet = field.sheet_of[table_name]
    table = field.tables[table_name]
    row, column = next(anchor for one, anchor in anchors(sheet) if one.name == table_name)
    letter = get_column_letter(column + [one.name for one in table.columns].index(column_name))
    return f"{quote_sheetname(sheet.name)}!${letter}${row + 1}:${letter}$1000"

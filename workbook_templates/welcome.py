"""The sheet Accueil: what to do and in which order, the colours, the sheets."""

from openpyxl.utils import quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from dotpop_addin.books.protocol import MARK_FILL, MARK_INK
from dotpop_addin.declarations.common import NATURES_OF_DATA
from dotpop_addin.declarations.kinds import Field
from workbook_templates import look
from workbook_templates.grid import HEADER_ROW

STEP_LENGTH = 120  # characters that fit on one line
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
LEGEND = (
    ("✎ À saisir", "Cellule que la région remplit", look.INPUT_FILL, look.INK),
    ("Σ Calculé", "Cellule écrite par le calcul : ne pas la modifier", look.RESULT_FILL, look.INK),
    ("▼ Moins doté", "Indice sous la borne basse", look.POSITION_FILL["under"], look.POSITION_INK["under"]),
    ("● Neutre", "Indice entre les bornes, bornes comprises", look.POSITION_FILL["neutral"], look.POSITION_INK["neutral"]),
    ("▲ Mieux doté", "Indice au-dessus de la borne haute", look.POSITION_FILL["over"], look.POSITION_INK["over"]),
    ("! À corriger", "Cellule marquée par Vérifier, avec une note", MARK_FILL, MARK_INK),
)


def draw(worksheet: Worksheet, field: Field) -> None:
    """Writes what stands around the identity of the region."""
    worksheet["A3"] = "Ce classeur se remplit dans Excel comme dans LibreOffice."
    worksheet["A3"].font = look.PURPOSE
    worksheet.column_dimensions["C"].width = 60
    _identity(worksheet)
    row = _steps(worksheet, field, HEADER_ROW + 8)
    row = _legend(worksheet, row + 2)
    row = _sheets(worksheet, field, row + 2)
    worksheet.print_area = f"A1:C{row}"
    worksheet.page_setup.fitToHeight = 1


def _identity(worksheet: Worksheet) -> None:
    """The cells of the identity that the region fills in, which is a table of what is computed too."""
    for row in (HEADER_ROW + 4, HEADER_ROW + 5, HEADER_ROW + 6):
        worksheet.cell(row, 2).fill = look.fill(look.INPUT_FILL)
    choice = DataValidation(type="list", formula1=f'"{",".join(NATURES_OF_DATA)}"', allow_blank=True)
    choice.prompt = "Réelles, simulées ou inventées : la mention figure en tête de la Synthèse."
    choice.add(f"B{HEADER_ROW + 6}")
    worksheet.add_data_validation(choice)


def _steps(worksheet: Worksheet, field: Field, row: int) -> int:
    """What to do, under its title; returns the last row. So do the two below."""
    worksheet.cell(row, 1, "Que faire, dans quel ordre").font = look.TABLE_TITLE
    inputs = ", ".join(sheet.name for sheet in field.sheets[2:] if sheet.role == "input")
    for place, step in enumerate((one.format(inputs=inputs) for one in STEPS), start=row + 1):
        worksheet.merge_cells(start_row=place, start_column=1, end_row=place, end_column=3)
        cell = worksheet.cell(place, 1, step)
        cell.font, cell.alignment = look.BODY, look.WRAP_ALIGN
        worksheet.row_dimensions[place].height = 30 if len(step) > STEP_LENGTH else 18
    return row + len(STEPS)


def _legend(worksheet: Worksheet, row: int) -> int:
    worksheet.cell(row, 1, "Couleurs").font = look.TABLE_TITLE
    for place, (label, meaning, colour, ink) in enumerate(LEGEND, start=row + 1):
        cell = worksheet.cell(place, 1, label)
        cell.fill, cell.border, cell.font = look.fill(colour), look.BORDER, look.coloured(look.STRONG, ink)
        worksheet.cell(place, 2, meaning).font = look.BODY
    return row + len(LEGEND)


def _sheets(worksheet: Worksheet, field: Field, row: int) -> int:
    worksheet.cell(row, 1, "Feuilles").font = look.TABLE_TITLE
    for place, sheet in enumerate(field.sheets[1:], start=row + 1):
        cell = worksheet.cell(place, 1, sheet.name)
        cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"{quote_sheetname(sheet.name)}!A1")
        cell.font = look.LINK
        worksheet.cell(place, 2, sheet.purpose).font = look.BODY
    return row + len(field.sheets)

"""The tile map of Synthèse: a tile for each département, filled in by the calculation."""

from openpyxl.formatting.rule import FormulaRule
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from dotpop_addin import tiles
from workbook_templates import look

LEGEND = ("▼ Moins doté : indice sous la borne basse", "● Neutre : entre les bornes", "▲ Mieux doté : au-dessus")
TILE_HEIGHTS = (28, 20, 15)  # points: a name of two lines, the index, the position


def draw(worksheet: Worksheet) -> None:
    """Prepares the cells of the map, its legend, and its colours by the symbol of each position."""
    left, right = get_column_letter(tiles.LEFT), get_column_letter(tiles.LEFT + tiles.COLUMNS - 1)
    title = worksheet.cell(tiles.TOP - 1, tiles.LEFT, "Indice des départements, tous établissements confondus")
    title.font = look.TABLE_TITLE
    for place, text in enumerate(LEGEND):
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

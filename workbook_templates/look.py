"""The look of a workbook: colours, fonts, borders. One place, so that every sheet speaks the same visual language."""

from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

FONT = "Calibri"
INK, GREY, WHITE = "1F2937", "6B7280", "FFFFFF"
INPUT_FILL, RESULT_FILL = "FFF8E1", "F3F6F9"
INPUT_HEADER, RESULT_HEADER = "7A5C00", "264653"
LINK_INK = "1D4E89"
BAND = "DDE5EA"  # heads lines that go together
CELL_LINE, GRID_LINE = "B8C0CC", "E5E7EB"  # around cells; across charts
# Three positions, told apart in colour, in grey (57, 95 and 33 % lightness) and by every common colour blindness.
POSITION_FILL = {"under": "E66101", "neutral": "F2F2F2", "over": "5E3C99"}
POSITION_INK = {"under": WHITE, "neutral": INK, "over": WHITE}
BAR_FILL = POSITION_FILL | {"neutral": "BDBDBD"}  # a bar as light as cells of the neutral position could not be seen
VERDICT_FILL = {"ok": "E3F1E3", "warning": "FDE7C8", "alert": "C62828", "info": "F2F2F2"}
VERDICT_INK = {"ok": "1B5E20", "warning": "7A4B00", "alert": WHITE, "info": INK}
ANSWER_FILL = {"collected": VERDICT_FILL["ok"], "refused": VERDICT_FILL["alert"], "waited": VERDICT_FILL["warning"]}
ANSWER_INK = {"collected": VERDICT_INK["ok"], "refused": VERDICT_INK["alert"], "waited": VERDICT_INK["warning"]}

# Series of charts: dark for what one looks at, orange for what it is set against, pale for what stays behind.
DARK, ORANGE, PURPLE, PALE = RESULT_HEADER, POSITION_FILL["under"], POSITION_FILL["over"], CELL_LINE
TEAL, AMBER, BROWN, BLUE, PINK = "2A9D8F", "E9C46A", "9C6644", "457B9D", "F4B6A6"
SERIES = (DARK, ORANGE, PURPLE, TEAL, AMBER, BROWN, BLUE, GREY)  # of series that have no colour of their own, in order
TAB = {"welcome": INK, "input": AMBER, "result": RESULT_HEADER, "workshop": TEAL}

HAIR = Side(style="hair", color=CELL_LINE)
BORDER = Border(left=HAIR, right=HAIR, top=HAIR, bottom=HAIR)

TITLE = Font(name=FONT, size=16, bold=True, color=INK)
PURPOSE = Font(name=FONT, size=11, italic=True, color=GREY)
TABLE_TITLE = Font(name=FONT, size=12, bold=True, color=INK)
HEADER = Font(name=FONT, size=10, bold=True, color=WHITE)
BODY = Font(name=FONT, size=10, color=INK)
STRONG = Font(name=FONT, size=10, bold=True, color=INK)
FIGURE = Font(name=FONT, size=14, bold=True, color=INK)
LINK = Font(name=FONT, size=10, color=LINK_INK, underline="single")

HEADER_ALIGN = Alignment(horizontal="center", vertical="center", wrap_text=True)
TEXT_ALIGN = Alignment(horizontal="left", vertical="center", indent=1)
WRAP_ALIGN = Alignment(horizontal="left", vertical="center", wrap_text=True, indent=1)
NUMBER_ALIGN = Alignment(horizontal="right", vertical="center")


def fill(colour: str) -> PatternFill:
    """A plain fill."""
    return PatternFill("solid", start_color=colour, end_color=colour)


def coloured(font: Font, colour: str) -> Font:
    """The same font in another colour."""
    return Font(name=font.name, size=font.size, bold=font.bold, color=colour)

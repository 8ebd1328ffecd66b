"""The look of a workbook: colours, fonts, borders. One place, so that every sheet speaks the same visual language."""

from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

FONT = "Calibri"
INK, GREY = "1F2937", "6B7280"
INPUT_FILL, RESULT_FILL = "FFF8E1", "F3F6F9"
INPUT_HEADER, RESULT_HEADER = "7A5C00", "264653"
TAB = {"welcome": "1F2937", "input": "E9C46A", "result": "264653", "workshop": "2A9D8F"}
# Three positions, told apart in colour, in grey (57, 95 and 33 % lightness) and by every common colour blindness.
POSITION_FILL = {"under": "E66101", "neutral": "F2F2F2", "over": "5E3C99"}
POSITION_INK = {"under": "FFFFFF", "neutral": "1F2937", "over": "FFFFFF"}
VERDICT_FILL = {"ok": "E3F1E3", "warning": "FDE7C8", "alert": "C62828", "info": "F2F2F2"}
VERDICT_INK = {"ok": "1B5E20", "warning": "7A4B00", "alert": "FFFFFF", "info": "1F2937"}
ANSWER_FILL = {"collected": VERDICT_FILL["ok"], "refused": VERDICT_FILL["alert"], "waited": VERDICT_FILL["warning"]}
ANSWER_INK = {"collected": VERDICT_INK["ok"], "refused": VERDICT_INK["alert"], "waited": VERDICT_INK["warning"]}

HAIR = Side(style="hair", color="B8C0CC")
BORDER = Border(left=HAIR, right=HAIR, top=HAIR, bottom=HAIR)

TITLE = Font(name=FONT, size=16, bold=True, color=INK)
PURPOSE = Font(name=FONT, size=11, italic=True, color=GREY)
TABLE_TITLE = Font(name=FONT, size=12, bold=True, color=INK)
HEADER = Font(name=FONT, size=10, bold=True, color="FFFFFF")
BODY = Font(name=FONT, size=10, color=INK)
STRONG = Font(name=FONT, size=10, bold=True, color=INK)
FIGURE = Font(name=FONT, size=14, bold=True, color=INK)
LINK = Font(name=FONT, size=10, color="1D4E89", underline="single")

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

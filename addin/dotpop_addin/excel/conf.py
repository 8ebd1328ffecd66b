"""The settings of the add-in: what they are, and the sheet of the .xlam that holds them.

The add-in reads this sheet only: no file of the user, no sheet of a workbook.
"""

import zipfile
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from xml.etree import ElementTree
from xml.sax.saxutils import escape

SHEET = "dotpop.conf"
PART, SHARED = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
XLWINGS = "0.37.8"
"""The only version of xlwings that goes with the add-in: its library is named by it."""
PYTHON = r"%LOCALAPPDATA%\dotpop\python\pythonw.exe"


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings under the names that they bear in the sheet.

    Interpreter_Win: whole path of pythonw.exe, with one variable (%LOCALAPPDATA%) at its start at most.
    PYTHONPATH: folders of modules, separated by semicolons, looked into before Python's own.
    Library: folder of xlwings' library, when it stands neither beside Python nor one folder above.
    Version, xlwings: of dotpop and of xlwings, when the add-in was built.
    """

    Interpreter_Win: str = PYTHON
    PYTHONPATH: str = ""
    Library: str = ""
    Version: str = ""
    xlwings: str = XLWINGS


def sheet(settings: Settings) -> str:
    """The sheet as the .xlam holds it: names and values, all of them texts."""
    rows = "".join(
        f'<row r="{row}">{_cell(f"A{row}", name)}{_cell(f"B{row}", value)}</row>'
        for row, (name, value) in enumerate(asdict(settings).items(), start=1)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<worksheet xmlns="{MAIN}"><sheetPr codeName="Sheet2"/><sheetData>{rows}</sheetData></worksheet>'
    )


def _cell(address: str, text: str) -> str:
    return f'<c r="{address}" t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'


def read(xlam: Path) -> Settings:
    """The settings of an add-in that dotpop built; what it lacks is empty."""
    with zipfile.ZipFile(xlam) as archive:
        root = ElementTree.fromstring(archive.read(PART))
        shared = _shared(archive)
    found = {}
    for row in root.iter(f"{{{MAIN}}}row"):
        name, value, *_ = [*(_text(cell, shared) for cell in row), "", ""]
        found[name] = value
    return Settings(**{field.name: found.get(field.name, "") for field in fields(Settings)})


def _shared(archive: zipfile.ZipFile) -> list[str]:
    """The texts that Excel puts apart when it saves the add-in, as it does when somebody signs it."""
    if SHARED not in archive.namelist():
        return []
    return ["".join(text.itertext()) for text in ElementTree.fromstring(archive.read(SHARED))]


def _text(cell: ElementTree.Element, shared: list[str]) -> str:
    text = "".join(cell.itertext())
    return shared[int(text)] if cell.get("t") == "s" else text

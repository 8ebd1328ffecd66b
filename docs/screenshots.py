"""Remakes the pictures of docs/images: real sheets of the demonstration, drawn by LibreOffice in a French locale.

The cell functions are computed by the extension. Needs LibreOffice with its Python (uno), poppler, Pillow, and the font
Carlito, which has the widths of Calibri; says what lacks and exits with status 1. To be looked at before they are committed.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from dotpop_addin.books.file import FileBook
from dotpop_addin.books.protocol import Value
from dotpop_addin.declarations import workshop
from dotpop_addin.files import demonstration, workshop_file
from dotpop_addin.follow_up.demonstration import demonstration as followed_years
from dotpop_addin.levels import Level
from dotpop_addin.libreoffice.build import build
from dotpop_addin.reviewing import review
from dotpop_addin.sending import send

ROOT = Path(__file__).parent.parent
IMAGES = Path(__file__).parent / "images"
COLOURS = 64  # of the palette: text stays readable, files stay small
MARGIN, GAP = 300, 800  # white around a picture, between a note and its cell: hundredths of a millimetre
FRENCH = {"LC_ALL": "fr_FR.UTF-8", "LANG": "fr_FR.UTF-8"}  # what LibreOffice takes as the user's language
FAULTS: dict[str, dict[str, Value]] = {  # sheet → cell → what a hasty hand leaves there
    "Établissements": {"A8": 19900126, "D11": "07Z9", "G9": "30 693 000 €", "G13": None},
    "Hypothèses": {"D8": 3},
    "Activité": {"E9": -12},
}
OURS, FILLED = "CH PSY", {"F9": 160, "F12": None, "F14": 21, "F15": 90, "I15": "transfert d'un CMP", "F17": "n.d."}
"""The file that is shown among those that are sent, and what a hasty hand has made of its sheet Activité."""
TRIED = {"IND_INTENSITE ZIS": 0, "TRJ_MODULATION": 1}
"""What is changed in Atelier, so that the trial differs from the region."""


@dataclass(frozen=True)
class Picture:
    """One picture. book: calculated, marked, tried, sent, smr or followed. note: the cell whose note is shown."""

    name: str
    book: str
    sheet: str
    area: str
    resolution: int = 90  # dots per inch
    note: str = ""


PICTURES = (
    Picture("synthese", "calculated", "Synthèse", "A1:M86", 75),
    Picture("hypotheses", "calculated", "Hypothèses", "A1:H16"),
    Picture("indices", "calculated", "Indices", "A1:P18", 75),
    Picture("verification", "marked", "Vérification", "A1:F12"),
    Picture("cellules_marquees", "marked", "Établissements", "A1:M16", note="G9"),
    Picture("envoi_accueil", "sent", "Accueil", "A1:E27", 80),
    Picture("envoi_activite", "sent", "Activité", "A1:I22", 80),
    Picture("options_comparees", "smr", "Options comparées", "A1:O46", 75),
    Picture("vote", "smr", "Vote", "A1:B28", 80),
    Picture("suivi", "followed", "1 Essentiel", "A1:K31", 80),
    Picture("suivi_rythme", "followed", "9 Rythme NHS England", "A39:J63", 75),
    Picture("atelier", "tried", "Atelier", "A1:D43"),
    Picture("atelier_essai", "tried", "Atelier", "F5:P44", 80),
)


def main() -> int:
    """Writes the pictures; returns the exit status."""
    missing = _missing()
    if missing:
        print(f"Missing: {', '.join(missing)}.", file=sys.stderr)
        return 1
    sys.path.append(str(ROOT / "tests"))
    from cases.office import Office, properties

    os.environ.update(FRENCH)
    with tempfile.TemporaryDirectory() as name, Office() as office:
        folder = Path(name)
        books, extension = _books(folder), build(folder)
        office.install(str(extension))
        for picture in PICTURES:
            document = office.load(books[picture.book])
            document.calculateAll()
            _alone(document, picture)
            pdf = folder / f"{picture.name}.pdf"
            document.storeToURL(pdf.as_uri(), properties(FilterName="calc_pdf_Export"))
            document.close(True)
            _draw(pdf, picture)
    return 0


def _missing() -> list[str]:
    tools = [tool for tool in ("soffice", "pdftoppm", "fc-match") if shutil.which(tool) is None]
    modules = [] if find_spec("PIL") else ["Pillow"]
    if "fc-match" in tools:
        return tools + modules
    font = subprocess.run(["fc-match", "--format=%{family}", "Calibri"], check=True, capture_output=True, text=True).stdout
    return tools + modules + ([] if font in ("Calibri", "Carlito") else ["the font Carlito"])


def _books(folder: Path) -> dict[str, Path]:
    """The demonstration, calculated; with faults, marked; with a trial in Atelier; a file that it sends, half filled in."""
    books = {name: folder / f"{name}.xlsx" for name in ("calculated", "marked", "tried", "sent", "smr")}
    demonstration("psychiatrie", books["calculated"])
    demonstration("smr", books["smr"])
    _, books["followed"], _ = followed_years("psychiatrie", folder / "suivi", lambda step: None)
    marked = FileBook(books["calculated"])
    for sheet, cells in FAULTS.items():
        marked.write_cells(sheet, cells)
    review(marked)
    marked.save(books["marked"])
    workshop_file(books["calculated"], books["tried"])
    tried = FileBook(books["tried"])
    tried.write_cells(workshop.SHEET, {f"D{workshop.row_of(code)}": value for code, value in TRIED.items()})
    tried.save(books["tried"])
    sent = FileBook(
        next(path for path in send(books["calculated"], folder / "envoi", Level.FEDERATION) if OURS in path.name)
    )
    sent.write_cells("Activité", FILLED)
    sent.save(books["sent"])
    return books


def _alone(document: Any, picture: Picture) -> None:
    """Prints the area of the picture only, on one page of its size."""
    for sheet in _all(document.Sheets):
        sheet.setPrintAreas(())
    sheet = document.Sheets.getByName(picture.sheet)
    area = sheet.getCellRangeByName(picture.area)
    sheet.setPrintAreas((area.getRangeAddress(),))
    sheet.setPrintTitleRows(False)
    sheet.removeAllManualPageBreaks()
    style = document.StyleFamilies.getByName("PageStyles").getByName(sheet.PageStyle)
    style.HeaderIsOn = style.FooterIsOn = False
    style.ScaleToPagesX = style.ScaleToPagesY = 0
    style.PageScale = 100
    style.LeftMargin = style.RightMargin = style.TopMargin = style.BottomMargin = MARGIN
    size = area.Size
    style.IsLandscape = size.Width > size.Height
    style.Width, style.Height = size.Width + 2 * MARGIN + 100, size.Height + 2 * MARGIN + 100
    if picture.note:
        cell = sheet.getCellRangeByName(picture.note)
        cell.Annotation.setIsVisible(True)
        beside = cell.Position
        beside.X += cell.Size.Width + GAP
        cell.Annotation.AnnotationShape.setPosition(beside)


def _all(container: Any) -> Iterable[Any]:
    return [container.getByIndex(place) for place in range(container.Count)]


def _draw(pdf: Path, picture: Picture) -> None:
    from PIL import Image

    root = pdf.with_suffix("")
    command = ["pdftoppm", "-png", "-r", str(picture.resolution), "-f", "1", "-l", "1", "-singlefile", str(pdf), str(root)]
    subprocess.run(command, check=True)
    with Image.open(f"{root}.png") as image:
        reduced = image.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
        reduced.save(IMAGES / f"{picture.name}.png", optimize=True)


if __name__ == "__main__":
    sys.exit(main())

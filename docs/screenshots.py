"""Remakes docs/images/synthese.png: the demonstration, printed by LibreOffice in a French locale, cropped.

Needs soffice and pdftoppm (poppler) on the path; says so and exits with status 1 when they are not there.
"""

import re
import shutil
import struct
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dotpop_addin.files import demonstration

TARGET = Path(__file__).parent / "images" / "synthese.png"
SHEET = "Synthèse"
RESOLUTION = "125"  # dots per inch
FOOTER = 0.09  # part of the page, at the bottom, that holds the sheet's name and the page number
MARGIN = 14  # white pixels kept around
LEVELS = 32  # shades per colour: text stays readable, the file stays small
PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Setup/L10N">
<prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>fr-FR</value></prop>
</item>
</oor:items>
"""
Pixels = NDArray[np.uint8]


def main() -> int:
    """Writes the picture; returns the exit status."""
    missing = [tool for tool in ("soffice", "pdftoppm", "pdftotext") if shutil.which(tool) is None]
    if missing:
        print(f"Not on the path: {', '.join(missing)}. Install LibreOffice and poppler.", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        book = folder / "region_psychiatrie.xlsx"
        demonstration(book)
        pdf = _printed(book, folder)
        pages = [_cropped(_page(pdf, page, folder)) for page in _pages(pdf)]
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_bytes(_png(_stacked(pages)))
    return 0


def _printed(book: Path, folder: Path) -> Path:
    """The workbook as a PDF, numbers in French."""
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(PROFILE, "utf-8")
    command = ["soffice", f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore"]
    command += ["--convert-to", "pdf", "--outdir", str(folder), str(book)]
    subprocess.run(command, check=True, timeout=300, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return book.with_suffix(".pdf")


def _pages(pdf: Path) -> list[int]:
    """The pages of the sheet: the one that bears its title, and those that follow with its name as their footer."""
    told = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], check=True, capture_output=True, text=True).stdout
    footer = re.compile(rf"^\s*{SHEET}\s+\d+ / \d+\s*$", re.MULTILINE)
    numbered = list(enumerate(told.split("\f"), start=1))
    first = next(number for number, page in numbered if f"{SHEET} · " in page)
    return [number for number, page in numbered if number == first or (number > first and footer.search(page))]


def _page(pdf: Path, page: int, folder: Path) -> Pixels:
    """One page as pixels: height × width × 3."""
    root = folder / f"page{page}"
    command = ["pdftoppm", "-r", RESOLUTION, "-f", str(page), "-l", str(page), "-singlefile", str(pdf), str(root)]
    subprocess.run(command, check=True)
    data = root.with_suffix(".ppm").read_bytes()
    _, size, _, body = data.split(b"\n", 3)
    width, height = map(int, size.split())
    return np.frombuffer(body, np.uint8).reshape(height, width, 3)


def _cropped(page: Pixels) -> Pixels:
    """The page without its footer and its white borders."""
    page = page[: round(len(page) * (1 - FOOTER))]
    inked = page.min(axis=2) < 250
    rows, columns = np.flatnonzero(inked.any(axis=1)), np.flatnonzero(inked.any(axis=0))
    return page[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _stacked(pages: list[Pixels]) -> Pixels:
    """Pages one under the other on white, aligned on the left."""
    width = max(page.shape[1] for page in pages) + 2 * MARGIN
    height = sum(len(page) + MARGIN for page in pages) + MARGIN
    whole = np.full((height, width, 3), 255, np.uint8)
    top = MARGIN
    for page in pages:
        whole[top : top + len(page), MARGIN : MARGIN + page.shape[1]] = page
        top += len(page) + MARGIN
    return whole


def _png(pixels: Pixels) -> bytes:
    """Pixels as a PNG file."""
    step = 255 / (LEVELS - 1)
    coarse = np.rint(np.rint(pixels / step) * step).astype(np.uint8)
    height, width, _ = coarse.shape
    lines = np.zeros((height, 1 + 3 * width), np.uint8)
    lines[:, 1:] = coarse.reshape(height, 3 * width)
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = [(b"IHDR", header), (b"IDAT", zlib.compress(lines.tobytes(), 9)), (b"IEND", b"")]
    chunks = [
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in parts
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


if __name__ == "__main__":
    sys.exit(main())

"""A whole campaign of the demonstration region: sent, filled in, checked, collected, calculated, given back.

The region that asks knows neither allocation nor activity; what comes back must make of it the region that knew them.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from cases.filling import ACTIVITY, ALLOCATIONS, Form

from dotpop_addin.actions import Calculation, check
from dotpop_addin.books.file import FileBook
from dotpop_model.vocabulary import OUTSIDE

Dotpop = Callable[..., tuple[int, str, str]]
LINE = ("Territoire de résidence", "Classe d'âge", "Forme", "Volume")
ALLOCATION, FIRST = 7, 6  # column of the allocations, first line of the tables


@pytest.fixture
def region(demo_book: Path, tmp_path: Path) -> tuple[Path, dict[str, float], dict[str, list[list[Any]]]]:
    """The demonstration without what its hospitals are to say, and what they are to say."""
    book = openpyxl.load_workbook(demo_book)
    hospitals, activity = book["Établissements"], book["Activité"]
    allocations: dict[str, float] = {}
    lines: dict[str, list[list[Any]]] = {}
    for row in range(FIRST, hospitals.max_row + 1):
        allocations[hospitals.cell(row, 1).value] = hospitals.cell(row, ALLOCATION).value
        hospitals.cell(row, ALLOCATION).value = None
    for row in range(FIRST, activity.max_row + 1):
        finess, *told = (activity.cell(row, column).value for column in range(1, 6))
        if finess not in (None, OUTSIDE):
            lines.setdefault(finess, []).append(told)
            for column in range(1, 6):
                activity.cell(row, column).value = None
    book.save(tmp_path / "region.xlsx")
    return tmp_path / "region.xlsx", allocations, lines


def results(calculation: Calculation) -> dict[str, list[dict[str, Any]]]:
    return {name: frame.records() for name, frame in calculation.results.frames().items()}


@pytest.mark.slow
def test_what_comes_back_makes_the_region_that_was_asked_about(
    region: tuple[Path, dict[str, float], dict[str, list[list[Any]]]], demo_book: Path, tmp_path: Path, dotpop: Dotpop
) -> None:
    book, allocations, lines = region
    sent, collected = tmp_path / "envoi", tmp_path / "region_remplie.xlsx"
    assert dotpop("send", book, "--out", sent)[0] == 0
    for path in sent.iterdir():
        form, finess = Form(path), path.name.split()[2]
        if ALLOCATIONS in form.places:
            form.put(ALLOCATIONS, 0, {"Montant (€)": allocations[finess]})
            form.add(ACTIVITY, [dict(zip(LINE, told, strict=True)) for told in lines[finess]], LINE[0])
        form.complete().save()
    status, output, _ = dotpop("check", sent, "--region", book, "--json")
    told = json.loads(output)
    assert (status, len(told["files"]), told["waited"]) == (0, 72, [])
    assert [one["problems"] for one in told["files"] if one["problems"]] == []
    status, output, errors = dotpop("collect", sent, "--into", book, "--out", collected)
    assert (status, errors, output.startswith("72 fichiers repris")) == (0, "", True)
    assert dotpop("collect", sent, "--into", collected)[1].count("0 valeur changée") == 1
    assert dotpop("run", collected)[0] == 0
    assert dotpop("verify", collected)[0] == 0
    found, wanted = (results(check(FileBook(path))) for path in (collected, demo_book))
    for name, records in wanted.items():
        assert [alike(line) for line in found[name]] == [alike(line) for line in records], name
    assert dotpop("fiches", collected, "--out", tmp_path / "fiches")[0] == 0
    assert dotpop("fiches", demo_book, "--out", tmp_path / "directes")[0] == 0
    for fiche in (tmp_path / "directes").iterdir():
        assert shown(tmp_path / "fiches" / fiche.name) == shown(fiche), fiche.name


def alike(line: dict[str, Any]) -> dict[str, Any]:
    """A line whose missing numbers are equal; lines of activity come back in another order, which moves last bits."""
    return {
        name: None if value != value else float(f"{value:.11g}") if isinstance(value, float) else value
        for name, value in line.items()
    }


def shown(path: Path) -> list[list[Any]]:
    """All that a fiche shows, numbers to eleven digits."""
    book = openpyxl.load_workbook(path, data_only=True)
    return [
        [float(f"{cell:.11g}") if isinstance(cell, float) else cell for cell in line]
        for sheet in book.worksheets
        for line in sheet.iter_rows(values_only=True)
    ]

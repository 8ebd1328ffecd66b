"""A workbook is written whole or not at all; what it is besides its results (rights, links, formulas, sheets) is kept."""

import os
import shutil
import stat
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from cases import plain
from cases.faults import FAULTS
from openpyxl.chart import BarChart, Reference

from dotpop_addin.books import saving
from dotpop_addin.books.file import FileBook

Dotpop = Callable[..., tuple[int, str, str]]
ROOT = os.name == "nt" or os.geteuid() == 0


@pytest.mark.parametrize("in_place", [pytest.param(True, id="in place"), pytest.param(False, id="in a copy")])
@pytest.mark.parametrize(("where", "fault", "words"), FAULTS)
def test_a_write_that_fails_leaves_everything_as_it_was(
    where: str,
    fault: Callable[..., Any],
    words: str,
    in_place: bool,
    small_book: Path,
    dotpop: Dotpop,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    before = small_book.read_bytes()
    monkeypatch.setattr(saving, "PAUSE", 0)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path_factory.mktemp("traces")))  # where the trace of a defect goes
    with monkeypatch.context() as patch:
        patch.setattr(where, fault)
        status, output, errors = dotpop(
            "run", small_book, *([] if in_place else ["--out", small_book.with_name("copie.xlsx")])
        )
    assert (status, output) == (1, "")
    assert words in errors
    assert "Traceback" not in errors
    assert small_book.read_bytes() == before
    assert [one.name for one in small_book.parent.iterdir()] == [small_book.name]


def test_an_instant_of_refusal_is_waited_out(small_book: Path, dotpop: Dotpop, monkeypatch: pytest.MonkeyPatch) -> None:
    whole, tries = Path.replace, []

    def refused_once(path: Path, target: Path) -> Path:
        tries.append(path)
        if len(tries) == 1:
            raise PermissionError
        return whole(path, target)

    monkeypatch.setattr(saving, "PAUSE", 0)
    monkeypatch.setattr(Path, "replace", refused_once)
    assert dotpop("run", small_book)[0] == 0
    assert len(tries) == 2


LOCKS = [
    pytest.param(".~lock.{}#", "ouvert dans LibreOffice", id="LibreOffice holds the file"),
    pytest.param("~${}", "ouvert dans Excel", id="Excel holds the file"),
]


@pytest.mark.parametrize(("lock", "words"), LOCKS)
def test_a_file_held_by_a_spreadsheet_is_not_written(lock: str, words: str, small_book: Path, dotpop: Dotpop) -> None:
    target = Path(shutil.copy(small_book, small_book.with_name("copie.xlsx")))
    for held, arguments in ((small_book, ()), (target, ("--out", target))):
        beside = held.with_name(lock.format(held.name))
        beside.write_text("ARS")
        before = {one: one.read_bytes() for one in held.parent.iterdir()}
        status, output, errors = dotpop("run", small_book, *arguments)
        assert (status, output) == (1, "")
        assert words in errors
        assert beside.name in errors
        assert {one: one.read_bytes() for one in held.parent.iterdir()} == before
        beside.unlink()


@pytest.mark.skipif(ROOT, reason="root writes everywhere; Windows has no such rights")
@pytest.mark.parametrize("read_only", [pytest.param("file", id="a file"), pytest.param("folder", id="a folder")])
def test_what_is_read_only_is_not_written(read_only: str, small_book: Path, dotpop: Dotpop) -> None:
    guarded = small_book if read_only == "file" else small_book.parent
    before, mode = small_book.read_bytes(), guarded.stat().st_mode
    guarded.chmod(mode & ~0o222)
    try:
        status, _, errors = dotpop("run", small_book)
        assert (status, small_book.read_bytes()) == (1, before)
        assert "écriture refusée" in errors
        assert [one.name for one in small_book.parent.iterdir()] == [small_book.name]
    finally:
        guarded.chmod(mode)


TARGETS = [
    pytest.param("", "c'est un dossier", id="a folder"),
    pytest.param("absent/copie.xlsx", "dossier introuvable", id="a folder that is not there"),
    pytest.param("petite_région.xlsx/copie.xlsx", "dossier introuvable", id="a file taken for a folder"),
]


@pytest.mark.parametrize(("out", "words"), TARGETS)
def test_a_target_that_cannot_be_is_said_so(out: str, words: str, small_book: Path, dotpop: Dotpop) -> None:
    before = small_book.read_bytes()
    status, output, errors = dotpop("run", small_book, "--out", small_book.parent / out)
    assert (status, output) == (1, "")
    assert words in errors
    assert "Défaut" not in errors
    assert small_book.read_bytes() == before
    assert [one.name for one in small_book.parent.iterdir()] == [small_book.name]


def test_two_runs_of_the_same_inputs_at_the_same_date_give_the_same_bytes(
    small_book: Path, dotpop: Dotpop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")  # 1 January 2026, long gone
    one, other = small_book.with_name("une.xlsx"), small_book.with_name("autre.xlsx")
    assert dotpop("run", small_book, "--out", one)[0] == 0
    assert dotpop("run", small_book, "--out", other)[0] == 0
    assert one.read_bytes() == other.read_bytes()
    assert openpyxl.load_workbook(one).properties.modified == datetime(2026, 1, 1)
    assert plain.column(one, "Journal", "T_Journal", "Date et heure (UTC)") == ["2026-01-01 00:00:00"]
    with zipfile.ZipFile(one) as archive:
        assert {info.date_time for info in archive.infolist()} == {saving.ZIP_DATE}


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such mode bits")
def test_the_rights_of_a_file_are_kept_and_a_new_one_has_the_usual_ones(small_book: Path, dotpop: Dotpop) -> None:
    small_book.chmod(0o640)
    new, usual = small_book.with_name("copie.xlsx"), small_book.with_name("usuel")
    usual.touch()
    assert dotpop("run", small_book)[0] == 0
    assert dotpop("run", small_book, "--out", new)[0] == 0
    assert stat.S_IMODE(small_book.stat().st_mode) == 0o640
    assert new.stat().st_mode == usual.stat().st_mode


@pytest.mark.skipif(os.name == "nt", reason="links need special rights on Windows")
def test_a_link_stays_a_link_and_what_it_points_to_is_written(small_book: Path, dotpop: Dotpop) -> None:
    folder = small_book.parent / "ailleurs"
    folder.mkdir()
    real = Path(shutil.move(small_book, folder / "vrai.xlsx"))
    small_book.symlink_to(real)
    before = real.read_bytes()
    assert dotpop("run", small_book)[0] == 0
    assert small_book.is_symlink()
    assert real.read_bytes() != before
    assert [one.name for one in folder.iterdir()] == ["vrai.xlsx"]


NAMES = ["=1+1", "+cmd", "-1+1", "@SUM(A1)", "#N/A", "<b>&amp;", "CH « Œuvre » ✎"]


def test_a_name_that_looks_like_a_formula_stays_a_text(small_book: Path, dotpop: Dotpop) -> None:
    for names in (NAMES[:4], NAMES[3:]):
        book = openpyxl.load_workbook(small_book)
        for row, name in enumerate(names, start=6):
            cell = book["Établissements"][f"B{row}"]
            cell.value, cell.data_type = name, "s"
        book.save(small_book)
        assert dotpop("run", small_book)[0] == 0
        written = openpyxl.load_workbook(small_book)
        for sheet in ("Établissements", "Indices"):
            cells = [written[sheet][f"B{row}"] for row in range(6, 10)]
            assert [(cell.value, cell.data_type) for cell in cells] == [(name, "s") for name in names], sheet
    assert dotpop("verify", small_book)[0] == 0


def test_a_chart_sheet_that_the_user_added_is_kept(small_book: Path, dotpop: Dotpop) -> None:
    book = openpyxl.load_workbook(small_book)
    chart = BarChart()
    chart.add_data(Reference(book["Activité"], min_col=5, min_row=6, max_row=16))
    book.create_chartsheet("Mon graphique").add_chart(chart)
    book["Activité"]["H2"] = "=SUM(E6:E16)"
    book.save(small_book)
    assert dotpop("run", small_book)[0] == 0
    assert openpyxl.load_workbook(small_book).chartsheets[0].title == "Mon graphique"


def test_a_totals_row_put_under_results_goes_with_the_old_results(small_book: Path, dotpop: Dotpop) -> None:
    assert dotpop("run", small_book)[0] == 0
    book = openpyxl.load_workbook(small_book)
    table = book["Indices"].tables["T_Indices"]
    table.ref, table.totalsRowCount = "A5:S10", 1
    book["Indices"]["A10"], book["Indices"]["H10"] = "Total", "=SUBTOTAL(109,H6:H9)"
    book.save(small_book)
    assert dotpop("run", small_book)[0] == 0
    written = openpyxl.load_workbook(small_book)["Indices"]
    assert (written.tables["T_Indices"].ref, written.tables["T_Indices"].totalsRowCount) == ("A5:S9", None)
    assert [written["A10"].value, written["H10"].value] == [None, None]
    assert dotpop("verify", small_book)[0] == 0


@pytest.mark.parametrize(
    ("part", "words"),
    [
        pytest.param("xl/slicers/slicer1.xml", "segments (slicers)", id="slicers"),
        pytest.param("xl/pivotTables/pivotTable1.xml", "tableaux croisés dynamiques", id="pivot tables"),
    ],
)
def test_what_would_be_lost_is_never_lost_in_place(part: str, words: str, small_book: Path, dotpop: Dotpop) -> None:
    with zipfile.ZipFile(small_book, "a") as archive:
        archive.writestr(part, "")
    before, copy = small_book.read_bytes(), small_book.with_name("copie.xlsx")
    status, output, errors = dotpop("run", small_book)
    assert (status, output, small_book.read_bytes()) == (1, "", before)
    assert words in errors
    assert "--out" in errors
    assert dotpop("run", small_book, "--out", copy)[0] == 0
    assert small_book.read_bytes() == before


def test_saving_a_workbook_twice_without_a_change_changes_no_cell(small_book: Path) -> None:
    FileBook(small_book).save(small_book)
    once = _cells(small_book)
    FileBook(small_book).save(small_book)
    assert _cells(small_book) == once


def _cells(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    return {worksheet.title: list(worksheet.values) for worksheet in openpyxl.load_workbook(path).worksheets}

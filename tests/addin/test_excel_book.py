"""A workbook open in Excel is read, written, marked and put back as a file is; Excel is a stand-in (cases/excel_fake)."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from cases.excel_fake import REJECTED, ComError, Workbook, look
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.styles import Border, Font, PatternFill, Side
from openpyxl.worksheet.table import Table

from dotpop_addin.books.excel import ExcelBook
from dotpop_addin.books.file import FileBook
from dotpop_addin.books.protocol import NOTE, SIGNATURE, Cell, CellError, Link
from dotpop_addin.problems import ProblemsFound

HEADERS = ["Code", "Nom", "Montant"]
ROWS: list[list[Cell]] = [["007", "Un", 1.5], ["01", "Deux", None], ["2A", "Trois", 3]]
SHEET, TABLE, BESIDE = "Données d'été", "T_Donnees", "T_Autres"
KINDS: dict[str, tuple[Any, str]] = {
    "a whole number": (600, "General"),
    "a number with decimals": (0.1 + 0.2, "0.00"),
    "an amount in a currency": (1234.56789, '#,##0.00 "€"'),
    "a text": ("Établissement", "@"),
    "a text like a number": ("010000001", "@"),
    "a text like a formula": ("'=1+1", "@"),
    "a logical value": (True, "General"),
    "an empty cell": (None, "General"),
    "a date": (date(2026, 3, 14), "dd/mm/yyyy"),
    "a date and time": (datetime(2026, 3, 14, 15, 9, 26), "yyyy-mm-dd hh:mm:ss"),
    "a time": (time(15, 9), "hh:mm"),
    "a duration": (timedelta(hours=26), "[h]:mm"),
    "a number in a format of dates, out of the calendar": (-5, "dd/mm/yyyy"),
    "an error": ("#DIV/0!", "General"),
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Two tables side by side with looks, a chart and print areas on the first, a note, a link, a formula under it."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = SHEET
    edge = Side(style="thin", color="FF336699")
    for i, line in enumerate([HEADERS, *ROWS]):
        for j, value in enumerate(line):
            cell = sheet.cell(5 + i, 1 + j, value)
            cell.number_format = ["@", "@", "#,##0.00"][j] if i else "General"
            cell.font = Font(bold=not i, color="FF112233")
            cell.fill = PatternFill("solid", fgColor="FFEEEEEE" if i else "FF336699")
            cell.border = Border(bottom=edge)
    for i, line in enumerate([["Clé", "Valeur"], ["a", 1], ["b", 2]]):
        for j, value in enumerate(line):
            sheet.cell(5 + i, 5 + j, value)
    sheet.add_table(Table(displayName=TABLE, ref="A5:C8"))
    sheet.add_table(Table(displayName=BESIDE, ref="E5:F7"))
    sheet["H1"], sheet["H2"], sheet["H3"] = "=SUM(C6:C8)", "=1+1", "texte"
    sheet["B6"].comment = Comment("note de l'utilisateur", "ARS")
    sheet["H3"].hyperlink = "https://www.example.org/"
    sheet.print_area = ["A1:C8", "E4:F7"]
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=3, min_row=5, max_row=8), titles_from_data=True)
    chart.set_categories(Reference(sheet, min_col=2, min_row=6, max_row=8))
    book.create_sheet("Graphique").add_chart(chart, "B2")
    book.save(tmp_path / "classeur.xlsx")
    return tmp_path / "classeur.xlsx"


@pytest.fixture
def workbook(path: Path) -> Workbook:
    return Workbook(path)


@pytest.fixture
def book(workbook: Workbook) -> ExcelBook:
    return ExcelBook(workbook)


# --- reading -----------------------------------------------------------------------------------------------------------


def test_every_table_of_the_demonstration_is_read_as_from_its_file(demo_book: Path) -> None:
    file, workbook = FileBook(demo_book), Workbook(demo_book)
    excel = ExcelBook(workbook)
    assert excel.name == file.name
    assert excel.sheet_names() == file.sheet_names()
    tables = [(sheet.Name, one.DisplayName) for sheet in workbook.sheets for one in sheet.listed]
    assert len(tables) > 20
    for below in (False, True):
        assert [one for one in tables if excel.read(*one, below=below) != file.read(*one, below=below)] == []
    assert [name for name in file.sheet_names() if excel.formulas(name) != file.formulas(name)] == []


@pytest.mark.parametrize("epoch", [1900, 1904])
@pytest.mark.parametrize("kind", KINDS)
def test_a_cell_is_read_as_from_its_file(kind: str, epoch: int, tmp_path: Path) -> None:
    value, shown = KINDS[kind]
    made = openpyxl.Workbook()
    if epoch == 1904:
        made.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    made.active.append(["Valeur", "Autre"])
    made.active.append([value, "x"])
    made.active["A2"].number_format = shown
    made.active["A2"].data_type = "s" if str(value).startswith("'") else made.active["A2"].data_type
    made.active.add_table(Table(displayName=TABLE, ref="A1:B2"))
    made.save(tmp_path / "valeurs.xlsx")
    file, excel = FileBook(tmp_path / "valeurs.xlsx"), ExcelBook(Workbook(tmp_path / "valeurs.xlsx"))
    assert excel.read("Sheet", TABLE) == file.read("Sheet", TABLE)
    assert excel.read_cells("Sheet", ["A2"]) == file.read_cells("Sheet", ["A2"])
    [found] = excel.read_cells("Sheet", ["A2"])
    assert type(found) is type(file.read_cells("Sheet", ["A2"])[0]) or isinstance(found, float)


def test_what_is_missing_is_none(book: ExcelBook) -> None:
    assert book.read("Absente", TABLE) is None
    assert book.read(SHEET, "T_Absent") is None
    assert book.read_cells(SHEET, []) == []


def test_reading_takes_few_calls_whatever_the_size(demo_book: Path) -> None:
    workbook = Workbook(demo_book)
    block = ExcelBook(workbook).read("Activité", "T_Activite")
    assert block is not None
    assert len(block.rows) > 4000
    assert workbook.app.calls < 60


# --- writing -----------------------------------------------------------------------------------------------------------

LONG = "très long " * 40
WRITES: dict[str, tuple[list[str], list[list[Cell]]]] = {
    "the same size": (HEADERS, [["9", "a", 1.25], ["8", None, 2], ["7", "c", None]]),
    "more lines": (HEADERS, [[f"{i:03}", f"n{i}", i / 4] for i in range(12)]),
    "fewer lines": (HEADERS, [["9", "a", 1.25]]),
    "no line": (HEADERS, []),
    "one more column": (
        [*HEADERS, "Taux"],
        [["9", "a", 1.25, 0.5], ["8", "b", 2, 0.25], ["7", "c", 3, 0.1], ["6", "d", 4, 1]],
    ),
    "another header": (["Code", "Libellé", "Montant"], [["9", "a", 1.25]]),
    "texts that look like something else": (
        HEADERS,
        [[text, text, 1] for text in ("007", "1/2", "+33 1", "TRUE", "1,5", "3 %")],
    ),
    "texts that look like formulas": (HEADERS, [["=1+1", "=x(", 1], ["-a", "@a", 2], ["#N/A", "1e5", 3]]),
    "long texts": (HEADERS, [["9", LONG, 1], ["8", LONG * 20, 2]]),
    "a number in a column of texts": (HEADERS, [[12, "a", 1]]),
    "a logical value": (HEADERS, [["9", "a", True]]),
    "a text in a column of numbers": (HEADERS, [["9", "a", "007"], ["8", "b", "=1"]]),
    "a large whole number": (HEADERS, [["9", "a", 12_345_678_901]]),
    "links": (HEADERS, [["9", Link("A1", SHEET, "A1"), 1], ["8", "sans lien", 2]]),
}


def standing(sheet: Any, address: str) -> tuple[object, ...]:
    """What a cell holds and how it looks."""
    cell = sheet[address]
    link = cell.hyperlink.location if cell.hyperlink else None
    return cell.value, cell.data_type == "s", look(cell), link, cell.comment.text if cell.comment else None


def same_as_in_the_file(workbook: Workbook, path: Path, change: Callable[[Any], None], area: str = "A1:H40") -> None:
    """Makes the same change in the file and in Excel, and compares all that there is to see."""
    file = FileBook(path)
    change(ExcelBook(workbook))
    change(file)
    target = path.with_name("fichier.xlsx")
    file.save(target)
    wanted = openpyxl.load_workbook(target)
    for line in wanted[SHEET][area]:
        for cell in line:
            found = workbook.sheets[0].cells
            if cell.data_type != "f":
                assert standing(found, cell.coordinate) == standing(wanted[SHEET], cell.coordinate), cell.coordinate
    tables = {one.displayName: one.ref for one in wanted[SHEET].tables.values()}
    assert {one.DisplayName: one.Range.Address.replace("$", "") for one in workbook.sheets[0].listed} == tables
    printed = [one.rpartition("!")[2].replace("$", "") for one in wanted[SHEET].print_area.split(",")]
    assert workbook.sheets[0].PageSetup.PrintArea.replace("$", "").split(",") == printed
    [series] = wanted["Graphique"]._charts[0].ser
    formula = workbook.sheets[1].charts[0].series[0].Formula
    assert formula == f"=SERIES({series.tx.strRef.f},{series.cat.numRef.f},{series.val.numRef.f},1)"
    assert workbook.app.settings() == Workbook(path).app.settings()


@pytest.mark.parametrize("what", WRITES)
def test_a_table_is_written_as_in_its_file(what: str, workbook: Workbook, path: Path) -> None:
    headers, rows = WRITES[what]
    same_as_in_the_file(workbook, path, lambda book: book.write(SHEET, TABLE, headers, rows))


@pytest.mark.parametrize("what", [what for what in WRITES if what != "no line"])
def test_a_table_written_twice_is_as_written_once(what: str, workbook: Workbook, path: Path) -> None:
    def twice(book: Any) -> None:
        book.write(SHEET, TABLE, HEADERS, [["x", Link("A9", SHEET, "A9"), i] for i in range(30)])
        book.write(SHEET, TABLE, *WRITES[what])

    same_as_in_the_file(workbook, path, twice)


def test_a_table_without_lines_has_no_links_left(workbook: Workbook, book: ExcelBook) -> None:
    book.write(SHEET, TABLE, HEADERS, [["x", Link("A9", SHEET, "A9"), 1]])
    book.write(SHEET, TABLE, HEADERS, [])
    assert workbook.sheets[0].Range("A5:C8").Hyperlinks.Count == 0


def test_lines_have_their_own_formats(workbook: Workbook, path: Path) -> None:
    rows: list[list[Cell]] = [["9", "a", 0.5], ["8", "b", 3.25], ["7", "c", 7], ["6", "d", 1]]
    formats = {2: ["0.00%", "#,##0.00", "#,##0", "0.00%"]}
    same_as_in_the_file(workbook, path, lambda book: book.write(SHEET, TABLE, HEADERS, rows, formats))


def test_cells_are_written_one_by_one_or_side_by_side(workbook: Workbook, path: Path) -> None:
    cells = {"A1": "Titre", "A2": None, "J3": 1, "K3": 2.5, "J4": True, "K4": "fin", "M9": "x"}
    same_as_in_the_file(workbook, path, lambda book: book.write_cells(SHEET, cells), "A1:N12")


def test_what_is_typed_under_a_table_is_read_and_replaced(workbook: Workbook, path: Path) -> None:
    sheet = openpyxl.load_workbook(path)
    sheet[SHEET]["A9"], sheet[SHEET]["B10"] = "99", "dessous"
    sheet.save(path)
    file, excel = FileBook(path), ExcelBook(Workbook(path))
    assert excel.read(SHEET, TABLE, below=True) == file.read(SHEET, TABLE, below=True)
    same_as_in_the_file(Workbook(path), path, lambda book: book.write(SHEET, TABLE, HEADERS, ROWS[:1], below=True))


def test_a_row_of_totals_is_not_read_and_goes_with_the_lines_it_summed(workbook: Workbook, book: ExcelBook) -> None:
    table = workbook.sheets[0].listed[0]
    table.ShowTotals = True
    workbook.sheets[0].cells["C9"] = 4.5
    block = book.read(SHEET, TABLE)
    assert block is not None
    assert block.rows == ROWS
    book.write(SHEET, TABLE, HEADERS, ROWS[:2])
    assert table.bounds == (1, 5, 3, 7)
    assert workbook.sheets[0].cells["C9"].value is None


@pytest.mark.parametrize("count", [1, 3, 9])
def test_a_filter_loses_no_line_and_stays(count: int, workbook: Workbook, book: ExcelBook) -> None:
    workbook.sheets[0].listed[0].Range.AutoFilter(Field=2, Criteria1="=Deux")
    assert workbook.sheets[0].hidden == {6, 8}
    rows: list[list[Cell]] = [[str(i), "Deux" if i == 2 else "x", i] for i in range(count)]
    book.write(SHEET, TABLE, HEADERS, rows)
    block = book.read(SHEET, TABLE)
    assert block is not None
    assert block.rows == rows
    assert workbook.sheets[0].listed[0].criteria == {2: ("=Deux", 0, None)}
    assert workbook.sheets[0].hidden == {6 + i for i in range(count) if i != 2}


def test_the_filter_of_a_table_hides_no_line_of_the_table_beside(workbook: Workbook, book: ExcelBook) -> None:
    workbook.sheets[0].listed[0].Range.AutoFilter(Field=2, Criteria1="=Deux")
    book.write(SHEET, BESIDE, ["Clé", "Valeur"], [["c", 3], ["d", 4]])
    book.write_cells(SHEET, {"H6": "six", "H7": "sept", "H8": "huit"})
    block = book.read(SHEET, BESIDE)
    assert block is not None
    assert block.rows == [["c", 3], ["d", 4]]
    assert book.read_cells(SHEET, ["H6", "H7", "H8"]) == ["six", "sept", "huit"]
    assert workbook.sheets[0].hidden == {6, 8}


def test_a_filter_that_could_not_be_put_on_again_is_told(workbook: Workbook, book: ExcelBook) -> None:
    workbook.sheets[0].listed[0].Range.AutoFilter(Field=2, Criteria1="bleu", Operator=8)
    before = workbook.snapshot()
    with pytest.raises(ProblemsFound, match="un filtre par couleur"):
        book.write(SHEET, TABLE, HEADERS, ROWS[:1])
    assert workbook.snapshot() == before


def test_a_table_does_not_run_over_another_one(workbook: Workbook, book: ExcelBook) -> None:
    before = workbook.snapshot()
    headers = [*HEADERS, "Un", "Deux"]
    with pytest.raises(ProblemsFound, match=r"T_Autres est là où le tableau T_Donnees doit s'étendre"):
        book.write(SHEET, TABLE, headers, [[str(i) for i in range(5)]])
    assert workbook.snapshot() == before


# --- formulas ----------------------------------------------------------------------------------------------------------


def test_formulas_are_written_and_cleared_array_and_all(workbook: Workbook, book: ExcelBook) -> None:
    sheet = workbook.sheets[0]
    book.write_formulas(SHEET, {"J1": "=1+1", "J2": "=J1*2", "A6": "=CODE(1)", "L1:M3": "=DOTPOP_INDICE(A1:B3)"})
    assert sheet.single == {"H1": "=SUM(C6:C8)", "H2": "=1+1", "J1": "=1+1", "J2": "=J1*2", "A6": "=CODE(1)"}
    assert sheet.arrays == {"L1:M3": "=DOTPOP_INDICE(A1:B3)"}
    assert sheet.cells["A6"].number_format == "@"
    assert book.formulas(SHEET) == {*sheet.single, "L1", "L2", "L3", "M1", "M2", "M3"}
    book.write_formulas(SHEET, {"L1:M2": "=DOTPOP_INDICE(A1:B2)"})
    assert sheet.arrays == {"L1:M2": "=DOTPOP_INDICE(A1:B2)"}
    book.clear(SHEET, "L1:L1")
    assert sheet.arrays == {}
    assert book.formulas(SHEET) == set(sheet.single)


def test_a_text_that_looks_like_a_formula_is_none(book: ExcelBook) -> None:
    book.write_cells(SHEET, {"J1": "=1+1"})
    assert "J1" not in book.formulas(SHEET)
    assert book.read_cells(SHEET, ["J1"]) == ["=1+1"]


def test_a_formula_of_an_array_too_long_for_excel_is_refused_before_anything_is_written(
    workbook: Workbook, book: ExcelBook
) -> None:
    before = workbook.snapshot()
    with pytest.raises(ValueError, match="array formula"):
        book.write_formulas(SHEET, {"J1": "=1", "L1:M3": f"=SUM({'1,' * 200}1)"})
    assert workbook.snapshot() == before


# --- marks -------------------------------------------------------------------------------------------------------------


def notes(workbook: Workbook) -> dict[str, str]:
    return {one.Parent.Address: one.Text() for sheet in workbook.sheets for one in sheet.Comments}


def marked(workbook: Workbook) -> list[str]:
    return [rule.AppliesTo.Address for sheet in workbook.sheets for rule in sheet.rules if rule.formula == [SIGNATURE]]


def test_marks_are_given_and_taken_away(workbook: Workbook, book: ExcelBook) -> None:
    book.mark({(SHEET, "A6"): "code", (SHEET, "B6"): "nom", ("Graphique", "A1"): "ailleurs"})
    user = "note de l'utilisateur"
    assert notes(workbook) == {"$A$6": f"{NOTE}code", "$B$6": f"{user}\n\n{NOTE}nom", "$A$1": f"{NOTE}ailleurs"}
    assert marked(workbook) == ["$A$6,$B$6", "$A$1"]
    book.mark({(SHEET, "B6"): "autre"})
    assert notes(workbook) == {"$B$6": f"{user}\n\n{NOTE}autre"}
    assert marked(workbook) == ["$B$6"]
    book.mark({})
    assert notes(workbook) == {"$B$6": user}
    assert marked(workbook) == []


def test_a_mark_is_seen_in_grey_and_before_other_formats(workbook: Workbook, book: ExcelBook) -> None:
    workbook.sheets[0].Range("A1:C9").FormatConditions.Add(Type=2, Formula1="=TRUE")
    book.mark({(SHEET, "A6"): "code"})
    first = workbook.sheets[0].rules[0]
    assert (first.formula, first.StopIfTrue) == ([SIGNATURE], False)
    assert (first.Interior.Color, first.Font.Color, first.Borders.LineStyle) == (0xCEC7FF, 0x06009C, 1)
    book.mark({})
    assert [rule.formula for rule in workbook.sheets[0].rules] == [["TRUE"]]


def test_a_mark_is_found_again_where_its_cell_has_moved(workbook: Workbook, book: ExcelBook) -> None:
    book.mark({(SHEET, "A6"): "code"})
    sheet = workbook.sheets[0]
    sheet.rules[0].bounds = [(1, 7, 1, 7)]
    sheet.cells["A7"].comment, sheet.cells["A6"].comment = Comment(f"{NOTE}code", ""), None
    book.mark({})
    assert (notes(workbook), marked(workbook)) == ({"$B$6": "note de l'utilisateur"}, [])


def test_many_marks_stay_within_what_excel_takes(workbook: Workbook, book: ExcelBook) -> None:
    book.mark({(SHEET, f"B{row}"): "faute" for row in range(10, 400, 2)})
    assert len(notes(workbook)) == 196
    assert all(len(address.replace("$", "")) <= 255 for address in marked(workbook))


# --- whole or not at all -----------------------------------------------------------------------------------------------


def change_everything(book: ExcelBook) -> None:
    """Each way of writing, so that a table grows, another one shrinks, and arrays, links and marks are replaced."""
    book.write(SHEET, TABLE, [*HEADERS, "Taux"], [[f"{i}", Link("A1", SHEET, "A1"), i, LONG] for i in range(7)])
    book.write(SHEET, BESIDE, ["Clé", "Autre"], [[Link("c", SHEET, "H3"), 5]])
    book.write_cells(SHEET, {"A1": "Titre", "H3": "remplacé", "M1": 3, "B20": "=1"})
    book.clear(SHEET, "L1:M2")
    book.write_formulas(SHEET, {"H2": "=2+2", "L1:L4": "=ROW(A1:A4)", "A6": "=1"})
    book.mark({(SHEET, "A6"): "code", (SHEET, "B6"): "nom", (SHEET, "H2"): "formule"})


def prepare(path: Path) -> Workbook:
    """The workbook with marks, an array, a filter and a row of totals, so that there is all of it to put back."""
    workbook = Workbook(path)
    book = ExcelBook(workbook)
    book.mark({(SHEET, "C7"): "ancienne", (SHEET, "B6"): "ancienne"})
    book.write_formulas(SHEET, {"L1:M3": "=ROW(A1:B3)"})
    sheet = workbook.sheets[0]
    sheet.cells["E8"].fill = PatternFill("solid", fgColor="FFABCDEF")
    sheet.cells["A10"].border = Border(left=Side(style="thick", color="FF00FF00"))
    sheet.cells["A10"].value = "dessous"
    sheet.listed[0].Range.AutoFilter(Field=2, Criteria1="=Deux")
    workbook.app.changes = 0
    return workbook


@pytest.mark.slow
def test_a_failure_at_any_write_leaves_the_workbook_as_it_was(path: Path) -> None:
    workbook = prepare(path)
    book = ExcelBook(workbook)
    with book.changing():
        change_everything(book)
    assert workbook.snapshot() != prepare(path).snapshot()
    last, workbook = workbook.app.changes - len(workbook.app.settings()), prepare(path)
    before = workbook.snapshot()
    assert last > 100
    for failing in range(1, last + 1):
        workbook.app.changes, workbook.app.fails_at = 0, failing
        book = ExcelBook(workbook)
        with pytest.raises(ComError), book.changing():
            change_everything(book)
        assert workbook.app.changes >= failing
        after = workbook.snapshot()
        assert after == before, f"change {failing}: {differences(before, after)}"


def differences(before: Any, after: Any) -> list[Any]:
    return [
        (
            sheet,
            part,
            [(one, old.get(one), new.get(one)) for one in {*old, *new} if old.get(one) != new.get(one)]
            if isinstance(old, dict)
            else (old, new),
        )
        for sheet in before
        if before[sheet] != after[sheet]
        for part, old in before[sheet].items()
        if isinstance(before[sheet], dict) and (new := after[sheet][part]) != old
    ]


@pytest.mark.parametrize(
    "error", [KeyboardInterrupt(), ValueError("défaut"), ProblemsFound([])], ids=lambda one: type(one).__name__
)
def test_a_body_that_fails_leaves_the_workbook_as_it_was(path: Path, error: BaseException) -> None:
    workbook = prepare(path)
    before, book = workbook.snapshot(), ExcelBook(workbook)

    def fail() -> None:
        with book.changing():
            change_everything(book)
            raise error

    with pytest.raises(type(error)):
        fail()
    assert workbook.snapshot() == before


def test_what_could_not_be_put_back_is_told(workbook: Workbook, book: ExcelBook) -> None:
    def fail() -> None:
        with book.changing():
            book.write_cells(SHEET, {"A1": "Titre"})
            workbook.app.fails_at = workbook.app.changes + 1
            raise ValueError

    with pytest.raises(ProblemsFound, match="Fermer le classeur SANS l'enregistrer"):
        fail()


# --- what is closed, and who is busy -----------------------------------------------------------------------------------


def merge(workbook: Workbook) -> None:
    worksheet = workbook.sheets[0].cells
    first = worksheet.tables[TABLE].ref.partition(":")[0]
    worksheet.merge_cells(first + ":" + worksheet[first].offset(0, 1).coordinate)


CLOSED: dict[str, tuple[Callable[[Workbook], None], Sequence[str]]] = {
    "nothing": (lambda workbook: None, []),
    "a protected sheet": (lambda workbook: workbook.sheets[0].start(ProtectContents=True), ["feuille protégée"]),
    "a sheet protected from people only": (
        lambda workbook: workbook.sheets[0].start(ProtectContents=True, ProtectionMode=True),
        [],
    ),
    "another sheet that is protected": (lambda workbook: workbook.sheets[1].start(ProtectContents=True), []),
    "merged cells in a table": (merge, [f"cellules fusionnées dans le tableau {TABLE}"]),
    "a workbook to read only": (lambda workbook: workbook.start(ReadOnly=True), ["classeur ouvert en lecture seule"]),
    "a shared workbook": (lambda workbook: workbook.start(MultiUserEditing=True), ["classeur partagé"]),
}


@pytest.mark.parametrize("case", CLOSED)
def test_what_cannot_be_written_is_told_before(case: str, workbook: Workbook, book: ExcelBook) -> None:
    close, found = CLOSED[case]
    close(workbook)
    assert [problem.found for problem in book.closed([SHEET, "Absente"])] == found


def change_it(book: ExcelBook) -> object:
    with book.changing():
        return book.write_cells(SHEET, {"A1": 1})


BUSY_CALLS: list[Callable[[ExcelBook], object]] = [
    lambda book: book.name,
    lambda book: book.sheet_names(),
    lambda book: book.closed([SHEET]),
    lambda book: book.read(SHEET, TABLE),
    lambda book: book.read_cells(SHEET, ["A1"]),
    lambda book: book.formulas(SHEET),
    lambda book: book.write(SHEET, TABLE, HEADERS, ROWS),
    lambda book: book.mark({}),
    change_it,
]


@pytest.mark.parametrize("call", BUSY_CALLS[1:])
def test_a_busy_excel_is_told(call: Callable[[ExcelBook], object], workbook: Workbook, book: ExcelBook) -> None:
    workbook.app.busy = True
    with pytest.raises(ProblemsFound, match=r"Excel est occupé.*Finir la saisie de la cellule"):
        call(book)


def test_a_write_refused_while_a_cell_is_edited_is_told_and_taken_back(path: Path) -> None:
    workbook = prepare(path)
    before, book = workbook.snapshot(), ExcelBook(workbook)
    workbook.app.error, workbook.app.fails_at = ComError(REJECTED), 60
    with pytest.raises(ProblemsFound, match="Excel est occupé"), book.changing():
        change_everything(book)
    assert workbook.snapshot() == before


def test_nobody_sees_or_disturbs_the_writing(workbook: Workbook, book: ExcelBook) -> None:
    before = workbook.app.settings()
    with book.changing():
        assert not any(value for name, value in workbook.app.settings().items() if name != "Calculation")
        with book.changing():
            book.write_cells(SHEET, {"A1": CellError("#N/A").text})
        assert workbook.app.settings() != before
    assert workbook.app.settings() == before

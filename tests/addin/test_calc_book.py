"""An open Calc document through its adapter, in a real LibreOffice: the same as `FileBook`, and taken back whole."""

import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from cases import nasty
from cases.nasty import BELOW, OTHER, PLAIN, SHEET, SUMMED, TABLE, TOTALS, everything

from dotpop_addin.books.file import FileBook
from dotpop_addin.books.protocol import NOTE, Block, CellError, Link

if TYPE_CHECKING:
    from cases.office import Office

    from dotpop_addin.books.calc import CalcBook

pytestmark = pytest.mark.libreoffice


@pytest.fixture(scope="module")
def _source(office: "Office", tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("nasty")
    nasty.workbook(folder / "brut.xlsx")
    return office.resave(folder / "brut.xlsx", folder / "source.xlsx")


@pytest.fixture
def source(_source: Path, tmp_path: Path) -> Path:
    """The nasty workbook, as Calc saves it: formulas have their values."""
    return Path(shutil.copy(_source, tmp_path / "classeur é.xlsx"))


class Opened:
    """An open document, its adapter, and what it would be once saved."""

    def __init__(self, office: "Office", path: Path) -> None:
        from dotpop_addin.books.calc import CalcBook

        self._office, self._folder = office, path.parent
        self.document = office.load(path)
        self.book: CalcBook = CalcBook(self.document)

    def saved(self, name: str = "enregistré.xlsx") -> Path:
        return self._office.save(self.document, self._folder / name)

    def all(self) -> dict[str, dict[str, Any]]:
        return everything(self.saved())


@pytest.fixture
def opened(office: "Office", source: Path) -> Iterator[Opened]:
    found = Opened(office, source)
    yield found
    found.document.close(True)


def tables(path: Path) -> list[tuple[str, str]]:
    return [(sheet.title, name) for sheet in openpyxl.load_workbook(path).worksheets for name in sheet.tables]


def test_every_table_reads_as_in_the_file(opened: Opened, source: Path) -> None:
    file = FileBook(source)
    for (sheet, table), below in product(tables(source), (False, True)):
        assert opened.book.read(sheet, table, below=below) == file.read(sheet, table, below=below), (table, below)
    assert opened.book.name == file.name
    assert opened.book.sheet_names() == file.sheet_names()


def test_every_table_of_the_demonstration_reads_as_in_the_file(office: "Office", demo_book: Path) -> None:
    file, open_ = FileBook(demo_book), Opened(office, demo_book)
    for sheet, table in tables(demo_book):
        assert open_.book.read(sheet, table, below=True) == file.read(sheet, table, below=True), table
    open_.document.close(True)


def test_what_a_cell_holds_is_read_with_its_kind(opened: Opened) -> None:
    block = opened.book.read(SHEET, TABLE)
    assert block is not None
    first, second, *_ = block.rows
    assert first[:6] == ["007", 600, datetime(2026, 3, 14), time(13, 45), timedelta(hours=26), True]
    assert first[6:] == [CellError("#N/A"), 2, datetime(2026, 3, 14), True, CellError("#DIV/0!"), None]
    assert [type(value) for value in second[5:7]] == [bool, CellError]
    assert [line[10] for line in block.rows] == [CellError(text) for text in ("#DIV/0!", "#N/A", "#VALUE!", "#NAME?")]


@pytest.mark.parametrize(
    ("sheet", "table"),
    [
        pytest.param("Absente", TABLE, id="no such sheet"),
        pytest.param(SHEET, "T_Absent", id="no such table"),
        pytest.param(OTHER, TABLE, id="a table of another sheet"),
    ],
)
def test_what_is_not_there_reads_as_nothing(sheet: str, table: str, opened: Opened) -> None:
    assert opened.book.read(sheet, table) is None
    with pytest.raises(KeyError):
        opened.book.write(sheet, table, ["a"], [])


Write = tuple[str, str, list[str], list[list[Any]], dict[int, list[str]], bool]
PAIR = ["clé", "valeur"]
WRITES: list[Any] = [
    pytest.param((OTHER, PLAIN, PAIR, [["k", 1.5]] * 6, {}, False), id="as many lines"),
    pytest.param((OTHER, PLAIN, PAIR, [["k", 1.5]] * 2, {}, False), id="fewer lines"),
    pytest.param((OTHER, PLAIN, PAIR, [["k", 1 / 3]] * 15, {}, False), id="more lines"),
    pytest.param((OTHER, PLAIN, PAIR, [], {}, False), id="no line"),
    pytest.param((OTHER, PLAIN, [*PAIR, "plus"], [["k", 1, "p"]] * 3, {}, False), id="one more column"),
    pytest.param(
        (OTHER, BELOW, ["a", "b", "c"], [[5, "x", 7], [6, None, 8]], {}, True), id="what was typed beside and below"
    ),
    pytest.param((OTHER, BELOW, ["a", "b"], [[5, "x"]] * 9, {}, False), id="over what was typed below"),
    pytest.param((TOTALS, SUMMED, ["nom", "somme"], [["t", 1]] * 4, {}, False), id="a totals row goes"),
    pytest.param(
        (OTHER, PLAIN, PAIR, [["a", 1], ["b", 2], ["c", 3]], {1: ["0.00%", "0.00%", "#,##0"]}, False), id="formats"
    ),
    pytest.param((OTHER, PLAIN, PAIR, [["007", "1/2"], ["=x", "#N/A"], ["'a", "12 €"]], {}, False), id="texts stay texts"),
    pytest.param((OTHER, PLAIN, PAIR, [[True, 1], [False, None]], {}, False), id="logical values"),
    pytest.param(
        (OTHER, PLAIN, PAIR, [[Link("aller", SHEET, "B4"), 1], [Link("là", OTHER, "A1"), 2]], {}, False), id="links"
    ),
]


@pytest.mark.parametrize("write", WRITES)
def test_a_table_is_written_as_in_the_file(write: Write, opened: Opened, source: Path, office: "Office") -> None:
    sheet, table, headers, rows, formats, below = write
    file = FileBook(source)
    file.write(sheet, table, headers, rows, formats, below=below)
    file.save(source.with_name("fichier.xlsx"))
    with opened.book.changing():
        opened.book.write(sheet, table, headers, rows, formats, below=below)
    found, wanted = opened.all(), everything(office.resave(source.with_name("fichier.xlsx"), source.with_name("relu.xlsx")))
    for name, expected in wanted.items():
        for what in expected:
            assert found[name][what] == expected[what], (name, what)


def all_at_once(book: "CalcBook") -> None:
    """Everything that the adapter can change."""
    book.write(OTHER, PLAIN, [*PAIR, "plus"], [["k", 1, "p"]] * 15)
    book.write(OTHER, BELOW, ["a", "b", "c"], [[5, Link("là", SHEET, "B4"), 7]], below=True)
    book.write(TOTALS, SUMMED, ["nom", "somme"], [["t", True]])
    book.write_cells(OTHER, {"A1": "titre", "A2": 3})
    book.clear(OTHER, "I31")
    book.write_formulas(OTHER, {"K30": "=SUM(G6:G7)", "L30:L32": "=G6:G8*3"})
    book.mark({(OTHER, "A6"): "un", (SHEET, "C4"): "deux"})


class Broken(Exception):
    """A failure on purpose."""


def changed_and_broken(book: "CalcBook") -> None:
    with book.changing():
        all_at_once(book)
        raise Broken


@pytest.fixture(params=[pytest.param(False, id="unmarked"), pytest.param(True, id="marked and filtered")])
def prepared(request: pytest.FixtureRequest, opened: Opened) -> Opened:
    """A document, at rest: nothing to undo, saved."""
    if request.param:
        opened.book.mark({(OTHER, "A6"): "avant", (OTHER, "F9"): "autre"})
        set_filter(opened, PLAIN, 1, 3.0)
    opened.document.getUndoManager().clear()
    opened.document.setModified(False)
    return opened


def set_filter(opened: Opened, table: str, column: int, value: float) -> None:
    """Leaves the lines that hold a value, as a user does."""
    import uno

    field = uno.createUnoStruct("com.sun.star.sheet.TableFilterField2")
    field.Field, field.Operator, field.IsNumeric, field.NumericValue = column, 2, True, value
    found = opened.document.DatabaseRanges.getByName(table)
    found.getFilterDescriptor().setFilterFields2((field,))
    found.refresh()


def test_a_failure_leaves_everything_as_it_was(prepared: Opened) -> None:
    from dotpop_addin.books.calc_changes import charts

    before, document = prepared.all(), prepared.document
    for one in (*charts(document), document):
        one.setModified(False)
    with pytest.raises(Broken):
        changed_and_broken(prepared.book)
    assert (document.isModified(), document.isAutomaticCalculationEnabled()) == (False, True)
    assert document.getUndoManager().isLocked() is False
    assert (document.getUndoManager().isUndoPossible(), document.getUndoManager().isRedoPossible()) == (False, False)
    assert prepared.all() == before


def test_one_undo_takes_everything_back_and_one_redo_makes_it_again(prepared: Opened) -> None:
    before, manager = prepared.all(), prepared.document.getUndoManager()
    with prepared.book.changing():
        all_at_once(prepared.book)
    after = prepared.all()
    assert after != before
    assert list(manager.getAllUndoActionTitles()) == ["dotpop"]
    manager.undo()
    assert prepared.all() == before
    manager.redo()
    assert prepared.all() == after


def test_a_block_that_changes_nothing_takes_nothing_of_the_users_back(opened: Opened) -> None:
    opened.book.write_cells(OTHER, {"A1": "de l'utilisateur"})
    with pytest.raises(Broken), opened.book.changing():
        raise Broken
    assert opened.book.read_cells(OTHER, ["A1"]) == ["de l'utilisateur"]


def test_what_the_user_looks_at_stays_in_front(opened: Opened) -> None:
    controller, cells = opened.document.getCurrentController(), opened.document.Sheets.getByName(SHEET)
    controller.setActiveSheet(cells)
    controller.select(cells.getCellRangeByName("D5:E6"))
    with opened.book.changing():
        all_at_once(opened.book)
    assert controller.getActiveSheet().Name == SHEET
    assert opened.document.getCurrentSelection().AbsoluteName.endswith("$D$5:$E$6")


def test_a_filter_of_the_user_is_applied_again_to_what_is_written(opened: Opened) -> None:
    set_filter(opened, PLAIN, 1, 3.0)
    with opened.book.changing():
        opened.book.write(OTHER, PLAIN, PAIR, [["a", 3], ["b", 4], ["c", 3]])
    found = everything(opened.saved())[OTHER]
    assert found["hidden rows"] == [7]
    assert found["tables"][PLAIN] == ("F5:G8", None, [(1, ["3"])])


def test_a_document_calculated_by_hand_stays_so_and_is_read_up_to_date(opened: Opened) -> None:
    from dotpop_addin.books.calc import CalcBook

    document = opened.document
    document.enableAutomaticCalculation(False)
    document.Sheets.getByName(SHEET).getCellRangeByName("C4").setValue(50)
    book = CalcBook(document)
    assert book.read_cells(SHEET, ["I7"]) == [100]
    with book.changing():
        book.write_cells(OTHER, {"A1": 1})
    assert document.isAutomaticCalculationEnabled() is False


def test_marks_are_found_again_and_notes_of_the_user_stay(opened: Opened, office: "Office") -> None:
    opened.book.mark({(OTHER, "A6"): "première", (OTHER, "B7"): "seule", (SHEET, "C4"): "ailleurs"})
    opened.book.mark({(OTHER, "A6"): "seconde", (OTHER, "B7"): "seule"})
    first = everything(opened.saved("marqué.xlsx"))
    assert first[OTHER]["notes"] == {"A6": f"à revoir\n\n{NOTE}seconde", "B7": f"{NOTE}seule"}
    assert [rule for rule in first[OTHER]["rules"] if "dotpop" in rule] == [signature("A6 B7")]
    assert (first[SHEET]["rules"], first[SHEET]["notes"]) == ([], {})
    again = Opened(office, opened.saved("marqué.xlsx"))
    again.document.Sheets.getByName(OTHER).Rows.insertByIndex(5, 2)  # the user moves them
    again.book.mark({})
    found = everything(again.saved("démarqué.xlsx"))
    again.document.close(True)
    assert found[OTHER]["notes"] == {"A8": "à revoir"}
    assert [rule for rule in found[OTHER]["rules"] if "dotpop" in rule] == []
    assert len(found[OTHER]["rules"]) == 1


def signature(cells: str) -> str:
    return str((cells, "expression", ['"dotpop"="dotpop"']))


def test_marks_of_one_host_are_taken_away_by_the_other(opened: Opened, office: "Office", source: Path) -> None:
    opened.book.mark({(OTHER, "A6"): "ici", (OTHER, "B7"): "là"})
    file = FileBook(opened.saved("par calc.xlsx"))
    file.mark({(OTHER, "G8"): "par le fichier", (OTHER, "A6"): "aussi"})
    file.save(source.with_name("par le fichier.xlsx"))
    back = Opened(office, source.with_name("par le fichier.xlsx"))
    back.book.mark({})
    found = everything(back.saved("rendu.xlsx"))[OTHER]
    back.document.close(True)
    assert found["notes"] == {"A6": "à revoir"}
    assert [rule for rule in found["rules"] if "dotpop" in rule] == []


def test_a_mark_is_seen_in_colour_and_in_grey(opened: Opened) -> None:
    opened.book.mark({(OTHER, "B7"): "vide"})
    sheet = openpyxl.load_workbook(opened.saved())[OTHER]
    rule = next(rule for one in sheet.conditional_formatting for rule in one.rules if "dotpop" in rule.formula[0])
    assert (rule.dxf.fill.bgColor.rgb, rule.dxf.font.color.rgb, rule.dxf.font.b) == ("FFFFC7CE", "FF9C0006", True)
    assert rule.dxf.border.left.style is not None


def protect(opened: Opened) -> None:
    opened.document.Sheets.getByName(SHEET).protect("secret")


MERGED = f"Feuille {SHEET} : cellules fusionnées dans le tableau "
CLOSED: list[Any] = [
    pytest.param(protect, {}, [f"Feuille {SHEET} : feuille protégée", MERGED], id="a protected sheet, merged cells"),
    pytest.param(
        lambda opened: None, {"ReadOnly": True}, ["classeur é.xlsx : classeur ouvert en lecture seule"], id="read only"
    ),
    pytest.param(lambda opened: None, {}, [MERGED], id="merged cells in a table"),
]


@pytest.mark.parametrize(("closing", "options", "words"), CLOSED)
def test_what_cannot_be_written_is_told_beforehand(
    closing: Callable[[Opened], None], options: dict[str, Any], words: list[str], source: Path, office: "Office"
) -> None:
    from dotpop_addin.books.calc import CalcBook

    opened = Opened.__new__(Opened)
    opened.document = office.load(source, **options)
    closing(opened)
    found = CalcBook(opened.document).closed([SHEET, OTHER, "Absente"])
    opened.document.close(True)
    assert [str(problem)[: len(word)] for problem, word in zip(found, words, strict=True)] == words


FORMULAS = {
    "K40": "=SUM('Feuille d''essai'!$C$4:$C$5,Autre!A6)",
    "K41": '=SUMIFS(T_Dessous[a],T_Dessous[b],"x")',
    "K42": '=IFERROR(INDEX(Autre!$A$6:$A$7,MATCH("y",Autre!$B$6:$B$7,0)),"")',
    "K43": "=_xlfn.XLOOKUP(2,Autre!A6:A7,Autre!B6:B7)",
    "L40:L42": "=G6:G8*2",
}


def test_formulas_are_written_as_excel_stores_them(opened: Opened) -> None:
    before = opened.book.formulas(OTHER)
    with opened.book.changing():
        opened.book.write_formulas(OTHER, FORMULAS)
    assert opened.book.read_cells(OTHER, ["K40", "K41", "K42", "K43", "L40", "L42"]) == [1201.5, 1, 2, "y", 2, 6]
    assert opened.book.formulas(OTHER) - before == {"K40", "K41", "K42", "K43", "L40", "L41", "L42"}
    stored = everything(opened.saved())[OTHER]["values"]
    assert {area.partition(":")[0]: shown(stored[area.partition(":")[0]]) for area in FORMULAS} == {
        area.partition(":")[0]: formula.replace("'", "") for area, formula in FORMULAS.items()
    }


def shown(stored: Any) -> str:
    return str(stored[1] if isinstance(stored, tuple) else stored).replace("$Autre.", "Autre!").replace("'", "")


@pytest.mark.parametrize("area", [pytest.param("I29:I33", id="around it"), pytest.param("I31", id="one cell of it")])
def test_an_array_formula_is_emptied_whole(area: str, opened: Opened) -> None:
    opened.document.Sheets.getByName(OTHER).getCellRangeByName("I30").CellBackColor = 0xFFF8E1
    opened.book.clear(OTHER, area)
    found = everything(opened.saved())[OTHER]
    assert [cell for cell in found["values"] if cell.startswith("I3")] == []
    assert found["looks"]["I30"] != found["looks"].get("I31")


def test_single_cells_are_read_and_written(opened: Opened) -> None:
    given = {"A1": "=x", "A2": 2.5, "B1": None, "B2": True, "C20": "007"}
    opened.book.write_cells(OTHER, given)
    assert opened.book.read_cells(OTHER, list(given)) == list(given.values())
    assert opened.book.read_cells(OTHER, []) == []


def test_a_link_leads_to_its_cell_and_reads_as_its_text(opened: Opened) -> None:
    opened.book.write(OTHER, PLAIN, PAIR, [[Link("l'essai", SHEET, "B4"), 1]])
    block = opened.book.read(OTHER, PLAIN)
    assert block == Block(OTHER, 5, 6, PAIR, [["l'essai", 1]])
    assert everything(opened.saved())[OTHER]["links"] == {"F6": "'Feuille d''essai'!B4"}

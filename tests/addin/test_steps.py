"""One step from what stands in the sheets: the tables of the whole chain, what a value changed by hand changes, refusals."""

import json
import shutil
from collections.abc import Callable
from math import isclose
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from cases.damaging import BookChange, changed, put, tables_lost
from openpyxl.worksheet.filters import FilterColumn, Filters

from dotpop_addin.actions import STEP_LABELS, calculate_step
from dotpop_addin.books.file import FileBook
from dotpop_addin.commands.region import STEPS as WORDS
from dotpop_addin.declarations.kinds import NUMERIC
from dotpop_addin.problems import ProblemsFound
from dotpop_addin.region import FIELDS
from dotpop_model import chain, chain_smr

Dotpop = Callable[..., tuple[int, str, str]]
Cells = dict[tuple[str, int, str], Any]  # (table, line, header) → what the cell shows
FIELD = FIELDS["psychiatrie"]
RESULTS = [table for table in FIELD.tables_of("result") if table.name not in ("journal", "source_notes", "anomalies")]
WRITES = {  # step → the tables that it writes
    "national": ["region_allocations", "region_shares"],
    "ponderation": ["split", "weighted_population", "impacts", "territory_envelopes"],
    "flux": ["flows", "residuals"],
    "indices": ["indices", "reasons", "group_indices", "ranking", "positions"],
    "trajectoire": ["trajectory", "segment_trajectory", "accounts", "years"],
}
READS = {
    "flux": ("Population pondérée", "T_PopPonderee"),
    "indices": ("Flux", "T_Flux"),
    "trajectoire": ("Indices", "T_Indices"),
}


def shown(workbook: Path | FileBook) -> Cells:
    """Every result cell of a workbook."""
    book = FileBook(workbook) if isinstance(workbook, Path) else workbook
    found: Cells = {}
    for table in RESULTS:
        block = book.read(FIELD.sheet_of[table.name].name, table.excel)
        assert block is not None
        for row, line in enumerate(block.rows):
            found |= {(table.name, row, header): cell for header, cell in zip(block.headers, line, strict=True)}
    return found


def alike(one: Any, other: Any) -> bool:
    if isinstance(one, int | float) and isinstance(other, int | float):
        return isclose(one, other, rel_tol=1e-9, abs_tol=1e-6)
    return one == other or {one, other} <= {None, ""}


def line(sheet: str, row: int, values: list[Any]) -> BookChange:
    """Writes a whole line of the table at the left of a sheet."""

    def damage(book: openpyxl.Workbook) -> None:
        for column, value in enumerate(values, start=1):
            book[sheet].cell(row, column).value = value

    return damage


def values_of(path: Path, sheet: str, table: str) -> list[list[Any]]:
    block = FileBook(path).read(sheet, table)
    assert block is not None
    return [list(row) for row in block.rows]


def resize(sheet: str, table: str, reference: str) -> BookChange:
    def damage(book: openpyxl.Workbook) -> None:
        book[sheet].tables[table].ref = reference
        book[sheet].tables[table].autoFilter.ref = reference

    return damage


@pytest.fixture(scope="session")
def whole(_small: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    from dotpop_addin.files import run_file

    path = tmp_path_factory.mktemp("calculated") / "calculée.xlsx"
    run_file(_small, path)
    return path


@pytest.fixture
def calculated(whole: Path, tmp_path: Path) -> Path:
    """The small region, calculated whole; the test may change it."""
    return Path(shutil.copy(whole, tmp_path / "petite_région.xlsx"))


def test_the_steps_of_the_command_are_those_of_the_chain() -> None:
    assert list(WORDS.values()) == list(STEP_LABELS) == list(chain_smr.STEPS)
    assert set(chain.STEPS) < set(chain_smr.STEPS)


def differences(before: Cells, after: Cells) -> dict[tuple[str, int, str], tuple[Any, Any]]:
    """The cells that are not alike, with what they show."""
    places = before.keys() | after.keys()
    both = {place: (before.get(place), after.get(place)) for place in places}
    return {place: cells for place, cells in both.items() if not alike(*cells)}


@pytest.mark.parametrize("step", WRITES)
def test_a_step_writes_its_tables_as_the_whole_chain_does(step: str, whole: Path) -> None:
    book = FileBook(whole)
    before = shown(book)
    for name in WRITES[step]:
        empty(name)(book._book)
    assert {name for name, *_ in differences(before, shown(book))} == set(WRITES[step])
    calculate_step(book, WORDS[step])
    assert differences(before, shown(book)) == {}


def test_a_step_is_told_and_written_in_the_file(calculated: Path, dotpop: Dotpop) -> None:
    before = shown(calculated)
    path = changed(calculated, empty("flows"))
    status, told, errors = dotpop("run", path, "--step", "flux")
    assert (status, errors) == (0, "")
    assert told == f"Recalculé dans {path} : étape « flux ». Pour mettre le reste d'accord : dotpop run.\n"
    assert differences(before, shown(path)) == {}


def empty(name: str) -> BookChange:
    """Empties a result table, and leaves it one line high."""
    table, sheet = FIELD.tables[name], FIELD.sheet_of[name].name

    def damage(book: openpyxl.Workbook) -> None:
        one = book[sheet].tables[table.excel]
        header, *lines = book[sheet][one.ref]
        for cells in lines:
            for cell in cells:
                cell.value = None
        one.ref = f"{header[0].coordinate}:{lines[0][-1].coordinate}"
        one.autoFilter.ref = one.ref

    return damage


def test_the_steps_of_the_demonstration_one_after_the_other_are_the_whole_chain(demo_book: Path) -> None:
    book = FileBook(demo_book)
    before = shown(book)
    for name in WRITES.values():
        for table in name:
            empty(table)(book._book)
    for step in chain.STEPS:
        calculate_step(book, step)
    assert differences(before, shown(book)) == {}
    journal = book.read("Journal", "T_Journal")
    assert journal is not None
    assert [row[3] for row in journal.rows] == ["complet", *(STEP_LABELS[step] for step in chain.STEPS)]


# A cell changed by hand in the table that a step reads, and what must then stand in the tables that it writes.
BY_HAND = [
    pytest.param(
        "flux",
        put("Population pondérée", "F6", 880),
        {("flows", 0, "Population corrigée des flux (hab.)"): 880},
        {1, 2, 3},
        id="the weighted population of a ZIS",
    ),
    pytest.param(
        "indices",
        put("Flux", "V6", 400),
        # 160 000 € for 400 + 450 inhabitants
        {("indices", 0, "Indice"): 150 / (160_000 / 850), ("indices", 1, "Indice"): (100_000 / 450) / (160_000 / 850)},
        {2, 3},
        id="the population served by a hospital",
    ),
    pytest.param(
        "trajectoire",
        put("Indices", "H9", 66_000),
        {("trajectory", 18, "Dotation (€)"): 66_000, ("trajectory", 18, "Indice"): 1.1},
        set(),
        id="the allocation of a hospital",
    ),
]


@pytest.mark.parametrize(("step", "change", "values", "same"), BY_HAND)
def test_a_value_changed_by_hand_changes_what_the_step_writes_and_nothing_else(
    step: str,
    change: BookChange,
    values: dict[tuple[str, int, str], float],
    same: set[int],
    calculated: Path,
    dotpop: Dotpop,
) -> None:
    path = changed(calculated, change)
    before = shown(path)
    assert dotpop("run", path, "--step", step)[0] == 0
    after = shown(path)
    assert {place: after[place] for place in values} == pytest.approx(values)
    moved = differences(before, after)
    assert {name for name, *_ in moved} <= set(WRITES[step])
    first = WRITES[step][0]
    assert {row for name, row, _ in moved if name == first}.isdisjoint(same)


def backwards(sheet: str, table: str) -> BookChange:
    def damage(book: openpyxl.Workbook) -> None:
        cells = [[cell.value for cell in row] for row in book[sheet][book[sheet].tables[table].ref]][1:]
        for row, values in enumerate(reversed(cells), start=6):
            line(sheet, row, values)(book)

    return damage


def filtered(sheet: str, table: str) -> BookChange:
    """Shows the first line only."""

    def damage(book: openpyxl.Workbook) -> None:
        one = book[sheet].tables[table]
        kept = Filters(filter=[str(book[sheet]["A6"].value)])
        one.autoFilter.filterColumn.append(FilterColumn(colId=0, filters=kept))
        for row in range(7, 6 + len(book[sheet][one.ref]) - 1):
            book[sheet].row_dimensions[row].hidden = True

    return damage


@pytest.mark.parametrize("step", READS)
@pytest.mark.parametrize(
    "arrange", [pytest.param(backwards, id="sorted backwards"), pytest.param(filtered, id="filtered, rows hidden")]
)
def test_how_the_lines_are_arranged_does_not_matter(
    step: str, arrange: Callable[[str, str], BookChange], whole: Path
) -> None:
    book = FileBook(whole)
    before = shown(book)
    arrange(*READS[step])(book._book)
    calculate_step(book, WORDS[step])
    found = differences(before, shown(book))
    assert {place: cells for place, cells in found.items() if place[0] in WRITES[step]} == {}


# The step, what was done to the sheet that it reads, the cell told, words of what was found.
REFUSED: list[Any] = [
    pytest.param(
        "indices",
        [resize("Flux", "T_Flux", "A5:V8"), line("Flux", 9, [None] * 22)],
        "A5",
        "absents : 010000004",
        id="a line missing",
    ),
    pytest.param(
        "indices",
        [put("Flux", "A8", "010000002"), put("Flux", "C8", "ex-DAF sectorisé")],
        "A7",
        "en double : 010000002 ; absents : 010000003",
        id="a line in double",
    ),
    pytest.param(
        "indices",
        [put("Flux", "A7", "990000009")],
        "A7",
        "en trop, ou changés : 990000009 ; absents : 010000002",
        id="an unknown hospital",
    ),
    pytest.param(
        "indices", [put("Flux", "C7", "ex-OQN")], "A7", "feuille Établissements", id="a hospital in another segment"
    ),
    pytest.param("indices", [put("Flux", "C7", "ex-DAF")], "C7", "« ex-DAF »", id="a segment that does not exist"),
    pytest.param("indices", [put("Flux", "A7", 10000002)], "A7", "FINESS transformé en nombre", id="a FINESS as a number"),
    pytest.param("indices", [put("Flux", "V7", None)], "V7", "cellule vide", id="a population left blank"),
    pytest.param("indices", [put("Flux", "V7", "1 234,5")], "V7", "texte « 1 234,5 »", id="a population that is a text"),
    pytest.param("indices", [put("Flux", "V7", "#DIV/0!")], "V7", "erreur #DIV/0!", id="an error cell"),
    pytest.param("indices", [put("Flux", "V7", 0)], "V7", "nulle ou négative : 010000002", id="a population of nought"),
    pytest.param("indices", [put("Flux", "V7", -3)], "V7", "nulle ou négative : 010000002", id="a negative population"),
    pytest.param(
        "indices",
        [put("Flux", "V5", "Pop. corrigée des flux (hab.)")],
        "V5",
        "colonne « Population corrigée des flux (hab.) » absente (renommée « Pop. corrigée des flux (hab.) » ?)",
        id="a renamed header",
    ),
    pytest.param("indices", [empty("flows")], "A6", "(activité pondérée) » vide", id="nothing from the step before"),
    pytest.param("indices", [tables_lost("T_Flux")], "", "tableau T_Flux absent", id="no table of the step before"),
    pytest.param(
        "flux",
        [put("Population pondérée", "C7", "Département")],
        "A7",
        "feuille Territoires",
        id="a territory of another level",
    ),
    pytest.param("flux", [put("Population pondérée", "F7", -1)], "F7", "nombre -1", id="a negative weighted population"),
    pytest.param("flux", [put("Population pondérée", "H7", None)], "H7", "cellule vide", id="weighted adults left blank"),
    pytest.param("trajectoire", [put("Indices", "H7", -1)], "H7", "nombre -1", id="a negative allocation"),
    pytest.param("trajectoire", [put("Indices", "K7", 0)], "K7", "nulle ou négative : 010000002", id="a mean of nought"),
    pytest.param("trajectoire", [put("Indices", "I7", True)], "I7", "valeur logique VRAI", id="a logical value"),
    pytest.param(
        "trajectoire",
        [put("Établissements", "C9", "ex-DAF non sectorisé")],
        "A9",
        "feuille Établissements (en trop, ou changés : 010000004 ; absents : 010000004)",
        id="a hospital that has changed segment since",
    ),
]


@pytest.mark.parametrize(("step", "damages", "cell", "words"), REFUSED)
def test_what_stands_and_cannot_be_used_is_told_with_its_cell_and_nothing_is_written(
    step: str, damages: list[BookChange], cell: str, words: str, whole: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = FileBook(whole)
    for damage in damages:
        damage(book._book)
    monkeypatch.setattr(book, "write", forbidden)
    monkeypatch.setattr(book, "write_cells", forbidden)
    with pytest.raises(ProblemsFound) as refusal:
        calculate_step(book, WORDS[step])
    problems = refusal.value.problems
    assert [(one.sheet, one.cell) for one in problems] == [(READS[step][0], cell)]
    assert words in problems[0].found
    assert problems[0].action.endswith(".")


def forbidden(*_: object) -> None:
    raise AssertionError("nothing is to be written")


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        pytest.param(put("Flux", "V7", "=1/0"), "V7 : formule sans valeur calculée", id="a formula never computed"),
        pytest.param(put("Flux", "A7", "990000009"), "A7 : Ce tableau ne suit plus", id="an unknown hospital"),
    ],
)
def test_a_file_refused_stays_as_it_was(damage: BookChange, words: str, calculated: Path, dotpop: Dotpop) -> None:
    path = changed(calculated, damage)
    before = path.read_bytes()
    status, told, errors = dotpop("run", path, "--step", "indices")
    assert (status, told) == (1, "")
    assert f"Feuille Flux, cellule {words}" in errors
    assert path.read_bytes() == before
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_a_fault_of_the_inputs_is_told_by_every_step(small_book: Path, dotpop: Dotpop) -> None:
    path = changed(small_book, put("Enveloppe", "B6", "n.d."))
    before = path.read_bytes()
    for step in WORDS:
        status, _, errors = dotpop("run", path, "--step", step)
        assert status == 1
        assert "Feuille Enveloppe, cellule B6 : texte « n.d. »" in errors
    assert path.read_bytes() == before


def test_the_steps_after_a_new_workbook_ask_for_the_one_before(small_book: Path, dotpop: Dotpop) -> None:
    for step, (sheet, _) in READS.items():
        status, _, errors = dotpop("run", small_book, "--step", step)
        assert status == 1
        assert f"Feuille {sheet}, cellule A6 : tableau" in errors
        assert "Lancer d'abord l'étape qui l'écrit, ou Calculer." in errors
    for step in WRITES:
        assert dotpop("run", small_book, "--step", step)[0] == 0
    status, told, _ = dotpop("verify", small_book)
    assert (status, "Contrôles" in told) == (1, False)  # the controls are of the whole chain


@pytest.mark.parametrize("sheet", ["Indices", "Journal", "Synthèse"])
def test_a_protected_sheet_is_told_and_nothing_is_written(sheet: str, calculated: Path, dotpop: Dotpop) -> None:
    path = changed(calculated, lambda book: book[sheet].protection.enable())
    before = path.read_bytes()
    status, told, errors = dotpop("run", path, "--step", "indices")
    assert (status, told) == (1, "")
    assert f"Feuille {sheet} : feuille protégée" in errors
    assert "Ôter la protection" in errors
    assert path.read_bytes() == before


def test_merged_cells_in_a_table_of_results_are_told_and_nothing_is_written(calculated: Path, dotpop: Dotpop) -> None:
    path = changed(calculated, lambda book: book["Indices"].merge_cells("B6:B7"))
    before = path.read_bytes()
    status, told, errors = dotpop("run", path)
    assert (status, told) == (1, "")
    assert "Feuille Indices : cellules fusionnées dans le tableau T_Indices" in errors
    assert "Défusionner" in errors
    assert path.read_bytes() == before


def test_a_protected_sheet_that_the_step_does_not_write_does_not_matter(calculated: Path, dotpop: Dotpop) -> None:
    path = changed(calculated, lambda book: book["Trajectoire"].protection.enable())
    assert dotpop("run", path, "--step", "indices")[0] == 0
    assert dotpop("run", path, "--step", "trajectoire")[0] == 1


def test_the_copy_asked_for_is_written_and_the_workbook_stays(calculated: Path, tmp_path: Path, dotpop: Dotpop) -> None:
    before, target = calculated.read_bytes(), tmp_path / "étape.xlsx"
    status, told, _ = dotpop("run", calculated, "--step", "flux", "--out", target, "--json")
    assert (status, json.loads(told)["step"]) == (0, "flux")
    assert calculated.read_bytes() == before
    assert [row[3] for row in values_of(target, "Journal", "T_Journal")] == ["complet", "Flux"]


def test_verify_tells_that_the_last_calculation_was_of_one_step(calculated: Path, dotpop: Dotpop) -> None:
    path = changed(calculated, put("Population pondérée", "F6", 880))
    assert dotpop("run", path, "--step", "flux")[0] == 0
    status, _, errors = dotpop("verify", path)
    assert status == 1
    last = values_of(path, "Journal", "T_Journal")[-1]
    assert f"Le calcul du {last[0]} n'a porté que sur l'étape Flux." in errors
    assert "Les données saisies ont changé" not in errors
    assert dotpop("run", path)[0] == 0
    status, told, _ = dotpop("verify", path)
    assert status == 0
    assert "chaque résultat tient" in told


def test_an_unknown_step_is_a_wrong_command(calculated: Path, dotpop: Dotpop) -> None:
    status, _, errors = dotpop("run", calculated, "--step", "tout")
    assert status == 2
    assert all(step in errors for step in WORDS)


def test_every_column_that_a_step_needs_is_declared_and_numbers_are_numbers() -> None:
    for step in chain.STEPS.values():
        if step.reads:
            columns = {column.name: column for column in FIELD.tables[step.reads].columns}
            assert set(step.needs) <= set(columns)
            assert {columns[name].kind for name in step.positive} <= NUMERIC

"""The templates: built from the declarations, byte for byte the same; and everything a template promises to its user."""

import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import fields
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from cases import small_region
from openpyxl.utils import range_boundaries
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from dotpop_addin import hypotheses as hypothesis_files
from dotpop_addin.books.file import FileBook
from dotpop_addin.declarations.kinds import NUMERIC, Field, Kind, Sheet, Table
from dotpop_addin.hypotheses import Hypothesis
from dotpop_addin.region import FIELDS
from dotpop_model import chain
from dotpop_model.hypotheses import Hypotheses
from workbook_templates import look
from workbook_templates.build import build

Dotpop = Callable[..., tuple[int, str, str]]
OPENED = {
    "psychiatrie": {"T_Regions": ["PSYCHIATRES", "PAUVRETE", "MENAGES", "MEDICO_SOCIAL"]},
    "smr": {
        "T_Regions": ["SEJOURS_MCO", "PATHO_NEURO", "PATHO_LOCO", "PATHO_METABO", "PATHO_CARDIO", "PATHO_AUTRES"],
        "T_TransitionEtablissements": ["2023", "2024", "2025", "2026", "2027", "2028"],
    },
}
"""The further columns that the template's own lines open."""
OTHERS = (
    "journal",
    "source_notes",
    "anomalies",
    "returned_changes",
    "answers",
    "observations",
)  # written by the macros, or given with the template
CHARTS = {"psychiatrie": 4, "smr": 8}
INPUTS = [
    (field, sheet, table)
    for field in FIELDS.values()
    for sheet in field.sheets
    if sheet.role == "input"
    for table in sheet.tables
]
TYPED_HYPOTHESES = ("value", "valid_from", "source")  # a region says its choice, since when, and from where
ENDINGS = [(Kind.AMOUNT, "(€)"), (Kind.EURO, "(€)"), (Kind.SHARE, "(%)"), (Kind.PER_HEAD, ("(€)", "(€/hab.)"))]
IN_TWO_PROCESSES = """
from pathlib import Path
from dotpop_addin.region import FIELDS
from workbook_templates.build import build
import sys
build(FIELDS[sys.argv[2]], Path(sys.argv[1]))
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The templates, built now."""
    folder = tmp_path_factory.mktemp("fresh")
    for field in FIELDS.values():
        build(field, folder / f"{field.code}.xlsx")
    return {code: folder / f"{code}.xlsx" for code in FIELDS}


@pytest.fixture(scope="module")
def books(built: dict[str, Path]) -> dict[str, openpyxl.Workbook]:
    return {code: openpyxl.load_workbook(path) for code, path in built.items()}


@pytest.fixture(params=FIELDS.values(), ids=FIELDS)
def field(request: pytest.FixtureRequest) -> Field:
    found: Field = request.param
    return found


@pytest.fixture
def fresh(field: Field, built: dict[str, Path]) -> Path:
    return built[field.code]


@pytest.fixture
def book(field: Field, books: dict[str, openpyxl.Workbook]) -> openpyxl.Workbook:
    return books[field.code]


def test_the_template_is_the_same_bytes_in_two_processes(field: Field, tmp_path: Path) -> None:
    paths = [tmp_path / f"{seed}.xlsx" for seed in ("1", "4321")]
    started = []
    for path in paths:
        environment = os.environ | {"PYTHONHASHSEED": path.stem, "PYTHONPATH": os.pathsep.join(sys.path)}
        started.append(subprocess.Popen([sys.executable, "-c", IN_TWO_PROCESSES, str(path), field.code], env=environment))
    assert [process.wait() for process in started] == [0, 0]
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_the_template_that_is_shipped_is_the_one_that_a_build_gives(field: Field, fresh: Path) -> None:
    shipped = files("workbook_templates").joinpath(f"{field.code}.xlsx")
    with zipfile.ZipFile(fresh) as built, zipfile.ZipFile(Path(str(shipped))) as kept:
        told = "run `python -m workbook_templates.build` and commit workbook_templates/*.xlsx"
        assert sorted(kept.namelist()) == sorted(built.namelist()), told
        changed = [name for name in built.namelist() if kept.read(name) != built.read(name)]
        assert not changed, told


def test_every_declared_table_is_an_excel_table_with_its_headers(field: Field, book: openpyxl.Workbook) -> None:
    found, cells = {}, {}
    for sheet in book.worksheets:
        tables = sheet.tables
        found[sheet.title] = {table.displayName: [column.name for column in table.tableColumns] for table in tables.values()}
        cells[sheet.title] = {table.displayName: [cell.value for cell in sheet[table.ref][0]] for table in tables.values()}
    assert found == cells
    assert found == {
        sheet.name: {table.excel: [*table.headers, *OPENED[field.code].get(table.excel, [])] for table in sheet.tables}
        for sheet in field.sheets
    }


def test_the_sheets_stand_in_the_declared_order_with_the_colour_of_their_role(field: Field, book: openpyxl.Workbook) -> None:
    assert book.sheetnames == [sheet.name for sheet in field.sheets]
    colours = {sheet.title: sheet.sheet_properties.tabColor.rgb[-6:] for sheet in book.worksheets}
    assert colours == {sheet.name: look.TAB[sheet.role] for sheet in field.sheets}


def test_loading_and_saving_loses_nothing_of_a_template(field: Field, fresh: Path, tmp_path: Path) -> None:
    saved = tmp_path / "repris.xlsx"
    FileBook(fresh).save(saved)
    before, after = (_features(openpyxl.load_workbook(path)) for path in (fresh, saved))
    assert {name for name, sheet in before.items() if sheet["freeze"]} >= {"Hypothèses", "Activité", "Indices"}
    assert sum(len(sheet["charts"]) for sheet in before.values()) == CHARTS[field.code]
    assert all(sheet["widths"] and sheet["print"] for sheet in before.values())
    assert [name for name, sheet in before.items() if not sheet["tables"]] == ["Atelier"]
    assert all(before[name]["conditions"] for name in ("Indices", "Trajectoire", "Contrôles", "Synthèse"))
    assert all(before[sheet.name]["validations"] for sheet in field.sheets)
    assert after == before
    assert _parts(saved, "xl/tables/") == _parts(fresh, "xl/tables/")


def test_loading_and_saving_changes_no_chart(field: Field, fresh: Path, tmp_path: Path) -> None:
    saved = tmp_path / "repris.xlsx"
    FileBook(fresh).save(saved)
    assert len(_parts(fresh, "xl/charts/")) == CHARTS[field.code]
    assert _parts(saved, "xl/charts/") == _parts(fresh, "xl/charts/")


def _parts(path: Path, folder: str) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist() if name.startswith(folder)}


def _features(book: openpyxl.Workbook) -> dict[str, dict[str, Any]]:
    return {sheet.title: _features_of(sheet) for sheet in book.worksheets}


def _features_of(sheet: Worksheet) -> dict[str, Any]:
    rules = sheet.conditional_formatting
    return {
        "tables": dict(sheet.tables.items()),
        "validations": sorted((str(one.sqref), str(dict(one))) for one in sheet.data_validations.dataValidation),
        "conditions": sorted((str(one.sqref), [rule.formula for rule in one.rules]) for one in rules),
        "charts": [
            (type(chart).__name__, str(chart.anchor._from.row), [series.val.numRef.f for series in chart.series])
            for chart in sheet._charts
        ],
        "freeze": sheet.freeze_panes,
        "print": (sheet.print_area, sheet.print_title_rows, sheet.page_setup.orientation, sheet.page_setup.paperSize),
        "widths": {letter: one.width for letter, one in sheet.column_dimensions.items()},
        "heights": {row: one.height for row, one in sheet.row_dimensions.items() if one.height},
        "colour": sheet.sheet_properties.tabColor.rgb,
        "grid": sheet.sheet_view.showGridLines,
        "merged": sorted(str(one) for one in sheet.merged_cells.ranges),
        "cells": [[(cell.value, cell.number_format, cell.fill.start_color.rgb) for cell in line] for line in sheet],
    }


@pytest.mark.parametrize(
    ("field", "sheet", "table"),
    [pytest.param(*one, id=f"{one[0].code} {one[2].excel}") for one in INPUTS],
    indirect=["field"],
)
def test_every_input_cell_is_guided_by_a_list_a_rule_or_a_tooltip(
    field: Field, sheet: Sheet, table: Table, book: openpyxl.Workbook
) -> None:
    worksheet = book[sheet.name]
    left, top, right, bottom = range_boundaries(worksheet.tables[table.excel].ref)
    rules = worksheet.data_validations.dataValidation
    for column in table.columns:
        place = left + table.columns.index(column)
        described = table.name == "hypotheses" and column.name != "value"  # texts: the tooltip of the header is enough
        for row in (top,) if described else (top, top + 1, bottom):
            guides = [rule for rule in rules if _covers(rule, place, row)]
            assert any(rule.prompt and rule.showInputMessage for rule in guides), (column.header, row)
            if row == top:
                continue
            if column.choices:
                assert f'"{",".join(column.choices)}"' in [rule.formula1 for rule in guides], column.header
            if column.kind in NUMERIC or column.refers:
                assert {"list", "decimal", "whole"} & {rule.type for rule in guides}, column.header
    assert right - left + 1 == len(table.columns) + len(OPENED[field.code].get(table.excel, []))


def _covers(rule: DataValidation, column: int, row: int) -> bool:
    return any(one.min_col <= column <= one.max_col and one.min_row <= row <= one.max_row for one in rule.sqref.ranges)


@pytest.mark.parametrize(("kind", "ending"), ENDINGS)
def test_every_header_of_a_quantity_names_its_unit(field: Field, kind: Kind, ending: str | tuple[str, ...]) -> None:
    headers = [column.header for table in field.tables.values() for column in table.columns if column.kind == kind]
    assert headers
    assert [header for header in headers if not header.endswith(ending)] == []


def test_every_input_cell_and_every_result_cell_is_told_apart_by_its_colour(field: Field, book: openpyxl.Workbook) -> None:
    for sheet in field.sheets[1:]:
        for table in sheet.tables:
            left, top, right, bottom = range_boundaries(book[sheet.name].tables[table.excel].ref)
            for line in book[sheet.name].iter_rows(top + 1, bottom, left, right):
                opened = [table.open_column] * len(OPENED[field.code].get(table.excel, []))
                for column, cell in zip([*table.columns, *opened], line, strict=True):
                    typed = sheet.role == "input" and (table.name != "hypotheses" or column.name in TYPED_HYPOTHESES)
                    wanted = look.INPUT_FILL if typed else look.RESULT_FILL
                    assert cell.fill.start_color.rgb[-6:] == wanted, (sheet.name, cell.coordinate)


HYPOTHESES = [(field, one) for field in FIELDS.values() for one in hypothesis_files.declared(field.hypotheses_file).values()]


def test_the_hypotheses_file_and_the_model_have_the_same_hypotheses(field: Field) -> None:
    settled = hypothesis_files.settled(field.hypotheses_file)
    declared = [one.name for one in hypothesis_files.declared(field.hypotheses_file).values()]
    assert len(set(declared)) == len(declared)
    assert {*declared, *settled} == {one.name for one in fields(field.chain.hypotheses)}
    assert not set(declared) & set(settled)


def test_the_hypotheses_of_psychiatry_are_in_the_order_of_the_model() -> None:
    declared = hypothesis_files.declared(FIELDS["psychiatrie"].hypotheses_file)
    assert [one.name for one in declared.values()] == [one.name for one in fields(Hypotheses)]


@pytest.mark.parametrize(
    ("field", "one"), [pytest.param(*both, id=f"{both[0].code} {both[1].code}") for both in HYPOTHESES], indirect=["field"]
)
def test_every_hypothesis_has_a_valid_default_a_unit_a_date_and_a_source(one: Hypothesis, book: openpyxl.Workbook) -> None:
    one.parse(one.value)
    assert one.optional or one.value is not None
    assert isinstance(one.valid_from, date)
    assert all(text.strip() for text in (one.group, one.label, one.unit, one.source, one.help, one.expected))
    line = next(line for line in book["Hypothèses"].iter_rows(6, values_only=True) if line[1] == one.code)
    shown = (one.group, one.code, one.label, one.value, one.unit, f"{one.valid_from:%d/%m/%Y}", one.source, one.help)
    assert line[:8] == shown
    guides = [rule for rule in book["Hypothèses"].data_validations.dataValidation if rule.errorTitle == one.code]
    assert [rule.prompt for rule in guides] == [f"{one.help} Attendu : {one.expected}."[:255]]


WRONG_VALUES = [
    ("integer", "n.d."),
    ("integer", 2.5),
    ("integer", True),
    ("share", "12 %"),
    ("share", -0.1),
    ("number", "1,5"),
    ("number", False),
    ("choice", "autre chose"),
    ("choice", 1),
    ("yes_no", "oui"),
    ("yes_no", True),
]


@pytest.mark.parametrize(("kind", "cell"), WRONG_VALUES)
def test_a_wrong_value_is_refused_by_every_hypothesis_of_its_kind(kind: str, cell: object) -> None:
    concerned = [one for _, one in HYPOTHESES if one.kind == kind]
    assert concerned
    for one in concerned:
        with pytest.raises(ValueError, match=r"^$"):
            one.parse(cell)


def test_a_new_workbook_is_the_template_and_its_check_tells_what_is_to_be_filled(
    field: Field, tmp_path: Path, dotpop: Dotpop
) -> None:
    path = tmp_path / "région.xlsx"
    status, output, errors = dotpop("new", field.code, path)
    assert (status, errors) == (0, "")
    assert "Accueil" in output
    with zipfile.ZipFile(path) as new, zipfile.ZipFile(str(files("workbook_templates") / f"{field.code}.xlsx")) as template:
        assert sorted(new.namelist()) == sorted(template.namelist())
    status, _, errors = dotpop("check", path)
    assert status == 1
    for title in ("Dotation populationnelle régionale", "Établissements", "Territoires", "Mesures nouvelles par année"):
        assert f"tableau « {title} » vide" in errors
    assert "Région : cellule vide" in errors
    assert "absent" not in errors


REFUSED = [
    pytest.param("ancien.xlsx", "ce fichier existe déjà", id="over a file"),
    pytest.param("région.xls", "extension inconnue", id="under another extension"),
    pytest.param("région", "extension inconnue", id="without an extension"),
    pytest.param("absent/région.xlsx", "dossier introuvable", id="in a folder that is not there"),
]


@pytest.mark.parametrize(("name", "words"), REFUSED)
def test_a_new_workbook_is_refused(name: str, words: str, tmp_path: Path, dotpop: Dotpop) -> None:
    (tmp_path / "ancien.xlsx").write_bytes(b"ancien")
    status, output, errors = dotpop("new", "psychiatrie", tmp_path / name)
    assert (status, output) == (1, "")
    assert words in errors
    assert {one.name: one.read_bytes() for one in tmp_path.iterdir()} == {"ancien.xlsx": b"ancien"}


def test_every_declared_column_of_results_is_given_by_the_chain() -> None:
    frames = chain.run(small_region.tables(), small_region.assumptions()).frames()
    declared = {table.name: table for table in FIELDS["psychiatrie"].tables_of("result") if table.name not in OTHERS}
    assert frames.keys() == declared.keys()
    lacking = {name: [c.name for c in table.columns if c.name not in frames[name]] for name, table in declared.items()}
    assert not any(lacking.values()), lacking
    assert all(len(frame) for frame in frames.values())

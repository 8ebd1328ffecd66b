"""A real spreadsheet computes the cell functions: LibreOffice opens an Excel workbook that holds each, and recalculates."""

import json
import subprocess
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.formula import ArrayFormula

from dotpop_addin.functions.ranges import OMITTED
from dotpop_addin.functions.registry import BY_NAME, FUNCTIONS
from dotpop_addin.libreoffice.build import build, method

OFFICE = Path(__file__).parent.parent / "cases" / "office.py"
FUNCTION_CALLS: list[tuple[str, list[Any]]] = [
    ("DOTPOP_INDICE_COMPOSE", [[[10, 3], [20, 4], [15, 8]], [[0.5, 0.5]], [[1, -1]], [[100], [100], [50]]]),
    ("DOTPOP_INDICE_COMPOSE", [[[10], [20]], [[1]], [[1]], [[100], [100]], "écart réduit", 0.5]),
    ("DOTPOP_POP_PONDEREE", [[[1000], [1000]], [[0.2], [0]]]),
    ("DOTPOP_POP_PONDEREE", [[[1000], [1000]], [[0.2], [0]], False]),
    ("DOTPOP_IMPACT", [[[1000], [1000]], [[1100], [900]]]),
    ("DOTPOP_ACTIVITE_PONDEREE", [[[10, 2], [0, 1]], [[1, 5]]]),
    ("DOTPOP_TAUX_FLUX", [[[94087, 22374]], [[0, 0]], [[18409, 5893]]]),
    ("DOTPOP_POP_CORRIGEE", [[[1000], [-5], [10]], [[-0.2], [0], [0.1]]]),
    ("DOTPOP_POP_CONTRIBUTION", [[[100], [50]], [[3, 1], [0, 2]]]),
    ("DOTPOP_MOYENNE", [[[100], [300]], [[1], [3]]]),
    ("DOTPOP_INDICE", [[[80], [120]], [[1], [1]]]),
    ("DOTPOP_INDICE", [[[80], ["n.d."], [None], [90]], [[1], [1], [1], [1]], 100]),
    ("DOTPOP_POSITION", [[[0.94], [0.95], [1.05], [1.06]]]),
    ("DOTPOP_BESOIN", [[[80], [120]], [[1], [1]], 110, 1]),
    ("DOTPOP_REPARTIR", [100, [[1], [1], [1]]]),
    ("DOTPOP_REPARTIR", [10, [[1], [1]], [[2], [3]]]),
    ("DOTPOP_TRAJECTOIRE", [[[80], [120]], [[1], [1]], [[1, 10, 0], [1, 5, 2]], [["TRJ_GAMMA", 0], ["TRJ_PLAFOND", 0.1]]]),
    ("DOTPOP_MOYENNE", [[[100], [300]], [[1], [3], [4]]]),
    ("DOTPOP_SOUS_DOTATION", [[[80], [120]], [[100], [100]]]),
    ("DOTPOP_OPTION", [[[80], [130], [120]], [[100], [100], [100]], 15, "option 2", [["NON"], ["NON"], ["OUI"]]]),
    ("DOTPOP_OPTION", [[[100], [300]], [[150], [250]], 40, "saupoudrage"]),
    ("DOTPOP_TRANSITION", [[[100], [100]], [[90], [120]], [[1, 0.5, 0]]]),
    ("DOTPOP_VERSEMENTS", [[[1200, 1800], [0, 600]], [[1, 7]], "étalé"]),
    ("DOTPOP_DECOMPOSITION", [[[80], [130]], [[1], [1]], [[1], [1.1]], [[0.9], [1.2]]]),
    ("DOTPOP_INEGALITE", [[[80], [120], [100]], [[10], [20], [30]], [["a"], ["b"], ["a"]]]),
]


def test_the_extension_is_the_same_bytes_each_time_and_holds_what_it_runs(tmp_path: Path) -> None:
    one, other = build(tmp_path / "one"), build(tmp_path / "other")
    assert one.read_bytes() == other.read_bytes()
    with zipfile.ZipFile(one) as archive:
        names = archive.namelist()
        interface = archive.read("XDotpop.idl").decode()
    assert [function.name for function in FUNCTIONS if f" {method(function)}(" not in interface] == []
    assert {"component.py", "description.xml", "CalcAddIns.xcu", "META-INF/manifest.xml"} <= set(names)
    assert "pythonpath/dotpop_model/sharing.py" in names
    assert [name for name in names if "__pycache__" in name] == []


@pytest.fixture(scope="module")
def in_calc(tmp_path_factory: pytest.TempPathFactory) -> list[list[list[Any]]]:
    """What LibreOffice shows for each call of the table above."""
    folder = tmp_path_factory.mktemp("calc")
    extension, workbook = build(folder), folder / "functions.xlsx"
    areas = write_workbook(workbook)
    site = Path(str((find_spec("numpy") or sys).origin)).parent.parent  # type: ignore[union-attr]
    done = subprocess.run(
        [sys.executable, str(OFFICE), str(extension), str(site), str(workbook)],
        input=json.dumps(areas),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    results: list[list[list[Any]]] = json.loads(done.stdout)
    return results


def write_workbook(path: Path) -> list[tuple[str, str]]:
    """One sheet a call: its ranges from row 1, its result as an array formula of the right size from row 101."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    areas = []
    for place, (name, arguments) in enumerate(FUNCTION_CALLS):
        sheet, column, references = book.create_sheet(f"s{place}"), 1, []
        for argument in arguments:
            rows = argument if isinstance(argument, list) else [[argument]]
            for i, row in enumerate(rows):
                for j, cell in enumerate(row):
                    sheet.cell(1 + i, column + j, cell)
            last = f"${get_column_letter(column + len(rows[0]) - 1)}${len(rows)}"
            references.append(f"${get_column_letter(column)}$1:{last}" if isinstance(argument, list) else last)
            column += len(rows[0]) + 1
        wanted = expected(place)
        area = f"A101:{get_column_letter(len(wanted[0]))}{100 + len(wanted)}"
        sheet["A101"] = ArrayFormula(area, f"={name}({','.join(references)})")
        areas.append((f"s{place}", area))
    book.save(path)
    return areas


def expected(place: int) -> list[list[Any]]:
    name, arguments = FUNCTION_CALLS[place]
    return BY_NAME[name](*arguments)


@pytest.mark.libreoffice
@pytest.mark.parametrize(
    "place", range(len(FUNCTION_CALLS)), ids=[f"{place}-{call[0]}" for place, call in enumerate(FUNCTION_CALLS)]
)
def test_libreoffice_shows_what_the_registry_gives(in_calc: list[list[list[Any]]], place: int) -> None:
    wanted = [
        [pytest.approx(cell, rel=1e-9) if isinstance(cell, int | float) else cell for cell in row] for row in expected(place)
    ]
    assert in_calc[place] == wanted


def test_every_function_is_called_in_the_table() -> None:
    assert {name for name, _ in FUNCTION_CALLS} == set(BY_NAME)
    assert all(OMITTED not in arguments for _, arguments in FUNCTION_CALLS)

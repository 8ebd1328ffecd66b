"""The study of how sure a region is: its sheets say what the model found, the same seed gives the same, refusals told."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import openpyxl
import pytest
from cases import sent_smr
from cases.fiche_reader import recalculated

from dotpop_addin.commands.typed import LEAST_DRAWS
from dotpop_addin.problems import ProblemsFound
from dotpop_addin.sensitivity import settings, study, write_sensitivity
from dotpop_addin.sensitivity.findings import Study
from dotpop_addin.sensitivity.ranges import factors
from dotpop_model.sensitivity.factors import Kind

if TYPE_CHECKING:
    from cases.office import Office

Dotpop = Callable[..., tuple[int, str, str]]
SHEETS = ["L'essentiel", "Positions", "Franchissements", "Tornade", "Une à une", "Variance", "Bornes", "Plages"]
DRAWS = 8


@pytest.fixture(scope="module")
def written(_small: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Study]:
    """The study of the small region. Not to be changed: copy it."""
    path = tmp_path_factory.mktemp("study") / "étude.xlsx"
    return path, write_sensitivity(_small, path, draws=DRAWS)


@pytest.fixture(scope="module")
def found(written: tuple[Path, Study]) -> Study:
    return written[1]


def lines(path: Path, sheet: str, head: str) -> list[dict[str, Any]]:
    """The table of a sheet whose first header is given."""
    rows = [list(row) for row in openpyxl.load_workbook(path, data_only=True)[sheet].iter_rows(values_only=True)]
    start = next(place for place, row in enumerate(rows) if row[0] == head)
    body = []
    for row in rows[start + 1 :]:
        if row[0] is None:
            break
        body.append(dict(zip([str(name) for name in rows[start]], row, strict=True)))
    return body


def test_the_command_writes_every_sheet_and_leaves_the_region_as_it_is(
    small_book: Path, tmp_path: Path, dotpop: Dotpop
) -> None:
    before, target = small_book.read_bytes(), tmp_path / "étude.xlsx"
    status, out, errors = dotpop("sensitivity", small_book, "--out", target, "--draws", LEAST_DRAWS)
    assert (status, errors) == (0, "")
    assert out.startswith(f"{2 * LEAST_DRAWS} scénarios indépendants, ")
    assert openpyxl.load_workbook(target).sheetnames[: len(SHEETS)] == SHEETS
    assert small_book.read_bytes() == before


def test_the_chances_of_a_hospital_make_100_percent_and_its_interval_is_in_order(found: Study) -> None:
    assert found.joint.positions.sum(axis=1) == pytest.approx(1, abs=1e-12)
    assert ((found.joint.positions >= 0) & (found.joint.positions <= 1)).all()
    assert (np.diff(found.intervals, axis=1) >= 0).all()
    assert (found.joint.index > 0).all()


def test_the_sheet_positions_says_what_was_found(written: tuple[Path, Study]) -> None:
    path, found = written
    told = {line["FINESS"]: line for line in lines(path, "Positions", "FINESS")}
    for row, hospital in enumerate(found.hospitals):
        line = told[hospital["finess"]]
        shown = [line["Indice"], line["Bas (90 %)"], line["Médiane"], line["Haut (90 %)"]]
        assert shown == pytest.approx([hospital["index"], *found.intervals[row]])
        chances = [line[f"Chances : {word}"] for word in ("moins doté", "neutre", "mieux doté")]
        assert chances == pytest.approx(found.joint.positions[row].tolist())


def test_what_moves_a_hospital_across_a_bound_is_tried_for_real(written: tuple[Path, Study]) -> None:
    # the high bound brought beyond every index: who was over it is neutral
    calculation = written[1].calculation
    own = calculation.results.indices.records()
    high = max(line["index"] for line in own if line["position"] == "over")
    again = study(calculation, settings(DRAWS), [f"IDX_BORNE_HAUTE=1,05:{high + 0.01:.4f}".replace(".", ",")])
    moved = {(line[3], line[-2], line[-1]) for line in again.crossings() if line[0] == "IDX_BORNE_HAUTE"}
    assert moved == {(line["finess"], "over", "neutral") for line in own if line["position"] == "over"}


def test_every_factor_is_told_with_its_range_and_its_source(written: tuple[Path, Study]) -> None:
    path, found = written
    told = {line["Code"]: line for line in lines(path, "Plages", "Code")}
    assert list(told) == [one.code for one in found.factors]
    assert told["TRJ_MODULATION"]["Région"] == "25 %"
    assert (told["TRJ_MODULATION"]["Bas, ou autres choix"], told["TRJ_MODULATION"]["Haut"]) == ("0 %", "50 %")
    assert all(line["Source de la plage"] for line in told.values())


def test_a_range_holds_what_the_region_has(found: Study) -> None:
    for one in factors(found.calculation):
        if one.kind == Kind.NUMBER:
            assert one.low <= one.base <= one.high
        if one.kind == Kind.CHOICE:
            assert one.base not in one.others


def test_the_same_seed_gives_the_same_file_and_another_one_another(
    small_book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    paths = [tmp_path / f"{name}.xlsx" for name in ("un", "deux", "trois")]
    for path, seed in zip(paths, (1, 1, 2), strict=True):
        write_sensitivity(small_book, path, draws=DRAWS, seed=seed)
    one, two, three = (path.read_bytes() for path in paths)
    assert one == two != three


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param(
            ["--range", "TRJ_GAMMA=2:3"], ["une plage qui contient la valeur de la région (1)"], id="without its value"
        ),
        pytest.param(["--range", "TRJ_GAMMA=a:b"], ["TRJ_GAMMA=a:b", "un nombre, au moins 0"], id="no numbers"),
        pytest.param(["--range", "TRJ_LOGIQUE=0:1"], ["rien de ce nom ne varie sur une plage"], id="a choice"),
        pytest.param(["--range", "INCONNU=0:1"], ["INCONNU=0:1", "L'un de : ENV_MARGE"], id="an unknown code"),
        pytest.param(["--range", "TRJ_GAMMA=1:1"], ["TRJ_GAMMA=1:1", "BAS plus petit que HAUT"], id="a range of one value"),
        pytest.param(["--range", "TRJ_GAMMA=3:0"], ["TRJ_GAMMA=3:0", "BAS plus petit que HAUT"], id="ends the other way"),
        pytest.param(["--range", "TRJ_GAMMA=0:2", "--range", "trj_gamma=0:3"], ["TRJ_GAMMA donné deux fois"], id="twice"),
        pytest.param(["--range", "ENV_MARGE=1:2"], ["« ENV_MARGE=1:2 »", "ENV_MARGE=0 %:2 %"], id="shares without %"),
        pytest.param(["--range", "INDICATEUR:CHOMAGE=-1:2"], ["des multiples positifs"], id="a negative multiple"),
        pytest.param(
            ["--range", "TRJ_GAMMA=2:3", "--range", "INCONNU=0:1"],
            ["TRJ_GAMMA=2:3", "INCONNU=0:1"],
            id="two faults, both told",
        ),
    ],
)
def test_what_cannot_be_drawn_is_refused_and_nothing_is_written(
    arguments: list[str], words: list[str], small_book: Path, tmp_path: Path, dotpop: Dotpop
) -> None:
    target = tmp_path / "étude.xlsx"
    status, out, errors = dotpop("sensitivity", small_book, "--out", target, *arguments)
    assert (status, out, target.exists()) == (1, "", False)
    for word in words:
        assert word in errors


def test_a_range_of_a_weight_is_given_in_multiples(found: Study) -> None:
    own = next(one for one in factors(found.calculation, ["indicateur:chomage=0,8:1,2"]) if one.code == "INDICATEUR:CHOMAGE")
    assert (own.low, own.high, own.source) == (0.8, 1.2, "Plage donnée (--range)")


def test_without_scipy_it_is_said_what_to_install(small_book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "scipy.stats", None)
    with pytest.raises(ProblemsFound) as refused:
        write_sensitivity(small_book, tmp_path / "étude.xlsx")
    assert "python -m pip install scipy" in str(refused.value.problems[0].action)


def test_the_result_is_told_as_data_too(small_book: Path, tmp_path: Path, dotpop: Dotpop) -> None:
    status, out, _ = dotpop("sensitivity", small_book, "--out", tmp_path / "étude.xlsx", "--draws", LEAST_DRAWS, "--json")
    told = json.loads(out)
    assert (status, told["scenarios"]) == (0, 2 * LEAST_DRAWS)
    assert "EFFECTIFS" in told["factors"]


def test_smr_is_studied_in_its_own_words_with_its_criteria(tmp_path: Path) -> None:
    path = tmp_path / "étude.xlsx"
    found = write_sensitivity(sent_smr.workbook(tmp_path / "région.xlsx", sent_smr.tables()), path, draws=DRAWS)
    codes = {one.code for one in found.joint.drawn}
    assert any(code.startswith("CRITERE:") for code in codes)
    assert {line["Segment"] for line in lines(path, "Positions", "FINESS")} == {"ex-DG", "ex-OQN"}


@pytest.mark.libreoffice
def test_the_tornado_follows_the_hospital_that_is_chosen(office: "Office", written: tuple[Path, Study]) -> None:
    path, found = written
    document = office.load(path)
    sheet = document.Sheets.getByName("Tornade")
    cells, standing = of_the_tornado(document), openpyxl.load_workbook(path, data_only=True)["Tornade"]
    before = {address: "" if (value := standing[address].value) is None else value for address in cells}
    assert cells == {
        address: pytest.approx(value) if isinstance(value, float) else value for address, value in before.items()
    }
    other = found.hospitals[1]
    sheet.getCellRangeByName("A6").setString(other["finess"])
    cells = of_the_tornado(document)
    own = [line for line in found.swings(12) if line[1] == other["finess"]]
    rows = range(9, 9 + len(own))
    assert cells["B6"] == other["name"]
    assert [cells[f"A{row}"] for row in rows] == [line[4] for line in own]
    assert [cells[f"C{row}"] for row in rows] == pytest.approx([line[6] for line in own])
    document.close(True)


def of_the_tornado(document: Any) -> dict[str, Any]:
    return {address: value for (name, address), value in recalculated(document).items() if name == "Tornade"}

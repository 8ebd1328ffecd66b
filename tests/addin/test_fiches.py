"""The fiches: each formula finds its value again, each figure is the model's, and no other hospital is named."""

import gc
import re
import stat
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import openpyxl
import pytest
from cases.fiche_reader import Fiche, fiches_of, wrong_cells

from dotpop_addin.actions import Calculation, check
from dotpop_addin.books.file import FileBook
from dotpop_addin.collector import without_collector
from dotpop_addin.fiches import fiche as workbook_of
from dotpop_addin.fiches import pdf, write_all, write_fiches
from dotpop_addin.fiches.common import Common
from dotpop_addin.levels import FEWEST, MARK, Level, rounded
from dotpop_addin.libreoffice import program as libreoffice
from dotpop_addin.problems import Problem, ProblemsFound
from dotpop_addin.region import read_region
from dotpop_addin.sheets.files import file_name
from dotpop_model import chain
from dotpop_model.tables import Frame

if TYPE_CHECKING:
    from cases.office import Office

FUNCTIONS = {"SUM", "IF", "MAX", "ROUND", "SUMPRODUCT", "ISNUMBER", "ABS", "LN"}
"""What formulas may use: every version of every spreadsheet has them."""
AMOUNTS, EFFECTS = 0, 1  # which of the two tables of the trajectory
POSITIONS = {"under": "Moins doté", "neutral": "Neutre", "over": "Mieux doté"}


@pytest.fixture(scope="module")
def calculation(demo_book: Path) -> Calculation:
    return check(FileBook(demo_book))


@pytest.fixture(scope="module")
def fiches(calculation: Calculation, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Fiche]:
    """The fiches of the demonstration by FINESS, in the order of its hospitals."""
    return fiches_of(calculation, tmp_path_factory.mktemp("fiches"))


def test_a_workbook_once_written_leaves_nothing_to_collect(calculation: Calculation) -> None:
    # what is in no cycle goes at once: a batch of any number of fiches takes no more memory than one
    common = Common(calculation, Level.COMPLET)
    workbook_of(common, 0)  # what is only once
    gc.collect()
    with without_collector():
        workbook_of(common, 1)
        assert gc.collect() == 0


# Each formula finds its value again


@pytest.mark.slow
@pytest.mark.libreoffice
def test_a_spreadsheet_recalculates_every_formula_of_the_whole_region(office: "Office", fiches: dict[str, Fiche]) -> None:
    assert len(fiches) == 68
    assert min(len(fiche.formulas) for fiche in fiches.values()) > 80
    assert [wrong for fiche in fiches.values() for wrong in wrong_cells(office, fiche)] == []


@pytest.mark.libreoffice
def test_a_wrong_value_beside_a_formula_is_found_out(office: "Office", fiches: dict[str, Fiche], tmp_path: Path) -> None:
    fiche = fiches["699900117"]
    index = f"D{fiche.row('Indice')}"
    changed = fiche.with_value(index, fiche.values["Calcul", index] * (1 + 1e-8), tmp_path / "faux.xlsx")
    assert [wrong[1] for wrong in wrong_cells(office, changed)] == [("Calcul", index)]


VARIANTS: dict[str, dict[str, Any]] = {
    "the hypotheses of the region": {},
    "z-scores": {"index_method": "zscore"},
    "intensity aimed at an impact": {"intensity_mode": "target", "impact_target": 0.005},
    "intensity of a half": {"intensity": 0.5},
    "not recentred": {"recentre": False},
    "minors count more": {"minors_weighted": True},
    "means imposed": {"mean_sectorised": 100.0, "mean_oqn": 300.0},
    "flows measured by what residents consume": {"flow_base": "residents"},
    "no flow correction": {"flow_sectorised": "none"},
    "contribution of sectorised hospitals": {"flow_sectorised": "contribution"},
    "contribution whatever the age": {"flow_sectorised": "contribution", "contribution_by_age": False},
    "contribution among all": {"flow_sectorised": "contribution", "contribution_scope": "all"},
    "one segment, by département": {"segmented": False},
    "one segment, whatever the age": {"segmented": False, "contribution_by_age": False, "compartment_weights": False},
    "patients, by nature": {"metric": "patients", "granularity": "nature"},
    "everyone under the mean has a need": {"need_threshold": 1.0},
    "convergence": {"logic": "convergence", "floor": 0.02, "modulation": 1.0},
    "fixed mean": {"mean_rule": "fixed"},
    "mean recomputed": {"mean_rule": "recomputed", "ceiling": None},
    "judged again each year": {"eligibility": "yearly", "ceiling": None, "exponent": 0.0},
    "notified in euros": {"step": "1"},
    "a year only, forecast": {"horizon": 1, "notice_years": 0},
    "bounds far away": {"low": 0.1, "high": 9.0, "need_threshold": 0.1},
}


def varied(book: Path, changes: dict[str, Any]) -> Calculation:
    """The small region under other hypotheses, with an indicator that varies."""
    region = read_region(FileBook(book))
    values = Frame({"territory": ["01", "Z1", "Z2"], "CHOMAGE": [7.0, 6.5, 7.75]})
    tables = replace(region.tables, indicator_values=values)
    region = replace(region, tables=tables, hypotheses=replace(region.hypotheses, **changes))
    return Calculation(region, chain.run(tables, region.hypotheses))


@pytest.mark.slow
@pytest.mark.libreoffice
@pytest.mark.parametrize("changes", VARIANTS.values(), ids=VARIANTS)
def test_formulas_hold_whatever_the_hypotheses(
    office: "Office", small_book: Path, tmp_path: Path, changes: dict[str, Any]
) -> None:
    whole, kept = varied(small_book, changes | {"smallest_count": 1}), varied(small_book, changes)
    for calculation, level in ((whole, Level.COMPLET), (kept, Level.CATEGORIE), (kept, Level.TOTAUX)):
        written = [Fiche(path) for path in write_all(calculation, tmp_path / level.word, level=level)]
        assert any(fiche.withheld() for fiche in written) == (calculation is kept)
        assert [wrong for fiche in written for wrong in wrong_cells(office, fiche)] == []
        assert [wrong for place, fiche in enumerate(written) for wrong in strangers(calculation, place, fiche)] == []


@pytest.mark.slow
@pytest.mark.libreoffice
@pytest.mark.parametrize("count", [0, 1, 9, 11, 20])
def test_formulas_hold_whatever_the_number_of_indicators(
    office: "Office", small_book: Path, tmp_path: Path, count: int
) -> None:
    region = read_region(FileBook(small_book))
    names = [f"IND{place}" for place in range(count)]
    told = {name: [f"{name} é"] * 1 for name in names}
    values = {name: [7.0, 6.0 + place / 7, 8.0 - place / 9] for place, name in enumerate(names)}
    tables = replace(
        region.tables,
        indicators=Frame.from_rows(
            ["indicator", "label", "weight", "direction", "unit", "source"],
            [(name, told[name][0], 1 / count, 1 - 2 * (place % 2), "%", None) for place, name in enumerate(names)],
        ),
        indicator_values=Frame({"territory": ["01", "Z1", "Z2"], **values}),
    )
    calculation = Calculation(replace(region, tables=tables), chain.run(tables, region.hypotheses))
    written = [Fiche(path) for path in write_all(calculation, tmp_path / "fiches")]
    assert [wrong for fiche in written for wrong in wrong_cells(office, fiche)] == []
    assert [wrong for place, fiche in enumerate(written) for wrong in strangers(calculation, place, fiche)] == []


def test_formulas_use_only_what_every_spreadsheet_has(fiches: dict[str, Fiche]) -> None:
    used = {
        name for fiche in fiches.values() for one in fiche.formulas.values() for name in re.findall(r"[A-Z]+(?=\()", one)
    }
    assert used == FUNCTIONS
    assert [one for fiche in fiches.values() for one in fiche.formulas.values() if "!" in one or "[" in one] == []


# Each figure is the model's


def strangers(calculation: Calculation, hospital: int, fiche: Fiche) -> list[tuple[str, Any, Any]]:
    """The figures of a fiche that are not the model's; those that are withheld are told in test_fiches_disclosure.py."""
    if fiche.short:
        return []
    results, horizon = calculation.results, calculation.region.hypotheses.horizon
    line, flow = results.indices.records()[hospital], results.flows.records()[hospital]
    wanted: dict[tuple[str, str, int], Any] = {
        ("Dotation 2023 sans les ASR", "D", 0): line["allocation"],
        ("Population corrigée des flux", "D", 0): line["population"],
        ("Dotation par habitant", "D", 0): line["per_head"],
        ("Moyenne de référence", "D", 0): line["mean"],
        ("Indice", "D", 0): line["index"],
        ("Position", "D", 0): POSITIONS[line["position"]],
        ("Écart à la moyenne", "D", 0): line["gap"],
        ("Besoin de financement", "D", 0): line["need"],
    }
    wanted |= {
        (label, column, 0): flow[f"{name}{age}"]
        for label, name in {"Poids de l'étab": "weight", "Attractivité": "attraction", "Fuites": "leakage"}.items()
        for column, age in {"B": "_adults", "C": "_minors", "D": ""}.items()
    }
    if flow["method"] == "net_flow":
        wanted |= {("Taux de flux", column, 0): flow[name] for column, name in {"B": "rate_adults", "D": "rate"}.items()}
    of_years = [one for one in results.trajectory.records() if one["finess"] == line["finess"]]
    assert len(of_years) == horizon + 1
    for one in of_years:
        year = f"{one['year']} · "
        wanted |= {
            (year, "I", AMOUNTS): one["allocation"],
            (year, "E", EFFECTS): one["index"],
            (year, "F", EFFECTS): POSITIONS[one["position"]],
            (year, "H", EFFECTS): one["caught_up"],
            (year, "I", EFFECTS): one["closed"],
            (year, "J", EFFECTS): one["remaining"],
        }
    territories = {one["territory"]: one for one in results.weighted_population.records()}
    if flow["method"] != "contribution":
        zone = territories[flow["territory"]]
        label = f"{flow['territory']} {zone['name']}"
        wanted |= {
            (label, column, 0): zone[name]
            for column, name in {"D": "population", "E": "index", "G": "weighted_population"}.items()
        }
    wrong = []
    for place, value in wanted.items():
        found = fiche.figure(*place)
        expected = None if value != value else value
        if not isinstance(expected, str | None):
            expected = pytest.approx(expected, rel=1e-9, abs=1e-6 if abs(expected) > 2 else 1e-9)
        if found == MARK:
            continue
        if (found or None if expected is None else found) != expected:
            wrong.append((str(place), found, value))
    return wrong


def test_each_figure_of_the_whole_region_is_the_model_s(calculation: Calculation, fiches: dict[str, Fiche]) -> None:
    found = [wrong for place, fiche in enumerate(fiches.values()) for wrong in strangers(calculation, place, fiche)]
    assert found == []


@pytest.mark.parametrize(
    ("label", "column", "published", "tolerance"),
    [
        pytest.param("Poids de l'établissement", "B", 94_087, 0, id="weight, adults"),
        pytest.param("Poids de l'établissement", "C", 22_374, 0, id="weight, minors"),
        pytest.param("Poids de l'établissement", "D", 116_461, 0, id="weight"),
        pytest.param("Flux nets", "B", -18_409, 0, id="flows, adults"),
        pytest.param("Flux nets", "C", -5_893, 0, id="flows, minors"),
        pytest.param("Flux nets", "D", -24_302, 0, id="flows"),
        pytest.param("Taux de flux", "B", -0.1957, 0.00005, id="flow rate, adults"),
        pytest.param("Taux de flux", "C", -0.2634, 0.00005, id="flow rate, minors"),
        pytest.param("Taux de flux", "D", -0.2087, 0.00005, id="flow rate"),
        pytest.param("69Z1", "D", 650_000, 0, id="population of the ZIS"),
        pytest.param("69Z1", "E", -0.014875, 1e-12, id="composite index"),
        pytest.param("69Z1", "G", 640_331.25, 1e-6, id="need-weighted population"),
        pytest.param("Population corrigée des flux", "D", 506_714, 2, id="flow-corrected population"),
        pytest.param("Dotation par habitant", "D", 108.54, 0.005, id="allocation per head"),
        pytest.param("Moyenne de référence", "D", 132.55, 0.0005, id="regional mean"),
        pytest.param("Indice", "D", 0.8189, 0.00005, id="index"),
    ],
)
def test_the_fiche_of_ch_psy_has_the_figures_of_slide_16(
    fiches: dict[str, Fiche], label: str, column: str, published: float, tolerance: float
) -> None:
    assert fiches["699900117"].figure(label, column) == pytest.approx(published, rel=0, abs=tolerance)


def test_the_words_of_ch_psy_tell_its_figures(fiches: dict[str, Fiche]) -> None:
    told = "\n".join(str(cell.value) for cell in fiches["699900117"].sheets["Explications"]["A"])
    for words in ("0,8189", "108,54 €", "132,55 €", "−1,49\u00a0%", "−20,87\u00a0%", "506\u202f713", "« Moins doté »"):
        assert words in told


def test_results_that_stand_in_the_workbook_are_not_read(demo_book: Path, fiches: dict[str, Fiche], tmp_path: Path) -> None:
    book = openpyxl.load_workbook(demo_book)
    for sheet in ("Indices", "Flux", "Trajectoire"):
        for line in book[sheet].iter_rows(min_row=6):
            for cell in line:
                cell.value = 1 if isinstance(cell.value, int | float) else cell.value
    book.save(tmp_path / "périmé.xlsx")
    written = write_fiches(tmp_path / "périmé.xlsx", tmp_path / "fiches")
    assert [Fiche(path).values for path in written[:3]] == [fiche.values for fiche in [*fiches.values()][:3]]


# Nobody else is told of


def test_no_other_hospital_is_named_in_any_part_of_a_file(calculation: Calculation, fiches: dict[str, Fiche]) -> None:
    hospitals = calculation.region.tables.hospitals
    names = list(zip(hospitals.texts("finess"), hospitals.texts("name"), strict=True))
    for own, fiche in fiches.items():
        text = fiche.texts()
        named = [one for finess, name in names for one in (finess, name) if one in text]
        assert named == [own, dict(names)[own]]


def test_a_name_that_someone_typed_elsewhere_does_not_come_in(small_book: Path, tmp_path: Path) -> None:
    region = read_region(FileBook(small_book))
    columns = {name: region.tables.territories[name] for name in region.tables.territories.names}
    tables = replace(
        region.tables,
        territories=Frame(columns | {"name": ["Département Un", "Secteur du ch deux (010000002)", "Zone Deux"]}),
    )
    hypotheses = region.reads["hypotheses"]
    sources = [f"Demandé par Clinique Quatre et CH Un, ligne {row}" for row, _ in enumerate(hypotheses.columns["code"])]
    reads = region.reads | {"hypotheses": replace(hypotheses, columns=hypotheses.columns | {"source": sources})}
    region = replace(region, tables=tables, reads=reads)
    written = write_all(Calculation(region, chain.run(tables, region.hypotheses)), tmp_path / "fiches")
    text = Fiche(written[0]).texts()
    assert [name for name in ("ch deux", "010000002", "Clinique Quatre") if name.casefold() in text.casefold()] == []
    assert "Demandé par (autre établissement) et CH Un, ligne 3" in text


def test_the_indices_of_the_others_are_rounded_in_the_cells_themselves(
    calculation: Calculation, fiches: dict[str, Fiche]
) -> None:
    indices = {row["finess"]: row["index"] for row in calculation.results.indices.records()}
    for own, fiche in fiches.items():
        seen = [cell.value for line in fiche.sheets["Calcul"].iter_rows() for cell in line if isinstance(cell.value, float)]
        places = [cell.value for cell in fiche.sheets["Calcul"]["M"] if isinstance(cell.value, float)]
        assert places == [rounded(place) for place in places] != []
        told = [other for other, index in indices.items() if other != own and np.isclose(seen, index, rtol=1e-6).any()]
        assert told == [other for other in told if abs(indices[other] - rounded(indices[other])) < 1e-6]


def test_the_rank_is_that_of_the_rounded_indices_among_those_compared(
    calculation: Calculation, fiches: dict[str, Fiche]
) -> None:
    lines = calculation.results.indices.records()
    for line in lines:
        fiche = fiches[line["finess"]]
        others = [rounded(one["index"]) for one in lines if one["segment"] == line["segment"]]
        assert fiche.figure("Établissements comparés") == len(others)
        assert fiche.figure("Rang") == 1 + sum(other < rounded(line["index"]) for other in others)
        assert fiche.figure("Ex æquo") == others.count(rounded(line["index"])) - 1


def test_among_few_hospitals_neither_rank_nor_chart_is_shown(small_book: Path, tmp_path: Path) -> None:
    fiche = Fiche(write_fiches(small_book, tmp_path / "fiches")[0])
    assert fiche.figure("Établissements comparés") == 2 < FEWEST
    assert [cell.value for cell in fiche.sheets["Calcul"]["A"] if str(cell.value).startswith("Rang")] == []
    assert len(openpyxl.load_workbook(fiche.path)["Calcul"]._charts) == 2  # the index, the trajectory


# Files


NAMES = {
    "accents are kept": ("690000001", "CH Saint-Étienne Çà", "690000001 CH Saint-Étienne Çà.xlsx"),
    "what Windows refuses is replaced": ("2A0000001", 'A<b>:"c/d\\e|f?g*h', "2A0000001 A-b-c-d-e-f-g-h.xlsx"),
    "lines and tabs": ("690000001", "CH\tUn\nDeux", "690000001 CH-Un-Deux.xlsx"),
    "spaces and dots at the end": ("690000001", "CH Un ... ", "690000001 CH Un.xlsx"),
    "a device of Windows": ("690000001", "CON", "690000001 CON.xlsx"),
    "long": ("690000001", "x" * 300, f"690000001 {'x' * 70}.xlsx"),
    "letters with combining accents": ("690000001", "E\u0301tang", "690000001 Étang.xlsx"),
}


@pytest.mark.parametrize(("finess", "name", "wanted"), NAMES.values(), ids=NAMES)
def test_a_file_is_named_after_its_hospital(finess: str, name: str, wanted: str) -> None:
    assert file_name(finess, name) == wanted


def test_the_same_region_gives_the_same_bytes(small_book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    one, other = (write_fiches(small_book, tmp_path / name) for name in ("one", "other"))
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in other]
    assert "2023-11-14T22:13:20Z" in Fiche(one[0]).texts()


def test_a_file_that_cannot_be_written_is_told_and_the_others_are_written(small_book: Path, tmp_path: Path) -> None:
    folder = tmp_path / "fiches"
    (folder / "010000002 CH Deux.xlsx").mkdir(parents=True)
    with pytest.raises(ProblemsFound) as caught:
        write_fiches(small_book, folder)
    assert [Path(problem.file).name for problem in caught.value.problems] == ["010000002 CH Deux.xlsx"]
    assert sorted(path.name for path in folder.iterdir() if path.is_file()) == [
        "010000001 CH Un.xlsx",
        "010000003 Clinique Trois.xlsx",
        "010000004 Clinique Quatre.xlsx",
    ]


def test_a_full_disk_leaves_the_file_that_was_there(
    small_book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = write_fiches(small_book, tmp_path / "fiches")
    before = [path.read_bytes() for path in written]

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(ProblemsFound) as caught:
        write_fiches(small_book, tmp_path / "fiches")
    assert len(caught.value.problems) == 4
    assert [path.read_bytes() for path in written] == before
    assert sorted((tmp_path / "fiches").iterdir()) == sorted(written)


def test_a_folder_that_cannot_be_made_is_told(small_book: Path, tmp_path: Path) -> None:
    (tmp_path / "fiches").write_text("")
    with pytest.raises(ProblemsFound, match="dossier"):
        write_fiches(small_book, tmp_path / "fiches")


def test_a_region_that_cannot_be_computed_writes_nothing(small_book: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(small_book)
    book["Établissements"]["A6"] = "pas un FINESS"
    book.save(small_book)
    with pytest.raises(ProblemsFound):
        write_fiches(small_book, tmp_path / "fiches")
    assert not (tmp_path / "fiches").exists()


@pytest.mark.parametrize(
    "name", ["=cmd|'/C calc'!A0", "+1+1", "-2", "@SUM(1)", "{=1}", "http://exemple.fr", "A&B <c> « é »"]
)
def test_a_name_never_becomes_a_formula_or_a_link(small_book: Path, tmp_path: Path, name: str) -> None:
    region = read_region(FileBook(small_book))
    columns = {one: region.tables.hospitals[one] for one in region.tables.hospitals.names}
    tables = replace(region.tables, hospitals=Frame(columns | {"name": [name, "B", "C", "D"]}))
    calculation = Calculation(replace(region, tables=tables), chain.run(tables, region.hypotheses))
    fiche = Fiche(write_all(calculation, tmp_path / "fiches")[0])
    cell = fiche.sheets["Calcul"]["A1"]
    assert (cell.value, cell.data_type, cell.hyperlink) == (name, "s", None)
    assert not any(place[1] == "A1" for place in fiche.formulas)


# PDF


@pytest.mark.libreoffice
def test_pdf_files_stand_beside_the_workbooks(small_book: Path, tmp_path: Path) -> None:
    written = write_fiches(small_book, tmp_path / "fiches", pdf=True)
    assert [path.suffix for path in written] == [".xlsx"] * 4 + [".pdf"] * 4
    assert {path.stem for path in written[:4]} == {path.stem for path in written[4:]}
    assert all(path.read_bytes().startswith(b"%PDF") for path in written[4:])


def test_without_libreoffice_it_is_said_before_anything_is_written(
    small_book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def absent() -> None:
        raise ProblemsFound([Problem("LibreOffice", "LibreOffice est introuvable", "", "L'installer.")])

    monkeypatch.setattr(libreoffice, "find", absent)
    with pytest.raises(ProblemsFound, match="les PDF demandent LibreOffice"):
        write_fiches(small_book, tmp_path / "fiches", pdf=True)
    assert not (tmp_path / "fiches").exists()


def test_a_libreoffice_that_hangs_is_ended_and_the_workbooks_stay(
    small_book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hanging = tmp_path / "soffice"
    hanging.write_text("#!/bin/sh\nsleep 60\n")
    hanging.chmod(hanging.stat().st_mode | stat.S_IXUSR)
    found = libreoffice.Program(hanging, None, tmp_path, "")
    monkeypatch.setattr(libreoffice, "find", lambda: found)
    monkeypatch.setattr(pdf, "LIMIT", (0.2, 0))
    with pytest.raises(ProblemsFound, match="n'a pas rendu ce PDF"):
        write_fiches(small_book, tmp_path / "fiches", pdf=True)
    assert sorted(path.suffix for path in (tmp_path / "fiches").iterdir()) == [".xlsx"] * 4

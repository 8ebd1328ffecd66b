"""The synthesis: what each level leaves in the file, and readers who look in every part of it for the rest."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
from cases.recovering import Attack, Export, figures_of, given_away

from dotpop_addin import disclosure, levels
from dotpop_addin.actions import Calculation, check
from dotpop_addin.books.file import FileBook
from dotpop_addin.declarations.common import AGE_CLASSES, GROUPS, SUMMARY_SEGMENTS
from dotpop_addin.disclosure import Reader
from dotpop_addin.levels import Level, rounded
from dotpop_addin.problems import ProblemsFound
from dotpop_addin.region import read_region
from dotpop_addin.sheets.writing import workbook
from dotpop_addin.synthese import write, write_synthese
from dotpop_addin.synthese.content import Content
from dotpop_model import chain
from dotpop_model.disclosure import SECRET, SHOWN, STATE
from dotpop_model.tables import Frame

Dotpop = Callable[..., tuple[int, str, str]]
THRESHOLD = 11
REGIONS = [(region, name) for region in ("demonstration", "small region") for name in ("", "FHF", "FEHAP")]
"""Each region and the federations that read."""
BELOW = [Level.TOTAUX, Level.CATEGORIE, Level.FEDERATION]
EVERYONE = "Ensemble"


@cache
def calculated(book: Path) -> Calculation:
    return check(FileBook(book))


@cache
def written(book: Path, folder: Path, level: Level, federation: str = "") -> Export:
    """The synthesis of a region, read back."""
    path = folder / f"{book.stem} {level.word} {federation}.xlsx"
    write_synthese(book, path, level, federation)
    return Export(path)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("syntheses")


@pytest.fixture(scope="module")
def books(demo_book: Path, _small: Path) -> dict[str, Path]:
    return {"demonstration": demo_book, "small region": _small}


def others(calculation: Calculation, level: Level, federation: str) -> Frame:
    """The hospitals whose figures the reader may not have."""
    indices = calculation.results.indices
    own = np.array([level >= Level.FEDERATION and one == federation != "" for one in indices.texts("federation")])
    return indices.where(~own)


# What each level shows


@pytest.mark.slow
def test_each_level_adds_its_sheets(demo_book: Path, folder: Path) -> None:
    shown = {level.word: list(written(demo_book, folder, level).sheets) for level in Level}
    by_hospital = ["Synthèse", "Groupes", "Classement", "Trajectoire", "Indices", "Trajectoire par ES", "Contrôles"]
    assert shown == {
        "totaux": ["Synthèse", "Trajectoire", "Contrôles"],
        "categorie": ["Synthèse", "Groupes", "Trajectoire", "Contrôles"],
        "federation": ["Synthèse", "Groupes", "Classement", "Trajectoire", "Contrôles"],
        "etablissement": by_hospital,
        "complet": [*by_hospital[:-1], "Activité", "Contrôles"],
    }


def test_a_federation_sees_its_own_hospitals_from_its_level_on(demo_book: Path, folder: Path) -> None:
    at = {level: written(demo_book, folder, level, "UGECAM") for level in (Level.CATEGORIE, Level.FEDERATION)}
    assert "Indices" not in at[Level.CATEGORIE].sheets
    (_, lines), *_ = at[Level.FEDERATION].tables("Indices", "FINESS")
    assert {line["Fédération"] for line in lines} == {"UGECAM"}
    assert "Destinataire : fédération UGECAM." in at[Level.FEDERATION].sheets["Synthèse"]["A3"].value


def test_what_is_shown_is_the_model_s(demo_book: Path, folder: Path) -> None:
    results, export = calculated(demo_book).results, written(demo_book, folder, Level.COMPLET)
    (_, positions), *_ = export.tables("Synthèse", "Segment")
    assert [line["Besoin (€)"] for line in positions] == pytest.approx(results.positions["need"].tolist(), rel=1e-14)
    (_, indices), *_ = export.tables("Indices", "FINESS")
    assert [line["Indice"] for line in indices] == pytest.approx(results.indices["index"].tolist(), rel=1e-14)
    (_, years), *_ = export.tables("Trajectoire par ES", "FINESS")
    assert [line["Dotation (€)"] for line in years] == results.trajectory["allocation"].tolist()


@pytest.mark.parametrize("level", list(Level), ids=lambda level: level.word)
def test_every_sheet_says_its_level_and_what_it_excludes(demo_book: Path, folder: Path, level: Level) -> None:
    for sheet in written(demo_book, folder, level).sheets.values():
        assert levels.told(level) in sheet["A3"].value
        assert "secret statistique" in sheet["A4"].value
        assert ("n'a pas de ligne" in sheet["A4"].value) == (level < Level.ETABLISSEMENT)
        assert sheet.freeze_panes in ("A5", "A6")
        assert sheet.print_area
        assert sheet.print_title_rows


# Looking in every part


@pytest.mark.parametrize(("region", "federation"), REGIONS)
@pytest.mark.parametrize("level", BELOW, ids=lambda level: level.word)
def test_no_part_of_the_file_names_another_hospital_or_holds_its_figures(
    books: dict[str, Path], folder: Path, level: Level, federation: str, region: str
) -> None:
    calculation, export = calculated(books[region]), written(books[region], folder, level, federation)
    hidden = others(calculation, level, federation)
    assert export.named([*hidden.texts("finess"), *hidden.texts("name")]) == []
    figures = figures_of(calculation.results, hidden)
    assert len(figures) > 10
    seen = calculation.results.indices.where(~np.isin(calculation.results.indices["finess"], hidden["finess"]))
    assert export.held(figures - figures_of(calculation.results, seen)) == []


@pytest.mark.parametrize("level", list(Level), ids=lambda level: level.word)
def test_nothing_lies_beside_the_sheets(demo_book: Path, folder: Path, level: Level) -> None:
    export = written(demo_book, folder, level)
    kinds = {re.sub(r"\d+", "", part) for part in export.parts}
    assert kinds <= {
        "[Content_Types].xml",
        "_rels/.rels",
        "docProps/app.xml",
        "docProps/core.xml",
        "xl/workbook.xml",
        "xl/_rels/workbook.xml.rels",
        "xl/styles.xml",
        "xl/sharedStrings.xml",
        "xl/theme/theme.xml",
        "xl/worksheets/sheet.xml",
        "xl/worksheets/_rels/sheet.xml.rels",
        "xl/drawings/drawing.xml",
        "xl/drawings/_rels/drawing.xml.rels",
        "xl/charts/chart.xml",
    }
    names = set(re.findall(r'<definedName name="([^"]+)"', export.parts["xl/workbook.xml"]))
    assert names <= {"_xlnm.Print_Area", "_xlnm.Print_Titles", "_xlnm._FilterDatabase"}
    assert not re.search(r'hidden="1"(?! localSheetId| )', export.parts["xl/worksheets/sheet1.xml"])
    assert [sheet.title for sheet in export.sheets.values() if sheet.sheet_state != "visible"] == []


def test_no_row_nor_column_is_hidden(demo_book: Path, folder: Path) -> None:
    for level in Level:
        for sheet in written(demo_book, folder, level).sheets.values():
            assert [one for one in (*sheet.row_dimensions.values(), *sheet.column_dimensions.values()) if one.hidden] == []


def test_charts_hold_only_what_the_cells_show(demo_book: Path, folder: Path) -> None:
    for level in Level:
        export = written(demo_book, folder, level)
        cells = [cell.value for sheet in export.sheets.values() for line in sheet.iter_rows() for cell in line]
        shown = np.array([one for one in cells if isinstance(one, int | float)])
        caches = [part for part in export.parts if part.startswith("xl/charts")]
        cached = [float(one) for part in caches for one in re.findall(r"<c:v>(-?[0-9.]+)</c:v>", export.parts[part])]
        assert cached
        assert [one for one in cached if not np.isclose(shown, one, rtol=1e-9).any()] == []


def test_the_indices_of_hospitals_without_a_name_are_rounded_in_the_cells(demo_book: Path, folder: Path) -> None:
    (_, lines), *_ = written(demo_book, folder, Level.FEDERATION, "FHF").tables("Classement", "Rang")
    unnamed = [line for line in lines if not line["Raison sociale"]]
    found = [line[name] for line in unnamed for name in ("Moins doté", "Neutre", "Mieux doté") if line[name] is not None]
    assert len(found) == 45
    assert found == [rounded(one) for one in found]


def test_names_that_someone_typed_elsewhere_do_not_come_in(small_book: Path, tmp_path: Path) -> None:
    region = read_region(FileBook(small_book))
    zones = region.tables.territories
    names = ["Département du CH Deux (010000002)", "Zone Une", "Zone Deux"]
    zones = Frame({name: names if name == "name" else zones[name] for name in zones.names})
    identity = region.identity | {"Région": "Région de la Clinique Quatre"}
    region = replace(region, tables=replace(region.tables, territories=zones), identity=identity)
    calculation = Calculation(region, chain.run(region.tables, region.hypotheses))
    reading = disclosure.of(calculation, Level.FEDERATION).to(Reader(federation="FHP"))
    path = tmp_path / "synthese.xlsx"
    path.write_bytes(workbook(Content(region, reading).pages(), "Synthèse", openpyxl.utils.datetime.WINDOWS_EPOCH))
    assert Export(path).named(["CH Deux", "010000002"]) == []
    assert Export(path).named(["Clinique Quatre"]) != []


# Combining totals


def printed(calculation: Calculation, export: Export) -> list[np.ndarray]:
    """The hospitals that each amount of the file adds up."""
    indices = calculation.results.indices
    segments = np.array(indices.texts("segment"))
    everyone = np.ones(len(indices), dtype=bool)
    members = {word: segments == word for word in ("sectorised", "non_sectorised", "oqn")}
    members |= {"all": everyone, "non_sectorised_total": segments != "sectorised"}
    (_, positions), *_ = export.tables("Synthèse", "Segment")
    groups = []
    for line in positions:
        inside = members[SUMMARY_SEGMENTS[line["Segment"]]]
        groups.append(inside)
        for word, label in (("under", "moins dotés"), ("neutral", "neutres"), ("over", "mieux dotés")):
            if isinstance(line[f"Dotations, {label} (€)"], int | float):
                groups.append(inside & (indices["position"] == word))
    for title, lines in export.tables("Groupes", "Groupe") if "Groupes" in export.sheets else []:
        kind = GROUPS[title.partition(". ")[2]]
        for line in lines:
            word = SUMMARY_SEGMENTS.get(line["Groupe"], line["Groupe"])
            groups.append(np.array(indices.texts(kind)) == word)
    (_, steps), *_ = export.tables("Synthèse", "Étape")
    if any(line["Étape"] == "dont ex-DAF" for line in steps):
        groups.append(segments != "oqn")
    return groups


@pytest.mark.parametrize(("region", "federation"), REGIONS)
@pytest.mark.parametrize("level", BELOW, ids=lambda level: level.word)
def test_no_combination_of_the_amounts_of_the_file_gives_a_hospital_away(
    books: dict[str, Path], folder: Path, level: Level, federation: str, region: str
) -> None:
    calculation, export = calculated(books[region]), written(books[region], folder, level, federation)
    hidden = others(calculation, level, federation)
    known = ~np.isin(calculation.results.indices["finess"].astype(str), hidden.texts("finess"))
    groups = printed(calculation, export)
    assert all(group.any() for group in groups)
    if (~known).sum() > 2:
        assert given_away(groups, known) == []


def test_where_too_few_hospitals_are_in_need_the_file_says_s_and_has_no_need(books: dict[str, Path], folder: Path) -> None:
    export = written(books["small region"], folder, Level.CATEGORIE)
    (_, positions), *_ = export.tables("Synthèse", "Segment")
    assert {line["Besoin (€)"] for line in positions} == {"s"}
    assert export.held([42_400.0, 21_200.0]) == []


# Small counts


def counts(export: Export) -> dict[str, dict[tuple[str, str], Any]]:
    """What the sheet Activité shows by form: by (FINESS, age); "Ensemble" and "Total" for sums; None for no line."""
    (_, lines), *_ = export.tables("Activité", "FINESS")
    found: dict[str, dict[tuple[str, str], Any]] = {}
    for line in lines:
        for column in (*AGE_CLASSES, "Total"):
            found.setdefault(line["Forme d'activité"], {})[line["FINESS"], column] = line[column]
    return found


@pytest.fixture(scope="module")
def full(demo_book: Path, folder: Path) -> dict[str, dict[tuple[str, str], Any]]:
    return counts(written(demo_book, folder, Level.COMPLET))


def test_no_small_count_is_in_the_file(demo_book: Path, folder: Path, full: dict[str, Any]) -> None:
    shown = [one for cells in full.values() for one in cells.values() if isinstance(one, int | float)]
    assert len(shown) > 1000
    assert [one for one in shown if 0 < one < THRESHOLD] == []
    assert Counter(one for cells in full.values() for one in cells.values())["s"] > 100


def test_no_line_nor_column_has_a_lone_hidden_cell_that_its_total_would_give(full: dict[str, Any]) -> None:
    alone = []
    for form, cells in full.items():
        for place in (0, 1):
            by_line: dict[str, list[Any]] = {}
            for key, value in cells.items():
                by_line.setdefault(key[place], []).append(value)
            alone += [(form, line) for line, values in by_line.items() if values.count("s") == 1]
    assert alone == []


def tables(cells: dict[tuple[str, str], Any]) -> list[Frame]:
    """The cells of a form as the tables that they are: hospitals × ages, hospitals, ages, all."""
    found = []
    for keep in ((True, True), (True, False), (False, True), (False, False)):
        lines = [
            (finess, age, value)
            for (finess, age), value in cells.items()
            if value is not None and (finess != EVERYONE, age != "Total") == keep
        ]
        columns: dict[str, list[Any]] = {"finess": [one[0] for one in lines]} if keep[0] else {}
        columns |= {"age": [one[1] for one in lines]} if keep[1] else {}
        columns["patients"] = [float("nan") if one[2] == "s" else float(one[2]) for one in lines]
        columns[STATE] = [SECRET if one[2] == "s" else SHOWN for one in lines]
        found.append(Frame(columns))
    return found


COLUMNS: list[tuple[str, ...]] = [("finess", "age"), ("finess",), ("age",), ()]


def narrowed(cells: dict[tuple[str, str], Any], truth: dict[tuple[str, str], float]) -> list[tuple[Any, ...]]:
    """The small counts that a reader narrows: anybody, then each hospital, which knows its own."""
    found: list[tuple[Any, ...]] = []
    shown = tables(cells)
    small = [key for key, value in truth.items() if 0 < value < THRESHOLD]
    for reader in ["", *dict.fromkeys(finess for finess, _ in small)] if small else []:
        known = {key: value for key, value in truth.items() if key[0] == reader}
        attack = Attack(shown, COLUMNS, known=known)
        keys = list(zip(shown[0].texts("finess"), shown[0].texts("age"), strict=True))
        for key in small:
            if key[0] != reader:
                low, high = attack.interval(attack.sums[0][keys.index(key)])
                if low > 1 + 1e-6 or high < THRESHOLD - 1e-6:
                    found.append((reader, key, truth[key], low, high))
    return found


def true_counts(calculation: Calculation) -> dict[str, dict[tuple[str, str], float]]:
    labels = {row["form"]: row["label"] for row in calculation.region.tables.forms.records()}
    ages = {word: label for label, word in AGE_CLASSES.items()}
    found: dict[str, dict[tuple[str, str], float]] = {}
    for row in calculation.region.tables.activity.records():
        cells, key = found.setdefault(labels[row["form"]], {}), (row["finess"], ages[row["age"]])
        cells[key] = cells.get(key, 0) + row["volume"]
    return found


@pytest.mark.parametrize("region", ["demonstration", "small region"])
def test_no_reader_narrows_a_small_count_of_another_hospital(books: dict[str, Path], folder: Path, region: str) -> None:
    shown, truth = counts(written(books[region], folder, Level.COMPLET)), true_counts(calculated(books[region]))
    assert sum(0 < one < THRESHOLD for cells in truth.values() for one in cells.values()) > 2
    assert [one for form in truth for one in narrowed(shown[form], truth[form])] == []


def test_the_attack_finds_a_count_that_is_hidden_alone(demo_book: Path, full: dict[str, Any]) -> None:
    truth = true_counts(calculated(demo_book))
    form, cells = next((form, cells) for form, cells in full.items() if "s" in cells.values())
    opened = {key: truth[form].get(key, value) if value == "s" else value for key, value in cells.items()}
    small = next(key for key, value in truth[form].items() if 0 < value < THRESHOLD)
    assert narrowed(opened | {small: "s"}, truth[form])


def test_a_federation_has_the_counts_of_its_members_only(demo_book: Path, folder: Path) -> None:
    shown = counts(written(demo_book, folder, Level.FEDERATION, "FHF"))
    indices = calculated(demo_book).results.indices
    members = set(indices.where(indices["federation"] == "FHF").texts("finess"))
    assert {finess for cells in shown.values() for finess, _ in cells} == members | {EVERYONE}
    truth = true_counts(calculated(demo_book))
    for form, cells in shown.items():
        own = {key: value for key, value in truth[form].items() if key[0] in members}
        assert narrowed(cells, own) == []


def test_the_threshold_of_the_region_holds(small_book: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(small_book)
    cell = next(line[3] for line in book["Hypothèses"].iter_rows() if line[1].value == "DIF_SEUIL")
    cell.value = 25
    book.save(small_book)
    write_synthese(small_book, tmp_path / "synthese.xlsx", Level.COMPLET)
    shown = counts(Export(tmp_path / "synthese.xlsx"))
    assert [one for cells in shown.values() for one in cells.values() if isinstance(one, int | float) and 0 < one < 25] == []


# The file


@pytest.mark.parametrize("level", BELOW, ids=lambda level: level.word)
def test_a_region_of_two_hospitals_has_no_total_before_each_may_be_seen(
    small_book: Path, tmp_path: Path, level: Level
) -> None:
    region = read_region(FileBook(small_book))
    tables = region.tables
    two, pairs = tables.hospitals.texts("finess")[:2], ("hospitals", "activity")
    kept = {name: np.isin(getattr(tables, name)["finess"], [*two, "HORS"]) for name in pairs}
    tables = replace(tables, **{name: getattr(tables, name).where(rows) for name, rows in kept.items()})
    region = replace(region, tables=tables)
    write(Calculation(region, chain.run(tables, region.hypotheses)), tmp_path / "synthese.xlsx", level)
    (_, positions), *_ = Export(tmp_path / "synthese.xlsx").tables("Synthèse", "Segment")
    assert {line["Ensemble (ES)"] for line in positions} <= {0}  # segments that have none are no secret


def test_the_same_region_gives_the_same_bytes(small_book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    for name in ("une", "autre"):
        write_synthese(small_book, tmp_path / f"{name}.xlsx", Level.COMPLET)
    assert (tmp_path / "une.xlsx").read_bytes() == (tmp_path / "autre.xlsx").read_bytes()


def test_results_that_stand_in_the_workbook_are_not_read(demo_book: Path, folder: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(demo_book)
    for line in book["Indices"].iter_rows(min_row=6):
        for cell in line:
            cell.value = 1 if isinstance(cell.value, int | float) else cell.value
    book.save(tmp_path / "périmé.xlsx")
    write_synthese(tmp_path / "périmé.xlsx", tmp_path / "synthese.xlsx", Level.ETABLISSEMENT)
    tables = [
        one.tables("Indices", "FINESS")
        for one in (Export(tmp_path / "synthese.xlsx"), written(demo_book, folder, Level.ETABLISSEMENT))
    ]
    assert tables[0] == tables[1]


@pytest.mark.parametrize("name", ["=cmd|'/C calc'!A0", "+1+1", "-2", "@SUM(1)", "http://exemple.fr", "A&B <c> « é »"])
def test_a_name_never_becomes_a_formula_or_a_link(small_book: Path, tmp_path: Path, name: str) -> None:
    book = openpyxl.load_workbook(small_book)
    book["Établissements"]["B6"].value = name
    book["Établissements"]["B6"].data_type = "s"
    book.save(small_book)
    write_synthese(small_book, tmp_path / "synthese.xlsx", Level.COMPLET)
    found = openpyxl.load_workbook(tmp_path / "synthese.xlsx")
    cells = [cell for sheet in found for line in sheet.iter_rows() for cell in line if cell.value == name]
    assert cells
    assert {(cell.data_type, cell.hyperlink) for cell in cells} == {("s", None)}
    assert [cell for sheet in found for line in sheet.iter_rows() for cell in line if cell.data_type == "f"] == []


def test_it_never_takes_the_place_of_the_region_s_workbook(dotpop: Dotpop, small_book: Path) -> None:
    before = small_book.read_bytes()
    status, _, errors = dotpop("synthese", small_book, "--out", small_book, "--diffusion", "totaux")
    assert (status, small_book.read_bytes()) == (1, before)
    assert "c'est l'un des fichiers lus" in errors


def test_a_full_disk_leaves_the_file_that_was_there(
    small_book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "synthese.xlsx"
    write_synthese(small_book, target, Level.TOTAUX)
    before = target.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(ProblemsFound, match="Libérer de la place"):
        write_synthese(small_book, target, Level.COMPLET)
    assert target.read_bytes() == before
    assert {path.suffix for path in tmp_path.iterdir()} == {".xlsx"}


def test_an_unknown_federation_is_told_with_those_there_are(dotpop: Dotpop, small_book: Path, tmp_path: Path) -> None:
    out = tmp_path / "synthese.xlsx"
    status, _, errors = dotpop("synthese", small_book, "--out", out, "--diffusion", "federation", "--federation", "FHFF")
    assert (status, out.exists()) == (1, False)
    assert "« FHFF » inconnue ; attendu : l'une de : FEHAP, FHF, FHP" in errors


def test_the_level_must_be_said(dotpop: Dotpop, small_book: Path, tmp_path: Path) -> None:
    status, _, errors = dotpop("synthese", small_book, "--out", tmp_path / "synthese.xlsx")
    assert status == 2
    assert "--diffusion" in errors


@pytest.mark.libreoffice
def test_a_spreadsheet_opens_it_with_the_same_cells(demo_book: Path, folder: Path) -> None:
    from cases.office import Office

    export = written(demo_book, folder, Level.COMPLET)
    path = folder / f"{demo_book.stem} complet .xlsx"
    with Office() as office:
        document = office.load(path)
        assert [sheet.Name for sheet in document.Sheets] == list(export.sheets)
        assert document.Sheets.getByName("Synthèse").Charts.Count == 2
        document.close(True)

"""The follow-up as a workbook: each page tells the story of `cases.followed`; what cannot be followed is refused, whole."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from cases import followed, region_book, small_smr
from cases.followed import A, B, C, D, E, N, O

from dotpop_addin.actions import calculate
from dotpop_addin.books.file import FileBook
from dotpop_addin.follow_up import write_follow_up
from dotpop_addin.scenarios import choose

Dotpop = Callable[..., tuple[int, str, str]]
PAGES = [
    "1 Essentiel",
    "2 Prévu et réalisé",
    "2 par établissement",
    "3 Indices",
    "3 du début à la fin",
    "3 par année",
    "4 Objectif",
    "4 par établissement",
    "5 Compartiments",
    "5 par établissement",
    "6 Engagements",
    "6 ligne à ligne",
    "7 Inégalités",
    "8 Préavis et révisions",
    "8 par établissement",
    "9 Rythme NHS England",
    "9 courbe",
    "9 par établissement",
    "9 par année",
    "10 Périmètre",
]


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    """The workbooks of the three years. Not to be changed: copy them."""
    folder = tmp_path_factory.mktemp("years")
    return {year: followed.write(year, folder / f"région_{year}.xlsx") for year in followed.YEARS}


@pytest.fixture(scope="module")
def book(region: dict[int, Path]) -> Iterator[openpyxl.Workbook]:
    """Their follow-up, read back."""
    target = region[2023].parent / "suivi.xlsx"
    write_follow_up(list(region.values()), target)
    yield openpyxl.load_workbook(target)
    target.unlink()


def texts(book: openpyxl.Workbook, sheet: str) -> str:
    """Every text of a sheet, one under the other; thin and fixed spaces as ordinary ones."""
    cells = [cell for row in book[sheet].iter_rows(values_only=True) for cell in row if isinstance(cell, str)]
    return "\n".join(cells).replace("\u202f", " ").replace("\xa0", " ")


def table(book: openpyxl.Workbook, sheet: str, number: int = 0) -> list[dict[str, Any]]:
    """The lines of the number-th table of a sheet, by header."""
    rows = list(book[sheet].iter_rows(values_only=True))
    heads = [place for place, row in enumerate(rows) if is_head(book, sheet, place + 1)]
    start, found = heads[number], []
    names = [name for name in rows[start] if name is not None]
    for row in rows[start + 1 :]:
        if all(cell is None for cell in row) or is_head(book, sheet, start + len(found) + 2):
            break
        found.append(dict(zip(names, row, strict=False)))
    return found


def is_head(book: openpyxl.Workbook, sheet: str, row: int) -> bool:
    """Whether a row holds the headers of a table: three of them at least, in white."""
    cells = [book[sheet].cell(row, column) for column in (1, 2, 3)]
    return all(
        cell.value is not None and cell.font.color is not None and cell.font.color.rgb == "FFFFFFFF" for cell in cells
    )


def row_of(lines: list[dict[str, Any]], **wanted: object) -> dict[str, Any]:
    names = {"finess": "FINESS", "year": "Année", "segment": "Segment", "compartment": "Compartiment"}
    (found,) = [line for line in lines if all(line[names[name]] == value for name, value in wanted.items())]
    return found


def test_the_pages_come_in_the_order_that_a_committee_reads(book: openpyxl.Workbook) -> None:
    assert book.sheetnames == PAGES


ESSENTIAL = [
    # objective, planned, indices, commitments, inequality, notices, pace, perimeter
    "Combler 50 % du besoin de 40,0 k€ entre 2023 et 2028. En 2025, 14,1 % sont comblés (5,6 k€), pour un chemin de 20,0 %"
    " : en retard de 2,4 k€. Au même rythme, 35,2 % en 2028 ; pour atteindre l'objectif, il reste à apporter 4,8 k€ par an.",
    "En 2025, 349,0 k€ sont alloués pour 349,0 k€ prévus : 0,00 € (0,00 %). 6 établissements au montant prévu, 0 au-dessus,"
    " 0 au-dessous.",
    "De 2023 à 2025, 2 des 6 établissements présents aux deux dates se rapprochent de 1, 3 s'en éloignent, 1 ne bouge pas. "
    "L'écart moyen à 1 passe de 0,100 à 0,290.",
    "En 2025, sur 2 engagements : 2 tenus, 0 en cours, 0 non tenu ; échéance passée sans être tenu : 0. Sur 52,0 k€"
    " accordés dont l'emploi est connu, 5,0 k€ ne sont pas consommés (9,6 %).",
    "L'inégalité augmente entre établissements comparables",
    "La revue de 2025 change la trajectoire annoncée en 2024 : pour 2026, 0,00 € (0,00 %) ; pour 2027, 0,00 € (0,00 %). "
    "Pour 2026 : 1 établissement au-dessus de l'annonce, 2 au-dessous, 3 au même montant.",
    "3 établissements auraient plus (+2,5 k€), 4 moins (−2,5 k€).",
    "Établissements : 1 disparaît, 1 change de segment.",
]


@pytest.mark.parametrize("sentence", ESSENTIAL)
def test_the_first_page_says_the_essential_with_figures(sentence: str, book: openpyxl.Workbook) -> None:
    assert sentence in texts(book, "1 Essentiel")


def test_the_first_page_has_the_figures_of_each_year(book: openpyxl.Workbook) -> None:
    lines = table(book, "1 Essentiel")
    assert [line["Année"] for line in lines] == [2023, 2024, 2025]
    assert [line["Besoin comblé (%)"] for line in lines] == pytest.approx([0, 0.05, 0.141])
    assert [line["Objectif"] for line in lines] == [None, "En retard", "En retard"]
    assert [line["Non consommé (€)"] for line in lines] == [None, 22_000, 5_000]


def test_planned_against_actual_tells_who_had_less_and_who_is_gone(book: openpyxl.Workbook) -> None:
    whole = row_of(table(book, "2 Prévu et réalisé"), year=2024)
    assert (whole["Prévu (€)"], whole["Réalisé (€)"], whole["Écart (€)"]) == (468_600, 345_400, -123_200)
    assert (whole["dont suivis (€)"], whole["dont disparus (€)"]) == (-2_000, -121_200)
    segments = [line for line in table(book, "2 Prévu et réalisé", 1) if line["Année"] == 2024]
    assert [line["Segment"] for line in segments] == ["ex-DAF sectorisé", "ex-DAF non sectorisé", "ex-OQN"]
    for name in ("Prévu (€)", "Réalisé (€)", "Écart (€)"):
        assert sum(line[name] for line in segments) == whole[name]
    lines = table(book, "2 par établissement")
    assert row_of(lines, finess=B, year=2024)["Écart au prévu (€)"] == -2_000
    assert row_of(lines, finess=D, year=2024)["Situation"] == "Disparaît"
    assert row_of(lines, finess=D, year=2024)["Réalisé (€)"] is None
    assert row_of(lines, finess=E, year=2025)["Situation"] == "Change de segment"
    assert row_of(lines, finess=A, year=2025)["Écart au premier préavis (€)"] == -280


def test_indices_tell_who_comes_nearer_to_1(book: openpyxl.Workbook) -> None:
    lines = table(book, "3 du début à la fin")
    moves = {line["FINESS"]: line["Mouvement"] for line in lines}
    near, away = "Se rapproche", "S'éloigne"
    assert moves == {A: near, B: near, N: away, E: away, O: "Stable", C: away, D: None}
    own = row_of(table(book, "3 par année"), finess=B, year=2024)
    assert (own["Indice annoncé"], own["Indice trouvé"]) == (pytest.approx(0.828), pytest.approx(0.808))
    assert own["Dû à la dotation"] == pytest.approx(0.008)


def test_the_objective_has_its_path_to_the_horizon_and_its_verdict(book: openpyxl.Workbook) -> None:
    path = table(book, "4 Objectif")
    assert [line["Chemin (%)"] for line in path] == pytest.approx([0, 0.1, 0.2, 0.3, 0.4, 0.5])
    assert [line["Comblé (%)"] for line in path][3:] == [None, None, None]
    whole = row_of(table(book, "4 Objectif", 1), year=2025, segment="Région")
    assert (whole["Comblé − chemin (€)"], whole["Verdict"]) == (pytest.approx(-2_360), "En retard")
    assert row_of(table(book, "4 par établissement"), finess=B, year=2024)["Rattrapage reçu (€)"] == 0


def test_compartments_tell_what_is_no_longer_entered(book: openpyxl.Workbook) -> None:
    whole = row_of(table(book, "5 Compartiments"), compartment="Activité")
    assert (whole["2024 (€)"], whole["2025 (€)"], whole["Prévu 2025 (€)"]) == (1_600, 1_210, None)
    lines = table(book, "5 par établissement")
    assert row_of(lines, finess=B, year=2025, compartment="Activité")["Remarque"] == "Ligne absente"
    assert "2 lignes de compartiments sont absentes" in texts(book, "10 Périmètre")


def test_commitments_tell_what_is_kept_due_and_unspent(book: openpyxl.Workbook) -> None:
    whole = row_of(table(book, "6 Engagements"), year=2024)
    names = ("Tenus", "En cours", "Échus sans être tenus", "Non consommé (€)")
    assert [whole[name] for name in names] == [1, 2, 1, 22_000]
    lines = table(book, "6 ligne à ligne")
    own = row_of(lines, finess=C, year=2024)
    assert (own["Employé (€)"], own["Non consommé (€)"], own["Non consommé (%)"]) == (30_000, 20_000, pytest.approx(0.4))
    assert f"{own['Échéance']:%d/%m/%Y}" == "31/12/2025"
    assert row_of(lines, finess=B, year=2024)["Échu sans être tenu"] == "Oui"
    assert "Créer des places" in texts(book, "10 Périmètre")


def test_inequality_has_each_measure_by_year(book: openpyxl.Workbook) -> None:
    lines = [line for line in table(book, "7 Inégalités") if line["Établissements"] == "Présents chaque année"]
    assert [line["Année"] for line in lines] == [2023, 2024, 2025]
    assert lines[0]["Variation (2023 = 100)"] == 100
    for line in lines:
        assert line["Theil"] == pytest.approx(line["dont dans les segments"] + line["dont entre segments"])


def test_notices_tell_what_each_review_changed(book: openpyxl.Workbook) -> None:
    assert "La revue de 2024 change la trajectoire annoncée en 2023 : pour 2025, −123,6 k€ (−26,14 %)" in texts(
        book, "8 Préavis et révisions"
    )
    row = row_of(table(book, "8 Préavis et révisions"), year=2026)
    assert (row["Annoncé en 2023 (€)"], row["Revue de 2024 − première annonce (€)"]) == (476_600, -123_920)
    own = [line for line in table(book, "8 par établissement") if (line["FINESS"], line["Année"]) == (B, 2026)]
    assert [line["Révision (€)"] for line in own] == [-2_160, pytest.approx(-607.14)]


def test_the_comparator_tells_its_hypotheses_and_who_has_more(book: openpyxl.Workbook) -> None:
    told = texts(book, "9 Rythme NHS England")
    assert "RYT_PLANCHER" in told
    assert "entier jusqu'à 5,0 % au-dessus de la cible (RYT_PLEIN), nul dès 10,0 % (RYT_NUL)" in told
    assert "à 0,95, de −0,444 %" in told  # 4 000 / 38 400 × (1 / 0.95 − 1.01)
    own = row_of(table(book, "9 par année"), finess=A, year=2024)
    assert (own["Trajectoire de la région (€)"], own["Rythme NHS England (€)"]) == (82_800, pytest.approx(84_000))
    winners = {line["FINESS"]: line["Aurait"] for line in table(book, "9 par établissement")}
    assert winners == {A: "Moins", B: "Moins", C: "Moins", D: "Moins", N: "Plus", E: "Plus", O: "Plus"}


def test_what_is_lacking_and_what_changed_is_on_the_last_page(book: openpyxl.Workbook) -> None:
    lines = table(book, "10 Périmètre", 0)
    assert [line["Ce qui change"] for line in lines] == ["Disparaît", "Change de segment"]
    assert "Aucune, hors l'année de base." in texts(book, "10 Périmètre")


@pytest.mark.parametrize("sheet", PAGES)
def test_every_page_has_a_title_frozen_heads_and_a_print_area(sheet: str, book: openpyxl.Workbook) -> None:
    page = book[sheet]
    assert page["A1"].font.size == 16
    assert "Région A · Psychiatrie · suivi de 2023 à 2025 · Données : Simulées" in str(page["A2"].value)
    assert page.freeze_panes is not None
    assert page.print_area
    detail = page.auto_filter.ref
    assert not detail or page.freeze_panes == f"A{int(detail.split(':')[0][1:]) + 1}"


@pytest.mark.parametrize(
    ("sheet", "charts"),
    [("1 Essentiel", 1), ("2 Prévu et réalisé", 1), ("3 Indices", 1), ("4 Objectif", 1), ("7 Inégalités", 2)],
)
def test_charts_stand_where_they_help(sheet: str, charts: int, book: openpyxl.Workbook) -> None:
    assert len(book[sheet]._charts) == charts


# Files


def test_the_command_says_the_essential_and_changes_no_file_whatever_their_order(
    region: dict[int, Path], tmp_path: Path, dotpop: Dotpop
) -> None:
    before = {path: path.read_bytes() for path in region.values()}
    targets = [tmp_path / "un.xlsx", tmp_path / "deux.xlsx"]
    for target, years in zip(targets, ((2023, 2024, 2025), (2025, 2023, 2024)), strict=True):
        status, out, errors = dotpop("follow", *(region[year] for year in years), "--out", target)
        assert (status, errors) == (0, "")
    assert "en retard de 2,4" in out
    assert f"Suivi écrit : {targets[1]}" in out
    assert {path: path.read_bytes() for path in before} == before
    one, other = (
        [list(sheet.iter_rows(values_only=True)) for sheet in openpyxl.load_workbook(target)] for target in targets
    )
    assert one == other


def test_programs_get_the_years_and_the_sentences(region: dict[int, Path], tmp_path: Path, dotpop: Dotpop) -> None:
    status, out, _ = dotpop("follow", region[2023], region[2024], "--out", tmp_path / "suivi.xlsx", "--json")
    content = json.loads(out)
    assert (status, content["status"], content["years"]) == (0, "ok", [2023, 2024])
    assert content["told"][0].startswith("Objectif")


def test_a_year_that_lacks_is_a_warning_and_is_told_on_the_last_page(
    region: dict[int, Path], tmp_path: Path, dotpop: Dotpop
) -> None:
    status, _, errors = dotpop("follow", region[2023], region[2025], "--out", tmp_path / "suivi.xlsx")
    assert status == 0
    assert "2024 manque entre 2023 et 2025" in errors
    assert "2024 manque entre 2023 et 2025" in texts(openpyxl.load_workbook(tmp_path / "suivi.xlsx"), "10 Périmètre")


def test_a_merger_is_declared_by_both_finess(region: dict[int, Path], tmp_path: Path, dotpop: Dotpop) -> None:
    money = {one: amount for one, amount in followed.ALLOCATIONS[2024].items() if one != O} | {E: 20_200}
    other = followed.write(2024, tmp_path / "2024.xlsx", followed.tables(2024, money))
    target = tmp_path / "suivi.xlsx"
    assert dotpop("follow", region[2023], other, "--out", target, "--fusion", f"{O}={E}")[0] == 0
    book = openpyxl.load_workbook(target)
    assert row_of(table(book, "2 par établissement"), finess=E, year=2024)["Écart au prévu (€)"] == 0
    (told,) = [line for line in table(book, "10 Périmètre") if line["Ce qui change"] == "Fusionne"]
    assert (told["FINESS"], told["Réuni à (FINESS)"]) == (O, E)


Case = Callable[[dict[int, Path], Path], list[object]]


def other_year(year: int, **changes: Any) -> Case:
    """A workbook beside that of 2023, made otherwise."""
    return lambda region, folder: [region[2023], followed.write(year, folder / "autre.xlsx", **changes)]


def damaged(damage: Callable[[Path], object]) -> Case:
    def case(region: dict[int, Path], folder: Path) -> list[object]:
        copy = Path(shutil.copy(region[2024], folder / "abîmé.xlsx"))
        damage(copy)
        return [region[2023], copy]

    return case


def without_allocation(path: Path) -> None:
    book = openpyxl.load_workbook(path)
    book["Établissements"]["G6"] = None
    book.save(path)


REFUSED = [
    pytest.param(
        other_year(2023), ["année de base 2023, comme région_2023.xlsx", "chaque année une fois"], id="a year twice"
    ),
    pytest.param(other_year(2024, region=("Région B", "11")), ["région « Région B »", "« Région A »"], id="another region"),
    pytest.param(other_year(2024, region=("Région B", "")), ["région « Région B »"], id="another region, told by its name"),
    pytest.param(damaged(lambda path: path.write_bytes(b"texte")), ["abîmé.xlsx"], id="a file that cannot be read"),
    pytest.param(damaged(lambda path: path.unlink()), ["abîmé.xlsx"], id="a file that is not there"),
    pytest.param(damaged(without_allocation), ["Feuille Établissements, cellule G6", "cellule vide"], id="not computable"),
    pytest.param(
        lambda region, folder: [*region.values(), "--fusion", f"111111111={A}"],
        ["--fusion : 111111111 dans aucune année. Corriger le FINESS.\n"],
        id="a hospital that nobody knows",
    ),
    pytest.param(
        lambda region, folder: [*region.values(), "--fusion", f"{D}={C}", "--fusion", f"{D}={A}"],
        ["un seul successeur"],
        id="two successors",
    ),
    pytest.param(
        lambda region, folder: [*region.values(), "--fusion", f"{A}={B}"],
        ["--fusion", "existe encore en 2025"],
        id="a hospital that is still there",
    ),
]


@pytest.mark.parametrize(("case", "words"), REFUSED)
def test_what_cannot_be_followed_is_refused_and_nothing_is_written(
    case: Case, words: list[str], region: dict[int, Path], tmp_path: Path, dotpop: Dotpop
) -> None:
    target = tmp_path / "suivi.xlsx"
    status, _, errors = dotpop("follow", *case(region, tmp_path), "--out", target)
    assert status == 1
    assert [word for word in words if word not in errors] == [], errors
    assert not target.exists()


def test_every_problem_of_every_file_is_told_at_once(region: dict[int, Path], tmp_path: Path, dotpop: Dotpop) -> None:
    one = Path(shutil.copy(region[2024], tmp_path / "un.xlsx"))
    other = tmp_path / "deux.xlsx"
    other.write_bytes(b"texte")
    without_allocation(one)
    _, _, errors = dotpop("follow", region[2023], one, other, "--out", tmp_path / "suivi.xlsx")
    assert f"- {one} · Feuille Établissements, cellule G6 : " in errors
    assert f"- {other} : " in errors


def test_files_of_the_same_name_are_told_apart_by_their_folders(
    region: dict[int, Path], tmp_path: Path, dotpop: Dotpop
) -> None:
    same = []
    for place, year in enumerate((2023, 2023)):
        (tmp_path / f"dossier {place}").mkdir()
        same.append(Path(shutil.copy(region[year], tmp_path / f"dossier {place}" / "region.xlsx")))
    _, _, errors = dotpop("follow", *same, "--out", tmp_path / "suivi.xlsx")
    assert "dossier 1/region.xlsx : année de base 2023, comme dossier 0/region.xlsx" in errors


def test_bounds_of_the_pace_in_the_wrong_order_are_told_at_their_cell(
    region: dict[int, Path], tmp_path: Path, dotpop: Dotpop
) -> None:
    first = followed.write(2023, tmp_path / "2023.xlsx", RYT_PLEIN="20 %")
    status, _, errors = dotpop("follow", first, region[2024], "--out", tmp_path / "suivi.xlsx")
    assert status == 1
    assert "Feuille Hypothèses, cellule D" in errors
    assert "Plancher entier jusqu'à 0,2, nul dès 0,1" in errors


def test_a_file_that_is_followed_is_never_written_over(region: dict[int, Path], dotpop: Dotpop) -> None:
    before = region[2024].read_bytes()
    status, _, errors = dotpop("follow", region[2023], region[2024], "--out", region[2024])
    assert (status, "c'est l'un des fichiers lus" in errors) == (1, True)
    assert region[2024].read_bytes() == before


def test_a_hypothesis_that_changed_is_told(region: dict[int, Path], tmp_path: Path, dotpop: Dotpop) -> None:
    other = followed.write(2024, tmp_path / "2024.xlsx", TRJ_OBJECTIF="60 %")
    dotpop("follow", region[2023], other, "--out", tmp_path / "suivi.xlsx")
    told = table(openpyxl.load_workbook(tmp_path / "suivi.xlsx"), "10 Périmètre", -1)
    assert [(line["Code"], line["2023"], line["2024"]) for line in told] == [("TRJ_OBJECTIF", "0,5", "0,6")]


# SMR, and the demonstrations


def smr_book(year: int, path: Path) -> Path:
    book = region_book.filled("smr", small_smr.tables(), ("Région A", "00", "Simulées"))
    years = {f"D{row}": year + row - 5 for row in range(6, 11)}
    choose(book, [f"ANNEE_BASE={year}"])
    book.write_cells("Campagne", {f"A{place[1:]}": value for place, value in years.items()})
    book.save(path)
    return path


def test_smr_is_followed_in_its_own_words_and_not_with_psychiatry(
    region: dict[int, Path], tmp_path: Path, dotpop: Dotpop
) -> None:
    paths = [smr_book(year, tmp_path / f"smr_{year}.xlsx") for year in (2024, 2025)]
    status, _, errors = dotpop("follow", *paths, "--out", tmp_path / "suivi.xlsx")
    assert (status, errors) == (0, "")
    book = openpyxl.load_workbook(tmp_path / "suivi.xlsx")
    assert book.sheetnames == PAGES
    assert {line["Segment"] for line in table(book, "2 par établissement")} == {"ex-DG", "ex-OQN"}
    assert "1 établissement de pédiatrie, hors du partage" in texts(book, "10 Périmètre")
    status, _, errors = dotpop("follow", paths[0], region[2025], "--out", tmp_path / "autre.xlsx")
    assert (status, "champ Psychiatrie ; attendu : le champ SMR" in errors) == (1, True)


@pytest.mark.parametrize(("name", "field", "first"), [("suivi", "psychiatrie", 2023), ("suivi-smr", "smr", 2024)])
@pytest.mark.slow
def test_the_demonstration_writes_three_years_and_their_follow_up(
    name: str, field: str, first: int, tmp_path: Path, dotpop: Dotpop
) -> None:
    status, out, errors = dotpop("demo", name, "--out", tmp_path)
    assert (status, errors) == (0, "")
    years = [tmp_path / f"region_{field}_{year}.xlsx" for year in range(first, first + 3)]
    assert sorted(tmp_path.iterdir()) == [*years, tmp_path / f"suivi_{field}.xlsx"]
    for path in years:
        assert dotpop("verify", path)[0] == 0
    told = texts(openpyxl.load_workbook(tmp_path / f"suivi_{field}.xlsx"), "1 Essentiel")
    assert "est réuni à un autre" in told
    assert "Objectif : Combler 50" in out.replace("\u202f", " ")


def test_a_workbook_whose_commitments_have_a_deadline_is_calculated(region: dict[int, Path]) -> None:
    calculate(FileBook(region[2024]))  # its digests are made of dates too

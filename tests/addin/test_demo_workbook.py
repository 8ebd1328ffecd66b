"""The published figures, read by a plain reader in the workbook that `dotpop demo` writes."""

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from cases import plain

from dotpop_addin.declarations.psychiatrie import PSYCHIATRIE

M = 1_000_000


def line(path: Path, sheet: str, table: str, header: str, value: Any) -> dict[str, Any]:
    return next(row for row in plain.table(path, sheet, table) if row[header] == value)


@pytest.mark.parametrize(
    ("sheet", "table", "header", "published"),
    [
        ("Flux", "T_Flux", "Poids adultes", "94 087"),
        ("Flux", "T_Flux", "Poids mineurs", "22 374"),
        ("Flux", "T_Flux", "Poids total", "116 461"),
        ("Flux", "T_Flux", "Flux adultes", "-18 409"),
        ("Flux", "T_Flux", "Flux mineurs", "-5 893"),
        ("Flux", "T_Flux", "Flux total", "-24 302"),
        ("Flux", "T_Flux", "Taux de flux adultes (%)", "-20 %"),
        ("Flux", "T_Flux", "Taux de flux mineurs (%)", "-26 %"),
        ("Flux", "T_Flux", "Taux de flux (%)", "-20.87 %"),
        ("Flux", "T_Flux", "Population pondérée du territoire (hab.)", "640 331"),
        ("Indices", "T_Indices", "Dotation hors ASR (€)", "55 000 000"),
        ("Indices", "T_Indices", "Dotation par habitant (€)", "108.54"),
        ("Indices", "T_Indices", "Moyenne du segment (€/hab.)", "132.55"),
        ("Indices", "T_Indices", "Indice", "0.82"),
    ],
)
def test_ch_psy_is_the_worked_example_of_the_source(
    demo_book: Path, sheet: str, table: str, header: str, published: str
) -> None:
    found = line(demo_book, sheet, table, "Raison sociale", "CH PSY")[header]
    assert printed_as(found, published) == published


def printed_as(value: float, published: str) -> str:
    """The value printed as the source prints it: same decimals, same unit."""
    figure = published.removesuffix(" %")
    percent = figure != published
    decimals = len(figure.partition(".")[2])
    text = f"{value * (100 if percent else 1):,.{decimals}f}".replace(",", " ")
    return f"{text} %" if percent else text


def test_ch_psy_population_is_within_two_inhabitants_of_the_source(demo_book: Path) -> None:
    found = line(demo_book, "Indices", "T_Indices", "Raison sociale", "CH PSY")["Population corrigée des flux (hab.)"]
    assert found == pytest.approx(506_714, abs=2)


def test_ch_psy_territory_has_the_population_and_index_of_the_source(demo_book: Path) -> None:
    found = line(demo_book, "Population pondérée", "T_PopPonderee", "Territoire", "69Z1")
    assert found["Population (hab.)"] == 650_000
    assert found["Indice composé (%)"] == pytest.approx(-0.014875, abs=1e-9)
    assert round(found["Population pondérée (hab.)"]) == 640_331


@pytest.mark.parametrize(
    ("segment", "counts"),
    [
        ("ex-DAF sectorisé", [12, 3, 11, 26]),
        ("Non sectorisés (ex-DAF et ex-OQN)", [10, 8, 24, 42]),
        ("Ensemble", [22, 11, 35, 68]),
    ],
)
def test_positions_are_counted_as_published(demo_book: Path, segment: str, counts: list[int]) -> None:
    found = line(demo_book, "Synthèse", "T_Positions", "Segment", segment)
    assert [found[f"{who} (ES)"] for who in ("Moins dotés", "Neutres", "Mieux dotés", "Ensemble")] == counts


def test_the_sheet_indices_agrees_with_the_counts(demo_book: Path) -> None:
    rows = plain.table(demo_book, "Indices", "T_Indices")
    sectorised = [row["Position"] for row in rows if row["Segment"] == "ex-DAF sectorisé"]
    others = [row["Position"] for row in rows if row["Segment"] != "ex-DAF sectorisé"]
    words = ("Moins doté", "Neutre", "Mieux doté")
    assert [[group.count(word) for word in words] for group in (sectorised, others)] == [[12, 3, 11], [10, 8, 24]]


@pytest.mark.parametrize(
    ("segment", "header", "millions"),
    [
        ("Ensemble", "Besoin (€)", 88.0),
        ("ex-DAF sectorisé", "Besoin (€)", 85.0),
        ("Ensemble", "Objectif (€)", 44.0),
        ("Ensemble", "Objectif par an (€)", 8.8),
        ("ex-DAF sectorisé", "Objectif par an (€)", 8.5),
    ],
)
def test_needs_and_objectives_are_those_published(demo_book: Path, segment: str, header: str, millions: float) -> None:
    assert round(line(demo_book, "Synthèse", "T_Positions", "Segment", segment)[header] / M, 1) == millions


def test_the_capacity_is_47_million_in_5_years_and_covers_the_objective(demo_book: Path) -> None:
    last = plain.table(demo_book, "Synthèse", "T_Annees")[-1]
    assert (last["Année"], round(last["Capacité cumulée (€)"] / M, 1)) == (2028, 47.0)
    assert last["Capacité cumulée (€)"] > last["Objectif (€)"]


def test_gaps_weigh_10_to_15_percent_and_the_weighting_under_1_percent(demo_book: Path) -> None:
    gaps = line(demo_book, "Contrôles", "T_Controles", "Contrôle", "Poids des écarts dans la DOT. POP.")
    assert 0.10 <= gaps["Trouvé"] <= 0.15
    impacts = plain.column(demo_book, "Population pondérée", "T_Impact", "Impact (%)")
    assert impacts
    assert all(0 < impact < 0.01 for impact in impacts)


def test_no_control_is_an_anomaly_or_to_be_looked_at(demo_book: Path) -> None:
    rows = plain.table(demo_book, "Contrôles", "T_Controles")
    assert len(rows) > 30
    assert [row for row in rows if row["Verdict"] not in ("Conforme", "Information")] == []


def test_every_year_adds_up_to_the_cent(demo_book: Path) -> None:
    rows = plain.table(demo_book, "Trajectoire", "T_Trajectoire")
    measures = plain.table(demo_book, "Trajectoire", "T_Mesures")
    cents: dict[int, int] = {}
    for row in rows:
        cents[row["Année"]] = cents.get(row["Année"], 0) + round(100 * row["Dotation (€)"])
    for year in range(2024, 2029):
        given = sum(round(100 * row["Réparti (€)"]) for row in measures if row["Année"] == year)
        assert cents[year] - cents[year - 1] == given


def test_nobody_loses_under_catch_up(demo_book: Path) -> None:
    rows = plain.table(demo_book, "Trajectoire", "T_Trajectoire")
    by_hospital: dict[str, list[float]] = {}
    for row in rows:
        by_hospital.setdefault(row["FINESS"], []).append(row["Dotation (€)"])
    assert len(by_hospital) == 68
    assert all(money == sorted(money) for money in by_hospital.values())


def test_every_result_cell_holds_a_value(demo_book: Path) -> None:
    book = openpyxl.load_workbook(demo_book)
    formulas = [
        f"{sheet.name}!{cell.coordinate}"
        for sheet in PSYCHIATRIE.sheets
        for row in book[sheet.name].iter_rows()
        for cell in row
        if cell.data_type in "fe"
    ]
    assert formulas == []


def test_the_tile_map_shows_the_twelve_departements_with_index_and_words(demo_book: Path) -> None:
    sheet = openpyxl.load_workbook(demo_book, data_only=True)["Synthèse"]
    groups = plain.table(demo_book, "Indices", "T_IndicesGroupes")
    wanted = {f"{row['Groupe']} {row['Nom']}": row["Indice"] for row in groups if row["Regroupement"] == "Département"}
    found = {}
    for row in sheet.iter_rows(49, 66, 2, 6):
        for cell in row:
            if cell.value in wanted:
                found[cell.value] = sheet.cell(cell.row + 1, cell.column).value
                assert sheet.cell(cell.row + 2, cell.column).value in ("▼ Moins doté", "● Neutre", "▲ Mieux doté")
    assert found == wanted
    assert len(found) == 12


def test_charts_show_whole_tables(demo_book: Path) -> None:
    sheet = openpyxl.load_workbook(demo_book)["Synthèse"]
    shown = {series.val.numRef.f for chart in sheet._charts for part in chart._charts for series in part.ser}
    last_rows = {(reference.partition("!")[0].strip("'"), reference.rpartition("$")[2]) for reference in shown}
    assert last_rows == {("Indices", "73"), ("Synthèse", "76")}  # 68 hospitals from row 6, 6 years from row 71


def test_no_finess_of_the_demonstration_lost_a_zero(demo_book: Path) -> None:
    codes = plain.column(demo_book, "Établissements", "T_Etablissements", "FINESS")
    assert len(codes) == len(set(codes)) == 68
    assert {type(code) for code in codes} == {str}
    assert {len(code) for code in codes} == {9}
    assert [code for code in codes if code.startswith("0")]

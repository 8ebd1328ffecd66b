"""Where differences come from: data, hypotheses, money by hand; hospitals of one scenario; what cannot be split is said."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
from cases import region_book, small_smr
from cases.small_region import H1, N1, O1
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dotpop_addin.actions import Calculation, check
from dotpop_addin.books.file import FileBook
from dotpop_addin.comparison.explaining import PARTS, Explained, explain
from dotpop_addin.declarations.origins import ORIGINS, Origin
from dotpop_addin.declarations.psychiatrie import PSYCHIATRIE
from dotpop_addin.region import FIELDS, frame_of
from dotpop_addin.scenarios import choose

Dotpop = Callable[..., tuple[int, str, str]]
Cells = Mapping[tuple[str, str, str], Any]
O2 = "010000005"
LETTERS = ("A", "B")


def varied(
    path: Path, choices: Sequence[str] = (), cells: Cells | None = None, lines: Mapping[str, Any] | None = None
) -> FileBook:
    """The region with other hypotheses, with numbers of columns multiplied (key "" for all lines), with lines added."""
    book = FileBook(path)
    if choices:
        choose(book, choices)
    for (name, key, column), factor in (cells or {}).items():
        block, table = read(book, name), PSYCHIATRIE.tables[name]
        place = block.headers.index(table.column(column).header if column in {one.name for one in table.columns} else column)
        for row, line in enumerate(block.rows):
            if line[0] and key in ("", line[0]):
                book.write_cells(block.sheet, {block.address(row, place): line[place] * factor})
    for name, added in (lines or {}).items():
        block = read(book, name)
        kept = [line for line in block.rows if line[0]]
        book.write(block.sheet, PSYCHIATRIE.tables[name].excel, block.headers, [*kept, *added], below=True)
    return book


def read(book: FileBook, name: str) -> Any:
    block = book.read(PSYCHIATRIE.sheet_of[name].name, PSYCHIATRIE.tables[name].excel)
    assert block is not None
    return block


@pytest.fixture(scope="module")
def small(_small: Path) -> Path:
    """The workbook of the small region. Not to be written."""
    return _small


@pytest.fixture(scope="module")
def first(small: Path) -> Calculation:
    return check(FileBook(small))


def parts_of(found: Explained, finess: str, quantity: str = "index") -> dict[str, float]:
    change, place = found.changes[quantity], found.finess.index(finess)
    return {name: float(change.parts[name][place]) for name in PARTS}


@pytest.mark.parametrize("field", FIELDS)
def test_every_input_table_is_of_an_origin(field: str) -> None:
    inputs = {table.name: {column.name for column in table.columns} for table in FIELDS[field].tables_of("input")}
    assert set(inputs) - set(ORIGINS) == set()
    named = [name.split(".") for name in ORIGINS if "." in name and name.split(".")[0] in inputs]
    assert [name for name in named if name[1] not in inputs[name[0]]] == []


def test_nothing_is_of_an_origin_that_is_no_input() -> None:
    known = {table.name for field in FIELDS.values() for table in field.tables_of("input")}
    assert {name.partition(".")[0] for name in ORIGINS} == known


ONE_ORIGIN = [
    pytest.param([], {("hospitals", H1, "allocation"): 1.5}, Origin.MONEY, id="an allocation is money"),
    pytest.param(["IDX_MOYENNE_SECT=120"], {}, Origin.HYPOTHESES, id="a mean given is a hypothesis"),
    pytest.param([], {("forms", "TP", "weight"): 2}, Origin.HYPOTHESES, id="the weight of a form is a hypothesis"),
    pytest.param([], {("activity", H1, "volume"): 1.25}, Origin.DATA, id="activity is data"),
    pytest.param([], {("territories", "Z1", "adults"): 2}, Origin.DATA, id="populations are data"),
    pytest.param([], {("indicator_values", "Z1", "CHOMAGE"): 1.1}, Origin.DATA, id="values of indicators are data"),
]


@pytest.mark.parametrize(("choices", "cells", "origin"), ONE_ORIGIN)
def test_a_change_of_one_origin_alone_is_wholly_its_own(
    choices: list[str], cells: Cells, origin: Origin, first: Calculation, small: Path
) -> None:
    found = explain(first, check(varied(small, choices, cells)), LETTERS)
    change = found.changes["index"]
    assert np.abs(change.gap).max() > 1e-3
    assert change.parts[origin].tolist() == pytest.approx(change.gap.tolist(), abs=1e-12)
    assert {name for name in PARTS if np.abs(change.parts[name]).max() > 0} == {origin}


def test_an_envelope_moves_the_theoretical_allocation_and_no_index(first: Calculation, small: Path) -> None:
    found = explain(first, check(varied(small, [], {("envelope", "", "amount"): 1.1})), LETTERS)
    assert (found.changes["index"].gap == 0).all()
    assert (found.changes["target"].parts[Origin.MONEY] == found.changes["target"].gap).all()
    assert (found.changes["target"].gap > 0).all()


def test_two_origins_share_the_change_and_the_third_has_nothing(first: Calculation, small: Path) -> None:
    """Sectorised, mean given, allocation × 1.5, populations × 2: I × 3/4. Money (1/2 + 1/4) / 2, data −(1/2 + 3/4) / 2."""
    start = check(varied(small, ["IDX_MOYENNE_SECT=100"]))
    cells = {("hospitals", H1, "allocation"): 1.5, ("territories", "", "adults"): 2, ("territories", "", "minors"): 2}
    found = explain(start, check(varied(small, ["IDX_MOYENNE_SECT=100"], cells)), LETTERS)
    before = float(found.changes["index"].before[found.finess.index(H1)])
    told = {Origin.MONEY: 3 / 8 * before, Origin.DATA: -5 / 8 * before, Origin.HYPOTHESES: 0, "perimeter": 0}
    assert parts_of(found, H1) == pytest.approx(told, abs=1e-12)


def test_three_origins_by_hand(first: Calculation, small: Path) -> None:
    """I = D / (P μ) with D × 3, P × 2, μ × 2: of −I/4, money 7/6 of I, data and hypotheses −17/24 each."""
    start = check(varied(small, ["IDX_MOYENNE_SECT=100"]))
    cells = {("hospitals", H1, "allocation"): 3, ("territories", "", "adults"): 2, ("territories", "", "minors"): 2}
    found = explain(start, check(varied(small, ["IDX_MOYENNE_SECT=200"], cells)), LETTERS)
    before = float(found.changes["index"].before[found.finess.index(H1)])
    told = {Origin.MONEY: 7 / 6 * before, Origin.DATA: -17 / 24 * before, Origin.HYPOTHESES: -17 / 24 * before}
    assert parts_of(found, H1) == pytest.approx(told | {"perimeter": 0}, abs=1e-12)
    assert parts_of(found, H1, "mean") == pytest.approx(dict.fromkeys(PARTS, 0) | {Origin.HYPOTHESES: 100})


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.floats(0.8, 1.25), min_size=4, max_size=4), st.floats(0.5, 2), st.floats(60, 200))
def test_the_parts_always_add_up_to_the_change(first: Calculation, money: list[float], people: float, mean: float) -> None:
    region = first.region
    reads = dict(region.reads)
    for name, column, factors in (("hospitals", "allocation", money), ("territories", "adults", [people, 1.0, people])):
        own = reads[name].columns[column]
        columns = reads[name].columns | {column: [one * by for one, by in zip(own, factors, strict=True)]}
        reads[name] = replace(reads[name], columns=columns)
    hypotheses = replace(region.hypotheses, mean_sectorised=mean)
    other = replace(region, reads=reads, hypotheses=hypotheses)
    tables = replace(region.tables, **{name: frame_of(reads[name]) for name in ("hospitals", "territories")})
    found = explain(first, Calculation(other, region.field.chain.run(tables, hypotheses)), LETTERS)
    for change in found.changes.values():
        scale = max(1.0, float(np.abs(change.after).max()))
        assert np.sum(list(change.parts.values()), axis=0) == pytest.approx(change.gap, abs=1e-12 * scale)
        assert (change.parts["perimeter"] == 0).all()


def twin(path: Path) -> FileBook:
    """The region with a second ex-OQN hospital, of the same activity and half the allocation."""
    hospital = [O2, "Clinique Cinq", "ex-OQN", "01", "FHP", "Privé lucratif", 30_000]
    activity = [[O2, "Z1", "Adultes", "CMP", 30], [O2, "Z2", "Mineurs", "CMP", 15]]
    return varied(path, lines={"hospitals": [hospital], "activity": activity})


def test_a_hospital_of_one_scenario_is_told_and_what_it_does_to_the_others_is_the_perimeter(
    first: Calculation, small: Path
) -> None:
    """With a twin of half its allocation: 60 000 / (P/2) over 90 000 / P = 4/3; alone: 1."""
    found = explain(check(twin(small)), first, LETTERS)
    assert found.only == ([O2], [])
    assert O2 not in found.finess
    assert parts_of(found, O1) == pytest.approx(dict.fromkeys(PARTS, 0) | {"perimeter": -1 / 3}, abs=1e-12)
    assert parts_of(found, N1) == pytest.approx(dict.fromkeys(PARTS, 0), abs=1e-12)  # another segment


def poorer(path: Path) -> FileBook:
    """The region with another indicator, and its values."""
    book = varied(path, cells={("indicators", "", "weight"): 0.5})
    book = varied_lines(book, "indicators", [["PAUVRETE", "Taux de pauvreté", 0.5, "Accroît le besoin", "%", "inventé"]])
    block = read(book, "indicator_values")
    rows = [[*line, 10 + place] for place, line in enumerate(block.rows) if line[0]]
    book.write(block.sheet, PSYCHIATRIE.tables["indicator_values"].excel, [*block.headers, "PAUVRETE"], rows, below=True)
    return book


def varied_lines(book: FileBook, name: str, added: list[list[Any]]) -> FileBook:
    block = read(book, name)
    kept = [line for line in block.rows if line[0]]
    book.write(block.sheet, PSYCHIATRIE.tables[name].excel, block.headers, [*kept, *added], below=True)
    return book


def coded(path: Path) -> FileBook:
    """The region with another form, and activity of it."""
    form, activity = ["HDJ", "Hôpital de jour", "Partielle", "File active", 3, 2], [H1, "Z1", "Adultes", "HDJ", 4]
    return varied(path, lines={"forms": [form], "activity": [activity]})


def historical(path: Path) -> FileBook:
    """The region that shares by amounts of the past, which it gives."""
    amounts = [["ex-DAF sectorisé", 160_000], ["ex-DAF non sectorisé", 90_000], ["ex-OQN", 60_000]]
    return varied(path, ["ENV_HISTORIQUE=montants saisis"], lines={"history": amounts})


IMPOSSIBLE = [
    pytest.param(
        poorer,
        "Données de A, hypothèses de B, argent de A : Code PAUVRETE du tableau « Indicateurs de besoin retenus », absent du "
        "tableau « Valeurs par territoire (une colonne par code d'indicateur) ».",
        id="an indicator without values in the other",
    ),
    pytest.param(
        coded,
        "Données de B, hypothèses de A, argent de A : Code HDJ du tableau « Activité par établissement, territoire de "
        "résidence, âge et forme », absent du tableau « Formes d'activité et poids ».",
        id="activity of a form that the other does not know",
    ),
    pytest.param(historical, "Données de A, hypothèses de B, argent de A : ", id="what the model refuses"),
]


@pytest.mark.parametrize(("build", "told"), IMPOSSIBLE)
def test_a_hybrid_that_cannot_be_computed_is_told_and_nothing_is_split(
    build: Callable[[Path], FileBook], told: str, first: Calculation, small: Path
) -> None:
    found = explain(first, check(build(small)), LETTERS)
    assert found.changes == {}
    assert len(found.reasons) == 1
    assert found.reasons[0].startswith(told), found.reasons


def lines(path: Path, sheet: str) -> list[list[Any]]:
    rows = openpyxl.load_workbook(path)[sheet].iter_rows(values_only=True)
    return [list(row) for row in rows if any(cell is not None for cell in row)]


def test_the_sheets_say_it_in_sentences_then_hospital_by_hospital(small_book: Path, tmp_path: Path, dotpop: Dotpop) -> None:
    other, target = tmp_path / "autre.xlsx", tmp_path / "comparaison.xlsx"
    varied(small_book, ["ENV_MARGE=1 %"], {("hospitals", H1, "allocation"): 2}).save(other)
    assert dotpop("compare", small_book, other, "--out", target)[0] == 0
    book = openpyxl.load_workbook(target)
    assert book.sheetnames[1:4] == ["Origine des écarts", "Origine, indices", "Origine, dotations"]
    told = [str(line[0]) for line in lines(target, "Origine des écarts")]
    assert [text for text in told if text.startswith("•")][1:] == ["• les données : rien.", "• les hypothèses : rien."]
    assert any(text.startswith("• l'argent : ") and text.endswith("soit 100\xa0%.") for text in told)
    assert any(text.startswith("CH Deux (010000002) bouge le plus") and "d'abord par l'argent" in text for text in told)
    assert len(book["Origine des écarts"]._charts) == 1
    body = [line for line in lines(target, "Origine, indices") if str(line[0]).isdigit()]
    assert len(body) == 4
    assert all(line[5] == pytest.approx(line[4] - line[3]) == pytest.approx(sum(line[6:9])) for line in body)
    amounts = [line for line in lines(target, "Origine, dotations") if str(line[0]).isdigit()]
    assert all(line[7] == pytest.approx(sum(line[8:11])) for line in amounts)
    assert max(abs(line[9]) for line in amounts) > 0  # the margin is a hypothesis


def test_the_sheets_show_a_hospital_of_one_scenario_without_inventing_the_other(
    small_book: Path, tmp_path: Path, dotpop: Dotpop
) -> None:
    twin(small_book).save(tmp_path / "deux.xlsx")
    target = tmp_path / "comparaison.xlsx"
    assert dotpop("compare", small_book, tmp_path / "deux.xlsx", "--out", target)[0] == 0
    told = [str(line[0]) for line in lines(target, "Origine des écarts")]
    assert f"Seulement dans B, sans écart à expliquer : Clinique Cinq ({O2})." in told
    (alone,) = [line for line in lines(target, "Origine, indices") if line[0] == O2]
    assert alone[3:] == [None, pytest.approx(2 / 3), *[None] * 5]
    heads = next(line for line in lines(target, "Origine, indices") if line[0] == "FINESS")
    assert heads[-1] == "Indice, périmètre"


def test_a_pair_without_a_split_says_so_and_the_others_have_theirs(small_book: Path, tmp_path: Path, dotpop: Dotpop) -> None:
    poorer(small_book).save(tmp_path / "plus.xlsx")
    varied(small_book, ["IDX_MOYENNE_SECT=120"]).save(tmp_path / "essai.xlsx")
    target = tmp_path / "comparaison.xlsx"
    assert dotpop("compare", small_book, tmp_path / "plus.xlsx", tmp_path / "essai.xlsx", "--out", target)[0] == 0
    names = openpyxl.load_workbook(target).sheetnames
    assert names[1:5] == ["Origine des écarts B", "Origine des écarts C", "Origine, indices C", "Origine, dotations C"]
    told = [str(line[0]) for line in lines(target, "Origine des écarts B")]
    assert told[3].startswith("Le partage des écarts n'est pas calculable ; rien n'est approché.")
    assert "Code PAUVRETE" in told[4]
    assert len(told) == 6


def test_equal_scenarios_have_nothing_to_split(small_book: Path, tmp_path: Path, dotpop: Dotpop) -> None:
    varied(small_book).save(tmp_path / "même.xlsx")
    target = tmp_path / "comparaison.xlsx"
    assert dotpop("compare", small_book, tmp_path / "même.xlsx", "--out", target)[0] == 0
    assert ["Aucun indice ne change (4 établissements)."] in [line[:1] for line in lines(target, "Origine des écarts")]


def smr_region(*choices: str) -> Calculation:
    """The small region of SMR, whose paediatric hospital cares for adults here."""
    tables = small_smr.changed(small_smr.tables(), "activity", small_smr.P, age="adults")
    book = region_book.filled("smr", tables)
    if choices:
        choose(book, choices)
    return check(book)


def test_a_hospital_that_the_hypotheses_of_one_set_aside_is_not_split_and_the_others_are() -> None:
    found = explain(smr_region(), smr_region("PED_HORS_PARTAGE=NON"), LETTERS)
    change = found.changes["index"]
    assert [code for code, part in zip(found.finess, change.parts["data"], strict=True) if np.isnan(part)] == [small_smr.P]
    assert np.abs(change.gap[:-1]).max() > 0.01
    assert change.parts[Origin.HYPOTHESES][:-1] == pytest.approx(change.gap[:-1], abs=1e-12)

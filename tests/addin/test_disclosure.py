"""Levels of disclosure: what leaves at each, and readers who look for what does not in all that is left."""

import sys
from collections.abc import Iterator
from dataclasses import fields, replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
from cases import small_region
from cases.recovering import given_away
from hypothesis import given, settings
from hypothesis import strategies as st

from dotpop_addin import disclosure
from dotpop_addin.actions import check
from dotpop_addin.books.file import FileBook
from dotpop_addin.disclosure import ANYBODY, Disclosure, Reader, Reading
from dotpop_addin.levels import FIGURE_OF, MEANINGS, Level
from dotpop_addin.problems import ProblemsFound
from dotpop_model.chain import run
from dotpop_model.disclosure import SECRET, SHOWN, STATE
from dotpop_model.smr import SmrResults, SmrTables
from dotpop_model.stages.index import group_indices, ranking
from dotpop_model.stages.summary import positions
from dotpop_model.tables import Frame, Results, Tables
from dotpop_model.vocabulary import Position
from workbook_templates.demo_psychiatrie import demonstration

HYPOTHESES = small_region.assumptions()
MINIMUM, THRESHOLD = 3, 11
AMOUNTS = ("allocation", "population", "gap", "need", "per_head", "target")


@cache
def calculated() -> tuple[Tables, Results]:
    """The demonstration region and its results."""
    tables = demonstration()
    return tables, run(tables, HYPOTHESES)


def reading(level: Level, reader: Reader = ANYBODY) -> Reading:
    """The demonstration region as a reader may have it."""
    tables, results = calculated()
    return Disclosure(tables, results, level, MINIMUM, THRESHOLD).to(reader)


def left(found: Reading) -> dict[str, Frame]:
    """Every table that a writer is given."""
    inputs = {one.name: getattr(found.tables, one.name) for one in fields(found.tables)}
    return inputs | found.results.frames()


def values(found: Reading) -> Iterator[object]:
    """Every value that a writer is given."""
    for frame in left(found).values():
        for name in frame.names:
            yield from frame[name].tolist()


FEDERATIONS = ("FHF", "FEHAP", "FHP", "UGECAM", "Autre")
HOSPITAL = "699900117"


@pytest.mark.parametrize(
    ("level", "reader", "table", "lines"),
    [
        pytest.param(Level.TOTAUX, ANYBODY, "positions", 1, id="totals hold the whole region only"),
        pytest.param(Level.TOTAUX, ANYBODY, "split", 4, id="totals hold the envelope without its segments"),
        pytest.param(Level.TOTAUX, ANYBODY, "group_indices", 0, id="totals hold no category"),
        pytest.param(Level.TOTAUX, ANYBODY, "weighted_population", 0, id="totals hold no territory"),
        pytest.param(Level.TOTAUX, ANYBODY, "indices", 0, id="totals hold no hospital"),
        pytest.param(Level.TOTAUX, Reader(federation="FHF"), "indices", 0, id="a federation has no member in the totals"),
        pytest.param(Level.TOTAUX, Reader(finess=HOSPITAL), "indices", 1, id="a hospital sees itself at any level"),
        pytest.param(Level.TOTAUX, Reader(finess=HOSPITAL), "ranking", 1, id="a hospital sees its own place at any level"),
        pytest.param(Level.TOTAUX, Reader(finess=HOSPITAL), "hospitals", 1, id="a hospital has its own line of inputs"),
        pytest.param(Level.TOTAUX, Reader(finess=HOSPITAL), "trajectory", 6, id="a hospital has its own trajectory"),
        pytest.param(Level.CATEGORIE, ANYBODY, "positions", 5, id="categories hold the segments"),
        pytest.param(Level.CATEGORIE, ANYBODY, "flows", 0, id="categories hold no flow of a hospital"),
        pytest.param(Level.CATEGORIE, ANYBODY, "hospitals", 0, id="categories hold no hospital among the inputs"),
        pytest.param(Level.CATEGORIE, ANYBODY, "ranking", 0, id="categories hold no place"),
        pytest.param(Level.CATEGORIE, ANYBODY, "specific", 0, id="categories hold no specific activity"),
        pytest.param(Level.FEDERATION, Reader(federation="FHF"), "indices", 23, id="a federation has its members"),
        pytest.param(Level.FEDERATION, ANYBODY, "indices", 0, id="without being a federation nobody has members"),
        pytest.param(Level.FEDERATION, ANYBODY, "ranking", 68, id="at the federations' level every place is there"),
        pytest.param(Level.ETABLISSEMENT, ANYBODY, "indices", 68, id="by hospital means all of them"),
        pytest.param(Level.ETABLISSEMENT, ANYBODY, "activity", 0, id="by hospital holds no patient"),
        pytest.param(Level.COMPLET, ANYBODY, "activity", 0, id="in full, patients come by tables only"),
    ],
)
def test_what_is_left_by_level(level: Level, reader: Reader, table: str, lines: int) -> None:
    assert len(left(reading(level, reader))[table]) == lines


def test_every_table_of_the_region_has_its_kind_of_figure() -> None:
    every = {one.name for one in (*fields(SmrTables), *fields(SmrResults))}
    assert set(FIGURE_OF) == every


def test_every_level_says_what_it_adds() -> None:
    assert list(MEANINGS) == list(Level)


def test_a_level_admits_all_that_those_before_it_admit() -> None:
    sizes = [{name: len(frame) for name, frame in left(reading(level)).items()} for level in Level]
    shrunk = [name for before, after in pairwise(sizes) for name in before if after[name] < before[name]]
    assert shrunk == []


READERS = [ANYBODY, Reader(finess=HOSPITAL), *(Reader(federation=name) for name in FEDERATIONS)]


@pytest.mark.parametrize("reader", READERS, ids=str)
@pytest.mark.parametrize("level", [Level.TOTAUX, Level.CATEGORIE, Level.FEDERATION], ids=lambda level: level.name)
def test_nothing_of_the_other_hospitals_is_left_anywhere(level: Level, reader: Reader) -> None:
    tables, results = calculated()
    own = reader.owns(tables.hospitals, members=level >= Level.FEDERATION)
    others = results.indices.where(~own)
    kept = set(values(reading(level, reader)))
    names = {text for column in ("finess", "name") for text in others.texts(column)}
    names -= set(results.indices.where(own).texts("name"))
    amounts = {value for column in AMOUNTS for value in others[column].tolist() if value}
    assert not names & kept
    assert not amounts & kept


def test_the_places_of_others_have_no_name() -> None:
    ranking = reading(Level.FEDERATION, Reader(federation="FEHAP")).results.ranking
    tables, _ = calculated()
    named = [name for name in ranking["name"].tolist() if name is not None]
    assert sorted(named) == sorted(tables.hospitals.where(tables.hospitals["federation"] == "FEHAP").texts("name"))


def printed_groups(results: Results, indices: Frame) -> Iterator[np.ndarray]:
    """The hospitals that each printed amount adds up."""
    everyone = np.ones(len(indices), dtype=bool)
    segments = np.array(indices.texts("segment"))
    members = {
        "all": everyone,
        "non_sectorised_total": segments != "sectorised",
        **{one: segments == one for one in ("sectorised", "non_sectorised", "oqn")},
    }
    for row in results.positions.records():
        yield members[row["segment"]]
        for position in map(str, Position):
            if not np.isnan(row[f"allocation_{position}"]):
                yield members[row["segment"]] & (indices["position"] == position)
    for row in results.group_indices.records():
        yield np.array(indices.texts(row["kind"])) == row["group"]
    if "ex_daf" in results.split.texts("step"):
        yield segments != "oqn"


@pytest.mark.parametrize("reader", READERS, ids=str)
@pytest.mark.parametrize("level", [Level.TOTAUX, Level.CATEGORIE, Level.FEDERATION], ids=lambda level: level.name)
def test_no_combination_of_totals_gives_a_hospital_away(level: Level, reader: Reader) -> None:
    tables, results = calculated()
    known = reader.owns(tables.hospitals, members=level >= Level.FEDERATION) & (not reader.finess)
    groups = list(printed_groups(reading(level, reader).results, results.indices))
    assert given_away(groups, known) == []


def test_the_attack_finds_what_is_not_protected() -> None:
    _, results = calculated()
    assert given_away(list(printed_groups(results, results.indices)), np.zeros(len(results.indices), dtype=bool))


@st.composite
def regions(draw: st.DrawFn) -> tuple[Tables, Results]:
    """The demonstration with its first hospitals put in other groups."""
    tables, results = calculated()
    size = draw(st.integers(6, 14))
    first = np.arange(len(results.indices)) < size

    def texts(*words: str) -> list[str]:
        return draw(st.lists(st.sampled_from(words), min_size=size, max_size=size))

    changed = {
        "segment": texts("sectorised", "non_sectorised", "oqn"),
        "federation": texts("FHF", "FEHAP", "FHP", ""),
        "status": texts("Public", "Privé lucratif", ""),
        "departement": texts("01", "03"),
        "position": texts("under", "neutral", "over"),
    }
    kept = results.indices.where(first)
    indices = Frame({name: changed.get(name, kept[name]) for name in kept.names})
    hospitals = tables.hospitals.where(first)
    hospitals = Frame({name: changed.get(name, hospitals[name]) for name in hospitals.names})
    tables = replace(tables, hospitals=hospitals)
    found = {
        "group_indices": group_indices(tables, indices),
        "ranking": ranking(indices, HYPOTHESES),
        "positions": positions(indices, HYPOTHESES),
    }
    return tables, replace(results, indices=indices, **found)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(regions(), st.sampled_from([Level.TOTAUX, Level.CATEGORIE, Level.FEDERATION]), st.sampled_from(["", "FHF", "FHP"]))
def test_no_region_gives_a_hospital_away(region: tuple[Tables, Results], level: Level, federation: str) -> None:
    tables, results = region
    reader = Reader(federation=federation)
    known = reader.owns(tables.hospitals, members=level >= Level.FEDERATION)
    shown = Disclosure(tables, results, level, MINIMUM, THRESHOLD).to(reader).results
    if (~known).sum() >= MINIMUM:
        assert shown.positions.texts("segment")[-1] == "all"
        assert given_away(list(printed_groups(shown, results.indices)), known) == []


def test_where_too_few_hospitals_are_in_need_their_need_is_not_printed() -> None:
    tables = small_region.tables()  # one hospital in need, of 42 400 €
    results = run(tables, HYPOTHESES)
    shown = Disclosure(tables, results, Level.CATEGORIE, MINIMUM, THRESHOLD).anybody.results
    kept = {value for frame in shown.frames().values() for name in frame.names for value in frame[name].tolist()}
    assert results.positions["need"].tolist()[-1] == pytest.approx(42_400)
    assert not {results.positions["need"].tolist()[-1], results.years["objective"].tolist()[-1]} & kept


FORMS = [("finess", "territory", "age", "form"), ("finess", "form"), ("finess",)]


def test_a_hospital_sees_its_small_counts() -> None:
    own = reading(Level.TOTAUX, Reader(finess=HOSPITAL))
    lines, *_ = own.counts(FORMS)
    assert set(lines[STATE].tolist()) == {SHOWN}
    assert set(lines.texts("finess")) == {HOSPITAL}
    assert len(lines) == len(own.tables.activity)


def test_a_federation_sees_its_members_without_their_small_counts() -> None:
    lines, *_ = reading(Level.FEDERATION, Reader(federation="UGECAM")).counts(FORMS)
    tables, _ = calculated()
    members = tables.hospitals.where(tables.hospitals["federation"] == "UGECAM").texts("finess")
    assert set(lines.texts("finess")) == set(members)
    assert SECRET in lines[STATE]
    assert np.nanmin(lines["volume"]) >= THRESHOLD


@pytest.mark.parametrize("level", [Level.TOTAUX, Level.CATEGORIE, Level.FEDERATION, Level.ETABLISSEMENT])
def test_nobody_else_sees_counts_below_the_full_level(level: Level) -> None:
    assert [len(table) for table in reading(level).counts(FORMS)] == [0, 0, 0]


def test_in_full_no_small_count_is_left_but_the_reader_s_own_is_kept_apart() -> None:
    found = reading(Level.COMPLET, Reader(finess=HOSPITAL))
    by_territory, _ = found.counts([("finess", "territory"), ("territory",)])
    assert np.nanmin(by_territory["volume"]) >= THRESHOLD
    assert set(found.tables.activity.texts("finess")) == {HOSPITAL}


# The hypotheses of a region


def chosen(book: Path, **values: Any) -> Path:
    """A workbook with other values of hypotheses."""
    workbook = openpyxl.load_workbook(book)
    sheet = workbook["Hypothèses"]
    for row in range(1, sheet.max_row + 1):
        code = sheet.cell(row, 2).value
        if code in values:
            sheet.cell(row, 4).value = values[code]
    workbook.save(book)
    return book


def test_threshold_and_smallest_group_are_those_of_the_region(small_book: Path) -> None:
    path = chosen(small_book, DIF_SEUIL=20, DIF_GROUPE=4, DIF_ZEROS="NON")
    found = disclosure.of(check(FileBook(path)), Level.CATEGORIE)
    assert (found.threshold, found.minimum, found.zeros_published, found.level) == (20, 4, False, Level.CATEGORIE)


@pytest.mark.parametrize(("code", "value"), [("DIF_SEUIL", 1), ("DIF_GROUPE", 2), ("DIF_SEUIL", 10.5)])
def test_a_value_that_would_protect_nothing_is_refused(small_book: Path, code: str, value: float) -> None:
    with pytest.raises(ProblemsFound, match="un nombre entier, au moins"):
        check(FileBook(chosen(small_book, **{code: value})))


def test_without_highspy_it_is_said_how_to_install_it(small_book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "highspy", None)
    with pytest.raises(ProblemsFound, match="pip install highspy"):
        disclosure.of(check(FileBook(small_book)), Level.TOTAUX)


@pytest.mark.parametrize("level", list(Level))
def test_a_level_is_found_by_the_word_that_users_write(level: Level) -> None:
    assert Level.named(level.word) is level

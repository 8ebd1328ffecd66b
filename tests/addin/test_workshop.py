"""The sheet Atelier: what it tries in a real LibreOffice is what the model gives with the same hypotheses, to the cent."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from cases import region_book
from cases.nasty import everything

from dotpop_addin import hypotheses as hypothesis_files
from dotpop_addin.actions import Calculation
from dotpop_addin.books.file import FileBook
from dotpop_addin.books.following import Bounds, bounds_of
from dotpop_addin.books.protocol import Value, column_letters, column_number
from dotpop_addin.declarations import workshop as at
from dotpop_addin.declarations.common import LEVELS, POSITIONS, POTS
from dotpop_addin.functions.registry import BY_NAME
from dotpop_addin.region import FIELDS
from dotpop_addin.workshop import CLEARED, prepare
from dotpop_model import chain
from dotpop_model.hypotheses import Hypotheses
from dotpop_model.tables import Frame, Tables

if TYPE_CHECKING:
    from cases.office import Office

Dotpop = Callable[..., tuple[int, str, str]]
FIELD = FIELDS["psychiatrie"]
REGION = ("Région", "84", "Démonstration (établissements inventés)")
CENTS = 0.05  # €: the years of the region are notified to the cent, those tried are not


# --- regions and their sheets -----------------------------------------------------------------------------------------


def some_departements() -> Tables:
    """Three départements of the demonstration, with their hospitals and the care that these give."""
    from workbook_templates.demo_psychiatrie import demonstration

    tables, kept = demonstration(), ("01", "42", "69")

    def within(frame: Frame, column: str, also: tuple[str, ...] = ()) -> Frame:
        return frame.where(np.array([text.startswith(kept) or text in also for text in frame.texts(column)]))

    hospitals = within(tables.hospitals, "territory")
    activity = within(tables.activity, "territory", ("HORS",))
    codes = {*hospitals.texts("finess"), "HORS"}
    return replace(
        tables,
        specific=tables.specific.where(np.zeros(len(tables.specific), dtype=bool)),
        hospitals=hospitals,
        territories=within(tables.territories, "territory"),
        indicator_values=within(tables.indicator_values, "territory"),
        activity=activity.where(np.array([code in codes for code in activity.texts("finess")])),
    )


@pytest.fixture(scope="module")
def medium(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A region of three départements, with every segment. Not to be changed."""
    path = tmp_path_factory.mktemp("medium") / "région.xlsx"
    region_book.filled(FIELD.code, some_departements(), REGION).save(path)
    return path


def choose(book: FileBook, choices: Mapping[str, Value]) -> None:
    """Writes choices on the sheet Hypothèses."""
    block = book.read("Hypothèses", "T_Hypotheses")
    assert block is not None
    codes, value = [line[block.headers.index("Code")] for line in block.rows], block.headers.index("Valeur")
    book.write_cells("Hypothèses", {block.address(codes.index(code), value): choice for code, choice in choices.items()})


class Written(FileBook):
    """A workbook that keeps what the macro wrote."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.cells: dict[str, Value] = {}
        self.written: dict[str, str] = {}

    def write_cells(self, sheet: str, cells: Mapping[str, Value]) -> None:
        super().write_cells(sheet, cells)
        self.cells |= cells if sheet == at.SHEET else {}

    def write_formulas(self, sheet: str, formulas: Mapping[str, str]) -> None:
        super().write_formulas(sheet, formulas)
        self.written |= formulas


# --- what an open sheet shows -----------------------------------------------------------------------------------------


class Opened:
    """A sheet Atelier open in LibreOffice, with the region it was prepared for."""

    def __init__(self, office: "Office", path: Path, calculation: Calculation) -> None:
        self.document = office.load(path)
        self.document.calculateAll()
        self.region = calculation.region

    def read(self, area: str, sheet: str = at.SHEET) -> list[list[Any]]:
        return [list(row) for row in self.document.Sheets.getByName(sheet).getCellRangeByName(area).getDataArray()]

    def column(self, letter: str, count: int) -> list[Any]:
        return [row[0] for row in self.read(f"{letter}{at.BODY_ROW}:{letter}{at.BODY_ROW + count - 1}")]

    @contextmanager
    def trying(self, cells: Mapping[str, Value], sheet: str = at.SHEET) -> Iterator[None]:
        """Writes cells as a user does, and takes them back."""
        before = {address: self.read(address, sheet)[0][0] for address in cells}
        self._put(cells, sheet)
        try:
            yield
        finally:
            self._put(before, sheet)

    def _put(self, cells: Mapping[str, Value], sheet: str) -> None:
        for address, value in cells.items():
            cell = self.document.Sheets.getByName(sheet).getCellRangeByName(address)
            cell.setValue(value) if isinstance(value, int | float) else cell.setString(value or "")

    def check(self, tables: Tables, hypotheses: Hypotheses) -> None:
        """Every territory, hospital, segment, impact and year is what the model gives."""
        results = self.region.field.chain.run(tables, hypotheses)
        self._check_territories(results.weighted_population)
        count = len(tables.hospitals)
        finess = self.column(at.HOSPITALS["finess"], count)
        order = [results.indices.texts("finess").index(code) for code in finess]
        assert sorted(order) == list(range(count))
        self._check_hospitals(results.indices, ("population", "allocation", "per_head", "mean", "index", "need"), order)
        labels = {word: label for label, word in POSITIONS.items()}
        wanted = [labels[results.indices.texts("position")[row]] for row in order]
        assert self.column(at.HOSPITALS["position"], count) == wanted
        net = [row for row in order if results.flows.texts("method")[row] != "contribution"]
        assert [order.index(row) for row in net] == [
            place for place, value in enumerate(self.column(at.HOSPITALS["rate"], count)) if value != ""
        ]
        for name, column in (("rate", "rate"), ("base", "territory_population")):
            found = [value for value in self.column(at.HOSPITALS[name], count) if value != ""]
            known = np.nan_to_num(results.flows.floats(column)[net])  # without correction, no rate: nought
            assert found == pytest.approx(known.tolist(), rel=1e-9, abs=1e-12), name
        self._check_impacts(results.impacts)
        years = hypotheses.horizon + 1
        found, wanted = self.years(at.TRAJECTORY_COLUMN, years), results.trajectory.floats("allocation")
        assert np.abs(np.array(found[:count], dtype=float) - wanted.reshape(-1, years)[order]).max() < CENTS

    def years(self, letter: str, years: int) -> list[list[Any]]:
        """The allocations by year of each hospital, from a column on."""
        last = column_letters(column_number(letter) + years - 1)
        return self.read(f"{letter}{at.BODY_ROW}:{last}{at.BODY_ROW + len(self.region.tables.hospitals) - 1}")

    def _check_territories(self, wanted: Frame) -> None:
        labels = {word: label for label, word in LEVELS.items()}
        assert self.column(at.TERRITORIES["territory"], len(wanted)) == wanted.texts("territory")
        assert self.column(at.TERRITORIES["level"], len(wanted)) == [labels[word] for word in wanted.texts("level")]
        columns = {"counted": "population", "index": "index", "weighted": "weighted_population"}
        for name, column in {**columns, "weighted_adults": "weighted_adults", "weighted_minors": "weighted_minors"}.items():
            found = self.column(at.TERRITORIES[name], len(wanted))
            assert found == pytest.approx(wanted.floats(column).tolist(), rel=1e-9, abs=1e-12), name

    def _check_hospitals(self, wanted: Frame, names: tuple[str, ...], order: list[int]) -> None:
        for name in names:
            found = self.column(at.HOSPITALS[name], len(order))
            assert found == pytest.approx(wanted.floats(name)[order].tolist(), rel=1e-9, abs=1e-4), name

    def _check_impacts(self, impacts: Frame) -> None:
        found = self.read(f"H{at.IMPACTS_ROW}:H{at.IMPACTS_ROW + len(impacts) - 1}")
        assert [row[0] for row in found] == pytest.approx(impacts.floats("impact").tolist(), rel=1e-9, abs=1e-12)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[Office]":
    from cases.office import Office

    from dotpop_addin.libreoffice.build import build

    extension = build(tmp_path_factory.mktemp("extension"))
    with Office() as office:
        office.install(str(extension))
        yield office


def opened(office: "Office", source: Path, target: Path, change: Callable[[FileBook], None] | None = None) -> Opened:
    """A region changed, its sheet prepared, open in LibreOffice."""
    book = FileBook(source)
    if change is not None:
        change(book)
    calculation = prepare(book)
    book.save(target)
    return Opened(office, target, calculation)


@pytest.fixture(scope="module")
def tried(office: "Office", medium: Path, tmp_path_factory: pytest.TempPathFactory) -> Opened:
    """The region with every segment, its sheet open; each test leaves it as it was."""
    return opened(office, medium, tmp_path_factory.mktemp("tried") / "atelier.xlsx")


# --- the region's own hypotheses, then others -------------------------------------------------------------------------


@pytest.mark.libreoffice
@pytest.mark.parametrize(("book", "hospitals"), [("demo_book", 68), ("smr_demo_book", 131)], ids=["psychiatry", "SMR"])
def test_the_demonstration_tried_with_its_own_hypotheses_is_the_region(
    office: "Office", book: str, hospitals: int, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    demo = opened(office, request.getfixturevalue(book), tmp_path / "atelier.xlsx")
    demo.check(demo.region.tables, demo.region.hypotheses)
    count = len(demo.region.tables.hospitals)
    assert count == hospitals
    for name in ("population", "allocation", "per_head", "mean", "index", "position", "need", "territory"):
        tried, known = (demo.column(columns[name], count) for columns in (at.HOSPITALS, at.REGION_HOSPITALS))
        assert tried == (known if isinstance(known[0], str) else pytest.approx(known, rel=1e-9, abs=1e-4)), name
    demo.document.close(True)


def d(code: str) -> str:
    """The cell where a hypothesis is tried."""
    return f"D{at.row_of(code)}"


TRIED: list[Any] = [
    pytest.param({f"IND_INTENSITE {level}": 0.5 for level in LEVELS}, id="half the intensity"),
    pytest.param({f"IND_INTENSITE {level}": 0 for level in LEVELS}, id="an intensity of nought"),
    pytest.param({"IND_METHODE": "écart réduit"}, id="z-scores"),
    pytest.param({"IND_RECENTRAGE": "NON"}, id="not recentred"),
    pytest.param({"POP_COEF_MINEURS": 2.35}, id="minors count more"),
    pytest.param({"POP_COEF_MINEURS": 0}, id="minors do not count"),
    pytest.param({"IDX_BORNE_BASSE": 0.9, "IDX_BORNE_HAUTE": 1.1}, id="wider bounds"),
    pytest.param({"IDX_BORNE_BASSE": 1, "IDX_BORNE_HAUTE": 1}, id="no neutral position"),
    pytest.param({"TRJ_SEUIL": 1}, id="a need as soon as under the mean"),
    pytest.param({"TRJ_SEUIL": 0}, id="no need at all"),
    pytest.param({"TRJ_MODULATION": 0.8}, id="more withheld"),
    pytest.param({"TRJ_GAMMA": 2.5}, id="more to the farthest"),
    pytest.param({"TRJ_GAMMA": 0}, id="in proportion to the needs"),
    pytest.param({"TRJ_PLAFOND": None}, id="no ceiling"),
    pytest.param({"TRJ_PLAFOND": 0.01}, id="a low ceiling"),
    pytest.param({"TRJ_LOGIQUE": "convergence"}, id="convergence"),
    pytest.param({"TRJ_LOGIQUE": "convergence", "TRJ_BAISSE_MAX": 0.03}, id="convergence with larger falls"),
    pytest.param({"TRJ_MOYENNE": "fixe"}, id="a fixed mean"),
    pytest.param({"TRJ_MOYENNE": "recalculée chaque année"}, id="means computed each year"),
    pytest.param({"TRJ_ELIGIBILITE": "réévalués chaque année"}, id="eligibility looked at each year"),
    pytest.param({"IDX_MOYENNE_SECT": 140}, id="a mean imposed on one segment"),
    pytest.param(
        {"IDX_MOYENNE_SECT": 120, "IDX_MOYENNE_NON_SECT": 9, "IDX_MOYENNE_OQN": 6}, id="a mean imposed on each segment"
    ),
    pytest.param(
        {"IND_METHODE": "écart réduit", "POP_COEF_MINEURS": 1.5, "IDX_MOYENNE_OQN": 7, "TRJ_SEUIL": 0.98, "TRJ_GAMMA": 2},
        id="several at once",
    ),
]


def with_tried(hypotheses: Hypotheses, tried: Mapping[str, Value]) -> Hypotheses:
    """The region's hypotheses with those tried."""
    declared = hypothesis_files.declared(FIELD.hypotheses_file)
    own = {code.partition(" ")[0]: value for code, value in tried.items()}
    changes = {declared[code].name: declared[code].parse(value) for code, value in own.items()}
    return replace(hypotheses, **changes, **({"minors_weighted": True} if "POP_COEF_MINEURS" in own else {}))


@pytest.mark.libreoffice
@pytest.mark.parametrize("choices", TRIED)
def test_a_hypothesis_tried_gives_what_the_model_gives(tried: Opened, choices: dict[str, Value]) -> None:
    with tried.trying({d(code): value for code, value in choices.items()}):
        tried.check(tried.region.tables, with_tried(tried.region.hypotheses, choices))


def with_column(frame: Frame, name: str, values: Any) -> Frame:
    return Frame({one: frame[one] for one in frame.names} | {name: values})


@pytest.mark.libreoffice
def test_weights_of_indicators_are_tried(tried: Opened) -> None:
    indicators = tried.region.tables.indicators
    first, second, *others = indicators.floats("weight")
    weights = [first + 0.1, second - 0.1, *others]
    other = replace(tried.region.tables, indicators=with_column(indicators, "weight", weights))
    with tried.trying({f"D{at.INDICATORS_ROW + place}": float(weight) for place, weight in enumerate(weights)}):
        tried.check(other, tried.region.hypotheses)


@pytest.mark.libreoffice
def test_weights_that_do_not_add_up_are_told_in_french_and_no_result_is_shown(tried: Opened) -> None:
    with tried.trying({f"D{at.INDICATORS_ROW}": 0.9}):
        told = "poids : la somme vaut 1,7 au lieu de 1. Corriger les poids."
        assert tried.column(at.TERRITORIES["index"], 2) == [told, told]
        for name in ("population", "per_head", "index", "position", "need"):
            found = tried.column(at.HOSPITALS[name], 3)
            assert not any(isinstance(value, float) or value in POSITIONS for value in found), (name, found)
        assert not isinstance(tried.column(at.TRAJECTORY_COLUMN, 1)[0], float)
    tried.check(tried.region.tables, tried.region.hypotheses)


@pytest.mark.libreoffice
def test_amounts_of_the_campaign_are_tried(tried: Opened) -> None:
    campaign, row = tried.region.tables.campaign, at.CAMPAIGN_ROW + 1
    core = [*campaign.floats("core_growth")]
    core[1] = 9_000_000.0
    with tried.trying({f"U{row}": core[1]}):
        tried.check(
            replace(tried.region.tables, campaign=with_column(campaign, "core_growth", core)), tried.region.hypotheses
        )


@pytest.mark.libreoffice
def test_the_hospital_chosen_has_its_own_line_and_years(tried: Opened) -> None:
    labels = tried.column(at.HOSPITALS["label"], len(tried.region.tables.hospitals))
    with tried.trying({at.CHOSEN: labels[5], d("TRJ_GAMMA"): 2}):
        lines, row = range(at.LINES_ROW, at.LINES_ROW + len(at.LINES)), at.BODY_ROW + 5
        for line, (_, name, shown) in zip(lines, at.LINES, strict=True):
            known, own, gap = tried.read(f"G{line}:I{line}")[0]
            columns = at.REGION_HOSPITALS[name], at.HOSPITALS[name]
            assert [known, own] == [tried.read(f"{letter}{row}")[0][0] for letter in columns], name
            assert gap == ("" if shown == "@" else pytest.approx(own - known, abs=1e-9)), name
        years = tried.region.hypotheses.horizon + 1
        known, own = (tried.years(letter, years)[5] for letter in (at.REGION_TRAJECTORY_COLUMN, at.TRAJECTORY_COLUMN))
        assert own != pytest.approx(known, abs=CENTS)
        assert tried.read(f"F{at.YEARS_ROW}:I{at.YEARS_ROW + years - 1}") == [
            [tried.region.hypotheses.base_year + year, known[year], own[year], pytest.approx(own[year] - known[year])]
            for year in range(years)
        ]


@pytest.mark.libreoffice
def test_an_input_changed_is_tried_at_once(tried: Opened) -> None:
    hospitals, block = tried.region.tables.hospitals, tried.region.reads["hospitals"].block
    money = [hospitals.floats("allocation")[0] + 1_000_000, *hospitals.floats("allocation")[1:]]
    cell = block.address(0, block.headers.index("Dotation hors ASR (€)"))
    with tried.trying({cell: float(money[0])}, block.sheet):
        tried.check(
            replace(tried.region.tables, hospitals=with_column(hospitals, "allocation", money)), tried.region.hypotheses
        )


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({}, id="ARA's choices"),
        pytest.param({"index_method": "zscore"}, id="z-scores"),
        pytest.param({"logic": "convergence", "floor": 0.03}, id="convergence"),
    ],
)
def test_the_last_digit_of_a_population_moves_no_money(changes: dict[str, Any]) -> None:
    """A spreadsheet adds up otherwise than numpy: a hospital brought to the mean must not fall on either side by chance."""
    region, choices = some_departements(), replace(hypothesis_files.defaults(FIELD), **changes)
    indices, random = chain.run(region, choices).indices, np.random.default_rng(1)
    wanted = chain.PSYCHIATRY.run_step("trajectory", region, choices, indices)["trajectory"].floats("allocation")
    for _ in range(10):
        noise = 1 + 1e-15 * random.integers(-3, 4, len(indices))
        other = with_column(indices, "population", indices["population"] * noise)
        found = chain.PSYCHIATRY.run_step("trajectory", region, choices, other)["trajectory"].floats("allocation")
        assert np.abs(found - wanted).max() < CENTS


# --- regions of other choices, each at its own hypotheses -------------------------------------------------------------


def chosen(**choices: Value) -> Callable[[FileBook], None]:
    return lambda book: choose(book, choices)


def without_indicators(book: FileBook) -> None:
    book.write("Indicateurs", "T_Indicateurs", FIELD.tables["indicators"].headers, [])
    territories = book.read("Territoires", "T_Territoires")
    assert territories is not None
    values_of_territories(book, [[line[0]] for line in territories.rows])


def values_of_territories(book: FileBook, rows: list[list[Any]], codes: Sequence[str] = ()) -> None:
    """Other values of indicators in the place of those that stand."""
    table = FIELD.tables["indicator_values"]
    block = book.read("Indicateurs", table.excel)
    assert block is not None
    book.clear("Indicateurs", f"{block.address(-1, 0)}:{block.address(len(block.rows) - 1, len(block.headers) - 1)}")
    book.write("Indicateurs", table.excel, [*table.headers, *codes], rows)


def pots_by_segment(book: FileBook) -> None:
    """A pot for each segment and one for all, years and segments in no order."""
    table = FIELD.tables["campaign"]
    rows = [
        [year, label, 1_000_000.0 + 1000 * place, 500_000.0 if place else 0.0, 250_000.0 * place]
        for year in (2028, 2024, 2026, 2025, 2027, 2029)
        for place, label in enumerate(reversed(POTS))
    ]
    book.write("Campagne", table.excel, table.headers, rows, below=True)


VARIANTS: list[Any] = [
    pytest.param(chosen(ENV_SEGMENTATION="NON"), id="no segments"),
    pytest.param(
        chosen(ENV_SEGMENTATION="NON", FLUX_AGES="NON", ACT_OQN_DIVISE="toujours", IDX_MOYENNE_ENSEMBLE=60),
        id="no segments, ages together, a mean imposed",
    ),
    pytest.param(
        chosen(FLUX_AGES="NON", FLUX_PERIMETRE="tous", FLUX_METHODE_SECT="contribution"),
        id="contribution among all hospitals, ages together",
    ),
    pytest.param(chosen(FLUX_PERIMETRE="tous"), id="contribution among all hospitals, by age"),
    pytest.param(chosen(FLUX_METHODE_SECT="aucune"), id="no flow correction"),
    pytest.param(chosen(FLUX_BASE="consommation des résidents"), id="flow rates on residents' care"),
    pytest.param(
        chosen(MAILLE_SECT="Département", FLUX_METHODE_SECT="contribution"),
        id="other levels of territories",
    ),
    pytest.param(chosen(POP_MINEURS="OUI"), id="minors count more"),
    pytest.param(
        chosen(IND_INTENSITE_MODE="calée sur un impact cible", IND_IMPACT_CIBLE=0.015), id="intensity aimed at an impact"
    ),
    pytest.param(without_indicators, id="no indicators"),
    pytest.param(chosen(TRJ_HORIZON=3, TRJ_LOGIQUE="convergence"), id="three years, convergence"),
    pytest.param(chosen(ACT_GRANULARITE="nature de prise en charge", ACT_METRIQUE="file active"), id="another metric"),
    pytest.param(pots_by_segment, id="pots by segment and for all"),
]


@pytest.mark.libreoffice
@pytest.mark.parametrize("change", VARIANTS)
def test_a_region_of_other_choices_is_tried_with_its_own(
    office: "Office", medium: Path, tmp_path: Path, change: Callable[[FileBook], None]
) -> None:
    variant = opened(office, medium, tmp_path / "atelier.xlsx", change)
    variant.check(variant.region.tables, variant.region.hypotheses)
    variant.document.close(True)


# --- the file ---------------------------------------------------------------------------------------------------------


def test_only_the_sheet_atelier_changes(small_book: Path, tmp_path: Path, dotpop: Dotpop) -> None:
    before, target = small_book.read_bytes(), tmp_path / "atelier.xlsx"
    status, told, errors = dotpop("atelier", small_book, "--out", target)
    assert (status, errors) == (0, "")
    assert told == f"Feuille Atelier prête dans {target} : l'ouvrir dans Excel ou LibreOffice avec les fonctions DOTPOP_.\n"
    assert small_book.read_bytes() == before
    found, wanted = everything(target), everything(small_book)
    assert list(found) == list(wanted)
    assert found.pop(at.SHEET)["values"] != wanted.pop(at.SHEET)["values"]
    assert found == wanted


def test_preparing_again_keeps_the_hospital_chosen_and_takes_the_values_tried_back(small_book: Path) -> None:
    first = Written(small_book)
    prepare(first)
    assert first.cells[at.CHOSEN] == "CH Un · 010000001"
    first.write_cells(at.SHEET, {at.CHOSEN: "Clinique Trois · 010000003", d("TRJ_GAMMA"): 9, d("TRJ_MOYENNE"): "fixe"})
    prepare(first)
    assert (first.cells[at.CHOSEN], first.cells[d("TRJ_GAMMA")]) == ("Clinique Trois · 010000003", 1)
    assert first.cells[d("TRJ_MOYENNE")] == "fixe et indexée sur la reconduction"
    first.write_cells(at.SHEET, {at.CHOSEN: "CH Parti · 990000009"})
    prepare(first)
    assert first.cells[at.CHOSEN] == "CH Un · 010000001"


def test_a_smaller_region_leaves_nothing_of_the_former(medium: Path, small_book: Path) -> None:
    """The sheet prepared where that of a larger region stood is the same as in a new workbook."""
    moved, alone = FileBook(medium), FileBook(small_book)
    choose(moved, {"FLUX_PERIMETRE": "tous"})
    prepare(moved)
    choose(moved, {"FLUX_PERIMETRE": "le segment"})
    for table in FIELD.tables_of("input"):
        block = alone.read(FIELD.sheet_of[table.name].name, table.excel)
        assert block is not None
        if table.name == "indicator_values":
            values_of_territories(moved, block.rows, block.headers[1:])
        else:
            moved.write(block.sheet, table.excel, block.headers, block.rows, below=True)
    for book in (moved, alone):
        prepare(book)
        book.write_cells(at.SHEET, {at.STATE: None})
        book.save(small_book.with_name(book.name))
    found, wanted = (everything(small_book.with_name(book.name))[at.SHEET]["values"] for book in (moved, alone))
    assert wanted[at.CHOSEN] == "CH Un · 010000001"
    assert len(wanted) > 400
    assert found == wanted


LIMITS = [
    pytest.param("BODY", 3, "4 établissements", id="too many hospitals"),
    pytest.param("INDICATORS", 0, "1 indicateurs", id="too many indicators"),
    pytest.param("CAMPAIGN", 4, "5 lignes de campagne", id="too many lines of campaign"),
    pytest.param("YEARS", 5, "6 années", id="too many years"),
]


@pytest.mark.parametrize(("limit", "most", "words"), LIMITS)
def test_what_the_sheet_cannot_hold_is_told_and_nothing_is_written(
    limit: str, most: int, words: str, small_book: Path, dotpop: Dotpop, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = small_book.read_bytes()
    monkeypatch.setattr(at, limit, most)
    status, told, errors = dotpop("atelier", small_book)
    assert (status, told) == (1, "")
    assert f"Feuille Atelier : {words} ; attendu : au plus {most} " in errors
    assert "Calculer sans l'Atelier" in errors
    assert small_book.read_bytes() == before


def damaged(path: Path, damage: Callable[[Any], object]) -> bytes:
    import openpyxl

    book = openpyxl.load_workbook(path)
    damage(book)
    book.save(path)
    return path.read_bytes()


REFUSED: list[Any] = [
    pytest.param(lambda book: book[at.SHEET].protection.enable(), "Feuille Atelier : feuille protégée", id="protected"),
    pytest.param(lambda book: book.remove(book[at.SHEET]), "feuille « Atelier » absente", id="taken away"),
    pytest.param(
        lambda book: book["Enveloppe"].__setitem__("B6", "n.d."), "Feuille Enveloppe, cellule B6", id="inputs not sound"
    ),
]


@pytest.mark.parametrize(("damage", "words"), REFUSED)
def test_a_sheet_that_cannot_be_prepared_is_told_and_nothing_is_written(
    damage: Callable[[Any], object], words: str, small_book: Path, dotpop: Dotpop
) -> None:
    before = damaged(small_book, damage)
    status, told, errors = dotpop("atelier", small_book)
    assert (status, told) == (1, "")
    assert words in errors
    assert small_book.read_bytes() == before


# --- its formulas and its places --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def largest(tmp_path_factory: pytest.TempPathFactory) -> Written:
    """As many hospitals and territories as the sheet allows: 498 ZIS, each with a hospital, and two that serve them all."""
    from cases import small_region

    zones, others = [f"Z{place:03}" for place in range(at.BODY - 2)], (at.BODY - 2, at.BODY - 1)
    codes = [f"01000{place:04}" for place in range(at.BODY)]
    tables = replace(
        small_region.tables(),
        envelope=Frame({"item": ["Notification"], "amount": [60_000_000.0]}),
        specific=Frame({"activity": [], "finess": [], "amount": []}),
        hospitals=Frame(
            {
                "finess": codes,
                "name": [f"Établissement {code}" for code in codes],
                "segment": ["sectorised"] * len(zones) + ["non_sectorised", "oqn"],
                "territory": [*zones, *zones[:2]],
                "federation": ["FHF"] * at.BODY,
                "status": ["Public"] * at.BODY,
                "allocation": [100_000.0] * at.BODY,
            }
        ),
        territories=Frame(
            {
                "territory": zones,
                "name": zones,
                "level": ["zis"] * len(zones),
                "parent": [None] * len(zones),
                "adults": [1000.0] * len(zones),
                "minors": [200.0] * len(zones),
            }
        ),
        indicator_values=Frame({"territory": zones, "CHOMAGE": [7.0] * len(zones)}),
        activity=Frame.from_rows(
            ["finess", "territory", "age", "form", "volume"],
            [
                (codes[place], zone, age, "CMP", 1000.0 if place == own else 10.0)
                for own, zone in enumerate(zones)
                for place in (own, *others)
                for age in ("adults", "minors")
            ],
        ),
    )
    path = tmp_path_factory.mktemp("large") / "grande.xlsx"
    region_book.filled(FIELD.code, tables, REGION).save(path)
    book = Written(path)
    choose(book, {"MAILLE_NON_SECT": "ZIS", "MAILLE_OQN": "ZIS"})
    prepare(book)
    return book


KNOWN = {"INDEX", "MATCH", "IF", "ISNUMBER", "TRANSPOSE"}


def test_formulas_use_what_both_programs_know_and_arrays_are_short_enough_for_excel(largest: Written) -> None:
    called = {name for formula in largest.written.values() for name in re.findall(r"([A-Z_.]+)\(", formula)}
    assert called <= KNOWN | set(BY_NAME)
    assert called & set(BY_NAME)
    assert {area: formula for area, formula in largest.written.items() if ":" in area and len(formula) > 255} == {}
    assert [formula for formula in largest.written.values() if '"' in formula] == []


def test_whatever_is_written_is_cleared_by_the_next_preparation(largest: Written) -> None:
    cleared = [bounds_of(area) for area in CLEARED]
    written = [*largest.cells, *largest.written]
    assert max(bounds_of(place)[3] for place in written) > at.BODY_ROW + 3 * at.BODY
    assert {place for place in written if not within(bounds_of(place), cleared)} == {at.CHOSEN, at.STATE}


def test_a_formula_stands_where_no_value_and_no_other_formula_does(largest: Written) -> None:
    taken: dict[tuple[int, int], str] = {}
    for place in [*largest.cells, *largest.written]:
        left, top, right, bottom = bounds_of(place)
        for cell in ((column, row) for column in range(left, right + 1) for row in range(top, bottom + 1)):
            assert cell not in taken, (place, taken[cell])
            taken[cell] = place


def within(area: Bounds, others: list[Bounds]) -> bool:
    return any(one[0] <= area[0] and one[1] <= area[1] and area[2] <= one[2] and area[3] <= one[3] for one in others)


def panels() -> dict[str, Bounds]:
    """The area of each panel with its header line, as declared."""
    rows = {
        "hypotheses": ("A", at.HYPOTHESES_ROW, "D", len(at.CODES)),
        "indicators": ("A", at.INDICATORS_ROW, "D", at.INDICATORS),
        "hospital chosen": ("F", at.LINES_ROW, "I", len(at.LINES)),
        "choice": ("F", int(at.CHOSEN[1:]) + 1, "I", 0),
        "years": ("F", at.YEARS_ROW, "I", at.YEARS),
        "segments": ("F", at.SEGMENTS_ROW, "I", at.SEGMENTS),
        "impacts": ("F", at.IMPACTS_ROW, "I", len(LEVELS)),
        "campaign": (at.CAMPAIGN_COLUMN, at.CAMPAIGN_ROW, "V", at.CAMPAIGN),
        "activity": (at.CARE_COLUMN, at.BODY_ROW, "ZZ", 2 * at.BODY),
    }
    wide = {at.INDICATOR_COLUMN: at.INDICATORS, at.TRAJECTORY_COLUMN: at.YEARS, at.REGION_TRAJECTORY_COLUMN: at.YEARS}
    for letter, width in wide.items():
        rows[letter] = (letter, at.BODY_ROW, column_letters(column_number(letter) + width - 1), at.BODY)
    for columns in (at.TERRITORIES, at.HOSPITALS, at.REGION_HOSPITALS, at.FLOWS):
        rows |= {f"{letter} {name}": (letter, at.BODY_ROW, letter, at.BODY) for name, letter in columns.items()}
    return {
        name: (column_number(left), top - 1, column_number(right), top + height - 1)
        for name, (left, top, right, height) in rows.items()
    }


def test_no_declared_place_lies_over_another() -> None:
    for (one, a), (other, b) in combinations(panels().items(), 2):
        apart = a[2] < b[0] or b[2] < a[0] or a[3] < b[1] or b[3] < a[1]
        assert apart, (one, other)


def test_every_hypothesis_of_the_sheet_is_declared_and_the_last_ones_are_those_of_the_function() -> None:
    from dotpop_addin.functions.bodies import PARAMETERS

    declared = hypothesis_files.declared(FIELD.hypotheses_file)
    assert {code.partition(" ")[0] for code in at.CODES} <= set(declared)
    assert len(at.CODES) == len(set(at.CODES))
    assert set(at.PARAMETERS) == set(PARAMETERS)
    assert at.row_of(at.PARAMETERS[0]) == at.parameters_row()

"""Fiches at each level: what is withheld, and a reader who knows its own figures and looks for those of the others."""

from dataclasses import replace
from functools import cache
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pytest
from cases.fiche_reader import Fiche, recalculated
from cases.recovering import Export, figures_of
from highspy import Highs

from dotpop_addin import synthese
from dotpop_addin.actions import Calculation, check
from dotpop_addin.books.file import FileBook
from dotpop_addin.fiches import write_all
from dotpop_addin.levels import Level
from dotpop_addin.problems import ProblemsFound
from dotpop_addin.region import read_region
from dotpop_model import chain
from dotpop_model.stages.activity import counted_forms, counted_lines, hospital_weights
from dotpop_model.stages.territories import Territories
from dotpop_model.tables import Frame

if TYPE_CHECKING:
    pass

THRESHOLD = 11
FAST = (Level.FEDERATION, Level.COMPLET)
LEVELS = [pytest.param(one, id=one.word, marks=() if one in FAST else pytest.mark.slow) for one in Level]
"""All levels; those that are like another for fiches take their time when all is run."""
AGES = {"adultes": "adults", "mineurs": "minors", "tous âges": ""}
WORLDS: dict[str, dict[str, Any]] = {
    "net flows": {},
    "contribution": {"flow_sectorised": "contribution"},
    "contribution whatever the age": {"flow_sectorised": "contribution", "contribution_by_age": False},
    "contribution among all": {"flow_sectorised": "contribution", "contribution_scope": "all"},
    "no correction": {"flow_sectorised": "none"},
}


def world(book: Path, changes: dict[str, Any] | None = None, activity: Frame | None = None) -> Calculation:
    """A region under other hypotheses, or with another activity."""
    region = read_region(FileBook(book))
    tables = replace(region.tables, activity=activity) if activity else region.tables
    region = replace(region, tables=tables, hypotheses=replace(region.hypotheses, **(changes or {})))
    return Calculation(region, chain.run(tables, region.hypotheses))


@cache
def written(book: Path, folder: Path, level: Level) -> dict[str, Fiche]:
    """The fiches of a region by FINESS."""
    paths = write_all(check(FileBook(book)), folder / level.word, level=level)
    return {path.name[:9]: Fiche(path) for path in paths}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fiches")


@pytest.fixture(scope="module")
def demo(demo_book: Path) -> Calculation:
    return check(FileBook(demo_book))


# What each level shows


def told(fiche: Fiche) -> tuple[bool, str, bool]:
    """Whether places are there, how much of the leakage, and whether cells of care are put together."""
    shown = [fiche.figure("Fuites", letter) for letter in "BD"]
    leakage = "by age" if "s" not in shown else "nothing" if shown[1] == "s" else "in total"
    labels = [str(cell.value) for cell in fiche.sheets["Calcul"]["A"]]
    return "Établissements comparés" in labels, leakage, any(one.startswith("Population des lignes") for one in labels)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("level", "places", "sectorised", "together"),
    [
        (Level.TOTAUX, False, "in total", 42),
        pytest.param(Level.CATEGORIE, False, "by age", 30, marks=pytest.mark.slow),
        (Level.FEDERATION, True, "by age", 30),
        pytest.param(Level.ETABLISSEMENT, True, "by age", 30, marks=pytest.mark.slow),
        (Level.COMPLET, True, "by age", 17),
    ],
    ids=lambda value: value.word if isinstance(value, Level) else "",
)
def test_what_a_level_shows_of_the_others(
    demo: Calculation, demo_book: Path, folder: Path, level: Level, places: bool, sectorised: str, together: int
) -> None:
    methods = dict(zip(demo.results.flows.texts("finess"), demo.results.flows.texts("method"), strict=True))
    found = {finess: told(fiche) for finess, fiche in written(demo_book, folder, level).items()}
    assert {one[0] for one in found.values()} == {places}
    assert {found[finess][1] for finess, method in methods.items() if method == "net_flow"} == {sectorised}
    assert sum(one[2] for one in found.values()) == together


@pytest.mark.slow
@pytest.mark.parametrize("level", LEVELS)
def test_what_is_withheld_is_told_in_words(demo_book: Path, folder: Path, level: Level) -> None:
    for fiche in written(demo_book, folder, level).values():
        words = [str(cell.value) for sheet in fiche.sheets.values() for cell in sheet["A"]]
        assert any(f"Diffusion « {level.word} »" in one for one in words)
        assert any("« s » : retenu (secret statistique)" in one for one in words if fiche.withheld()) == bool(
            fiche.withheld()
        )
        assert any("à partir du niveau « federation »" in one for one in words) == (level < Level.FEDERATION)


# Looking in every part


@pytest.mark.parametrize("level", LEVELS)
def test_no_part_of_a_fiche_names_another_hospital_or_holds_its_figures(
    demo: Calculation, demo_book: Path, folder: Path, level: Level
) -> None:
    indices, flows = demo.results.indices, demo.results.flows
    flow_columns = ("weight", "attraction", "weight_adults", "weight_minors")
    weights = {one: {flows.floats(name)[row] for name in flow_columns} for row, one in enumerate(flows.texts("finess"))}
    means = set(indices.floats("mean").tolist())
    for finess, fiche in list(written(demo_book, folder, level).items())[::6]:
        export, own = Export(fiche.path), indices["finess"] == finess
        others = indices.where(~own)
        assert export.named([*others.texts("finess"), *others.texts("name")]) == []
        hidden = figures_of(demo.results, others) - figures_of(demo.results, indices.where(own)) - means
        hidden |= set().union(*(values for one, values in weights.items() if one != finess)) - weights[finess]
        years = {float(year) for year in demo.results.years["year"].tolist()}
        assert [one for one in export.held(hidden - years) if one > 10_000 or one < 1] == []  # small ones meet by chance


# Small counts


class Line(NamedTuple):
    """Activity of another hospital: where, whose, what one patient weighs, how many."""

    territory: str
    age: str
    finess: str
    segment: str
    weight: float
    count: float


def lines(calculation: Calculation, hospital: int) -> list[Line]:
    """The activity of the others at the level of territories of a hospital."""
    region = calculation.region
    tables, hypotheses = region.tables, region.hypotheses
    compared = hypotheses.compared_in(tables.hospitals.texts("segment")).tolist()
    forms, territories = counted_forms(tables, hypotheses), Territories(tables)
    rates = dict(zip(tables.finess, hospital_weights(tables, hypotheses).tolist(), strict=True))
    segments = dict(zip(tables.finess, compared, strict=True))
    level, found = hypotheses.level(compared[hospital]), dict[tuple[Any, ...], float]()
    for row in tables.activity.where(counted_lines(tables, forms)).records():
        if row["finess"] != tables.finess[hospital]:
            weight = forms[row["form"]] * rates.get(row["finess"], 1.0)
            zone = territories.up(row["territory"], level)
            key = zone, row["age"], row["finess"], segments.get(row["finess"], ""), weight
            found[key] = found.get(key, 0) + row["volume"]
    return [Line(*key, count) for key, count in found.items()]


class Seen:
    """What a fiche shows of the care of others. leakage: by age ("" in total). shares: of each cell, by (territory, age):
    inhabitants, own care, all care ("s": withheld). together: the inhabitants of those withheld."""

    def __init__(self, fiche: Fiche) -> None:
        sheet = fiche.sheets["Calcul"]
        shown = {age: fiche.figure("Fuites", letter) for age, letter in (("adults", "B"), ("minors", "C"), ("", "D"))}
        self.leakage = {age: value for age, value in shown.items() if value != "s"}
        self.shares: dict[tuple[str, str], tuple[float, float, Any]] = {}
        self.together: Any = None
        age = None
        for row in range(1, sheet.max_row + 1):
            label = str(sheet[f"A{row}"].value or "")
            if label.startswith("Territoire, "):
                age = AGES[label.partition(", ")[2]]
            elif label.startswith("Population"):
                age = None
                self.together = sheet[f"D{row}"].value if "« s »" in label else self.together
            elif age is not None and label:
                people, own, everyone = (sheet[f"{letter}{row}"].value for letter in "BCD")
                self.shares[label.split()[0], age] = people, own, everyone


def narrowed(calculation: Calculation, hospital: int, fiche: Fiche) -> list[tuple[Line, str]]:
    """The small counts of others that the reader of a fiche cannot take for anything from 1 to the threshold."""
    seen, unknown = Seen(fiche), lines(calculation, hospital)
    hypotheses = calculation.region.hypotheses
    segment = hypotheses.compared_in(calculation.region.tables.hospitals.texts("segment"))[hospital]
    home = calculation.results.flows["territory"][hospital]
    counted = [hypotheses.contribution_scope == "all" or line.segment == segment for line in unknown]
    program = Highs()
    program.setOptionValue("output_flag", False)
    counts: dict[int, Any] = {}
    sums: dict[int, list[int]] = {}  # the sums that each line is in

    def add(total: float, inside: list[int]) -> None:
        for one in inside:
            counts.setdefault(one, program.addVariable(lb=0) if one not in counts else None)
            sums.setdefault(one, []).append(program.getNumRow())
        if inside:
            program.addConstr(sum(unknown[one].weight * counts[one] for one in inside) == total)

    for age, total in seen.leakage.items():
        add(total, [one for one, line in enumerate(unknown) if line.territory == home and age in ("", line.age)])
    free: dict[tuple[str, str], list[int]] = {}
    for (code, age), (_, own, everyone) in seen.shares.items():
        inside = [
            one for one, line in enumerate(unknown) if line.territory == code and age in ("", line.age) and counted[one]
        ]
        if everyone == "s":
            free[code, age] = inside
        else:
            add(everyone - own, inside)
    alike = {(tuple(rows), unknown[one].weight): one for one, rows in sums.items() if 0 < unknown[one].count < THRESHOLD}
    found = []
    for one in alike.values():  # those of one weight, in the same sums, have the same bounds
        line = unknown[one]
        program.clearSolver()
        program.minimize(counts[one] + 0)
        low = program.getInfo().objective_function_value
        program.clearSolver()
        program.maximize(counts[one] + 0)
        bounded = program.getModelStatus().name == "kOptimal"
        high = program.getInfo().objective_function_value if bounded else np.inf
        if low > 1 + 1e-6 or high < THRESHOLD - 1e-6:
            found.append((line, f"{low} to {high}"))
    return found + [(line, "together") for line in _told_together(seen, unknown, free)]


def _told_together(seen: Seen, unknown: list[Line], free: dict[tuple[str, str], list[int]]) -> list[Line]:
    """The small counts that the population of withheld cells gives away: found by trying, cell by cell."""
    cells = {cell: seen.shares[cell] for cell in free if seen.shares[cell][1] > 0}
    if seen.together in (None, "s"):
        return []
    found = []
    for cell, (people, own, _) in cells.items():
        rest = sum(other[0] for one, other in cells.items() if one != cell)
        inside = [unknown[one] for one in free[cell]]
        tried = np.concatenate([[0.0], np.geomspace(0.01, 1e9, 200_001)])
        for line in inside:
            if 0 < line.count < THRESHOLD and line.weight > 0:
                alone = len({one.weight for one in inside}) == 1 and len(inside) == 1
                for count in (1, THRESHOLD):
                    least = line.weight * count
                    care = np.array([least]) if alone else tried[tried >= least * (1 - 1e-3)]
                    if len(cells) == 1 and not alone:
                        care = np.linspace(least, max(least, own * (people / seen.together - 1)), 200_001)
                    left = seen.together - people * own / (own + care)
                    if not ((left >= -1e-3 * people) & (left <= rest + 1e-3 * people)).any():
                        found.append(line)
    return found


@pytest.mark.parametrize("level", list(Level), ids=lambda level: level.word)
@pytest.mark.parametrize("changes", WORLDS.values(), ids=WORLDS)
def test_no_fiche_of_the_small_region_narrows_a_small_count(
    small_book: Path, tmp_path: Path, changes: dict[str, Any], level: Level
) -> None:
    calculation = world(small_book, changes)
    fiches = [Fiche(path) for path in write_all(calculation, tmp_path / "fiches", level=level)]
    assert any(0 < line.count < THRESHOLD for place in range(4) for line in lines(calculation, place))
    assert [one for place, fiche in enumerate(fiches) for one in narrowed(calculation, place, fiche)] == []


@pytest.mark.slow
@pytest.mark.parametrize("level", [Level.FEDERATION, Level.COMPLET], ids=lambda level: level.word)
def test_no_fiche_of_the_demonstration_narrows_a_small_count(
    demo: Calculation, demo_book: Path, folder: Path, level: Level
) -> None:
    fiches = written(demo_book, folder, level).values()
    assert [one for place, fiche in enumerate(fiches) for one in narrowed(demo, place, fiche)] == []


def test_the_attack_finds_what_is_not_protected(small_book: Path, tmp_path: Path) -> None:
    unprotected = world(small_book, {"smallest_count": 1})
    fiches = [Fiche(path) for path in write_all(unprotected, tmp_path / "fiches", level=Level.COMPLET)]
    found = [line for place, fiche in enumerate(fiches) for line, _ in narrowed(unprotected, place, fiche)]
    assert any(line.finess == "HORS" and line.count == 10 for line in found)  # the only leakage of the minors of Z1


# Where the population itself would tell


def with_little_leakage(book: Path) -> Calculation:
    """CH Un in Z1, whose residents have only three patients elsewhere, in one form: its flow rate tells them."""
    activity = read_region(FileBook(book)).tables.activity
    kept = np.array([not (row["territory"] == "Z1" and row["finess"] != "010000001") for row in activity.records()])
    few = Frame.from_rows(activity.names, [("010000002", "Z1", "adults", "CMP", 3.0)])
    few = Frame.stacked([activity.where(kept), Frame({name: few[name] for name in activity.names})])
    return world(book, {"flow_non_sectorised": "contribution", "unserved": "unassigned"}, few)


@pytest.mark.parametrize("level", list(Level), ids=lambda level: level.word)
def test_all_that_would_tell_a_small_leakage_is_absent_from_every_part(
    small_book: Path, tmp_path: Path, level: Level
) -> None:
    calculation = with_little_leakage(small_book)
    fiche = Fiche(write_all(calculation, tmp_path / "fiches", level=level)[0])
    line, flow = calculation.results.indices.records()[0], calculation.results.flows.records()[0]
    assert fiche.short
    telling = [line[name] for name in ("population", "per_head", "mean", "index", "gap", "need")]
    export = Export(fiche.path)
    assert export.held([*telling, flow["rate"], flow["flow"]]) == []
    texts = fiche.texts()
    words = [f"{line[name]:,.2f}".replace(",", "\u202f").replace(".", ",") for name in ("per_head", "mean", "need")]
    assert [one for one in words if one in texts] == []
    assert fiche.figure("Indice") == pytest.approx(round(line["index"], 2))
    assert fiche.figure("2024 · ", "I") == calculation.results.trajectory["allocation"][1]


@pytest.mark.parametrize(
    ("level", "federation", "refused"),
    [
        (Level.CATEGORIE, "", False),
        (Level.FEDERATION, "", False),
        (Level.FEDERATION, "FEHAP", False),
        (Level.FEDERATION, "FHF", True),
        (Level.ETABLISSEMENT, "", True),
        (Level.COMPLET, "", True),
    ],
)
def test_a_synthesis_that_would_show_such_a_population_is_refused(
    small_book: Path, tmp_path: Path, level: Level, federation: str, refused: bool
) -> None:
    calculation, target = with_little_leakage(small_book), tmp_path / "synthese.xlsx"
    if refused:
        with pytest.raises(ProblemsFound, match="moins de 11 patients : 010000001"):
            synthese.write(calculation, target, level, federation)
    else:
        synthese.write(calculation, target, level, federation)
    assert target.exists() == (not refused)


def test_shares_that_are_put_together_have_no_second_figure_of_them(demo_book: Path, folder: Path) -> None:
    fiches = written(demo_book, folder, Level.COMPLET).values()
    whole = [fiche for fiche in fiches if "habitants avant pondération" in fiche.texts()]
    assert [fiche.path.name for fiche in whole if told(fiche)[2]] == []
    assert len(whole) == 42 - 17


@pytest.mark.slow
@pytest.mark.libreoffice
def test_formulas_find_their_values_again_whatever_is_withheld(small_book: Path, tmp_path: Path) -> None:
    from cases.office import Office

    wrong, short = [], 0
    with Office() as office:
        for number, (calculation, level) in enumerate(product(worlds(small_book), (Level.TOTAUX, Level.COMPLET))):
            for path in write_all(calculation, tmp_path / str(number), level=level):
                fiche, document = Fiche(path), office.load(path)
                found = recalculated(document)
                document.close(True)
                short += fiche.short
                assert found.keys() == fiche.values.keys()
                for place, value in fiche.values.items():
                    wanted = "" if value is None else value
                    if not isinstance(wanted, str):
                        wanted = pytest.approx(wanted, rel=1e-9, abs=1e-6 if fiche.is_money(place) else 1e-12)
                    if found[place] != wanted:
                        wrong.append((path.name, place, value, found[place]))
    assert wrong == []
    assert short > 0


def worlds(book: Path) -> "list[Calculation]":
    return [world(book, WORLDS["contribution"]), with_little_leakage(book)]

"""The demonstration region: its inputs are what they claim to be, and the published figures come out of the chain."""

import re
from collections import Counter

import pytest
from cases.frames import rows

from dotpop_addin.declarations.psychiatrie import PSYCHIATRIE
from dotpop_addin.hypotheses import defaults
from dotpop_model.chain import run
from dotpop_model.tables import Results, Tables
from workbook_templates.demo_psychiatrie import demonstration

POPULATIONS = {  # INSEE, from the npm package @etalab/decoupage-administratif 6.0.0 (MIT)
    "01": 679344, "03": 333298, "07": 334231, "15": 144196, "26": 524207, "38": 1298990,
    "42": 774133, "43": 228654, "63": 664453, "69": 1914667, "73": 448226, "74": 861158,
}  # fmt: skip


@pytest.fixture(scope="module")
def tables() -> Tables:
    return demonstration()


@pytest.fixture(scope="module")
def results(tables: Tables) -> Results:
    return run(tables, defaults(PSYCHIATRIE))


# The published figures


@pytest.mark.parametrize(
    ("table", "column", "published", "tolerance"),
    [
        pytest.param("flows", "weight_adults", 94_087, 0, id="weight, adults"),
        pytest.param("flows", "weight_minors", 22_374, 0, id="weight, minors"),
        pytest.param("flows", "weight", 116_461, 0, id="weight"),
        pytest.param("flows", "flow_adults", -18_409, 0, id="flows, adults"),
        pytest.param("flows", "flow_minors", -5_893, 0, id="flows, minors"),
        pytest.param("flows", "flow", -24_302, 0, id="flows"),
        pytest.param("flows", "rate_adults", -0.1957, 0.00005, id="flow rate, adults: -19.57 %, printed -20 %"),
        pytest.param("flows", "rate_minors", -0.2634, 0.00005, id="flow rate, minors: -26.34 %, printed -26 %"),
        pytest.param("flows", "rate", -0.2087, 0.00005, id="flow rate: -20.87 %"),
        pytest.param("flows", "territory_population", 640_331.25, 1e-6, id="need-weighted population"),
        pytest.param("flows", "population", 506_714, 2, id="flow-corrected population, from unrounded weights"),
        pytest.param("indices", "allocation", 55_000_000, 0, id="allocation"),
        pytest.param("indices", "per_head", 108.54, 0.005, id="allocation per head"),
        pytest.param("indices", "mean", 132.55, 0.0005, id="regional mean"),
        pytest.param("indices", "index", 0.8189, 0.00005, id="index: 0.8189, printed 0.82"),
    ],
)
def test_ch_psy_has_the_figures_of_slide_16(
    results: Results, table: str, column: str, published: float, tolerance: float
) -> None:
    assert rows(getattr(results, table), name="CH PSY")[0][column] == pytest.approx(published, rel=0, abs=tolerance)


def test_the_zis_of_ch_psy_has_the_population_and_the_composite_index_of_slide_16(results: Results) -> None:
    place = rows(results.flows, name="CH PSY")[0]["territory"]
    zone = rows(results.weighted_population, territory=place)[0]
    assert zone["population"] == 650_000
    assert zone["index"] == pytest.approx(-0.014875, rel=0, abs=1e-12)


@pytest.mark.parametrize(
    ("segment", "under", "neutral", "over"),
    [("sectorised", 12, 3, 11), ("non_sectorised_total", 10, 8, 24), ("all", 22, 11, 35)],
)
def test_the_positions_are_those_of_the_annex(results: Results, segment: str, under: int, neutral: int, over: int) -> None:
    line = rows(results.positions, segment=segment)[0]
    assert (line["hospitals_under"], line["hospitals_neutral"], line["hospitals_over"]) == (under, neutral, over)


@pytest.mark.parametrize(
    ("segment", "column", "published"),
    [
        ("sectorised", "need", 85.0e6),
        ("non_sectorised_total", "need", 3.0e6),
        ("all", "need", 88.0e6),
        ("all", "objective", 44.0e6),
        ("all", "objective_per_year", 8.8e6),
        ("sectorised", "objective_per_year", 8.5e6),
    ],
)
def test_the_needs_are_those_of_slide_19_to_a_few_euros(
    results: Results, segment: str, column: str, published: float
) -> None:
    assert rows(results.positions, segment=segment)[0][column] == pytest.approx(published, rel=0, abs=3)


def test_the_capacity_is_that_of_slide_21_and_the_objective_is_reached(results: Results) -> None:
    last = rows(results.years)[-1]
    assert last["year"] == 2028
    assert last["capacity"] == pytest.approx(47.0e6, rel=0, abs=0.02e6)
    assert last["capacity"] >= last["objective"]


def test_every_measure_finds_a_taker_to_the_cent(results: Results) -> None:
    accounts = rows(results.accounts)
    assert len(accounts) == 5 * 3
    assert [row for row in accounts if row["unallocated"] != 0] == []


def test_the_gaps_weigh_10_to_15_percent_of_the_regional_pot(results: Results) -> None:
    assert 0.10 <= rows(results.controls, control="gaps")[0]["found"] <= 0.15


def test_the_weighting_moves_less_than_1_percent_of_the_population_at_both_levels(results: Results) -> None:
    impacts = {row["level"]: row["impact"] for row in rows(results.impacts)}
    assert impacts.keys() == {"zis", "departement"}
    assert max(impacts.values()) < 0.01


def test_no_control_is_a_warning_or_an_alert(results: Results) -> None:
    assert [row for row in rows(results.controls) if row["verdict"] not in ("ok", "info")] == []


# How far the figures are from a change of mind


def test_no_index_is_near_a_bound(results: Results) -> None:
    assert [row for row in rows(results.indices) if min(abs(row["index"] - 0.95), abs(row["index"] - 1.05)) < 0.003] == []


@pytest.mark.parametrize(("position", "low", "high"), [("under", 0.74, 0.94), ("over", 1.055, 1.36)])
def test_indices_are_plausible(results: Results, position: str, low: float, high: float) -> None:
    indices = [row["index"] for row in rows(results.indices, position=position)]
    assert low <= min(indices) < max(indices) <= high


def test_flow_rates_of_sectorised_hospitals_are_moderate_on_both_sides(results: Results) -> None:
    rates = [row["rate"] for row in rows(results.flows, segment="sectorised")]
    assert -0.30 < min(rates) < 0 < max(rates) < 0.30


def test_no_hospital_serves_more_than_the_largest_departement(results: Results) -> None:
    assert max(row["population"] for row in rows(results.indices)) < POPULATIONS["69"]


# The inputs


def test_the_frames_have_the_declared_columns(tables: Tables) -> None:
    names = {name: getattr(tables, name).names for name in Tables.__dataclass_fields__}
    criteria = [row["criterion"] for row in rows(tables.national_criteria) if row["measure"] != "inhabitants"]
    codes = {"indicator_values": [row["indicator"] for row in rows(tables.indicators)], "regions": criteria}
    for name, found in names.items():
        declared = [column.name for column in PSYCHIATRIE.tables[name].columns]
        assert found == declared + codes.get(name, [])


def test_the_tables_have_the_sizes_of_the_region(tables: Tables) -> None:
    assert Counter(row["segment"] for row in rows(tables.hospitals)) == {
        "sectorised": 26,
        "non_sectorised": 16,
        "oqn": 26,
    }
    assert Counter(row["level"] for row in rows(tables.territories)) == {"departement": 12, "zis": 26}
    assert (len(tables.indicators), len(tables.indicator_values)) == (7, 12 + 26)
    assert (len(tables.specific), len(tables.compartments), len(tables.history)) == (13, 8, 0)
    assert 3_000 <= len(tables.activity) <= 6_000


def test_the_departements_have_their_real_populations_and_their_zis_add_up(tables: Tables) -> None:
    assert {row["territory"]: row["adults"] + row["minors"] for row in rows(tables.territories, parent=None)} == POPULATIONS
    for departement in rows(tables.territories, level="departement"):
        inside = rows(tables.territories, parent=departement["territory"])
        assert sum(row["adults"] for row in inside) == departement["adults"]
        assert sum(row["minors"] for row in inside) == departement["minors"]


def test_each_zis_has_one_sectorised_hospital_and_the_others_are_in_a_departement(tables: Tables) -> None:
    zis = sorted(row["territory"] for row in rows(tables.territories, level="zis"))
    assert sorted(row["territory"] for row in rows(tables.hospitals, segment="sectorised")) == zis
    others = {row["territory"] for row in rows(tables.hospitals) if row["segment"] != "sectorised"}
    assert others <= POPULATIONS.keys()


def test_hospitals_are_visibly_invented_and_ch_psy_is_the_first(tables: Tables) -> None:
    hospitals = rows(tables.hospitals)
    assert hospitals[0]["name"] == "CH PSY"
    assert all("Démo" in row["name"] for row in hospitals[1:])
    assert all(re.fullmatch(r"[0-9]{2}99[0-9]{5}", row["finess"]) for row in hospitals)
    assert all(row["finess"][:2] == row["territory"][:2] for row in hospitals)
    assert len({row["finess"] for row in hospitals}) == len({row["name"] for row in hospitals}) == len(hospitals)


def test_volumes_are_whole_and_positive_and_each_key_comes_once(tables: Tables) -> None:
    activity = rows(tables.activity)
    assert all(row["volume"] > 0 and row["volume"] == int(row["volume"]) for row in activity)
    keys = Counter((row["finess"], row["territory"], row["age"], row["form"]) for row in activity)
    assert max(keys.values()) == 1


def test_allocations_are_whole_euros_and_balance_the_envelope_exactly(tables: Tables) -> None:
    allocations = [row["allocation"] for row in rows(tables.hospitals)]
    assert all(amount == int(amount) for amount in allocations)
    total, specific = (sum(row["amount"] for row in rows(frame)) for frame in (tables.envelope, tables.specific))
    assert total * 49 / 50 - specific == sum(allocations)


def test_the_region_is_the_same_on_every_machine(tables: Tables) -> None:
    allocations = [int(row["allocation"]) for row in rows(tables.hospitals)]
    volumes = [int(row["volume"]) for row in rows(tables.activity)]
    assert [sum(place * value for place, value in enumerate(values, 1)) for values in (allocations, volumes)] == [
        19320624057,
        882859863,
    ]

"""Reasons of an index: the published example, parts worked by hand, sums that are exact whatever the choices."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from cases import small_region, small_smr
from cases.small_region import H1, H2, O1
from cases.small_smr import A, B, C, D
from hypothesis import given, settings
from hypothesis import strategies as st

from dotpop_model import chain, chain_smr
from dotpop_model.decomposition import logarithmic_mean
from dotpop_model.stages.reasons import CRITERIA, ENDOWMENT, FLOWS, IDENTITY, RECENTRING
from dotpop_model.tables import Frame, Results, Tables
from workbook_templates.demo_psychiatrie import demonstration

PARTS = (ENDOWMENT, RECENTRING, *FLOWS, CRITERIA)


def with_values(*, z1: float, z2: float, name: str = "CHOMAGE") -> Tables:
    """The small region where an indicator differs between its two ZIS of 800 and 600 inhabitants."""
    found = small_region.tables()
    mean = (800 * z1 + 600 * z2) / 1400
    return replace(found, indicator_values=Frame({"territory": ["01", "Z1", "Z2"], name: [mean, z1, z2]}))


def run(inputs: Tables | None = None, **changes: Any) -> Results:
    return chain.run(inputs or small_region.tables(), replace(small_region.assumptions(), **changes))


def line(results: Results, finess: str) -> dict[str, Any]:
    return next(row for row in results.reasons.records() if row["finess"] == finess)


def logarithms(found: dict[str, Any]) -> dict[str, float]:
    """The parts of a line as parts of ln I."""
    mean = float(logarithmic_mean([found["index"]], [1.0])[0])
    return {name: value / mean for name, value in found.items() if name not in IDENTITY}


def rest(results: Results) -> list[float]:
    """1 + the parts − the index, of each hospital."""
    return [
        1 + sum(value for name, value in row.items() if name not in IDENTITY and value == value) - row["index"]
        for row in results.reasons.records()
    ]


def test_ch_psy_owes_its_index_to_its_endowment_its_needs_and_its_flows() -> None:
    found = logarithms(line(chain.run(demonstration(), small_region.assumptions()), "699900117"))
    needs = sum(value for name, value in found.items() if name not in PARTS) + found[RECENTRING]
    shown = [round(one, 4) for one in (found[ENDOWMENT], needs, found["flow_adults"] + found["flow_minors"])]
    assert shown == [-0.4488, 0.0150, 0.2340]


def test_an_indicator_has_the_logarithm_of_what_it_adds_to_the_population() -> None:
    # values 5 and 7.1: mean 5.9; H1's population × 5 / 5.9, H2's × 7.1 / 5.9
    results = run(with_values(z1=5, z2=7.1))
    for finess, value in ((H1, 5), (H2, 7.1)):
        assert logarithms(line(results, finess))["CHOMAGE"] == pytest.approx(-np.log(value / 5.9), abs=1e-12)


def test_recentring_has_a_part_of_its_own_where_needs_are_not_relative_to_who_counts() -> None:
    # z-scores are centred as well: only an intensity that moves the sum could do otherwise; here, none does
    assert line(run(with_values(z1=5, z2=7.1), index_method="zscore"), H1)[RECENTRING] == 0


def test_flows_of_the_two_ages_that_cancel_out_are_both_told() -> None:
    results = run()
    row = next(one for one in results.flows.records() if one["finess"] == H1)
    found = logarithms(line(results, H1))
    assert row["flow_adults"] == -row["flow_minors"] != 0
    assert found["flow_adults"] == pytest.approx(-row["flow_adults"] / row["weight"], abs=1e-12)
    assert found["flow_adults"] == pytest.approx(-found["flow_minors"], abs=1e-12)


@pytest.mark.parametrize(
    ("method", "wanted"),
    [("contribution", [np.nan, np.nan]), ("none", [0.0, 0.0])],
    ids=["by contribution there is no flow rate: missing", "without correction nothing is due to flows"],
)
def test_flows_without_a_rate(method: str, wanted: list[float]) -> None:
    found = line(run(with_values(z1=5, z2=7.1), flow_sectorised=method), H1)
    assert [found[name] for name in FLOWS] == pytest.approx(wanted, nan_ok=True)


def test_in_short_the_indices_say_the_same_in_three_parts() -> None:
    for row in run(with_values(z1=5, z2=7.1)).indices.records():
        flows = 0.0 if row["by_flows"] != row["by_flows"] else row["by_flows"]
        assert 1 + row["by_endowment"] + row["by_needs"] + flows == pytest.approx(row["index"], abs=1e-12)


def test_an_index_of_zero_has_no_reason() -> None:
    found = small_region.tables()
    columns = {name: found.hospitals[name] for name in found.hospitals.names}
    columns["allocation"] = np.array([0.0, 100_000.0, 90_000.0, 60_000.0])
    results = run(replace(found, hospitals=Frame(columns)))
    assert all(np.isnan(value) for name, value in line(results, H1).items() if name not in IDENTITY)
    assert line(results, H2)[ENDOWMENT] == line(results, H2)[ENDOWMENT]


def test_an_indicator_that_alone_would_empty_a_territory_is_told_all_the_same() -> None:
    # two indicators of weight 1/2 with an intensity of 4: each moves Z1 by ±120 %, together by nothing
    found = with_values(z1=2, z2=8)
    names = ("UN", "DEUX")
    rows = [(name, name, 0.5, direction, "%", "inventé") for name, direction in zip(names, (1, -1), strict=True)]
    values = found.indicator_values["CHOMAGE"]
    inputs = replace(
        found,
        indicators=Frame.from_rows(("indicator", "label", "weight", "direction", "unit", "source"), rows),
        indicator_values=Frame({"territory": found.indicator_values["territory"], "UN": values, "DEUX": values}),
    )
    results = run(inputs, intensity=4.0)
    row = logarithms(line(results, H1))
    assert row["UN"] == pytest.approx(-4 * 0.5 * (2 / (32 / 7) - 1), abs=1e-9)
    assert row["DEUX"] == pytest.approx(-row["UN"], abs=1e-9)


CHOICES = {
    "segmented": st.booleans(),
    "minors_weighted": st.booleans(),
    "index_method": st.sampled_from(["ratio", "zscore"]),
    "intensity": st.floats(0, 0.8),
    "recentre": st.booleans(),
    "flow_base": st.sampled_from(["hospital", "residents"]),
    "flow_sectorised": st.sampled_from(["net_flow", "contribution", "none"]),
    "contribution_by_age": st.booleans(),
    "contribution_scope": st.sampled_from(["segment", "all"]),
}


@settings(max_examples=60, deadline=None)
@given(st.fixed_dictionaries(CHOICES), st.floats(4, 12), st.floats(1.1, 2))
def test_the_parts_lead_from_the_mean_to_the_index_whatever_the_choices(
    choices: dict[str, Any], z1: float, gap: float
) -> None:
    z2 = z1 * gap
    assert rest(run(with_values(z1=z1, z2=z2), **choices)) == pytest.approx([0.0] * 4, abs=1e-12)


def test_what_the_criteria_of_hospitals_change_has_its_own_part() -> None:
    criteria = [["CASEMIX", "Casemix", 0.4, 1, "rate", "points", "inventé"]]
    inputs = small_smr.tables(
        criteria=small_smr.frame(small_smr.CRITERION, *criteria),
        criterion_values=small_smr.frame(("finess", "CASEMIX"), [A, 2.0], [B, 1.0], [C, 1.0], [D, 3.0]),
    )
    with_criteria = chain_smr.SMR.run(inputs, small_smr.assumptions())
    assert rest(with_criteria) == pytest.approx([0.0] * len(with_criteria.reasons), abs=1e-12)
    lines = with_criteria.contributions.records()  # type: ignore[attr-defined]
    alone = {row["finess"]: row["contributed"] for row in lines}
    for row, index in zip(with_criteria.reasons.records(), with_criteria.indices.records(), strict=True):
        needs = sum(value for name, value in logarithms(row).items() if name not in PARTS)
        assert needs == pytest.approx(0, abs=1e-12)  # needs are the same everywhere in this region
        wanted = np.log(alone[row["finess"]] / index["population"])
        assert logarithms(row)[CRITERIA] == pytest.approx(wanted, abs=1e-12)
    assert line(with_criteria, A)[CRITERIA] != 0


def test_without_criteria_their_part_is_missing() -> None:
    assert np.isnan(line(run(), O1)[CRITERIA])

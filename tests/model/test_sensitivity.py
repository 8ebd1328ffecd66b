"""Sensitivity: scenarios computed at once are those of the chain; shares of variance of a known function; bounds by hand."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from cases import small_region, small_smr
from cases.small_smr import A, B, C, D
from hypothesis import given, settings
from hypothesis import strategies as st

from dotpop_model import chain, chain_smr
from dotpop_model.errors import ModelError
from dotpop_model.hypotheses import Hypotheses
from dotpop_model.sensitivity import study
from dotpop_model.sensitivity.factors import Factor, Kind, reweighted, vary
from dotpop_model.sensitivity.scenarios import Scenarios
from dotpop_model.sensitivity.variance import sobol
from dotpop_model.tables import Frame, Tables

COUNT = 4
NUMBERS = {
    "intensity": (0.2, 0.9),
    "impact_target": (0.005, 0.03),
    "minors_coefficient": (1.0, 2.35),
    "oqn_divisor": (2.0, 4.0),
    "low": (0.9, 1.0),
    "high": (1.05, 1.1),
    "need_threshold": (0.9, 1.0),
    "modulation": (0.0, 0.5),
    "exponent": (0.0, 2.0),
    "ceiling": (0.02, 0.08),
    "floor": (0.0, 0.02),
}


def tables() -> Tables:
    """The small region, where two indicators differ between the two ZIS."""
    found = small_region.tables()
    rows = [("CHOMAGE", "Chômage", 0.6, 1, "%", "inventé"), ("REVENU", "Revenu", 0.4, -1, "k€", "inventé")]
    return replace(
        found,
        indicators=Frame.from_rows(("indicator", "label", "weight", "direction", "unit", "source"), rows),
        indicator_values=Frame({"territory": ["01", "Z1", "Z2"], "CHOMAGE": [7.0, 6.0, 8.4], "REVENU": [20.0, 22.0, 17.0]}),
    )


def factors_of(region: Tables) -> list[Factor]:
    found = [Factor(name, name, Kind.NUMBER, name, 0, low, high) for name, (low, high) in NUMBERS.items()]
    found += [Factor(f"I {name}", name, Kind.INDICATOR, name, 1, 0.5, 1.5) for name in region.indicators.texts("indicator")]
    found += [Factor(f"F {name}", name, Kind.FORM, name, 1, 0.8, 1.2) for name in region.forms.texts("form")]
    measures = ("carry_forward", "core_growth", "earmarked")
    return found + [Factor(f"C {name}", name, Kind.CAMPAIGN, name, 1, 0.8, 1.2) for name in measures]


def drawn(factors: list[Factor], seed: int) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    return {one.code: rng.uniform(one.low, one.high, COUNT) for one in factors}


def region_of(
    factors: list[Factor], draws: dict[str, Any], place: int, region: Tables, hypotheses: Hypotheses
) -> tuple[Tables, Hypotheses]:
    """One scenario as a region that the chain computes."""
    own = [one for one in factors if one.kind == Kind.INDICATOR]
    weights = reweighted(region.indicators.floats("weight"), np.array([draws[one.code][place] for one in own]))
    columns = {name: region.indicators[name] for name in region.indicators.names}
    region = replace(region, indicators=Frame(columns | {"weight": weights}))
    for one in factors:
        if one.kind != Kind.INDICATOR:
            region, hypotheses = vary(one, float(draws[one.code][place]), region, hypotheses)
    return region, hypotheses


CHOICES = {
    "segmented": st.booleans(),
    "minors_weighted": st.booleans(),
    "index_method": st.sampled_from(["ratio", "zscore"]),
    "intensity_mode": st.sampled_from(["given", "target"]),
    "recentre": st.booleans(),
    "flow_base": st.sampled_from(["hospital", "residents"]),
    "flow_sectorised": st.sampled_from(["net_flow", "contribution", "none"]),
    "contribution_by_age": st.booleans(),
    "contribution_scope": st.sampled_from(["segment", "all"]),
    "mean_sectorised": st.sampled_from([None, 100.0]),
    "logic": st.sampled_from(["catch_up", "convergence"]),
    "mean_rule": st.sampled_from(["fixed", "indexed", "recomputed"]),
    "eligibility": st.sampled_from(["initial", "yearly"]),
}


@settings(max_examples=40, deadline=None)
@given(st.fixed_dictionaries(CHOICES), st.integers(0, 1000))
def test_scenarios_are_those_that_the_chain_finds_one_by_one(choices: dict[str, Any], seed: int) -> None:
    region, hypotheses = tables(), replace(small_region.assumptions(), **choices)
    factors = factors_of(region)
    draws = drawn(factors, seed)
    index, last, under, over = study.simulated(Scenarios(region, hypotheses, factors), draws)
    for place in range(COUNT):
        found = study.outcome(chain.PSYCHIATRY, *region_of(factors, draws, place, region, hypotheses))
        assert index[place] == pytest.approx(found.index, rel=1e-9)
        assert last[place] == pytest.approx(found.allocation, abs=0.3)  # notified: whole cents, a lever and a year at a time
        assert [*under[place]] == [float(one == "under") for one in found.position]
        assert [*over[place]] == [float(one == "over") for one in found.position]


def test_scenarios_with_the_criteria_of_hospitals_are_those_of_the_chain() -> None:
    criteria = [
        ["CASEMIX", "Casemix", 0.4, 1, "rate", "points", "inventé"],
        ["LITS", "Lits", 0.2, 1, "count", "lits", "inventé"],
    ]
    region = small_smr.tables(
        criteria=small_smr.frame(small_smr.CRITERION, *criteria),
        criterion_values=small_smr.frame(
            ("finess", "CASEMIX", "LITS"), [A, 2.0, 40.0], [B, 1.0, 10.0], [C, 1.0, 30.0], [D, 3.0, 20.0]
        ),
    )
    for form in ("shares", "index"):
        hypotheses = small_smr.assumptions(criteria_form=form)
        inside = chain_smr.SMR.scope(region, hypotheses)
        factors = [Factor(f"K {name}", name, Kind.CRITERION, name, 1, 0.5, 1.5) for name in ("CASEMIX", "LITS")]
        draws = drawn(factors, 3)
        scenarios = Scenarios(inside, hypotheses, factors, chain_smr.SMR.criteria(inside, hypotheses))
        index = scenarios.indices(scenarios.populations(draws))
        for place in range(COUNT):
            changed, same = inside, hypotheses
            for one in factors:
                changed, same = vary(one, float(draws[one.code][place]), changed, same)
            assert index[place] == pytest.approx(study.outcome(chain_smr.SMR, changed, same).index, rel=1e-9)


def ishigami(columns: Any) -> Any:
    one, two, three = columns
    return np.vstack([np.sin(one) + 7 * np.sin(two) ** 2 + 0.1 * three**4 * np.sin(one), np.full(len(one), 3.0)])


def test_the_shares_of_variance_of_the_ishigami_function() -> None:
    # analytic values (Ishigami and Homma 1990, a = 7, b = 0.1)
    found = sobol(ishigami, [(-np.pi, np.pi)] * 3, draws=4096, seed=1)
    assert found.first[0] == pytest.approx([0.3139, 0.4424, 0.0], abs=0.01)
    assert found.total[0] == pytest.approx([0.5576, 0.4424, 0.2437], abs=0.01)
    assert np.isnan(found.first[1]).all()  # what does not vary has no share
    assert found.drawn.shape == (2, 8192)
    assert (found.drawn[1] == 3).all()


def test_the_same_seed_gives_the_same_shares_and_another_one_others() -> None:
    first, again, other = (sobol(ishigami, [(-3, 3)] * 3, draws=64, seed=seed).first[0].tolist() for seed in (1, 1, 2))
    assert first == again != other


def test_counts_are_drawn_again_with_the_same_means_and_what_empties_a_hospital_is_set_aside() -> None:
    hypotheses, region = small_region.assumptions(), tables()
    columns = {name: region.activity[name] for name in region.activity.names}
    served = Scenarios(region, hypotheses, []).served
    volumes, _ = study.resample(served, hypotheses, 400, seed=1)
    assert volumes.mean(axis=0) == pytest.approx(served.volumes, rel=0.15)
    assert volumes.var(axis=0) == pytest.approx(served.volumes, rel=0.35)
    # five patients in all for O1: in some draws it has none
    columns["volume"] = np.where(np.array(columns["finess"]) == small_region.O1, 2.5, columns["volume"].astype(float))
    served = Scenarios(replace(region, activity=Frame(columns)), hypotheses, []).served
    volumes, aside = study.resample(served, hypotheses, 400, seed=1)
    assert 0 < aside < 40
    assert all(np.isfinite(served.matrices(hypotheses, volumes=one)["sectorised"]).all() for one in volumes)
    assert (study.resample(served, hypotheses, 400, seed=1)[0] == volumes).all()


def test_a_region_whose_counts_are_too_small_is_refused() -> None:
    region = tables()
    columns = {name: region.activity[name] for name in region.activity.names}
    columns["volume"] = np.array(
        [
            0.001 if finess == small_region.O1 else value
            for finess, value in zip(columns["finess"], columns["volume"], strict=True)
        ]
    )
    served = Scenarios(replace(region, activity=Frame(columns)), small_region.assumptions(), []).served
    with pytest.raises(ModelError, match="Effectifs trop petits"):
        study.resample(served, small_region.assumptions(), 2, seed=1)


def test_one_at_a_time_each_factor_is_tried_at_both_ends_and_each_other_choice() -> None:
    region, hypotheses = tables(), small_region.assumptions()
    tried = [
        Factor("MARGE", "", Kind.NUMBER, "regional_margin", 0.02, 0.0, 0.1),
        Factor("FLUX", "", Kind.CHOICE, "flow_non_sectorised", "contribution", others=("none",)),
        Factor("MAILLE", "", Kind.CHOICE, "level_oqn", "departement", others=("pmsi",)),
        Factor("EFFECTIFS", "", Kind.COUNTS, "", 0.5, 0.0, 1.0),
    ]
    base = study.outcome(chain.PSYCHIATRY, region, hypotheses)
    trials = study.one_at_a_time(chain.PSYCHIATRY, region, hypotheses, tried)
    assert [(one.factor.code, one.value, one.outcome is None) for one in trials] == [
        ("MARGE", 0.0, False),
        ("MARGE", 0.1, False),
        ("FLUX", "none", False),
        ("MAILLE", "pmsi", True),
    ]
    assert "Aucun territoire au niveau choisi" in trials[-1].faults[0].message
    assert [study.moves(base, trials, one) for one in tried] == [False, False, True, True]


def test_a_hair_across_the_bound_costs_the_hospital_its_catch_up() -> None:
    # H1 and H2 alone are compared; H2's money stays 100 000 €. Under 0.95, H1 has a need; over it, none.
    region = replace(
        small_region.tables(),
        campaign=Frame(
            {
                "year": [2024.0],
                "segment": ["all"],
                "carry_forward": [0.0],
                "core_growth": [1_000.0],
                "earmarked": [0.0],
            }
        ),
    )
    hypotheses = replace(small_region.assumptions(), horizon=1, ceiling=None, mean_sectorised=None)
    scenarios = Scenarios(region, hypotheses, [])
    people = scenarios.populations({"": np.zeros(1)})[0]
    found = study.cliff(scenarios, 0.95)
    wanted = 0.95 * people[0] * 100_000 / (people[0] + people[1] - 0.95 * people[0])
    assert found.allocation[0] == pytest.approx(wanted)
    assert found.below[0] > 0 == found.above[0]
    assert found.jump[0] == pytest.approx(-found.below[0])

"""The chain on the small region under each choice that a region may make; every number worked out by hand.

With the default hypotheses: W(H1) = 50 + 20 at home (Z1), 10 for Z2, 20 from outside; W(H2) = 80 + 20 at home (Z2);
N1 gives 10 to Z1 (adults) and 10 to Z2 (minors), O1 30/3 and 15/3, hospitals outside the region 10 to Z1 (minors).
"""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from cases.small_region import H1, H2, N1, O1, assumptions, tables

from dotpop_model import chain
from dotpop_model.errors import ModelError
from dotpop_model.tables import Frame, Tables


def run(changes: dict[str, Any] | None = None, inputs: Tables | None = None) -> dict[str, list[Any]]:
    """The columns of the result tables of the small region, under changed hypotheses."""
    results = chain.run(inputs or tables(), replace(assumptions(), **(changes or {})))
    return {f"{name}.{column}": frame[column].tolist() for name, frame in results.frames().items() for column in frame.names}


def changed(table: str, column: str, values: list[Any]) -> Tables:
    """The small region with one column replaced."""
    frame = getattr(tables(), table)
    columns = {name: frame[name] for name in frame.names} | {column: values}
    return replace(tables(), **{table: Frame(columns)})


@pytest.mark.parametrize(
    ("changes", "populations"),
    [
        pytest.param({}, [800, 450, 1400, 1400], id="ARA's choices"),
        pytest.param({"flow_base": "residents"}, [800, 600 * (1 - 25 / 125), 1400, 1400], id="rates on residents' care"),
        pytest.param({"oqn_divided": "never"}, [800 * 0.8, 600 * 0.65, 1400, 1400], id="ex-OQN activity counted in full"),
        pytest.param({"oqn_divisor": 5.0}, [800 * 1.04, 600 * 0.77, 1400, 1400], id="ex-OQN activity divided by 5"),
        pytest.param({"metric": "patients"}, [800, 600 * 3 / 28, 1400, 1400], id="each patient counts for one"),
        pytest.param({"granularity": "nature"}, [800, 600 * 35 / 60, 1400, 1400], id="weights by nature of care"),
        pytest.param({"minors_weighted": True}, [1070, 652.5, 1940, 1940], id="minors count 2.35 times"),
        pytest.param({"flow_sectorised": "none"}, [800, 600, 1400, 1400], id="no flow correction"),
        pytest.param(
            {"flow_sectorised": "contribution"},
            [800 + 400 / 9, 400 * 8 / 9 + 200, 1400, 1400],
            id="contribution by age class",
        ),
        pytest.param(
            {"flow_sectorised": "contribution", "contribution_by_age": False},
            [800 + 600 / 11, 600 * 10 / 11, 1400, 1400],
            id="contribution, ages together",
        ),
        pytest.param(
            {"flow_sectorised": "contribution", "contribution_scope": "all"},
            [
                600 * 50 / 70 + 200 * 20 / 30 + 400 / 9,
                400 * 8 / 9 + 200 * 20 / 35,
                1000 * 10 / 160 + 400 * 10 / 65,
                1000 * 10 / 160 + 400 * 5 / 65,
            ],
            id="contribution among all hospitals",
        ),
        pytest.param(
            {"level_sectorised": "departement", "flow_sectorised": "contribution"},
            [1000 * 60 / 140 + 400 * 20 / 40, 1000 * 80 / 140 + 400 * 20 / 40, 1400, 1400],
            id="départements for all",
        ),
        pytest.param(
            {"segmented": False, "oqn_divided": "always"},
            [
                1000 * 51 / 129 + 400 * 17 / 43.25,
                1000 * 68 / 129 + 400 * 17 / 43.25,
                1000 * 8.5 / 129 + 400 * 8.5 / 43.25,
                1000 * 1.5 / 129 + 400 * 0.75 / 43.25,
            ],
            id="no segments: 85/15 and the division both",
        ),
        pytest.param(
            {"segmented": False},
            [
                1000 * 51 / 132 + 400 * 17 / 44.75,
                1000 * 68 / 132 + 400 * 17 / 44.75,
                1000 * 8.5 / 132 + 400 * 8.5 / 44.75,
                1000 * 4.5 / 132 + 400 * 2.25 / 44.75,
            ],
            id="no segments: 85/15 enter the weights",
        ),
        pytest.param(
            {"segmented": False, "compartment_weights": False, "oqn_divided": "always"},
            [
                1000 * 60 / 160 + 400 * 20 / 55,
                1000 * 80 / 160 + 400 * 20 / 55,
                1000 * 10 / 160 + 400 * 10 / 55,
                1000 * 10 / 160 + 400 * 5 / 55,
            ],
            id="no segments, no compartment shares",
        ),
    ],
)
def test_each_choice_of_flows_gives_its_populations(changes: dict[str, Any], populations: list[float]) -> None:
    assert run(changes)["flows.population"] == pytest.approx(populations)


@pytest.mark.parametrize(
    ("changes", "populations"),
    [
        pytest.param({}, [800 * 8 / 6.5, 600 * 4.5 / 6.5], id="ratio to the mean of 6.5"),
        pytest.param({"intensity": 0.5}, [800 * (1 + 0.5 * 1.5 / 6.5), 600 * (1 - 0.5 * 2 / 6.5)], id="half the intensity"),
        pytest.param({"intensity_mode": "target"}, [814, 586], id="intensity solved for an impact of 1 %"),
        pytest.param(
            {"index_method": "zscore", "intensity": 0.5},
            [800 * (1 + 0.75 / 3**0.5), 600 * (1 - 1 / 3**0.5)],
            id="z-score with a variance of 3",
        ),
    ],
)
def test_each_choice_of_weighting_gives_its_populations(changes: dict[str, Any], populations: list[float]) -> None:
    inputs = changed("indicator_values", "CHOMAGE", [6.5, 8.0, 4.5])
    assert run(changes, inputs)["weighted_population.weighted_population"][:2] == pytest.approx(populations)


def test_without_recentring_nothing_moves_when_the_index_is_relative_to_the_region() -> None:
    inputs = changed("indicator_values", "CHOMAGE", [6.5, 8.0, 4.5])
    column = "weighted_population.weighted_population"
    assert run({"recentre": False}, inputs)[column] == pytest.approx(run({}, inputs)[column])


def test_no_indicator_at_all_leaves_populations_as_they_are() -> None:
    empty = replace(
        tables(),
        indicators=Frame({name: [] for name in tables().indicators.names}),
        indicator_values=Frame({"territory": []}),
    )
    assert run({}, empty)["weighted_population.weighted_population"] == [800, 600, 1400]


@pytest.mark.parametrize(
    ("changes", "means", "needs"),
    [
        pytest.param({}, [128, 128, 90 / 1.4, 60 / 1.4], [42_400, 0, 0, 0], id="mean of each segment"),
        pytest.param({"mean_sectorised": 100.0}, [100, 100, 90 / 1.4, 60 / 1.4], [20_000, 0, 0, 0], id="a mean given"),
        pytest.param(
            {"need_threshold": 0.5}, [128, 128, 90 / 1.4, 60 / 1.4], [0, 0, 0, 0], id="nobody is under a threshold of 0.5"
        ),
    ],
)
def test_each_choice_of_mean_and_threshold_gives_its_needs(
    changes: dict[str, Any], means: list[float], needs: list[float]
) -> None:
    found = run(changes)
    assert found["indices.mean"] == pytest.approx(means)
    assert found["indices.need"] == pytest.approx(needs, abs=1e-9)


def test_without_segments_everyone_has_the_mean_of_the_region() -> None:
    found = run({"segmented": False})
    assert found["indices.mean"] == pytest.approx([310_000 / 1400] * 4)
    assert found["indices.segment"] == ["sectorised", "sectorised", "non_sectorised", "oqn"]  # still told apart to read


def test_the_envelope_is_split_by_history_then_by_need_then_by_flows() -> None:
    found = run()
    # 320 000 − 3 600 of specific activities − 2 % of 320 000
    assert dict(zip(found["split.step"], found["split.amount"], strict=True)) == {
        "total": 320_000,
        "specific": -3_600,
        "margin": -6_400,
        "to_share": 310_000,
        "ex_daf": 250_000,
        "sectorised": 160_000,
        "non_sectorised": 90_000,
        "oqn": 60_000,
    }
    assert found["territory_envelopes.amount"] == [91_428.57, 68_571.43, 90_000, 60_000]  # 800 and 600 of 1 400
    assert found["indices.target"] == [102_400, 57_600, 90_000, 60_000]  # 800 and 450 of 1 250


def test_history_may_be_entered_instead_of_read_from_allocations() -> None:
    segments = ["sectorised", "non_sectorised", "oqn"]
    inputs = replace(tables(), history=Frame({"segment": segments, "amount": [100_000.0, 100_000.0, 110_000.0]}))
    split = run({"history_source": "entered"}, inputs)
    assert split["split.amount"][-3:] == [100_000, 100_000, 110_000]


def test_the_first_campaign_year_by_hand() -> None:
    found = run()
    # Carry-forward: 1 % of bases, but 250 € (a quarter of 1 000) are withheld from H2; the ceiling of 5 % (3 000 €) is far.
    levers = ("carry_forward", "withheld", "core_growth", "earmarked", "convergence")
    year = {lever: found[f"trajectory.{lever}"][1::6] for lever in levers}
    assert year == {
        "carry_forward": [600, 750, 900, 600],
        "withheld": [250, 0, 0, 0],
        "core_growth": [1000, 0, 0, 0],
        "earmarked": [500, 0, 0, 0],
        "convergence": [0, 0, 0, 0],
    }
    assert found["trajectory.allocation"][1::6] == [62_350, 100_750, 90_900, 60_600]
    # The mean follows the carry-forward of the segment: 128 × 1.01; 62 350 / 800 / 129.28
    assert found["trajectory.index"][1] == pytest.approx(62_350 / 800 / 129.28)


def test_convergence_takes_within_the_yearly_floor() -> None:
    found = run({"logic": "convergence", "floor": 0.01})
    assert found["trajectory.convergence"][1::6] == [1000, -1000, 0, 0]
    assert found["trajectory.allocation"][1::6] == [63_350, 99_750, 90_900, 60_600]


def test_euros_may_be_notified_instead_of_cents() -> None:
    found = run({"step": "1"})
    amounts = [amount for lever in ("carry_forward", "withheld") for amount in found[f"trajectory.{lever}"]]
    assert all(amount == int(amount) for amount in amounts)
    assert sum(found["accounts.unallocated"]) < 5  # less than a euro a year for want of a whole one


@pytest.mark.parametrize(
    ("inputs", "changes", "words", "rows"),
    [
        pytest.param(
            changed("hospitals", "territory", ["Z1", "Z1", "01", "01"]),
            {},
            ["Plusieurs établissements", "contribution"],
            (H1, H2),
            id="two sectorised hospitals in one ZIS",
        ),
        pytest.param(
            changed("activity", "volume", [0.1, 0.1, 0.1, 0.1, 8.0, 20.0, 500.0, 10.0, 30.0, 15.0, 10.0]),
            {},
            ["−100 %", "contribution"],
            (H1,),
            id="a flow rate under −100 %",
        ),
        pytest.param(
            changed("activity", "finess", [H1, H1, H1, H1, H2, H2, H1, H1, O1, O1, "HORS"]),
            {},
            ["Territoires peuplés sans activité", "population non affectée"],
            ("01",),
            id="a segment without any activity",
        ),
        pytest.param(
            changed("activity", "territory", ["01"] * 11),
            {},
            ["maille choisie"],
            ("01",),
            id="residence known by département only",
        ),
        pytest.param(
            changed("campaign", "year", [2024.0, 2025.0, 2026.0, 2027.0, 2029.0]),
            {},
            ["2028"],
            ("2028",),
            id="a year without measures",
        ),
        pytest.param(
            changed("campaign", "year", [2023.0, 2024.0, 2025.0, 2026.0, 2027.0]),
            {},
            ["2023"],
            ("2023",),
            id="a year before the base",
        ),
        pytest.param(
            changed("hospitals", "segment", ["sectorised", "sectorised", "private", "oqn"]),
            {},
            ["sans segment", N1],
            (N1,),
            id="a hospital in no segment",
        ),
        pytest.param(
            changed("campaign", "segment", ["all", "oqn", "all", "all", "all"]),
            {},
            ["2025", "ex-DAF sectorisé", "ex-DAF non sectorisé"],
            ("2025",),
            id="a year that forgets segments is not taken as 0",
        ),
        pytest.param(
            changed("territories", "adults", [1000.0, 0.0, 1000.0]),
            {"minors_weighted": True, "minors_coefficient": 0.0},
            ["sans population", "Z1"],
            ("Z1",),
            id="a territory without inhabitants",
        ),
        pytest.param(tables(), {"mean_oqn": 0.0}, ["Moyenne imposée nulle"], ("IDX_MOYENNE_OQN",), id="a mean of nothing"),
        pytest.param(
            changed("hospitals", "allocation", [60_000.0, 100_000.0, 90_000.0, 0.0]),
            {},
            ["Dotations toutes nulles"],
            (O1,),
            id="a segment without any money",
        ),
        pytest.param(
            changed("activity", "territory", ["Z1", "Z1", "Z2", "HORS", "Z2", "Z2", "Z1", "Z2", "Z1", "Z2", "HORS"]),
            {},
            ["HORS vers HORS"],
            ("HORS",),
            id="care that does not concern the region",
        ),
        pytest.param(
            tables(), {"level_oqn": "geo_code"}, ["Aucun territoire"], ("geo_code",), id="a level without territories"
        ),
        pytest.param(
            changed("forms", "weight", [10.0, None]), {}, ["sans poids", "CMP"], ("CMP",), id="a form without its weight"
        ),
        pytest.param(
            changed("envelope", "amount", [1000.0]), {}, ["dépassent"], (), id="specific activities above the envelope"
        ),
    ],
)
def test_what_cannot_be_computed_is_named(
    inputs: Tables, changes: dict[str, Any], words: list[str], rows: tuple[str, ...]
) -> None:
    hypotheses = replace(assumptions(), **changes)
    found = chain.PSYCHIATRY.faults(inputs, hypotheses, chain.ALL_TABLES)
    assert [word for word in words if word not in str(ModelError(found))] == []
    assert rows in [fault.rows for fault in found]
    with pytest.raises(ModelError):
        chain.run(inputs, hypotheses)


def test_levels_that_no_hospital_uses_are_not_asked_for() -> None:
    whole = tables()
    zis = whole.territories["level"] == "zis"
    only = replace(
        whole,
        hospitals=whole.hospitals.where(whole.hospitals["segment"] == "sectorised"),
        territories=whole.territories.where(zis),
        activity=whole.activity.where(np.isin(whole.activity["finess"].astype(str), [H1, H2, "HORS"])),
    )
    assert run({}, only)["weighted_population.territory"] == ["Z1", "Z2"]


def test_nothing_left_to_share_shares_nothing() -> None:
    found = run({"regional_margin": 0.0}, changed("envelope", "amount", [3_600.0]))
    assert found["territory_envelopes.amount"] == [0, 0, 0, 0]
    assert found["indices.target"] == [0, 0, 0, 0]


def test_notifying_euros_makes_no_control_an_anomaly() -> None:
    inputs = replace(
        changed("envelope", "amount", [320_000.37]), campaign=changed("campaign", "core_growth", [1000.55] * 5).campaign
    )
    found = run({"step": "1"}, inputs)
    verdicts = dict(zip(found["controls.control"], found["controls.verdict"], strict=True))
    assert "alert" not in verdicts.values()
    assert verdicts["unallocated"] == "info"


def test_faults_of_independent_stages_are_told_together() -> None:
    inputs = replace(
        changed("hospitals", "territory", ["Z1", "Z1", "01", "01"]),
        campaign=changed("campaign", "year", [2024.0, 2025.0, 2026.0, 2027.0, 2029.0]).campaign,
        envelope=changed("envelope", "amount", [1000.0]).envelope,
    )
    told = {fault.table or fault.column for fault in chain.PSYCHIATRY.faults(inputs, assumptions(), chain.ALL_TABLES)}
    assert told == {"hospitals", "campaign", "envelope"}


def test_a_population_that_nobody_serves_may_be_left_out_and_is_reported() -> None:
    # N1 gives care to adults of Z1 only: the 400 minors of the département are nobody's in its segment.
    ages = ["adults", "minors", "adults", "adults", "adults", "minors", "adults", "adults", "adults", "minors", "minors"]
    found = run({"unserved": "unassigned"}, changed("activity", "age", ages))
    residual = dict(zip(found["residuals.segment"], found["residuals.residual"], strict=True))
    assert residual["non_sectorised"] == pytest.approx(-400)
    verdicts = {
        (control, subject): verdict
        for control, subject, verdict in zip(
            found["controls.control"], found["controls.subject"], found["controls.verdict"], strict=True
        )
    }
    assert verdicts["population_flows", "non_sectorised"] == "warning"


def test_the_order_of_rows_changes_nothing() -> None:
    rng = np.random.default_rng(7)
    inputs = tables()
    shuffled = {}
    for name in ("hospitals", "territories", "activity", "campaign", "indicator_values", "forms"):
        frame = getattr(inputs, name)
        order = rng.permutation(len(frame))
        shuffled[name] = Frame({column: frame[column][order] for column in frame.names})
    before, after = run(), run({}, replace(inputs, **shuffled))
    for column in ("index", "population", "need", "target"):
        one = dict(zip(before["indices.finess"], before[f"indices.{column}"], strict=True))
        other = dict(zip(after["indices.finess"], after[f"indices.{column}"], strict=True))
        assert other == pytest.approx(one)
    assert set(before["indices.finess"]) == {H1, H2, N1, O1}

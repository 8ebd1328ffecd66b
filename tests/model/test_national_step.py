"""The national step over tables, on invented regions whose shares are worked out by hand."""

from dataclasses import replace
from typing import Any

import pytest
from cases import small_region, small_smr
from cases.faults_told import assert_told_at

from dotpop_model import chain
from dotpop_model.errors import ModelError
from dotpop_model.stages.national import theoretical
from dotpop_model.tables import Frame, Tables

PART = ("part", "label", "volume", "source")
CRITERION = ("criterion", "part", "label", "weight", "direction", "measure", "unit", "source")
REGION = ("region", "name", "adults", "minors", "allocation")


def criterion(code: str, part: str, weight: float, measure: str, direction: int = 1) -> tuple[Any, ...]:
    return (code, part, code, weight, direction, measure, "", None)


def national(
    parts: dict[str, float], criteria: list[tuple[Any, ...]], regions: list[tuple[Any, ...]], *further: str
) -> Tables:
    """The small region with these tables of the national step. further: columns of the regions."""
    return replace(
        small_region.tables(),
        national_parts=Frame.from_rows(PART, [(part, part, volume, None) for part, volume in parts.items()]),
        national_criteria=Frame.from_rows(CRITERION, criteria),
        regions=Frame.from_rows((*REGION, *further), regions),
    )


def found(tables: Tables, **changes: Any) -> tuple[Frame, Frame]:
    """The two result tables; minors count for one unless said otherwise."""
    return theoretical(tables, replace(small_region.assumptions(), **{"national_minors": 1.0, **changes}))


# Psychiatry: the five criteria of the decree. Two regions of 1 000 000 adults; the second has 400 000 minors besides.
# Inhabitants: 1 000 000 and 1 000 000 + 2.35 × 400 000 = 1 940 000. The others are chosen so that the shares are round:
# psychiatrists (more of them means less need) 0.2 and 0.7 per thousand: 1 / 0.2 : 1.4 / 0.7 = 5 : 2;
# poverty 14 and 30 %: 14 : 42 = 1 : 3; household size 2.1 and 1.5: 2.1 : 2.1 = 1 : 1;
# places (more of them means less need) 1 000 and 1 960: 1 / 1 000 : 1.4² / 1 960 = 1 : 1.
DECREE = national(
    {"TOUT": 1.0},
    [
        criterion("HABITANTS", "TOUT", 0.80, "inhabitants"),
        criterion("PSYCHIATRES", "TOUT", 0.05, "rate", -1),
        criterion("PAUVRETE", "TOUT", 0.09, "rate"),
        criterion("MENAGES", "TOUT", 0.01, "rate"),
        criterion("PLACES", "TOUT", 0.05, "count", -1),
    ],
    [
        ("R1", "Région Une", 1_000_000.0, 0.0, 480_000.0, 0.2, 14.0, 2.1, 1000.0),
        ("R2", "Région Deux", 1_000_000.0, 400_000.0, 520_000.0, 0.7, 30.0, 1.5, 1960.0),
    ],
    *("PSYCHIATRES", "PAUVRETE", "MENAGES", "PLACES"),
)
ONE = 0.80 * 100 / 294 + 0.05 * 5 / 7 + 0.09 * 1 / 4 + 0.01 * 1 / 2 + 0.05 * 1 / 2
"""The share of the first region."""


def test_the_five_criteria_of_the_decree_by_hand() -> None:
    allocations, shares = found(DECREE, national_minors=2.35)
    assert allocations.floats("theoretical").tolist() == pytest.approx([1_000_000 * ONE, 1_000_000 * (1 - ONE)])
    assert shares.records() == [
        {"region": "R1", "name": "Région Une", "part": "TOUT", "weight": 1.0, "share": pytest.approx(ONE)}
        | {"amount": pytest.approx(1_000_000 * ONE)},
        {"region": "R2", "name": "Région Deux", "part": "TOUT", "weight": 1.0, "share": pytest.approx(1 - ONE)}
        | {"amount": pytest.approx(1_000_000 * (1 - ONE))},
    ]


def test_the_gap_is_told_in_euros_and_in_share_of_the_allocation() -> None:
    row = found(DECREE, national_minors=2.35)[0].records()[0]
    assert (row["region"], row["name"], row["allocation"]) == ("R1", "Région Une", 480_000)
    assert row["gap"] == pytest.approx(1_000_000 * ONE - 480_000)
    assert row["gap_rate"] == pytest.approx(1_000_000 * ONE / 480_000 - 1)


# SMR: proximity (inhabitants and stays, half each) weighs 600, neurology 300, another specialty nothing yet 100.
PARTS = {"PROXIMITE": 600.0, "NEURO": 300.0, "AUTRES": 100.0}
CRITERIA = [
    criterion("HABITANTS", "PROXIMITE", 0.5, "inhabitants"),
    criterion("SEJOURS", "PROXIMITE", 0.5, "count"),
    criterion("PATHO_NEURO", "NEURO", 1.0, "count"),
    criterion("PATHO_AUTRES", "AUTRES", 1.0, "count"),
]
REGIONS = [
    ("93", "Sud", 80.0, 20.0, 500.0, 300.0, 60.0, 5.0),
    ("84", "Est", 250.0, 50.0, 300.0, 100.0, 40.0, 5.0),
    ("94", "Île", 90.0, 10.0, 200.0, 0.0, 0.0, 10.0),
]
SMR = national(PARTS, CRITERIA, REGIONS, "SEJOURS", "PATHO_NEURO", "PATHO_AUTRES")
# Proximity: inhabitants 100, 300, 100 (0.2, 0.6, 0.2) and stays (0.75, 0.25, 0): 0.475, 0.425, 0.1. Neurology: 0.6, 0.4, 0.
# Others: 0.25, 0.25, 0.5. Of 1 000 €: 285 + 180 + 25, 255 + 120 + 25, 60 + 0 + 50.


def test_the_parts_weigh_by_their_economic_volume() -> None:
    allocations, shares = found(SMR)
    assert allocations.floats("theoretical").tolist() == pytest.approx([490, 400, 110])
    assert allocations.floats("gap").tolist() == pytest.approx([-10, 100, -90])
    first = shares.where(shares["region"] == "93")
    assert first.texts("part") == list(PARTS)
    assert first.floats("weight").tolist() == pytest.approx([0.6, 0.3, 0.1])
    assert first.floats("share").tolist() == pytest.approx([0.475, 0.6, 0.25])
    assert first.floats("amount").tolist() == pytest.approx([285, 180, 25])


def test_volumes_count_by_their_proportions_alone() -> None:
    tenfold = national({part: 10 * volume for part, volume in PARTS.items()}, CRITERIA, REGIONS, *SMR.regions.names[5:])
    assert found(tenfold)[0].floats("theoretical").tolist() == pytest.approx([490, 400, 110])


def test_without_growth_no_allocation_moves() -> None:
    allocations = found(SMR, national_growth=None)[0]
    assert allocations.floats("growth").tolist() == [0, 0, 0]
    assert allocations.floats("after").tolist() == [500, 300, 200]


def test_growth_moves_towards_the_needs_and_nobody_loses() -> None:
    # Paces 1 + gap rate: 0.98, 4/3, 0.55, of mean 1: half of the growth is 5 % for all, half follows 490 : 400 : 110.
    allocations = found(SMR, national_growth=100.0, national_strength=1.0, national_guaranteed=0.5)[0]
    assert allocations.floats("growth").tolist() == [49.5, 35.0, 15.5]
    assert allocations.floats("after").tolist() == [549.5, 335.0, 215.5]
    assert allocations.floats("growth_rate").tolist() == pytest.approx([0.099, 35 / 300, 0.0775])


@pytest.mark.parametrize(
    "tables",
    [
        pytest.param({}, id="tables without columns"),
        pytest.param(
            {"national_parts": Frame.from_rows(PART, []), "national_criteria": Frame.from_rows(CRITERION, [])}
            | {"regions": Frame.from_rows(REGION, [])},
            id="tables without lines",
        ),
        pytest.param({"national_parts": SMR.national_parts, "national_criteria": SMR.national_criteria}, id="no region"),
    ],
)
def test_without_regions_there_is_nothing_to_show(tables: dict[str, Frame]) -> None:
    empty = {"national_parts": Frame({}), "national_criteria": Frame({}), "regions": Frame({})}
    inputs = replace(small_region.tables(), **{**empty, **tables})
    allocations, shares = theoretical(inputs, small_region.assumptions())
    assert (len(allocations), len(shares)) == (0, 0)
    assert allocations.names[:3] == ["region", "name", "allocation"]
    results = chain.run(inputs, small_region.assumptions())
    assert "national_total" not in results.controls.texts("control")


def test_the_steps_of_both_fields_are_the_same() -> None:
    tables = replace(
        small_smr.tables(),
        national_parts=SMR.national_parts,
        national_criteria=SMR.national_criteria,
        regions=SMR.regions,
    )
    assert theoretical(tables, small_smr.assumptions())[0].floats("theoretical").tolist() == pytest.approx([490, 400, 110])


def changed(table: str, column: str, values: list[Any]) -> Tables:
    frame = getattr(SMR, table)
    return replace(SMR, **{table: Frame({name: frame[name] for name in frame.names} | {column: values})})


REFUSED = [
    pytest.param(
        changed("national_criteria", "weight", [0.5, 0.4, 1.0, 1.0]),
        ("national_criteria", "part", ("PROXIMITE",)),
        "ne font pas 100 % dans PROXIMITE",
        id="weights that are not 100 % in a part",
    ),
    pytest.param(
        changed("national_parts", "volume", [600.0, float("nan"), float("nan")]),
        ("national_parts", "volume", ("NEURO", "AUTRES")),
        "volets sans volume : NEURO, AUTRES",
        id="parts without a volume",
    ),
    pytest.param(
        changed("national_parts", "volume", [0.0, 0.0, 0.0]),
        ("national_parts", "volume", ()),
        "aucun volet de volume positif",
        id="parts that are all nil",
    ),
    pytest.param(
        replace(SMR, national_criteria=Frame({})),
        ("national_parts", "part", ("PROXIMITE", "NEURO", "AUTRES")),
        "ne font pas 100 % dans PROXIMITE, NEURO, AUTRES",
        id="no criterion",
    ),
    pytest.param(
        changed("regions", "allocation", [500.0, 0.0, 200.0]),
        ("regions", "allocation", ("84",)),
        "dotations : valeur nulle ou négative à la ligne 84",
        id="a region without an allocation",
    ),
    pytest.param(
        changed("regions", "PATHO_NEURO", [0.0, 0.0, 0.0]),
        ("regions", "PATHO_NEURO", ()),
        "PATHO_NEURO : le total est nul",
        id="a criterion that is nil everywhere",
    ),
    pytest.param(
        changed("regions", "SEJOURS", [300.0, float("nan"), 0.0]),
        ("regions", "SEJOURS", ("84",)),
        "SEJOURS : valeur manquante à la ligne 84",
        id="a missing value",
    ),
    pytest.param(
        changed("national_criteria", "direction", [1, 1, -1, 1]),
        ("regions", "PATHO_NEURO", ("94",)),
        "PATHO_NEURO : valeur nulle ou négative à la ligne 94",
        id="nought where more means less need",
    ),
]


@pytest.mark.parametrize(("tables", "place", "words"), REFUSED)
def test_what_cannot_be_is_refused_with_its_place(
    tables: Tables, place: tuple[str, str, tuple[str, ...]], words: str
) -> None:
    assert_told_at(lambda: found(tables), place, words)


def test_a_part_that_is_not_declared_is_told_with_the_weights() -> None:
    with pytest.raises(ModelError) as caught:
        found(changed("national_criteria", "part", ["PROXIMITE", "PROXIMITE", "NEURO", "AUTRE"]))
    assert [fault.rows for fault in caught.value.faults] == [("AUTRE",), ("AUTRES",)]


def test_every_criterion_that_cannot_be_shared_is_told() -> None:
    regions = changed("regions", "PATHO_NEURO", [0.0, 0.0, 0.0]).regions
    both = Frame({name: regions[name] for name in regions.names} | {"SEJOURS": [float("nan"), 1.0, 1.0]})
    with pytest.raises(ModelError) as caught:
        found(replace(SMR, regions=both))
    assert [fault.column for fault in caught.value.faults] == ["SEJOURS", "PATHO_NEURO"]


def test_a_criterion_without_weight_is_not_looked_at() -> None:
    criteria = [criterion("HABITANTS", "TOUT", 1.0, "inhabitants"), criterion("SEJOURS", "TOUT", 0.0, "count")]
    tables = national({"TOUT": 1.0}, criteria, [(*region[:5], 0.0) for region in REGIONS], "SEJOURS")
    assert found(tables)[0].floats("theoretical").tolist() == pytest.approx([200, 600, 200])

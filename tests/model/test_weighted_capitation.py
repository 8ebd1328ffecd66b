"""The weighted-capitation engine on real data: England's 42 boards in 2022/23, their populations weighted by need."""

import csv
from pathlib import Path

import numpy as np
import pytest

from dotpop_model.index import funding_index, regional_mean
from dotpop_model.inequality import gini, variation
from dotpop_model.pace_of_change import pace_of_change
from dotpop_model.sharing import share_out
from dotpop_model.weighting import impact, weighted_population

pytestmark = pytest.mark.shared_data
SERVICES = (
    "WP_GENERAL_ACUTE",
    "WP_COMMUNITY",
    "WP_MENTAL_HEALTH",
    "WP_MATERNITY",
    "WP_HEALTH_INEQUALITIES",
    "WP_PRESCRIBING",
    "WP_OVERALL",
)
POT = 100_000_000_000  # a round amount: the file gives no money


@pytest.fixture
def boards(shared_data: Path) -> dict[str, np.ndarray]:
    with (shared_data / "nhs_icb_2022_23.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    numbers = {name: np.array([float(row[name]) for row in rows]) for name in ("POPULATION", *SERVICES)}
    return {"ICB": np.array([row["ICB"] for row in rows]), **numbers}


@pytest.mark.parametrize("service", SERVICES)
def test_each_weighted_population_adds_up_to_the_population(boards: dict[str, np.ndarray], service: str) -> None:
    assert len(boards["ICB"]) == 42
    assert boards[service].sum() == pytest.approx(boards["POPULATION"].sum(), rel=1e-6)


@pytest.mark.parametrize("service", SERVICES)
def test_the_engine_gives_back_the_weighted_population_from_its_index(boards: dict[str, np.ndarray], service: str) -> None:
    people, published = boards["POPULATION"], boards[service]
    need = published / people - 1
    found = weighted_population(people, need, recentre=True)
    assert found.sum() == pytest.approx(people.sum(), rel=1e-12)
    assert found == pytest.approx(published, rel=1e-6)
    moved = np.maximum(0, published - people).sum() / people.sum()
    assert impact(people, found) == pytest.approx(moved, rel=1e-3)


def test_the_index_of_the_42_boards_is_that_of_an_allocation_by_heads(boards: dict[str, np.ndarray]) -> None:
    people, needs, codes = boards["POPULATION"], boards["WP_OVERALL"], boards["ICB"].tolist()
    shared = [share_out(POT, key, ids=codes).shares for key in (people, needs)]
    assert [sum(shares) for shares in shared] == [POT, POT]
    by_heads, by_needs = (np.array([float(share) for share in shares]) for shares in shared)
    mean = regional_mean(by_needs, needs)
    assert funding_index(by_needs, needs, mean) == pytest.approx(np.ones(42), abs=1e-9)  # cents
    index = funding_index(by_heads, needs, regional_mean(by_heads, needs))
    assert index == pytest.approx((people / people.sum()) / (needs / needs.sum()), rel=1e-9)
    assert index @ needs / needs.sum() == pytest.approx(1, rel=1e-9)
    assert gini(by_heads / needs, needs) > 0.01 > gini(by_needs / needs, needs)
    assert variation(by_needs / needs, needs) == pytest.approx(0, abs=1e-9)


def test_the_pace_of_change_brings_the_boards_towards_their_needs_and_nobody_falls(boards: dict[str, np.ndarray]) -> None:
    people, needs = boards["POPULATION"], boards["WP_OVERALL"]
    money, target = POT * people / people.sum(), POT * needs / needs.sum()
    gaps = [float(np.abs(money / target - 1) @ needs / needs.sum())]
    for _ in range(5):
        growth = pace_of_change(money, target, 0.03 * float(money.sum()), floor=0.01).growth
        assert (growth >= 0).all()
        money = money + growth
        target = target * float(money.sum() / target.sum())
        gaps.append(float(np.abs(money / target - 1) @ needs / needs.sum()))
    assert gaps == sorted(gaps, reverse=True)
    assert gaps[-1] < gaps[0] / 2

"""Trajectory over tables: the campaigns simulated, then notified to the cent, by hospital, segment and year."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from dotpop_model.errors import Fault, ModelError, named
from dotpop_model.hypotheses import Hypotheses
from dotpop_model.index import position
from dotpop_model.notification import Notified, accounts, notify
from dotpop_model.tables import Frame, Tables
from dotpop_model.trajectory import Measures, Trajectory, reached, simulate
from dotpop_model.vocabulary import SEGMENT_NAMES, Segment

Exact: TypeAlias = NDArray[np.object_]  # decimals, to the cent
LEVERS = ("carry_forward", "withheld", "core_growth", "earmarked", "convergence")
SEGMENT_COLUMNS = ("segment", "year", "need", "objective", "capacity", "closed", "reached", "remaining")
NOTHING = "aucune ligne"
POT_ORDER = tuple(str(segment) for segment in Segment)


@dataclass(frozen=True, slots=True)
class Projection:
    """The simulated trajectory and its notified movements, with the labels of pots and hospitals."""

    simulated: Trajectory
    notified: list[Notified]
    campaign: list[Measures]
    pots: list[str]
    base_year: int


def project(tables: Tables, hypotheses: Hypotheses, indices: Frame) -> Projection:
    """Simulates the campaigns of the table over the horizon, from the allocations and indices of the base year."""
    campaign, pots = campaign_measures(tables, hypotheses)
    simulated = simulate(
        indices.floats("allocation"),
        indices.floats("population"),
        campaign,
        horizon=hypotheses.horizon,
        rules=hypotheses.rules,
        segments=hypotheses.compared_in(indices.texts("segment")),
        mean=indices.floats("mean"),
        target_share=hypotheses.target_share,
    )
    notified = notify(simulated, step=hypotheses.notified_step, ids=tables.finess)
    return Projection(simulated, notified, campaign, pots, hypotheses.base_year)


def campaign_measures(tables: Tables, hypotheses: Hypotheses) -> tuple[list[Measures], list[str]]:
    """The measures of the table as pots, in an order that does not depend on the order of its rows."""
    hospital_segments = tables.hospitals.texts("segment")
    rows = sorted(tables.campaign.records(), key=lambda row: (row["year"], POT_ORDER.index(row["segment"])))
    campaign = [
        Measures(
            int(row["year"]) - hypotheses.base_year,
            float(row["carry_forward"]),
            float(row["core_growth"]),
            float(row["earmarked"]),
            None if row["segment"] == "all" else tuple(segment == row["segment"] for segment in hospital_segments),
        )
        for row in rows
    ]
    years = {measures.year for measures in campaign}
    early = sorted({hypotheses.base_year + year for year in years if year < 1})
    if early:
        message = f"Campagne : années {named(early)} avant la première campagne. Les retirer, ou corriger l'année de base."
        raise ModelError([Fault(message, "campaign", "year", tuple(map(str, early)))])
    first = hypotheses.base_year + 1
    lacking: dict[str, list[int]] = {}
    for year in range(first, first + hypotheses.horizon):
        lacking.setdefault(
            lacking_measures({row["segment"] for row in rows if row["year"] == year}, hospital_segments), []
        ).append(year)
    faults = [_without_measures(what, years_lacking) for what, years_lacking in lacking.items() if what]
    if faults:
        raise ModelError(faults)
    return campaign, [row["segment"] for row in rows]


def lacking_measures(served: Collection[str], hospital_segments: Collection[str]) -> str:
    """What a year that serves these segments has no measures for ("" for nothing): a segment left out is not taken as 0."""
    if not served:
        return NOTHING
    missing = [one for one in SEGMENT_NAMES if one in hospital_segments and one not in served and "all" not in served]
    return named(SEGMENT_NAMES[one] for one in missing)


def _without_measures(what: str, years_lacking: list[int]) -> Fault:
    told = "" if what == NOTHING else f" pour {what}"
    message = (
        f"Campagne sans mesures en {named(years_lacking)}{told}. "
        "Compléter la feuille Campagne jusqu'à l'horizon (0 s'il n'y a pas de mesure), ou réduire l'horizon."
    )
    return Fault(message, "campaign", "year", tuple(map(str, years_lacking)))


def trajectory_frame(projection: Projection, hypotheses: Hypotheses, indices: Frame) -> Frame:
    """A row per hospital and year: each lever's amount and the allocation (exact), index, need closed, need left."""
    simulated, count = projection.simulated, len(indices)
    years = range(hypotheses.horizon + 1)
    amounts = _amounts(projection, count, len(years))
    allocations = np.array([[Decimal(repr(money)) for money in indices.floats("allocation").tolist()]])
    yearly = np.sum([amounts[lever] for lever in LEVERS], axis=0)
    allocations = np.cumsum(np.vstack([allocations, yearly[1:]]), axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        closed = np.where(simulated.need > 0, simulated.caught_up / simulated.need, np.nan)
    status = ["base" if year == 0 else "notified" if year <= hypotheses.notice_years else "forecast" for year in years]
    by_hospital = {
        "allocation": allocations.astype(np.float64),
        "index": simulated.index,
        "position": np.array([position(row, hypotheses.low, hypotheses.high) for row in simulated.index]),
        "caught_up": simulated.caught_up,
        "closed": closed,
        "remaining": simulated.remaining,
    }
    return Frame(
        {
            **{name: np.repeat(indices[name], len(years)) for name in ("finess", "name", "segment")},
            "year": np.tile([projection.base_year + year for year in years], count),
            "status": np.tile(status, count),
            **{lever: amounts[lever].astype(np.float64).T.ravel() for lever in LEVERS},
            **{name: values.T.ravel() for name, values in by_hospital.items()},
        }
    )


def _amounts(projection: Projection, count: int, years: int) -> dict[str, Exact]:
    """Exact amounts (decimals) by lever: years × hospitals."""
    amounts = {lever: np.full((years, count), Decimal(0), dtype=object) for lever in LEVERS}
    for move in projection.notified:
        amounts[move.lever][move.year] = amounts[move.lever][move.year] + np.array(move.shares, dtype=object)
    return amounts


def segment_frame(projection: Projection, hypotheses: Hypotheses, indices: Frame) -> Frame:
    """A row per segment (and "all") and year: need, objective, capacity so far, share closed, whether
    the objective is reached, need left (€)."""
    simulated = projection.simulated
    segments = indices["segment"]
    groups = {segment: segments == segment for segment in POT_ORDER if (segments == segment).any()}
    groups["all"] = np.ones(len(segments), dtype=bool)
    rows = []
    for segment, inside in groups.items():
        total = float(simulated.need[inside].sum())
        for year in range(hypotheses.horizon + 1):
            capacity = float(simulated.caught_up[year, inside].sum())
            closed = capacity / total if total > 0 else float("nan")
            remaining = float(simulated.remaining[year, inside].sum())
            objective = hypotheses.target_share * total
            done = "yes" if reached(capacity, objective) else "no"
            rows.append((segment, projection.base_year + year, total, objective, capacity, closed, done, remaining))
    return Frame.from_rows(SEGMENT_COLUMNS, rows)


def accounts_frame(projection: Projection) -> Frame:
    """A row per year, pot and measure: offered = distributed + unallocated, exactly (€)."""
    rows = [
        (
            projection.base_year + account.year,
            projection.pots[account.pot],
            account.measure,
            float(account.offered),
            float(account.distributed),
            float(account.unallocated),
        )
        for account in accounts(projection.notified, projection.campaign)
    ]
    return Frame.from_rows(("year", "segment", "measure", "offered", "distributed", "unallocated"), rows)

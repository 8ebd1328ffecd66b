"""Controls: each check of a run with what was expected, what was found, the difference and a verdict."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dotpop_model.envelope import Envelope
from dotpop_model.hypotheses import Hypotheses
from dotpop_model.stages.activity import counted_forms
from dotpop_model.stages.territories import Territories
from dotpop_model.stages.trajectory import Projection
from dotpop_model.tables import Tables, floats, texts
from dotpop_model.vocabulary import FlowMethod, Segment

CENT = 0.005  # half a cent: sums of amounts in cents, read as floats, are exact to well under this
SHARE = 1e-9  # shares and populations: float noise only


@dataclass(frozen=True, slots=True)
class Context:
    """All that the controls look at."""

    tables: Tables
    hypotheses: Hypotheses
    split: Envelope
    weighted: pd.DataFrame
    impacts: pd.DataFrame
    territory_envelopes: pd.DataFrame
    residuals: pd.DataFrame
    indices: pd.DataFrame
    trajectory: pd.DataFrame
    accounts: pd.DataFrame
    projection: Projection


@dataclass(frozen=True, slots=True)
class Control:
    """One check. subject: what it bears on (a segment, a level, a year…), a code word or a name."""

    code: str
    subject: str
    expected: float
    found: float
    unit: str
    verdict: str

    @property
    def row(self) -> dict[str, object]:
        return {
            "control": self.code,
            "subject": self.subject,
            "expected": self.expected,
            "found": self.found,
            "difference": self.found - self.expected,
            "unit": self.unit,
            "verdict": self.verdict,
        }


def controls(context: Context) -> pd.DataFrame:
    """Every control, in the order of the chain."""
    stages = (_envelope, _weighting, _flows, _indices, _trajectory)
    return pd.DataFrame([control.row for stage in stages for control in stage(context)])


def _equal(code: str, subject: str, expected: float, found: float, unit: str, otherwise: str = "alert") -> Control:
    """OK when equal to half a cent (€), or to float noise for anything else; else `otherwise`."""
    tolerance = CENT if unit == "€" else SHARE * max(1.0, abs(expected))
    return Control(code, subject, expected, found, unit, "ok" if abs(found - expected) <= tolerance else otherwise)


def _envelope(context: Context) -> Iterator[Control]:
    split, tables = context.split, context.tables
    spent = split.specific + split.margin + split.to_share
    yield _equal("envelope_parts", "all", float(split.total), float(spent), "€")
    yield _equal("envelope_segments", "all", float(split.to_share), float(sum(split.segments.values())), "€")
    by_segment = context.territory_envelopes.groupby("segment")["amount"].sum()
    compared = "segment" if context.hypotheses.segmented else None
    targets = context.indices.groupby(compared)["target"].sum() if compared else {"all": context.indices["target"].sum()}
    for segment, amount in split.segments.items():
        if amount:
            yield _equal("envelope_territories", segment, float(amount), float(by_segment[segment]), "€")
            yield _equal("envelope_hospitals", segment, float(amount), float(targets[segment]), "€")
    allocated = float(context.indices["allocation"].sum())
    yield _equal("envelope_allocations", "all", float(split.to_share), allocated, "€", "warning")
    yield _equal("compartments", "all", 1.0, float(floats(tables.compartments, "share").sum()), "%", "warning")


def _weighting(context: Context) -> Iterator[Control]:
    weights = floats(context.tables.indicators, "weight")
    if len(weights):
        yield _equal("indicator_weights", "all", 1.0, float(weights.sum()), "%")
    territories = context.tables.territories
    totals = territories.assign(people=territories["adults"] + territories["minors"]).groupby("level")["people"].sum()
    for level, total in list(totals.items())[1:]:
        yield _equal("level_populations", str(level), float(totals.iloc[0]), float(total), "hab.", "warning")
    for level, zones in context.weighted.groupby("level", sort=False):
        before, after = float(zones["population"].sum()), float(zones["weighted_population"].sum())
        kept = "alert" if context.hypotheses.recentre else "info"
        yield _equal("population_kept", str(level), before, after, "hab.", kept)
    limit = context.hypotheses.impact_limit
    for level, impact in zip(context.impacts["level"], context.impacts["impact"], strict=True):
        if limit is None:
            yield Control("impact", level, np.nan, impact, "%", "info")
        else:
            yield Control("impact", level, limit, impact, "%", "ok" if impact <= limit else "warning")


def _flows(context: Context) -> Iterator[Control]:
    hypotheses, tables = context.hypotheses, context.tables
    counted = counted_forms(tables, hypotheses)
    ignored = int((~tables.activity["form"].isin(list(counted))).sum())
    yield Control("activity_ignored", "all", 0.0, float(ignored), "lignes", "ok" if ignored == 0 else "info")
    silent = set(tables.finess) - set(texts(tables.activity, "finess"))
    yield Control("hospitals_without_activity", "all", 0.0, float(len(silent)), "ES", "ok" if not silent else "warning")
    for row in context.residuals.to_dict("records"):
        exact = row["method"] == FlowMethod.CONTRIBUTION and hypotheses.contribution_scope == "segment"
        otherwise = "warning" if exact else "info"
        before, after = float(row["weighted_population"]), float(row["population"])
        yield _equal("population_flows", row["segment"], before, after, "hab.", otherwise)
        if row["method"] != FlowMethod.CONTRIBUTION:
            yield _covered_territories(context, row["segment"])


def _covered_territories(context: Context, segment: str) -> Control:
    level = context.hypotheses.level(segment)
    territories = Territories(context.tables)
    own = context.indices if segment == Segment.ALL else context.indices[context.indices["segment"] == segment]
    covered = {territories.up(code, level) for code in own["territory"]}
    wanted = territories.at(level)
    found = sum(code in covered for code in wanted)
    verdict = "ok" if found == len(wanted) else "warning"
    return Control("territories_covered", segment, float(len(wanted)), float(found), "territoires", verdict)


def _indices(context: Context) -> Iterator[Control]:
    indices = context.indices
    groups = indices.groupby("segment") if context.hypotheses.segmented else [("all", indices)]
    for segment, group in groups:
        expected = float(group["allocation"].sum())
        found = float((group["mean"] * group["population"]).sum())
        given = context.hypotheses.given_mean(str(segment)) is not None
        yield _equal("mean_balances", str(segment), expected, found, "€", "info" if given else "alert")
    gap = indices["gap"].to_numpy(dtype=np.float64)
    total = np.abs(gap).sum() if context.hypotheses.gap_measure == "absolute" else -np.minimum(gap, 0).sum()
    yield Control("gaps", "all", np.nan, float(total) / float(context.split.total), "%", "info")


def _trajectory(context: Context) -> Iterator[Control]:
    trajectory, accounts, simulated = context.trajectory, context.accounts, context.projection.simulated
    totals = trajectory.groupby("year")["allocation"].sum()
    given = accounts.groupby("year")["distributed"].sum()
    for year in totals.index[1:]:
        yield _equal("year_adds_up", str(year), float(totals[year - 1] + given[year]), float(totals[year]), "€")
    left = accounts[accounts["unallocated"] != 0].groupby("year")["unallocated"].sum()
    for year, amount in left.items():
        yield Control("unallocated", str(year), 0.0, float(amount), "€", "warning")
    rises = trajectory.groupby("finess")["allocation"].diff().dropna()
    falls = int((rises < -CENT).sum())
    logic = context.hypotheses.logic
    yield Control("falls", logic, 0.0, float(falls), "ES", "ok" if not falls else "alert" if logic == "catch_up" else "info")
    reached = "ok" if simulated.reached else "warning"
    yield Control("objective", "all", simulated.objective, simulated.capacity, "€", reached)
    total = float(simulated.need.sum())
    yield Control("needs_covered", "all", total, simulated.capacity, "€", "ok" if simulated.capacity >= total else "info")

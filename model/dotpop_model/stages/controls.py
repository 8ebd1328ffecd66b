"""Controls: each check of a run with what was expected, what was found, the difference and a verdict."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from dotpop_model.envelope import Envelope
from dotpop_model.hypotheses import Hypotheses
from dotpop_model.sharing import HALF_CENT
from dotpop_model.stages.activity import counted_forms, counted_lines
from dotpop_model.stages.envelope import split_envelope
from dotpop_model.stages.territories import Territories
from dotpop_model.tables import Frame, Tables, groups
from dotpop_model.vocabulary import FlowMethod, Segment

COLUMNS = ("control", "subject", "expected", "found", "difference", "unit", "verdict")
SHARE = 1e-9  # shares and populations: float noise only


@dataclass(frozen=True, slots=True)
class Context:
    """All that the controls look at."""

    tables: Tables
    hypotheses: Hypotheses
    split: Envelope
    found: Mapping[str, Frame]


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
    def row(self) -> tuple[object, ...]:
        difference = self.found - self.expected
        if abs(difference) <= _tolerance(self.unit, self.expected):
            difference = 0.0  # float noise is no difference
        return (self.code, self.subject, self.expected, self.found, difference, self.unit, self.verdict)


Stage = Callable[[Context], Iterator[Control]]


def controls(tables: Tables, hypotheses: Hypotheses, found: Mapping[str, Frame], further: Sequence[Stage] = ()) -> Frame:
    """Every control, in the order of the chain. found: the results by name. further: the controls of the field alone."""
    context = Context(tables, hypotheses, split_envelope(tables, hypotheses), found)
    stages = (_national, _envelope, _weighting, _flows, _indices, _trajectory, *further)
    return Frame.from_rows(COLUMNS, [control.row for stage in stages for control in stage(context)])


def equal(code: str, subject: str, expected: float, found: float, unit: str, otherwise: str = "alert") -> Control:
    """OK when equal to half a cent (€), or to float noise for anything else; else `otherwise`."""
    equal = abs(found - expected) <= _tolerance(unit, expected)
    return Control(code, subject, expected, found, unit, "ok" if equal else otherwise)


def _tolerance(unit: str, expected: float) -> float:
    return HALF_CENT if unit == "€" else SHARE * max(1.0, abs(expected))


def _national(context: Context) -> Iterator[Control]:
    regions = context.found["region_allocations"]
    if len(regions):
        actual, theoretical = (float(regions[name].sum()) for name in ("allocation", "theoretical"))
        yield equal("national_total", "all", actual, theoretical, "€")
        falls = int((regions.floats("growth") < 0).sum())
        yield Control("national_falls", "all", 0.0, float(falls), "régions", "ok" if not falls else "alert")


def _envelope(context: Context) -> Iterator[Control]:
    split, tables = context.split, context.tables
    spent = split.specific + split.margin + split.to_share
    yield equal("envelope_parts", "all", float(split.total), float(spent), "€")
    yield equal("envelope_segments", "all", float(split.to_share), float(sum(split.segments.values())), "€")
    indices, territories = context.found["indices"], context.found["territory_envelopes"]
    compared_in = context.hypotheses.compared_in(indices.texts("segment"))
    for segment, amount in split.segments.items():
        if amount:
            in_territories = float(territories["amount"][territories["segment"] == segment].sum())
            yield equal("envelope_territories", segment, float(amount), in_territories, "€")
            in_hospitals = float(indices["target"][compared_in == segment].sum())
            yield equal("envelope_hospitals", segment, float(amount), in_hospitals, "€")
    allocated = float(context.found["indices"]["allocation"].sum())
    yield equal("envelope_allocations", "all", float(split.to_share), allocated, "€", "warning")
    yield equal("compartments", "all", 1.0, float(tables.compartments.floats("share").sum()), "%", "warning")


def _weighting(context: Context) -> Iterator[Control]:
    weights = context.tables.indicators.floats("weight")
    if len(weights):
        yield equal("indicator_weights", "all", 1.0, float(weights.sum()), "%")
    territories = context.tables.territories
    people = territories.floats("adults") + territories.floats("minors")
    totals = {level: float(people[rows].sum()) for level, rows in groups(territories.texts("level")).items()}
    reference = next(iter(totals.values()))
    for level, total in list(totals.items())[1:]:
        yield equal("level_populations", level, reference, total, "hab.", "warning")
    for level, rows in groups(context.found["weighted_population"].texts("level")).items():
        zones = context.found["weighted_population"].where(rows)
        before, after = float(zones["population"].sum()), float(zones["weighted_population"].sum())
        kept = "alert" if context.hypotheses.recentre else "info"
        yield equal("population_kept", level, before, after, "hab.", kept)
    limit = context.hypotheses.impact_limit
    for level, impact in zip(
        context.found["impacts"].texts("level"), context.found["impacts"]["impact"].tolist(), strict=True
    ):
        if limit is None:
            yield Control("impact", level, np.nan, impact, "%", "info")
        else:
            yield Control("impact", level, limit, impact, "%", "ok" if impact <= limit else "warning")


def _flows(context: Context) -> Iterator[Control]:
    hypotheses, tables = context.hypotheses, context.tables
    counted = counted_forms(tables, hypotheses)
    ignored = int((~counted_lines(tables, counted)).sum())
    yield Control("activity_ignored", "all", 0.0, float(ignored), "lignes", "ok" if ignored == 0 else "info")
    silent = set(tables.finess) - set(tables.activity.texts("finess"))
    yield Control("hospitals_without_activity", "all", 0.0, float(len(silent)), "ES", "ok" if not silent else "warning")
    for row in context.found["residuals"].records():
        exact = row["method"] == FlowMethod.CONTRIBUTION and hypotheses.contribution_scope == "segment"
        otherwise = "warning" if exact else "info"
        before, after = float(row["weighted_population"]), float(row["population"])
        yield equal("population_flows", row["segment"], before, after, "hab.", otherwise)
        if row["method"] != FlowMethod.CONTRIBUTION:
            yield _covered_territories(context, row["segment"])


def _covered_territories(context: Context, segment: str) -> Control:
    level = context.hypotheses.level(segment)
    territories = Territories(context.tables)
    own = context.found["indices"]
    if segment != Segment.ALL:
        own = own.where(own["segment"] == segment)
    covered = {territories.up(code, level) for code in own.texts("territory")}
    wanted = territories.at(level)
    found = sum(code in covered for code in wanted)
    verdict = "ok" if found == len(wanted) else "warning"
    return Control("territories_covered", segment, float(len(wanted)), float(found), "territoires", verdict)


def _indices(context: Context) -> Iterator[Control]:
    indices = context.found["indices"]
    everyone = {"all": np.ones(len(indices), dtype=bool)}
    compared = groups(indices.texts("segment")) if context.hypotheses.segmented else everyone
    for segment, rows in compared.items():
        expected = float(indices["allocation"][rows].sum())
        found = float(indices["mean"][rows] @ indices["population"][rows])
        given = context.hypotheses.given_mean(segment) is not None
        yield equal("mean_balances", segment, expected, found, "€", "info" if given else "alert")
    gap = indices.floats("gap")
    total = np.abs(gap).sum() if context.hypotheses.gap_measure == "absolute" else -np.minimum(gap, 0).sum()
    yield Control("gaps", "all", np.nan, float(total) / float(context.split.total), "%", "info")


def _trajectory(context: Context) -> Iterator[Control]:
    trajectory, accounts = context.found["trajectory"], context.found["accounts"]
    by_year = np.array([trajectory["allocation"][rows] for rows in groups(trajectory["year"].tolist()).values()])
    totals, base_year = by_year.sum(axis=1), context.hypotheses.base_year
    for year in range(1, len(totals)):
        rows = accounts["year"] == base_year + year
        expected = float(totals[year - 1] + accounts["distributed"][rows].sum())
        yield equal("year_adds_up", str(base_year + year), expected, float(totals[year]), "€")
        left = float(accounts["unallocated"][rows].sum())
        if left:
            rounding = float(context.hypotheses.notified_step) * int(rows.sum())
            verdict = "info" if left < rounding else "warning"  # parts of a euro, when euros are notified
            yield Control("unallocated", str(base_year + year), 0.0, left, "€", verdict)
    falls = int((np.diff(by_year, axis=0) < -HALF_CENT).any(axis=0).sum())
    last_year = base_year + context.hypotheses.horizon
    unused = int((context.tables.campaign.floats("year") > last_year).sum())
    yield Control("campaign_unused", "all", 0.0, float(unused), "lignes", "ok" if not unused else "info")
    logic = context.hypotheses.logic
    yield Control("falls", logic, 0.0, float(falls), "ES", "ok" if not falls else "alert" if logic == "catch_up" else "info")
    region = (
        context.found["segment_trajectory"]
        .where(context.found["segment_trajectory"]["segment"] == str(Segment.ALL))
        .records()[-1]
    )
    objective, capacity, need = region["objective"], region["capacity"], region["need"]
    yield Control("objective", "all", objective, capacity, "€", "ok" if region["reached"] == "yes" else "warning")
    yield Control("needs_covered", "all", need, capacity, "€", "ok" if capacity >= need else "info")

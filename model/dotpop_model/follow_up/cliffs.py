"""Cliff edges: the growth that each way of sharing gives to a hospital, as its index goes up.

The hospitals that are asked are not there: so small that they change nothing to the others, of the one index wanted.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from dotpop_model.arrays import Array
from dotpop_model.follow_up.history import Year
from dotpop_model.follow_up.sharing import pots, share
from dotpop_model.tables import Frame
from dotpop_model.trajectory import Measures, simulate

PROBE = 1.0  # €: of hospitals that have millions, money enough for none to see it
BESIDE, CLOSE = 1e-7, 6  # how near to a bound is beside it; decimals that being there does not change
FINEST, POINTS = 0.01, 60  # of the curve: hundredths of an index, or fewer points over a wider span
STEPS = ("bound", "segment", "below", "above", "step", "pace_below", "pace_above", "pace_step")


def curve(one: Year) -> Frame:
    """Growth of the first year (share of the allocation) by index, catch_up and pace, from the lowest index to the highest;
    in the segment with the most money, whose name is in each line."""
    indices = one.results.indices.floats("index")
    step = FINEST * max(1, round(float(np.ptp(indices)) / POINTS / FINEST))
    points = step * np.arange(np.floor(indices.min() / step), np.ceil(indices.max() / step) + 1)
    points = points[points > 0]
    largest = max(_segments(one), key=lambda segment: _money(one, segment))
    catch_up, pace = growths(one, largest, points)
    return Frame({"segment": [largest] * len(points), "index": points, "catch_up": catch_up, "pace": pace})


def steps(one: Year) -> Frame:
    """By segment, at the threshold of the need and at the bound of the over-funded: growth of the first year just below and
    just above, and the step between them, in each way of sharing."""
    bounds = dict.fromkeys((one.hypotheses.need_threshold, one.hypotheses.high))
    rows = []
    for bound in bounds:
        for segment in _segments(one):
            catch_up, pace = growths(one, segment, np.array([bound * (1 - BESIDE), bound * (1 + BESIDE)]))
            found = [(below, above, np.round(above - below, CLOSE) + 0.0) for below, above in (catch_up, pace)]
            rows.append((bound, segment, *(float(value) for values in found for value in values)))
    return Frame.from_rows(STEPS, rows)


def growths(one: Year, segment: str, indices: Array) -> tuple[Array, Array]:
    """Growth of the first year (n, share of the allocation) of hospitals of a segment with these indices: by the region's
    own rules, and at the pace of change."""
    found, given, count = one.results.indices, one.hypotheses, len(indices)
    segments = [*found.texts("segment"), *[segment] * count]
    mean = found.floats("mean")[found.texts("segment").index(segment)]
    money = np.append(found.floats("allocation"), np.full(count, PROBE))
    people = np.append(found.floats("population"), PROBE / (indices * mean))
    campaign = [_joined(measures, segments) for measures in one.projection.campaign if measures.year == 1]
    simulated = simulate(
        money,
        people,
        campaign,
        horizon=1,
        rules=given.rules,
        segments=given.compared_in(segments),
        mean=np.append(found.floats("mean"), np.full(count, mean)),
        target_share=given.target_share,
    )
    growth, _ = share(money, simulated.mean[1] * people, pots(campaign, 1, len(money)), given)
    return simulated.allocation[1, -count:] / PROBE - 1, growth[-count:] / PROBE


def _joined(measures: Measures, segments: Sequence[str]) -> Measures:
    """A pot, with the hospitals that are asked among those of its segment."""
    if measures.members is None:
        return measures
    served = {own for own, inside in zip(segments, measures.members, strict=False) if inside}
    return replace(measures, members=tuple(own in served for own in segments))


def _segments(one: Year) -> list[str]:
    return list(dict.fromkeys(one.results.indices.texts("segment")))


def _money(one: Year, segment: str) -> float:
    indices = one.results.indices
    return float(indices.floats("allocation")[np.array(indices.texts("segment")) == segment].sum())

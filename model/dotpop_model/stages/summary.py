"""Summary: what the committee reads first, by segment and position, and by year."""

from collections.abc import Mapping

import numpy as np

from dotpop_model.hypotheses import Hypotheses
from dotpop_model.tables import Frame
from dotpop_model.vocabulary import Position, Segment

NON_SECTORISED_TOTAL = "non_sectorised_total"
"""The two segments without a catchment duty together, as the source prints them."""


LINES: Mapping[str, tuple[str, ...]] = {
    str(Segment.SECTORISED): (Segment.SECTORISED,),
    str(Segment.NON_SECTORISED): (Segment.NON_SECTORISED,),
    str(Segment.OQN): (Segment.OQN,),
    NON_SECTORISED_TOTAL: (Segment.NON_SECTORISED, Segment.OQN),
    str(Segment.ALL): (Segment.SECTORISED, Segment.NON_SECTORISED, Segment.OQN),
}
"""The lines of the summary, with the segments that each adds up."""
SMR_LINES: Mapping[str, tuple[str, ...]] = {
    str(Segment.NON_SECTORISED): (Segment.NON_SECTORISED,),
    str(Segment.OQN): (Segment.OQN,),
    str(Segment.ALL): (Segment.NON_SECTORISED, Segment.OQN),
}


def positions(indices: Frame, hypotheses: Hypotheses, lines: Mapping[str, tuple[str, ...]] = LINES) -> Frame:
    """Hospitals and amounts by position (columns) and segment (rows), with subtotals, with the need and objective."""
    found = [_line(label, indices, [str(one) for one in members], hypotheses) for label, members in lines.items()]
    return Frame.from_rows(list(found[0]), [list(line.values()) for line in found])


def _line(label: str, indices: Frame, members: list[str], hypotheses: Hypotheses) -> dict[str, object]:
    inside = np.isin(indices["segment"].astype(str), members)
    held = {str(position): inside & (indices["position"] == str(position)) for position in Position}
    allocation = indices["allocation"]
    need = float(indices["need"][inside].sum())
    return {
        "segment": label,
        **{f"hospitals_{position}": int(rows.sum()) for position, rows in held.items()},
        "hospitals": int(inside.sum()),
        **{f"allocation_{position}": float(allocation[rows].sum()) for position, rows in held.items()},
        "allocation": float(allocation[inside].sum()),
        "need": need,
        "objective": hypotheses.target_share * need,
        "objective_per_year": hypotheses.target_share * need / hypotheses.horizon,
    }


def years(segment_trajectory: Frame, accounts: Frame, trajectory: Frame) -> Frame:
    """A row per year for the whole region: allocations, new measures, capacity against the objective (€)."""
    region = segment_trajectory.where(segment_trajectory["segment"] == "all")
    return Frame(
        {
            "year": region["year"],
            "allocation": [float(trajectory["allocation"][trajectory["year"] == year].sum()) for year in region["year"]],
            "offered": [_of_year(accounts, "offered", year) for year in region["year"]],
            "unallocated": [_of_year(accounts, "unallocated", year) for year in region["year"]],
            **{name: region[name] for name in ("capacity", "objective", "closed", "remaining")},
        }
    )


def _of_year(accounts: Frame, column: str, year: int) -> float:
    """Sum of a year's accounts; NaN for the base year, which has none."""
    rows = accounts["year"] == year
    return float(accounts[column][rows].sum()) if rows.any() else float("nan")

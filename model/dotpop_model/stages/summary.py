"""Summary: what the committee reads first, by segment and position, and by year."""

import pandas as pd

from dotpop_model.hypotheses import Hypotheses
from dotpop_model.vocabulary import Position, Segment

NON_SECTORISED_TOTAL = "non_sectorised_total"
"""The two segments without a catchment duty together, as the source prints them."""


def positions(indices: pd.DataFrame, hypotheses: Hypotheses) -> pd.DataFrame:
    """Hospitals and amounts by position (columns) and segment (rows), with subtotals, with the need and objective."""
    groups = {
        str(Segment.SECTORISED): [Segment.SECTORISED],
        str(Segment.NON_SECTORISED): [Segment.NON_SECTORISED],
        str(Segment.OQN): [Segment.OQN],
        NON_SECTORISED_TOTAL: [Segment.NON_SECTORISED, Segment.OQN],
        str(Segment.ALL): [Segment.SECTORISED, Segment.NON_SECTORISED, Segment.OQN],
    }
    return pd.DataFrame(
        [_line(label, indices, [str(one) for one in members], hypotheses) for label, members in groups.items()]
    )


def _line(label: str, indices: pd.DataFrame, members: list[str], hypotheses: Hypotheses) -> dict[str, object]:
    rows = indices[indices["segment"].isin(members)]
    held = {str(position): rows[rows["position"] == str(position)] for position in Position}
    objective = hypotheses.target_share * float(rows["need"].sum())
    return {
        "segment": label,
        **{f"hospitals_{position}": len(held[position]) for position in held},
        "hospitals": len(rows),
        **{f"allocation_{position}": float(held[position]["allocation"].sum()) for position in held},
        "allocation": float(rows["allocation"].sum()),
        "need": float(rows["need"].sum()),
        "objective": objective,
        "objective_per_year": objective / hypotheses.horizon,
    }


def years(segment_trajectory: pd.DataFrame, accounts: pd.DataFrame, trajectory: pd.DataFrame) -> pd.DataFrame:
    """A row per year for the whole region: allocations, new measures, capacity against the objective (€)."""
    region = segment_trajectory[segment_trajectory["segment"] == "all"].set_index("year")
    measures = accounts.groupby("year")[["offered", "unallocated"]].sum().reindex(region.index)
    return pd.DataFrame(
        {
            "year": region.index,
            "allocation": trajectory.groupby("year")["allocation"].sum().reindex(region.index).to_numpy(),
            "offered": measures["offered"].to_numpy(),
            "unallocated": measures["unallocated"].to_numpy(),
            "capacity": region["capacity"].to_numpy(),
            "objective": region["objective"].to_numpy(),
            "closed": region["closed"].to_numpy(),
            "remaining": region["remaining"].to_numpy(),
        }
    )

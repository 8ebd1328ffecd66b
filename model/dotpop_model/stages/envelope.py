"""Envelope over tables: the regional pot, what is taken off it, and each segment's part."""

import numpy as np
import pandas as pd

from dotpop_model import envelope
from dotpop_model.arrays import Array
from dotpop_model.envelope import Envelope
from dotpop_model.hypotheses import Hypotheses
from dotpop_model.sharing import share_out
from dotpop_model.tables import Tables, floats, texts


def split_envelope(tables: Tables, hypotheses: Hypotheses) -> Envelope:
    """The split of section 2 of the domain, with the historical key that the region chose."""
    history = _history(tables, hypotheses)
    specific = floats(tables.specific, "amount").tolist()
    return envelope.split(float(floats(tables.envelope, "amount").sum()), specific, hypotheses.regional_margin, history)


def _history(tables: Tables, hypotheses: Hypotheses) -> dict[str, float]:
    source = tables.hospitals if hypotheses.history_source == "allocations" else tables.history
    amounts = floats(source, "allocation" if source is tables.hospitals else "amount")
    segments = texts(source, "segment") if hypotheses.segmented else ["all"] * len(amounts)
    totals = {str(segment): 0.0 for segment in hypotheses.segments}
    for segment, amount in zip(segments, amounts.tolist(), strict=True):
        totals[segment] += amount
    return totals


def split_frame(tables: Tables, split: Envelope) -> pd.DataFrame:
    """The split as lines to read from top to bottom: step, amount (€)."""
    lines = [("total", split.total)]
    lines += [("specific", -split.specific), ("margin", -split.margin), ("to_share", split.to_share)]
    if set(split.segments) != {"all"}:
        lines.append(("ex_daf", split.ex_daf))
        lines += [(segment, amount) for segment, amount in split.segments.items()]
    return pd.DataFrame({"step": [step for step, _ in lines], "amount": [float(amount) for _, amount in lines]})


def territory_envelopes(split: Envelope, weighted: pd.DataFrame, hypotheses: Hypotheses) -> pd.DataFrame:
    """Each segment's envelope shared among its territories by need-weighted population, to the cent."""
    parts = []
    for segment in hypotheses.segments:
        if not split.segments[str(segment)]:
            continue
        zones = weighted[weighted["level"] == hypotheses.level(segment)]
        codes = texts(zones, "territory")
        shares = _shares(split, segment, floats(zones, "weighted_population"), codes, hypotheses)
        parts.append(
            pd.DataFrame(
                {
                    "segment": str(segment),
                    "territory": codes,
                    "name": texts(zones, "name"),
                    "weighted_population": floats(zones, "weighted_population"),
                    "amount": shares,
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def hospital_targets(split: Envelope, flows: pd.DataFrame, hypotheses: Hypotheses) -> Array:
    """Each segment's envelope shared among its hospitals by flow-corrected population (€), in the order of `flows`."""
    targets = np.zeros(len(flows))
    for segment in hypotheses.segments:
        inside = (flows["compared_in"] == str(segment)).to_numpy()
        rows = flows[inside]
        targets[inside] = _shares(split, segment, floats(rows, "population"), texts(rows, "finess"), hypotheses)
    return targets


def _shares(split: Envelope, segment: str, key: Array, ids: list[str], hypotheses: Hypotheses) -> list[float]:
    shared = share_out(split.segments[str(segment)], key, step=hypotheses.notified_step, ids=ids)
    return [float(share) for share in shared.shares]

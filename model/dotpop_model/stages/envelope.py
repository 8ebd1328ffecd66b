"""Envelope over tables: the regional pot, what is taken off it, and each segment's part."""

import numpy as np

from dotpop_model import envelope
from dotpop_model.arrays import Array
from dotpop_model.envelope import Envelope
from dotpop_model.errors import Fault, ModelError, located, named
from dotpop_model.hypotheses import Hypotheses
from dotpop_model.sharing import share_out
from dotpop_model.tables import Frame, Tables, rows_of
from dotpop_model.vocabulary import SEGMENT_NAMES

PLACES = {  # where the arguments of the formula stand
    "enveloppe": ("envelope", "amount"),
    "ASR": ("specific", "amount"),
    "marge": ("hypotheses", "value"),
}


def split_envelope(tables: Tables, hypotheses: Hypotheses) -> Envelope:
    """The split of section 2 of the domain, with the historical key that the region chose."""
    _check_segments(tables)
    history = _history(tables, hypotheses)
    specific = tables.specific.floats("amount").tolist()
    total = float(tables.envelope.floats("amount").sum())
    key = ("hospitals", "allocation") if hypotheses.history_source == "allocations" else ("history", "amount")
    with located({**PLACES, "historique": key}):
        return envelope.split(total, specific, hypotheses.regional_margin, history)


def _check_segments(tables: Tables) -> None:
    """A hospital in no segment would be compared with nobody, and its money counted nowhere."""
    known = {str(segment) for segment in SEGMENT_NAMES}
    lost = [code for code, own in zip(tables.finess, tables.hospitals.texts("segment"), strict=True) if own not in known]
    if lost:
        message = f"Établissements sans segment : {named(lost)}. Choisir leur segment dans la feuille Établissements."
        raise ModelError([Fault(message, "hospitals", "segment", tuple(lost))])


def _history(tables: Tables, hypotheses: Hypotheses) -> dict[str, float]:
    source = tables.hospitals if hypotheses.history_source == "allocations" else tables.history
    amounts = source.floats("allocation" if source is tables.hospitals else "amount")
    segments = source.texts("segment") if hypotheses.segmented else ["all"] * len(amounts)
    totals = {str(segment): 0.0 for segment in hypotheses.segments}
    for segment, amount in zip(segments, amounts.tolist(), strict=True):
        totals[segment] += amount
    return totals


def split_frame(split: Envelope) -> Frame:
    """The split as lines to read from top to bottom: step, amount (€)."""
    lines = [("total", split.total)]
    lines += [("specific", -split.specific), ("margin", -split.margin), ("to_share", split.to_share)]
    if set(split.segments) != {"all"}:
        lines.append(("ex_daf", split.ex_daf))
        lines += [(segment, amount) for segment, amount in split.segments.items()]
    return Frame({"step": [step for step, _ in lines], "amount": [float(amount) for _, amount in lines]})


def territory_envelopes(tables: Tables, split: Envelope, weighted: Frame, hypotheses: Hypotheses) -> Frame:
    """Each segment's envelope shared among its territories by need-weighted population, to the cent."""
    parts = []
    for segment in hypotheses.segments:
        if not rows_of(tables, segment):
            continue
        zones = weighted.where(weighted["level"] == hypotheses.level(segment))
        codes = zones.texts("territory")
        shares = _shares(split, segment, zones.floats("weighted_population"), codes)
        parts.append(
            Frame(
                {
                    "segment": [str(segment)] * len(zones),
                    "territory": codes,
                    "name": zones.texts("name"),
                    "weighted_population": zones.floats("weighted_population"),
                    "amount": shares,
                }
            )
        )
    return Frame.stacked(parts)


def hospital_targets(split: Envelope, flows: Frame, hypotheses: Hypotheses) -> Array:
    """Each segment's envelope shared among its hospitals by flow-corrected population (€), in the order of `flows`."""
    targets = np.zeros(len(flows))
    compared_in = hypotheses.compared_in(flows.texts("segment"))
    for segment in hypotheses.segments:
        inside = compared_in == str(segment)
        rows = flows.where(inside)
        targets[inside] = _shares(split, segment, rows.floats("population"), rows.texts("finess"))
    return targets


def _shares(split: Envelope, segment: str, key: Array, ids: list[str]) -> list[float]:
    shared = share_out(split.segments[str(segment)], key, ids=ids)
    return [float(share) for share in shared.shares]

"""Factors: what may vary in a region, over which range, and the region where one of them has another value."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import numpy as np

from dotpop_model.arrays import Array
from dotpop_model.hypotheses import Hypotheses
from dotpop_model.smr import SmrTables
from dotpop_model.tables import Frame, Tables

MEASURES = ("carry_forward", "core_growth", "earmarked")


class Kind(StrEnum):
    """What a factor is: a number among the hypotheses, a choice among them, a weight, the money of campaigns, the counts."""

    NUMBER = "number"
    CHOICE = "choice"
    INDICATOR = "indicator"
    FORM = "form"
    CRITERION = "criterion"
    CAMPAIGN = "campaign"
    COUNTS = "counts"


@dataclass(frozen=True, slots=True)
class Factor:
    """A factor. code, label: as users read them. name: of the hypothesis, the indicator, the form, the
    criterion or the measure.

    low, high: its range, in its own unit; for weights and campaigns, multiples of what the region has. others: for a choice,
    the other values that it may have. base: what it has in the region (1 for a multiple).
    """

    code: str
    label: str
    kind: Kind
    name: str
    base: Any
    low: float = np.nan
    high: float = np.nan
    others: tuple[Any, ...] = ()
    unit: str = ""
    source: str = ""

    @property
    def ranged(self) -> bool:
        """Whether it varies over an interval, which scenarios can be drawn from."""
        return self.kind != Kind.CHOICE


def vary(factor: Factor, value: Any, tables: Tables, hypotheses: Hypotheses) -> tuple[Tables, Hypotheses]:
    """The region where a factor has another value.

    A weight of indicator is multiplied, then all weights are brought back to a sum of 1; a weight of form or of criterion
    and the money of a measure are multiplied. Counts are resampled elsewhere (`served`): here they stay.
    """
    match factor.kind:
        case Kind.NUMBER | Kind.CHOICE:
            return tables, replace(hypotheses, **{factor.name: value})
        case Kind.INDICATOR:
            names, weights = tables.indicators.texts("indicator"), tables.indicators.floats("weight")
            multiples = np.where(np.array(names) == factor.name, value, 1.0)
            return replace(tables, indicators=_with(tables.indicators, "weight", reweighted(weights, multiples))), hypotheses
        case Kind.FORM:
            chosen = np.array(tables.forms.texts("form")) == factor.name
            columns = {
                name: np.where(chosen, value, 1.0) * tables.forms.floats(name) for name in ("weight", "nature_weight")
            }
            return replace(tables, forms=Frame({**_columns(tables.forms), **columns})), hypotheses
        case Kind.CRITERION if isinstance(tables, SmrTables):
            chosen = np.array(tables.criteria.texts("criterion")) == factor.name
            weights = np.where(chosen, value, 1.0) * tables.criteria.floats("weight")
            return replace(tables, criteria=_with(tables.criteria, "weight", weights)), hypotheses
        case Kind.CAMPAIGN:
            money = tables.campaign.floats(factor.name) * value
            return replace(tables, campaign=_with(tables.campaign, factor.name, money)), hypotheses
    return tables, hypotheses


def reweighted(weights: Array, multiples: Array) -> Array:
    """Weights multiplied, then brought back to a sum of 1 (… × K)."""
    found = weights * multiples
    total = found.sum(axis=-1, keepdims=True)
    return np.asarray(np.divide(found, total, out=np.zeros_like(found), where=total > 0))


def _with(frame: Frame, column: str, values: Array) -> Frame:
    return Frame({**_columns(frame), column: values})


def _columns(frame: Frame) -> dict[str, Any]:
    return {name: frame[name] for name in frame.names}

"""The tables the chain reads and the tables it gives, as data frames with code names for columns."""

from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np
import pandas as pd

from dotpop_model.arrays import Array


@dataclass(frozen=True)
class Tables:
    """The inputs of a region, one frame per table; columns as declared for the workbook (code names).

    envelope: amount. specific: activity, finess, amount. history: segment, amount. compartments: label, share.
    hospitals: finess, name, segment, territory, federation, status, allocation.
    territories: territory, name, level, parent, adults, minors.
    indicators: indicator, label, weight, direction, unit, source.
    indicator_values: territory, then one column per indicator.
    forms: form, label, nature, measure, weight, nature_weight. activity: finess, territory, age, form, volume.
    campaign: year, segment, carry_forward, core_growth, earmarked.
    """

    envelope: pd.DataFrame
    specific: pd.DataFrame
    history: pd.DataFrame
    compartments: pd.DataFrame
    hospitals: pd.DataFrame
    territories: pd.DataFrame
    indicators: pd.DataFrame
    indicator_values: pd.DataFrame
    forms: pd.DataFrame
    activity: pd.DataFrame
    campaign: pd.DataFrame

    @cached_property
    def finess(self) -> list[str]:
        """The identifiers of the hospitals, in the order of their table."""
        return [str(code) for code in self.hospitals["finess"]]


@dataclass(frozen=True)
class Results:
    """The results of the chain, one frame per table of the workbook."""

    split: pd.DataFrame
    weighted_population: pd.DataFrame
    impacts: pd.DataFrame
    territory_envelopes: pd.DataFrame
    flows: pd.DataFrame
    residuals: pd.DataFrame
    indices: pd.DataFrame
    group_indices: pd.DataFrame
    ranking: pd.DataFrame
    trajectory: pd.DataFrame
    segment_trajectory: pd.DataFrame
    accounts: pd.DataFrame
    positions: pd.DataFrame
    years: pd.DataFrame
    controls: pd.DataFrame

    def frames(self) -> dict[str, pd.DataFrame]:
        """Each result frame under its name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


def floats(frame: pd.DataFrame, column: str) -> Array:
    """A column as floats (missing as NaN)."""
    return frame[column].to_numpy(dtype=np.float64, na_value=np.nan)


def texts(frame: pd.DataFrame, column: str) -> list[str]:
    """A column as texts (missing as "")."""
    return ["" if value is None or value != value else str(value) for value in frame[column].tolist()]

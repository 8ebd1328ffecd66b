"""The tables the chain reads and the tables it gives, column by column, under code names."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dotpop_model.arrays import Array

if TYPE_CHECKING:
    import pandas as pd

Mask = NDArray[np.bool_]


class Frame:
    """A table as columns of equal length: floats and integers as numpy arrays, texts as arrays of str or None.

    What the chain needs of a data frame, without what pandas costs: the whole chain takes a few milliseconds, and the
    command line starts at once. `to_pandas` and `from_pandas` are the bridges.

    A Frame without any column is an empty table: whatever column it is asked for is empty too.
    """

    __slots__ = ("_codes", "_columns", "_texts")

    def __init__(self, columns: Mapping[str, Any]) -> None:
        self._columns = {name: _column(values) for name, values in columns.items()}
        self._texts: dict[str, list[str]] = {}
        self._codes: dict[str, tuple[list[str], NDArray[np.intp]]] = {}
        lengths = {len(values) for values in self._columns.values()}
        if len(lengths) > 1:
            raise ValueError(f"columns of different lengths: {sorted(lengths)}")

    def __len__(self) -> int:
        return len(next(iter(self._columns.values()))) if self._columns else 0

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self._columns[name] if self._columns else np.empty(0, dtype=object)

    def __contains__(self, name: str) -> bool:
        return name in self._columns

    @property
    def names(self) -> list[str]:
        """The names of the columns, in order."""
        return list(self._columns)

    def floats(self, name: str) -> Array:
        """A column as floats (missing as NaN)."""
        values = self[name]
        if values.dtype == object:
            return np.array([np.nan if value is None else value for value in values.tolist()], dtype=np.float64)
        return values.astype(np.float64, copy=False)

    def texts(self, name: str) -> list[str]:
        """A column as texts (missing as ""); read once, not to be changed."""
        if name not in self._texts:
            values = self[name].tolist()
            self._texts[name] = [value if type(value) is str else "" if value is None else str(value) for value in values]
        return self._texts[name]

    def coded(self, name: str) -> tuple[list[str], NDArray[np.intp]]:
        """The distinct texts of a column, and which of them each row holds; counted once."""
        if name not in self._codes:
            place: dict[str, int] = {}
            rows = [place.setdefault(text, len(place)) for text in self.texts(name)]
            self._codes[name] = (list(place), np.array(rows, dtype=np.intp))
        return self._codes[name]

    def where(self, rows: Mask) -> "Frame":
        """The rows where the mask is true; the frame itself when it is true everywhere."""
        if rows.all():
            return self
        return Frame({name: values[rows] for name, values in self._columns.items()})

    def records(self) -> list[dict[str, Any]]:
        """The rows as dictionaries of plain Python values (missing numbers as NaN)."""
        lists = [values.tolist() for values in self._columns.values()]
        return [dict(zip(self._columns, row, strict=True)) for row in zip(*lists, strict=True)]

    def to_pandas(self) -> "pd.DataFrame":
        """The same as a pandas data frame."""
        import pandas as pd

        return pd.DataFrame(self._columns)

    @classmethod
    def from_pandas(cls, frame: "pd.DataFrame") -> "Frame":
        """A pandas data frame as a Frame; missing texts become None."""
        columns = {str(name): values for name, values in frame.items()}
        numeric = {name: values.dtype.kind in "fiub" for name, values in columns.items()}
        return cls(
            {
                name: values.to_numpy() if numeric[name] else values.astype(object).where(values.notna(), None).tolist()
                for name, values in columns.items()
            }
        )

    @classmethod
    def from_rows(cls, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> "Frame":
        """A Frame from rows; an empty table has its columns all the same."""
        columns = list(zip(*rows, strict=True)) or [()] * len(names)
        return cls({name: list(values) for name, values in zip(names, columns, strict=True)})

    @classmethod
    def stacked(cls, frames: Sequence["Frame"]) -> "Frame":
        """Frames of the same columns, one under the other."""
        return cls({name: np.concatenate([frame[name] for frame in frames]) for name in frames[0].names})


def groups(values: Iterable[Any]) -> dict[Any, Mask]:
    """For each distinct value, in sorted order, the mask of its rows."""
    column = np.asarray(list(values), dtype=object)
    return {value: column == value for value in sorted(set(column.tolist()))}


def _column(values: Any) -> NDArray[Any]:
    """Numbers keep their type; anything else becomes an array of objects, one per row."""
    if isinstance(values, np.ndarray) and values.ndim == 1:
        return values.astype(object) if values.dtype.kind in "US" else values
    items = list(values)
    if items and all(type(value) in (int, float) for value in items):
        return np.array(items)
    column = np.empty(len(items), dtype=object)
    column[:] = items
    return column


@dataclass(frozen=True)
class Tables:
    """The inputs of a region, one frame per table; columns as declared for the workbook (code names).

    envelope: item, amount. specific: activity, finess, amount. history: segment, amount. compartments: label, share.
    hospitals: finess, name, segment, territory, federation, status, allocation.
    territories: territory, name, level, parent, adults, minors.
    indicators: indicator, label, weight, direction, unit, source.
    indicator_values: territory, then one column per indicator.
    forms: form, label, nature, measure, weight, nature_weight. activity: finess, territory, age, form, volume.
    campaign: year, segment, carry_forward, core_growth, earmarked.
    national_parts: part, label, volume. national_criteria: criterion, part, label, weight, direction, measure, unit, source.
    regions: region, name, adults, minors, allocation, then a column per criterion that is not made of inhabitants.
    The three of the national step may be empty.
    """

    envelope: Frame
    specific: Frame
    history: Frame
    compartments: Frame
    hospitals: Frame
    territories: Frame
    indicators: Frame
    indicator_values: Frame
    forms: Frame
    activity: Frame
    campaign: Frame
    national_parts: Frame = field(default_factory=lambda: Frame({}))
    national_criteria: Frame = field(default_factory=lambda: Frame({}))
    regions: Frame = field(default_factory=lambda: Frame({}))

    @classmethod
    def from_pandas(cls, frames: Mapping[str, "pd.DataFrame"]) -> "Tables":
        """The tables from pandas data frames."""
        return cls(**{one.name: Frame.from_pandas(frames[one.name]) for one in fields(cls) if one.name in frames})

    @cached_property
    def finess(self) -> list[str]:
        """The identifiers of the hospitals, in the order of their table."""
        return self.hospitals.texts("finess")

    @property
    def outside(self) -> Frame:
        """The hospitals outside the sharing: none, unless the field keeps some apart."""
        return Frame({})


def rows_of(tables: Tables, segment: str) -> list[int]:
    """The rows of the hospitals that a segment compares ("all": every hospital)."""
    return [row for row, own in enumerate(tables.hospitals.texts("segment")) if segment in ("all", own)]


@dataclass(frozen=True)
class Results:
    """The results of the chain, one frame per table of the workbook."""

    region_allocations: Frame
    region_shares: Frame
    split: Frame
    weighted_population: Frame
    impacts: Frame
    territory_envelopes: Frame
    flows: Frame
    residuals: Frame
    indices: Frame
    reasons: Frame
    group_indices: Frame
    ranking: Frame
    trajectory: Frame
    segment_trajectory: Frame
    accounts: Frame
    positions: Frame
    years: Frame
    controls: Frame

    def frames(self) -> dict[str, Frame]:
        """Each result frame under its name."""
        return {one.name: getattr(self, one.name) for one in fields(self)}

    def to_pandas(self) -> dict[str, "pd.DataFrame"]:
        """Each result as a pandas data frame under its name."""
        return {name: frame.to_pandas() for name, frame in self.frames().items()}

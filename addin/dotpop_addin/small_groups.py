"""Groups of hospitals whose totals would give one of them away, among all the totals that are printed together."""

from typing import TypeAlias

import numpy as np

from dotpop_model.disclosure import SECRET, STATE, protect
from dotpop_model.stages.summary import NON_SECTORISED_TOTAL
from dotpop_model.tables import Frame, Mask
from dotpop_model.vocabulary import SEGMENT_NAMES, Segment

Group: TypeAlias = tuple[str, ...]
"""(): the region. (kind, value): a group of hospitals. And one word more: those of it in need, or in a position."""

KINDS = ("finess", "segment", "status", "departement", "federation", "kind")
"""The columns of the indices that group hospitals."""
SEGMENT_COLUMN = {"split": "step", "controls": "subject"}
"""The column that names the segment of a line, where it is not "segment"."""
DAF = "ex_daf"
SEGMENT_KINDS = {**dict.fromkeys(map(str, SEGMENT_NAMES), "segment"), DAF: "daf", NON_SECTORISED_TOTAL: "duty"}
"""Each segment or sum of segments, and the way of grouping hospitals that it belongs to."""

OF_NEED = {
    "positions": ("need", "objective", "objective_per_year"),
    "group_indices": ("need",),
    "segment_trajectory": ("need", "objective", "capacity", "closed", "reached", "remaining"),
    "years": ("capacity", "objective", "closed", "remaining"),
}
"""Columns that add up only the hospitals in need."""
CONTROLS_OF_NEED = ("objective", "needs_covered")
NEED, POSITION, COUNT = "need", "position", "count"
BY_POSITION: tuple[Group, ...] = ((), ("segment",), ("duty",))
"""The groupings whose totals are also printed by position."""


def too_small(hospitals: Frame, columns: list[Group], own: Mask, minimum: int) -> list[Group]:
    """The groups, among those of the columns, whose total is withheld. own: the hospitals of the reader.

    That of the region is printed where it holds enough hospitals. That a group has hospitals does not say that its
    amount is not nil: hence the zeros.
    """
    tables = protect(
        hospitals,
        COUNT,
        columns,
        threshold=minimum,
        zeros_published=False,
        known=[()] if (~own).sum() >= minimum else [],
        readers=[own] if own.any() else [],
    ).tables
    return [
        tuple(key for name in names for key in ((row[name],) if name == POSITION else (name, row[name])))
        for names, table in zip(columns, tables, strict=True)
        for row in table.records()
        if row[STATE] == SECRET
    ]


def hospital_groups(indices: Frame) -> Frame:
    """A line per hospital, with the groups that it belongs to."""
    segments = indices.texts("segment")
    daf = [DAF if segment != Segment.OQN else segment for segment in segments]
    duty = [NON_SECTORISED_TOTAL if segment != Segment.SECTORISED else segment for segment in segments]
    return Frame(
        {
            **{name: indices.texts(name) for name in KINDS if name in indices},
            "daf": daf,
            "duty": duty,
            NEED: np.where(indices.floats("need") > 0, NEED, "").tolist(),
            POSITION: indices.texts("position"),
            COUNT: np.ones(len(indices)),
        }
    )


def groups_of(name: str, frame: Frame) -> list[Group]:
    """The group of hospitals that each line is about; () is the region."""
    if name == "group_indices":
        return list(zip(frame.texts("kind"), frame.texts("group"), strict=True))
    column = SEGMENT_COLUMN.get(name, "segment")
    if column not in frame:
        return [()] * len(frame)
    return [(SEGMENT_KINDS[text], text) if text in SEGMENT_KINDS else () for text in frame.texts(column)]


def kind_of(group: Group) -> str:
    """The way of grouping of a group, "" for the region (and its hospitals in need or in a position)."""
    return group[0] if len(group) > 1 else ""

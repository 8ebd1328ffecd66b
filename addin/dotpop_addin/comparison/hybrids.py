"""Hybrid regions: each origin of inputs (data, hypotheses, money) taken from one region or from another one."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

import numpy as np

from dotpop_addin.declarations.kinds import Field, Table
from dotpop_addin.declarations.origins import Origin, origin
from dotpop_addin.region import Region, frame_of
from dotpop_model.errors import ModelError, named, plural
from dotpop_model.tables import Frame

STEPS = ("weighting", "flows", "index")
"""What the chain computes up to the indices."""
READ = frozenset(
    {
        *("envelope", "specific", "history", "compartments", "hospitals", "territories", "indicators", "indicator_values"),
        *("forms", "activity", "criteria", "criterion_values"),
    }
)
"""The tables that these steps read: what is wrong in others does not matter here."""
HOSPITALS = "hospitals.finess"
Frames = Mapping[str, Frame]


class NotComputable(Exception):
    """A hybrid that cannot be computed; reasons: French sentences."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__("\n".join(reasons))
        self.reasons = reasons


class Hybrids:
    """The regions between two: their common hospitals, with the inputs of some origins taken from the other region.

    A hospital that is in one region only is left out of every hybrid, with its activity: another region has nothing that
    could stand for it. What leaving it out does is the part of the perimeter (see `explaining`).
    """

    def __init__(self, one: Region, other: Region) -> None:
        self._field, self._regions = one.field, (one, other)
        frames = [_frames(region) for region in self._regions]
        codes = [frame["hospitals"].texts("finess") for frame in frames]
        self.common = [code for code in codes[0] if code in codes[1]]
        self.only = tuple([code for code in own if code not in self.common] for own in codes)
        self._frames = [_restricted(self._field, frame, set(self.common)) for frame in frames]

    def indices(self, changed: frozenset[str]) -> Frame:
        """The indices of the region where the origins of `changed` are those of the other. Raises NotComputable."""
        chain, place = self._field.chain, {one: int(one in changed) for one in Origin}
        frames = {
            name: _mixed(self._field.tables[name], {one: self._frames[place[one]][name] for one in Origin})
            for name in self._frames[0]
        }
        unknown = list(_unknown(self._field, frames))
        if unknown:
            raise NotComputable(unknown)
        tables, hypotheses = chain.tables(**frames), self._regions[place[Origin.HYPOTHESES]].hypotheses
        faults = chain.faults(tables, hypotheses, READ)
        if faults:
            raise NotComputable([fault.message for fault in faults])
        found: dict[str, Frame] = {}
        try:
            inside = chain.scope(tables, hypotheses)
            for name in STEPS:
                step = chain.steps[name]
                found |= step.compute(inside, hypotheses, found.get(step.reads, Frame({})))
        except ModelError as error:
            raise NotComputable([fault.message for fault in error.faults]) from error
        return found["indices"]


def _frames(region: Region) -> dict[str, Frame]:
    """The inputs as they were read, before any hospital is set aside: which ones are depends on the hypotheses."""
    names = [one.name for one in fields(region.field.chain.tables) if one.name in region.reads]
    return {name: frame_of(region.reads[name]) for name in names}


def _restricted(field: Field, frames: Frames, kept: set[str]) -> dict[str, Frame]:
    """The inputs of some hospitals alone: a line that is about another one (by its key) is left out."""
    found = {}
    for name, frame in frames.items():
        for column in field.tables[name].keys:
            if column.refers == HOSPITALS or (name, column.name) == ("hospitals", "finess"):
                inside = [code in kept or code in column.also for code in frame.texts(column.name)]
                frame = frame.where(np.array(inside, dtype=bool))
        found[name] = frame
    return found


def _mixed(table: Table, frames: Mapping[Origin, Frame]) -> Frame:
    """The lines from where the table comes from; in them, by key, the columns that come from elsewhere."""
    own = frames[origin(table.name)]
    columns = {name: own[name] for name in own.names}
    for name in own.names:
        where = origin(table.name, name)
        if where is not origin(table.name) and frames[where] is not own:
            columns[name] = _joined(table, own, frames[where], name)
    return Frame(columns)


def _joined(table: Table, lines: Frame, source: Frame, name: str) -> "np.ndarray[Any, Any]":
    """A column of another frame, line by line by the key of the table; missing where that one has no such line."""
    keys = [column.name for column in table.keys]
    places = {key: place for place, key in enumerate(zip(*(source.texts(one) for one in keys), strict=True))}
    values = source.floats(name)
    found = [places.get(key) for key in zip(*(lines.texts(one) for one in keys), strict=True)]
    return np.array([np.nan if place is None else values[place] for place in found], dtype=np.float64)


def _unknown(field: Field, frames: Frames) -> Iterator[str]:
    """What a table says of codes, or needs of columns, that those taken from the other region do not have."""
    for name in sorted(READ & set(frames)):
        table, frame = field.tables[name], frames[name]
        for column in table.columns:
            refers, _, key = (column.refers or "").partition(".")
            if refers in frames and column.refers != HOSPITALS:
                known = {*frames[refers].texts(key), *column.also, ""}
                lost = sorted(set(frame.texts(column.name)) - known)
                if lost:
                    yield _told(field, lost, refers, f"du tableau « {table.title} »")
        if table.open_from and table.open_from in frames:
            opened = field.tables[table.open_from]
            lost = [code for code in frames[opened.name].texts(opened.keys[0].name) if code not in frame]
            if lost:
                yield _told(field, lost, name, f"du tableau « {opened.title} »")


def _told(field: Field, codes: list[str], table: str, source: str) -> str:
    code, absent = (plural(len(codes), word) for word in ("Code", "absent"))
    return f"{code} {named(codes)} {source}, {absent} du tableau « {field.tables[table].title} »."

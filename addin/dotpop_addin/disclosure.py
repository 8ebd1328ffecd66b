"""Who may see what: the levels of disclosure, what each admits, and the data left for a reader at a level.

What a level excludes is taken out of the tables and results before any writer sees them: no sheet, cache, property or
name of a file can hold it. What the small groups would give away goes too (see `Reading`), as do small counts of
patients (see `dotpop_model.disclosure`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dotpop_addin.levels import (
    ADMITTED_FROM,
    CATEGORY,
    COUNTS,
    FEDERATIONS,
    FEWEST,
    FIGURE_OF,
    HOSPITALS,
    KINDS,
    MARK,
    MEMBERS,
    PLACES,
    TERRITORY,
    TOTALS,
    Level,
    rounded,
)
from dotpop_addin.problems import library
from dotpop_addin.small_groups import (
    BY_POSITION,
    CONTROLS_OF_NEED,
    NEED,
    OF_NEED,
    POSITION,
    Group,
    groups_of,
    hospital_groups,
    kind_of,
    too_small,
)
from dotpop_model.disclosure import Grouping, protect
from dotpop_model.tables import Frame, Mask, Results, Tables
from dotpop_model.vocabulary import Position

if TYPE_CHECKING:
    from dotpop_addin.actions import Calculation


@dataclass(frozen=True, slots=True)
class Reader:
    """Who gets an export: a hospital, a federation, or anybody (both empty)."""

    finess: str = ""
    federation: str = ""

    def owns(self, hospitals: Frame, *, members: bool) -> Mask:
        """The hospitals that are the reader's; those of a federation when its members are admitted."""
        column, wanted = ("finess", self.finess) if self.finess else ("federation", self.federation if members else "")
        return np.array([bool(wanted) and text == wanted for text in hospitals.texts(column)], dtype=bool)


ANYBODY = Reader()


@dataclass(frozen=True)
class Disclosure:
    """A region's figures as they may leave at one level.

    minimum: hospitals that a printed total must hold. threshold, zeros_published: of small counts, which are of `counted`.
    """

    tables: Tables
    results: Results
    level: Level
    minimum: int
    threshold: int
    zeros_published: bool = True
    counted: str = "patients"

    def admits(self, figure: str) -> bool:
        """Whether a kind of figure may leave at this level."""
        return self.level >= ADMITTED_FROM[figure]

    def to(self, reader: Reader) -> "Reading":
        """What a reader may have."""
        return Reading(self, reader)

    @cached_property
    def anybody(self) -> "Reading":
        """What anybody may have."""
        return self.to(ANYBODY)


def of(calculation: "Calculation", level: Level) -> Disclosure:
    """A calculation as it may leave at a level, by the hypotheses DIF_ of its region.

    Raises ProblemsFound when what hides small counts is not installed: called before anything is written.
    """
    library("highspy", "qui cherche ce qu'il faut cacher avec les petits effectifs")
    chosen = calculation.region.hypotheses
    return Disclosure(
        calculation.region.tables,
        calculation.results,
        level,
        minimum=chosen.smallest_group,
        threshold=chosen.smallest_count,
        zeros_published=chosen.zeros_published,
        counted=calculation.region.field.counted,
    )


def withheld(given: Disclosure) -> str:
    """The words beside figures that are replaced by MARK."""
    return (
        f"« {MARK} » : retenu (secret statistique) : le niveau « {given.level.word} » ne l'admet pas, ce chiffre porte sur "
        f"moins de {given.minimum} établissements, ou il laisserait déduire, seul ou avec d'autres, un effectif de moins de "
        f"{given.threshold} {given.counted}."
    )


@dataclass(frozen=True)
class Reading:
    """What one reader may have at one level: inputs, results and counts, each without what is excluded.

    Writers are given these, never the reading itself, which knows everything.
    """

    disclosure: Disclosure
    reader: Reader

    @cached_property
    def tables(self) -> Tables:
        """The inputs; the activity is the reader's own, when it is a hospital (else see `counts`)."""
        given = self.disclosure.tables
        return type(given)(**{one.name: self._left(one.name, getattr(given, one.name)) for one in fields(given)})

    @cached_property
    def results(self) -> Results:
        """The results."""
        given = self.disclosure.results
        return type(given)(**{name: self._left(name, frame) for name, frame in given.frames().items()})

    def withheld(self, name: str) -> dict[str, Mask]:
        """For columns of a result that small groups may keep from leaving: the lines where they do."""
        frame = getattr(self.results, name)
        of_need = OF_NEED.get(name, ())
        found = {column: np.isnan(frame.floats(of_need[0])) for column in of_need}
        if name == "positions":
            found |= {column: np.isnan(frame.floats(column)) for column in (f"allocation_{one}" for one in Position)}
        return found

    def counts(self, groupings: Sequence[Grouping]) -> list[Frame]:
        """The activity by each grouping of its columns (finess, territory, age, form), with its states; small counts out.

        All the tables of activity of an export must come from one call: only then are they protected together.
        """
        given, activity = self.disclosure, self.disclosure.tables.activity
        if not given.admits(COUNTS):
            activity = activity.where(np.isin(_codes(activity), list(self._own)))
        alone = _codes(activity) == self.reader.finess
        shown = protect(
            activity,
            "volume",
            groupings,
            threshold=0 if alone.all() else given.threshold,
            zeros_published=given.zeros_published,
            readers=[own for own in self._known(activity) if own.any()],
        )
        return shown.tables

    def _known(self, activity: Frame) -> list[Mask]:
        """What those who read an export know of the activity: a hospital its own lines, and so each of those of a group."""
        readers = [self.reader.finess] if self.reader.finess else self.disclosure.tables.finess
        codes = _codes(activity)
        return [codes == finess for finess in readers]

    @cached_property
    def _own(self) -> frozenset[str]:
        """The hospitals that are the reader's: itself at any level, a federation's members from theirs."""
        hospitals, admitted = self.disclosure.tables.hospitals, self.disclosure.admits(MEMBERS)
        return frozenset(_codes(hospitals.where(self.reader.owns(hospitals, members=admitted))).tolist())

    @cached_property
    def seen(self) -> frozenset[str]:
        """The hospitals whose figures the reader may have."""
        return frozenset(self.disclosure.tables.finess) if self.disclosure.admits(HOSPITALS) else self._own

    def _left(self, name: str, frame: Frame) -> Frame:
        """A table without what the reader may not have."""
        figure = FIGURE_OF[name]
        if not frame.names:
            return frame
        if figure == TOTALS:
            return frame.where(np.full(len(frame), self.disclosure.admits(figure)))
        if figure == HOSPITALS:
            kept = np.isin(_codes(frame), list(self.seen))
            return frame.where(kept | self.disclosure.admits(HOSPITALS))  # an activity may have no hospital
        if figure == COUNTS:
            return frame.where((_codes(frame) == self.reader.finess) & bool(self.reader.finess))
        if figure == PLACES:
            return self._places(frame)
        kept = np.full(len(frame), self.disclosure.admits(figure))
        return frame.where(kept) if figure == TERRITORY else self._without_small_groups(name, frame.where(kept))

    def _places(self, ranking: Frame) -> Frame:
        """The hospitals in their order: those whose figures the reader may have as they are, the others rounded, unnamed.

        Among too few, in all or without a name, an index without a name has one: those are left out.
        """
        indices = self.disclosure.results.indices
        order = np.lexsort((np.array(indices.texts("finess")), indices["index"]))
        seen = np.isin(_codes(indices)[order], list(self.seen))
        others = int((~seen).sum())
        if not self.disclosure.admits(PLACES) or len(seen) < FEWEST or others < self.disclosure.minimum:
            return ranking.where(seen)
        columns = {column: ranking[column] for column in ranking.names}
        columns["name"] = _blanked(ranking["name"], ~seen)
        for position in map(str, Position):
            of_others = [rounded(index) if index == index else index for index in ranking[position].tolist()]
            columns[position] = np.where(seen, ranking[position], of_others)
        return Frame(columns)

    def _without_small_groups(self, name: str, frame: Frame) -> Frame:
        """The lines of groups that may leave, and their figures of need where enough hospitals are in need."""
        groups = groups_of(name, frame)
        kept = self._leaving(groups)
        columns = {column: frame[column] for column in frame.names}
        in_need = self._leaving([(*group, NEED) for group in groups])
        for column in OF_NEED.get(name, ()):
            columns[column] = _blanked(columns[column], ~in_need)
        if name == "controls":
            kept &= in_need | ~np.isin(frame["control"].astype(str), CONTROLS_OF_NEED)
        if name == "positions":
            for position in map(str, Position):
                enough = self._leaving([(*group, position) for group in groups])
                columns[f"allocation_{position}"] = _blanked(columns[f"allocation_{position}"], ~enough)
        return Frame(columns).where(kept)

    def _leaving(self, groups: Sequence[Group]) -> Mask:
        """Which groups leave: admitted at this level, and not withheld."""
        admitted = [*KINDS[CATEGORY], *(KINDS[FEDERATIONS] if self.disclosure.admits(FEDERATIONS) else ())]
        kinds = ["", *(admitted if self.disclosure.admits(CATEGORY) else ())]
        return np.array([kind_of(group) in kinds and group not in self._withheld for group in groups], dtype=bool)

    @cached_property
    def _withheld(self) -> frozenset[Group]:
        """The groups of hospitals that a total would give away, or that would give another away.

        A total of one or two hospitals (minimum 3) tells their amounts, and so does what is left of a larger one once the
        others are taken off. What else to withhold is the problem of small counts, put to the numbers of hospitals: a
        movement that leaves the printed numbers as they are, applied to amounts, leaves the printed amounts as they are.
        A federation knows its own hospitals; each hospital knows itself, which is why the minimum is not 2. Nothing is
        withheld where each hospital's figures may leave.
        """
        if self.disclosure.admits(HOSPITALS):
            return frozenset()
        if self.reader.finess:
            return self.disclosure.anybody._withheld
        hospitals = hospital_groups(self.disclosure.results.indices)
        admitted = [kind for figure in KINDS if self.disclosure.admits(figure) for kind in KINDS[figure]]
        kinds: list[Group] = [(), *((kind,) for kind in admitted if kind in hospitals)]
        by_position = [(*one, POSITION) for one in kinds if one in BY_POSITION]
        own, minimum = np.isin(_codes(hospitals), list(self._own)), self.disclosure.minimum
        amounts = too_small(hospitals, [*kinds, *by_position], own, minimum)
        in_need = hospitals[NEED] == NEED
        needs = too_small(hospitals.where(in_need), kinds, own[in_need], minimum)
        return frozenset([*amounts, *((*group, NEED) for group in needs)])


def _codes(frame: Frame) -> NDArray[np.object_]:
    return np.array(frame.texts("finess"), dtype=object)


def _blanked(values: NDArray[Any], rows: Mask) -> NDArray[Any]:
    """A column without some values: missing numbers or texts."""
    left = values.copy() if values.dtype == object else values.astype(np.float64)
    left[rows] = None
    return left

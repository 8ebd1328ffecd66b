"""A chain: the steps from the inputs of a region to its results, and what must hold before they can be computed."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from dotpop_model.criteria import Criteria
from dotpop_model.errors import Fault, ModelError, named
from dotpop_model.hypotheses import Hypotheses
from dotpop_model.stages.territories import Territories
from dotpop_model.stages.weighting import levels_used
from dotpop_model.tables import Frame, Results, Tables

Frames = dict[str, Frame]
T = TypeVar("T", bound=Tables, contravariant=True)
H = TypeVar("H", bound=Hypotheses, contravariant=True)
FieldTables = TypeVar("FieldTables", bound=Tables)
FieldHypotheses = TypeVar("FieldHypotheses", bound=Hypotheses)


@dataclass(frozen=True)
class Step(Generic[T, H]):
    """One step. reads: the result table that it starts from ("" for none). needs: the columns of it that it needs;
    positive: those among them that cannot be nil."""

    compute: Callable[[T, H, Frame], Frames]
    reads: str = ""
    needs: tuple[str, ...] = ()
    positive: tuple[str, ...] = ()


Precondition = tuple[frozenset[str], Callable[[FieldTables, FieldHypotheses], object]]
"""The tables that a check reads, and the check: it raises ModelError with all its faults."""


@dataclass(frozen=True)
class Chain(Generic[FieldTables, FieldHypotheses]):
    """The chain of a field.

    tables, hypotheses, results: its classes. steps: in order, by the name of their stage. preconditions: what must hold
    before. controls: the frame of the controls, from all that was found. scope: the part of the inputs that is shared out.
    criteria: what shares a territory among its hospitals besides their activity.
    """

    tables: type[FieldTables]
    hypotheses: type[FieldHypotheses]
    results: type[Results]
    steps: Mapping[str, Step[FieldTables, FieldHypotheses]]
    preconditions: Sequence[Precondition[FieldTables, FieldHypotheses]]
    controls: Callable[[FieldTables, FieldHypotheses, Frames], Frames]
    scope: Callable[[FieldTables, FieldHypotheses], FieldTables]
    criteria: Callable[[FieldTables, FieldHypotheses], Criteria | None]

    def run(self, tables: FieldTables, hypotheses: FieldHypotheses) -> Results:
        """Every step in order, each from what the one before left; then the controls.

        tables: the inputs of the region, checked. hypotheses: the choices of the region. Returns one frame per result
        table. Raises ModelError with every fault of the stage that cannot be computed.
        """
        inside = self.scope(tables, hypotheses)
        found: Frames = {}
        for step in self.steps.values():
            found |= step.compute(inside, hypotheses, found.get(step.reads, Frame({})))
        return self.results(**found, **self.controls(inside, hypotheses, found))

    def run_step(self, name: str, tables: FieldTables, hypotheses: FieldHypotheses, standing: Frame) -> Frames:
        """One step from what stands in the workbook.

        name: key of `steps`. standing: the table that the step reads, with the columns it needs, in any order of lines.
        Returns the result tables of the step by name. Raises ModelError when what stands is not of these hospitals or
        territories (lines missing, in double, unknown, in another segment), or cannot be computed.
        """
        step, inside = self.steps[name], self.scope(tables, hypotheses)
        if step.reads:
            standing = _in_order(step.reads, standing, inside, hypotheses)
            _check_positive(step, standing)
        return step.compute(inside, hypotheses, standing)

    def faults(self, tables: FieldTables, hypotheses: FieldHypotheses, sound: Collection[str]) -> list[Fault]:
        """Every fault that prevents the chain from running, of all the preconditions whose tables are sound."""
        found: list[Fault] = []
        try:
            inside = self.scope(tables, hypotheses) if "hospitals" in sound else tables
        except ModelError as error:
            return list(error.faults)
        for needed, precondition in self.preconditions:
            if needed <= set(sound):
                try:
                    precondition(inside, hypotheses)
                except ModelError as error:
                    found += [fault for fault in error.faults if fault not in found]
        return found


def _in_order(table: str, standing: Frame, tables: Tables, hypotheses: Hypotheses) -> Frame:
    """The lines that stand, in the order of the inputs that they are about."""
    key, sheet = ("territory", "Territoires") if table == "weighted_population" else ("finess", "Établissements")
    if key == "territory":
        territories = Territories(tables)
        wanted = [(level, code) for level in levels_used(tables, hypotheses) for code in territories.at(level)]
        found = list(zip(standing.texts("level"), standing.texts("territory"), strict=True))
    else:
        wanted = list(zip(tables.hospitals.texts("segment"), tables.finess, strict=True))
        found = list(zip(standing.texts("segment"), standing.texts("finess"), strict=True))
    wrong = {
        "en trop, ou changés": [line[1] for line in found if line not in wanted],
        "en double": [line[1] for place, line in enumerate(found) if line in found[:place]],
        "absents": [line[1] for line in wanted if line not in found],
    }
    if any(wrong.values()):
        told = " ; ".join(f"{what} : {named(codes)}" for what, codes in wrong.items() if codes)
        message = f"Ce tableau ne suit plus la feuille {sheet} ({told}). Relancer l'étape qui l'écrit, ou Calculer."
        raise ModelError([Fault(message, table, key, tuple(code for codes in wrong.values() for code in codes))])
    lines = [found.index(line) for line in wanted]
    return Frame({column: standing[column][lines] for column in standing.names})


def _check_positive(step: Step[T, H], standing: Frame) -> None:
    faults = []
    for column in step.positive:
        nil = [code for code, value in zip(standing.texts("finess"), standing[column].tolist(), strict=True) if value <= 0]
        if nil:
            message = f"Valeur nulle ou négative : {named(nil)}. Corriger la valeur, ou relancer l'étape qui l'écrit."
            faults.append(Fault(message, step.reads, column, tuple(nil)))
    if faults:
        raise ModelError(faults)

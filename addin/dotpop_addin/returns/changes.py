"""From an answer to what it changes in the tables of its region, and to what it only says."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from dotpop_addin.declarations.kinds import Column
from dotpop_addin.declarations.sent import HOSPITAL, MEASURED, Sending
from dotpop_addin.reading import shown
from dotpop_addin.returns.answers import Answer
from dotpop_addin.returns.lines import Line
from dotpop_addin.returns.outgoing import harmless
from dotpop_addin.sending.hospital import POPULATION_ROW
from dotpop_addin.sending.known import Known

DESCRIBED = ("name", "status", "federation", "kind")
CARRIED_OUT = ("deadline", "granted", "used", "done", "state", "comment")
KNOWN_FIGURES = {"Dotation hors ASR (€)": "allocation", "Segment": "segment", "Territoire": "territory"}
"""Figures that a federation may contest, and the column of the hospitals that holds them."""


@dataclass(frozen=True, slots=True)
class Given:
    """A value that an answer gives for a cell of its region.

    key: of the line, in code words. cell: where it was read ("" for none). untouched: it is the value that was sent.
    """

    table: str
    key: tuple[Any, ...]
    column: str
    value: Any
    cell: str
    untouched: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """Something to examine, that changes nothing."""

    sender: str
    finess: str
    figure: str
    known: str
    proposed: str
    words: str
    cell: str


def given(answer: Answer) -> Iterator[Given]:
    """Every value that a hospital's answer gives for its region."""
    for read in (_described, _financed, _specific, _activity, _carried_out):
        yield from read(answer)


def _described(answer: Answer) -> Iterator[Given]:
    for line in answer.lines("identification"):
        for column in (name for name in DESCRIBED if name in line.cells):
            yield _of(line, column, "hospitals", (answer.code,), column)


def _financed(answer: Answer) -> Iterator[Given]:
    for line in answer.lines("allocations"):
        compartment = str(line.values["compartment"])
        if compartment == POPULATION_ROW:
            yield _of(line, "amount", "hospitals", (answer.code,), "allocation")
        else:
            yield _of(line, "amount", "financing", (answer.code, compartment), "amount")


def _specific(answer: Answer) -> Iterator[Given]:
    for line in answer.lines("own_specific"):
        yield _of(line, "amount", "specific", (line.values["activity"], answer.code), "amount")


def _activity(answer: Answer) -> Iterator[Given]:
    for line in answer.lines("own_activity"):
        key = (answer.code, *(line.values[name] for name in ("territory", "age", "form")))
        yield _of(line, "volume", "activity", key, "volume")


def _carried_out(answer: Answer) -> Iterator[Given]:
    for line in answer.lines("means"):
        for column in CARRIED_OUT:
            name = line.values["commitment"]
            yield _of(line, column, "commitments", (answer.code, name if line.given else harmless(name)), column)


def _of(line: Line, source: str, table: str, key: tuple[Any, ...], column: str) -> Given:
    value = line.values.get(source)
    where = "!".join(line.place(source)) if source in line.cells else ""
    untouched = source in line.untouched
    return Given(table, key, column, harmless(value) if isinstance(value, str) else value, where, untouched)


def said(answer: Answer, known: Known) -> Iterator[Said]:
    """What an answer says besides its values."""
    if answer.kind == HOSPITAL:
        for line in answer.lines("identification"):
            if line.values.get("words"):
                yield _said(line, answer.code, answer.code, "Identification", "", "", "words")
        if answer.sending is not None:
            yield from _explained(answer, answer.sending)
        return
    for line in answer.lines("observed"):
        if line.values.get("words"):
            yield _said(line, answer.code, str(line.values["finess"]), "", "", "", "words")
    for line in answer.lines("contested"):
        figure, finess = str(line.values["figure"]), str(line.values["finess"])
        column = KNOWN_FIGURES.get(figure)
        value = known.hospitals.get(finess, {}).get(column) if column else None
        yield _said(
            line, answer.code, finess, figure, "" if value is None else shown(value), line.values["proposed"], "proposed"
        )


def _explained(answer: Answer, sending: Sending) -> Iterator[Said]:
    """The explanations of differences, each with the reference and the value that it is about."""
    for table, column in MEASURED.items():
        for line in answer.lines(table):
            if line.values.get("reason"):
                key = " / ".join(_label(line, one) for one in sending.tables[table].keys)
                reference, value = (line.values.get(name) for name in ("reference", column))
                before, after = ("" if one is None else shown(one) for one in (reference, value))
                words = harmless(str(line.values["reason"]))
                figure = f"{sending.sheet_of[table].name} : {key}"
                yield Said(answer.code, answer.code, figure, before, after, words, "!".join(line.place("reason")))


def _label(line: Line, column: Column) -> str:
    value = line.values.get(column.name)
    return shown(column.label_of.get(value, value) if isinstance(value, str) else value)


def _said(line: Line, sender: str, finess: str, figure: str, value: str, proposed: str, column: str) -> Said:
    clean: Callable[[Any], str] = lambda text: harmless(str(text or ""))  # noqa: E731
    cell = "!".join(line.place(column))
    return Said(sender, finess, figure, value, clean(proposed), clean(line.values.get("words")), cell)

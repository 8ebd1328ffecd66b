"""Importing the returns: sound answers come into the region's workbook, all or nothing by file; the others are listed."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dotpop_addin.books.protocol import Book
from dotpop_addin.books.saving import now
from dotpop_addin.declarations.common import ANSWER_STATES, ANSWERS, OBSERVATIONS, RETURNED_CHANGES
from dotpop_addin.declarations.sent import HOSPITAL
from dotpop_addin.problems import ERROR, ProblemsFound
from dotpop_addin.reading import shown
from dotpop_addin.returns.answers import Answer
from dotpop_addin.returns.applying import Change, RegionTable, region_tables
from dotpop_addin.returns.changes import Given, Said, given, said
from dotpop_addin.returns.folder import answers, waited
from dotpop_addin.rewriting import existing_lines
from dotpop_addin.sending.known import Known, known

Progress = Callable[[str], None]
LABEL = {word: label for label, word in ANSWER_STATES.items()}
CENT = 0.005
KEPT = 6
"""Decimals of what is left of an activity: a part may not be a whole number of cents, and the total must not drift."""
NO_REST = "Aucune ligne sans établissement d'où l'ôter : le montant régional de cette activité change."
SAID = ("sender", "finess", "figure", "proposed", "words")
"""What makes an observation the same as another."""


@dataclass
class Collected:
    """What an import did. taken: files whose answers are in. changes: by file. changed: whether the workbook differs."""

    known: Known
    answers: list[Answer]
    taken: list[Answer] = field(default_factory=list)
    changes: list[tuple[Answer, Change]] = field(default_factory=list)
    changed: bool = False

    @property
    def refused(self) -> list[Answer]:
        """The files that were not taken."""
        return [one for one in self.answers if one not in self.taken]

    @property
    def waited(self) -> list[str]:
        """The hospitals that have not answered."""
        return waited(self.answers, self.known)


def collect(
    book: Book,
    paths: Sequence[Path],
    *,
    confirmed: Collection[str] = (),
    leave: Sequence[Path] = (),
    progress: Progress = lambda step: None,
) -> Collected:
    """Imports the answers of a folder into an open workbook; nothing is written when nothing changes.

    confirmed: FINESS of the hospitals (and names of the federations) whose values to confirm were confirmed to the agency.
    leave: files of the folder that are no answers. Raises ProblemsFound, nothing written then.
    """
    progress("Lecture de la région")
    region = known(book)
    collected = Collected(region, answers(paths, region, progress, leave=leave, confirmed=confirmed))
    tables = region_tables(book, region.field)
    told: list[tuple[Answer, Said]] = []
    progress("Report des valeurs")
    for answer in collected.answers:
        if answer.refused(confirmed=answer.code in confirmed) or _is_copy(answer, collected.taken):
            continue
        if answer.kind == HOSPITAL:
            moved = _moved_totals(answer, tables["specific"])
            if not _take(answer, tables, collected):
                continue
            told += [(answer, one) for one in moved]
        collected.taken.append(answer)
        told += [(answer, one) for one in said(answer, region)]
    _write(book, collected, tables, told, progress)
    return collected


def _is_copy(answer: Answer, taken: Sequence[Answer]) -> bool:
    return any(one.digest == answer.digest for one in taken)


def _take(answer: Answer, tables: dict[str, RegionTable], collected: Collected) -> bool:
    """Puts the values of one answer into the tables; False, nothing put, when one of them does not fit the region."""
    values = list(given(answer))
    rest = _rest_of_specific(answer, [one for one in values if one.table == "specific"], tables["specific"])
    if answer.count(ERROR):
        return False
    for one in (*values, *rest):
        change = tables[one.table].take(one)
        if change is not None:
            collected.changes.append((answer, change))
    return True


def _moved_totals(answer: Answer, table: RegionTable) -> list[Said]:
    """The specific activities whose amount in the region an answer changes, for want of a line without hospital to take it
    from: for the agency to examine."""
    moved = []
    for one in given(answer):
        activity = one.key[0]
        if one.table != "specific" or table.value((activity, None), "amount") is not None:
            continue
        more = (one.value or 0) - (table.value(one.key, "amount") or 0)
        if abs(more) >= CENT:
            total = table.total("activity", activity, "amount")
            before, after = (shown(round(amount, KEPT)) for amount in (total, total + more))
            moved.append(Said(answer.code, answer.code, f"ASR : {activity}", before, after, NO_REST, one.cell))
    return moved


def _rest_of_specific(answer: Answer, values: Sequence[Given], table: RegionTable) -> list[Given]:
    """What is left of each specific activity without hospital: its amount in the region is the agency's, and stays the same.

    A hospital that declares a part of it, or more of it than before, takes it from the line without FINESS.
    """
    rest = []
    for one in values:
        activity = one.key[0]
        left = table.value((activity, None), "amount")
        if not isinstance(left, int | float):
            continue
        had = table.value(one.key, "amount") or 0
        more = (one.value or 0) - had
        if more > left + CENT:
            amounts = [f"{amount:.2f}".replace(".", ",") for amount in (one.value, had, left)]
            found = "{} : {} € déclarés ; l'établissement en avait {}, il en reste {}".format(activity, *amounts)
            sheet, _, cell = one.cell.partition("!")
            action = "Vérifier le montant avec l'établissement, ou celui de la région (feuille Enveloppe)."
            answer.tell(ERROR, found, "une part du montant régional", action, (sheet, cell))
        elif more:
            rest.append(Given("specific", (activity, None), "amount", round(max(left - more, 0.0), KEPT), one.cell))
    return rest


def _write(
    book: Book,
    collected: Collected,
    tables: dict[str, RegionTable],
    told: Sequence[tuple[Answer, Said]],
    progress: Progress,
) -> None:
    """Writes the tables that changed and what is kept of the import, whole or not at all."""
    declared = collected.known.field
    time = now().strftime("%Y-%m-%d %H:%M:%S")
    kept = {table.name: existing_lines(book, declared, table) for table in (RETURNED_CHANGES, ANSWERS, OBSERVATIONS)}
    new = {
        RETURNED_CHANGES.name: kept[RETURNED_CHANGES.name] + _changes(collected, time),
        ANSWERS.name: _answers(collected, kept[ANSWERS.name], time),
        OBSERVATIONS.name: kept[OBSERVATIONS.name] + _observations(told, kept[OBSERVATIONS.name], time),
    }
    lines = {name: one.lines for name, one in tables.items() if one.changed}
    lines |= {name: rows for name, rows in new.items() if rows != kept[name]}
    if not lines:
        return
    closed = book.closed([declared.sheet_of[name].name for name in lines])
    if closed:
        raise ProblemsFound(closed)
    with book.changing():
        for name, rows in lines.items():
            table = declared.tables[name]
            progress(f"Écriture : {table.title}")
            below = declared.sheet_of[name].role == "input"
            book.write(declared.sheet_of[name].name, table.excel, table.headers, rows, below=below)
    collected.changed = True


def _changes(collected: Collected, time: str) -> list[list[Any]]:
    names = collected.known.hospitals
    return [
        [
            time,
            answer.code,
            names[answer.code]["name"],
            *(change.table, change.line, change.column, change.before, change.after, change.cell),
            *_file(answer),
        ]
        for answer, change in collected.changes
    ]


def _file(answer: Answer) -> tuple[str, str]:
    return answer.path.name, answer.digest


def _answers(collected: Collected, kept: Sequence[list[Any]], time: str) -> list[list[Any]]:
    """A line per hospital and federation: an answer that is in stays so, whatever comes after it is refused."""
    before = {line[0] or line[1]: line for line in kept}
    latest = {one.code: one for one in collected.refused if one.sending is not None}
    taken = {one.code: one for one in collected.taken}
    senders: list[tuple[str | None, str, str | None]] = [
        (finess, line["name"], line["federation"]) for finess, line in collected.known.hospitals.items()
    ]
    senders += [(None, name, name) for name in dict.fromkeys(one[2] for one in senders) if name]
    lines = []
    for finess, name, federation in senders:
        code, old = finess or name, before.get(finess or name)
        was_taken = old is not None and old[3] == LABEL["collected"]
        if code in taken:
            answer = taken[code]
            same = was_taken and old is not None and old[6] == answer.digest
            line = [finess, name, federation, LABEL["collected"], old[4] if same and old else time, *_file(answer)]
        elif was_taken and old is not None:
            line = [finess, name, federation, *old[3:]]
        elif code in latest:
            same = old is not None and old[6] == latest[code].digest
            line = [finess, name, federation, LABEL["refused"], old[4] if same and old else time, *_file(latest[code])]
        else:
            line = [finess, name, federation, LABEL["waited"], None, None, None]
        lines.append(line)
    return lines


def _observations(told: Sequence[tuple[Answer, Said]], kept: Sequence[list[Any]], time: str) -> list[list[Any]]:
    """Those that are not there yet: a file that is sent again, corrected elsewhere, says the same things again."""
    said_by = [[column.name for column in OBSERVATIONS.columns].index(name) for name in SAID]
    there = {tuple(str(line[place] or "") for place in said_by) for line in kept}
    lines = []
    for answer, one in told:
        key = (one.sender, one.finess, one.figure, one.proposed, one.words)
        if key not in there:
            there.add(key)
            texts = [one.sender, one.finess, one.figure, one.known, one.proposed, one.words, one.cell]
            lines.append([time, *(text or None for text in texts), *_file(answer)])
    return lines

"""Importing the returns: sound answers come into the region's workbook, all or nothing by file; the others are listed."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from dotpop_addin.books.protocol import Book
from dotpop_addin.books.saving import now
from dotpop_addin.declarations.common import ANSWERS, OBSERVATIONS, RETURNED_CHANGES
from dotpop_addin.declarations.sent import HOSPITAL
from dotpop_addin.problems import CONFIRM, ERROR, Problem, ProblemsFound
from dotpop_addin.progress import Progress
from dotpop_addin.reading import shown
from dotpop_addin.returns.answers import Answer
from dotpop_addin.returns.applying import Change, Key, RegionTable, region_tables
from dotpop_addin.returns.changes import Given, Said, given, said
from dotpop_addin.returns.folder import answers
from dotpop_addin.returns.log import LABEL, Log, answers_lines, changes_lines, observations_lines
from dotpop_addin.returns.outgoing import harmless
from dotpop_addin.sending.federation import federations
from dotpop_addin.sending.known import Known, known
from dotpop_model.errors import number
from dotpop_model.sharing import HALF_CENT

KEPT = 6
"""Decimals of what is left of an activity: a part may not be a whole number of cents, and the total must not drift."""
CHANGED_SINCE = "Renvoyé tel qu'envoyé ; l'agence a changé cette valeur depuis : celle de l'agence est gardée."
WITHDRAWN = {"activity": "volume", "specific": "amount", "commitments": ""}
"""Tables whose lines an answer may add; the column that is nil when the next one lacks them ("": they are dropped)."""
NO_REST = "Aucune ligne sans établissement d'où l'ôter : le montant régional de cette activité change."


@dataclass
class Collected:
    """What an import did.

    taken: files whose answers are in; copies: exact ones of these. changes: by file. changed: whether the workbook differs.
    waited: hospitals that have not answered yet.
    """

    known: Known
    answers: list[Answer]
    taken: list[Answer] = field(default_factory=list)
    copies: list[Answer] = field(default_factory=list)
    changes: list[tuple[Answer, Change]] = field(default_factory=list)
    changed: bool = False
    waited: list[str] = field(default_factory=list)

    @property
    def refused(self) -> list[Answer]:
        """The files that were not taken."""
        return [one for one in self.answers if one not in self.taken and one not in self.copies]


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
    codes = _confirmed(confirmed, region, book.name)
    tables, log = region_tables(book, region.field), Log(book, region.field)
    collected = Collected(region, answers(paths, region, progress, leave=leave, confirmed=codes))
    told: list[tuple[Answer, Said]] = []
    progress("Report des valeurs")
    for answer in collected.answers:
        _check_order(answer, log)
        if _is_copy(answer, collected.taken):
            collected.copies.append(answer)
        elif not answer.refused(confirmed=answer.code in codes):
            found = None if log.has(answer) else _take(answer, tables, collected, log)
            if answer.refused(confirmed=answer.code in codes):
                continue  # a value of it does not fit the region
            collected.taken.append(answer)
            told += [(answer, one) for one in (*(found or ()), *_confirmations(answer), *said(answer, region))]
    _write(book, collected, tables, told, log, progress)
    return collected


def _confirmed(codes: Collection[str], region: Known, file: str) -> set[str]:
    """The codes of those who confirmed, without their spaces. Raises ProblemsFound for those that the region lacks."""
    given = {code.replace(" ", "") if code.replace(" ", "").isalnum() else code.strip() for code in codes}
    unknown = sorted(given - {*region.hospitals, *federations(region.federations)})
    if unknown:
        expected, action = "le FINESS d'un établissement, ou une fédération, de la région", "Corriger --confirm."
        raise ProblemsFound(Problem(file, f"--confirm : « {one} » inconnu", expected, action) for one in unknown)
    return given


def _check_order(answer: Answer, log: Log) -> None:
    """An answer that was taken once, and replaced since by another, does not come back without a word."""
    last = log.last(answer)
    if last and last != answer.digest and answer.digest in log.digests(answer.code):
        action = f"Sortir ce fichier du dossier ; s'il est le bon, le reprendre par « --confirm {answer.code} »."
        answer.tell(CONFIRM, "réponse déjà reprise, puis remplacée par une autre", "la dernière réponse", action)


def _confirmations(answer: Answer) -> Iterator[Said]:
    """What came in because it was confirmed."""
    for problem in answer.problems:
        if problem.severity == CONFIRM:
            cell = f"{problem.sheet}!{problem.cell}" if problem.cell else ""
            yield Said(answer.code, answer.code, "Valeur confirmée (--confirm)", "", "", harmless(problem.found), cell)


def _is_copy(answer: Answer, taken: Sequence[Answer]) -> bool:
    return any(one.digest == answer.digest for one in taken)


def _take(answer: Answer, tables: dict[str, RegionTable], collected: Collected, log: Log) -> list[Said]:
    """Puts the values of one answer into the tables, and what is to be said of it; nothing when one does not fit."""
    if answer.kind != HOSPITAL:
        return []
    values = [one for one in given(answer) if not _says_nothing(one, tables)]
    kept = [one for one in values if one.untouched and _is_agency_s(answer, one, tables[one.table], log)]
    told = [_kept(answer, one, tables[one.table]) for one in kept]
    values = [one for one in values if one not in kept]
    values, dropped = _with_withdrawn(answer, values, tables, log)
    told += _moved_totals(answer, values, tables["specific"])
    rest = _rest_of_specific(answer, [one for one in values if one.table == "specific"], tables["specific"])
    if answer.count(ERROR):
        return []
    changes = [tables[one.table].take(one) for one in (*values, *rest)]
    changes += [tables["commitments"].drop(key, "granted") for key in dropped]
    collected.changes += [(answer, change) for change in changes if change is not None]
    return told


def _says_nothing(one: Given, tables: Mapping[str, RegionTable]) -> bool:
    """An added line of activity without any patient, of which the region has nothing."""
    return one.table == "activity" and not one.value and tables["activity"].value(one.key, "volume") is None


def _is_agency_s(answer: Answer, one: Given, table: RegionTable, log: Log) -> bool:
    """Whether another value stands in the region than the one sent, and no earlier answer of the hospital brought it."""
    if not table.differs(one):
        return False
    header, told = table.table.column(one.column).header, table.told(one.key, one.column)
    return log.after(answer.code, table.table.excel, table.label(one.key), header) != told


def _kept(answer: Answer, one: Given, table: RegionTable) -> Said:
    """A value that the hospital did not touch, and that the agency has changed since: the agency's stays."""
    known, sent = (shown(value) if value is not None else "" for value in (table.value(one.key, one.column), one.value))
    figure = f"{table.label(one.key)} · {table.table.column(one.column).header}"
    return Said(answer.code, answer.code, figure, known, sent, CHANGED_SINCE, one.cell)


def _with_withdrawn(
    answer: Answer, values: Sequence[Given], tables: Mapping[str, RegionTable], log: Log
) -> tuple[list[Given], list[Key]]:
    """Lines that an earlier answer of the hospital added and this one no longer has: nil, or (commitments) to be dropped."""
    there = {(one.table, one.key) for one in values}
    nil, dropped = [], []
    for name, column in WITHDRAWN.items():
        for label in log.added(answer.code, tables[name].table.excel):
            key = tables[name].key_of(answer.code, label)
            if key is None or (name, key) in there:
                continue
            if column:
                nil.append(Given(name, key, column, 0, ""))
            else:
                dropped.append(key)
    return [*values, *nil], dropped


def _moved_totals(answer: Answer, values: Sequence[Given], table: RegionTable) -> list[Said]:
    """The specific activities whose amount in the region an answer changes, for want of a line without hospital to take it
    from: for the agency to examine."""
    moved = []
    for one in values:
        activity = one.key[0]
        if one.table != "specific" or table.value((activity, None), "amount") is not None:
            continue
        more = (one.value or 0) - (table.value(one.key, "amount") or 0)
        if abs(more) >= HALF_CENT:
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
        if more > left + HALF_CENT:
            amounts = [number(amount, 2) for amount in (one.value, had, left)]
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
    log: Log,
    progress: Progress,
) -> None:
    """Writes the tables that changed and what is kept of the import, whole or not at all."""
    declared = collected.known.field
    time = now().strftime("%Y-%m-%d %H:%M:%S")
    kept = log.kept
    new = {
        RETURNED_CHANGES.name: kept[RETURNED_CHANGES.name] + changes_lines(collected, time),
        ANSWERS.name: answers_lines(collected, kept[ANSWERS.name], tables["hospitals"], time),
        OBSERVATIONS.name: kept[OBSERVATIONS.name] + observations_lines(told, kept[OBSERVATIONS.name], time),
    }
    lines = {name: one.lines for name, one in tables.items() if one.changed}
    lines |= {name: rows for name, rows in new.items() if rows != kept[name]}
    collected.waited = [line[0] for line in new[ANSWERS.name] if line[0] and line[3] == LABEL["waited"]]
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

"""What stands where a command is about to write: only what such a command writes is replaced."""

from pathlib import Path

from dotpop_addin.books.opening import refuse_what_is_not_a_workbook
from dotpop_addin.books.peeking import author, has_table, sheet_names
from dotpop_addin.declarations.common import FIELD, IDENTITY, REGION, REGION_CODE, WELCOME
from dotpop_addin.problems import Problem, ProblemsFound
from dotpop_addin.returns.opening import is_return
from dotpop_addin.sheets.files import check_target, refuse_read
from dotpop_addin.survey.form import FORM

REGION_WORKBOOK = "un classeur de région"
WRITTEN, AUTHOR = "un nouveau nom, ou un résultat à remplacer", "dotpop"
SAME_REGION = "un nouveau nom, ou un classeur de la même région à remplacer"
LOWEST = 200
"""The last row of the sheet that says what a workbook is that is looked at."""
ANOTHER = "Donner un autre nom : rien n'est écrasé."


def check_report(target: Path, *sources: Path, own: str = "") -> None:
    """Refuses a target that is read, or holds what people typed. Raises ProblemsFound.

    sources: files and folders read. own: the sheet by which this report is known when a former one stands in such a folder.
    """
    check_target(target, *sources)
    if not target.is_file():
        return
    found = kind(target)
    inside = any(one.is_dir() and target.resolve().is_relative_to(one.resolve()) for one in sources)
    if inside and (found or own not in sheet_names(target)):
        refuse_read(target)
    if found:
        raise ProblemsFound([Problem(str(target), f"c'est {found}", WRITTEN, ANOTHER)])


def check_region(target: Path | None, source: Path) -> None:
    """Refuses a target that is the workbook read, or no workbook of the same region. Raises ProblemsFound.

    target: None when the workbook read is the one that is written. A region's code or name that lacks tells nothing.
    """
    if target is None:
        return
    check_target(target, source)
    if not target.is_file():
        return
    found = kind(target)
    if found != REGION_WORKBOOK:
        raise ProblemsFound([Problem(str(target), f"c'est {found or 'un résultat écrit par dotpop'}", SAME_REGION, ANOTHER)])
    there = _identity(target)
    if there is None:
        raise ProblemsFound([Problem(str(target), f"c'est {found} que l'on ne peut pas lire", SAME_REGION, ANOTHER)])
    own = _identity(source) or {}
    item = REGION_CODE if there.get(REGION_CODE) and own.get(REGION_CODE) else REGION
    for name in (FIELD, item):
        if there.get(name) and own.get(name) and there[name].casefold() != own[name].casefold():
            told = f"c'est le classeur d'une autre région ({there.get(FIELD, '')}, {there.get(REGION, '')})"
            raise ProblemsFound([Problem(str(target), told, SAME_REGION, ANOTHER)])


def _identity(path: Path) -> dict[str, str] | None:
    """What a region's workbook says that it is, read without the rest of it; None where it cannot be read."""
    from openpyxl import load_workbook

    found: dict[str, str] = {}
    try:
        refuse_what_is_not_a_workbook(path)
        book = load_workbook(path, read_only=True)
        try:
            for item, value in book[WELCOME].iter_rows(max_row=LOWEST, max_col=2, values_only=True):
                found.setdefault(str(item).strip(), str(value or "").strip())
        finally:
            book.close()
    except MemoryError:
        raise
    except Exception:  # openpyxl raises whatever its parsers raise on a damaged part
        return None
    return found


def kind(path: Path) -> str:
    """What a workbook is, in French, when no report may take its place; "" for a report."""
    if is_return(path):
        return "un fichier reçu, ou à envoyer"
    if FORM in sheet_names(path):
        return "un questionnaire de l'enquête"
    if has_table(path, IDENTITY.excel):
        return REGION_WORKBOOK
    return "" if author(path) == AUTHOR else "un classeur que dotpop n'a pas écrit"

"""Scenario and comparison from the workbook in front: what the commands do with files, on a copy of it."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dotpop_addin import report
from dotpop_addin.hosts.protocol import Host
from dotpop_addin.problems import Problem, ProblemsFound
from dotpop_addin.region import identify

EXTENSION, KIND = ".xlsx", "Classeur"
SEPARATOR = ";"  # a comma is the decimal sign
QUESTION = "Quelles hypothèses changer ? Séparer par des points-virgules : IDX_BORNE_BASSE=0,9 ; ENV_MARGE=1 %"


def scenario(host: Host) -> str:
    """Asks for changes (CODE=VALUE; …) and a file; writes there a copy with these hypotheses, calculated.

    Gives the text to show, "" when the user gives up. Raises ProblemsFound; nothing is written then.
    """
    from dotpop_addin.scenarios import scenario_file

    book = host.book()
    identify(book)
    told = host.ask("Scénario", QUESTION)
    if told is None:
        return ""
    choices = [part.strip() for part in told.split(SEPARATOR) if part.strip()]
    if not choices:
        action = "Écrire par exemple IDX_BORNE_BASSE=0,9."
        raise ProblemsFound([Problem(book.name, "aucune hypothèse à changer", "CODE=VALEUR", action)])
    target = _target(host, "Où écrire le scénario ?", "scénario.xlsx")
    if target is None:
        return ""
    with _copied(host) as copy:
        calculation = scenario_file(copy, choices, target, host.show_progress)
    return f"Scénario écrit : {target}. Ce classeur est resté tel quel.\n{report.message(calculation)}"


def compare(host: Host) -> str:
    """Asks for other workbooks and a file; writes there their comparison with the workbook in front.

    Gives the text to show, "" when the user gives up. Raises ProblemsFound; nothing is written then.
    """
    from dotpop_addin.comparison import write_comparison

    identify(host.book())
    others = host.choose_files("Classeurs à comparer à celui-ci", KIND, EXTENSION)
    target = _target(host, "Où écrire la comparaison ?", "comparaison.xlsx") if others else None
    if target is None:
        return ""
    with _copied(host) as copy:
        write_comparison([copy, *others], target, host.show_progress)
    return f"Comparaison écrite : {target}. Ce classeur, le premier, y porte la lettre A."


def _target(host: Host, title: str, suggested: str) -> Path | None:
    """Where to write: not over the workbook in front."""
    from dotpop_addin.sheets.files import check_target

    target = host.choose_target(title, KIND, EXTENSION, suggested)
    if target is not None:
        check_target(target, *([host.file] if host.file else []))
    return target


@contextmanager
def _copied(host: Host) -> Iterator[Path]:
    """A copy of the workbook in front as it stands, under its name, for as long as the block lasts."""
    host.show_progress("Copie du classeur")
    with tempfile.TemporaryDirectory(prefix="dotpop-", ignore_cleanup_errors=True) as folder:
        copy = Path(folder) / Path(host.book().name).with_suffix(EXTENSION).name
        host.save_copy(copy)
        yield copy

"""What was found in returned files, told on the screen and to programs."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from dotpop_addin.declarations import sent
from dotpop_addin.problems import CONFIRM, ERROR, WARNING, ordered
from dotpop_addin.returns.answers import Answer
from dotpop_addin.sending.known import Known
from dotpop_addin.wording import several
from dotpop_model.errors import counted

if TYPE_CHECKING:
    from dotpop_addin.returns.actions import Checked
    from dotpop_addin.returns.collecting import Collected

NOUNS = {ERROR: ("erreur", "erreurs"), CONFIRM: ("à confirmer", "à confirmer"), WARNING: ("avertissement", "avertissements")}
SHOWN = 12
"""Problems shown for each file; the list of anomalies has them all."""


def told(checked: "Checked") -> str:
    """A paragraph for each file that has problems, then how many are sound, and who is still awaited."""
    lines = []
    for answer in checked.answers:
        lines += _file(answer)
    refused = sum(answer.refused() for answer in checked.answers)
    count = len(checked.answers)
    lines.append(
        f"{counted(count, 'fichier')} : {counted(count - refused, 'recevable')}, {refused} à corriger ou à confirmer."
    )
    if checked.known is not None:
        lines += _waited(checked.waited or [], checked.known)
    return "\n".join(lines)


def told_collected(collected: "Collected") -> str:
    """What an import did, which files were not taken and why, and who is still awaited."""
    lines = [line for answer in (*collected.taken, *collected.refused) for line in _file(answer)]
    lines.append(_came(collected))
    return "\n".join([*lines, *_waited(collected.waited, collected.known)])


def message(collected: "Collected") -> str:
    """The same as a window shows it: no problem in full, but where they are to be read."""
    lines = [_came(collected)]
    warned = sum(answer.count(WARNING) for answer in collected.taken)
    if warned:
        lines.append(f"{counted(warned, 'avertissement')} sur les fichiers repris : à lire par dotpop check.")
    for answer in collected.refused[:SHOWN]:
        first = ordered(answer.problems)[0] if answer.problems else None
        lines.append(f"• {answer.path.name} : {'copie' if first is None else f'{first.place} : {first.found}'}")
    if len(collected.refused) > SHOWN:
        lines.append(f"… et {counted(len(collected.refused) - SHOWN, 'autre')}.")
    if collected.refused:
        lines.append("Tout lire, avec des liens : dotpop check DOSSIER --out anomalies.xlsx")
    if collected.waited:
        lines.append(f"Sans réponse : {len(collected.waited)} (feuille Retours, « Qui a répondu »).")
    return "\n".join(lines)


def collected_as_dict(collected: "Collected") -> dict[str, Any]:
    """The same for programs."""
    return {
        "status": "problems" if collected.refused else "ok",
        "changed": collected.changed,
        "changes": [
            {
                "code": answer.code,
                "table": change.table,
                "line": change.line,
                "column": change.column,
                "before": change.before,
                "after": change.after,
                "cell": change.cell,
                "file": answer.file,
                "digest": answer.digest,
            }
            for answer, change in collected.changes
        ],
        "files": [_file_as_dict(answer, taken=answer in collected.taken) for answer in collected.answers],
        "waited": collected.waited,
    }


def _came(collected: "Collected") -> str:
    """What came in, in one sentence."""
    taken, changes = len(collected.taken), len(collected.changes)
    came = f"{several(taken, 'fichier repris', 'fichiers repris')}, {counted(changes, 'valeur changée')}"
    kept = "feuille Retours" if collected.changed else "rien de nouveau, le classeur n'a pas été modifié"
    left = f" {several(len(collected.refused), 'fichier non repris', 'fichiers non repris')}." if collected.refused else ""
    return f"{came} ({kept}).{left}"


def _waited(finess: Sequence[str], known: Known) -> list[str]:
    if not finess:
        return []
    return [f"Sans réponse ({len(finess)}) :", *(f"  {one} {known.hospitals[one]['name']}" for one in finess)]


def _file(answer: Answer) -> list[str]:
    problems = ordered(answer.problems)
    if not problems:
        return []
    counts = [several(answer.count(severity), *nouns) for severity, nouns in NOUNS.items() if answer.count(severity)]
    lines = [f"{answer.path.name} : {', '.join(counts)}"]
    for problem in problems[:SHOWN]:
        where = problem.place if problem.sheet else "Le fichier"
        lines.append(f"  - {problem.severity.capitalize()}. {where} : {problem.sentence}")
    if len(problems) > SHOWN:
        lines.append(f"  … et {counted(len(problems) - SHOWN, 'autre')} : les lister toutes avec --out anomalies.xlsx")
    return [*lines, ""]


def as_dict(checked: "Checked") -> dict[str, Any]:
    """The same for programs, every problem of every file."""
    refused = any(answer.refused() for answer in checked.answers)
    files = [_file_as_dict(answer, taken=not answer.refused()) for answer in checked.answers]
    return {"status": "problems" if refused else "ok", "files": files, "waited": checked.waited}


def _file_as_dict(answer: Answer, *, taken: bool) -> dict[str, Any]:
    return {
        "file": answer.file,
        "kind": answer.kind,
        "code": answer.code,
        "name": str(answer.about.get(sent.NAME) or ""),
        "year": answer.year,
        "digest": answer.digest,
        "accepted": taken,
        "problems": [problem.as_dict() for problem in answer.problems],
    }

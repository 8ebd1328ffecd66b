"""What commands tell: to people in French, problems on the error stream; to programs as JSON."""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dotpop_addin.actions import Calculation
    from dotpop_addin.problems import Problem

DONE, PROBLEMS = 0, 1
READING = ("check", "verify")  # commands that never write
MANY = ("fiches", "send", "batch")  # commands that write file by file: one that fails does not undo the others


def tell_summary(options: argparse.Namespace, calculation: "Calculation", target: Path) -> None:
    from dotpop_addin import report

    if options.json:
        content = {"status": "ok", "file": str(target), **report.as_dict(calculation)}
        print(json.dumps(content, ensure_ascii=False, indent=2))
    else:
        print(report.summary(calculation))
        print(f"\nÉcrit : {target}")
        _print_warnings(options, calculation.region.warnings)


def tell(options: argparse.Namespace, text: str, problems: Sequence["Problem"] = (), **content: object) -> None:
    if options.json:
        told = {"status": "ok", **content, "problems": [problem.as_dict() for problem in problems]}
        print(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        print(text)
        _print_warnings(options, problems)


def _print_warnings(options: argparse.Namespace, problems: Sequence["Problem"]) -> None:
    for problem in problems:
        print(f"Avertissement. {_told(options, problem)}", file=sys.stderr)


def _told(options: argparse.Namespace, problem: "Problem") -> str:
    """A problem in words; a cell is told with its file when the command reads several.

    `Path.is_dir` would raise on a name longer than a disk takes.
    """
    files: Sequence[Path] = getattr(options, "files", ())
    several = len(files) > 1 or any(os.path.isdir(file) for file in files)  # noqa: PTH112
    return f"{problem.file} · {problem}" if several and problem.sheet else str(problem)


def tell_problems(options: argparse.Namespace, problems: Sequence["Problem"], **content: object) -> None:
    if getattr(options, "json", False):
        content = {"status": "problems", **content, "problems": [problem.as_dict() for problem in problems]}
        print(json.dumps(content, ensure_ascii=False, indent=2))
        return
    from dotpop_addin.problems import grouped
    from dotpop_model.errors import counted

    errors = sum(problem.severity == "erreur" for problem in problems)
    untouched = "" if options.action in (*READING, *MANY) else " ; rien n'a été écrit"
    print(f"{counted(errors, 'problème')}{untouched}.", file=sys.stderr)
    for problem in grouped(problems):
        told = _told(options, problem)
        print(f"- {'' if problem.severity == 'erreur' else 'Avertissement. '}{told}", file=sys.stderr)


def tell_defect(options: argparse.Namespace, error: Exception) -> int:
    from dotpop_addin import defects

    text = defects.told(error)
    if getattr(options, "json", False):
        print(json.dumps({"status": "defect", "message": text}, ensure_ascii=False))
    else:
        print(text, file=sys.stderr)
    return PROBLEMS

"""Commands on a region's workbook."""

import argparse
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from dotpop_addin.commands.exchange import check_returns
from dotpop_addin.commands.telling import DONE, PROBLEMS, tell, tell_problems, tell_summary

if TYPE_CHECKING:
    from dotpop_addin.books.file import FileBook
    from dotpop_addin.presets import Preset

STEPS = {
    "national": "national",
    "ponderation": "weighting",
    "flux": "flows",
    "indices": "index",
    "trajectoire": "trajectory",
    "options": "options",
    "transition": "transition",
    "versements": "payments",
    "compartiments": "compartments",
}


def new(options: argparse.Namespace) -> int:
    from dotpop_addin.cli import SURVEY
    from dotpop_addin.files import new_workbook

    if options.field == SURVEY:
        return _new_survey(options)
    text = f"Classeur créé : {options.file}. Commencer par la feuille Accueil."
    if options.preset is None:
        new_workbook(options.field, options.file)
    else:
        from dotpop_addin.presets import apply, check_known, presets
        from dotpop_addin.region import FIELDS

        check_known(FIELDS[options.field], options.file)
        new_workbook(options.field, options.file, lambda book: apply(book, FIELDS[options.field], options.preset))
        text += f"\n{_told(presets()[options.preset])}"
    tell(options, text, file=str(options.file))
    return DONE


def _new_survey(options: argparse.Namespace) -> int:
    """The blank questionnaire of the national survey."""
    from dotpop_addin.problems import Problem, ProblemsFound
    from dotpop_addin.survey import write_questionnaire

    if options.preset is not None:
        action = "Créer le questionnaire sans --preset : chaque région y répond."
        raise ProblemsFound([Problem(str(options.file), "--preset avec un questionnaire", "un questionnaire vide", action)])
    write_questionnaire(options.file)
    tell(options, f"Questionnaire créé : {options.file}. À envoyer aux présidents de comité.", file=str(options.file))
    return DONE


def list_presets(options: argparse.Namespace) -> int:
    from dotpop_addin.presets import presets

    found = presets()
    text = "\n\n".join(f"{code}\n{_told(preset)}" for code, preset in found.items())
    cells = {
        code: {own: {"value": value, "source": source} for own, (value, source) in one.cells.items()}
        for code, one in found.items()
    }
    tell(options, text, presets=cells)
    return DONE


def _told(preset: "Preset") -> str:
    """What a preset holds, in a few lines."""
    lines = [f"{preset.name}, d'après l'enquête nationale de 2024. Choix connus : {len(preset.choices)}."]
    if preset.unknown:
        lines.append(f"  Inconnus, laissés vides : {', '.join(preset.unknown)}.")
    return "\n".join([*lines, *(f"  {note}" for note in preset.notes)])


def demo(options: argparse.Namespace) -> int:
    from dotpop_addin.cli import FOLLOWED, SURVEY
    from dotpop_addin.files import demonstration
    from dotpop_addin.progress import progress

    if options.field in FOLLOWED:
        return demo_follow_up(options, FOLLOWED[options.field])
    if options.field == SURVEY:
        return demo_survey(options)
    target = options.out / f"region_{options.field}.xlsx"
    with progress(options.json) as step:
        calculation = demonstration(options.field, target, step)
    tell_summary(options, calculation, target)
    return DONE


def demo_follow_up(options: argparse.Namespace, code: str) -> int:
    """The years of a demonstration, and their follow-up."""
    from dotpop_addin.follow_up.demonstration import demonstration
    from dotpop_addin.progress import progress

    with progress(options.json) as step:
        files, target, written = demonstration(code, options.out, step)
    names = ", ".join(str(file) for file in files)
    text = "\n".join([*written.told, f"Années écrites : {names}.", f"Suivi écrit : {target}."])
    tell(options, text, written.warnings, file=str(target), years=[str(file) for file in files], told=written.told)
    return DONE


def demo_survey(options: argparse.Namespace) -> int:
    """The nine published answers as questionnaires that came back, and their synthesis."""
    from dotpop_addin.progress import progress
    from dotpop_addin.survey import as_dict, demonstration

    with progress(options.json) as step:
        files, target, written = demonstration(options.out, step)
    told = [*written.told, f"Questionnaires écrits : {files[0].parent}.", f"Synthèse écrite : {target}."]
    named = {"files": [str(file) for file in files], "told": written.told}
    tell(options, "\n".join(told), written.warnings, file=str(target), **named, **as_dict(written.survey))
    return DONE


def check(options: argparse.Namespace) -> int:
    from dotpop_addin.returns.opening import is_return

    files: list[Path] = options.files
    if options.region is not None or len(files) > 1 or files[0].is_dir() or is_return(files[0]):
        return check_returns(options)
    return _check_region(options, files[0])


def _check_region(options: argparse.Namespace, file: Path) -> int:
    from dotpop_addin.actions import check
    from dotpop_addin.books.file import FileBook
    from dotpop_addin.progress import progress
    from dotpop_addin.targets import check_region

    with progress(options.json) as step:
        check_region(options.out, file)
        step("Lecture")
        book = FileBook(file)
        step("Contrôle")
        if options.out:
            return _review(options, book)
        calculation = check(book)
    region = calculation.region
    tell(
        options,
        f"{file} : aucune erreur. {len(region.reads['hospitals'].lines)} établissements, "
        f"{len(region.reads['activity'].lines)} lignes d'activité.",
        problems=region.warnings,
        file=str(file),
    )
    return DONE


def _review(options: argparse.Namespace, book: "FileBook") -> int:
    """The check with its marks, in a copy."""
    from dotpop_addin.reviewing import review

    found = review(book)
    book.save(options.out)
    if found.errors:
        tell_problems(options, found.problems, file=str(options.out))
        if not options.json:
            print(f"Copie marquée : {options.out} (liste dans la feuille Vérification).", file=sys.stderr)
        return PROBLEMS
    tell(options, f"{found.told} Copie : {options.out}", found.problems, file=str(options.out))
    return DONE


def run(options: argparse.Namespace) -> int:
    from dotpop_addin.files import run_file, run_step_file
    from dotpop_addin.progress import progress

    target = options.out or options.file
    if options.step:
        with progress(options.json) as step:
            region = run_step_file(options.file, STEPS[options.step], options.out, step)
        text = f"Recalculé dans {target} : étape « {options.step} ». Pour mettre le reste d'accord : dotpop run."
        tell(options, text, region.warnings, file=str(target), step=options.step)
        return DONE
    with progress(options.json) as step:
        calculation = run_file(options.file, options.out, step)
    tell_summary(options, calculation, target)
    return DONE


def scenario(options: argparse.Namespace) -> int:
    from dotpop_addin.progress import progress
    from dotpop_addin.scenarios import scenario_file

    with progress(options.json) as step:
        calculation = scenario_file(options.file, options.set, options.out, step)
    tell_summary(options, calculation, options.out)
    return DONE


def workshop(options: argparse.Namespace) -> int:
    from dotpop_addin.files import workshop_file
    from dotpop_addin.progress import progress

    target = options.out or options.file
    with progress(options.json) as step:
        calculation = workshop_file(options.file, options.out, step)
    text = f"Feuille Atelier prête dans {target} : l'ouvrir dans Excel ou LibreOffice avec les fonctions DOTPOP_."
    tell(options, text, calculation.region.warnings, file=str(target))
    return DONE


def verify(options: argparse.Namespace) -> int:
    from dotpop_addin.books.file import FileBook
    from dotpop_addin.progress import progress
    from dotpop_addin.verifying import verify
    from dotpop_addin.wording import several
    from dotpop_model.errors import number

    with progress(options.json) as step:
        step("Lecture")
        book = FileBook(options.file)
        step("Recalcul")
        found = verify(book)
    if not found.differences:
        text = f"{options.file} : chaque résultat tient ({number(found.checked)} cellules recalculées)."
        tell(options, text, file=str(options.file), cells=found.checked)
        return DONE
    if options.json:
        tell_problems(options, found.differences, reasons=found.reasons)
        return PROBLEMS
    told = several(len(found.differences), "résultat ne tient", "résultats ne tiennent")
    print(f"{told} plus. Le premier :", file=sys.stderr)
    print(f"- {found.differences[0]}", file=sys.stderr)
    for sheet, others in Counter(problem.sheet for problem in found.differences).items():
        print(f"  Feuille {sheet} : {number(others)}", file=sys.stderr)
    for reason in found.reasons:
        print(reason, file=sys.stderr)
    return PROBLEMS


def load_activity(options: argparse.Namespace) -> int:
    from dotpop_addin.files import load_file
    from dotpop_addin.progress import progress

    existing = "replace" if options.replace else "append" if options.append else "refuse"
    with progress(options.json) as step:
        loaded = load_file(
            options.export,
            options.into,
            out=options.out,
            mapping=options.mapping,
            existing=existing,
            hospitals=options.hospitals,
            progress=step,
        )
    tell(options, loaded.told, problems=loaded.warnings, **loaded.counts)
    return DONE

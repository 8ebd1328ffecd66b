"""The command line `dotpop`: French messages, exit status 0 (done), 1 (problems found) or 2 (wrong usage).

Only the standard library is imported here: heavy modules are imported by the command that needs them.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dotpop_addin.french import FrenchParser

if TYPE_CHECKING:
    from dotpop_addin.actions import Calculation
    from dotpop_addin.books.file import FileBook
    from dotpop_addin.problems import Problem

DONE, PROBLEMS, USAGE = 0, 1, 2
READING = ("check", "verify")  # commands that never write
MANY = ("fiches", "send")  # commands that write file by file: one that fails does not undo the others
PACKAGES = {"excel": ("Excel", "dotpop.xlam"), "libreoffice": ("LibreOffice", "dotpop.oxt")}
LEVELS = ["totaux", "categorie", "federation", "etablissement", "complet"]  # of disclosure, as `disclosure.Level`
STEPS = {"ponderation": "weighting", "flux": "flows", "indices": "index", "trajectoire": "trajectory"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; returns the exit status. No trace ever reaches the user."""
    _utf8()
    options = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = options.command
    from dotpop_addin.problems import ProblemsFound

    try:
        return command(options)
    except ProblemsFound as error:
        _tell_problems(options, error.problems)
        return PROBLEMS
    except KeyboardInterrupt:
        print("\nInterrompu ; aucun fichier n'a été modifié à moitié.", file=sys.stderr)
        return PROBLEMS
    except BrokenPipeError:
        sys.stderr.close()
        return PROBLEMS
    except Exception as error:
        return _tell_defect(options, error)


def _parser() -> FrenchParser:
    parser = FrenchParser(
        prog="dotpop",
        description="Dotation populationnelle : de la population et de l'activité à l'indice et à la trajectoire.",
        epilog="Sortie : 0 si tout est fait, 1 s'il y a des problèmes, 2 si la commande est mal écrite.",
    )
    parser.add_argument("--version", action="version", version=_version(), help="affiche la version et s'arrête")
    commands = parser.add_subparsers(title="commandes", metavar="COMMANDE", required=True, dest="action")

    new = _add(commands, "new", _new, "crée un classeur vide à remplir")
    new.add_argument("field", metavar="CHAMP", choices=["psychiatrie"], help="psychiatrie")
    new.add_argument("file", metavar="FICHIER", type=Path, help="classeur à créer (.xlsx)")

    demo = _add(commands, "demo", _demo, "crée et calcule la région de démonstration")
    demo.add_argument("--out", metavar="DOSSIER", type=Path, default=Path("demo"), help="dossier de sortie (demo)")

    check = _add(commands, "check", _check, "contrôle un classeur, ou les fichiers reçus, sans les modifier")
    told = "classeur de région, ou fichiers et dossiers reçus des établissements et des fédérations"
    check.add_argument("files", metavar="FICHIER|DOSSIER", type=Path, nargs="+", help=told)
    told = "copie du classeur où les cellules fautives sont marquées ; pour des fichiers reçus, liste des anomalies"
    check.add_argument("--out", metavar="FICHIER", type=Path, help=told)
    told = "classeur de la région dont les fichiers reçus doivent être"
    check.add_argument("--region", metavar="FICHIER", type=Path, help=told)

    run = _add(commands, "run", _run, "contrôle, calcule et écrit les résultats dans le classeur")
    run.add_argument("file", metavar="FICHIER", type=Path, help="classeur à calculer")
    run.add_argument("--out", metavar="FICHIER", type=Path, help="écrit dans une copie, sans toucher au classeur")
    run.add_argument(
        "--step",
        metavar="ÉTAPE",
        choices=list(STEPS),
        help=f"une étape seule, d'après ce qui est dans les feuilles : {', '.join(STEPS)}",
    )

    workshop = _add(commands, "atelier", _workshop, "prépare la feuille Atelier : des formules vivantes, pour essayer")
    workshop.add_argument("file", metavar="FICHIER", type=Path, help="classeur de la région")
    workshop.add_argument("--out", metavar="FICHIER", type=Path, help="écrit dans une copie, sans toucher au classeur")

    verify = _add(commands, "verify", _verify, "recalcule et dit si chaque résultat tient")
    verify.add_argument("file", metavar="FICHIER", type=Path, help="classeur à vérifier")

    fiches = _add(commands, "fiches", _fiches, "écrit la fiche de chaque établissement : son calcul, ligne à ligne")
    fiches.add_argument("file", metavar="FICHIER", type=Path, help="classeur de la région")
    fiches.add_argument("--out", metavar="DOSSIER", type=Path, required=True, help="dossier des fiches")
    _add_level(fiches, "federation")
    fiches.add_argument("--pdf", action="store_true", help="aussi en PDF, par LibreOffice")

    sending = _add(commands, "send", _send, "écrit le fichier à remplir de chaque établissement et de chaque fédération")
    sending.add_argument("file", metavar="FICHIER", type=Path, help="classeur de la région")
    sending.add_argument("--out", metavar="DOSSIER", type=Path, required=True, help="dossier des fichiers à envoyer")
    sending.add_argument(
        "--previous", metavar="FICHIER", type=Path, help="classeur de l'année précédente : ses valeurs servent de référence"
    )
    _add_level(sending, "federation")

    collect = _add(commands, "collect", _collect, "importe les réponses reçues dans le classeur de la région")
    collect.add_argument("files", metavar="FICHIER|DOSSIER", type=Path, nargs="+", help="fichiers et dossiers reçus")
    collect.add_argument("--into", metavar="FICHIER", type=Path, required=True, help="classeur de la région")
    collect.add_argument("--out", metavar="FICHIER", type=Path, help="écrit dans une copie, sans toucher au classeur")
    told = "ce qui est à confirmer l'a été par cet établissement (FINESS) ou cette fédération ; peut être répété"
    collect.add_argument("--confirm", metavar="FINESS", action="append", default=[], help=told)
    collect.add_argument("--anomalies", metavar="FICHIER", type=Path, help="écrit aussi la liste des anomalies (.xlsx)")

    synthese = _add(commands, "synthese", _synthese, "écrit les résultats de la région pour un comité, au niveau choisi")
    synthese.add_argument("file", metavar="FICHIER", type=Path, help="classeur de la région")
    synthese.add_argument("--out", metavar="FICHIER", type=Path, required=True, help="classeur à écrire (.xlsx)")
    _add_level(synthese)
    synthese.add_argument("--federation", metavar="NOM", default="", help="fédération qui le lira : elle y voit les siens")

    load = commands.add_parser("load", help="charge un export dans un tableau", description="Charge un export.")
    tables = load.add_subparsers(title="tableaux", metavar="TABLEAU", required=True, dest="table")
    activity = _add(tables, "activite", _load_activity, "charge un export d'activité (CSV) dans le tableau Activité")
    activity.add_argument("export", metavar="EXPORT", type=Path, help="export d'activité (.csv)")
    activity.add_argument("--into", metavar="FICHIER", type=Path, required=True, help="classeur qui reçoit l'activité")
    activity.add_argument("--out", metavar="FICHIER", type=Path, help="écrit dans une copie")
    activity.add_argument(
        "--mapping", metavar="NOM", default="sae_psy", help="correspondance : sae_psy, ou un fichier .toml"
    )
    existing = activity.add_mutually_exclusive_group()
    existing.add_argument("--replace", action="store_true", help="remplace l'activité déjà présente")
    existing.add_argument("--append", action="store_true", help="ajoute à l'activité déjà présente")
    activity.add_argument("--hospitals", action="store_true", help="ajoute aussi les établissements absents (sans dotation)")
    for name, (program, package) in PACKAGES.items():
        _add_package(commands, name, program, package)
    return parser


def _add_package(commands: Any, name: str, program: str, package: str) -> None:
    """The actions on the add-in of one spreadsheet program: the same for each."""
    told = f"complément pour {program} : fonctions et macros"
    parser = commands.add_parser(name, help=told, description=f"{told[0].upper()}{told[1:]}.")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True, dest="package")
    build = _add(actions, "build", _package, f"écrit {package}")
    build.add_argument("--out", metavar="DOSSIER", type=Path, default=Path(), help="dossier de sortie (le dossier courant)")
    install = _add(actions, "install", _package, f"installe le complément dans {program}, sans droit d'administrateur")
    if name == "libreoffice":
        told = "sans ce que seul « Charger un export » demande (pandas)"
        install.add_argument("--without-exports", action="store_true", help=told)
    else:
        install.add_argument("--addin", metavar="FICHIER", type=Path, help="installe ce complément, déjà construit et signé")
    _add(actions, "uninstall", _package, "retire le complément")
    _add(actions, "doctor", _doctor, "dit si tout est en place, et que faire sinon")


def _add(commands: Any, name: str, command: Callable[[argparse.Namespace], int], help: str) -> FrenchParser:
    parser: FrenchParser = commands.add_parser(name, help=help, description=f"{help[0].upper()}{help[1:]}.")
    parser.add_argument("--json", action="store_true", help="sortie pour un programme")
    parser.set_defaults(command=command)
    return parser


def _add_level(command: FrenchParser, default: str | None = None) -> None:
    """The level of disclosure of an export; without a default it must be said."""
    told = f"ce qui peut sortir : {', '.join(LEVELS)}{f' ({default} si rien n’est dit)' if default else ''}"
    command.add_argument(
        "--diffusion", metavar="NIVEAU", choices=LEVELS, default=default, required=default is None, help=told
    )


def _new(options: argparse.Namespace) -> int:
    from dotpop_addin.files import new_workbook

    new_workbook(options.field, options.file)
    _tell(options, f"Classeur créé : {options.file}. Commencer par la feuille Accueil.", file=str(options.file))
    return DONE


def _demo(options: argparse.Namespace) -> int:
    from dotpop_addin.files import demonstration
    from dotpop_addin.progress import progress

    target = options.out / "region_psychiatrie.xlsx"
    with progress(options.json) as step:
        calculation = demonstration(target, step)
    _tell_summary(options, calculation, target)
    return DONE


def _check(options: argparse.Namespace) -> int:
    from dotpop_addin.returns.opening import is_return

    files: list[Path] = options.files
    if options.region is not None or len(files) > 1 or files[0].is_dir() or is_return(files[0]):
        return _check_returns(options)
    return _check_region(options, files[0])


def _check_region(options: argparse.Namespace, file: Path) -> int:
    from dotpop_addin.actions import check
    from dotpop_addin.books.file import FileBook
    from dotpop_addin.progress import progress

    with progress(options.json) as step:
        step("Lecture")
        book = FileBook(file)
        step("Contrôle")
        if options.out:
            return _review(options, book)
        calculation = check(book)
    region = calculation.region
    _tell(
        options,
        f"{file} : aucune erreur. {len(region.tables.hospitals)} établissements, "
        f"{len(region.tables.activity)} lignes d'activité.",
        problems=region.warnings,
        file=str(file),
    )
    return DONE


def _check_returns(options: argparse.Namespace) -> int:
    from dotpop_addin.progress import progress
    from dotpop_addin.returns import report
    from dotpop_addin.returns.actions import check_returns

    with progress(options.json) as step:
        checked = check_returns(options.files, options.region, options.out, step)
    if options.json:
        print(json.dumps(report.as_dict(checked), ensure_ascii=False, indent=2))
    else:
        print(report.told(checked))
        if options.out:
            print(f"Liste avec un lien vers chaque cellule : {options.out}")
    return PROBLEMS if any(answer.refused() for answer in checked.answers) else DONE


def _review(options: argparse.Namespace, book: "FileBook") -> int:
    """The check with its marks, in a copy."""
    from dotpop_addin.reviewing import review

    found = review(book)
    book.save(options.out)
    if found.errors:
        _tell_problems(options, found.problems, file=str(options.out))
        if not options.json:
            print(f"Copie marquée : {options.out} (liste dans la feuille Vérification).", file=sys.stderr)
        return PROBLEMS
    _tell(options, f"{found.told} Copie : {options.out}", found.problems, file=str(options.out))
    return DONE


def _run(options: argparse.Namespace) -> int:
    from dotpop_addin.files import run_file, run_step_file
    from dotpop_addin.progress import progress

    target = options.out or options.file
    if options.step:
        with progress(options.json) as step:
            region = run_step_file(options.file, STEPS[options.step], options.out, step)
        text = f"Étape {options.step} recalculée dans {target}. Pour mettre le reste d'accord : dotpop run."
        _tell(options, text, region.warnings, file=str(target), step=options.step)
        return DONE
    with progress(options.json) as step:
        calculation = run_file(options.file, options.out, step)
    _tell_summary(options, calculation, target)
    return DONE


def _workshop(options: argparse.Namespace) -> int:
    from dotpop_addin.files import workshop_file
    from dotpop_addin.progress import progress

    target = options.out or options.file
    with progress(options.json) as step:
        calculation = workshop_file(options.file, options.out, step)
    text = f"Feuille Atelier prête dans {target} : l'ouvrir dans Excel ou LibreOffice avec les fonctions DOTPOP_."
    _tell(options, text, calculation.region.warnings, file=str(target))
    return DONE


def _verify(options: argparse.Namespace) -> int:
    from dotpop_addin.actions import verify
    from dotpop_addin.books.file import FileBook
    from dotpop_addin.progress import progress

    with progress(options.json) as step:
        step("Lecture")
        book = FileBook(options.file)
        step("Recalcul")
        found = verify(book)
    if not found.differences:
        text = f"{options.file} : chaque résultat tient ({_number(found.checked)} cellules recalculées)."
        _tell(options, text, file=str(options.file), cells=found.checked)
        return DONE
    if options.json:
        _tell_problems(options, found.differences, reasons=found.reasons)
        return PROBLEMS
    count = len(found.differences)
    print(f"{_number(count)} résultat{'s ne tiennent' if count > 1 else ' ne tient'} plus. Le premier :", file=sys.stderr)
    print(f"- {found.differences[0]}", file=sys.stderr)
    for sheet, others in Counter(problem.sheet for problem in found.differences).items():
        print(f"  Feuille {sheet} : {_number(others)}", file=sys.stderr)
    for reason in found.reasons:
        print(reason, file=sys.stderr)
    return PROBLEMS


def _fiches(options: argparse.Namespace) -> int:
    from dotpop_addin.disclosure import Level
    from dotpop_addin.fiches import write_fiches
    from dotpop_addin.progress import progress

    level = Level.named(options.diffusion)
    with progress(options.json) as step:
        written = write_fiches(options.file, options.out, level=level, pdf=options.pdf, progress=step)
    _tell(options, f"{len(written)} fichiers écrits dans {options.out}.", files=[str(path) for path in written])
    return DONE


def _send(options: argparse.Namespace) -> int:
    from dotpop_addin.disclosure import Level
    from dotpop_addin.progress import progress
    from dotpop_addin.sending import send

    with progress(options.json) as step:
        written = send(options.file, options.out, Level.named(options.diffusion), previous=options.previous, progress=step)
    _tell(options, f"{len(written)} fichiers écrits dans {options.out}.", files=[str(path) for path in written])
    return DONE


def _collect(options: argparse.Namespace) -> int:
    from dotpop_addin.progress import progress
    from dotpop_addin.returns import report
    from dotpop_addin.returns.actions import collect_file

    with progress(options.json) as step:
        collected = collect_file(
            options.files,
            options.into,
            out=options.out,
            confirmed=options.confirm,
            anomalies=options.anomalies,
            progress=step,
        )
    if options.json:
        print(json.dumps(report.collected_as_dict(collected), ensure_ascii=False, indent=2))
    else:
        print(report.told_collected(collected))
    return PROBLEMS if collected.refused else DONE


def _synthese(options: argparse.Namespace) -> int:
    from dotpop_addin.disclosure import Level
    from dotpop_addin.progress import progress
    from dotpop_addin.synthese import write_synthese

    with progress(options.json) as step:
        write_synthese(options.file, options.out, Level.named(options.diffusion), options.federation, step)
    _tell(options, f"Synthèse écrite : {options.out}.", file=str(options.out), diffusion=options.diffusion)
    return DONE


def _load_activity(options: argparse.Namespace) -> int:
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
    _tell(options, loaded.told, problems=loaded.warnings, **loaded.counts)
    return DONE


def _package(options: argparse.Namespace) -> int:
    """build, install or uninstall of the add-in of one program."""
    program = PACKAGES[options.action][0]
    if options.package != "build":
        module = import_module(f"dotpop_addin.{options.action}.install")
        given = {"source": options.addin} if getattr(options, "addin", None) else {}
        given |= {"for_exports": False} if getattr(options, "without_exports", False) else {}
        _tell(options, getattr(module, options.package)(**given))
        return DONE
    module = import_module(f"dotpop_addin.{options.action}.build")
    path = module.build(options.out)
    _tell(
        options, f"Complément écrit : {path}. L'installer dans {program} : dotpop {options.action} install.", file=str(path)
    )
    return DONE


def _doctor(options: argparse.Namespace) -> int:
    from dotpop_addin import diagnosis

    findings = import_module(f"dotpop_addin.{options.action}.doctor").doctor()
    sound = diagnosis.sound(findings)
    if options.json:
        content = {"status": "ok" if sound else "problems", "findings": [one.as_dict() for one in findings]}
        print(json.dumps(content, ensure_ascii=False, indent=2))
    else:
        print(diagnosis.told(findings))
    return DONE if sound else PROBLEMS


def _tell_summary(options: argparse.Namespace, calculation: "Calculation", target: Path) -> None:
    from dotpop_addin import report

    if options.json:
        content = {"status": "ok", "file": str(target), **report.as_dict(calculation)}
        print(json.dumps(content, ensure_ascii=False, indent=2))
    else:
        print(report.summary(calculation))
        print(f"\nÉcrit : {target}")
        _print_warnings(calculation.region.warnings)


def _tell(options: argparse.Namespace, text: str, problems: Sequence["Problem"] = (), **content: object) -> None:
    if options.json:
        told = {"status": "ok", **content, "problems": [problem.as_dict() for problem in problems]}
        print(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        print(text)
        _print_warnings(problems)


def _print_warnings(problems: Sequence["Problem"]) -> None:
    for problem in problems:
        print(f"Avertissement. {problem}", file=sys.stderr)


def _tell_problems(options: argparse.Namespace, problems: Sequence["Problem"], **content: object) -> None:
    if getattr(options, "json", False):
        content = {"status": "problems", **content, "problems": [problem.as_dict() for problem in problems]}
        print(json.dumps(content, ensure_ascii=False, indent=2))
        return
    from dotpop_addin.problems import grouped

    errors = sum(problem.severity == "erreur" for problem in problems)
    untouched = "" if options.action in (*READING, *MANY) else " ; rien n'a été écrit"
    print(f"{_counted(errors)}{untouched}.", file=sys.stderr)
    for problem in grouped(problems):
        print(f"- {'' if problem.severity == 'erreur' else 'Avertissement. '}{problem}", file=sys.stderr)


def _counted(count: int) -> str:
    return f"{_number(count)} problème{'s' if count > 1 else ''}"


def _tell_defect(options: argparse.Namespace, error: Exception) -> int:
    from dotpop_addin import defects

    text = defects.told(error)
    if getattr(options, "json", False):
        print(json.dumps({"status": "defect", "message": text}, ensure_ascii=False))
    else:
        print(text, file=sys.stderr)
    return PROBLEMS


def _number(value: int) -> str:
    return f"{value:,}".replace(",", "\u202f")


def _version() -> str:
    from dotpop_model import __version__

    return f"dotpop {__version__}"


def _utf8() -> None:
    """Accents in a Windows console or a pipe whose encoding lacks them."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")


if __name__ == "__main__":
    sys.exit(main())

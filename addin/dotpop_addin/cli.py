"""The command line `dotpop`: French messages, exit status 0 (done), 1 (problems found) or 2 (wrong usage).

Here and in `commands` only the standard library is imported: heavy modules are imported by the command that needs them.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from dotpop_addin.commands import batch, exchange, packages, region, typed
from dotpop_addin.commands.packages import PACKAGES
from dotpop_addin.commands.region import STEPS
from dotpop_addin.commands.telling import PROBLEMS, tell_defect, tell_problems
from dotpop_addin.french import FrenchParser
from dotpop_addin.levels import Level

FIELDS = ["psychiatrie", "smr"]  # as `region.FIELDS`: not imported, the command line starts at once
FOLLOWED = {"suivi": "psychiatrie", "suivi-smr": "smr"}
"""Demonstrations of the follow-up → their field."""
SURVEY = "enquete"
"""The questionnaire of the national survey, where a field stands otherwise."""
PRESETS = [  # as `presets.presets`
    "auvergne-rhone-alpes",
    "grand-est",
    "ile-de-france",
    "occitanie",
    "provence-alpes-cote-d-azur",
    "hauts-de-france",
    "nouvelle-aquitaine",
    "centre-val-de-loire",
    "bretagne",
]
LEVELS = [level.word for level in Level]


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; returns the exit status. No trace ever reaches the user."""
    _utf8()
    options = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = options.command
    from dotpop_addin.problems import ProblemsFound, of_the_machine

    try:
        return command(options)
    except ProblemsFound as error:
        tell_problems(options, error.problems)
        return PROBLEMS
    except KeyboardInterrupt:
        print("\nInterrompu ; aucun fichier n'a été modifié à moitié.", file=sys.stderr)
        return PROBLEMS
    except BrokenPipeError:
        sys.stderr.close()
        return PROBLEMS
    except Exception as error:
        problem = of_the_machine(error)
        if problem is None:
            return tell_defect(options, error)
        tell_problems(options, [problem])
        return PROBLEMS


def _parser() -> FrenchParser:
    parser = FrenchParser(
        prog="dotpop",
        description="Dotation populationnelle : de la population et de l'activité à l'indice et à la trajectoire.",
        epilog="Sortie : 0 si tout est fait, 1 s'il y a des problèmes, 2 si la commande est mal écrite.",
    )
    parser.add_argument("--version", action="version", version=_version(), help="affiche la version et s'arrête")
    commands = parser.add_subparsers(title="commandes", metavar="COMMANDE", required=True, dest="action")

    for group in (_beginning, _year, _choosing, _exchanging, _many, _installing):
        group(commands)
    return parser


def _beginning(commands: Any) -> None:
    """A workbook to begin with."""
    new = _add(commands, "new", region.new, "crée un classeur vide à remplir")
    told = f"{', '.join(FIELDS)} ; {SURVEY} : le questionnaire de l'enquête nationale"
    new.add_argument("field", metavar="CHAMP", choices=[*FIELDS, SURVEY], help=told)
    new.add_argument("file", metavar="FICHIER", type=Path, help="classeur à créer (.xlsx)")
    told = "écrit les choix qu'une région a faits selon l'enquête nationale ; laisse vides ceux que l'enquête ne dit pas"
    new.add_argument("--preset", metavar="RÉGION", choices=PRESETS, help=f"{told} : {', '.join(PRESETS)}")

    _add(commands, "presets", region.list_presets, "liste les choix des neuf régions de l'enquête nationale")

    demo = _add(commands, "demo", region.demo, "crée et calcule la région de démonstration")
    told = (
        f"{', '.join(FIELDS)} ; suivi ou suivi-smr : trois années et leur suivi ; {SURVEY} : neuf réponses et leur synthèse"
    )
    demo.add_argument(
        "field", metavar="CHAMP", choices=[*FIELDS, *FOLLOWED, SURVEY], nargs="?", default=FIELDS[0], help=told
    )
    demo.add_argument("--out", metavar="DOSSIER", type=Path, default=Path("demo"), help="dossier de sortie (demo)")


def _year(commands: Any) -> None:
    """The work of a year on a region."""
    check = _add(commands, "check", region.check, "contrôle un classeur, ou les fichiers reçus, sans les modifier")
    told = "classeur de région, ou fichiers et dossiers reçus des établissements et des fédérations"
    check.add_argument("files", metavar="FICHIER|DOSSIER", type=Path, nargs="+", help=told)
    told = "copie du classeur où les cellules fautives sont marquées ; pour des fichiers reçus, liste des anomalies"
    check.add_argument("--out", metavar="FICHIER", type=Path, help=told)
    told = "classeur de la région : vérifie que les fichiers sont bien les siens, dit qui n'a pas répondu"
    check.add_argument("--region", metavar="FICHIER", type=Path, help=told)

    run = _add(commands, "run", region.run, "contrôle, calcule et écrit les résultats dans le classeur")
    run.add_argument("file", metavar="FICHIER", type=Path, help="classeur à calculer")
    run.add_argument("--out", metavar="FICHIER", type=Path, help="écrit dans une copie, sans toucher au classeur")
    run.add_argument(
        "--step",
        metavar="ÉTAPE",
        choices=list(STEPS),
        help=f"une étape seule, d'après ce qui est dans les feuilles : {', '.join(STEPS)}",
    )

    workshop = _add(commands, "atelier", region.workshop, "prépare la feuille Atelier : des formules vivantes, pour essayer")
    workshop.add_argument("file", metavar="FICHIER", type=Path, help="classeur de la région")
    workshop.add_argument("--out", metavar="FICHIER", type=Path, help="écrit dans une copie, sans toucher au classeur")

    verify = _add(commands, "verify", region.verify, "recalcule et dit si chaque résultat tient")
    verify.add_argument("file", metavar="FICHIER", type=Path, help="classeur à vérifier")

    load = commands.add_parser("load", help="charge un export dans un tableau", description="Charge un export.")
    tables = load.add_subparsers(title="tableaux", metavar="TABLEAU", required=True, dest="table")
    activity = _add(tables, "activite", region.load_activity, "charge un export d'activité dans le tableau Activité")
    activity.add_argument("export", metavar="EXPORT", type=Path, help="export d'activité (.csv ; séjours : .parquet aussi)")
    activity.add_argument("--into", metavar="FICHIER", type=Path, required=True, help="classeur qui reçoit l'activité")
    activity.add_argument("--out", metavar="FICHIER", type=Path, help="écrit dans une copie")
    told = "correspondance : sae_psy ou sae_smr (celle du champ du classeur si rien n'est dit), ou un fichier .toml"
    activity.add_argument("--mapping", metavar="NOM", help=told)
    existing = activity.add_mutually_exclusive_group()
    existing.add_argument("--replace", action="store_true", help="remplace l'activité déjà présente")
    existing.add_argument("--append", action="store_true", help="ajoute à l'activité déjà présente")
    activity.add_argument("--hospitals", action="store_true", help="ajoute aussi les établissements absents (sans dotation)")


def _choosing(commands: Any) -> None:
    """What if, how sure, is it working: scenarios, years, the survey."""
    scenario = _add(
        commands, "scenario", region.scenario, "écrit une copie où des hypothèses ont une autre valeur, et la calcule"
    )
    scenario.add_argument("file", metavar="FICHIER", type=Path, help="classeur de la région ; il n'est pas touché")
    told = 'une hypothèse et sa valeur (IDX_BORNE_BASSE=0,9 ; ENV_MARGE="1 %%" ; rien après = : vide) ; peut être répété'
    scenario.add_argument("--set", metavar="CODE=VALEUR", type=typed.setting, action="append", required=True, help=told)
    scenario.add_argument("--out", metavar="FICHIER", type=Path, required=True, help="classeur à écrire")

    compare = _add(
        commands, "compare", exchange.compare, "compare des scénarios : ce qui change, et ce que cela fait à chacun"
    )
    told = f"classeurs à comparer au premier ({typed.COMPARED} au plus)"
    compare.add_argument(
        "files", metavar="FICHIER", type=Path, nargs="+", action=typed.Several, const=typed.COMPARED, help=told
    )
    compare.add_argument("--out", metavar="FICHIER", type=Path, required=True, help="classeur à écrire (.xlsx)")

    sensitivity = _add(
        commands,
        "sensitivity",
        exchange.sensitivity,
        "dit à quel point les indices sont sûrs : hypothèses, poids, effectifs",
    )
    sensitivity.add_argument("file", metavar="FICHIER", type=Path, help="classeur de la région ; il n'est pas touché")
    sensitivity.add_argument("--out", metavar="FICHIER", type=Path, required=True, help="classeur à écrire (.xlsx)")
    told = "une plage autre que celle d'usage (TRJ_GAMMA=0:2 ; INDICATEUR:CHOMAGE=0,8:1,2) ; peut être répété"
    sensitivity.add_argument("--range", metavar="CODE=BAS:HAUT", type=typed.span, action="append", default=[], help=told)
    told = f"tirages, une puissance de 2, {typed.LEAST_DRAWS} au moins (256)"
    sensitivity.add_argument("--draws", metavar="N", type=typed.draws, help=told)
    sensitivity.add_argument("--seed", metavar="N", type=typed.seed, help="graine : la même redonne les mêmes chiffres (1)")

    follow = _add(
        commands,
        "follow",
        exchange.follow,
        "suit une région d'année en année : prévu et réalisé, indices, objectif, engagements",
    )
    told = f"un classeur de la région par année, dans n'importe quel ordre ({typed.FOLLOWED} au plus)"
    follow.add_argument(
        "files", metavar="FICHIER", type=Path, nargs="+", action=typed.Several, const=typed.FOLLOWED, help=told
    )
    follow.add_argument("--out", metavar="FICHIER", type=Path, required=True, help="classeur à écrire (.xlsx)")
    told = "un établissement réuni à un autre : leurs FINESS ; peut être répété"
    follow.add_argument("--fusion", metavar="ANCIEN=NOUVEAU", type=typed.merger, action="append", default=[], help=told)

    told = "écrit la synthèse des questionnaires reçus des régions : comptes, parts, contradictions"
    survey = _add(commands, SURVEY, exchange.survey, told)
    survey.add_argument("files", metavar="FICHIER|DOSSIER", type=Path, nargs="+", help="questionnaires et dossiers reçus")
    survey.add_argument("--out", metavar="FICHIER", type=Path, required=True, help="classeur à écrire (.xlsx)")


def _exchanging(commands: Any) -> None:
    """What leaves, and what comes back."""
    sending = _add(
        commands, "send", exchange.send, "écrit le fichier à remplir de chaque établissement et de chaque fédération"
    )
    sending.add_argument("file", metavar="FICHIER", type=Path, help="classeur de la région")
    sending.add_argument("--out", metavar="DOSSIER", type=Path, required=True, help="dossier des fichiers à envoyer")
    sending.add_argument(
        "--previous", metavar="FICHIER", type=Path, help="classeur de l'année précédente : ses valeurs servent de référence"
    )
    _add_level(sending, "federation")

    collect = _add(commands, "collect", exchange.collect, "importe les réponses reçues dans le classeur de la région")
    collect.add_argument("files", metavar="FICHIER|DOSSIER", type=Path, nargs="+", help="fichiers et dossiers reçus")
    collect.add_argument("--into", metavar="FICHIER", type=Path, required=True, help="classeur de la région")
    collect.add_argument("--out", metavar="FICHIER", type=Path, help="écrit dans une copie, sans toucher au classeur")
    told = "ce qui est à confirmer l'a été par cet établissement (FINESS) ou cette fédération ; peut être répété"
    collect.add_argument("--confirm", metavar="FINESS", action="append", default=[], help=told)
    collect.add_argument("--anomalies", metavar="FICHIER", type=Path, help="écrit aussi la liste des anomalies (.xlsx)")

    fiches = _add(commands, "fiches", exchange.fiches, "écrit la fiche de chaque établissement : son calcul, ligne à ligne")
    fiches.add_argument("file", metavar="FICHIER", type=Path, help="classeur de la région")
    fiches.add_argument("--out", metavar="DOSSIER", type=Path, required=True, help="dossier des fiches")
    _add_level(fiches, "federation")
    fiches.add_argument("--pdf", action="store_true", help="aussi en PDF, par LibreOffice")

    synthese = _add(
        commands, "synthese", exchange.synthese, "écrit les résultats de la région pour un comité, au niveau choisi"
    )
    synthese.add_argument("file", metavar="FICHIER", type=Path, help="classeur de la région")
    synthese.add_argument("--out", metavar="FICHIER", type=Path, required=True, help="classeur à écrire (.xlsx)")
    _add_level(synthese)
    synthese.add_argument("--federation", metavar="NOM", default="", help="fédération qui le lira : elle y voit les siens")


def _many(commands: Any) -> None:
    """Many workbooks."""
    many = _add(commands, "batch", batch.batch, "recalcule beaucoup de classeurs de région, et reprend où il s'est arrêté")
    told = "classeurs de région, et dossiers où les chercher (sous-dossiers compris) ; ils ne sont pas touchés"
    many.add_argument("files", metavar="FICHIER|DOSSIER", type=Path, nargs="+", help=told)
    many.add_argument("--out", metavar="DOSSIER", type=Path, required=True, help="dossier des résultats et de la synthèse")
    told = f"ce qui est fait de chaque classeur : {', '.join(batch.STEPS)}, séparés par des virgules (check,run)"
    many.add_argument("--steps", metavar="ÉTAPES", type=batch.steps, default=("check", "run"), help=told)
    where = many.add_mutually_exclusive_group()
    where.add_argument("--jobs", metavar="N", type=batch.jobs, help="classeurs calculés à la fois (un par cœur)")
    where.add_argument("--scheduler", metavar="ADRESSE", help="calcule sur une grappe Dask (tcp://machine:8786)")
    many.add_argument("--force", action="store_true", help="recalcule aussi ce qui n'a pas changé")

    journal = _add(commands, "journal", batch.journal, "dit qui a calculé quoi et quand, et ce qui tient encore")
    told = "classeurs de région, et dossiers où les chercher, ceux de dotpop batch compris ; rien n'est touché"
    journal.add_argument("files", metavar="FICHIER|DOSSIER", type=Path, nargs="+", help=told)
    journal.add_argument("--verify", action="store_true", help="recalcule chacun et dit ce qui ne tient plus, et pourquoi")


def _installing(commands: Any) -> None:
    """The computer and its spreadsheet programs."""
    _add(commands, "doctor", packages.doctor, "examine l'ordinateur : versions, polices, tableurs, disque, ce qui manque")
    for name, (program, package) in PACKAGES.items():
        _add_package(commands, name, program, package)


def _add_package(commands: Any, name: str, program: str, package: str) -> None:
    """The actions on the add-in of one spreadsheet program: the same for each."""
    told = f"complément pour {program} : fonctions et macros"
    parser = commands.add_parser(name, help=told, description=f"{told[0].upper()}{told[1:]}.")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True, dest="package")
    build = _add(actions, "build", packages.package, f"écrit {package}")
    build.add_argument("--out", metavar="DOSSIER", type=Path, default=Path(), help="dossier de sortie (le dossier courant)")
    install = _add(
        actions, "install", packages.package, f"installe le complément dans {program}, sans droit d'administrateur"
    )
    if name == "libreoffice":
        told = "sans ce que demandent seuls les boutons qui lisent des fichiers (pandas, openpyxl, xlsxwriter)"
        install.add_argument("--without-exports", action="store_true", help=told)
    else:
        install.add_argument("--addin", metavar="FICHIER", type=Path, help="installe ce complément, déjà construit et signé")
    _add(actions, "uninstall", packages.package, "retire le complément")
    _add(actions, "doctor", packages.doctor, "dit si tout est en place, et que faire sinon")


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

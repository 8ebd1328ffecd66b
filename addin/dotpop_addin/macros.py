"""The macros: one registry, from which come the ribbon of Excel, the toolbar of Calc and the guide.

Each macro is one body over the host and workbook protocols. `run` is the only way in: it turns what goes wrong into French.
"""

import webbrowser
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.resources import as_file, files
from importlib.util import find_spec
from pathlib import Path

from dotpop_addin import defects, diagnosis, report
from dotpop_addin.actions import STEP_LABELS, calculate, calculate_step
from dotpop_addin.declarations.kinds import Field
from dotpop_addin.declarations.workshop import CHOSEN
from dotpop_addin.declarations.workshop import SHEET as WORKSHOP
from dotpop_addin.hosts.protocol import Host
from dotpop_addin.mappings import shipped
from dotpop_addin.problems import PartlyWritten, Problem, ProblemsFound, grouped
from dotpop_addin.region import FIELDS, identify
from dotpop_addin.reviewing import review
from dotpop_addin.workshop import prepare
from dotpop_model.errors import counted

TAB = "Dotation populationnelle"
SHOWN = 8
"""How many problems a message shows; the sheet Vérification lists them all."""


@dataclass(frozen=True)
class Macro:
    """One macro. code: its name in programs, never changed. help: French, what it does. icon: Office's name of a picture.

    body: gives the text to show at the end ("" for none). under: code of the macro whose menu holds it.
    """

    code: str
    label: str
    help: str
    icon: str
    body: Callable[[Host], str]
    under: str = ""


def _new(host: Host) -> str:
    field = host.choose("Nouveau classeur", "Pour quel champ ?", {code: one.label for code, one in FIELDS.items()})
    if field is not None:
        with as_file(files("workbook_templates").joinpath(f"{field}.xlsx")) as path:
            host.open_copy(path)
    return ""


def _check(host: Host) -> str:
    book = host.book()
    host.show_progress("Contrôle")
    found = review(book)
    if found.problems:
        host.go_to(identify(book).sheet_of["anomalies"].name, "A1")
    return found.told


def _calculate(host: Host) -> str:
    calculation = calculate(host.book(), host.show_progress)
    return report.message(calculation)


def _calculate_step(step: str, host: Host) -> str:
    calculate_step(host.book(), step, host.show_progress)
    return (
        f"Recalculé : {STEP_LABELS[step]}, d'après ce qui est dans les feuilles. Les étapes suivantes, la Synthèse et "
        "les Contrôles ne le sont pas : lancer Calculer pour tout mettre d'accord."
    )


def _workshop(host: Host) -> str:
    prepare(host.book(), host.show_progress)
    host.go_to(WORKSHOP, CHOSEN)
    return ""


def _load(host: Host) -> str:
    book = host.book()
    _refuse_without("pandas", book.name, "dotpop load activite")
    from dotpop_addin.loading import holds_activity, load_activity

    export = host.choose_file("Export d'activité à charger", "Export d'activité", ".csv")
    existing = _existing(host) if export is not None and holds_activity(book) else "refuse"
    mapping = _mapping(host, identify(book)) if export is not None and existing is not None else None
    if export is None or existing is None or mapping is None:
        return ""
    loaded = load_activity(book, export, mapping=mapping, existing=existing, progress=host.show_progress)
    return "\n".join([loaded.told, *(f"Avertissement. {warning}" for warning in loaded.warnings)])


def _refuse_without(module: str, book: str, command: str) -> None:
    """Says what lacks in the Python of LibreOffice, where only what computes is always installed."""
    if find_spec(module) is None:
        action = f"Relancer l'installation (dotpop libreoffice install), ou passer par « {command} »."
        raise ProblemsFound([Problem(book, f"{module} manque dans le Python de ce programme", "", action)])


def _existing(host: Host) -> str | None:
    question = "La feuille Activité contient déjà des lignes. Que faire ?"
    return host.choose("Charger un export", question, {"replace": "les remplacer", "append": "ajouter à la suite"})


def _mapping(host: Host, field: Field) -> str | None:
    """A mapping shipped (those of other fields are not offered), or a file of the user's own."""
    others = {one.mapping for one in FIELDS.values()} - {field.mapping}
    known = {name: title for name, title in shipped().items() if name not in others}
    answers = {**known, "own": "un autre export, avec son fichier de correspondance"}
    chosen = host.choose("Charger un export", "De quel export s'agit-il ?", answers)
    if chosen != "own":
        return chosen
    own = host.choose_file("Fichier de correspondance", "Correspondance", ".toml")
    return None if own is None else str(own)


def _collect(host: Host) -> str:
    book = host.book()
    _refuse_without("openpyxl", book.name, "dotpop collect")
    from dotpop_addin.returns import report
    from dotpop_addin.returns.collecting import collect

    folder = host.choose_folder("Dossier des fichiers reçus")
    if folder is None:
        return ""
    collected = collect(book, [folder], progress=host.show_progress)
    if collected.changed:
        host.go_to(identify(book).sheet_of["returned_changes"].name, "A1")
    return report.message(collected)


def _scenario(host: Host) -> str:
    _refuse_without("openpyxl", host.book().name, "dotpop scenario")
    from dotpop_addin.trying import scenario

    return scenario(host)


def _compare(host: Host) -> str:
    for module in ("openpyxl", "xlsxwriter"):
        _refuse_without(module, host.book().name, "dotpop compare")
    from dotpop_addin.trying import compare

    return compare(host)


def _diagnose(host: Host) -> str:
    host.show_progress("Diagnostic")
    return diagnosis.told(host.diagnose())


def _help(host: Host) -> str:
    guide = Path(str(files("dotpop_addin").joinpath("data", "guide.html")))
    return "" if webbrowser.open(guide.as_uri()) else f"Le guide est ici : {guide}"


def _step(code: str, help: str) -> Macro:
    return Macro(code, STEP_LABELS[code], help, "CalculateSheet", partial(_calculate_step, code), "calculate")


MACROS: Sequence[Macro] = (
    Macro(
        "new",
        "Nouveau classeur",
        "Ouvre un classeur vide (psychiatrie ou SMR), à remplir puis à enregistrer.",
        "FileNew",
        _new,
    ),
    Macro(
        "check",
        "Vérifier",
        "Contrôle les saisies, marque les cellules fautives et les liste avec des liens.",
        "ReviewAcceptChange",
        _check,
    ),
    Macro("calculate", "Calculer", "Contrôle, calcule tout et écrit les feuilles de résultats.", "CalculateNow", _calculate),
    _step("national", "Recalcule les dotations régionales, d'après la feuille National."),
    _step("weighting", "Recalcule les populations pondérées, d'après les saisies."),
    _step("flows", "Recalcule les populations corrigées des flux, d'après la feuille Population pondérée."),
    _step("index", "Recalcule les indices et les positions, d'après la feuille Flux."),
    _step("trajectory", "Recalcule la trajectoire, d'après la feuille Indices."),
    _step("options", "SMR : recalcule les options, d'après la feuille Indices."),
    _step("transition", "SMR : recalcule la transition, d'après les recettes et la feuille Indices."),
    _step("payments", "SMR : recalcule les versements, d'après les circulaires et la feuille Indices."),
    _step("compartments", "SMR : recalcule les compartiments de recettes, d'après la feuille Financements."),
    Macro(
        "workshop",
        "Atelier",
        "Prépare la feuille Atelier : des formules vivantes, pour essayer une hypothèse sans rien écrire ailleurs.",
        "FunctionWizard",
        _workshop,
    ),
    Macro(
        "scenario",
        "Scénario",
        "Écrit et calcule une copie où des hypothèses ont une autre valeur ; ce classeur reste tel quel.",
        "WhatIfAnalysisMenu",
        _scenario,
    ),
    Macro(
        "compare",
        "Comparer",
        "Compare ce classeur à d'autres : ce qui change, d'où viennent les écarts, ce que cela fait à chacun.",
        "WindowSideBySide",
        _compare,
    ),
    Macro(
        "load",
        "Charger un export",
        "Charge un export d'activité (CSV) dans la feuille Activité.",
        "ImportTextFile",
        _load,
    ),
    Macro(
        "collect",
        "Importer les retours",
        "Contrôle les fichiers reçus d'un dossier, reprend ceux qui sont sans erreur et liste ce qui change.",
        "ImportExcel",
        _collect,
    ),
    Macro(
        "diagnose",
        "Diagnostic",
        "Dit comment le complément est installé, et que faire si quelque chose ne va pas.",
        "ControlsGallery",
        _diagnose,
    ),
    Macro("help", "Aide", "Ouvre le guide.", "Help", _help),
)
BY_CODE = {macro.code: macro for macro in MACROS}


def run(code: str, host: Host) -> None:
    """Runs one macro; the user reads a French sentence whatever happens."""
    try:
        text = BY_CODE[code].body(host)
    except PartlyWritten as error:
        host.complain(str(error))
    except ProblemsFound as error:
        host.complain(_told(error.problems))
    except Exception as error:
        host.complain(defects.told(error))
    else:
        if text:
            host.tell(text)
    finally:
        host.end_progress()


def _told(problems: list[Problem]) -> str:
    """The first problems, and how many more there are."""
    found = grouped(problems)
    lines = [f"• {problem}" for problem in found[:SHOWN]]
    more = len(found) - SHOWN
    if more > 0:
        lines.append(f"… et {counted(more, 'autre')} : la macro Vérifier les liste avec des liens.")
    return "\n".join(["Rien n'a été écrit.", *lines])

"""Loading an activity export into the table of activity, by a mapping file that says which column is what."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from dotpop_addin import rendering
from dotpop_addin.books.protocol import Book
from dotpop_addin.declarations.kinds import Field, Table
from dotpop_addin.export_lines import Activity, activity_lines
from dotpop_addin.exports import read_export
from dotpop_addin.hypotheses import declared
from dotpop_addin.mappings import Mapping, read_mapping
from dotpop_addin.problems import WARNING, Problem, ProblemsFound
from dotpop_addin.progress import Progress
from dotpop_addin.reading import FINESS
from dotpop_addin.region import identify
from dotpop_addin.rewriting import existing_lines, refuse_losses
from dotpop_model.errors import counted, named, plural
from dotpop_model.stages.activity import MEASURE_OF_METRIC
from dotpop_model.tables import Frame


@dataclass(frozen=True)
class Loaded:
    """What a load brought. told: French sentence; counts: for programs."""

    told: str
    counts: dict[str, int]
    warnings: list[Problem]


def load_activity(
    book: Book,
    export: Path,
    *,
    mapping: str | None = None,
    existing: str = "refuse",
    hospitals: bool = False,
    progress: Progress = lambda step: None,
) -> Loaded:
    """Brings an export into the table of activity of a workbook.

    mapping: a shipped one or a file; None: that of the workbook's field.
    existing: what to do with activity already there: "refuse", "replace" or "append".
    hospitals: also add the hospitals that the workbook lacks. Raises ProblemsFound, nothing written then.
    """
    progress("Lecture de l'export")
    workbook_field = identify(book)
    rules = read_mapping(mapping or workbook_field.mapping, hospitals=hospitals)
    frame, found, read = _read(export, rules, hospitals=hospitals)
    activity = found.lines
    if hospitals:
        _refuse_statuses(mapping or workbook_field.mapping, workbook_field, rules)
    table = workbook_field.tables["activity"]
    kept = existing_lines(book, workbook_field, table)
    if kept and existing == "refuse":
        action = "Relancer avec --replace pour la remplacer, ou --append pour l'ajouter."
        told = f"le tableau Activité contient déjà {counted(len(kept), 'ligne')}"
        raise ProblemsFound([Problem(book.name, told, "un tableau vide", action, "Activité")])
    refuse_losses(book, workbook_field, table, kept=existing == "append")
    touched = [workbook_field.sheet_of[name].name for name in ("activity", *(["hospitals"] if hospitals else []))]
    closed = book.closed(touched)
    if closed:
        raise ProblemsFound(closed)
    lines = (kept if existing == "append" else []) + rendering.rows(table, Frame.from_pandas(activity))
    progress("Écriture : Activité")
    with book.changing():
        added, warnings = _add_hospitals(book, workbook_field, frame, rules) if hospitals else (None, [])
        warnings += [*found.warnings, *_short_finess(export, activity), *_unknown_codes(book, workbook_field, activity)]
        warnings += _uncounted_forms(book, workbook_field, set(activity["form"]))
        book.write(workbook_field.sheet_of["activity"].name, table.excel, table.headers, lines, below=True)
    counts = {
        "lines": len(activity),
        "hospitals": activity["finess"].nunique(),
        "blanks": found.blanks,
        "hospitals_added": 0 if added is None else len(added),
    }
    told = _told(counts, book.name, "" if added is None else _to_fill_in(workbook_field, added))
    return Loaded(" ".join(part for part in (told, read) if part), counts, warnings)


def _read(export: Path, rules: Mapping, *, hospitals: bool) -> tuple[pd.DataFrame, Activity, str]:
    """The cells of the export (none of one of stays, too many to be held), its lines of activity, and how it was read."""
    if rules.stays is None:
        frame = read_export(export, rules, hospitals=hospitals)
        return frame, activity_lines(export, frame, rules), ""
    from dotpop_addin.stays.counting import stay_lines

    found, told = stay_lines(export, rules, rules.stays)
    return pd.DataFrame(), found, told


def holds_activity(book: Book) -> bool:
    """Whether the table of activity holds something already."""
    workbook_field = identify(book)
    return bool(existing_lines(book, workbook_field, workbook_field.tables["activity"]))


def _told(counts: dict[str, int], target: str, to_fill_in: str) -> str:
    lines, blanks = counts["lines"], counts["blanks"]
    return (
        f"{counted(lines, 'ligne')} d'activité de {counted(counts['hospitals'], 'établissement')} "
        f"{plural(lines, 'chargée')} dans {target} ; {counted(blanks, 'cellule vide')} de l'export (non renseigné) "
        f"n'{'ont' if blanks > 1 else 'a'} pas donné de ligne{to_fill_in}."
    )


def _to_fill_in(workbook_field: Field, added: pd.DataFrame) -> str:
    """How many hospitals were added, and which required columns the export does not give."""
    table = workbook_field.tables["hospitals"]
    lacking = [column.header for column in table.columns if column.required and added[column.name].isna().all()]
    told = f" ; {counted(len(added), 'établissement')} {plural(len(added), 'ajouté')}"
    return f"{told}, colonnes à renseigner : {', '.join(lacking)}" if len(added) else told


def _refuse_statuses(name: str, workbook_field: Field, mapping: Mapping) -> None:
    """Refuses statuses that the workbook does not admit ("" leaves the cell empty)."""
    admitted = workbook_field.words("hospitals", "status")
    given = mapping.hospitals.get("status", {"values": {}})["values"].values()
    unknown = sorted(set(given) - {*admitted, ""})
    if unknown:
        found = f"statuts de [hospitals.status] que le classeur ne connaît pas : {named(unknown)}"
        expected = f"l'un de : {', '.join(admitted)} (ou un texte vide, à compléter)"
        raise ProblemsFound([Problem(name, found, expected, "Corriger [hospitals.status] dans la correspondance.")])


def _add_hospitals(
    book: Book, workbook_field: Field, frame: pd.DataFrame, mapping: Mapping
) -> tuple[pd.DataFrame, list[Problem]]:
    """Adds the sites of the export that the table of hospitals lacks; returns them, and what the export cannot say."""
    table = workbook_field.tables["hospitals"]
    refuse_losses(book, workbook_field, table, kept=True)
    kept = existing_lines(book, workbook_field, table)
    known = _codes(kept, table, "finess")
    rules = mapping.hospitals
    sites = frame.drop_duplicates(rules["finess"])
    sites = sites[~sites[rules["finess"]].isin(list(known))]
    status = rules.get("status", {"column": rules["finess"], "values": {}})
    words = {value: word or None for value, word in status["values"].items()}
    new = pd.DataFrame(
        {
            **{column.name: pd.Series([None] * len(sites), dtype=object) for column in table.columns},
            "finess": sites[rules["finess"]].to_numpy(),
            "name": sites[rules["name"]].to_numpy(),
            "territory": sites[rules["territory"]].to_numpy(),
            "status": sites[status["column"]].map(words).astype(object).to_numpy(),
        }
    )
    sheet = workbook_field.sheet_of["hospitals"].name
    book.write(sheet, table.excel, table.headers, kept + rendering.rows(table, Frame.from_pandas(new)), below=True)
    untold = sites[status["column"]][sites[status["column"]].map(status["values"]) == ""]
    if untold.empty:
        return new, []
    found = f"{counted(len(untold), 'établissement')} {plural(len(untold), 'ajouté')} sans statut : "
    found += f"« {' », « '.join(sorted(set(untold)))} » dans l'export ne dit pas lequel choisir"
    expected = f"l'un de : {', '.join(workbook_field.words('hospitals', 'status'))}"
    return new, [Problem(book.name, found, expected, "Le compléter s'il est connu.", sheet, severity=WARNING)]


def _codes(lines: list[list[Any]], table: Table, name: str) -> set[str]:
    place = table.headers.index(table.column(name).header)
    return {line[place].strip() for line in lines if isinstance(line[place], str)}


def _short_finess(export: Path, activity: pd.DataFrame) -> list[Problem]:
    """FINESS of the export that a spreadsheet read as numbers: the zero on their left is lost."""
    short = sorted({code for code in activity["finess"] if FINESS.fullmatch(f"0{code}")})
    if not short:
        return []
    found = f"FINESS de 8 caractères, un zéro de gauche est sans doute perdu : {named(short)}"
    action = "Refaire l'export avec cette colonne en texte, puis le recharger."
    return [Problem(str(export), found, "un FINESS de neuf caractères", action, severity=WARNING)]


def _unknown_codes(book: Book, workbook_field: Field, activity: pd.DataFrame) -> list[Problem]:
    """Codes of the export that the workbook does not know yet: the check will refuse them until they are added."""
    problems = []
    for column, table_name in (("finess", "hospitals"), ("territory", "territories"), ("form", "forms")):
        table = workbook_field.tables[table_name]
        known = _codes(existing_lines(book, workbook_field, table), table, table.keys[0].name)
        unknown = sorted(set(activity[column]) - known)
        if unknown:
            sheet = workbook_field.sheet_of[table_name].name
            found = f"codes de l'export absents du tableau « {table.title} » : {named(unknown)}"
            problems.append(Problem(book.name, found, "", "Les ajouter avant le calcul.", sheet, severity=WARNING))
    return problems


def _uncounted_forms(book: Book, workbook_field: Field, loaded: set[str]) -> list[Problem]:
    """Forms of the export that the calculation would leave out (another measure than the metric's) or that lack a weight."""
    table, hypotheses = workbook_field.tables["forms"], workbook_field.tables["hypotheses"]
    sheet = workbook_field.sheet_of["forms"].name
    places = {name: table.headers.index(table.column(name).header) for name in ("form", "measure", "weight")}
    forms = [line for line in existing_lines(book, workbook_field, table) if line[places["form"]] in loaded]
    code, value = (hypotheses.headers.index(hypotheses.column(name).header) for name in ("code", "value"))
    chosen = {line[code]: line[value] for line in existing_lines(book, workbook_field, hypotheses)}
    metric = str(chosen.get("ACT_METRIQUE"))
    chosen_metric = (declared(workbook_field.hypotheses_file)["ACT_METRIQUE"].choices or {}).get(metric, "")
    words = workbook_field.words("forms", "measure")
    measure = next((label for label, word in words.items() if word == MEASURE_OF_METRIC.get(chosen_metric)), None)
    counted_forms = [line for line in forms if line[places["measure"]] == measure]
    others = [line[places["form"]] for line in forms if line[places["measure"]] != measure]
    unweighted = [line[places["form"]] for line in counted_forms if line[places["weight"]] is None]
    found = []
    if others:
        told = f"la métrique « {metric} » (hypothèse ACT_METRIQUE) ne compte pas les formes chargées : {named(others)}"
        action = "Choisir la métrique qui les compte, ou charger un autre export."
        if counted_forms:
            action = "Elles restent dans la feuille Activité, sans effet sur le calcul."
        found.append(Problem(book.name, told, "", action, "Hypothèses", severity=WARNING))
    if unweighted and chosen_metric != "patients":
        told = f"formes chargées sans poids : {named(unweighted)}"
        found.append(Problem(book.name, told, "", "Renseigner leurs poids avant le calcul.", sheet, severity=WARNING))
    return found

"""Writes the references from what the program declares, and from docs/ the page that the macro Aide opens (guide.html).

Run `python docs/generate.py` after a change of declarations, hypotheses, macros, functions, commands or documents; with
`--check`, nothing is written and the exit status says whether the files are up to date (0) or not (1).
"""

import argparse
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.resources import files
from pathlib import Path

from webpage import webpage

from dotpop_addin import cli, data_files
from dotpop_addin import hypotheses as hypothesis_files
from dotpop_addin.declarations.common import CONTROLS, SMR_CONTROLS, VERDICTS
from dotpop_addin.declarations.kinds import Column, Field, Kind, Sheet, Table
from dotpop_addin.declarations.psychiatrie import PSYCHIATRIE
from dotpop_addin.declarations.sent import Sending, sendings
from dotpop_addin.declarations.smr import SMR
from dotpop_addin.functions.registry import FUNCTIONS
from dotpop_addin.hypotheses import Hypothesis
from dotpop_addin.macros import BY_CODE, MACROS, Macro
from dotpop_addin.reading import expected

DOCS = Path(__file__).parent
REFERENCE, REFERENCE_SMR = DOCS / "reference.md", DOCS / "reference_smr.md"
GUIDE = Path(str(files("dotpop_addin").joinpath("data", "guide.html")))
MOST_LISTED = 8  # labels; a longer list has its own section
KINDS = {
    Kind.TEXT: "texte",
    Kind.CODE: "code, en texte",
    Kind.FINESS: "FINESS, en texte",
    Kind.NUMBER: "nombre",
    Kind.INTEGER: "nombre entier",
    Kind.AMOUNT: "€, au centime",
    Kind.EURO: "€, montré à l'euro",
    Kind.COUNT: "nombre, montré à l'unité",
    Kind.SHARE: "%",
    Kind.RATE: "nombre à deux décimales",
    Kind.SIGNED: "nombre à trois décimales, avec son signe",
    Kind.PER_HEAD: "€ par habitant",
    Kind.DATE: "date",
    Kind.CHOICE: "libellé",
    Kind.HYPOTHESIS: "selon l'hypothèse",
}
ROLES = {
    "welcome": "Accueil",
    "input": "Feuilles à remplir (onglets jaunes)",
    "result": "Feuilles de résultats (onglets bleus)",
    "workshop": "Feuille d'essai (onglet vert)",
}
INTRODUCTION = """# Référence : feuilles, hypothèses, contrôles, fonctions, boutons, commandes

Cette page est produite par `docs/generate.py` à partir de ce que le programme lit et écrit réellement : ne pas la modifier
à la main. Le mode d'emploi est dans le [guide](guide.md).

Chaque tableau du classeur est un tableau Excel qui porte un nom (`T_Indices`, par exemple) : ce nom et les en-têtes de
colonnes ne se modifient pas. Une colonne marquée « clé » identifie la ligne : deux lignes ne peuvent pas avoir la même clé.
"""


INTRODUCTION_SMR = """# Référence du SMR : feuilles, hypothèses, contrôles

Cette page est produite par `docs/generate.py` à partir de ce que le programme lit et écrit réellement : ne pas la modifier
à la main. Le mode d'emploi est dans le [guide du SMR](guide_smr.md) ; les fonctions, les boutons et les commandes, communs
à tous les champs, sont dans la [référence](reference.md).
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Writes the pages, or says whether they are up to date; returns the exit status."""
    parser = argparse.ArgumentParser(description="Writes the references and the guide that the macro Aide opens.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit status 1 when a file is out of date")
    check = parser.parse_args(arguments).check
    references = {REFERENCE: reference(PSYCHIATRIE), REFERENCE_SMR: reference_smr(SMR)}
    written = {**references, GUIDE: _guide({path.name: text for path, text in references.items()})}
    outdated = [path for path, text in written.items() if not path.is_file() or path.read_text("utf-8") != text]
    for path in outdated:
        if check:
            print(f"{path.name} is out of date: run python docs/generate.py", file=sys.stderr)
        else:
            path.write_text(written[path], "utf-8", newline="\n")
    return int(check and bool(outdated))


def _guide(references: Mapping[str, str]) -> str:
    """Guides, installation and references as one page."""
    pages = {name: (DOCS / name).read_text("utf-8") for name in ("guide.md", "guide_smr.md", "installation.md")}
    return webpage("Guide de dotpop", {**pages, **references}, DOCS)


def reference(field: Field) -> str:
    """The page of psychiatry, with what all fields share: files sent, functions, buttons, commands."""
    own = (_hypotheses(field), _controls(CONTROLS, "guide.md#8-lire-les-contrôles"), _template(field))
    return _page([INTRODUCTION, *_sheets(field), _sendings(field), *own, _functions(), _macros(), _commands()])


def reference_smr(field: Field) -> str:
    """The page of SMR: its sheets, files sent, hypotheses, own controls, and what an empty workbook holds."""
    own = (_hypotheses(field), _controls(SMR_CONTROLS, "guide_smr.md#les-contrôles-propres-au-smr"), _template(field))
    return _page([INTRODUCTION_SMR, *_sheets(field), _sendings(field), *own])


def _sheets(field: Field) -> Iterator[str]:
    for role, title in ROLES.items():
        yield f"## {title}\n"
        yield from (_sheet(sheet, field) for sheet in field.sheets if sheet.role == role)


def _page(parts: Iterable[str]) -> str:
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def _functions() -> str:
    """The cell functions, from their registry."""
    text = (
        "## Les fonctions de cellule\n\n"
        "Chaque fonction prend des plages et donne une plage de résultats. Une cellule vide, un texte ou une erreur gardent "
        "leur place : la ligne dit ce qui l'empêche d'être calculée, les autres ont leur résultat quand il a un sens. "
        "Un argument incorrect donne une phrase dans la cellule.\n\n"
    )
    for function in FUNCTIONS:
        call = "; ".join(f"[{one.name}]" if one.optional else one.name for one in function.arguments)
        rows = [(f"`{one.name}`", one.help, "non" if one.optional else "oui") for one in function.arguments]
        text += f"### {function.name}\n\n`{function.name}({call})`\n\n{function.summary}\n\n"
        text += _markdown(("Argument", "Sens et unité", "Obligatoire"), rows) + "\n"
    return text


def _macros() -> str:
    """The macros, from their registry."""
    rows = [(_label(macro), macro.help) for macro in MACROS]
    return (
        "## Les boutons\n\n"
        "Dans le ruban d'Excel, dans le menu et la barre d'outils de LibreOffice. Comment s'en servir : "
        "[guide](guide.md#4-dans-le-tableur).\n\n" + _markdown(("Bouton", "Ce qu'il fait"), rows)
    )


def _label(macro: Macro) -> str:
    return f"{BY_CODE[macro.under].label} > {macro.label}" if macro.under else macro.label


def _commands() -> str:
    """The command line, from its parser."""
    text = (
        "## Les commandes\n\n"
        "Chacune accepte aussi `--help` (son aide) et `--json` (une sortie pour un programme) ; `dotpop --version` donne la "
        "version. Elle se termine par 0 (fait), 1 (problèmes) ou 2 (commande mal écrite).\n\n"
    )
    for name, parser in _leaves("dotpop", cli._parser()):
        rows = [
            (" ".join(f"`{word}`" for word in (*action.option_strings, action.metavar) if word), action.help or "")
            for action in parser._actions
            if not {"--help", "--json"} & set(action.option_strings)
        ]
        text += f"### {name}\n\n{parser.description}\n\n"
        text += _markdown(("Argument", "Sens"), rows) + "\n" if rows else ""
    return text


def _leaves(name: str, parser: argparse.ArgumentParser) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """The commands that do something, by their whole name."""
    children = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    if not children:
        yield name, parser
    for action in children:
        for word, child in action.choices.items():
            yield from _leaves(f"{name} {word}", child)


def _sheet(sheet: Sheet, field: Field) -> str:
    purpose = f"{sheet.purpose}\n\n" if sheet.purpose else ""
    return f"### {sheet.name}\n\n{purpose}" + "\n".join(_table(table, sheet.role, field) for table in sheet.tables)


def _table(table: Table, role: str, field: Field) -> str:
    computed = role == "result"
    kind = "Nature" if computed else "Attendu"
    title = f"**{table.title}** (`{table.excel}`{', peut rester vide' if table.optional else ''})\n\n"
    if computed:
        rows = [(_header(column), column.help, _nature(column)) for column in table.columns]
        if table.open_column and table.open_from:
            source = field.tables[table.open_from]
            named = f"une colonne par ligne du tableau « {source.title} »"
            rows.append((named, table.open_column.help, _nature(table.open_column)))
        return title + _markdown(("Colonne", "Sens", kind), rows)
    columns = [*table.columns, *([table.open_column] if table.open_column else [])]
    inputs = [
        (
            f"une colonne par code du tableau {table.open_words}" if column is table.open_column else _header(column),
            column.help,
            _expected(column, field),
            "oui" if column.required else "non",
        )
        for column in columns
    ]
    return title + _markdown(("Colonne", "Sens", kind, "Obligatoire"), inputs)


def _sendings(field: Field) -> str:
    """The files that a field sends to be filled in."""
    text = (
        "## Les fichiers envoyés, à remplir\n\n"
        "`dotpop send` les écrit, `dotpop check` et `dotpop collect` les relisent "
        "([guide](guide.md#demander-contrôler-et-reprendre-les-réponses)). Les cellules à remplir sont seules ouvertes ; "
        "la feuille « Ce fichier » dit ce qu'est le fichier et porte l'empreinte des cellules verrouillées.\n\n"
    )
    for sending in sendings(field).values():
        for sheet in sending.sheets:
            tables = [table for table in sheet.tables if sheet.role == "input"]
            text += f"### {sending.kind} : {sheet.name}\n\n" if tables else ""
            text += "".join(_sent_table(table, sending) for table in tables)
    return text


def _sent_table(table: Table, sending: Sending) -> str:
    rows = []
    for column in table.columns:
        filled = ("oui" if column.required else "facultatif") if column.entry else "non"
        rows.append((_header(column), column.help, _expected(column, sending), filled))
    title = f"**{table.title}** (`{table.excel}`)\n\n"
    return title + _markdown(("Colonne", "Sens", "Attendu", "À remplir"), rows) + "\n"


def _header(column: Column) -> str:
    return f"{column.header} (clé)" if column.key else column.header


def _nature(column: Column) -> str:
    listed = column.choices is not None and len(column.choices) <= MOST_LISTED
    return ", ".join(column.choices or ()) if listed else KINDS[column.kind]


def _expected(column: Column, field: Field | Sending) -> str:
    if column.kind == Kind.HYPOTHESIS:
        return "selon la ligne : voir « Les hypothèses, une à une »"
    found = expected(column)
    if column.refers:
        table = field.tables[column.refers.split(".")[0]]
        found += f", pris dans le tableau « {table.title} »" + "".join(f", ou « {word} »" for word in column.also)
    return found


def _hypotheses(field: Field) -> str:
    declared = list(hypothesis_files.declared(field.hypotheses_file).values())
    parts = [
        "## Les hypothèses, une à une\n",
        "La feuille Hypothèses a une ligne par code ; seule la colonne Valeur est lue.\n",
    ]
    for group in dict.fromkeys(one.group for one in declared):
        rows = [
            (
                f"`{one.code}`",
                one.label,
                _default(one),
                _possible(one),
                one.unit,
                f"{one.source} ({one.valid_from:%d/%m/%Y})",
                one.help,
            )
            for one in declared
            if one.group == group
        ]
        headers = ("Code", "Hypothèse", "Par défaut", "Valeurs possibles", "Unité", "Source (date)", "Explication")
        parts.append(f"### Hypothèses : {group}\n\n" + _markdown(headers, rows))
    return "\n".join(parts)


def _default(one: Hypothesis) -> str:
    if one.value is None:
        return "(vide)"
    if one.labels:
        return str(one.value)
    shown = f"{100 * one.value:g} %" if one.kind == "share" else f"{one.value:g}"
    return shown.replace(".", ",")


def _possible(one: Hypothesis) -> str:
    return " / ".join(f"« {label} »" for label in one.labels) or one.expected


def _controls(controls: Mapping[str, str], guide: str) -> str:
    rows = [(str(place), label) for place, label in enumerate(controls, start=1)]
    verdicts = ", ".join(f"« {verdict} »" for verdict in VERDICTS)
    return (
        "## Contrôles\n\n"
        f"Verdicts : {verdicts}. Ce que vérifie chaque contrôle, et que faire : [guide]({guide}).\n\n"
        + _markdown(("N°", "Contrôle"), rows)
    )


def _template(field: Field) -> str:
    """What an empty workbook already holds."""
    data = data_files.read(f"template_{field.code}.toml")
    forms = field.tables["forms"]
    nature, measure = forms.column("nature").label_of, forms.column("measure").label_of
    rows = [(f"`{one['form']}`", one["label"], nature[one["nature"]], measure[one["measure"]]) for one in data["forms"]]
    notes = [(one["topic"], one["one"], one["other"], one["choice"]) for one in data["source_notes"]]
    return (
        "## Formes d'activité proposées dans un classeur neuf\n\n"
        "Les poids sont laissés vides : ils sont le choix de la région. Une forme peut être ajoutée ou supprimée.\n\n"
        + _markdown(("Code", "Forme", "Nature", "Mesure"), rows)
        + "\n## Où les sources se contredisent\n\n"
        + _markdown(("Sujet", "Une source dit", "L'autre dit", "Ce que fait dotpop"), notes)
    )


def _markdown(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [headers, ["---"] * len(headers), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |\n" for line in lines)


if __name__ == "__main__":
    sys.exit(main())

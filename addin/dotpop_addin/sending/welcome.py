"""The first sheet of a file that is sent: what it is, what to do, and how far one is."""

from collections.abc import Iterator
from math import fsum
from typing import TYPE_CHECKING, Any

from dotpop_addin.declarations import sent
from dotpop_addin.declarations.kinds import Sheet
from dotpop_addin.sending.completeness import asked, bar, bar_text, filled
from dotpop_addin.sending.content import Content
from dotpop_addin.sending.formats import Formats, Role
from dotpop_addin.sending.places import BAR, SUMMED, Places, activity_of

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

WIDTHS = (44, 13, 13, 40, 50)
PROGRESS = 6
"""Row of the headers of the progress."""
COLOURS = tuple(zip((Role.ENTRY, Role.GIVEN, Role.COMPUTED), sent.LEGEND, strict=True))
STEPS = {
    sent.HOSPITAL: (
        "1. Remplir les cellules jaunes des feuilles à onglet jaune ; les autres sont verrouillées. Excel ou LibreOffice "
        "suffisent, rien ne s'installe.",
        "2. Une valeur déjà là est celle que l'agence connaît : la laisser si elle est juste, la corriger sinon.",
        "3. Saisir des nombres seuls, sans mot ni unité ; 0 quand il n'y a rien. Une valeur inconnue reste vide.",
        "4. Un signal ▲ ou ▼ demande une explication : elle se saisit à côté.",
        "5. Reporter vos propres totaux dans la feuille Totaux : ils doivent égaler les sommes.",
        "6. Quand les barres sont vertes (✔ complet), enregistrer en .xlsx sans changer le nom du fichier, et le renvoyer à "
        "l'agence.",
        "À ne pas faire : ajouter une colonne, renommer une feuille, ôter la protection, mettre une formule.",
    ),
    sent.FEDERATION: (
        "1. Lire les chiffres de vos établissements (feuille Établissements) ; noter au besoin une observation par ligne.",
        "2. Feuille Contestations : une ligne par valeur contestée, avec la valeur proposée et sa source.",
        "3. Dire qui répond (feuille Réponse), enregistrer en .xlsx sans changer le nom du fichier, le renvoyer à l'agence.",
        "L'agence examine chaque observation ; aucune ne change un chiffre à elle seule.",
    ),
}


def write(sheet: "Worksheet", content: Content, places: Places, formats: Formats) -> None:
    """Fills the sheet."""
    of, about = formats.of, content.about
    for place, width in enumerate(WIDTHS):
        sheet.set_column(place, place, width)
    sheet.write_string("A1", content.receiver, of(Role.TITLE))
    sheet.set_row(0, 26)
    code = f"FINESS {about[sent.FINESS]} · " if about[sent.KIND] == sent.HOSPITAL else ""
    told = f"{code}Dotation populationnelle {content.sending.field.of} · {about[sent.REGION]}"
    sheet.write_string("A2", f"{told} · année {about[sent.YEAR]} · Données : {about[sent.NATURE]}", of(Role.PURPOSE))
    rows = _progress(sheet, content, places, formats)
    row = rows + 2
    for title, lines in (("Que faire", STEPS[str(about[sent.KIND])]), ("À savoir", content.said)):
        if lines:
            sheet.write_string(row, 0, title, of(Role.SECTION))
            for text in lines:
                row += 1
                sheet.merge_range(row, 0, row, len(WIDTHS) - 1, "", of(Role.WRAPPED))
                sheet.write_string(row, 0, text, of(Role.WRAPPED))
            row += 2
    sheet.write_string(row, 0, "Couleurs", of(Role.SECTION))
    for offset, (role, text) in enumerate(COLOURS, start=1):
        sheet.write_string(row + offset, 0, text, formats.legend(role))
    sheet.print_area(0, 0, row + len(COLOURS), len(WIDTHS) - 1)


def _progress(sheet: "Worksheet", content: Content, places: Places, formats: Formats) -> int:
    """The progress by sheet, and of the whole file at the top; returns the last row (from 1)."""
    of = formats.of
    for place, text in enumerate(("Feuille", "À remplir", "Rempli", "Avancement")):
        sheet.write_string(PROGRESS - 1, place, text, of(Role.HEAD))
    first, row, totals = PROGRESS + 1, PROGRESS, [0, 0]
    for row, declared in enumerate(_sheets(content), start=first):
        sheet.write_url(row - 1, 0, f"internal:'{declared.name}'!A1", of(Role.LINK), declared.name)
        wanted, there = asked(declared, content, places), filled(declared, content, places)
        sheet.write_formula(row - 1, 1, wanted.formula, of(Role.COMPUTED, "0"), wanted.value)
        sheet.write_formula(row - 1, 2, there.formula, of(Role.COMPUTED, "0"), there.value)
        sheet.write_formula(row - 1, 3, bar(f"$B${row}", f"$C${row}"), of(Role.BAR), bar_text(wanted.value, there.value))
        totals = [totals[0] + wanted.value, totals[1] + there.value]
    sums = (f"SUM($B${first}:$B${row})", f"SUM($C${first}:$C${row})")
    sheet.write_formula(BAR, bar(*sums), of(Role.BAR), bar_text(*totals))
    sheet.set_row(2, 20)
    colour_bar(sheet, formats, BAR)
    colour_bar(sheet, formats, f"D{first}:D{row}")
    return row


def counts(declared: Sheet, content: Content, places: Places) -> tuple[int, int]:
    """How many cells of a sheet are to be filled in, and are, in the file as it is sent."""
    return asked(declared, content, places).value, filled(declared, content, places).value


def row_of(declared: Sheet, content: Content) -> int:
    """The row of a sheet in the progress."""
    return PROGRESS + 1 + [one.name for one in _sheets(content)].index(declared.name)


def colour_bar(sheet: "Worksheet", formats: Formats, area: str) -> None:
    """A bar that says that all is there is green."""
    first = area.partition(":")[0]
    criteria = f'=ISNUMBER(SEARCH("✔",{first}))'
    sheet.conditional_format(area, {"type": "formula", "criteria": criteria, "format": formats.verdict("ok")})


def legend(sheet: "Worksheet", formats: Formats, row: int) -> None:
    """The three kinds of cells, on one line."""
    for place, (role, text) in enumerate(COLOURS):
        sheet.write_string(row, place, text, formats.legend(role))


def total(item: str, content: Content) -> float:
    """A sum of lines in the file as it is sent."""
    if item in SUMMED:
        table, column = SUMMED[item]
        return _sum(line.get(column) for line in content.given(table))
    measured = {line["form"]: line["measure"] for line in content.given("list_forms")}
    age, measure = activity_of(item, content)
    lines = content.given("own_activity")
    return _sum(line.get("volume") for line in lines if line["age"] == age and measured.get(line["form"]) == measure)


def _sum(values: Iterator[Any]) -> float:
    return fsum(value for value in values if value is not None)


def _sheets(content: Content) -> list[Sheet]:
    return [sheet for sheet in content.sending.sheets if sheet.role == "input"]

"""What people leave in a returned file beside its tables: sheets of theirs, copies, remarks, lines too far. None is read."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from dotpop_addin.books.following import bounds_of
from dotpop_addin.books.protocol import column_letters
from dotpop_addin.declarations.kinds import Sheet as Declared
from dotpop_addin.declarations.sent import LEGEND, WELCOME, Sending
from dotpop_addin.problems import CONFIRM, WARNING, Problem
from dotpop_addin.reading import bare, shown
from dotpop_addin.returns.placing import Placed
from dotpop_addin.returns.sheets import Sheet
from dotpop_addin.returns.verdicts import quoted

if TYPE_CHECKING:
    from dotpop_addin.returns.opening import Returned

BAR = "█░"


def beside(sending: Sending, returned: "Returned", placed: Mapping[str, Placed], file: str) -> Iterator[Problem]:
    """Everything that holds something and is not read; a sheet that is read and hidden."""
    read = {one.sheet.name for one in placed.values()}
    for sheet in returned.sheets.values():
        if sheet.name not in read and sheet.name != WELCOME and sheet.cells:
            yield _added(sheet, sending, file)
    for declared in sending.sheets:
        here = [placed[table.name] for table in declared.tables if table.name in placed]
        if declared.role == "input" and here:
            yield from _in_sheet(declared, here, file)


def _added(sheet: Sheet, sending: Sending, file: str) -> Problem:
    """A sheet that was not sent; one that is like those that were may be the one that was filled in."""
    texts = {value.strip() for value in sheet.cells.values() if isinstance(value, str)}
    tables = [table for declared in sending.sheets if declared.role == "input" for table in declared.tables]
    if any(texts.issuperset(table.headers) for table in tables):
        action = "Elle n'est pas lue : vérifier que les réponses sont dans les feuilles d'origine, et l'enlever."
        return Problem(file, "copie d'une feuille du fichier", "une seule de chaque", action, sheet.name, severity=CONFIRM)
    action = "Elle n'est pas lue ; ce que l'agence doit savoir se dit dans une observation."
    return Problem(file, "feuille ajoutée", "les feuilles envoyées", action, sheet.name, severity=WARNING)


def _in_sheet(declared: Declared, here: list[Placed], file: str) -> Iterator[Problem]:
    sheet = here[0].sheet
    if sheet.visibility != "visible":
        action = "Elle est lue comme les autres ; l'afficher pour la relire."
        yield Problem(file, "feuille masquée", "une feuille visible", action, sheet.name, severity=WARNING)
    outside = _outside(declared, here)
    under = [address for address in outside if any(_is_under(address, one) for one in here)]
    told = (
        (CONFIRM, under, "sous un tableau", "Rien n'en est lu : si c'est une réponse, la saisir dans le tableau."),
        (
            WARNING,
            [one for one in outside if one not in under],
            "hors des tableaux",
            "Rien n'en est lu : ce que l'agence doit savoir se dit dans une observation.",
        ),
    )
    for severity, addresses, where, action in told:
        if addresses:
            many = f" ({len(addresses)} cellules en tout)" if len(addresses) > 1 else ""
            found = f"{quoted(shown(sheet.cells[addresses[0]]))} saisi {where}{many}"
            yield Problem(file, found, "des réponses dans les tableaux", action, sheet.name, addresses[0], severity)


def _outside(declared: Declared, here: list[Placed]) -> list[str]:
    """The cells of a sheet that stand in none of its tables and were not sent with it; formulas are left aside."""
    sheet = here[0].sheet
    sent = {declared.title, declared.purpose, *LEGEND, *(table.title for table in declared.tables)}
    inside = {address for one in here for address in _addresses(one)}
    left = [one for one in sheet.cells.keys() - inside if one not in sheet.formulas and bare(sheet.cells[one]) is not None]
    strange = [one for one in left if not _was_sent(sheet.cells[one], sent)]
    return sorted(strange, key=lambda address: (bounds_of(address)[1], bounds_of(address)[0]))


def _was_sent(value: object, sent: set[str]) -> bool:
    return isinstance(value, str) and (value.strip() in sent or value[:1] in BAR)


def _addresses(placed: Placed) -> Iterator[str]:
    block = placed.block
    letters = [column_letters(block.column + place) for place in range(len(block.headers))]
    return (f"{letter}{row}" for letter in letters for row in range(block.row, block.row + len(block.rows) + 1))


def _is_under(address: str, placed: Placed) -> bool:
    block = placed.block
    left, top, _, _ = bounds_of(address)
    return top > block.row + len(block.rows) and block.column <= left < block.column + len(block.headers)

"""Bodies of the cell functions of SMR: options put to the vote, transition, payments."""

from typing import Any

from dotpop_addin.functions.arguments import Rows, aligned, by_row, column, quoted, word
from dotpop_addin.functions.ranges import Range, Refused
from dotpop_model import options, payments, transition
from dotpop_model.arrays import Array
from dotpop_model.errors import ModelError
from dotpop_model.payments import MONTHS, Adjustment, Circular

RULES = {
    "saupoudrage": options.SPRINKLING,
    "croissance": options.GROWTH,
    "option 1": options.GROWTH,
    "transfert": options.TRANSFER,
    "option 2": options.TRANSFER,
}
ADJUSTMENTS = {"en une fois": Adjustment.AT_ONCE, "étalé": Adjustment.SPREAD}
ANSWERS = {"OUI": True, "VRAI": True, "NON": False, "FAUX": False}


def under_funding(allocations: Any, targets: Any) -> Rows:
    def compute(have: Array, want: Array) -> Array:
        return options.under_funding(column(have), column(want))

    return by_row(compute, Range("dotations", allocations), Range("theoriques", targets), together=False)


def option(allocations: Any, targets: Any, amount: Any, rule: Any, exemptions: Any) -> Rows:
    have, want = Range("dotations", allocations), Range("theoriques", targets)
    lying = have.lying
    aligned(have, want)
    chosen = word("regle", rule, RULES, "")
    whole = Range("montant", amount).vector()
    if len(whole) != 1:
        raise Refused("montant : une seule cellule est attendue.")
    exempt = [] if exemptions is None else _exempted(exemptions, have.shape[0])
    found = options.option(have.vector(), want.vector(), float(whole[0]), chosen, exempt=exempt)
    amounts = [float(share) for share in found.amounts]
    return [amounts] if lying else [[share] for share in amounts]


def _exempted(raw: Any, rows: int) -> list[str]:
    """The lines (from 1) that are exempted: OUI or VRAI; NON, FAUX or nothing for the others."""
    given = Range("exemptions", raw).upright()
    given.cut(max(given.filled(), rows))
    if given.shape != (rows, 1):
        raise Refused(f"exemptions : {rows} lignes attendues, une colonne ; {given.shape[0]} trouvées.")
    return [str(row) for row, (cell,) in enumerate(given.rows, start=1) if _answer(row, cell)]


def _answer(row: int, cell: Any) -> bool:
    if cell in (None, "") and not isinstance(cell, bool):
        return False
    found = cell if isinstance(cell, bool) else ANSWERS.get(cell.strip().upper()) if isinstance(cell, str) else None
    if found is None:
        raise Refused(f"exemptions, ligne {row} : OUI ou NON est attendu, {quoted(cell)} trouvé.")
    return found


def transition_by_year(before: Any, after: Any, rates: Any, taken_back: Any) -> Rows:
    old, new, share = Range("recettes_avant", before), Range("recettes_apres", after), Range("taux", rates).upright()
    aligned(old, new)
    share.cut(share.filled())
    years = dict(enumerate(share.vector().tolist(), start=1))
    differences = transition.transition_amounts(old.vector(), new.vector())
    back = None if taken_back is None else _years_back(taken_back, len(years))
    found = transition.transition_by_year(differences, years, taken_back=back)
    return [[float(found[year][row]) for year in years] for row in range(len(differences))]


def _years_back(raw: Any, years: int) -> dict[int, bool]:
    """Whether a gain is taken back: one answer for all years, or one a year."""
    given = Range("reprise", raw).upright()
    if given.shape[1] != 1:
        raise Refused("reprise : une colonne ou une ligne de réponses est attendue.")
    answers = [_answer(row, cell) for row, (cell,) in enumerate(given.rows[: max(given.filled(), 1)], start=1)]
    if len(answers) == 1:
        answers *= years
    if len(answers) != years:
        raise Refused(f"reprise : une réponse, ou {years} (une par taux) ; {len(answers)} trouvées.")
    return dict(enumerate(answers, start=1))


def payments_by_month(amounts: Any, circulars: Any, adjustment: Any) -> Rows:
    yearly, months = Range("montants", amounts, matrix=True), Range("circulaires", circulars).upright()
    yearly.cut(yearly.filled())
    months.cut(months.filled())
    wanted = [_month(row, month) for row, month in enumerate(months.vector().tolist(), start=1)]
    if yearly.shape[1] != len(wanted):
        raise Refused(f"montants : {len(wanted)} colonnes attendues (une par circulaire), {yearly.shape[1]} trouvées.")
    chosen = Adjustment(word("ajustement", adjustment, ADJUSTMENTS, "en une fois"))

    return [_year(yearly, row, wanted, chosen) for row in range(yearly.shape[0])]


def _year(yearly: Range, row: int, months: list[int], adjustment: Adjustment) -> list[Any]:
    """The payments of a line; a line that cannot be computed says why in its first cell."""
    if yearly.blank[row]:
        return [""] * MONTHS
    reason = yearly.why(row)
    if not reason:
        amounts = yearly.values[row].tolist()
        circulars = [Circular(month, amount) for month, amount in zip(months, amounts, strict=True)]
        try:
            return [float(one) for one in payments.payments(circulars, adjustment=adjustment)]
        except ModelError as error:
            reason = " ".join(fault.message for fault in error.faults)
    return [reason, *[""] * (MONTHS - 1)]


def _month(row: int, month: float) -> int:
    if month != int(month):
        raise Refused(f"circulaires : mois {str(month).replace('.', ',')} à la ligne {row}, un mois de 1 à 12 est attendu.")
    return int(month)

"""The page to vote on: each option in one sentence, and who is exempted and why."""

from dotpop_model.errors import counted, euros
from dotpop_model.options import Key, Payer
from dotpop_model.smr import SmrTables
from dotpop_model.stages.options import Option
from dotpop_model.tables import Frame

BOX = "☐"
KEYS = {
    Key.UNDER_FUNDING: "au prorata des sous-dotations",
    Key.ALLOCATIONS: "au prorata des dotations",
    Key.TARGETS: "au prorata des dotations théoriques",
}


def ballot_frames(tables: SmrTables, options: list[Option]) -> dict[str, Frame]:
    """One box and one sentence a proposal, then abstention; and a line per exemption."""
    names = dict(zip(tables.finess, tables.hospitals.texts("name"), strict=True))
    proposals = [(BOX, proposal(one)) for one in options]
    if options:
        proposals.append((BOX, "Abstention"))
    exempted = [
        (_exemption(one.label, names.get(code, code), code, why),) for one in options for code, why in one.exempt.items()
    ]
    return {
        "ballot": Frame.from_rows(("box", "proposal"), proposals),
        "ballot_exemptions": Frame.from_rows(("told",), exempted),
    }


def _exemption(option: str, name: str, finess: str, reason: str) -> str:
    return f"{option} : {name} ({finess}){f', {reason}' if reason else ''}"


def proposal(one: Option) -> str:
    """An option in words: how much, from whom, to whom, by what key, recurring or not."""
    row, total = one.row, sum(one.outcome.credits)
    receivers = sum(1 for amount in one.outcome.credits if amount)
    recurring = "reconductible" if row["recurring"] == "yes" else "non reconductible"
    comment = f" {row['comment']}" if row["comment"] else ""
    return (
        f"Favorable à « {one.label} » : {euros(total)}{_origin(one)}, répartis entre {counted(receivers, 'établissement')} "
        f"{KEYS[Key(row['key'])]} ({euros(total / max(1, receivers))} en moyenne), à titre {recurring}.{comment}"
    )


def _origin(one: Option) -> str:
    """Whether an option is new money, or from whom it is taken."""
    if one.row["payer"] == Payer.GROWTH:
        return " de crédits nouveaux"
    payers = sum(1 for amount in one.outcome.debits if amount)
    exempted = f" ({counted(len(one.exempt), 'exempté')})" if one.exempt else ""
    key = " au prorata de leurs sur-dotations" if payers > 1 else ""
    return f", pris à {counted(payers, 'établissement sur-doté')}{key}{exempted}"

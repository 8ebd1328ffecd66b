"""The page to vote on: each option in one sentence, and who is exempted and why."""

from dotpop_model.errors import euros
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
        (f"{one.label} : {names.get(code, code)} ({code}), {reason}",)
        for one in options
        for code, reason in one.exempt.items()
    ]
    return {
        "ballot": Frame.from_rows(("box", "proposal"), proposals),
        "ballot_exemptions": Frame.from_rows(("told",), exempted),
    }


def proposal(one: Option) -> str:
    """An option in words: how much, from whom, to whom, by what key, recurring or not."""
    outcome, row = one.outcome, one.row
    credits = [amount for amount in outcome.credits if amount]
    debits = [amount for amount in outcome.debits if amount]
    receivers = f"{len(credits)} établissement{'s' if len(credits) > 1 else ''}"
    taken = (
        f", pris à {len(debits)} établissements sur-dotés au prorata de leurs sur-dotations"
        if debits
        else " de crédits nouveaux"
    )
    if row["payer"] == Payer.OVER_FUNDED and one.exempt:
        taken += f" ({len(one.exempt)} exempté{'s' if len(one.exempt) > 1 else ''})"
    recurring = "reconductible" if row["recurring"] == "yes" else "non reconductible"
    mean = euros(float(sum(credits)) / len(credits)) if credits else euros(0)
    comment = f" {row['comment']}" if row["comment"] else ""
    return (
        f"Favorable à « {one.label} » : {euros(float(sum(credits)))}{taken}, répartis entre {receivers} "
        f"{KEYS[Key(row['key'])]} ({mean} en moyenne), à titre {recurring}.{comment}"
    )

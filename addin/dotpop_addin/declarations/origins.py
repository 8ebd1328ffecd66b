"""Where each input comes from: data, hypotheses or money. Said here once, for every input table of every field.

Data: what is counted or recorded (activity, populations, values of indicators, hospitals and what they are). Hypotheses:
what the region chooses (the sheet Hypothèses, and the weights, lists and rules of its tables). Money: amounts in euros.
"""

from collections.abc import Mapping
from enum import StrEnum


class Origin(StrEnum):
    """What a change of an input is called."""

    DATA = "data"
    HYPOTHESES = "hypotheses"
    MONEY = "money"


ORIGINS: Mapping[str, Origin] = {
    "hypotheses": Origin.HYPOTHESES,  # amounts among them too: a mean given, a national growth are choices
    "envelope": Origin.MONEY,
    "specific": Origin.MONEY,
    "compartments": Origin.MONEY,
    "history": Origin.MONEY,
    "hospitals": Origin.DATA,
    "hospitals.allocation": Origin.MONEY,
    "territories": Origin.DATA,
    "indicators": Origin.HYPOTHESES,
    "indicator_values": Origin.DATA,
    "forms": Origin.HYPOTHESES,
    "activity": Origin.DATA,
    "campaign": Origin.MONEY,
    "financing": Origin.MONEY,
    "commitments": Origin.DATA,
    "commitments.granted": Origin.MONEY,
    "commitments.used": Origin.MONEY,
    "national_parts": Origin.HYPOTHESES,
    "national_criteria": Origin.HYPOTHESES,
    "regions": Origin.DATA,
    "regions.allocation": Origin.MONEY,
    "criteria": Origin.HYPOTHESES,
    "criterion_values": Origin.DATA,
    "options": Origin.HYPOTHESES,
    "options.amount": Origin.MONEY,
    "exemptions": Origin.HYPOTHESES,
    "published": Origin.DATA,
    "revenues": Origin.MONEY,
    "transition_rates": Origin.HYPOTHESES,
    "circulars": Origin.MONEY,
    "delegations": Origin.MONEY,
}
"""Table, or table.column where a column is not of the origin of its table → origin."""


def origin(table: str, column: str = "") -> Origin:
    """Where a table, or a column of it, comes from. Raises KeyError on a table that is not declared here."""
    return ORIGINS.get(f"{table}.{column}", ORIGINS[table])

"""The levels of disclosure as data: what each one admits, what each table is, what stands in place of what is withheld."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from enum import IntEnum


class Level(IntEnum):
    """The levels of `--diffusion`, each one admitting all that those before it admit."""

    TOTAUX = 0
    CATEGORIE = 1
    FEDERATION = 2
    ETABLISSEMENT = 3
    COMPLET = 4

    @property
    def word(self) -> str:
        """The level as users write it."""
        return self.name.lower()

    @classmethod
    def named(cls, word: str) -> "Level":
        """The level that users write so. Raises KeyError."""
        return cls[word.upper()]


MEANINGS = {
    Level.TOTAUX: "les totaux de la région",
    Level.CATEGORIE: "par segment, statut, département et territoire",
    Level.FEDERATION: "par fédération ; les établissements dans leur ordre, sans leur nom ; une fédération voit les siens",
    Level.ETABLISSEMENT: "par établissement, montants et indices",
    Level.COMPLET: "l'activité, sauf les petits effectifs de patients",
}
"""What each level adds to those before it, as users read it."""


def told(level: Level) -> str:
    """What a level shows and what it excludes, in words.

    >>> told(Level.ETABLISSEMENT).partition("Ne montre pas")[2]
    " : l'activité, sauf les petits effectifs de patients."
    """
    shown, excluded = ([MEANINGS[one] for one in Level if (one <= level) is inside] for inside in (True, False))
    absent = f" Ne montre pas : {' ; '.join(excluded)}." if excluded else ""
    return f"Diffusion « {level.word} ». Montre : {' ; '.join(shown)}.{absent}"


MARK = "s"
"""What stands in place of a figure that is withheld, whatever the reason: a second mark would tell which are small."""

FEWEST = 5
"""Hospitals under which places are not shown: among so few, an index without a name has one all the same."""
STEP = Decimal("0.01")
"""To which the indices of the others are rounded, in the cells themselves: enough to see a place, too coarse to be an
identity found again by dividing a known allocation."""

REGION, CATEGORY, TERRITORY, CARE, FEDERATIONS, MEMBERS, PLACES, HOSPITALS, TOTALS, COUNTS = (
    "region",
    "category",
    "territory",
    "care",
    "federations",
    "members",
    "places",
    "hospitals",
    "totals",
    "counts",
)
ADMITTED_FROM: Mapping[str, Level] = {
    REGION: Level.TOTAUX,
    CATEGORY: Level.CATEGORIE,  # segments, statuses, départements
    TERRITORY: Level.CATEGORIE,  # from public populations and the envelope of a segment: no figure of a hospital
    CARE: Level.CATEGORIE,  # what several hospitals together give to the residents of a territory
    FEDERATIONS: Level.FEDERATION,
    MEMBERS: Level.FEDERATION,  # the hospitals of the federation that reads, their activity too
    PLACES: Level.FEDERATION,  # the indices of the others, in order, without their names
    HOSPITALS: Level.ETABLISSEMENT,
    TOTALS: Level.ETABLISSEMENT,  # totals, smallest and largest amounts, that may be those of one hospital
    COUNTS: Level.COMPLET,  # activity of hospitals that are not the reader's
}
"""From which level each kind of figure may leave; a hospital sees its own at any level."""

FIGURE_OF: Mapping[str, str] = {
    "split": REGION,
    "weighted_population": TERRITORY,
    "impacts": REGION,
    "territory_envelopes": TERRITORY,
    "flows": HOSPITALS,
    "residuals": REGION,
    "indices": HOSPITALS,
    "reasons": HOSPITALS,
    "group_indices": CATEGORY,
    "ranking": PLACES,
    "trajectory": HOSPITALS,
    "segment_trajectory": REGION,
    "accounts": REGION,
    "positions": REGION,
    "years": REGION,
    "controls": REGION,
    "envelope": REGION,
    "specific": HOSPITALS,  # an activity of one hospital, most often
    "history": REGION,
    "compartments": REGION,
    "hospitals": HOSPITALS,
    "territories": REGION,
    "indicators": REGION,
    "indicator_values": REGION,
    "forms": REGION,
    "activity": COUNTS,  # as `Reading.counts` only, but for the reader's own
    "campaign": REGION,
    "national_parts": REGION,
    "national_criteria": REGION,
    "regions": REGION,
    "region_allocations": REGION,
    "region_shares": REGION,
    "criteria": REGION,
    "criterion_values": HOSPITALS,
    "contributions": HOSPITALS,
    "options": REGION,
    "exemptions": HOSPITALS,
    "published": TOTALS,
    "option_amounts": HOSPITALS,
    "option_summary": TOTALS,
    "option_groups": TOTALS,
    "ballot": TOTALS,
    "ballot_exemptions": TOTALS,
    "revenues": HOSPITALS,
    "transition_rates": REGION,
    "transition_amounts": HOSPITALS,
    "transition_years": TOTALS,
    "transition_options": TOTALS,
    "circulars": REGION,
    "delegations": HOSPITALS,
    "circular_pots": TOTALS,
    "delegated": HOSPITALS,
    "payments": HOSPITALS,
    "payment_months": TOTALS,
    "financing": HOSPITALS,
    "set_aside": HOSPITALS,
    "compartment_groups": TOTALS,
    "compartment_revenues": HOSPITALS,
    "paediatrics": HOSPITALS,
    "compared": TOTALS,
}
"""What the lines of each table, result or input, are; in a table of the region, the lines of a segment are of a category."""

KINDS = {CATEGORY: ("segment", "daf", "duty", "status", "departement", "kind"), FEDERATIONS: ("federation",)}
"""The ways of grouping hospitals, by the kind of figure that their totals are."""


def rounded(index: float) -> float:
    """An index to the hundredth, half away from zero, as a spreadsheet's ROUND does it.

    >>> rounded(0.945), rounded(0.8188)
    (0.95, 0.82)
    """
    return float(Decimal(f"{index:.15g}").quantize(STEP, ROUND_HALF_UP))

"""A small region of SMR, with something in every table: ten hospitals in two départements, one of them of paediatrics."""

from pathlib import Path

from cases import region_book

from dotpop_model.smr import SmrTables
from dotpop_model.tables import Frame
from dotpop_model.vocabulary import COMPARTMENTS, POPULATION

YEAR = 2024
COLUMNS = ("finess", "name", "segment", "territory", "federation", "status", "kind", "allocation")
DG, OQN = "non_sectorised", "oqn"
ROWS = (
    ("130000001", "CH Alpha", DG, "13", "FHF", "CH", "geriatrics", 2_000_000.0),
    ("130000002", "CHR Beta", DG, "13", "FHF", "CHR", "specialised", 3_000_000.0),
    ("130000003", "Clinique Gamma", OQN, "13", "FHP", "Privé", "general", 1_500_000.0),
    ("130000004", "Centre Delta", DG, "13", "FEHAP", "EBNL", "general", 1_200_000.0),
    ("130000005", "Clinique Epsilon", OQN, "13", "FHP", "Privé", "specialised", 900_000.0),
    ("830000001", "CH Zeta", DG, "83", "FHF", "CH", "geriatrics", 1_100_000.0),
    ("830000002", "Clinique Eta", OQN, "83", "FHP", "Privé", "general", 1_300_000.0),
    ("830000003", "Centre Theta", DG, "83", "FEHAP", "EBNL", "specialised", 700_000.0),
    ("830000004", "Clinique Iota", OQN, "83", "FHP", "Privé", "geriatrics", 800_000.0),
    ("830000005", "Institut Kappa", DG, "83", "FEHAP", "EBNL", "paediatrics", 0.0),
)
ALPHA, KAPPA = "130000001", "830000005"
NAMES = {row[0]: row[1] for row in ROWS}
SHARED = [finess for finess in NAMES if finess != KAPPA]
FILES = {
    **{finess: f"Retour {YEAR} {finess} {name}.xlsx" for finess, name in NAMES.items()},
    **{name: f"Retour {YEAR} fédération {name}.xlsx" for name in ("FEHAP", "FHF", "FHP")},
}
"""Name of the file of each sender."""
FORMS = ("POLYVALENT_HC", "POLYVALENT_HP", "SEJOURS_HC")


def tables(*, criteria: bool = True) -> SmrTables:
    """The inputs of the region."""
    activity = [
        (row[0], zone, age, form, float(volume))
        for place, row in enumerate(ROWS)
        for zone in ("13", "83")
        for age, part in (("adults", 10), ("minors", 1))
        for form, size in zip(FORMS, (300, 90, 12), strict=True)
        if (volume := size * part * (7 + place) * (3 if zone == row[3] else 1) // 20)
    ]
    share = 1 / len(COMPARTMENTS)
    shares = [share] * (len(COMPARTMENTS) - 1)
    weighted = {"criterion": ["CASEMIX", "BUDGET"], "label": ["Case-mix", "Dotation d'avant"], "weight": [0.2, 0.1]}
    told = {"direction": [1, 1], "measure": ["rate", "count"], "unit": ["points", "€"], "source": [None, None]}
    values = {"CASEMIX": [1.0 + place / 10 for place in range(len(ROWS))], "BUDGET": [row[-1] + 5.0 for row in ROWS]}
    return SmrTables(
        envelope=Frame({"item": ["Notification"], "amount": [sum(row[-1] for row in ROWS)]}),
        specific=Frame.from_rows(("activity", "finess", "amount"), []),
        history=Frame.from_rows(("segment", "amount"), []),
        compartments=Frame({"label": list(COMPARTMENTS), "share": [*shares, 1 - sum(shares)]}),
        hospitals=Frame.from_rows(COLUMNS, ROWS),
        territories=Frame(
            {
                "territory": ["13", "83"],
                "name": ["Bouches-du-Rhône", "Var"],
                "level": ["departement"] * 2,
                "parent": [None, None],
                "adults": [100_000.0, 70_000.0],
                "minors": [30_000.0, 20_000.0],
            }
        ),
        indicators=Frame(
            {
                "indicator": ["PAUVRETE"],
                "label": ["Pauvreté"],
                "weight": [1.0],
                "direction": [1],
                "unit": ["%"],
                "source": ["inventé"],
            }
        ),
        indicator_values=Frame({"territory": ["13", "83"], "PAUVRETE": [20.0, 15.0]}),
        forms=Frame(
            {
                "form": list(FORMS),
                "label": ["Journées complètes", "Journées partielles", "Séjours complets"],
                "nature": ["full", "partial", "full"],
                "measure": ["days_and_acts", "days_and_acts", "patients"],
                "weight": [1.0, 0.55, 1.0],
                "nature_weight": [1.0, 0.5, 1.0],
            }
        ),
        activity=Frame.from_rows(("finess", "territory", "age", "form", "volume"), activity),
        campaign=Frame(
            {
                "year": [2025.0 + place for place in range(5)],
                "segment": ["all"] * 5,
                "carry_forward": [1e5] * 5,
                "core_growth": [5e4] * 5,
                "earmarked": [0.0] * 5,
            }
        ),
        criteria=Frame({**weighted, **told}) if criteria else Frame.from_rows((*weighted, *told), []),
        criterion_values=Frame({"finess": list(NAMES), **(values if criteria else {})}),
        options=Frame(
            {
                "option": ["O1", "O2"],
                "label": ["Prorata", "Transfert"],
                "amount": [540_000.0, 60_000.0],
                "payer": ["growth", "over_funded"],
                "key": ["targets", "under_funding"],
                "recurring": ["yes", "no"],
                "circular": [None, "C2"],
                "comment": [None, None],
            }
        ),
        exemptions=Frame({"option": ["O2"], "finess": ["130000002"], "reason": ["Reprise de l'activité de Clinique Gamma"]}),
        revenues=Frame(
            {
                "finess": SHARED,
                "before": [1_000_000.0 + 10_001.5 * place for place in range(len(SHARED))],
                "after": [1_030_000.0] * len(SHARED),
            }
        ),
        transition_rates=Frame(
            {"year": [2023.0, 2024.0, 2025.0], "rate": [1.0, 1.0, 0.0], "taken_back": ["no", "yes", "yes"]}
            | {"source": [None] * 3}
        ),
        circulars=Frame({"circular": ["BASE", "C1", "C2"], "label": ["Base", "Une", "Deux"], "month": [1.0, 7.0, 11.0]}),
        delegations=Frame.from_rows(
            ("circular", "finess", "measure", "nature", "recurring", "amount"),
            [("BASE", row[0], "Base", "base", "yes", row[-1]) for row in ROWS if row[0] != KAPPA]
            + [("C1", ALPHA, "Croissance", "growth", "yes", 12_345.67)],
        ),
        financing=Frame.from_rows(
            ("finess", "compartment", "amount"),
            [(ALPHA, "Recettes d'activité", 4_000_000.0), (KAPPA, "Dotation pédiatrie", 1_000_000.0)],
        ),
    )


OTHERS = [name for name in COMPARTMENTS if name != POPULATION]
"""The compartments besides the one that is shared out."""


def workbook(path: Path, given: SmrTables | None = None) -> Path:
    """The region's workbook, filled in and not calculated."""
    region_book.filled("smr", given or tables()).save(path)
    return path

"""A tiny invented region with round numbers: two ZIS in one département, four hospitals. Every value can be checked by hand.

Z1 (600 adults, 200 minors) and Z2 (400 adults, 200 minors) make up the département 01.
Sectorised: H1 in Z1, H2 in Z2. Non-sectorised: N1. Ex-OQN: O1.
"""

from dotpop_addin import hypotheses
from dotpop_addin.declarations.psychiatrie import PSYCHIATRIE
from dotpop_model.hypotheses import Hypotheses
from dotpop_model.tables import Frame, Tables

H1, H2, N1, O1 = "010000001", "010000002", "010000003", "010000004"


def tables() -> Tables:
    """The inputs of the small region."""
    return Tables(
        envelope=Frame({"item": ["Notification initiale"], "amount": [320_000.0]}),
        specific=Frame({"activity": ["Centre de ressources"], "finess": [None], "amount": [3_600.0]}),
        history=Frame({"segment": [], "amount": []}),
        compartments=Frame({"label": ["Dotation populationnelle", "Activité"], "share": [0.8, 0.2]}),
        hospitals=Frame(
            {
                "finess": [H1, H2, N1, O1],
                "name": ["CH Un", "CH Deux", "Clinique Trois", "Clinique Quatre"],
                "segment": ["sectorised", "sectorised", "non_sectorised", "oqn"],
                "territory": ["Z1", "Z2", "01", "01"],
                "federation": ["FHF", "FHF", "FEHAP", "FHP"],
                "status": ["Public", "Public", "Privé non lucratif", "Privé lucratif"],
                "allocation": [60_000.0, 100_000.0, 90_000.0, 60_000.0],
            }
        ),
        territories=Frame(
            {
                "territory": ["01", "Z1", "Z2"],
                "name": ["Département Un", "Zone Une", "Zone Deux"],
                "level": ["departement", "zis", "zis"],
                "parent": [None, "01", "01"],
                "adults": [1000.0, 600.0, 400.0],
                "minors": [400.0, 200.0, 200.0],
            }
        ),
        indicators=Frame(
            {
                "indicator": ["CHOMAGE"],
                "label": ["Taux de chômage"],
                "weight": [1.0],
                "direction": [1],
                "unit": ["%"],
                "source": ["inventé"],
            }
        ),
        indicator_values=Frame({"territory": ["01", "Z1", "Z2"], "CHOMAGE": [7.0, 7.0, 7.0]}),
        forms=Frame(
            {
                "form": ["TP", "CMP"],
                "label": ["Temps plein", "Ambulatoire"],
                "nature": ["full", "ambulatory"],
                "measure": ["patients", "patients"],
                "weight": [10.0, 1.0],
                "nature_weight": [5.0, 1.0],
            }
        ),
        activity=Frame.from_rows(
            ["finess", "territory", "age", "form", "volume"],
            [
                (H1, "Z1", "adults", "TP", 5.0),
                (H1, "Z1", "minors", "CMP", 20.0),
                (H1, "Z2", "adults", "CMP", 10.0),
                (H1, "HORS", "adults", "CMP", 20.0),
                (H2, "Z2", "adults", "TP", 8.0),
                (H2, "Z2", "minors", "CMP", 20.0),
                (N1, "Z1", "adults", "CMP", 10.0),
                (N1, "Z2", "minors", "CMP", 10.0),
                (O1, "Z1", "adults", "CMP", 30.0),
                (O1, "Z2", "minors", "CMP", 15.0),
                ("HORS", "Z1", "minors", "CMP", 10.0),
            ],
        ),
        campaign=Frame(
            {
                "year": [2024.0, 2025.0, 2026.0, 2027.0, 2028.0],
                "segment": ["all"] * 5,
                "carry_forward": [3_100.0] * 5,
                "core_growth": [1_000.0] * 5,
                "earmarked": [500.0] * 5,
            }
        ),
        national_parts=Frame({"part": ["TOUT"], "label": ["Ensemble"], "volume": [1.0], "source": [None]}),
        national_criteria=Frame(
            {
                "criterion": ["HABITANTS", "PAUVRETE"],
                "part": ["TOUT", "TOUT"],
                "label": ["Habitants", "Taux de pauvreté"],
                "weight": [0.9, 0.1],
                "direction": [1, 1],
                "measure": ["inhabitants", "rate"],
                "unit": ["habitants", "%"],
                "source": [None, None],
            }
        ),
        regions=Frame(
            {
                "region": ["R1", "R2"],
                "name": ["Région Une", "Région Deux"],
                "adults": [1000.0, 3000.0],
                "minors": [400.0, 600.0],
                "allocation": [310_000.0, 690_000.0],
                "PAUVRETE": [20.0, 10.0],
            }
        ),
    )


def assumptions() -> Hypotheses:
    """The default hypotheses of psychiatry."""
    return hypotheses.defaults(PSYCHIATRIE)

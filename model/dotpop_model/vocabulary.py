"""The code words of the model. What users read (French) is declared with the workbook's tables."""

from enum import StrEnum


class Segment(StrEnum):
    """Compartments that share the envelope separately; ALL when the region does not segment."""

    SECTORISED = "sectorised"
    NON_SECTORISED = "non_sectorised"
    OQN = "oqn"
    ALL = "all"


SEGMENT_NAMES = {
    Segment.SECTORISED: "ex-DAF sectorisé",
    Segment.NON_SECTORISED: "ex-DAF non sectorisé",
    Segment.OQN: "ex-OQN",
}
"""The segments as users read them, in messages as on the sheets."""


class Position(StrEnum):
    """Where a hospital stands against the mean."""

    UNDER = "under"
    NEUTRAL = "neutral"
    OVER = "over"


class FlowMethod(StrEnum):
    """How the need-weighted population of territories becomes that of hospitals."""

    NET_FLOW = "net_flow"
    CONTRIBUTION = "contribution"
    NONE = "none"


OUTSIDE = "HORS"
"""Code of care given outside the region: a hospital and a territory without population or allocation."""

LEVELS = ("geo_code", "zis", "departement")
"""Levels of territories, from the finest to the coarsest."""

AGES = ("adults", "minors")
"""Age classes, in the order of every age axis."""

POPULATION = "Dotation populationnelle"
"""The compartment that is shared out: what a hospital has of it, without specific activities, is in the hospitals."""
COMPARTMENTS = {
    "Recettes d'activité": "activity",
    POPULATION: "population",
    "Dotation pédiatrie": "paediatrics",
    "Activités d'expertise (MIGAC)": "expertise",
    "Plateaux techniques spécialisés (PTS)": "platforms",
    "Qualité (IFAQ)": "quality",
    "Molécules onéreuses (MO)": "drugs",
}
"""The compartments of SMR as users read them, with their code words."""

"""Where everything stands in the sheet Atelier: the template draws these places, the macro Atelier fills them."""

from dotpop_addin.declarations.common import LEVELS
from dotpop_addin.declarations.kinds import Field
from dotpop_addin.hypotheses import declared

SHEET = "Atelier"
STATE = "A3"
TO_PREPARE = "Lancer la macro Atelier (ruban d'Excel, ou menu de LibreOffice) pour préparer cette feuille."

# Hypotheses to try: label, value of the region, code, value tried. DOTPOP_TRAJECTOIRE reads code and value of the last ones.
HYPOTHESES_TITLE = "Hypothèses à essayer"
HYPOTHESES_ROW = 7
INTENSITIES = [f"IND_INTENSITE {level}" for level in LEVELS]
"""One intensity a level: the intensity aimed at an impact differs from level to level."""
WEIGHTING = ["POP_COEF_MINEURS", "IND_METHODE", *INTENSITIES, "IND_RECENTRAGE", "IDX_BORNE_BASSE"]
PARAMETERS = [
    "IDX_BORNE_HAUTE",
    "TRJ_SEUIL",
    "TRJ_LOGIQUE",
    "TRJ_BAISSE_MAX",
    "TRJ_MODULATION",
    "TRJ_GAMMA",
    "TRJ_PLAFOND",
    "TRJ_MOYENNE",
    "TRJ_ELIGIBILITE",
    "IDX_MOYENNE_SECT",
    "IDX_MOYENNE_NON_SECT",
    "IDX_MOYENNE_OQN",
    "IDX_MOYENNE_ENSEMBLE",
    "ENV_SEGMENTATION",
]
CODES = [*WEIGHTING, *PARAMETERS]
FIXED = "ENV_SEGMENTATION"
"""Shown, not to be tried: another segmentation asks for another preparation."""

INDICATORS_ROW, INDICATORS = 32, 12
"""Indicators: label, weight of the region, direction (1 or −1), weight tried."""

# The hospital chosen: label, region, tried, difference.
CHOSEN = "G6"
LINES_ROW = 8
LINES = (
    ("Territoire", "territory", "@"),
    ("Population pondérée du territoire (hab.)", "base", "#,##0"),
    ("Taux de flux (%)", "rate", "0.00%"),
    ("Population corrigée des flux (hab.)", "population", "#,##0"),
    ("Dotation hors ASR (€)", "allocation", "#,##0.00"),
    ("Dotation par habitant (€)", "per_head", "#,##0.00"),
    ("Moyenne du segment (€/hab.)", "mean", "#,##0.00"),
    ("Indice", "index", "0.00"),
    ("Position", "position", "@"),
    ("Besoin (€)", "need", "#,##0.00"),
)
YEARS_ROW, YEARS, CHARTED = 21, 11, 6
SEGMENTS_ROW, SEGMENTS = 35, 4
IMPACTS_ROW = 42

# Measures tried: year, segment, carry-forward, core growth, earmarked measures.
CAMPAIGN_COLUMN, CAMPAIGN_ROW, CAMPAIGN = "R", 7, 40

# The calculation itself, under the panels: territories, hospitals, activity.
BODY_ROW, BODY = 51, 500
TERRITORIES = {
    "name": "A",
    "level": "B",
    "territory": "C",
    "adults": "D",
    "minors": "E",
    "counted": "F",
    "index": "G",
    "weighted": "H",
    "region_weighted": "I",
    "weighted_adults": "J",
    "weighted_minors": "K",
}
INDICATOR_COLUMN = "L"
HOSPITALS = {
    "label": "Y",
    "finess": "Z",
    "territory": "AA",
    "segment": "AB",
    "allocation": "AC",
    "base": "AD",
    "rate": "AE",
    "population": "AF",
    "per_head": "AG",
    "mean": "AH",
    "index": "AI",
    "position": "AJ",
    "need": "AK",
}
REGION_HOSPITALS = {
    "base": "AL",
    "rate": "AM",
    "population": "AN",
    "allocation": "AO",
    "per_head": "AP",
    "mean": "AQ",
    "index": "AR",
    "position": "AS",
    "need": "AT",
    "territory": "AU",
}
"""The same, as the region's own hypotheses give them (values of the preparation)."""
TRAJECTORY_COLUMN, REGION_TRAJECTORY_COLUMN = "AW", "BI"
"""Eleven years each: allocations tried, allocations of the region."""
FLOWS = {
    "base_adults": "BU",
    "base_minors": "BV",
    "attraction_adults": "BW",
    "attraction_minors": "BX",
    "leakage_adults": "BY",
    "leakage_minors": "BZ",
}
CARE_COLUMN = "CB"
"""Weighted activity for the contribution: territory, its population, then a column per hospital."""
HEADERS = {
    **{
        TERRITORIES[name]: header
        for name, header in {
            "name": "Territoire",
            "level": "Niveau",
            "territory": "Code",
            "adults": "Adultes (hab.)",
            "minors": "Mineurs (hab.)",
            "counted": "Population comptée (hab.)",
            "index": "Indice composé, essai (%)",
            "weighted": "Population pondérée, essai (hab.)",
            "region_weighted": "Population pondérée, région (hab.)",
            "weighted_adults": "dont adultes, essai (hab.)",
            "weighted_minors": "dont mineurs, essai (hab.)",
        }.items()
    },
    HOSPITALS["label"]: "Établissement",
    HOSPITALS["finess"]: "FINESS",
    HOSPITALS["segment"]: "Segment",
    **{HOSPITALS[name]: f"{label.partition(' (')[0]}, essai" for label, name, _ in LINES},
    **{REGION_HOSPITALS[name]: f"{label.partition(' (')[0]}, région" for label, name, _ in LINES},
    **{
        FLOWS[f"{name}_{age}"]: f"{header}, {word}"
        for name, header in (("base", "Base des flux"), ("attraction", "Attractivité"), ("leakage", "Fuites"))
        for age, word in (("adults", "adultes"), ("minors", "mineurs"))
    },
}
FORMATS = {
    **{TERRITORIES[name]: "#,##0" for name in ("adults", "minors", "counted", "weighted", "region_weighted")},
    **{TERRITORIES[name]: "#,##0" for name in ("weighted_adults", "weighted_minors")},
    TERRITORIES["index"]: "0.00%",
    **{HOSPITALS[name]: shown for _, name, shown in LINES},
    **{REGION_HOSPITALS[name]: shown for _, name, shown in LINES},
    **dict.fromkeys(FLOWS.values(), "#,##0"),
}


def asked(field: Field) -> list[str]:
    """The codes that a field asks for; the others leave their lines empty."""
    known = {*declared(field.hypotheses_file)}
    levels = field.words("territories", "level")
    return [code for code in CODES if code.split(" ")[0] in known and code.partition(" ")[2] in ("", *levels)]


def parameters_row() -> int:
    """First row of the hypotheses that DOTPOP_TRAJECTOIRE reads."""
    return HYPOTHESES_ROW + len(WEIGHTING)


def row_of(code: str) -> int:
    """Row of a hypothesis to try."""
    return HYPOTHESES_ROW + CODES.index(code)

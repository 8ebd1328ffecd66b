"""The psychiatry workbook (Auvergne-Rhône-Alpes model): its sheets in reading order."""

from dotpop_addin.declarations import sheets
from dotpop_addin.declarations.common import IDENTITY, WELCOME
from dotpop_addin.declarations.kinds import Field, Sheet
from dotpop_addin.declarations.national import NATIONAL_SHEET, REGIONS_SHEET
from dotpop_model import chain

SHEETS = (
    Sheet(
        WELCOME,
        "Dotation populationnelle · Psychiatrie",
        "Classeur d'une région : des populations et de l'activité à l'indice et à la trajectoire de chaque établissement.",
        "welcome",
        (IDENTITY,),
        landscape=False,
    ),
    sheets.HYPOTHESES_SHEET,
    sheets.ENVELOPE_SHEET,
    sheets.HOSPITALS_SHEET,
    sheets.TERRITORIES_SHEET,
    sheets.INDICATORS_SHEET,
    sheets.FORMS_SHEET,
    sheets.ACTIVITY_SHEET,
    sheets.CAMPAIGN_SHEET,
    sheets.FINANCING_SHEET,
    NATIONAL_SHEET,
    sheets.ANOMALIES_SHEET,
    REGIONS_SHEET,
    sheets.WEIGHTED_POPULATION_SHEET,
    sheets.FLOWS_SHEET,
    sheets.INDICES_SHEET,
    sheets.REASONS_SHEET,
    sheets.TRAJECTORY_SHEET,
    sheets.SUMMARY_SHEET,
    sheets.CONTROLS_SHEET,
    sheets.WORKSHOP_SHEET,
    sheets.RETURNS_SHEET,
    sheets.JOURNAL_SHEET,
)

PSYCHIATRIE = Field(
    "psychiatrie",
    "Psychiatrie",
    "4",
    SHEETS,
    "hypotheses_psychiatrie.toml",
    chain.PSYCHIATRY,
    "sae_psy",
    of="de psychiatrie",
    counted="patients",
    volumes="patients, journées ou actes",
)

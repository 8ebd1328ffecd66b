"""The SMR workbook (Provence-Alpes-Côte d'Azur model): its sheets in reading order."""

from dataclasses import replace

from dotpop_addin.declarations import results, sheets, smr_results
from dotpop_addin.declarations import smr_inputs as inputs
from dotpop_addin.declarations.common import (
    CONTROLS,
    GROUPS,
    HOSPITAL_KINDS,
    IDENTITY,
    LEVELS,
    POTS,
    SEGMENTS,
    SMR_CONTROLS,
    SMR_GROUPS,
    SMR_LEVELS,
    SMR_POTS,
    SMR_SEGMENTS,
    SMR_SUBJECTS,
    SMR_SUMMARY_SEGMENTS,
    SUBJECTS,
    SUMMARY_SEGMENTS,
    WELCOME,
)
from dotpop_addin.declarations.kinds import Field, Sheet, Table
from dotpop_addin.declarations.national import NATIONAL_SHEET, REGIONS_SHEET
from dotpop_model import chain_smr

WORDS = (
    (SEGMENTS, SMR_SEGMENTS),
    (SUMMARY_SEGMENTS, SMR_SUMMARY_SEGMENTS),
    (POTS, SMR_POTS),
    (LEVELS, SMR_LEVELS),
    (GROUPS, SMR_GROUPS),
    (CONTROLS, {**CONTROLS, **SMR_CONTROLS}),
    (SUBJECTS, SMR_SUBJECTS),
)
"""What the shared tables call otherwise in SMR."""
OWN_TABLES = {
    "hospitals": inputs.SMR_HOSPITALS,
    "forms": inputs.SMR_FORMS,
    "compartments": inputs.SMR_COMPARTMENTS_TABLE,
    "financing": inputs.SMR_FINANCING,
    "group_indices": results.GROUP_INDICES.with_columns(group={"choices": {**HOSPITAL_KINDS, **SMR_SEGMENTS}}),
    "indices": results.INDICES.having(smr_results.KIND, before="federation").with_columns(
        by_flows={"header": "Indice − 1, dû aux flux et aux critères", "help": "Vide sans taux de flux ni critère."}
    ),
}
"""The shared tables that SMR declares a little otherwise."""


def _in_words(sheet: Sheet) -> Sheet:
    return replace(sheet, tables=tuple(_own(table).with_choices(WORDS) for table in sheet.tables))


def _own(table: Table) -> Table:
    return OWN_TABLES.get(table.name, table)


SHARED = {name: _in_words(sheet) for name, sheet in vars(sheets).items() if name.endswith("_SHEET")}
CRITERIA_SHEET = Sheet(
    "Critères",
    "Critères des établissements",
    "Facultatif : ce qui, avec leur contribution, partage l'enveloppe d'un territoire entre ses établissements.",
    "input",
    (inputs.CRITERIA, inputs.CRITERION_VALUES),
)
PROPOSALS_SHEET = Sheet(
    "Propositions",
    "Propositions",
    "Les options à comparer : combien, qui paie, à qui, qui est exempté et pourquoi.",
    "input",
    (inputs.OPTIONS, inputs.EXEMPTIONS, inputs.PUBLISHED),
)
REVENUES_SHEET = Sheet(
    "Recettes",
    "Recettes et taux de transition",
    "Les recettes avant et après le nouveau modèle, et les taux de la transition : ils sont réglementaires.",
    "input",
    (inputs.REVENUES, inputs.TRANSITION_RATES),
)
CIRCULARS_SHEET = Sheet(
    "Circulaires",
    "Circulaires",
    "La campagne de l'année : la base, puis ce que chaque circulaire délègue à chaque établissement.",
    "input",
    (inputs.CIRCULARS, inputs.DELEGATIONS),
)
OPTIONS_SHEET = Sheet(
    "Options",
    "Options",
    "Les options côte à côte : ce que chaque établissement recevrait (+) ou paierait (−).",
    "result",
    (smr_results.OPTION_AMOUNTS,),
)
OPTION_SUMMARY_SHEET = Sheet(
    "Options comparées",
    "Options comparées",
    "Une ligne par option : qui reçoit, qui paie, combien en moyenne, et le solde de chaque fédération.",
    "result",
    (smr_results.OPTION_SUMMARY,),
)
OPTION_GROUPS_SHEET = Sheet(
    "Options par groupe",
    "Options par groupe",
    "Ce que chaque option fait par fédération, typologie et département, et ce qu'elle change à la transition.",
    "result",
    (smr_results.OPTION_GROUPS, smr_results.TRANSITION_OPTIONS),
)
BALLOT_SHEET = Sheet(
    "Vote",
    "Avis du comité",
    "À imprimer : les propositions telles qu'elles sont soumises au vote.",
    "result",
    (smr_results.BALLOT, smr_results.BALLOT_EXEMPTIONS),
    landscape=False,
    anchors=("A6", "B22"),
)
TRANSITION_SHEET = Sheet(
    "Transition",
    "Transition",
    "Ce qui amortit le passage au nouveau modèle, année par année jusqu'à son extinction.",
    "result",
    (smr_results.TRANSITION_YEARS, smr_results.TRANSITION_AMOUNTS),
    anchors=("A5", "R5"),
)
PAYMENTS_SHEET = Sheet(
    "Versements",
    "Versements",
    "De la base aux circulaires, puis aux douze versements de chaque établissement.",
    "result",
    (smr_results.PAYMENT_MONTHS, smr_results.CIRCULAR_POTS, smr_results.DELEGATED, smr_results.PAYMENTS),
    anchors=("A5", "P5", "AC5", "AP5"),
)
COMPARTMENTS_SHEET = Sheet(
    "Compartiments",
    "Compartiments de recettes",
    "De quoi sont faites les recettes des établissements ; la pédiatrie à part.",
    "result",
    (smr_results.COMPARTMENT_GROUPS, smr_results.PAEDIATRICS, smr_results.COMPARTMENT_REVENUES),
    anchors=("A5", "W5", "AC5"),
)

SHEETS = (
    Sheet(
        WELCOME,
        "Dotation populationnelle · SMR",
        "Classeur d'une région : de la population et de l'activité aux options mises au vote et aux versements.",
        "welcome",
        (IDENTITY,),
        landscape=False,
    ),
    SHARED["HYPOTHESES_SHEET"],
    NATIONAL_SHEET,
    SHARED["ENVELOPE_SHEET"],
    SHARED["HOSPITALS_SHEET"],
    SHARED["TERRITORIES_SHEET"],
    SHARED["INDICATORS_SHEET"],
    SHARED["FORMS_SHEET"],
    SHARED["ACTIVITY_SHEET"],
    CRITERIA_SHEET,
    SHARED["CAMPAIGN_SHEET"],
    PROPOSALS_SHEET,
    REVENUES_SHEET,
    CIRCULARS_SHEET,
    SHARED["FINANCING_SHEET"],
    SHARED["ANOMALIES_SHEET"],
    REGIONS_SHEET,
    SHARED["WEIGHTED_POPULATION_SHEET"],
    replace(SHARED["FLOWS_SHEET"], tables=(*SHARED["FLOWS_SHEET"].tables, smr_results.CONTRIBUTIONS)),
    SHARED["INDICES_SHEET"],
    SHARED["REASONS_SHEET"],
    SHARED["TRAJECTORY_SHEET"],
    OPTIONS_SHEET,
    OPTION_SUMMARY_SHEET,
    OPTION_GROUPS_SHEET,
    BALLOT_SHEET,
    TRANSITION_SHEET,
    PAYMENTS_SHEET,
    COMPARTMENTS_SHEET,
    SHARED["SUMMARY_SHEET"],
    replace(
        SHARED["CONTROLS_SHEET"],
        tables=(*SHARED["CONTROLS_SHEET"].tables[:1], smr_results.COMPARED, *SHARED["CONTROLS_SHEET"].tables[1:]),
    ),
    SHARED["WORKSHOP_SHEET"],
    SHARED["RETURNS_SHEET"],
    SHARED["JOURNAL_SHEET"],
)

SMR = Field(
    "smr",
    "SMR",
    "1",
    SHEETS,
    "hypotheses_smr.toml",
    chain_smr.SMR,
    "sae_smr",
    of="du SMR",
    counted="séjours ou journées",
    volumes="séjours ou journées",
)

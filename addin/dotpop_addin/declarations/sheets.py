"""The sheets that the workbooks of every field share."""

from dotpop_addin.declarations.common import (
    ANOMALIES,
    HYPOTHESES,
    JOURNAL,
    RETURNED,
)
from dotpop_addin.declarations.inputs import (
    ACTIVITY,
    CAMPAIGN,
    COMMITMENTS,
    COMPARTMENTS,
    ENVELOPE,
    FINANCING,
    FORMS,
    HISTORY,
    HOSPITALS,
    INDICATOR_VALUES,
    INDICATORS,
    SPECIFIC,
    TERRITORIES,
)
from dotpop_addin.declarations.kinds import Sheet
from dotpop_addin.declarations.results import (
    ACCOUNTS,
    CONTROLS_TABLE,
    FLOWS,
    GROUP_INDICES,
    IMPACTS,
    INDICES,
    POSITIONS_SUMMARY,
    RANKING,
    REASONS,
    RESIDUALS,
    SEGMENT_TRAJECTORY,
    SOURCE_NOTES,
    SPLIT,
    TERRITORY_ENVELOPES,
    TRAJECTORY,
    WEIGHTED_POPULATION,
    YEARS,
)

HYPOTHESES_SHEET = Sheet(
    "Hypothèses",
    "Hypothèses",
    "Les choix de la région. Une valeur changée change aussi de date et de source : les trois colonnes sont à tenir.",
    "input",
    (HYPOTHESES,),
)
ENVELOPE_SHEET = Sheet(
    "Enveloppe",
    "Enveloppe",
    "La dotation populationnelle régionale et ce qui en est retiré avant partage.",
    "input",
    (ENVELOPE, SPECIFIC, COMPARTMENTS, HISTORY),
)
HOSPITALS_SHEET = Sheet(
    "Établissements",
    "Établissements",
    "Une ligne par établissement. Le FINESS est un texte de neuf caractères : garder les zéros de gauche.",
    "input",
    (HOSPITALS,),
)
TERRITORIES_SHEET = Sheet(
    "Territoires",
    "Territoires",
    "Une ligne par territoire, pour chaque maille utilisée ; une ZIS est rattachée à son département.",
    "input",
    (TERRITORIES,),
    landscape=False,
)
INDICATORS_SHEET = Sheet(
    "Indicateurs",
    "Indicateurs",
    "Les indicateurs de besoin, leur poids et leur sens ; puis leurs valeurs, une colonne par code.",
    "input",
    (INDICATORS, INDICATOR_VALUES),
)
FORMS_SHEET = Sheet(
    "Formes d'activité",
    "Formes d'activité",
    "Le poids de chaque forme dans l'activité pondérée.",
    "input",
    (FORMS,),
)
ACTIVITY_SHEET = Sheet(
    "Activité",
    "Activité",
    "Une ligne par établissement, territoire de résidence, classe d'âge et forme.",
    "input",
    (ACTIVITY,),
    landscape=False,
)
CAMPAIGN_SHEET = Sheet(
    "Campagne",
    "Campagne",
    "Les mesures nouvelles de chaque année, jusqu'à l'horizon de la trajectoire (0 s'il n'y en a pas).",
    "input",
    (CAMPAIGN,),
    landscape=False,
)
FINANCING_SHEET = Sheet(
    "Financements",
    "Financements",
    "Les autres dotations et les engagements, que les retours complètent ; l'indice n'en dépend pas.",
    "input",
    (FINANCING, COMMITMENTS),
)
ANOMALIES_SHEET = Sheet(
    "Vérification",
    "Vérification",
    "Ce qui empêche de calculer, ou ce qu'il faut savoir : la macro Vérifier marque les cellules et les liste ici.",
    "result",
    (ANOMALIES,),
)
WEIGHTED_POPULATION_SHEET = Sheet(
    "Population pondérée",
    "Population pondérée",
    "La population de chaque territoire, corrigée de l'indice démographique composé.",
    "result",
    (WEIGHTED_POPULATION, IMPACTS, TERRITORY_ENVELOPES),
)
FLOWS_SHEET = Sheet(
    "Flux",
    "Flux",
    "De la population des territoires à celle que chaque établissement dessert réellement.",
    "result",
    (FLOWS, RESIDUALS),
)
INDICES_SHEET = Sheet(
    "Indices",
    "Indices",
    "Chaque établissement par rapport à la moyenne de son segment.",
    "result",
    (INDICES, GROUP_INDICES, RANKING),
)
REASONS_SHEET = Sheet(
    "Raisons",
    "Pourquoi cet indice",
    "De la moyenne à l'indice de chaque établissement : chaque part s'ajoute à 1, exactement.",
    "result",
    (REASONS,),
)
TRAJECTORY_SHEET = Sheet(
    "Trajectoire",
    "Trajectoire",
    "Ce que chaque établissement reçoit, année par année, et ce qui reste à combler.",
    "result",
    (TRAJECTORY, SEGMENT_TRAJECTORY, ACCOUNTS),
)
SUMMARY_SHEET = Sheet(
    "Synthèse",
    "Synthèse",
    "Ce que le comité regarde d'abord.",
    "result",
    (POSITIONS_SUMMARY, SPLIT, YEARS),
    anchors=("A5", "A70", "D70"),
)
CONTROLS_SHEET = Sheet(
    "Contrôles",
    "Contrôles",
    "Chaque partage et chaque conservation vérifiés : attendu, trouvé, écart, verdict.",
    "result",
    (CONTROLS_TABLE, SOURCE_NOTES),
)
WORKSHOP_SHEET = Sheet(
    "Atelier",
    "Atelier",
    "Essayer une hypothèse sans rien écrire ailleurs : changer une cellule jaune, le reste se recalcule aussitôt.",
    "workshop",
)
RETURNS_SHEET = Sheet(
    "Retours",
    "Retours",
    "Ce que les établissements et les fédérations ont répondu : chaque valeur changée, qui a répondu, ce qui est à "
    "examiner.",
    "result",
    RETURNED,
)
JOURNAL_SHEET = Sheet(
    "Journal", "Journal", "Une ligne par calcul ; les empreintes permettent de vérifier.", "result", (JOURNAL,)
)

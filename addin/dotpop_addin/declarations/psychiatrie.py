"""The psychiatry workbook (Auvergne-Rhône-Alpes model): sheets in reading order, tables, columns."""

from dotpop_addin.declarations.common import (
    AGE_CLASSES,
    ANOMALIES,
    CAMPAIGN_MEASURES,
    COMMITMENT_STATES,
    CONTROLS,
    DIRECTIONS,
    FEDERATIONS,
    GROUPS,
    HYPOTHESES,
    IDENTITY,
    JOURNAL,
    LEVELS,
    MEASURES,
    METHODS,
    NATURES,
    OUTSIDE_HELP,
    POSITIONS,
    POTS,
    RETURNED,
    SEGMENTS,
    SPLIT_STEPS,
    STATUSES,
    SUBJECTS,
    SUMMARY_SEGMENTS,
    VERDICTS,
    YEAR_STATUSES,
    YES_NO,
)
from dotpop_addin.declarations.kinds import Column, Field, Kind, Sheet, Table
from dotpop_model.vocabulary import OUTSIDE


def _amount(header: str, name: str, help: str, **more: object) -> Column:
    return Column(header=f"{header} (€)", name=name, kind=Kind.AMOUNT, minimum=0, width=18, help=help, **more)  # type: ignore[arg-type]


def _result(header: str, name: str, kind: Kind, help: str, width: int = 14, **more: object) -> Column:
    return Column(header=header, name=name, kind=kind, help=help, width=width, required=False, **more)  # type: ignore[arg-type]


ENVELOPE = Table(
    "envelope",
    "T_Enveloppe",
    "Dotation populationnelle régionale",
    (
        Column(
            header="Notification", name="item", kind=Kind.TEXT, key=True, width=36, help="Une ligne par montant notifié."
        ),
        _amount("Montant", "amount", "Montant notifié à la région, ASR et marge comprises."),
    ),
    rows=5,
)
SPECIFIC = Table(
    "specific",
    "T_ASR",
    "Activités spécifiques régionales (ASR)",
    (
        Column(header="Activité", name="activity", kind=Kind.TEXT, width=44, help="Activité spécifique régionale."),
        Column(
            header="FINESS (facultatif)",
            name="finess",
            kind=Kind.FINESS,
            required=False,
            refers="hospitals.finess",
            width=18,
            help="Établissement qui la porte, s'il est connu.",
        ),
        _amount("Montant ASR", "amount", "Montant retiré de l'enveloppe avant partage."),
    ),
    rows=15,
    optional=True,
)
COMPARTMENTS = Table(
    "compartments",
    "T_Compartiments",
    "Compartiments nationaux de la psychiatrie",
    (
        Column(header="Compartiment", name="label", kind=Kind.TEXT, key=True, width=34, help="Compartiment de financement."),
        Column(
            header="Part (%)",
            name="share",
            kind=Kind.SHARE,
            minimum=0,
            maximum=1,
            width=11,
            help="Part nationale ; le total doit faire 100 %.",
        ),
    ),
    rows=8,
)
HISTORY = Table(
    "history",
    "T_Historique",
    "Montants historiques par segment",
    (
        Column(header="Segment", name="segment", kind=Kind.CHOICE, choices=SEGMENTS, key=True, width=22, help="Segment."),
        _amount("Historique", "amount", "Ne sert que si ENV_HISTORIQUE vaut « montants saisis »."),
    ),
    rows=3,
    optional=True,
)
HOSPITALS = Table(
    "hospitals",
    "T_Etablissements",
    "Établissements",
    (
        Column(header="FINESS", name="finess", kind=Kind.FINESS, key=True, width=12, help="Neuf caractères, en texte."),
        Column(header="Raison sociale", name="name", kind=Kind.TEXT, width=34, help="Nom de l'établissement."),
        Column(header="Segment", name="segment", kind=Kind.CHOICE, choices=SEGMENTS, width=21, help="Mode de financement."),
        Column(
            header="Territoire",
            name="territory",
            kind=Kind.CODE,
            refers="territories.territory",
            width=12,
            help="Code de la ZIS (sectorisés) ou du département.",
        ),
        Column(
            header="Fédération",
            name="federation",
            kind=Kind.CHOICE,
            choices=FEDERATIONS,
            required=False,
            width=13,
            help="Fédération d'appartenance (facultatif).",
        ),
        Column(
            header="Statut",
            name="status",
            kind=Kind.CHOICE,
            choices=STATUSES,
            required=False,
            width=19,
            help="Statut juridique (facultatif).",
        ),
        _amount("Dotation hors ASR", "allocation", "Dotation populationnelle de l'année de base, sans les ASR."),
    ),
    rows=100,
)
TERRITORIES = Table(
    "territories",
    "T_Territoires",
    "Territoires",
    (
        Column(header="Code", name="territory", kind=Kind.CODE, key=True, width=12, help="Code du territoire, en texte."),
        Column(header="Nom", name="name", kind=Kind.TEXT, width=30, help="Nom du territoire."),
        Column(header="Niveau", name="level", kind=Kind.CHOICE, choices=LEVELS, width=16, help="Maille du territoire."),
        Column(
            header="Rattaché à",
            name="parent",
            kind=Kind.CODE,
            required=False,
            refers="territories.territory",
            width=12,
            help="Territoire plus grand qui le contient (le département d'une ZIS).",
        ),
        Column(
            header="Population adulte (hab.)", name="adults", kind=Kind.COUNT, minimum=0, width=18, help="Habitants majeurs."
        ),
        Column(
            header="Population mineure (hab.)",
            name="minors",
            kind=Kind.COUNT,
            minimum=0,
            width=18,
            help="Habitants mineurs.",
        ),
    ),
    rows=60,
)
INDICATORS = Table(
    "indicators",
    "T_Indicateurs",
    "Indicateurs de besoin retenus",
    (
        Column(header="Code", name="indicator", kind=Kind.CODE, key=True, width=16, help="Code court, en-tête des valeurs."),
        Column(header="Libellé", name="label", kind=Kind.TEXT, width=40, help="Nom complet de l'indicateur."),
        Column(
            header="Poids (%)",
            name="weight",
            kind=Kind.SHARE,
            minimum=0,
            maximum=1,
            width=10,
            help="Les poids font 100 % ensemble.",
        ),
        Column(
            header="Sens",
            name="direction",
            kind=Kind.CHOICE,
            choices=DIRECTIONS,
            width=18,
            help="Effet d'une valeur élevée.",
        ),
        Column(header="Unité", name="unit", kind=Kind.TEXT, width=14, help="Unité des valeurs."),
        Column(
            header="Source", name="source", kind=Kind.TEXT, required=False, width=30, help="Source et année des valeurs."
        ),
    ),
    rows=12,
    optional=True,
)
INDICATOR_VALUES = Table(
    "indicator_values",
    "T_ValeursIndicateurs",
    "Valeurs par territoire (une colonne par code d'indicateur)",
    (
        Column(
            header="Territoire",
            name="territory",
            kind=Kind.CODE,
            key=True,
            refers="territories.territory",
            width=12,
            help="Code du territoire.",
        ),
    ),
    rows=60,
    optional=True,
    open_from="indicators",
    open_column=Column(
        header="Valeur", name="value", kind=Kind.NUMBER, width=15, help="Valeur de l'indicateur, dans son unité."
    ),
)
FORMS = Table(
    "forms",
    "T_Formes",
    "Formes d'activité et poids",
    (
        Column(header="Code", name="form", kind=Kind.CODE, key=True, width=14, help="Code court de la forme."),
        Column(header="Libellé", name="label", kind=Kind.TEXT, width=44, help="Nom de la forme d'activité."),
        Column(
            header="Nature", name="nature", kind=Kind.CHOICE, choices=NATURES, width=14, help="Nature de prise en charge."
        ),
        Column(
            header="Mesure", name="measure", kind=Kind.CHOICE, choices=MEASURES, width=19, help="Ce que compte le volume."
        ),
        Column(
            header="Poids par forme",
            name="weight",
            kind=Kind.RATE,
            minimum=0,
            required=False,
            width=12,
            help="Poids d'une unité de volume ; nécessaire si la granularité est la forme.",
        ),
        Column(
            header="Poids par nature",
            name="nature_weight",
            kind=Kind.RATE,
            minimum=0,
            required=False,
            width=12,
            help="Poids d'une unité de volume ; nécessaire si la granularité est la nature.",
        ),
    ),
    rows=30,
)
ACTIVITY = Table(
    "activity",
    "T_Activite",
    "Activité par établissement, territoire de résidence, âge et forme",
    (
        Column(
            header="FINESS",
            name="finess",
            kind=Kind.FINESS,
            key=True,
            refers="hospitals.finess",
            also=(OUTSIDE,),
            width=12,
            help=f"Établissement qui soigne. {OUTSIDE_HELP}",
        ),
        Column(
            header="Territoire de résidence",
            name="territory",
            kind=Kind.CODE,
            key=True,
            refers="territories.territory",
            also=(OUTSIDE,),
            width=14,
            help=f"Où habitent les patients. {OUTSIDE_HELP}",
        ),
        Column(
            header="Classe d'âge",
            name="age",
            kind=Kind.CHOICE,
            choices=AGE_CLASSES,
            key=True,
            width=12,
            help="Âge des patients.",
        ),
        Column(
            header="Forme", name="form", kind=Kind.CODE, key=True, refers="forms.form", width=14, help="Forme d'activité."
        ),
        Column(
            header="Volume",
            name="volume",
            kind=Kind.COUNT,
            minimum=0,
            width=14,
            help="Patients, journées ou actes (voir Mesure).",
        ),
    ),
    rows=500,
)
CAMPAIGN = Table(
    "campaign",
    "T_Campagne",
    "Mesures nouvelles par année",
    (
        Column(
            header="Année",
            name="year",
            kind=Kind.INTEGER,
            minimum=2000,
            maximum=2100,
            key=True,
            width=9,
            help="Année de campagne.",
        ),
        Column(
            header="Segment",
            name="segment",
            kind=Kind.CHOICE,
            choices=POTS,
            key=True,
            width=22,
            help="Segment servi, ou tous les segments ensemble.",
        ),
        _amount("Reconduction", "carry_forward", "Mesures de reconduction (RH, inflation)."),
        _amount("Croissance socle", "core_growth", "Croissance de la dotation, aux moins dotés."),
        _amount("Mesures thématiques", "earmarked", "Mesures fléchées : moins dotés, puis neutres."),
    ),
    rows=15,
)

FINANCING = Table(
    "financing",
    "T_Financements",
    "Dotations par établissement, hors dotation populationnelle",
    (
        Column(
            header="FINESS",
            name="finess",
            kind=Kind.FINESS,
            key=True,
            refers="hospitals.finess",
            width=12,
            help="Établissement financé.",
        ),
        Column(
            header="Compartiment",
            name="compartment",
            kind=Kind.TEXT,
            key=True,
            refers="compartments.label",
            width=34,
            help="Compartiment de financement.",
        ),
        _amount("Montant", "amount", "Montant notifié ; sans effet sur l'indice."),
    ),
    rows=60,
    optional=True,
)
COMMITMENTS = Table(
    "commitments",
    "T_Engagements",
    "Engagements et emploi des moyens",
    (
        Column(
            header="FINESS",
            name="finess",
            kind=Kind.FINESS,
            key=True,
            refers="hospitals.finess",
            width=12,
            help="Établissement qui s'est engagé.",
        ),
        Column(
            header="Engagement", name="commitment", kind=Kind.TEXT, key=True, width=44, help="Ce qui a été convenu, en bref."
        ),
        Column(header="Échéance", name="deadline", kind=Kind.DATE, required=False, width=12, help="Date convenue."),
        _amount("Moyens accordés", "granted", "Ce qui a été donné pour le tenir."),
        _amount("Moyens employés", "used", "Ce qui en a été employé à ce jour.", required=False),
        Column(
            header="Réalisé (%)",
            name="done",
            kind=Kind.SHARE,
            minimum=0,
            maximum=1,
            required=False,
            width=11,
            help="Part réalisée, de 0 à 100 %.",
        ),
        Column(
            header="État",
            name="state",
            kind=Kind.CHOICE,
            choices=COMMITMENT_STATES,
            required=False,
            width=11,
            help="Où en est l'engagement.",
        ),
        Column(header="Commentaire", name="comment", kind=Kind.TEXT, required=False, width=44, help="En une phrase."),
    ),
    rows=30,
    optional=True,
)

SPLIT = Table(
    "split",
    "T_Ventilation",
    "De la dotation régionale aux segments",
    (
        _result("Étape", "step", Kind.CHOICE, "Étape du partage.", 34, choices=SPLIT_STEPS, key=True),
        _result("Montant (€)", "amount", Kind.EURO, "Montant exact au centime.", 15),
    ),
    rows=8,
)
WEIGHTED_POPULATION = Table(
    "weighted_population",
    "T_PopPonderee",
    "Population pondérée par les indicateurs de besoin",
    (
        _result("Territoire", "territory", Kind.CODE, "Code du territoire.", 12, key=True),
        _result("Nom", "name", Kind.TEXT, "Nom du territoire.", 30),
        _result("Niveau", "level", Kind.CHOICE, "Maille.", 14, choices=LEVELS),
        _result("Population (hab.)", "population", Kind.COUNT, "Adultes et mineurs, surpondérés si choisi."),
        _result("Indice composé (%)", "index", Kind.SHARE, "Écart de besoin au niveau régional.", 12),
        _result(
            "Population pondérée (hab.)",
            "weighted_population",
            Kind.COUNT,
            "Population × (1 + indice), recentrée.",
            minimum=0,
        ),
        _result("Écart (hab.)", "difference", Kind.COUNT, "Population pondérée − population.", 12),
        _result("dont adultes (hab.)", "weighted_adults", Kind.COUNT, "Population adulte pondérée."),
        _result("dont mineurs (hab.)", "weighted_minors", Kind.COUNT, "Population mineure pondérée."),
    ),
)
IMPACTS = Table(
    "impacts",
    "T_Impact",
    "Impact de la pondération",
    (
        _result("Maille", "level", Kind.CHOICE, "Maille.", 14, choices=LEVELS, key=True),
        _result("Intensité", "intensity", Kind.RATE, "Intensité appliquée.", 11),
        _result("Impact (%)", "impact", Kind.SHARE, "Somme des écarts positifs / population.", 11),
        _result("Limite (%)", "limit", Kind.SHARE, "Limite fixée par la région.", 11),
    ),
)
TERRITORY_ENVELOPES = Table(
    "territory_envelopes",
    "T_EnveloppeTerritoires",
    "Enveloppe théorique par segment et territoire",
    (
        _result("Segment", "segment", Kind.CHOICE, "Segment.", 21, choices=SUMMARY_SEGMENTS, key=True),
        _result("Territoire", "territory", Kind.CODE, "Code du territoire.", 12, key=True),
        _result("Nom", "name", Kind.TEXT, "Nom du territoire.", 30),
        _result("Population pondérée (hab.)", "weighted_population", Kind.COUNT, "Clé du partage."),
        _result("Enveloppe (€)", "amount", Kind.AMOUNT, "Part exacte au centime.", 18),
    ),
)


def _aged(title: str, name: str, help: str) -> tuple[Column, ...]:
    return tuple(
        _result(f"{title} {label}", f"{name}{suffix}", Kind.COUNT, f"{help} ({label}).", 13)
        for label, suffix in (("adultes", "_adults"), ("mineurs", "_minors"), ("total", ""))
    )


FLOWS = Table(
    "flows",
    "T_Flux",
    "Correction des flux, par établissement (activité pondérée)",
    (
        _result("FINESS", "finess", Kind.FINESS, "Identifiant.", 12, key=True),
        _result("Raison sociale", "name", Kind.TEXT, "Nom.", 34),
        _result("Segment", "segment", Kind.CHOICE, "Segment.", 21, choices=SEGMENTS),
        _result("Territoire", "territory", Kind.CODE, "Territoire à la maille du segment.", 12),
        _result("Méthode", "method", Kind.CHOICE, "Correction appliquée.", 13, choices=METHODS),
        *_aged("Poids", "weight", "Activité pondérée de l'établissement"),
        *_aged("Attractivité", "attraction", "Activité pour des patients d'autres territoires"),
        *_aged("Fuites", "leakage", "Soins des résidents donnés ailleurs"),
        *_aged("Flux", "flow", "Attractivité − fuites"),
        _result("Taux de flux adultes (%)", "rate_adults", Kind.SHARE, "Flux / base, adultes.", 12),
        _result("Taux de flux mineurs (%)", "rate_minors", Kind.SHARE, "Flux / base, mineurs.", 12),
        _result("Taux de flux (%)", "rate", Kind.SHARE, "Flux / base, âges additionnés.", 12),
        _result("Population pondérée du territoire (hab.)", "territory_population", Kind.COUNT, "Avant flux.", 16),
        _result("Population corrigée des flux (hab.)", "population", Kind.COUNT, "Population desservie.", 16),
    ),
)
RESIDUALS = Table(
    "residuals",
    "T_Residus",
    "Population avant et après correction, par segment",
    (
        _result("Segment", "segment", Kind.CHOICE, "Segment.", 21, choices=SUMMARY_SEGMENTS, key=True),
        _result("Méthode", "method", Kind.CHOICE, "Correction appliquée.", 13, choices=METHODS),
        _result("Avant (hab.)", "weighted_population", Kind.COUNT, "Population pondérée des territoires."),
        _result("Après (hab.)", "population", Kind.COUNT, "Population corrigée des établissements."),
        _result("Résidu (hab.)", "residual", Kind.COUNT, "Après − avant : les flux nets ne conservent pas le total."),
        _result("Résidu (%)", "rate", Kind.SHARE, "Résidu / avant.", 11),
    ),
)
INDICES = Table(
    "indices",
    "T_Indices",
    "Indice de financement, par établissement",
    (
        _result("FINESS", "finess", Kind.FINESS, "Identifiant.", 12, key=True),
        _result("Raison sociale", "name", Kind.TEXT, "Nom.", 34),
        _result("Segment", "segment", Kind.CHOICE, "Segment.", 21, choices=SEGMENTS),
        _result("Fédération", "federation", Kind.TEXT, "Fédération.", 12),
        _result("Statut", "status", Kind.TEXT, "Statut.", 18),
        _result("Département", "departement", Kind.CODE, "Code du département.", 12),
        _result("Territoire", "territory", Kind.CODE, "Territoire à la maille du segment.", 11),
        _result("Dotation hors ASR (€)", "allocation", Kind.AMOUNT, "Dotation de l'année de base.", 18, minimum=0),
        _result("Population corrigée des flux (hab.)", "population", Kind.COUNT, "Population desservie.", 15),
        _result("Dotation par habitant (€)", "per_head", Kind.PER_HEAD, "Dotation / population.", 12),
        _result("Moyenne du segment (€/hab.)", "mean", Kind.PER_HEAD, "Moyenne de comparaison.", 13),
        _result("Indice", "index", Kind.RATE, "Dotation par habitant / moyenne.", 10),
        _result("Position", "position", Kind.CHOICE, "Selon les bornes des hypothèses.", 13, choices=POSITIONS),
        _result("Écart à la moyenne (€)", "gap", Kind.AMOUNT, "Dotation − moyenne × population.", 18),
        _result("Besoin (€)", "need", Kind.AMOUNT, "Ce qui ramène à la moyenne, sous le seuil TRJ_SEUIL.", 18),
        _result("Dotation théorique (€)", "target", Kind.AMOUNT, "Enveloppe du segment au prorata des populations.", 18),
    ),
)
GROUP_INDICES = Table(
    "group_indices",
    "T_IndicesGroupes",
    "Indice des départements et catégories, tous établissements confondus",
    (
        _result("Regroupement", "kind", Kind.CHOICE, "Ce que l'on regroupe.", 15, choices=GROUPS, key=True),
        _result("Groupe", "group", Kind.TEXT, "Code ou nom du groupe.", 21, key=True, choices=SEGMENTS),
        _result("Nom", "name", Kind.TEXT, "Nom du département.", 18),
        _result("Établissements", "hospitals", Kind.INTEGER, "Nombre.", 13),
        _result("Dotations (€)", "allocation", Kind.AMOUNT, "Somme des dotations hors ASR.", 18),
        _result("Dotations à la moyenne (€)", "expected", Kind.AMOUNT, "Somme de moyenne × population.", 18),
        _result("Indice", "index", Kind.RATE, "Dotations / dotations à la moyenne.", 10),
        _result("Besoin (€)", "need", Kind.AMOUNT, "Somme des besoins.", 18),
    ),
)
RANKING = Table(
    "ranking",
    "T_Classement",
    "Classement (source du graphique de la Synthèse)",
    (
        _result("Rang", "rank", Kind.INTEGER, "Du moins au mieux doté.", 7, key=True),
        _result("Raison sociale", "name", Kind.TEXT, "Nom.", 34),
        _result("Moins doté", "under", Kind.RATE, "Indice, si moins doté.", 11),
        _result("Neutre", "neutral", Kind.RATE, "Indice, si neutre.", 11),
        _result("Mieux doté", "over", Kind.RATE, "Indice, si mieux doté.", 11),
        _result("Borne basse", "low", Kind.RATE, "Borne de la position neutre.", 11),
        _result("Borne haute", "high", Kind.RATE, "Borne de la position neutre.", 11),
    ),
)
TRAJECTORY = Table(
    "trajectory",
    "T_Trajectoire",
    "Trajectoire par établissement et année",
    (
        _result("FINESS", "finess", Kind.FINESS, "Identifiant.", 12, key=True),
        _result("Raison sociale", "name", Kind.TEXT, "Nom.", 34),
        _result("Segment", "segment", Kind.CHOICE, "Segment.", 21, choices=SEGMENTS),
        _result("Année", "year", Kind.INTEGER, "Année.", 8, key=True),
        _result("État", "status", Kind.CHOICE, "Notifiée ou prévisionnelle.", 14, choices=YEAR_STATUSES),
        _result("Reconduction (€)", "carry_forward", Kind.AMOUNT, "Part de la reconduction, après modulation.", 16),
        _result("Reconduction redistribuée (€)", "withheld", Kind.AMOUNT, "Retenue aux mieux dotés, redonnée.", 16),
        _result("Croissance socle (€)", "core_growth", Kind.AMOUNT, "Part de la croissance.", 16),
        _result("Mesures thématiques (€)", "earmarked", Kind.AMOUNT, "Part des mesures fléchées.", 16),
        _result("Convergence (€)", "convergence", Kind.AMOUNT, "Repris (−) ou reçu (+).", 16),
        _result("Dotation (€)", "allocation", Kind.AMOUNT, "Dotation de l'année, exacte.", 18),
        _result("Indice", "index", Kind.RATE, "Indice en fin d'année.", 10),
        _result("Position", "position", Kind.CHOICE, "Selon les bornes.", 13, choices=POSITIONS),
        _result("Rattrapage cumulé (€)", "caught_up", Kind.AMOUNT, "Reçu depuis la base, hors reconduction.", 17),
        _result("Besoin comblé (%)", "closed", Kind.SHARE, "Rattrapage cumulé / besoin initial.", 11),
        _result("Besoin restant, à la moyenne de l'année (€)", "remaining", Kind.AMOUNT, "À la moyenne de l'année.", 17),
    ),
)
SEGMENT_TRAJECTORY = Table(
    "segment_trajectory",
    "T_TrajectoireSegments",
    "Trajectoire par segment",
    (
        _result("Segment", "segment", Kind.CHOICE, "Segment.", 21, choices=SUMMARY_SEGMENTS, key=True),
        _result("Année", "year", Kind.INTEGER, "Année.", 8, key=True),
        _result("Besoin initial (€)", "need", Kind.AMOUNT, "Besoin de l'année de base.", 18),
        _result("Objectif (€)", "objective", Kind.AMOUNT, "Part du besoin à combler.", 18),
        _result("Capacité cumulée (€)", "capacity", Kind.AMOUNT, "Rattrapage reçu depuis la base.", 18),
        _result("Besoin comblé (%)", "closed", Kind.SHARE, "Capacité / besoin.", 11),
        _result("Objectif atteint", "reached", Kind.CHOICE, "La capacité couvre l'objectif.", 11, choices=YES_NO),
        _result("Besoin restant, à la moyenne de l'année (€)", "remaining", Kind.AMOUNT, "À la moyenne de l'année.", 18),
    ),
)
ACCOUNTS = Table(
    "accounts",
    "T_Mesures",
    "Emploi des mesures nouvelles",
    (
        _result("Année", "year", Kind.INTEGER, "Année.", 8, key=True),
        _result("Segment", "segment", Kind.CHOICE, "Segment servi.", 21, choices=POTS, key=True),
        _result("Mesure", "measure", Kind.CHOICE, "Mesure de campagne.", 20, choices=CAMPAIGN_MEASURES, key=True),
        _result("Offert (€)", "offered", Kind.AMOUNT, "Montant de la campagne.", 17),
        _result("Réparti (€)", "distributed", Kind.AMOUNT, "Somme notifiée.", 17),
        _result("Sans preneur (€)", "unallocated", Kind.AMOUNT, "Offert − réparti.", 17),
    ),
)
POSITIONS_SUMMARY = Table(
    "positions",
    "T_Positions",
    "Positions, dotations et besoins par segment",
    (
        _result("Segment", "segment", Kind.CHOICE, "Segment.", 34, choices=SUMMARY_SEGMENTS, key=True),
        _result("Moins dotés (ES)", "hospitals_under", Kind.INTEGER, "Nombre d'établissements.", 15),
        _result("Neutres (ES)", "hospitals_neutral", Kind.INTEGER, "Nombre d'établissements.", 15),
        _result("Mieux dotés (ES)", "hospitals_over", Kind.INTEGER, "Nombre d'établissements.", 15),
        _result("Ensemble (ES)", "hospitals", Kind.INTEGER, "Nombre d'établissements.", 15),
        _result("Dotations, moins dotés (€)", "allocation_under", Kind.EURO, "Somme des dotations hors ASR.", 15),
        _result("Dotations, neutres (€)", "allocation_neutral", Kind.EURO, "Somme des dotations hors ASR.", 15),
        _result("Dotations, mieux dotés (€)", "allocation_over", Kind.EURO, "Somme des dotations hors ASR.", 15),
        _result("Dotations (€)", "allocation", Kind.EURO, "Somme des dotations hors ASR.", 15),
        _result("Besoin (€)", "need", Kind.EURO, "Somme des besoins, sous le seuil TRJ_SEUIL.", 15),
        _result("Objectif (€)", "objective", Kind.EURO, "Part du besoin à combler.", 15),
        _result("Objectif par an (€)", "objective_per_year", Kind.EURO, "Objectif / horizon.", 15),
    ),
    rows=5,
)
YEARS = Table(
    "years",
    "T_Annees",
    "Trajectoire de la région",
    (
        _result("Année", "year", Kind.INTEGER, "Année.", 15, key=True),
        _result("Dotations (€)", "allocation", Kind.EURO, "Somme des dotations.", 15),
        _result("Mesures offertes (€)", "offered", Kind.EURO, "Reconduction, croissance, thématiques.", 15),
        _result("Sans preneur (€)", "unallocated", Kind.EURO, "Ce qui n'a pu être réparti.", 15),
        _result("Capacité cumulée (€)", "capacity", Kind.EURO, "Rattrapage des moins dotés.", 15),
        _result("Objectif (€)", "objective", Kind.EURO, "Part du besoin à combler.", 15),
        _result("Besoin comblé (%)", "closed", Kind.SHARE, "Capacité / besoin initial.", 15),
        _result("Besoin restant, à la moyenne de l'année (€)", "remaining", Kind.EURO, "À la moyenne de l'année.", 15),
    ),
    rows=6,
)
CONTROLS_TABLE = Table(
    "controls",
    "T_Controles",
    "Contrôles du dernier calcul",
    (
        _result("Contrôle", "control", Kind.CHOICE, "Ce qui est vérifié.", 54, choices=CONTROLS, key=True),
        _result("Porte sur", "subject", Kind.TEXT, "Segment, maille ou année.", 24, choices=SUBJECTS, key=True),
        _result("Attendu", "expected", Kind.NUMBER, "Valeur attendue.", 19),
        _result("Trouvé", "found", Kind.NUMBER, "Valeur trouvée.", 19),
        _result("Écart", "difference", Kind.NUMBER, "Trouvé − attendu.", 19),
        _result("Unité", "unit", Kind.TEXT, "Unité des trois valeurs.", 11),
        _result("Verdict", "verdict", Kind.CHOICE, "Conforme, à voir, anomalie ou information.", 14, choices=VERDICTS),
    ),
)
SOURCE_NOTES = Table(
    "source_notes",
    "T_Sources",
    "Où les sources se contredisent",
    (
        _result("Sujet", "topic", Kind.TEXT, "Ce dont il s'agit.", 40),
        _result("Une source dit", "one", Kind.TEXT, "Première version.", 72),
        _result("L'autre dit", "other", Kind.TEXT, "Seconde version.", 58),
        _result("Ce que fait dotpop", "choice", Kind.TEXT, "Choix du programme.", 78),
    ),
)

SHEETS = (
    Sheet("Accueil", "Dotation populationnelle · Psychiatrie", "", "welcome", (IDENTITY,), landscape=False),
    Sheet(
        "Hypothèses",
        "Hypothèses",
        "Les choix de la région. Une valeur changée change aussi de date et de source : les trois colonnes sont à tenir.",
        "input",
        (HYPOTHESES,),
    ),
    Sheet(
        "Enveloppe",
        "Enveloppe",
        "La dotation populationnelle régionale et ce qui en est retiré avant partage.",
        "input",
        (ENVELOPE, SPECIFIC, COMPARTMENTS, HISTORY),
    ),
    Sheet(
        "Établissements",
        "Établissements",
        "Une ligne par établissement. Le FINESS est un texte de neuf caractères : garder les zéros de gauche.",
        "input",
        (HOSPITALS,),
    ),
    Sheet(
        "Territoires",
        "Territoires",
        "Une ligne par territoire, pour chaque maille utilisée ; une ZIS est rattachée à son département.",
        "input",
        (TERRITORIES,),
        landscape=False,
    ),
    Sheet(
        "Indicateurs",
        "Indicateurs",
        "Les indicateurs de besoin, leur poids et leur sens ; puis leurs valeurs, une colonne par code.",
        "input",
        (INDICATORS, INDICATOR_VALUES),
    ),
    Sheet(
        "Formes d'activité",
        "Formes d'activité",
        "Le poids de chaque forme dans l'activité pondérée.",
        "input",
        (FORMS,),
    ),
    Sheet(
        "Activité",
        "Activité",
        "Une ligne par établissement, territoire de résidence, classe d'âge et forme.",
        "input",
        (ACTIVITY,),
        landscape=False,
    ),
    Sheet(
        "Campagne",
        "Campagne",
        "Les mesures nouvelles de chaque année, jusqu'à l'horizon de la trajectoire (0 s'il n'y en a pas).",
        "input",
        (CAMPAIGN,),
        landscape=False,
    ),
    Sheet(
        "Financements",
        "Financements",
        "Les autres dotations et les engagements, que les retours complètent ; l'indice n'en dépend pas.",
        "input",
        (FINANCING, COMMITMENTS),
    ),
    Sheet(
        "Vérification",
        "Vérification",
        "Ce qui empêche de calculer, ou ce qu'il faut savoir : la macro Vérifier marque les cellules et les liste ici.",
        "result",
        (ANOMALIES,),
    ),
    Sheet(
        "Population pondérée",
        "Population pondérée",
        "La population de chaque territoire, corrigée de l'indice démographique composé.",
        "result",
        (WEIGHTED_POPULATION, IMPACTS, TERRITORY_ENVELOPES),
    ),
    Sheet(
        "Flux",
        "Flux",
        "De la population des territoires à celle que chaque établissement dessert réellement.",
        "result",
        (FLOWS, RESIDUALS),
    ),
    Sheet(
        "Indices",
        "Indices",
        "Chaque établissement par rapport à la moyenne de son segment.",
        "result",
        (INDICES, GROUP_INDICES, RANKING),
    ),
    Sheet(
        "Trajectoire",
        "Trajectoire",
        "Ce que chaque établissement reçoit, année par année, et ce qui reste à combler.",
        "result",
        (TRAJECTORY, SEGMENT_TRAJECTORY, ACCOUNTS),
    ),
    Sheet(
        "Synthèse",
        "Synthèse",
        "Ce que le comité regarde d'abord.",
        "result",
        (POSITIONS_SUMMARY, SPLIT, YEARS),
        anchors=("A5", "A70", "D70"),
    ),
    Sheet(
        "Contrôles",
        "Contrôles",
        "Chaque partage et chaque conservation vérifiés : attendu, trouvé, écart, verdict.",
        "result",
        (CONTROLS_TABLE, SOURCE_NOTES),
    ),
    Sheet(
        "Atelier",
        "Atelier",
        "Essayer une hypothèse sans rien écrire ailleurs : changer une cellule jaune, le reste se recalcule aussitôt.",
        "workshop",
    ),
    Sheet(
        "Retours",
        "Retours",
        "Ce que les établissements et les fédérations ont répondu : chaque valeur changée, qui a répondu, ce qui est à "
        "examiner.",
        "result",
        RETURNED,
    ),
    Sheet("Journal", "Journal", "Une ligne par calcul ; les empreintes permettent de vérifier.", "result", (JOURNAL,)),
)

PSYCHIATRIE = Field("psychiatrie", "Psychiatrie", "3", SHEETS, "hypotheses_psychiatrie.toml")

"""The tables that every field asks to fill in."""

from dotpop_addin.declarations.common import (
    AGE_CLASSES,
    COMMITMENT_STATES,
    DIRECTIONS,
    FEDERATIONS,
    LEVELS,
    MEASURES,
    NATURES,
    OUTSIDE_HELP,
    POTS,
    SEGMENTS,
    STATUSES,
)
from dotpop_addin.declarations.kinds import Column, Kind, Table, amount
from dotpop_model.vocabulary import OUTSIDE

ENVELOPE = Table(
    "envelope",
    "T_Enveloppe",
    "Dotation populationnelle régionale",
    (
        Column(
            header="Notification", name="item", kind=Kind.TEXT, key=True, width=36, help="Une ligne par montant notifié."
        ),
        amount("Montant", "amount", "Montant notifié à la région, ASR et marge comprises."),
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
        amount("Montant ASR", "amount", "Montant retiré de l'enveloppe avant partage."),
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
        amount("Historique", "amount", "Ne sert que si ENV_HISTORIQUE vaut « montants saisis »."),
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
        amount("Dotation hors ASR", "allocation", "Dotation populationnelle de l'année de base, sans les ASR."),
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
    open_words="des indicateurs",
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
        amount("Reconduction", "carry_forward", "Mesures de reconduction (RH, inflation)."),
        amount("Croissance socle", "core_growth", "Croissance de la dotation, aux moins dotés."),
        amount("Mesures thématiques", "earmarked", "Mesures fléchées : moins dotés, puis neutres."),
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
        amount("Montant", "amount", "Montant notifié ; sans effet sur l'indice."),
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
        amount("Moyens accordés", "granted", "Ce qui a été donné pour le tenir."),
        amount("Moyens employés", "used", "Ce qui en a été employé à ce jour.", required=False),
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

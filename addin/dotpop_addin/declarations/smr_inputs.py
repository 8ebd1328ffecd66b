"""The tables that SMR asks to fill in, besides those of every field."""

from dotpop_addin.declarations.common import (
    CRITERION_MEASURES,
    DELEGATION_KINDS,
    DIRECTIONS,
    FEDERATIONS,
    FIGURES,
    HOSPITAL_KINDS,
    KEYS,
    PAYERS,
    SMR_MEASURES,
    SMR_NATURES,
    SMR_SEGMENTS,
    SMR_STATUSES,
    YES_NO,
)
from dotpop_addin.declarations.inputs import COMPARTMENTS as SHARED_COMPARTMENTS
from dotpop_addin.declarations.inputs import FINANCING, FORMS, HOSPITALS
from dotpop_addin.declarations.kinds import Column, Kind, Table, amount
from dotpop_model.vocabulary import COMPARTMENTS


def _hospital(help: str, **more: object) -> Column:
    return Column(
        header="FINESS",
        name="finess",
        kind=Kind.FINESS,
        key=True,
        refers="hospitals.finess",
        width=12,
        help=help,
        **more,  # type: ignore[arg-type]
    )


SMR_HOSPITALS = HOSPITALS.with_columns(
    segment={"choices": SMR_SEGMENTS, "help": "Mode de financement avant la réforme."},
    territory={"help": "Code du territoire (département, ou code géo PMSI)."},
    status={"choices": SMR_STATUSES},
    federation={"required": True},
    allocation={"help": "Dotation populationnelle de l'année de base, sans les ASR ; 0 pour la pédiatrie."},
).having(
    Column(
        header="Typologie",
        name="kind",
        kind=Kind.CHOICE,
        choices=HOSPITAL_KINDS,
        width=14,
        help="Activité dominante ; la pédiatrie a sa propre dotation.",
    ),
    before="allocation",
)
SMR_FORMS = FORMS.with_columns(nature={"choices": SMR_NATURES}, measure={"choices": SMR_MEASURES})
SMR_COMPARTMENTS_TABLE = SHARED_COMPARTMENTS.with_columns(
    label={"kind": Kind.CHOICE, "choices": {name: name for name in COMPARTMENTS}}
)
SMR_FINANCING = FINANCING.with_columns(
    compartment={"kind": Kind.CHOICE, "choices": {name: name for name in COMPARTMENTS}, "refers": None}
)

CRITERIA = Table(
    "criteria",
    "T_Criteres",
    "Critères des établissements (liste ouverte)",
    (
        Column(
            header="Critère", name="criterion", kind=Kind.CODE, key=True, width=16, help="Code court, en-tête des valeurs."
        ),
        Column(header="Libellé", name="label", kind=Kind.TEXT, width=44, help="Nom complet du critère."),
        Column(
            header="Poids (%)",
            name="weight",
            kind=Kind.SHARE,
            minimum=0,
            maximum=1,
            width=10,
            help="Le reste, jusqu'à 100 %, va à la contribution (l'activité).",
        ),
        Column(
            header="Sens",
            name="direction",
            kind=Kind.CHOICE,
            choices=DIRECTIONS,
            width=18,
            help="Effet d'une valeur élevée.",
        ),
        Column(
            header="Mesure",
            name="measure",
            kind=Kind.CHOICE,
            choices=CRITERION_MEASURES,
            width=20,
            help="Un effectif ou un montant se partage ; un taux ou une moyenne compte par unité d'activité.",
        ),
        Column(header="Unité", name="unit", kind=Kind.TEXT, width=16, help="Unité des valeurs."),
        Column(header="Source", name="source", kind=Kind.TEXT, required=False, width=30, help="Source et année."),
    ),
    rows=8,
    optional=True,
)
CRITERION_VALUES = Table(
    "criterion_values",
    "T_ValeursCriteres",
    "Valeurs par établissement (une colonne par code de critère)",
    (_hospital("Établissement."),),
    rows=100,
    optional=True,
    open_from="criteria",
    open_words="des critères",
    open_column=Column(
        header="Valeur", name="value", kind=Kind.NUMBER, minimum=0, width=15, help="Valeur du critère, dans son unité."
    ),
)

OPTIONS = Table(
    "options",
    "T_Options",
    "Options à comparer et à mettre au vote",
    (
        Column(header="Option", name="option", kind=Kind.CODE, key=True, width=14, help="Code court de l'option."),
        Column(header="Libellé", name="label", kind=Kind.TEXT, width=30, help="Nom lu par le comité."),
        amount("Montant", "amount", "Montant à répartir."),
        Column(header="Qui paie", name="payer", kind=Kind.CHOICE, choices=PAYERS, width=24, help="D'où vient le montant."),
        Column(
            header="Clé", name="key", kind=Kind.CHOICE, choices=KEYS, width=24, help="Au prorata de quoi il est réparti."
        ),
        Column(
            header="Reconductible",
            name="recurring",
            kind=Kind.CHOICE,
            choices=YES_NO,
            width=14,
            help="Oui : entre dans la base de l'année suivante.",
        ),
        Column(
            header="Circulaire (si retenue)",
            name="circular",
            kind=Kind.CODE,
            required=False,
            refers="circulars.circular",
            width=14,
            help="Circulaire par laquelle l'option retenue est versée ; vide pour les autres.",
        ),
        Column(
            header="Précision",
            name="comment",
            kind=Kind.TEXT,
            required=False,
            width=44,
            help="Ce que le comité doit savoir.",
        ),
    ),
    rows=6,
    optional=True,
    most=12,
)
EXEMPTIONS = Table(
    "exemptions",
    "T_Exemptions",
    "Établissements exemptés de payer",
    (
        Column(
            header="Option",
            name="option",
            kind=Kind.CODE,
            key=True,
            refers="options.option",
            width=14,
            help="Option concernée.",
        ),
        _hospital("Établissement exempté."),
        Column(header="Motif", name="reason", kind=Kind.TEXT, width=50, help="Pourquoi il est exempté : lu par le comité."),
    ),
    rows=10,
    optional=True,
)
PUBLISHED = Table(
    "published",
    "T_ChiffresPublies",
    "Chiffres publiés, à rapprocher de ceux du classeur",
    (
        Column(header="Chiffre publié", name="topic", kind=Kind.TEXT, key=True, width=44, help="Ce que dit la publication."),
        Column(
            header="Grandeur", name="figure", kind=Kind.CHOICE, choices=FIGURES, width=32, help="Ce que le calcul en donne."
        ),
        Column(
            header="Option",
            name="option",
            kind=Kind.CODE,
            required=False,
            refers="options.option",
            width=12,
            help="Option concernée.",
        ),
        Column(
            header="Groupe",
            name="group",
            kind=Kind.CHOICE,
            choices={**FEDERATIONS, **HOSPITAL_KINDS},
            required=False,
            width=14,
            help="Fédération ou typologie ; vide : ensemble.",
        ),
        Column(
            header="Publié",
            name="value",
            kind=Kind.NUMBER,
            width=16,
            help="Valeur publiée, dans l'unité de la grandeur : 1,6 pour 1,6 %.",
        ),
        Column(header="Arrondi", name="rounding", kind=Kind.NUMBER, minimum=0, width=12, help="Pas de l'arrondi publié."),
        Column(
            header="Explication",
            name="reason",
            kind=Kind.TEXT,
            required=False,
            width=60,
            help="Pourquoi les deux diffèrent.",
        ),
    ),
    rows=10,
    optional=True,
)

REVENUES = Table(
    "revenues",
    "T_RecettesModele",
    "Recettes avant et après (périmètre 2022)",
    (
        _hospital("Établissement."),
        amount("Recettes avant", "before", "Ancien modèle, périmètre 2022."),
        amount("Recettes après", "after", "Nouveau modèle, toutes choses égales par ailleurs."),
    ),
    rows=100,
    optional=True,
)
TRANSITION_RATES = Table(
    "transition_rates",
    "T_TauxTransition",
    "Taux de transition par année",
    (
        Column(header="Année", name="year", kind=Kind.INTEGER, minimum=2000, maximum=2100, key=True, width=9, help="Année."),
        Column(
            header="Taux (%)",
            name="rate",
            kind=Kind.SHARE,
            minimum=0,
            maximum=1,
            width=10,
            help="Part de la différence, de 0 à 100 % ; les taux ne remontent pas.",
        ),
        Column(
            header="Reprise des gains",
            name="taken_back",
            kind=Kind.CHOICE,
            choices=YES_NO,
            width=14,
            help="Oui : une différence négative est reprise cette année-là.",
        ),
        Column(header="Source", name="source", kind=Kind.TEXT, required=False, width=60, help="D'où vient le taux."),
    ),
    rows=6,
    optional=True,
    most=15,
)

CIRCULARS = Table(
    "circulars",
    "T_Circulaires",
    "Circulaires de l'année, dans l'ordre",
    (
        Column(
            header="Circulaire",
            name="circular",
            kind=Kind.CODE,
            key=True,
            width=14,
            help="C1, C2… ; BASE pour la base de janvier.",
        ),
        Column(header="Libellé", name="label", kind=Kind.TEXT, width=40, help="Nom de la circulaire."),
        Column(
            header="Premier mois",
            name="month",
            kind=Kind.INTEGER,
            minimum=1,
            maximum=12,
            width=10,
            help="Mois de la première mensualité, de 1 à 12 ; les mois se suivent.",
        ),
    ),
    rows=4,
    optional=True,
    most=12,
)
DELEGATIONS = Table(
    "delegations",
    "T_Delegations",
    "Montants délégués, par circulaire et établissement",
    (
        Column(
            header="Circulaire",
            name="circular",
            kind=Kind.CODE,
            key=True,
            refers="circulars.circular",
            width=14,
            help="Circulaire qui délègue.",
        ),
        _hospital("Établissement servi."),
        Column(header="Mesure", name="measure", kind=Kind.TEXT, key=True, width=40, help="Nom de la mesure."),
        Column(
            header="Nature",
            name="nature",
            kind=Kind.CHOICE,
            choices=DELEGATION_KINDS,
            width=16,
            help="Base, croissance, rebasage ou mesure fléchée.",
        ),
        Column(
            header="Reconductible",
            name="recurring",
            kind=Kind.CHOICE,
            choices=YES_NO,
            width=14,
            help="Oui : entre dans la base de l'année suivante.",
        ),
        Column(
            header="Montant (€)",
            name="amount",
            kind=Kind.AMOUNT,
            width=18,
            help="Montant de l'année ; négatif pour une reprise.",
        ),
    ),
    rows=100,
    optional=True,
)

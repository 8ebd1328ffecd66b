"""The tables of the national step: from the needs of the regions to their theoretical allocations."""

from dotpop_addin.declarations.common import DIRECTIONS, NATIONAL_MEASURES
from dotpop_addin.declarations.kinds import Column, Kind, Sheet, Table, amount, result

NATIONAL_PARTS = Table(
    "national_parts",
    "T_Volets",
    "Volets du modèle national",
    (
        Column(header="Volet", name="part", kind=Kind.CODE, key=True, width=16, help="Code court du volet."),
        Column(header="Libellé", name="label", kind=Kind.TEXT, width=40, help="Ce que le volet finance."),
        Column(
            header="Volume économique",
            name="volume",
            kind=Kind.NUMBER,
            minimum=0,
            required=False,
            width=16,
            help="Poids du volet, en euros ou en part : seules comptent les proportions.",
        ),
        Column(header="Source", name="source", kind=Kind.TEXT, required=False, width=34, help="Source et année."),
    ),
    rows=7,
    optional=True,
)
NATIONAL_CRITERIA = Table(
    "national_criteria",
    "T_CriteresNationaux",
    "Critères nationaux, par volet",
    (
        Column(
            header="Critère", name="criterion", kind=Kind.CODE, key=True, width=16, help="Code court, en-tête des valeurs."
        ),
        Column(
            header="Volet du critère",
            name="part",
            kind=Kind.CODE,
            refers="national_parts.part",
            width=16,
            help="Volet dont le critère fixe les parts.",
        ),
        Column(header="Libellé du critère", name="label", kind=Kind.TEXT, width=44, help="Nom complet du critère."),
        Column(
            header="Poids dans le volet (%)",
            name="weight",
            kind=Kind.SHARE,
            minimum=0,
            maximum=1,
            width=12,
            help="Les poids font 100 % dans chaque volet.",
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
            choices=NATIONAL_MEASURES,
            width=24,
            help="Habitants : adultes + coefficient × mineurs, sans colonne de valeurs.",
        ),
        Column(header="Unité", name="unit", kind=Kind.TEXT, width=16, help="Unité des valeurs."),
        Column(header="Source du critère", name="source", kind=Kind.TEXT, required=False, width=34, help="Source et année."),
    ),
    rows=8,
    optional=True,
)
REGIONS = Table(
    "regions",
    "T_Regions",
    "Régions : populations, dotations et valeurs (une colonne par code de critère)",
    (
        Column(header="Code région", name="region", kind=Kind.CODE, key=True, width=12, help="Code INSEE, en texte."),
        Column(header="Région", name="name", kind=Kind.TEXT, width=30, help="Nom de la région."),
        Column(header="Adultes (hab.)", name="adults", kind=Kind.COUNT, minimum=0, width=14, help="Habitants majeurs."),
        Column(header="Mineurs (hab.)", name="minors", kind=Kind.COUNT, minimum=0, width=14, help="Habitants mineurs."),
        amount("Dotation actuelle", "allocation", "Dotation populationnelle de la région."),
    ),
    rows=18,
    optional=True,
    most=20,
    open_from="national_criteria",
    open_words="des critères nationaux",
    open_unless=("measure", "inhabitants"),
    open_column=Column(
        header="Valeur", name="value", kind=Kind.NUMBER, minimum=0, width=15, help="Valeur du critère, dans son unité."
    ),
)
REGION_ALLOCATIONS = Table(
    "region_allocations",
    "T_DotationsRegionales",
    "Dotation théorique, écart et croissance de chaque région",
    (
        result("Code région", "region", Kind.CODE, "Code INSEE.", 12, key=True),
        result("Région", "name", Kind.TEXT, "Nom.", 30),
        result("Dotation actuelle (€)", "allocation", Kind.EURO, "Dotation saisie.", 18),
        result("Dotation théorique (€)", "theoretical", Kind.EURO, "Total national × somme des poids × parts.", 18),
        result("Écart (€)", "gap", Kind.EURO, "Théorique − actuelle.", 16),
        result("Écart (%)", "gap_rate", Kind.SHARE, "Écart / actuelle.", 11),
        result("Croissance (€)", "growth", Kind.AMOUNT, "Part de la croissance nationale, exacte au centime.", 18),
        result("Croissance (%)", "growth_rate", Kind.SHARE, "Croissance / actuelle : jamais négative.", 11),
        result("Dotation après (€)", "after", Kind.AMOUNT, "Actuelle + croissance.", 18),
    ),
)
REGION_SHARES = Table(
    "region_shares",
    "T_PartsRegionales",
    "Part de chaque région dans chaque volet",
    (
        result("Code région", "region", Kind.CODE, "Code INSEE.", 12, key=True),
        result("Région", "name", Kind.TEXT, "Nom.", 30),
        result("Volet", "part", Kind.CODE, "Volet du modèle.", 16, key=True),
        result("Poids du volet (%)", "weight", Kind.SHARE, "Volume du volet / volume total.", 11),
        result("Part de la région (%)", "share", Kind.SHARE, "Somme des poids × parts des critères du volet.", 11),
        result("Montant (€)", "amount", Kind.EURO, "Total national × poids × part.", 18),
    ),
)

NATIONAL_SHEET = Sheet(
    "National",
    "Étape nationale",
    "Facultatif : les volets, les critères et les régions, pour situer la dotation théorique de chaque région.",
    "input",
    (NATIONAL_PARTS, NATIONAL_CRITERIA, REGIONS),
)
REGIONS_SHEET = Sheet(
    "Dotations régionales",
    "Dotations régionales",
    "Ce que chaque région aurait selon ses besoins, et la croissance qui l'en rapproche sans qu'aucune ne perde.",
    "result",
    (REGION_ALLOCATIONS, REGION_SHARES),
    anchors=("A5", "U5"),
)

"""Words, choices and tables that every field shares."""

from dotpop_addin.declarations.kinds import Column, Kind, Table
from dotpop_model.vocabulary import AGES, OUTSIDE, SEGMENT_NAMES, Segment

SEGMENTS = {name: str(segment) for segment, name in SEGMENT_NAMES.items()}
POTS = {**SEGMENTS, "Tous segments": "all"}
SUMMARY_SEGMENTS = {**SEGMENTS, "Non sectorisés (ex-DAF et ex-OQN)": "non_sectorised_total", "Ensemble": "all"}
POSITIONS = {"Moins doté": "under", "Neutre": "neutral", "Mieux doté": "over"}
LEVELS = {"ZIS": "zis", "Département": "departement", "Code géo PMSI": "geo_code"}
AGE_CLASSES = dict(zip(("Adultes", "Mineurs"), AGES, strict=True))
DIRECTIONS = {"Accroît le besoin": 1, "Réduit le besoin": -1}
NATURES = {"Complète": "full", "Partielle": "partial", "Ambulatoire": "ambulatory"}
MEASURES = {"File active": "patients", "Journées et actes": "days_and_acts"}
METHODS = {"Flux nets": "net_flow", "Contribution": "contribution", "Aucune": "none"}
FEDERATIONS = {name: name for name in ("FHF", "FEHAP", "FHP", "UGECAM", "Autre")}
STATUSES = {name: name for name in ("Public", "Privé non lucratif", "Privé lucratif")}
YEAR_STATUSES = {"Base": "base", "Notifiée": "notified", "Prévisionnelle": "forecast"}
CAMPAIGN_MEASURES = {"Reconduction": "carry_forward", "Croissance socle": "core_growth", "Mesures thématiques": "earmarked"}
GROUPS = {"Département": "departement", "Segment": "segment", "Statut": "status", "Fédération": "federation"}
YES_NO = {"Oui": "yes", "Non": "no"}
NATIONAL_MEASURES = {"Habitants": "inhabitants", "Effectif ou montant": "count", "Taux ou moyenne": "rate"}
CRITERION_MEASURES = {label: word for label, word in NATIONAL_MEASURES.items() if word != "inhabitants"}

# Words of SMR
SMR_SEGMENTS = {"ex-DG": str(Segment.NON_SECTORISED), "ex-OQN": str(Segment.OQN)}
SMR_POTS = {**SMR_SEGMENTS, "Tous établissements": "all"}
SMR_SUMMARY_SEGMENTS = {**SMR_SEGMENTS, "Ensemble": "all"}
SMR_STATUSES = {name: name for name in ("CH", "CHR", "EBNL", "Privé")}
SMR_LEVELS = {"Département": "departement", "Code géo PMSI": "geo_code"}
SMR_NATURES = {"Complète": "full", "Partielle": "partial"}
SMR_MEASURES = {"Séjours": "patients", "Journées": "days_and_acts"}
SMR_GROUPS = {
    "Ensemble": "all",
    "Département": "departement",
    "Fédération": "federation",
    "Typologie": "kind",
    "Statut": "status",
    "Segment": "segment",
}
HOSPITAL_KINDS = {
    "Gériatrie": "geriatrics",
    "Pédiatrie": "paediatrics",
    "Polyvalent": "general",
    "Spécialisé": "specialised",
}
PAYERS = {"Crédits nouveaux": "growth", "Établissements sur-dotés": "over_funded"}
KEYS = {"Sous-dotations": "under_funding", "Dotations": "allocations", "Dotations théoriques": "targets"}
DELEGATION_KINDS = {
    "Base": "base",
    "Croissance": "growth",
    "Rebasage": "rebasing",
    "Mesure fléchée": "earmarked",
}
FIGURES = {
    "Établissements (ES)": "hospitals",
    "Sous-dotés (ES)": "under_funded",
    "Croissance en première circulaire (€)": "growth",
    "Croissance en première circulaire (%)": "growth_rate",
    "Montant réparti par l'option (€)": "credits",
    "Créditeurs (ES)": "creditors",
    "Crédit moyen (€)": "mean_credit",
    "Débiteurs (ES)": "debtors",
    "Débit moyen (€)": "mean_debit",
}
COMMITMENT_STATES = {"Tenu": "kept", "En cours": "ongoing", "Non tenu": "missed"}
ANSWER_STATES = {"Reçu": "collected", "Refusé": "refused", "Pas de réponse": "waited"}
VERDICTS = {"Conforme": "ok", "À voir": "warning", "Anomalie": "alert", "Information": "info"}
SPLIT_STEPS = {
    "Dotation populationnelle régionale": "total",
    "− Activités spécifiques régionales": "specific",
    "− Marge régionale": "margin",
    "→ Enveloppe à répartir": "to_share",
    "dont ex-DAF": "ex_daf",
    "   ex-DAF sectorisés": "sectorised",
    "   ex-DAF non sectorisés": "non_sectorised",
    "dont ex-OQN": "oqn",
}

WELCOME = "Accueil"
"""The sheet that says what a workbook is."""
IDENTITY = Table(
    "identity",
    "T_Classeur",
    "Ce classeur",
    (
        Column(header="Élément", name="item", kind=Kind.TEXT, key=True, width=24, help="Ce que la ligne décrit."),
        Column(header="Valeur", name="value", kind=Kind.TEXT, width=44, required=False, help="À compléter pour la région."),
    ),
)
PROGRAM, FIELD, VERSION, REGION, REGION_CODE, NATURE = (
    "Programme",
    "Champ",
    "Version du classeur",
    "Région",
    "Code région",
    "Nature des données",
)

HYPOTHESES = Table(
    "hypotheses",
    "T_Hypotheses",
    "Hypothèses de la région",
    (
        Column(header="Groupe", name="group", kind=Kind.TEXT, required=False, width=13, help="Étape du calcul."),
        Column(header="Code", name="code", kind=Kind.CODE, key=True, width=25, help="Identifiant : ne pas le modifier."),
        Column(header="Hypothèse", name="label", kind=Kind.TEXT, required=False, width=44, help="Ce que l'on choisit."),
        Column(header="Valeur", name="value", kind=Kind.HYPOTHESIS, required=False, width=31, help="Le choix de la région."),
        Column(header="Unité", name="unit", kind=Kind.TEXT, required=False, width=20, help="Unité de la valeur."),
        Column(header="Depuis", name="valid_from", kind=Kind.TEXT, required=False, width=12, help="Valable depuis."),
        Column(header="Source", name="source", kind=Kind.TEXT, required=False, width=50, help="D'où vient la valeur."),
        Column(header="Explication", name="help", kind=Kind.TEXT, required=False, width=52, help="Effet de l'hypothèse."),
    ),
)

NATURES_OF_DATA = ("Réelles", "Simulées", "Démonstration (établissements inventés)")

JOURNAL = Table(
    "journal",
    "T_Journal",
    "Calculs faits sur ce classeur",
    (
        Column(header="Date et heure (UTC)", name="time", kind=Kind.TEXT, width=21, help="Moment du calcul."),
        Column(header="Utilisateur", name="user", kind=Kind.TEXT, width=18, help="Compte qui a lancé le calcul."),
        Column(header="Version", name="version", kind=Kind.TEXT, width=10, help="Version de dotpop."),
        Column(header="Calcul", name="step", kind=Kind.TEXT, width=14, help="« complet », ou l'étape recalculée seule."),
        Column(header="Empreinte des entrées", name="inputs", kind=Kind.TEXT, width=34, help="SHA-256 des tableaux saisis."),
        Column(
            header="Empreinte des hypothèses", name="hypotheses", kind=Kind.TEXT, width=34, help="SHA-256 des hypothèses."
        ),
        Column(header="Empreinte des résultats", name="results", kind=Kind.TEXT, width=34, help="SHA-256 des résultats."),
    ),
)

ANOMALIES = Table(
    "anomalies",
    "T_Anomalies",
    "Ce que la dernière vérification a trouvé",
    (
        Column(header="Gravité", name="severity", kind=Kind.TEXT, width=15, help="Erreur ou avertissement."),
        Column(header="Feuille", name="sheet", kind=Kind.TEXT, width=20, help="Feuille concernée."),
        Column(header="Cellules", name="cell", kind=Kind.TEXT, width=22, help="Le lien mène à la première."),
        Column(header="Trouvé", name="found", kind=Kind.TEXT, width=48, help="Ce qui ne va pas."),
        Column(header="Attendu", name="expected", kind=Kind.TEXT, width=38, help="Ce qui est attendu."),
        Column(
            header="Que faire", name="action", kind=Kind.TEXT, width=60, help="Comme le dit aussi la note de la cellule."
        ),
    ),
)
CHECKED, NOT_CHECKED = "D3", "Pas encore vérifié : lancer Vérifier."
"""Where the sheet of the anomalies says when it was made: an empty list alone could mean that nobody has looked."""

RETURNED_CHANGES = Table(
    "returned_changes",
    "T_Retours",
    "Valeurs changées par les retours",
    (
        Column(header="Date et heure (UTC)", name="time", kind=Kind.TEXT, width=21, help="Moment de l'import."),
        Column(header="FINESS", name="finess", kind=Kind.FINESS, width=12, help="Établissement qui a répondu."),
        Column(header="Raison sociale", name="hospital", kind=Kind.TEXT, width=34, help="Son nom, avant l'import."),
        Column(header="Tableau", name="table", kind=Kind.TEXT, width=20, help="Tableau de ce classeur qui a changé."),
        Column(header="Ligne", name="line", kind=Kind.TEXT, width=34, help="Clé de la ligne dans ce tableau."),
        Column(header="Colonne", name="column", kind=Kind.TEXT, width=22, help="Colonne qui a changé."),
        Column(header="Avant", name="before", kind=Kind.TEXT, width=20, help="Valeur d'avant ; vide s'il n'y en avait pas."),
        Column(header="Après", name="after", kind=Kind.TEXT, width=20, help="Valeur reprise du retour."),
        Column(header="Cellule du retour", name="cell", kind=Kind.TEXT, width=20, help="Feuille et cellule du retour."),
        Column(header="Fichier", name="file", kind=Kind.TEXT, width=40, help="Nom du fichier reçu."),
        Column(header="Empreinte du fichier", name="digest", kind=Kind.TEXT, width=34, help="SHA-256 du fichier reçu."),
    ),
)
ANSWERS = Table(
    "answers",
    "T_Reponses",
    "Qui a répondu",
    (
        Column(header="FINESS", name="finess", kind=Kind.FINESS, width=12, help="Établissement attendu."),
        Column(header="Raison sociale", name="hospital", kind=Kind.TEXT, width=34, help="Son nom."),
        Column(header="Fédération", name="federation", kind=Kind.TEXT, width=12, help="Qui peut le relancer."),
        Column(
            header="Réponse",
            name="answer",
            kind=Kind.CHOICE,
            choices=ANSWER_STATES,
            width=16,
            help="État au dernier import.",
        ),
        Column(header="Reçu le (UTC)", name="time", kind=Kind.TEXT, width=21, help="Import de cette réponse."),
        Column(header="Fichier", name="file", kind=Kind.TEXT, width=40, help="Nom du fichier reçu."),
        Column(header="Empreinte du fichier", name="digest", kind=Kind.TEXT, width=34, help="SHA-256 du fichier reçu."),
    ),
)
OBSERVATIONS = Table(
    "observations",
    "T_Observations",
    "Observations et valeurs contestées (à examiner : rien n'est changé)",
    (
        Column(header="Date et heure (UTC)", name="time", kind=Kind.TEXT, width=21, help="Moment de l'import."),
        Column(header="De", name="sender", kind=Kind.TEXT, width=16, help="Fédération, ou établissement."),
        Column(header="FINESS", name="finess", kind=Kind.FINESS, width=12, help="Établissement concerné."),
        Column(header="Donnée", name="figure", kind=Kind.TEXT, width=26, help="Ce qui est contesté ou observé."),
        Column(header="Connue", name="known", kind=Kind.TEXT, width=20, help="Valeur du classeur à l'import."),
        Column(header="Proposée", name="proposed", kind=Kind.TEXT, width=20, help="Valeur proposée."),
        Column(header="Observation", name="words", kind=Kind.TEXT, width=60, help="Texte de l'observation."),
        Column(header="Cellule du retour", name="cell", kind=Kind.TEXT, width=20, help="Feuille et cellule du retour."),
        Column(header="Fichier", name="file", kind=Kind.TEXT, width=40, help="Nom du fichier reçu."),
        Column(header="Empreinte du fichier", name="digest", kind=Kind.TEXT, width=34, help="SHA-256 du fichier reçu."),
    ),
)
RETURNED = (ANSWERS, RETURNED_CHANGES, OBSERVATIONS)
"""What the sheet Retours holds."""

CONTROLS = {
    "Les dotations théoriques des régions redonnent le total national": "national_total",
    "Régions dont la dotation baisse": "national_falls",
    "ASR, marge et enveloppe à répartir redonnent la DOT. POP.": "envelope_parts",
    "Les segments redonnent l'enveloppe à répartir": "envelope_segments",
    "Les territoires redonnent l'enveloppe du segment": "envelope_territories",
    "Les dotations théoriques redonnent l'enveloppe du segment": "envelope_hospitals",
    "Les dotations saisies redonnent l'enveloppe à répartir": "envelope_allocations",
    "Les compartiments nationaux font 100 %": "compartments",
    "Les poids des indicateurs font 100 %": "indicator_weights",
    "Chaque maille porte la même population": "level_populations",
    "La pondération conserve la population": "population_kept",
    "Impact de la pondération sous sa limite": "impact",
    "Lignes d'activité non comptées par la métrique": "activity_ignored",
    "Établissements sans ligne d'activité": "hospitals_without_activity",
    "Population après correction des flux": "population_flows",
    "Territoires ayant leur établissement": "territories_covered",
    "Moyenne × populations redonne les dotations": "mean_balances",
    "Poids des écarts dans la DOT. POP.": "gaps",
    "Dotations de l'année = année précédente + mesures": "year_adds_up",
    "Mesures sans preneur": "unallocated",
    "Lignes de campagne au-delà de l'horizon": "campaign_unused",
    "Établissements dont la dotation baisse": "falls",
    "Objectif à portée : capacité contre objectif": "objective",
    "Besoins couverts : capacité contre besoin total": "needs_covered",
}
"""Label of each control → its code in the model."""
SMR_CONTROLS = {
    "Établissements de pédiatrie, hors du partage": "set_aside",
    "Les crédits de l'option redonnent son montant": "option_credits",
    "Crédits + débits de l'option = crédits nouveaux": "option_balance",
    "Établissements auxquels l'option prend plus que leur dotation": "option_falls",
    "Établissements auxquels l'option donne plus que leur sous-dotation": "option_beyond",
    "Établissements sans recettes d'avant et d'après": "revenues_missing",
    "La transition s'éteint la dernière année": "transition_ends",
    "Les versements redonnent la dernière circulaire": "payments_add_up",
    "Établissements dont les douze versements ne redonnent pas l'année": "payments_by_hospital",
    "Établissements dont un versement mensuel est négatif": "negative_payments",
    "Établissements qu'aucune circulaire ne sert": "hospitals_not_paid",
    "La base reconductible redonne les dotations saisies": "recurring_allocations",
    "Part du compartiment : barème et recettes saisies": "compartment_share",
}
"""Those of SMR alone."""

SUBJECTS = {**SUMMARY_SEGMENTS, **LEVELS, "Rattrapage": "catch_up", "Convergence": "convergence"}
SMR_SUBJECTS = {**SMR_SUMMARY_SEGMENTS, **SMR_LEVELS, "Rattrapage": "catch_up", "Convergence": "convergence"}
OUTSIDE_HELP = f"« {OUTSIDE} » : hors région."

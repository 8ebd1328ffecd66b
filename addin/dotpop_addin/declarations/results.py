"""The tables that the calculation of every field writes."""

from dotpop_addin.declarations.common import (
    CAMPAIGN_MEASURES,
    CONTROLS,
    GROUPS,
    LEVELS,
    METHODS,
    POSITIONS,
    POTS,
    SEGMENTS,
    SPLIT_STEPS,
    SUBJECTS,
    SUMMARY_SEGMENTS,
    VERDICTS,
    YEAR_STATUSES,
    YES_NO,
)
from dotpop_addin.declarations.kinds import Column, Kind, Table, result


def part(header: str, name: str, help: str) -> Column:
    """A part of an index, signed: no unit."""
    return result(header, name, Kind.SIGNED, help, 13)


SPLIT = Table(
    "split",
    "T_Ventilation",
    "De la dotation régionale aux segments",
    (
        result("Étape", "step", Kind.CHOICE, "Étape du partage.", 34, choices=SPLIT_STEPS, key=True),
        result("Montant (€)", "amount", Kind.EURO, "Montant exact au centime.", 15),
    ),
    rows=8,
)
WEIGHTED_POPULATION = Table(
    "weighted_population",
    "T_PopPonderee",
    "Population pondérée par les indicateurs de besoin",
    (
        result("Territoire", "territory", Kind.CODE, "Code du territoire.", 12, key=True),
        result("Nom", "name", Kind.TEXT, "Nom du territoire.", 30),
        result("Niveau", "level", Kind.CHOICE, "Maille.", 14, choices=LEVELS),
        result("Population (hab.)", "population", Kind.COUNT, "Adultes et mineurs, surpondérés si choisi."),
        result("Indice composé (%)", "index", Kind.SHARE, "Écart de besoin au niveau régional.", 12),
        result(
            "Population pondérée (hab.)",
            "weighted_population",
            Kind.COUNT,
            "Population × (1 + indice), recentrée.",
            minimum=0,
        ),
        result("Écart (hab.)", "difference", Kind.COUNT, "Population pondérée − population.", 12),
        result("dont adultes (hab.)", "weighted_adults", Kind.COUNT, "Population adulte pondérée."),
        result("dont mineurs (hab.)", "weighted_minors", Kind.COUNT, "Population mineure pondérée."),
    ),
)
IMPACTS = Table(
    "impacts",
    "T_Impact",
    "Impact de la pondération",
    (
        result("Maille", "level", Kind.CHOICE, "Maille.", 14, choices=LEVELS, key=True),
        result("Intensité", "intensity", Kind.RATE, "Intensité appliquée.", 11),
        result("Impact (%)", "impact", Kind.SHARE, "Somme des écarts positifs / population.", 11),
        result("Limite (%)", "limit", Kind.SHARE, "Limite fixée par la région.", 11),
    ),
)
TERRITORY_ENVELOPES = Table(
    "territory_envelopes",
    "T_EnveloppeTerritoires",
    "Enveloppe théorique par segment et territoire",
    (
        result("Segment", "segment", Kind.CHOICE, "Segment.", 21, choices=SUMMARY_SEGMENTS, key=True),
        result("Territoire", "territory", Kind.CODE, "Code du territoire.", 12, key=True),
        result("Nom", "name", Kind.TEXT, "Nom du territoire.", 30),
        result("Population pondérée (hab.)", "weighted_population", Kind.COUNT, "Clé du partage."),
        result("Enveloppe (€)", "amount", Kind.AMOUNT, "Part exacte au centime.", 18),
    ),
)


def aged(title: str, name: str, help: str) -> tuple[Column, ...]:
    return tuple(
        result(f"{title} {label}", f"{name}{suffix}", Kind.COUNT, f"{help} ({label}).", 13)
        for label, suffix in (("adultes", "_adults"), ("mineurs", "_minors"), ("total", ""))
    )


FLOWS = Table(
    "flows",
    "T_Flux",
    "Correction des flux, par établissement (activité pondérée)",
    (
        result("FINESS", "finess", Kind.FINESS, "Identifiant.", 12, key=True),
        result("Raison sociale", "name", Kind.TEXT, "Nom.", 34),
        result("Segment", "segment", Kind.CHOICE, "Segment.", 21, choices=SEGMENTS),
        result("Territoire", "territory", Kind.CODE, "Territoire à la maille du segment.", 12),
        result("Méthode", "method", Kind.CHOICE, "Correction appliquée.", 13, choices=METHODS),
        *aged("Poids", "weight", "Activité pondérée de l'établissement"),
        *aged("Attractivité", "attraction", "Activité pour des patients d'autres territoires"),
        *aged("Fuites", "leakage", "Soins des résidents donnés ailleurs"),
        *aged("Flux", "flow", "Attractivité − fuites"),
        result("Taux de flux adultes (%)", "rate_adults", Kind.SHARE, "Flux / base, adultes.", 12),
        result("Taux de flux mineurs (%)", "rate_minors", Kind.SHARE, "Flux / base, mineurs.", 12),
        result("Taux de flux (%)", "rate", Kind.SHARE, "Flux / base, âges additionnés.", 12),
        result("Population pondérée du territoire (hab.)", "territory_population", Kind.COUNT, "Avant flux.", 16),
        result("Population corrigée des flux (hab.)", "population", Kind.COUNT, "Population desservie.", 16),
    ),
)
RESIDUALS = Table(
    "residuals",
    "T_Residus",
    "Population avant et après correction, par segment",
    (
        result("Segment", "segment", Kind.CHOICE, "Segment.", 21, choices=SUMMARY_SEGMENTS, key=True),
        result("Méthode", "method", Kind.CHOICE, "Correction appliquée.", 13, choices=METHODS),
        result("Avant (hab.)", "weighted_population", Kind.COUNT, "Population pondérée des territoires."),
        result("Après (hab.)", "population", Kind.COUNT, "Population corrigée des établissements."),
        result("Résidu (hab.)", "residual", Kind.COUNT, "Après − avant : les flux nets ne conservent pas le total."),
        result("Résidu (%)", "rate", Kind.SHARE, "Résidu / avant.", 11),
    ),
)
INDICES = Table(
    "indices",
    "T_Indices",
    "Indice de financement, par établissement",
    (
        result("FINESS", "finess", Kind.FINESS, "Identifiant.", 12, key=True),
        result("Raison sociale", "name", Kind.TEXT, "Nom.", 34),
        result("Segment", "segment", Kind.CHOICE, "Segment.", 21, choices=SEGMENTS),
        result("Fédération", "federation", Kind.TEXT, "Fédération.", 12),
        result("Statut", "status", Kind.TEXT, "Statut.", 18),
        result("Département", "departement", Kind.CODE, "Code du département.", 12),
        result("Territoire", "territory", Kind.CODE, "Territoire à la maille du segment.", 11),
        result("Dotation hors ASR (€)", "allocation", Kind.AMOUNT, "Dotation de l'année de base.", 18, minimum=0),
        result("Population corrigée des flux (hab.)", "population", Kind.COUNT, "Population desservie.", 15),
        result("Dotation par habitant (€)", "per_head", Kind.PER_HEAD, "Dotation / population.", 12),
        result("Moyenne du segment (€/hab.)", "mean", Kind.PER_HEAD, "Moyenne de comparaison.", 13),
        result("Indice", "index", Kind.RATE, "Dotation par habitant / moyenne.", 10),
        result("Position", "position", Kind.CHOICE, "Selon les bornes des hypothèses.", 13, choices=POSITIONS),
        result("Écart à la moyenne (€)", "gap", Kind.AMOUNT, "Dotation − moyenne × population.", 18),
        result("Besoin (€)", "need", Kind.AMOUNT, "Ce qui ramène à la moyenne, sous le seuil TRJ_SEUIL.", 18),
        result("Dotation théorique (€)", "target", Kind.AMOUNT, "Enveloppe du segment au prorata des populations.", 18),
        part("Indice − 1, dû à la dotation", "by_endowment", "Moyens par habitant, avant besoins et flux."),
        part("Indice − 1, dû aux besoins", "by_needs", "Pondération par les indicateurs, recentrage compris."),
        part("Indice − 1, dû aux flux", "by_flows", "Fuites et attractivité ; vide sans taux de flux."),
    ),
)
REASONS = Table(
    "reasons",
    "T_Raisons",
    "De la moyenne (1) à l'indice : ce qu'il doit à la dotation, aux besoins et aux flux",
    (
        result("FINESS", "finess", Kind.FINESS, "Identifiant.", 12, key=True),
        result("Raison sociale", "name", Kind.TEXT, "Nom.", 34),
        result("Segment", "segment", Kind.CHOICE, "Segment.", 21, choices=SEGMENTS),
        result("Indice", "index", Kind.RATE, "1 plus toutes les parts de la ligne.", 10),
        part("Dotation", "endowment", "Moyens par habitant, avant besoins et flux."),
        part("Besoins : recentrage", "recentring", "Ce qui garde la population totale de la région."),
        part("Flux adultes", "flow_adults", "Fuites et attractivité des adultes ; vide sans taux de flux."),
        part("Flux mineurs", "flow_minors", "Fuites et attractivité des mineurs ; vide sans taux de flux."),
        part("Critères", "criteria", "Effet des critères des établissements ; vide s'il n'y en a pas."),
    ),
    open_from="indicators",
    open_header="Besoins : {}",
    open_name="indicator",
    open_column=part("Besoins : indicateur", "need", "Ce que cet indicateur change à l'indice."),
)
GROUP_INDICES = Table(
    "group_indices",
    "T_IndicesGroupes",
    "Indice des départements et catégories, tous établissements confondus",
    (
        result("Regroupement", "kind", Kind.CHOICE, "Ce que l'on regroupe.", 15, choices=GROUPS, key=True),
        result("Groupe", "group", Kind.TEXT, "Code ou nom du groupe.", 21, key=True, choices=SEGMENTS),
        result("Nom", "name", Kind.TEXT, "Nom du département.", 18),
        result("Établissements", "hospitals", Kind.INTEGER, "Nombre.", 13),
        result("Dotations (€)", "allocation", Kind.AMOUNT, "Somme des dotations hors ASR.", 18),
        result("Dotations à la moyenne (€)", "expected", Kind.AMOUNT, "Somme de moyenne × population.", 18),
        result("Indice", "index", Kind.RATE, "Dotations / dotations à la moyenne.", 10),
        result("Besoin (€)", "need", Kind.AMOUNT, "Somme des besoins.", 18),
    ),
)
RANKING = Table(
    "ranking",
    "T_Classement",
    "Classement (source du graphique de la Synthèse)",
    (
        result("Rang", "rank", Kind.INTEGER, "Du moins au mieux doté.", 7, key=True),
        result("Raison sociale", "name", Kind.TEXT, "Nom.", 34),
        result("Moins doté", "under", Kind.RATE, "Indice, si moins doté.", 11),
        result("Neutre", "neutral", Kind.RATE, "Indice, si neutre.", 11),
        result("Mieux doté", "over", Kind.RATE, "Indice, si mieux doté.", 11),
        result("Borne basse", "low", Kind.RATE, "Borne de la position neutre.", 11),
        result("Borne haute", "high", Kind.RATE, "Borne de la position neutre.", 11),
    ),
)
TRAJECTORY = Table(
    "trajectory",
    "T_Trajectoire",
    "Trajectoire par établissement et année",
    (
        result("FINESS", "finess", Kind.FINESS, "Identifiant.", 12, key=True),
        result("Raison sociale", "name", Kind.TEXT, "Nom.", 34),
        result("Segment", "segment", Kind.CHOICE, "Segment.", 21, choices=SEGMENTS),
        result("Année", "year", Kind.INTEGER, "Année.", 8, key=True),
        result("État", "status", Kind.CHOICE, "Notifiée ou prévisionnelle.", 14, choices=YEAR_STATUSES),
        result("Reconduction (€)", "carry_forward", Kind.AMOUNT, "Part de la reconduction, après modulation.", 16),
        result("Reconduction redistribuée (€)", "withheld", Kind.AMOUNT, "Retenue aux mieux dotés, redonnée.", 16),
        result("Croissance socle (€)", "core_growth", Kind.AMOUNT, "Part de la croissance.", 16),
        result("Mesures thématiques (€)", "earmarked", Kind.AMOUNT, "Part des mesures fléchées.", 16),
        result("Convergence (€)", "convergence", Kind.AMOUNT, "Repris (−) ou reçu (+).", 16),
        result("Dotation (€)", "allocation", Kind.AMOUNT, "Dotation de l'année, exacte.", 18),
        result("Indice", "index", Kind.RATE, "Indice en fin d'année.", 10),
        result("Position", "position", Kind.CHOICE, "Selon les bornes.", 13, choices=POSITIONS),
        result("Rattrapage cumulé (€)", "caught_up", Kind.AMOUNT, "Reçu depuis la base, hors reconduction.", 17),
        result("Besoin comblé (%)", "closed", Kind.SHARE, "Rattrapage cumulé / besoin initial.", 11),
        result("Besoin restant, à la moyenne de l'année (€)", "remaining", Kind.AMOUNT, "À la moyenne de l'année.", 17),
    ),
)
SEGMENT_TRAJECTORY = Table(
    "segment_trajectory",
    "T_TrajectoireSegments",
    "Trajectoire par segment",
    (
        result("Segment", "segment", Kind.CHOICE, "Segment.", 21, choices=SUMMARY_SEGMENTS, key=True),
        result("Année", "year", Kind.INTEGER, "Année.", 8, key=True),
        result("Besoin initial (€)", "need", Kind.AMOUNT, "Besoin de l'année de base.", 18),
        result("Objectif (€)", "objective", Kind.AMOUNT, "Part du besoin à combler.", 18),
        result("Capacité cumulée (€)", "capacity", Kind.AMOUNT, "Rattrapage reçu depuis la base.", 18),
        result("Besoin comblé (%)", "closed", Kind.SHARE, "Capacité / besoin.", 11),
        result("Objectif atteint", "reached", Kind.CHOICE, "La capacité couvre l'objectif.", 11, choices=YES_NO),
        result("Besoin restant, à la moyenne de l'année (€)", "remaining", Kind.AMOUNT, "À la moyenne de l'année.", 18),
    ),
)
ACCOUNTS = Table(
    "accounts",
    "T_Mesures",
    "Emploi des mesures nouvelles",
    (
        result("Année", "year", Kind.INTEGER, "Année.", 8, key=True),
        result("Segment", "segment", Kind.CHOICE, "Segment servi.", 21, choices=POTS, key=True),
        result("Mesure", "measure", Kind.CHOICE, "Mesure de campagne.", 20, choices=CAMPAIGN_MEASURES, key=True),
        result("Offert (€)", "offered", Kind.AMOUNT, "Montant de la campagne.", 17),
        result("Réparti (€)", "distributed", Kind.AMOUNT, "Somme notifiée.", 17),
        result("Sans preneur (€)", "unallocated", Kind.AMOUNT, "Offert − réparti.", 17),
    ),
)
POSITIONS_SUMMARY = Table(
    "positions",
    "T_Positions",
    "Positions, dotations et besoins par segment",
    (
        result("Segment", "segment", Kind.CHOICE, "Segment.", 34, choices=SUMMARY_SEGMENTS, key=True),
        result("Moins dotés (ES)", "hospitals_under", Kind.INTEGER, "Nombre d'établissements.", 15),
        result("Neutres (ES)", "hospitals_neutral", Kind.INTEGER, "Nombre d'établissements.", 15),
        result("Mieux dotés (ES)", "hospitals_over", Kind.INTEGER, "Nombre d'établissements.", 15),
        result("Ensemble (ES)", "hospitals", Kind.INTEGER, "Nombre d'établissements.", 15),
        result("Dotations, moins dotés (€)", "allocation_under", Kind.EURO, "Somme des dotations hors ASR.", 15),
        result("Dotations, neutres (€)", "allocation_neutral", Kind.EURO, "Somme des dotations hors ASR.", 15),
        result("Dotations, mieux dotés (€)", "allocation_over", Kind.EURO, "Somme des dotations hors ASR.", 15),
        result("Dotations (€)", "allocation", Kind.EURO, "Somme des dotations hors ASR.", 15),
        result("Besoin (€)", "need", Kind.EURO, "Somme des besoins, sous le seuil TRJ_SEUIL.", 15),
        result("Objectif (€)", "objective", Kind.EURO, "Part du besoin à combler.", 15),
        result("Objectif par an (€)", "objective_per_year", Kind.EURO, "Objectif / horizon.", 15),
    ),
    rows=5,
)
YEARS = Table(
    "years",
    "T_Annees",
    "Trajectoire de la région",
    (
        result("Année", "year", Kind.INTEGER, "Année.", 15, key=True),
        result("Dotations (€)", "allocation", Kind.EURO, "Somme des dotations.", 15),
        result("Mesures offertes (€)", "offered", Kind.EURO, "Reconduction, croissance, thématiques.", 15),
        result("Sans preneur (€)", "unallocated", Kind.EURO, "Ce qui n'a pu être réparti.", 15),
        result("Capacité cumulée (€)", "capacity", Kind.EURO, "Rattrapage des moins dotés.", 15),
        result("Objectif (€)", "objective", Kind.EURO, "Part du besoin à combler.", 15),
        result("Besoin comblé (%)", "closed", Kind.SHARE, "Capacité / besoin initial.", 15),
        result("Besoin restant, à la moyenne de l'année (€)", "remaining", Kind.EURO, "À la moyenne de l'année.", 15),
    ),
    rows=6,
)
CONTROLS_TABLE = Table(
    "controls",
    "T_Controles",
    "Contrôles du dernier calcul",
    (
        result("Contrôle", "control", Kind.CHOICE, "Ce qui est vérifié.", 54, choices=CONTROLS, key=True),
        result("Porte sur", "subject", Kind.TEXT, "Segment, maille ou année.", 24, choices=SUBJECTS, key=True),
        result("Attendu", "expected", Kind.NUMBER, "Valeur attendue.", 19),
        result("Trouvé", "found", Kind.NUMBER, "Valeur trouvée.", 19),
        result("Écart", "difference", Kind.NUMBER, "Trouvé − attendu.", 19),
        result("Unité", "unit", Kind.TEXT, "Unité des trois valeurs.", 11),
        result("Verdict", "verdict", Kind.CHOICE, "Conforme, à voir, anomalie ou information.", 14, choices=VERDICTS),
    ),
)
SOURCE_NOTES = Table(
    "source_notes",
    "T_Sources",
    "Où les sources se contredisent",
    (
        result("Sujet", "topic", Kind.TEXT, "Ce dont il s'agit.", 40),
        result("Une source dit", "one", Kind.TEXT, "Première version.", 72),
        result("L'autre dit", "other", Kind.TEXT, "Seconde version.", 58),
        result("Ce que fait dotpop", "choice", Kind.TEXT, "Choix du programme.", 78),
    ),
)

"""The tables that the calculation of SMR writes, besides those of every field."""

from collections.abc import Iterator

from dotpop_addin.declarations.common import (
    HOSPITAL_KINDS,
    POSITIONS,
    SMR_GROUPS,
    SMR_SEGMENTS,
    VERDICTS,
    YES_NO,
)
from dotpop_addin.declarations.kinds import Column, Kind, Table, result
from dotpop_model.vocabulary import COMPARTMENTS

MONTHS = (
    "Janvier",
    "Février",
    "Mars",
    "Avril",
    "Mai",
    "Juin",
    "Juillet",
    "Août",
    "Septembre",
    "Octobre",
    "Novembre",
    "Décembre",
)


def _who() -> tuple[Column, ...]:
    """The columns that say who a line is about."""
    return (
        result("FINESS", "finess", Kind.FINESS, "Identifiant.", 12, key=True),
        result("Raison sociale", "name", Kind.TEXT, "Nom.", 34),
        result("Typologie", "kind", Kind.CHOICE, "Activité dominante.", 13, choices=HOSPITAL_KINDS),
        result("Fédération", "federation", Kind.TEXT, "Fédération.", 12),
    )


KIND = result("Typologie", "kind", Kind.CHOICE, "Activité dominante.", 13, choices=HOSPITAL_KINDS)

CONTRIBUTIONS = Table(
    "contributions",
    "T_Contributions",
    "De la contribution aux critères, par établissement",
    (
        *_who(),
        result(
            "Population, contribution seule (hab.)",
            "contributed",
            Kind.COUNT,
            "Somme des populations pondérées × contribution.",
            16,
        ),
        result("Population, avec les critères (hab.)", "population", Kind.COUNT, "La même, critères compris.", 16),
        result("Effet des critères (hab.)", "effect", Kind.COUNT, "Avec − sans.", 14),
        result("Effet des critères (%)", "effect_rate", Kind.SHARE, "Effet / population par la contribution seule.", 12),
    ),
)

OPTION_AMOUNTS = Table(
    "option_amounts",
    "T_OptionsEtablissements",
    "Ce que chaque option donne (+) ou prend (−) à chaque établissement",
    (
        *_who(),
        result("Département", "departement", Kind.CODE, "Code du département.", 12),
        result("Dotation hors ASR (€)", "allocation", Kind.AMOUNT, "Dotation de l'année de base.", 17),
        result("Dotation théorique (€)", "target", Kind.AMOUNT, "Part de l'enveloppe selon les besoins.", 17),
        result("Sous-dotation (€)", "under", Kind.AMOUNT, "Ce qui manque jusqu'à la dotation théorique.", 16),
        result("Sur-dotation (€)", "over", Kind.AMOUNT, "Ce qui dépasse la dotation théorique.", 16),
    ),
    open_from="options",
    open_header="{} (€)",
    open_name="label",
    open_column=Column(
        header="Option", name="amount", kind=Kind.AMOUNT, width=17, required=False, help="Montant exact au centime."
    ),
)


def _counted(noun: str, verb: str, suffix: str) -> Iterator[Column]:
    yield result(f"{noun}s (ES)", f"{suffix}_hospitals", Kind.INTEGER, f"Établissements qui {verb}.", 11)
    for label, name, help in (
        ("total", "total", "Somme"),
        ("moyenne", "mean", "Moyenne"),
        ("plus petit", "least", "Le plus petit montant, en valeur absolue"),
        ("plus grand", "most", "Le plus grand montant, en valeur absolue"),
    ):
        yield result(f"{noun}s : {label} (€)", f"{suffix}_{name}", Kind.AMOUNT, f"{help}.", 16)


OPTION_GROUPS = Table(
    "option_groups",
    "T_OptionsGroupes",
    "Les options par groupe d'établissements",
    (
        result("Option", "label", Kind.TEXT, "Libellé de l'option.", 22, key=True),
        result("Regroupement", "kind", Kind.CHOICE, "Ce que l'on regroupe.", 14, choices=SMR_GROUPS, key=True),
        result("Groupe", "group", Kind.TEXT, "Nom ou code du groupe.", 14, key=True, choices=HOSPITAL_KINDS),
        result("Établissements (ES)", "hospitals", Kind.INTEGER, "Nombre.", 13),
        *_counted("Créditeur", "reçoivent", "credit"),
        *_counted("Débiteur", "paient", "debit"),
        result("Solde (€)", "net", Kind.AMOUNT, "Crédits + débits.", 16),
    ),
)
OPTION_SUMMARY = Table(
    "option_summary",
    "T_OptionsComparees",
    "Comparaison des options",
    (
        result("Option", "label", Kind.TEXT, "Libellé de l'option.", 22, key=True),
        result("Reconductible", "recurring", Kind.CHOICE, "Entre dans la base suivante.", 13, choices=YES_NO),
        result("Créditeurs (ES)", "credit_hospitals", Kind.INTEGER, "Établissements qui reçoivent.", 11),
        result("Crédits (€)", "credit_total", Kind.AMOUNT, "Somme des crédits.", 16),
        result("Crédit moyen (€)", "credit_mean", Kind.AMOUNT, "Crédits / créditeurs.", 14),
        result("Débiteurs (ES)", "debit_hospitals", Kind.INTEGER, "Établissements qui paient.", 11),
        result("Débits (€)", "debit_total", Kind.AMOUNT, "Somme des débits.", 16),
        result("Débit moyen (€)", "debit_mean", Kind.AMOUNT, "Débits / débiteurs.", 14),
        result("Exemptés (ES)", "exempted", Kind.INTEGER, "Établissements exemptés de payer.", 11),
        result("Crédits nouveaux (€)", "net", Kind.AMOUNT, "Crédits + débits.", 16),
        *(
            result(f"{name} (€)", name, Kind.EURO, "Solde de la fédération.", 14)
            for name in ("FHF", "FEHAP", "FHP", "UGECAM", "Autre")
        ),
    ),
    rows=3,
)
BALLOT = Table(
    "ballot",
    "T_Vote",
    "Propositions soumises à l'avis du comité",
    (
        result("Vote", "box", Kind.TEXT, "Case à cocher sur le papier.", 8),
        result("Proposition", "proposal", Kind.TEXT, "Ce qui est soumis au vote.", 104, key=True),
    ),
    rows=4,
)
BALLOT_EXEMPTIONS = Table(
    "ballot_exemptions",
    "T_VoteExemptions",
    "Établissements exemptés, et pourquoi",
    (result("Option, établissement et motif", "told", Kind.TEXT, "Option, nom, FINESS et motif.", 104, key=True),),
)

TRANSITION_AMOUNTS = Table(
    "transition_amounts",
    "T_TransitionEtablissements",
    "Transition de chaque établissement, année par année",
    (
        *_who(),
        result("Recettes avant (€)", "before", Kind.AMOUNT, "Ancien modèle, périmètre 2022.", 17),
        result("Recettes après (€)", "after", Kind.AMOUNT, "Nouveau modèle.", 17),
        result("Différence (€)", "difference", Kind.AMOUNT, "Avant − après, calculée une fois pour toutes.", 17),
    ),
    open_from="transition_rates",
    open_header="{} (€)",
    open_column=Column(
        header="Année", name="amount", kind=Kind.AMOUNT, width=16, required=False, help="Versé (+) ou repris (−)."
    ),
)
TRANSITION_YEARS = Table(
    "transition_years",
    "T_TransitionAnnees",
    "La transition de la région, par année",
    (
        result("Année", "year", Kind.INTEGER, "Année.", 9, key=True),
        result("Taux (%)", "rate", Kind.SHARE, "Taux de l'année.", 10),
        result("Bénéficiaires (ES)", "receivers", Kind.INTEGER, "Établissements qui reçoivent.", 13),
        result("Versé (€)", "paid", Kind.AMOUNT, "Somme versée.", 17),
        result("Repris à (ES)", "givers", Kind.INTEGER, "Établissements auxquels un gain est repris.", 13),
        result("Repris (€)", "taken", Kind.AMOUNT, "Somme reprise.", 17),
        result("Solde (€)", "net", Kind.AMOUNT, "Versé + repris.", 17),
    ),
    rows=5,
)
TRANSITION_OPTIONS = Table(
    "transition_options",
    "T_TransitionOptions",
    "Effet de la transition de l'année de base sur les options",
    (
        result("Option", "label", Kind.TEXT, "Libellé de l'option.", 22, key=True),
        result("Position", "position", Kind.CHOICE, "Position de l'établissement.", 13, choices=POSITIONS, key=True),
        result("Établissements (ES)", "hospitals", Kind.INTEGER, "Ceux dont les recettes sont connues.", 13),
        result("Transition (€)", "transition", Kind.AMOUNT, "Versé et repris, année de base.", 17),
        result("Option (€)", "option", Kind.AMOUNT, "Crédits et débits de l'option.", 17),
        result("Ensemble (€)", "together", Kind.AMOUNT, "Transition + option.", 17),
        result("Perdants par la transition (ES)", "losers", Kind.INTEGER, "Établissements auxquels un gain est repris.", 14),
        result(
            "Perdants avec l'option (ES)", "losers_after", Kind.INTEGER, "Établissements dont la somme est négative.", 14
        ),
    ),
)

CIRCULAR_POTS = Table(
    "circular_pots",
    "T_CirculairesMontants",
    "La dotation de la région, circulaire après circulaire",
    (
        result("Circulaire", "circular", Kind.CODE, "Code.", 14, key=True),
        result("Libellé", "label", Kind.TEXT, "Nom.", 30),
        result("Premier mois", "month", Kind.INTEGER, "Mois de la première mensualité.", 10),
        result("Avant (€)", "before", Kind.AMOUNT, "Montant de l'année avant la circulaire.", 18),
        result("Base (€)", "base", Kind.AMOUNT, "Délégations de nature « base ».", 18),
        result("Croissance (€)", "growth", Kind.AMOUNT, "Délégations de nature « croissance ».", 16),
        result("Rebasage (€)", "rebasing", Kind.AMOUNT, "Délégations de nature « rebasage ».", 16),
        result("Mesures fléchées (€)", "earmarked", Kind.AMOUNT, "Délégations de nature « mesure fléchée ».", 16),
        result("Options votées (€)", "option", Kind.AMOUNT, "Options versées par cette circulaire.", 16),
        result("Après (€)", "after", Kind.AMOUNT, "Montant de l'année après la circulaire.", 18),
        result(
            "dont reconductible (€)", "recurring", Kind.AMOUNT, "Part de la circulaire qui entre dans la base suivante.", 18
        ),
        result("dont non reconductible (€)", "once", Kind.AMOUNT, "Le reste.", 18),
    ),
    rows=3,
)
DELEGATED = Table(
    "delegated",
    "T_DelegationsEtablissements",
    "Ce que chaque établissement reçoit dans l'année",
    (
        *_who(),
        result("Segment", "segment", Kind.CHOICE, "Financement d'avant la réforme.", 10, choices=SMR_SEGMENTS),
        result("Base (€)", "base", Kind.AMOUNT, "Délégations de nature « base ».", 17),
        result("Croissance (€)", "growth", Kind.AMOUNT, "Délégations de nature « croissance ».", 16),
        result("Rebasage (€)", "rebasing", Kind.AMOUNT, "Délégations de nature « rebasage ».", 14),
        result("Mesures fléchées (€)", "earmarked", Kind.AMOUNT, "Délégations de nature « mesure fléchée ».", 16),
        result("Options votées (€)", "option", Kind.AMOUNT, "Options versées.", 16),
        result("Total de l'année (€)", "total", Kind.AMOUNT, "Somme.", 17),
        result("dont reconductible (€)", "recurring", Kind.AMOUNT, "Base de l'année suivante.", 17),
    ),
)
PAYMENTS = Table(
    "payments",
    "T_Versements",
    "Versements mensuels de chaque établissement",
    (
        *_who(),
        result("Segment", "segment", Kind.CHOICE, "Financement d'avant la réforme.", 10, choices=SMR_SEGMENTS),
        *(
            result(f"{name} (€)", f"month_{place}", Kind.AMOUNT, "Versement du mois, exact au centime.", 14)
            for place, name in enumerate(MONTHS, start=1)
        ),
        result("Total de l'année (€)", "total", Kind.AMOUNT, "Somme des douze versements.", 17),
    ),
)
PAYMENT_MONTHS = Table(
    "payment_months",
    "T_VersementsMois",
    "Versements de la région, par mois",
    (
        result(
            "Mois",
            "month",
            Kind.CHOICE,
            "Mois.",
            12,
            key=True,
            choices={name: place for place, name in enumerate(MONTHS, start=1)},
        ),
        result("ex-DG (€)", "non_sectorised", Kind.AMOUNT, "Anciennement sous dotation globale.", 17),
        result("ex-OQN (€)", "oqn", Kind.AMOUNT, "Anciennement sous objectif quantifié national.", 17),
        result("Ensemble (€)", "total", Kind.AMOUNT, "Somme du mois.", 17),
        result("Cumul (€)", "cumulated", Kind.AMOUNT, "Somme depuis janvier.", 18),
    ),
    rows=12,
)

COMPARTMENT_REVENUES = Table(
    "compartment_revenues",
    "T_RecettesCompartiments",
    "Recettes de chaque établissement, par compartiment",
    (
        *_who(),
        *(result(f"{label} (€)", name, Kind.AMOUNT, "Montant saisi.", 17) for label, name in COMPARTMENTS.items()),
        result("Total (€)", "total", Kind.AMOUNT, "Somme des compartiments connus.", 18),
        result("Part populationnelle (%)", "population_share", Kind.SHARE, "Dotation populationnelle / total.", 13),
    ),
)
COMPARTMENT_GROUPS = Table(
    "compartment_groups",
    "T_CompartimentsGroupes",
    "Structure des recettes, par typologie et fédération",
    (
        result("Regroupement", "kind", Kind.CHOICE, "Ce que l'on regroupe.", 14, choices=SMR_GROUPS, key=True),
        result("Groupe", "group", Kind.TEXT, "Nom du groupe.", 16, key=True, choices={**HOSPITAL_KINDS, **SMR_SEGMENTS}),
        result("Établissements (ES)", "hospitals", Kind.INTEGER, "Nombre.", 13),
        result("Total (€)", "total", Kind.AMOUNT, "Somme des recettes.", 18),
        *(result(f"{label} (%)", name, Kind.SHARE, "Part du total.", 13) for label, name in COMPARTMENTS.items()),
    ),
)
PAEDIATRICS = Table(
    "paediatrics",
    "T_Pediatrie",
    "La pédiatrie, hors du partage",
    (
        result("FINESS", "finess", Kind.FINESS, "Identifiant.", 12, key=True),
        result("Raison sociale", "name", Kind.TEXT, "Nom.", 34),
        result("Fédération", "federation", Kind.TEXT, "Fédération.", 12),
        result("Dotation pédiatrie (€)", "amount", Kind.AMOUNT, "Montant saisi dans Financements.", 17),
        result("Part (%)", "share", Kind.SHARE, "Part de la dotation pédiatrie de la région.", 10),
    ),
)
COMPARED = Table(
    "compared",
    "T_Rapprochements",
    "Chiffres publiés et chiffres calculés",
    (
        result("Chiffre publié", "topic", Kind.TEXT, "Ce que dit la publication.", 44, key=True),
        result("Publié", "published", Kind.NUMBER, "Valeur publiée.", 17),
        result("Calculé", "found", Kind.NUMBER, "Valeur de ce classeur.", 17),
        result("Écart", "difference", Kind.NUMBER, "Calculé − publié.", 17),
        result("Unité", "unit", Kind.TEXT, "Unité des trois valeurs.", 10),
        result("Verdict", "verdict", Kind.CHOICE, "Conforme à l'arrondi près, ou à voir.", 13, choices=VERDICTS),
        result("Explication", "reason", Kind.TEXT, "Pourquoi les deux diffèrent.", 90),
    ),
)

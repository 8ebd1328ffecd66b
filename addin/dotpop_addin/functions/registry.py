"""The registry: every cell function with its French help, its arguments and its body over the model."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from math import isfinite
from typing import Any

from dotpop_addin.functions import bodies, bodies_reading, bodies_smr
from dotpop_addin.functions.arguments import Rows
from dotpop_addin.functions.ranges import OMITTED, Refused
from dotpop_model.errors import ModelError

CATEGORY = "Dotation populationnelle"


@dataclass(frozen=True)
class Argument:
    """One argument. help: French, with the unit. optional: may be left out."""

    name: str
    help: str
    optional: bool = False


@dataclass(frozen=True)
class CellFunction:
    """One cell function. body: takes the raw arguments in order, gives rows of cells."""

    name: str
    summary: str
    arguments: tuple[Argument, ...]
    body: Callable[..., Rows]

    def __call__(self, *raw: Any) -> Rows:
        """The cells to show; never raises for what a user may give."""
        given = [None if _omitted(value) else value for value in raw]
        given += [None] * (len(self.arguments) - len(given))
        try:
            for argument, value in zip(self.arguments, given, strict=True):
                if value is None and not argument.optional:
                    raise Refused(f"{argument.name} : argument manquant. {argument.help}")
            return _told(self.body(*given))
        except Refused as refusal:
            return [[str(refusal)]]
        except ModelError as error:
            return [[" ".join(fault.message for fault in error.faults)]]


def _told(rows: Rows) -> Rows:
    """Cells that a spreadsheet can show: a number too large for it is told."""
    try:
        if isfinite(sum(chain.from_iterable(rows))):
            return rows  # the quick way: a sum of finite numbers
    except TypeError:  # texts among them
        pass
    return [[cell if isinstance(cell, str) or isfinite(cell) else "nombre trop grand" for cell in row] for row in rows]


def _omitted(value: Any) -> bool:
    return value is None or (isinstance(value, int) and value == OMITTED) or (isinstance(value, str) and value == "")


ALLOCATIONS = Argument("dotations", "Dotations hors ASR, en euros : une colonne.")
POPULATIONS = Argument("populations", "Populations, en habitants : une colonne.")
SERVED = Argument("populations", "Populations corrigées des flux, en habitants : une colonne.")
MEAN = Argument("moyenne", "Moyenne de comparaison, en euros par habitant ; celle des lignes si elle est omise.", True)
RECEIVED = Argument("dotations", "Dotations de l'année, en euros : une colonne.")
TARGETS = Argument("theoriques", "Dotations théoriques, en euros : une colonne.")

FUNCTIONS: Sequence[CellFunction] = (
    CellFunction(
        "DOTPOP_INDICE_COMPOSE",
        "Indice démographique composé de chaque territoire : somme des poids × sens × (valeur / moyenne − 1).",
        (
            Argument("indicateurs", "Valeurs des indicateurs : une ligne par territoire, une colonne par indicateur."),
            Argument("poids", "Poids des indicateurs, 100 % en tout."),
            Argument("sens", "1 si une valeur élevée accroît le besoin, −1 si elle le réduit."),
            POPULATIONS,
            Argument("methode", "« rapport » (à la moyenne) ou « écart réduit » ; rapport si elle est omise.", True),
            Argument("intensite", "Intensité de la pondération, sans unité ; 1 si elle est omise.", True),
        ),
        bodies.composite_index,
    ),
    CellFunction(
        "DOTPOP_POP_PONDEREE",
        "Population corrigée des indices démographiques : population × (1 + indice), recentrée sur le total.",
        (
            POPULATIONS,
            Argument("indices", "Indices composés (−1,49 % = −0,0149) : une colonne."),
            Argument("recentrer", "VRAI (par défaut) pour garder le total des populations.", True),
        ),
        bodies.weighted_population,
    ),
    CellFunction(
        "DOTPOP_IMPACT",
        "Impact de la pondération : somme des écarts positifs rapportée à la population totale.",
        (POPULATIONS, Argument("populations_ponderees", "Populations pondérées, en habitants : une colonne.")),
        bodies.impact,
    ),
    CellFunction(
        "DOTPOP_ACTIVITE_PONDEREE",
        "Activité pondérée : somme des volumes × poids des formes, ligne par ligne.",
        (
            Argument("volumes", "Patients, journées ou actes : une colonne par forme d'activité."),
            Argument("poids_formes", "Poids de chaque forme, par unité de volume."),
        ),
        bodies.weighted_activity,
    ),
    CellFunction(
        "DOTPOP_TAUX_FLUX",
        "Taux de flux : (attractivité − fuites) / poids, classes d'âge additionnées.",
        (
            Argument("poids", "Activité pondérée : une ligne par établissement, une colonne ou une par classe d'âge."),
            Argument("attractivite", "Activité pondérée pour des patients d'autres territoires."),
            Argument("fuites", "Activité pondérée des résidents donnée ailleurs."),
        ),
        bodies.net_flow_rate,
    ),
    CellFunction(
        "DOTPOP_POP_CORRIGEE",
        "Population corrigée des flux : population × (1 + taux).",
        (POPULATIONS, Argument("taux", "Taux de flux (−20,87 % = −0,2087) : une colonne.")),
        bodies.corrected_population,
    ),
    CellFunction(
        "DOTPOP_POP_CONTRIBUTION",
        "Population desservie par contribution : chaque territoire suit la part de chaque établissement dans ses soins.",
        (
            POPULATIONS,
            Argument("activite", "Activité pondérée : une ligne par territoire, une colonne par établissement."),
        ),
        bodies.contribution_population,
    ),
    CellFunction(
        "DOTPOP_MOYENNE",
        "Dotation moyenne par habitant : somme des dotations / somme des populations, en euros.",
        (ALLOCATIONS, SERVED),
        bodies.regional_mean,
    ),
    CellFunction(
        "DOTPOP_INDICE",
        "Indice de financement : dotation par habitant / moyenne.",
        (ALLOCATIONS, SERVED, MEAN),
        bodies.funding_index,
    ),
    CellFunction(
        "DOTPOP_POSITION",
        "Position : Moins doté, Neutre (bornes comprises) ou Mieux doté.",
        (
            Argument("indices", "Indices de financement : une colonne."),
            Argument("borne_basse", "Borne basse de la position neutre ; 0,95 si elle est omise.", True),
            Argument("borne_haute", "Borne haute de la position neutre ; 1,05 si elle est omise.", True),
        ),
        bodies.position,
    ),
    CellFunction(
        "DOTPOP_BESOIN",
        "Besoin de financement, en euros : ce qui ramène à la moyenne un établissement sous le seuil.",
        (ALLOCATIONS, SERVED, MEAN, Argument("seuil", "Indice sous lequel il y a besoin ; 0,95 s'il est omis.", True)),
        bodies.need,
    ),
    CellFunction(
        "DOTPOP_REPARTIR",
        "Répartit un montant au prorata des clés, au plus fort reste ; une ligne de plus dit ce qui est sans preneur.",
        (
            Argument("montant", "Montant à répartir, en euros."),
            Argument("cles", "Clés de répartition, positives ou nulles : une colonne."),
            Argument("plafonds", "Montant le plus élevé de chaque ligne, en euros ; aucun s'ils sont omis.", True),
            Argument("pas", "Arrondi, en euros : 0,01 (par défaut) ou 1.", True),
        ),
        bodies.share_out,
    ),
    CellFunction(
        "DOTPOP_TRAJECTOIRE",
        "Dotations année par année, de la base à l'horizon : une ligne par établissement, une colonne par année, en euros.",
        (
            Argument("dotations", "Dotations hors ASR, en euros : une colonne, ou deux, le segment puis la dotation."),
            SERVED,
            Argument(
                "campagne",
                "Une ligne par année : reconduction, croissance socle, mesures thématiques, en euros ; "
                "ou, comme dans Campagne, l'année et le segment servi devant elles.",
            ),
            Argument("parametres", "Deux colonnes, code et valeur, comme dans Hypothèses (TRJ_…, IDX_MOYENNE_…).", True),
        ),
        bodies.allocations_by_year,
    ),
    CellFunction(
        "DOTPOP_SOUS_DOTATION",
        "Sous-dotation, en euros : ce qui manque à chaque établissement pour atteindre sa dotation théorique (0 sinon).",
        (RECEIVED, TARGETS),
        bodies_smr.under_funding,
    ),
    CellFunction(
        "DOTPOP_OPTION",
        "Ce qu'une option donne (+) et prend (−) à chaque établissement, au centime ; un transfert se compense exactement.",
        (
            RECEIVED,
            TARGETS,
            Argument("montant", "Montant de l'option, en euros."),
            Argument(
                "regle",
                "« saupoudrage » (au prorata des dotations), « croissance » ou « option 1 » (aux sous-dotés), "
                "« transfert » ou « option 2 » (des sur-dotés aux sous-dotés).",
            ),
            Argument(
                "exemptions", "OUI en face des établissements qui ne paient rien ; personne si elles sont omises.", True
            ),
        ),
        bodies_smr.option,
    ),
    CellFunction(
        "DOTPOP_TRANSITION",
        "Transition, en euros : (recettes avant − recettes après) × taux, une ligne par établissement, une colonne par an.",
        (
            Argument("recettes_avant", "Recettes avant le nouveau modèle, en euros, au périmètre de 2022 : une colonne."),
            Argument("recettes_apres", "Recettes après, toutes choses égales par ailleurs, en euros : une colonne."),
            Argument("taux", "Taux de chaque année, de 0 à 100 %, qui ne remontent jamais."),
            Argument("reprise", "OUI si un gain est repris : une réponse, ou une par taux ; NON si elle est omise.", True),
        ),
        bodies_smr.transition_by_year,
    ),
    CellFunction(
        "DOTPOP_VERSEMENTS",
        "Versements de janvier à décembre, en euros : par douzièmes, avec l'ajustement qui suit chaque circulaire.",
        (
            Argument("montants", "Montant de l'année après chaque circulaire, en euros : une colonne par circulaire."),
            Argument("circulaires", "Mois du premier versement de chaque circulaire, de 1 à 12, dans l'ordre."),
            Argument("ajustement", "« en une fois » (par défaut), ou « étalé » sur les mois restants.", True),
        ),
        bodies_smr.payments_by_month,
    ),
    CellFunction(
        "DOTPOP_DECOMPOSITION",
        "Ce que l'indice doit à la dotation, aux besoins et aux flux : trois colonnes, dont la somme est indice − 1.",
        (
            ALLOCATIONS,
            Argument("habitants", "Habitants du territoire de chaque établissement : une colonne."),
            Argument("populations_ponderees", "Les mêmes, corrigés des indices démographiques : une colonne."),
            Argument("populations_desservies", "Populations corrigées des flux, en habitants : une colonne."),
            MEAN,
        ),
        bodies_reading.decompose,
    ),
    CellFunction(
        "DOTPOP_INEGALITE",
        "Écarts entre dotations par habitant : coefficient de variation, Gini, rapport des quarts extrêmes, Theil.",
        (
            Argument("dotations_par_habitant", "Dotations par habitant, en euros : une colonne."),
            SERVED,
            Argument("groupes", "Segment de chaque ligne, pour séparer Theil dans et entre les groupes.", True),
        ),
        bodies_reading.measures,
    ),
)
BY_NAME = {function.name: function for function in FUNCTIONS}

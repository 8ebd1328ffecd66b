"""The second sheet of a fiche: sentences that say why the index is what it is, then the source of each figure and choice."""

from typing import Any

from dotpop_addin import hypotheses as hypothesis_files
from dotpop_addin.declarations.common import REGION
from dotpop_addin.declarations.kinds import Kind
from dotpop_addin.fiches import sentences
from dotpop_addin.fiches.common import Common
from dotpop_addin.fiches.others import Shown
from dotpop_addin.levels import FEWEST
from dotpop_addin.sheets.page import Cell, Page, Role, received

SHEET = "Explications"
WIDTHS = (52, 28, 19, 11, 74)
RECEIVED = (
    (
        "Dotation de l'année de base",
        "Feuille Établissements du classeur de la région, sans les activités spécifiques (ASR).",
    ),
    ("Populations des territoires", "Feuille Territoires du classeur de la région."),
    ("Valeurs des indicateurs", "Feuille Indicateurs du classeur de la région ; la source de chacun est donnée plus bas."),
    ("Moyenne et écart-type d'un indicateur", "Sur tous les territoires de même maille, pondérés par leur population."),
    ("Population de la région", "Somme des territoires de même maille, avant et après l'indice composé."),
    (
        "Poids, attractivité, fuites, activités",
        "Feuille Activité du classeur de la région ; le poids de chaque forme est plus bas.",
    ),
    ("Moyenne de référence", "Dotations / populations corrigées des flux des établissements comparés, ou moyenne imposée."),
    ("Montants par levier", "Mesures de la feuille Campagne, partagées par la région selon les hypothèses ci-dessous."),
    ("Arrondis", "Le calcul n'arrondit rien ; les montants notifiés sont arrondis, et leur somme régionale reste exacte."),
    (
        "Indices des autres établissements",
        f"Arrondis au centième, sans nom ; omis sous {FEWEST} établissements et avant le niveau de diffusion qui les admet.",
    ),
)
"""Each kind of value received, and its source."""
RECEIVED_SMR = (
    ("Valeurs des critères", "Feuille Critères du classeur de la région ; leur effet est dans la feuille Flux."),
    ("Options", "Feuille Propositions ; les montants, exacts au centime, sont dans la feuille Options."),
    ("Recettes et taux de transition", "Feuille Recettes ; les montants par année sont dans la feuille Transition."),
    ("Versements", "Feuille Circulaires ; les douze versements sont dans la feuille Versements."),
    ("Compartiments", "Feuille Financements du classeur de la région."),
)
"""Those of SMR alone."""


def explanations(common: Common, hospital: int, shown: Shown) -> Page:
    """The sheet Explications of a hospital."""
    page, line = Page(SHEET, WIDTHS, "E", 2), common.indices[hospital]
    page.put("A", Cell(Role.TITLE, f"{line['name']} : d'où vient le calcul"))
    page.heights[page.skip()] = 26
    page.put(
        "A",
        Cell(
            Role.SUBTITLE,
            "Sur la feuille Calcul, chaque nombre est une donnée reçue (✎ fond jaune, italique) ou une formule (Σ).",
        ),
    )
    page.skip()
    _told(page, "Pourquoi cet indice", sentences.index(common, hospital, shown))
    _told(page, "Ce que disent la position et la trajectoire", sentences.position(common, hospital, shown))
    _told(page, "Ce que cette fiche montre des autres, et ce qu'elle retient", sentences.disclosed(common, shown))
    _told(page, "À qui s'adresser", _contacts(common, hospital))
    page.section("D'où viennent les données reçues")
    for what, source in (*RECEIVED, *(() if common.smr is None else RECEIVED_SMR)):
        page.line(what, {"B": Cell(Role.TEXT, source)})
    _indicators(page, common, hospital)
    _forms(page, common, hospital)
    _hypotheses(page, common, hospital)
    return page


def _told(page: Page, title: str, texts: list[str]) -> None:
    page.section(title)
    for text in texts:
        page.sentence(text)


def _indicators(page: Page, common: Common, hospital: int) -> None:
    if not common.indicators:
        return
    page.section("Indicateurs")
    page.heads("Indicateur", "Poids", "Unité", "", "Source", height=18)
    for one in common.indicators:
        label, unit, source = (common.anonymous(one[name], hospital) for name in ("label", "unit", "source"))
        page.line(label, {"B": received(one["weight"], Kind.SHARE), "C": _words(unit), "E": _words(source)})


def _forms(page: Page, common: Common, hospital: int) -> None:
    """The weights of the forms of care that the metric counts."""
    page.section("Poids des formes d'activité")
    page.heads("Forme d'activité", "Poids", height=18)
    labels = {one["form"]: one["label"] for one in common.region.tables.forms.records()}
    for form, weight in common.forms.items():
        page.line(common.anonymous(labels[form], hospital), {"B": received(weight, Kind.NUMBER)})


def _hypotheses(page: Page, common: Common, hospital: int) -> None:
    page.section("Hypothèses de la région", over=True)
    page.heads("Hypothèse", "Valeur", "Unité", "Depuis", "Source", height=18)
    declared = hypothesis_files.declared(common.region.field.hypotheses_file)
    for one in common.chosen:
        unit, since, source = (_words(common.anonymous(one[name], hospital)) for name in ("unit", "valid_from", "source"))
        page.line(
            common.anonymous(one["label"], hospital),
            {"B": _value(one["value"], declared[one["code"]].kind), "C": unit, "D": since, "E": source},
        )


def _words(text: str) -> Cell:
    return Cell(Role.WORDS, text)


def _contacts(common: Common, hospital: int) -> list[str]:
    line = common.indices[hospital]
    region = common.anonymous(common.identity[REGION], hospital)
    federation = f" Votre fédération ({line['federation']}) peut aussi vous aider." if line["federation"] else ""
    return [
        f"À l'agence régionale de santé ({region}), qui vous a remis cette fiche : rappelez le FINESS {line['finess']}, la "
        f"feuille et la cellule en cause.{federation}",
        "Une donnée de votre établissement vous paraît fausse (dotation, activité, territoire) ? Dites la valeur que vous "
        "attendez et sa source : l'agence la corrige dans le classeur de la région, puis refait la fiche.",
    ]


def _value(value: Any, kind: str) -> Cell:
    if value is None or isinstance(value, str):
        return received("(vide)" if value is None else value, Kind.TEXT)
    return received(value, Kind.SHARE if kind == "share" else Kind.HYPOTHESIS)

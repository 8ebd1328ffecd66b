"""The sentences of a fiche, with their figures: what the index owes to the allocation, to needs and to flows."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from dotpop_addin import disclosure, levels
from dotpop_addin.fiches.common import Common
from dotpop_addin.fiches.others import Shown
from dotpop_addin.fiches.parts import POSITION_NAMES
from dotpop_addin.levels import rounded
from dotpop_addin.wording import count, index_of, percent, signed
from dotpop_model.errors import euros
from dotpop_model.vocabulary import FlowMethod

TOLD = 3
"""Indicators that a sentence names."""


def index(common: Common, hospital: int, shown: Shown) -> list[str]:
    """Why the index is what it is: the allocation first, then what weighting and flows change, at an unchanged mean."""
    line = common.indices[hospital]
    if not shown.population:
        return [
            f"L'indice, arrondi au centième, est de {index_of(rounded(line['index']))}. La population desservie et ce qui "
            f"en dépend sont retenus : ils laisseraient déduire un petit effectif de {common.region.field.counted} d'autres "
            "établissements."
        ]
    compared = "la moyenne imposée par la région" if common.imposed(hospital) else "la moyenne des établissements comparés"
    side = "au-dessous" if line["index"] < 1 else "au-dessus"
    whole = (
        f"La dotation {common.hypotheses.base_year}, sans les ASR, est de {euros(line['allocation'])} pour "
        f"{count(line['population'])} habitants desservis : {euros(line['per_head'])} par habitant, contre "
        f"{euros(line['mean'])} pour {compared}. L'indice est de {index_of(line['index'])}, soit "
        f"{percent(abs(line['index'] - 1))} {side} de la moyenne."
    )
    if common.method_of(hospital) != FlowMethod.CONTRIBUTION:
        return [whole, *_by_territory(common, hospital)]
    return [whole, *_by_contribution(common, hospital, shown)]


def _by_territory(common: Common, hospital: int) -> list[str]:
    line, flow, level = common.indices[hospital], common.flows[hospital], common.level_of(hospital)
    code = flow["territory"]
    zone = level.by_code[code]
    before, after = (index_of(_rated(line, people)) for people in (zone["population"], zone["weighted_population"]))
    told = [
        f"Dotation : rapportée aux {count(zone['population'])} habitants de votre territoire, sans pondération ni flux, "
        f"elle ferait {euros(line['allocation'] / zone['population'])} par habitant et l'indice serait de {before}.",
        f"Besoins : l'indice composé du territoire est de {signed(zone['index'])}{_heaviest(common, hospital, code)}. La "
        f"population passe à {count(zone['weighted_population'])} habitants, recentrage compris, et l'indice de {before} à "
        f"{after}.",
    ]
    if common.method_of(hospital) == FlowMethod.NONE:
        return [*told, "Flux : la région ne corrige pas les flux de ce segment ; l'indice reste le même."]
    return [
        *told,
        f"Flux : vos soins aux patients d'autres territoires pèsent {count(flow['attraction'])}, et ceux que d'autres "
        f"donnent aux habitants du vôtre {count(flow['leakage'])} (activité pondérée). Le solde, {signed(flow['rate'])}, "
        f"amène la population desservie à {count(line['population'])} habitants, et l'indice de {after} à "
        f"{index_of(line['index'])}.",
    ]


def _by_contribution(common: Common, hospital: int, shown: Shown) -> list[str]:
    line, served = common.indices[hospital], common.served(hospital)
    people = common.unweighted(hospital)
    before = index_of(_rated(line, people))
    many = f"{len(served)} territoires" if len(served) > 1 else "un territoire"
    if shown.together:  # what shares would give without weighting is a second figure of those that are put together
        return [
            f"Activité : vous soignez des habitants de {many}. Votre part des soins de chacun vous attribue "
            f"{count(line['population'])} habitants, pondération des besoins{_by_criteria(common)} et recentrage compris ; "
            "des parts en sont retenues.",
        ]
    alone = _contributed(common, hospital)
    weighted = line["population"] if alone is None else alone
    after = index_of(_rated(line, weighted))
    return [
        f"Activité : vous soignez des habitants de {many}. Votre part des soins de chacun vous attribue {count(people)} "
        f"habitants avant pondération ; la dotation ferait {euros(line['allocation'] / people)} par habitant et l'indice "
        f"serait de {before}.",
        f"Besoins : la pondération amène cette population à {count(weighted)} habitants, recentrage compris, et "
        f"l'indice de {before} à {after}.",
        *(
            ()
            if alone is None
            else (
                f"Critères : leur effet, {signed(line['population'] / alone - 1)}, amène la population desservie à "
                f"{count(line['population'])} habitants, et l'indice de {after} à {index_of(line['index'])}.",
            )
        ),
        "Flux : la part des soins compte d'elle-même ce que vous attirez et ce qui vous échappe ; rien d'autre ne corrige.",
    ]


def _by_criteria(common: Common) -> str:
    return "" if common.criteria is None else ", critères"


def _contributed(common: Common, hospital: int) -> float | None:
    """The population that contribution alone gives; None where there is no criterion."""
    if common.criteria is None or common.smr is None:
        return None
    line = common.own(common.smr.results.contributions, "contributions", hospital)
    return None if line is None else float(line["contributed"])


def _heaviest(common: Common, hospital: int, code: str) -> str:
    """The indicators that weigh most in the composite index."""
    level = common.level_of(hospital)
    weights = level.contributions(code)
    order = [place for place in np.argsort(-np.abs(weights), kind="stable").tolist() if weights[place]][:TOLD]
    if not order:
        return ""
    names = [common.anonymous(common.indicators[place]["label"], hospital) for place in order]
    told = [f"{name} ({signed(float(weights[place]))})" for place, name in zip(order, names, strict=True)]
    return f", surtout par : {' ; '.join(told)}"


def disclosed(common: Common, shown: Shown) -> list[str]:
    """What the level shows and excludes, and why figures are withheld."""
    told = levels.told(common.disclosure.level)
    always = "Un établissement voit ses propres chiffres à tout niveau."
    return [f"{told} {always}", "Rien n'est retenu ici." if shown.whole else disclosure.withheld(common.disclosure)]


def position(common: Common, hospital: int, shown: Shown) -> list[str]:
    """What the position, the need and the trajectory mean."""
    hypotheses, line = common.hypotheses, common.indices[hospital]
    low, high, threshold = (index_of(value) for value in (hypotheses.low, hypotheses.high, hypotheses.need_threshold))
    bounds = {
        "under": f"l'indice est inférieur à {low}",
        "neutral": f"l'indice est entre {low} et {high}, bornes comprises",
        "over": f"l'indice est supérieur à {high}",
    }
    need = (
        f"Un besoin de financement de {euros(line['need'])} est reconnu : ce qui amènerait la dotation à la moyenne."
        if line["need"] > 0
        else f"Aucun besoin de financement n'est reconnu : il l'est quand l'indice est inférieur à {threshold}."
    )
    told = f"Position « {POSITION_NAMES[line['position']]} » : {bounds[line['position']]}."
    return [
        f"{told} {need}" if shown.population else told,
        _trajectory(common, hospital, shown),
        "La position compare des dotations par habitant. Elle ne juge ni la qualité des soins ni la gestion, et ne dit rien "
        "des autres financements.",
    ]


def _trajectory(common: Common, hospital: int, shown: Shown) -> str:
    hypotheses, money = common.hypotheses, common.notified["allocation"][hospital]
    first, last = hypotheses.base_year, hypotheses.base_year + hypotheses.horizon
    growth = f" ({signed(money[-1] / money[0] - 1)})" if money[0] > 0 else ""
    notified = min(hypotheses.notice_years, hypotheses.horizon)
    firm = (
        f"Les montants sont notifiés jusqu'en {first + notified}, puis prévisionnels."
        if notified
        else "Tous sont prévisionnels."
    )
    rule = (
        "En rattrapage, aucune dotation ne baisse."
        if hypotheses.logic == "catch_up"
        else f"En convergence, un établissement mieux doté peut baisser, d'au plus {percent(hypotheses.floor)} par an."
    )
    told = (
        f"Trajectoire : de {first} à {last}, la dotation va de {euros(money[0])} à {euros(money[-1])}{growth}. {firm} {rule}"
    )
    simulated = common.projection.simulated
    need = float(simulated.need[hospital])
    if need <= 0 or not shown.population:
        return told
    closed, left = (float(values[-1, hospital]) for values in (simulated.caught_up, simulated.remaining))
    return (
        f"{told} Le rattrapage reçu comble {percent(closed / need)} du besoin de départ (objectif de la région : "
        f"{percent(hypotheses.target_share)} du total) ; il reste {euros(left)} pour rejoindre la moyenne de {last}."
    )


def _rated(line: Mapping[str, Any], people: float) -> float:
    return float(line["allocation"] / people / line["mean"])

"""The first sheet of a fiche: the whole calculation of a hospital, each step a formula over the lines above it."""

from dotpop_addin.declarations.kinds import Kind
from dotpop_addin.fiches.campaign import campaign
from dotpop_addin.fiches.common import Common
from dotpop_addin.fiches.flows import contribution, flows
from dotpop_addin.fiches.others import Shown
from dotpop_addin.fiches.parts import POSITION_NAMES, Part
from dotpop_addin.fiches.place import place
from dotpop_addin.fiches.reasons import reasons
from dotpop_addin.fiches.territories import populations
from dotpop_addin.fiches.trajectory import trajectory
from dotpop_addin.levels import rounded
from dotpop_addin.sheets.page import Cell, Page, Role, computed, received, result, withheld
from dotpop_model.vocabulary import FlowMethod

SHEET = "Calcul"
WIDTHS = (
    38,
    *(13.3,) * 9,
    3,
    8,
    10,
    16,
    3,
    8,
    16,
    16,
    16,
)  # a page in landscape, then beside it what the charts are drawn from
KEY_ROW = 5


def calculation(common: Common, hospital: int, shown: Shown) -> Page:
    """The sheet Calcul of a hospital."""
    part = Part(common, hospital, Page(SHEET, WIDTHS, "J", 3), shown)
    _heading(part)
    _allocation(part)
    populations(part)
    flows(part)
    if part.method == FlowMethod.CONTRIBUTION:
        contribution(part)
    if shown.population:
        _index(part)
        reasons(part)
    else:
        _rounded_index(part)
    trajectory(part)
    if common.smr is not None:
        campaign(part, common.smr)
    place(part)
    _keys(part)
    return part.page


def _heading(part: Part) -> None:
    page, common, line = part.page, part.common, part.index
    page.put("A", Cell(Role.TITLE, line["name"]))
    page.heights[page.skip()] = 26
    territory = part.level.by_code.get(part.flow["territory"], {"name": ""})["name"]
    segment = common.region.field.labels("indices", "segment")[line["segment"]]
    about = [f"FINESS {line['finess']}", segment, part.named(part.flow["territory"], territory)]
    about.append(f"diffusion « {common.disclosure.level.word} »")
    page.put("A", Cell(Role.SUBTITLE, " · ".join(about)))
    page.skip()
    region, nature = (common.anonymous(text, part.hospital) for text in common.identity.values())
    field = f"Dotation populationnelle {common.region.field.of}"
    told = f"{field} · {region} · base {common.hypotheses.base_year} · Données : {nature}"
    page.put("A", Cell(Role.SUBTITLE, told))
    page.put("G", Cell(Role.RECEIVED, "✎ Donnée reçue"))
    page.put("H", Cell(Role.COMPUTED, "Σ Calculé ici"))
    page.put("I", Cell(Role.RESULT, "Résultat"))
    page.skip()
    page.row = KEY_ROW + 2


def _keys(part: Part) -> None:
    """The results at the head of the sheet, read from where they are computed."""
    keys = (
        ("Dotation par habitant (€)", "per_head", part.index["per_head"], Kind.PER_HEAD),
        ("Moyenne de référence (€)", "mean", part.index["mean"], Kind.PER_HEAD),
        ("Indice", "index", part.index["index"], Kind.RATE),
        ("Position", "position", POSITION_NAMES[part.index["position"]], Kind.TEXT),
        ("Besoin de financement (€)", "need", part.index["need"], Kind.EURO),
    )
    part.page.put("A", Cell(Role.LABEL, "En bref"), KEY_ROW)
    for letter, (label, name, value, kind) in zip("BCDEF", keys, strict=True):
        part.page.put(letter, Cell(Role.HEAD, label), KEY_ROW - 1)
        if name not in part.at:
            part.page.put(letter, withheld(), KEY_ROW)
            continue
        value, kind = (rounded(value), Kind.NUMBER) if name == "index" and not part.shown.population else (value, kind)
        part.page.put(letter, result(value, kind, part.at[name]), KEY_ROW)
    part.page.heights |= {KEY_ROW - 1: 30, KEY_ROW: 20}


def _allocation(part: Part) -> None:
    part.page.section("Dotation")
    label = f"Dotation {part.common.hypotheses.base_year} sans les ASR"
    cell = received(part.index["allocation"], Kind.AMOUNT)
    part.total("allocation", label, cell, "€", "Notifiée par l'agence, activités spécifiques régionales retirées")


def _index(part: Part) -> None:
    part.page.section("Indice et position", over=True)
    _per_head(part)
    _bounds(part)
    cell = result(POSITION_NAMES[part.index["position"]], Kind.TEXT, part.position(part.at["index"]))
    part.total("position", "Position", cell)
    _need(part)


def _per_head(part: Part) -> None:
    """What the hospital has per head, what others have, the index."""
    line, at = part.index, part.at
    money, people = at["allocation"], at["population"]
    part.total(
        "per_head",
        "Dotation par habitant",
        computed(line["per_head"], Kind.PER_HEAD, f"{money}/{people}"),
        "€ par hab.",
        "Dotation / population corrigée des flux",
    )
    note = (
        "Imposée par la région (voir Explications)"
        if part.common.imposed(part.hospital)
        else "Dotations / populations de tous les établissements comparés"
    )
    part.total("mean", "Moyenne de référence", received(line["mean"], Kind.PER_HEAD), "€ par hab.", note)
    part.total(
        "index", "Indice", result(line["index"], Kind.RATE, f"{at['per_head']}/{at['mean']}"), "", "1 : comme la moyenne"
    )


def _need(part: Part) -> None:
    """What the mean would give, the gap to it, and what of the gap is a need."""
    line, at = part.index, part.at
    money, expected = at["allocation"], f"{at['mean']}*{at['population']}"
    part.total(
        "expected",
        "Dotation à la moyenne",
        computed(line["mean"] * line["population"], Kind.AMOUNT, expected),
        "€",
        "Moyenne × population corrigée des flux",
    )
    part.total(
        "gap",
        "Écart à la moyenne",
        computed(line["gap"], Kind.AMOUNT, f"{money}-{at['expected']}"),
        "€",
        "Dotation − dotation à la moyenne",
    )
    part.total(
        "threshold",
        "Seuil du besoin",
        received(part.common.hypotheses.need_threshold, Kind.RATE),
        "indice",
        "Besoin reconnu si l'indice est inférieur",
    )
    formula = f"IF({at['index']}<{at['threshold']},MAX(0,{at['expected']}-{money}),0)"
    part.total(
        "need",
        "Besoin de financement",
        result(line["need"], Kind.AMOUNT, formula),
        "€",
        "Ce qui amène l'établissement à la moyenne",
    )


def _bounds(part: Part) -> None:
    hypotheses = part.common.hypotheses
    low, high = (received(bound, Kind.RATE) for bound in (hypotheses.low, hypotheses.high))
    part.total("low", "Borne basse", low, "indice", "Au-dessous : moins doté")
    part.total("high", "Borne haute", high, "indice", "Au-dessus : mieux doté ; entre les deux, bornes comprises : neutre")


def _rounded_index(part: Part) -> None:
    """The index and position of a hospital whose population would give small counts away."""
    page, line = part.page, part.index
    page.section("Indice et position", over=True)
    page.sentence(f"Population corrigée des flux, dotation par habitant, moyenne, écart et besoin : {part.withheld}")
    part.total("index", "Indice", received(rounded(line["index"]), Kind.NUMBER), "", "Arrondi au centième")
    _bounds(part)
    part.total("position", "Position", received(POSITION_NAMES[line["position"]], Kind.TEXT), "", "Sur l'indice exact")

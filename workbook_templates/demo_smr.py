"""The demonstration region of SMR: invented hospitals on the six départements of Provence-Alpes-Côte d'Azur (PACA, 2024).

How each published figure is obtained (domain, sections 7 and 8):
- Panorama. The hospitals of the data file have the published federations, kinds and statuses.
- Under-funded. Each hospital has a chosen index; its allocation is index × mean × population, in thousands of euros. One
  over-funded hospital balances the mean: it takes what the others leave of the pot.
- Campaign. The first circular brings the base to the pot; a hospital's base is its allocation less what is delegated to it,
  so that the recurring lines give the allocations back.
- Last year's allocation is a criterion, so that populations depend on allocations: both are computed again until they agree.
- Options, published figures: the data file, with why some cannot agree (domain, section 9).
All that is invented is in data/demo_smr.toml; what the source gives is in the template of SMR.
"""

import random
from collections.abc import Iterable
from dataclasses import replace
from math import fsum
from typing import Any, cast

import numpy as np

from dotpop_addin import data_files
from dotpop_addin.declarations.kinds import NUMERIC
from dotpop_addin.declarations.smr import SMR
from dotpop_addin.hypotheses import defaults
from dotpop_model.sharing import share_out
from dotpop_model.smr import SmrHypotheses, SmrTables
from dotpop_model.stages.criteria import serve
from dotpop_model.stages.paediatrics import KIND, inside_sharing
from dotpop_model.stages.weighting import weigh
from dotpop_model.tables import Frame
from dotpop_model.vocabulary import OUTSIDE, Segment

Row = dict[str, Any]

DATA: dict[str, Any] = data_files.read("demo_smr.toml", "workbook_templates")
TEMPLATE: dict[str, Any] = data_files.read("template_smr.toml")

REGION = ("Provence-Alpes-Côte d'Azur", "93")
"""Name and INSEE code of the region that it is drawn from."""
CHOICES = {"NAT_CROISSANCE": 60_000_000}
"""Hypotheses that the demonstration chooses: code → value."""

# How the demonstration is made: choices of ours.
SEED = 2024  # what varies at random varies always the same way
SPREAD = 0.12  # days by form and territory, around what the profile and the draws give
DRAWN = {"CASEMIX": 0.08, "PRECARITE": 0.3}  # the same, for what the criteria measure
FULL_HOUSE = (78, 97)  # occupancy, %
GAIN, NOISE = (-0.06, 0.06), 0.15  # revenue after the new model against before; other compartments around their size
STAYS = "SEJOURS_HC"
ROUNDS = 12  # more than enough for last year's allocations to settle
INVENTED = "Valeurs inventées (démonstration)"

HOSPITAL_COLUMNS = ("finess", "name", "territory", "kind", "profile", "status", "beds", "index")
DEPARTEMENT_COLUMNS = ("territory", "name", "people", "minors_share", *(row[0] for row in DATA["indicators"]), "leaving")


def demonstration() -> SmrTables:
    """The inputs of the demonstration region, ready for `dotpop_model.chain_smr.SMR.run` with the default hypotheses.

    The same on every machine. Source of the figures to reproduce: PACA 2024 (domain, section 7).
    """
    hospitals, places = _hospitals(), _departements()
    tables = SmrTables(
        envelope=_frame("envelope", _envelope()),
        specific=_frame("specific", []),
        history=_frame("history", []),
        compartments=_frame("compartments", TEMPLATE["compartments"]),
        hospitals=_frame("hospitals", hospitals),
        territories=_frame("territories", places),
        indicators=_frame("indicators", _indicators()),
        indicator_values=_frame("indicator_values", places, [row[0] for row in DATA["indicators"]]),
        forms=_frame("forms", _forms()),
        activity=_frame("activity", _activity(hospitals, places)),
        campaign=_frame("campaign", _campaign()),
        national_parts=_frame("national_parts", _national_parts()),
        national_criteria=_frame("national_criteria", TEMPLATE["national_criteria"]),
        regions=_frame("regions", _regions(), DATA["national"]["values"]),
        criteria=_frame("criteria", _criteria()),
        criterion_values=Frame({}),
        options=_frame("options", _named(OPTION_COLUMNS, DATA["ballot"]["options"])),
        exemptions=_frame("exemptions", _exemptions()),
        published=_frame("published", _published()),
        transition_rates=_frame("transition_rates", TEMPLATE["transition_rates"]),
        circulars=_frame("circulars", _named(("circular", "label", "month"), DATA["delegations"]["circulars"])),
    )
    tables = _with_allocations(tables, hospitals)
    financing = _financing(hospitals)
    return replace(
        tables,
        delegations=_frame("delegations", _delegations(_sharing(hospitals))),
        revenues=_frame("revenues", _revenues(hospitals, financing)),
        financing=_frame("financing", financing),
    )


def _named(columns: Iterable[str], lines: Iterable[list[Any]]) -> list[Row]:
    """Lines of the data file as rows; an empty text is a missing one."""
    names = tuple(columns)
    return [{name: None if value == "" else value for name, value in zip(names, line, strict=True)} for line in lines]


def _frame(table: str, rows: list[Row], further: Iterable[str] = ()) -> Frame:
    """Rows as the reading of a workbook gives them: the declared columns (and further numbers), numbers as floats."""
    numeric = {column.name: column.kind in NUMERIC for column in SMR.tables[table].columns}
    numeric |= dict.fromkeys(further, True)
    columns = {name: [row.get(name) for row in rows] for name in numeric}
    return Frame({name: np.array(columns[name], dtype=float) if numeric[name] else columns[name] for name in numeric})


# Tables that are the data as they stand

OPTION_COLUMNS = ("option", "label", "amount", "payer", "key", "recurring", "circular", "comment")
PUBLISHED_COLUMNS = ("topic", "figure", "option", "group", "value", "rounding", "reason")


def _envelope() -> list[Row]:
    labels = ("Dotation populationnelle SMR, base reconductible", "Dotation populationnelle SMR, première circulaire")
    amounts = (DATA["base"], DATA["pot"] - DATA["base"])
    return [{"item": label, "amount": amount} for label, amount in zip(labels, amounts, strict=True)]


def _hospitals() -> list[Row]:
    return [
        {**row, "federation": federation, "segment": str(Segment(wanted["segment"])), "allocation": 0}
        for federation, wanted in DATA["federations"].items()
        for row in _named(HOSPITAL_COLUMNS, wanted["hospitals"])
    ]


def _sharing(hospitals: list[Row]) -> list[Row]:
    """The hospitals that share the pot: paediatrics has its own."""
    return [row for row in hospitals if row["kind"] != KIND]


def _departements() -> list[Row]:
    rows = []
    for row in _named(DEPARTEMENT_COLUMNS, DATA["departements"]):
        minors = round(row["people"] * row["minors_share"] / 100)
        rows.append({**row, "level": "departement", "parent": None, "adults": row["people"] - minors, "minors": minors})
    return rows


def _indicators() -> list[Row]:
    rows = _named(("indicator", "label", "weight", "direction", "unit"), DATA["indicators"])
    return [{**row, "source": INVENTED} for row in rows]


def _forms() -> list[Row]:
    """The forms of the template; a day has a weight, a stay has none (the region's choice)."""
    weights = DATA["weights"]
    rows: list[Row] = TEMPLATE["forms"]
    return [
        {**row, "weight": weights[row["form"]], "nature_weight": weights[row["nature"]]} if row["form"] != STAYS else row
        for row in rows
    ]


def _campaign() -> list[Row]:
    rows = _named(("year", "carry_forward", "core_growth", "earmarked"), DATA["campaign"])
    return [{**row, "segment": str(Segment.ALL)} for row in rows]


def _national_parts() -> list[Row]:
    source = "Volume inventé (démonstration)"
    volumes = DATA["national"]["volumes"]
    return [{**row, "volume": volumes[row["part"]], "source": source} for row in TEMPLATE["national_parts"]]


def _regions() -> list[Row]:
    """Invented regions: nothing of them is said of a real one."""
    wanted = DATA["national"]
    return _named(("region", "name", "adults", "minors", "allocation", *wanted["values"]), wanted["regions"])


def _criteria() -> list[Row]:
    rows = _named(("criterion", "label", "weight", "direction", "measure", "unit"), DATA["criteria"])
    return [{**row, "source": INVENTED} for row in rows]


def _exemptions() -> list[Row]:
    return [
        {"option": DATA["ballot"]["exempting"], "finess": code, "reason": why} for code, why in DATA["ballot"]["exempted"]
    ]


def _published() -> list[Row]:
    return _named(PUBLISHED_COLUMNS, DATA["published"])


# Activity


def _activity(hospitals: list[Row], places: list[Row]) -> list[Row]:
    """Days (and full stays) of every hospital by the patients' territory, and of those cared for outside the region."""
    chance, found = random.Random(SEED), []
    for row in hospitals:
        days = row["beds"] * DATA["stays"][row["profile"]]["days"]
        minors = 1.0 if row["kind"] == KIND else DATA["minors"].get(row["finess"], 0.0)
        for territory, share in DATA["draws"][row["territory"]].items():
            for age, part in (("adults", 1 - minors), ("minors", minors)):
                if part:
                    found += _care(row["finess"], territory, age, row["profile"], days * part * share / 100, chance)
    inside = {place["territory"]: 0 for place in places}
    for line in found:
        if line["territory"] in inside and line["age"] == "adults" and line["form"] != STAYS:
            inside[line["territory"]] += line["volume"]
    for place in places:
        days = inside[place["territory"]] * place["leaving"] / 100
        found += _care(OUTSIDE, place["territory"], "adults", "outside", days, chance)
    return found


def _care(finess: str, territory: str, age: str, profile: str, days: float, chance: random.Random) -> list[Row]:
    """Whole days by form, around the usual parts of the profile; and the stays of its full days."""
    volumes = {
        form: round(days * part / 100 * chance.uniform(1 - SPREAD, 1 + SPREAD))
        for form, part in DATA["profiles"][profile].items()
    }
    full = sum(volume for form, volume in volumes.items() if form.endswith("_HC"))
    volumes[STAYS] = round(full / DATA["stays"][profile]["length"])
    line = {"finess": finess, "territory": territory, "age": age}
    return [{**line, "form": form, "volume": volume} for form, volume in volumes.items() if volume]


# Allocations, with the criteria that depend on them


def _with_allocations(tables: SmrTables, hospitals: list[Row]) -> SmrTables:
    """The tables with the values of the criteria and the allocations, each computed from the other until they settle.

    Sets the allocation of each hospital. Raises RuntimeError when they do not settle.
    """
    hypotheses, sharing = cast(SmrHypotheses, defaults(SMR)), _sharing(hospitals)
    values = _criterion_values(sharing)
    weighted = weigh(tables, hypotheses)[0]
    for _ in range(ROUNDS):
        tables = replace(tables, criterion_values=_frame("criterion_values", values, [row[0] for row in DATA["criteria"]]))
        inside = inside_sharing(tables, hypotheses)
        population = dict(zip(inside.finess, serve(inside, hypotheses, weighted)[0]["population"].tolist(), strict=True))
        _allocate(sharing, population)
        before = [row["DOTATION_N1"] for row in values]
        for row, hospital in zip(values, sharing, strict=True):
            row["DOTATION_N1"] = 1000 * round(hospital["allocation"] * DATA["base"] / DATA["pot"] / 1000)
        if before == [row["DOTATION_N1"] for row in values]:
            return replace(tables, hospitals=_frame("hospitals", hospitals))
    raise RuntimeError("last year's allocations do not settle")


def _criterion_values(sharing: list[Row]) -> list[Row]:
    """What the criteria measure of each hospital; last year's allocation as its beds have it, to begin with."""
    chance, beds = random.Random(SEED), sum(row["beds"] for row in sharing)
    return [
        {
            "finess": row["finess"],
            "CASEMIX": round(DATA["stays"][row["profile"]]["casemix"] * _around(chance, DRAWN["CASEMIX"]), 2),
            "PRECARITE": round(DATA["precarious"][row["status"]] * _around(chance, DRAWN["PRECARITE"]), 1),
            "OCCUPATION": round(chance.uniform(*FULL_HOUSE), 1),
            "DOTATION_N1": 1000 * round(DATA["base"] * row["beds"] / beds / 1000),
        }
        for row in sharing
    ]


def _around(chance: random.Random, spread: float) -> float:
    return chance.uniform(1 - spread, 1 + spread)


def _allocate(sharing: list[Row], population: dict[str, float]) -> None:
    """index × mean × population in thousands of €; one hospital has what the others leave of the pot."""
    mean = DATA["pot"] / fsum(population.values())
    balancing = next(row for row in sharing if row["finess"] == DATA["balances_mean"])
    for row in sharing:
        row["allocation"] = 1000 * round(row["index"] * mean * population[row["finess"]] / 1000)
    balancing["allocation"] += DATA["pot"] - sum(row["allocation"] for row in sharing)


# Campaign of the year


def _delegations(sharing: list[Row]) -> list[Row]:
    """The base, then the first circular: earmarked lines, and the rest of it pro rata to allocations (whole euros)."""
    wanted = DATA["delegations"]
    own = {nature: dict(wanted[nature]["amounts"]) for nature in ("rebasing", "earmarked")}
    growth = DATA["pot"] - DATA["base"] - sum(sum(amounts.values()) for amounts in own.values())
    codes = [row["finess"] for row in sharing]
    shared = share_out(growth, [row["allocation"] for row in sharing], step=1, ids=codes).shares
    first: list[Row] = []
    for row, share in zip(sharing, shared, strict=True):
        given = {
            "growth": int(share),
            **{nature: amounts[row["finess"]] for nature, amounts in own.items() if row["finess"] in amounts},
        }
        row["base"] = row["allocation"] - sum(given.values())
        first += [_line("C1", row["finess"], nature, amount) for nature, amount in given.items()]
    return [*(_line("BASE", row["finess"], "base", row["base"]) for row in sharing), *first]


def _line(circular: str, finess: str, nature: str, amount: int) -> Row:
    measure = DATA["delegations"][nature]["measure"]
    return {
        "circular": circular,
        "finess": finess,
        "measure": measure,
        "nature": nature,
        "recurring": "yes",
        "amount": amount,
    }


# Other money of the hospitals


def _financing(hospitals: list[Row]) -> list[Row]:
    """The other compartments: their usual size against the population one, around it by hospital, in thousands of euros.

    Paediatric hospitals are sized by their beds; the paediatric pot goes to those of the data file.
    """
    chance, wanted = random.Random(SEED), DATA["financing"]
    paediatrics, usual = dict(wanted["paediatrics"]), wanted["usual"]
    rows = []
    for row in hospitals:
        size = row["allocation"] or row["beds"] * wanted["paediatric_bed"]
        for compartment, part in usual.items():
            only = wanted["only"].get(compartment)
            drawn = _around(chance, NOISE)
            if only is None or row["profile"] in only:
                amount = 1000 * round(size * part * drawn / 1000)
                rows.append({"finess": row["finess"], "compartment": compartment, "amount": amount})
        if row["finess"] in paediatrics:
            rows.append({"finess": row["finess"], "compartment": "Dotation pédiatrie", "amount": paediatrics[row["finess"]]})
    return [row for row in rows if row["amount"]]


def _revenues(hospitals: list[Row], financing: list[Row]) -> list[Row]:
    """Revenues after the new model are all the compartments; those before differ by a few percents, either way."""
    chance, rows = random.Random(SEED), []
    for row in hospitals:
        after = row["allocation"] + sum(line["amount"] for line in financing if line["finess"] == row["finess"])
        before = 1000 * round(after / (1 + chance.uniform(*GAIN)) / 1000)
        rows.append({"finess": row["finess"], "before": before, "after": after})
    return rows

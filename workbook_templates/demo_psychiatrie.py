"""The demonstration region of psychiatry: invented hospitals on real départements, from which the published figures come.

How each published figure is obtained (domain, section 8):
- CH PSY, slide 16. The mean income of its ZIS is the one that gives the composite index; its visits to a CMP by its own
  residents are what is missing to its weight; the care its residents get outside the region is what is missing to the flows.
- Means, needs and positions, slide 19 and annex. Each hospital has a chosen index; its allocation is index × mean ×
  population, in thousands of euros. In each segment one under-funded hospital balances the need, one over-funded the mean.
- Envelope. Notified amounts are round; one of the specific activities takes what the margin and the allocations leave.
- Capacity, slide 21. The yearly measures of the data file.
All that is invented is in data/demo_psychiatrie.toml.
"""

import random
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import product
from math import fsum
from typing import Any

import numpy as np

from dotpop_addin import data_files
from dotpop_addin.declarations.kinds import NUMERIC
from dotpop_addin.declarations.psychiatrie import PSYCHIATRIE
from dotpop_addin.hypotheses import defaults
from dotpop_model.hypotheses import Hypotheses
from dotpop_model.stages.flows import correct_flows
from dotpop_model.stages.weighting import weigh
from dotpop_model.tables import Frame, Tables
from dotpop_model.vocabulary import AGES, OUTSIDE, Segment

Row = dict[str, Any]
Volumes = dict[tuple[str, str, str, str], int]
"""Patients by hospital, territory of residence, age class and form of care."""

DATA: dict[str, Any] = data_files.read("demo_psychiatrie.toml", "workbook_templates")

REGION = ("Auvergne-Rhône-Alpes", "84")
"""Name and INSEE code of the region that it is drawn from."""
CHOICES = {"NAT_CROISSANCE": 120_000_000}
"""Hypotheses that the demonstration chooses: code → value."""

# What the source publishes of CH PSY (slide 16).
CH_PSY, ITS_ZIS = "CH PSY", "69Z1"
ITS_INDEX = -0.014875  # composite index
ITS_WEIGHT = {"adults": 94_087, "minors": 22_374}  # "POIDS CH", weighted activity
ITS_FLOW = {"adults": -18_409, "minors": -5_893}  # attraction − leakage
ITS_ALLOCATION = 55_000_000  # €

# How the demonstration is made: choices of ours.
BALANCING_INDICATOR = "REVENU"
BALANCING_FORM = "CMP"  # of weight 1: any whole weighted activity can be made of it
OQN_DIVISOR = 3  # ex-OQN volumes are multiples of it, so that their weighted activity stays whole
UNDER_FUNDED = 0.95  # the lower bound of the default hypotheses
HOSPITAL_AND_AGE, TERRITORY_AND_AGE = (0, 2), (1, 2)  # places in the keys of volumes
SEED, SPREAD = 2023, 0.12  # activity varies at random by ± 12 % around what nearness gives, always the same way

ZIS_COLUMNS = ("territory", "name", "people", "minors_share", *(row[0] for row in DATA["indicators"][1:]))
HOSPITAL_COLUMNS = ("finess", "name", "territory", "federation", "status", "size_adults", "size_minors", "index")
FORM_COLUMNS = ("form", "label", "nature", "weight", "home_adults", "home_minors", "away", "non_sectorised", "oqn")
WEIGHTS: dict[str, int] = {row[0]: row[3] for row in DATA["forms"]}
NEIGHBOURS: dict[str, list[str]] = {row["code"]: row["neighbours"] for row in DATA["departement"]}


def demonstration() -> Tables:
    """The inputs of the demonstration region, ready for `dotpop_model.chain.run` with the default hypotheses.

    The same on every machine. Source of the figures to reproduce: ARA slides 13 to 21 and annexes (domain, section 8).
    """
    hypotheses = defaults(PSYCHIATRIE)
    zones, hospitals, forms = _zones(), _hospitals(), _forms()
    territories = [*_departements(zones), *zones]
    tables = Tables(
        envelope=_frame("envelope", _named(("item", "amount"), DATA["envelope"])),
        specific=_frame("specific", []),
        history=_frame("history", []),
        compartments=_frame("compartments", _named(("label", "share"), DATA["compartments"])),
        hospitals=_frame("hospitals", hospitals),
        territories=_frame("territories", territories),
        indicators=_frame("indicators", _indicators()),
        indicator_values=_frame("indicator_values", territories, [row["indicator"] for row in _indicators()]),
        forms=_frame("forms", forms),
        activity=_frame("activity", _activity(zones, hospitals, forms)),
        campaign=_frame("campaign", _campaign()),
        national_parts=_frame("national_parts", _national("parts")),
        national_criteria=_frame("national_criteria", _national("criteria")),
        regions=_frame("regions", _regions(), DATA["national"]["values"]),
    )
    for hospital, allocation in zip(hospitals, _allocations(tables, hypotheses, hospitals), strict=True):
        hospital["allocation"] = allocation
    specific = _specific(hospitals, hypotheses.regional_margin)
    return replace(tables, hospitals=_frame("hospitals", hospitals), specific=_frame("specific", specific))


def _named(columns: Iterable[str], lines: Iterable[list[Any]]) -> list[Row]:
    names = tuple(columns)
    return [dict(zip(names, line, strict=True)) for line in lines]


def _frame(table: str, rows: list[Row], further: Iterable[str] = ()) -> Frame:
    """Rows as the reading of a workbook gives them: the declared columns (and further numbers), numbers as floats."""
    numeric = {column.name: column.kind in NUMERIC for column in PSYCHIATRIE.tables[table].columns}
    numeric |= dict.fromkeys(further, True)
    columns = {name: [row.get(name) for row in rows] for name in numeric}
    return Frame({name: np.array(columns[name], dtype=float) if numeric[name] else columns[name] for name in numeric})


# Tables that are the data as they stand


def _indicators() -> list[Row]:
    rows = _named(("indicator", "label", "weight", "direction", "unit"), DATA["indicators"])
    return [{**row, "source": "Valeurs inventées (démonstration)"} for row in rows]


def _forms() -> list[Row]:
    rows = _named(FORM_COLUMNS, DATA["forms"])
    return [{**row, "measure": "patients", "nature_weight": DATA["nature_weights"][row["nature"]]} for row in rows]


def _national(name: str) -> list[Row]:
    """The part and the criteria of the arrêté, as the template offers them."""
    template = data_files.read("template_psychiatrie.toml")
    found: list[Row] = template[f"national_{name}"]
    return found


def _regions() -> list[Row]:
    """Invented regions: nothing of them is said of a real one."""
    wanted = DATA["national"]
    columns = ("region", "name", "adults", "minors", "allocation", *wanted["values"])
    return _named(columns, wanted["regions"])


def _hospitals() -> list[Row]:
    return [
        {**row, "segment": segment}
        for segment, wanted in DATA["segments"].items()
        for row in _named(HOSPITAL_COLUMNS, wanted["hospitals"])
    ]


def _campaign() -> list[Row]:
    rows = _named(("year", "carry_forward", "core_growth", "earmarked"), DATA["campaign"])
    return [{**row, "segment": str(Segment.ALL)} for row in rows]


# Territories and their indicators


def _zones() -> list[Row]:
    """The ZIS: the last of each département has what is left of its real population."""
    zones = []
    for departement in DATA["departement"]:
        left = departement["population"]
        for zone in _named(ZIS_COLUMNS, departement["zis"]):
            people = zone["people"] or left
            left -= people
            minors = round(people * zone["minors_share"] / 100)
            ages = {"people": people, "adults": people - minors, "minors": minors, "MINEURS": 100 * minors / people}
            zones.append({**zone, **ages, "level": "zis", "parent": departement["code"]})
    _balance_index(zones)
    return zones


def _balance_index(zones: list[Row]) -> None:
    """Gives the ZIS of CH PSY the one income with which its index g = Σ w d (x / mean − 1) is the published one."""
    own = next(zone for zone in zones if zone["territory"] == ITS_ZIS)
    keys = {row["indicator"]: row["weight"] * row["direction"] for row in _indicators()}
    key = keys.pop(BALANCING_INDICATOR)
    others = fsum(weight * (own[name] / _mean(zones, name) - 1) for name, weight in keys.items())
    ratio = 1 + (ITS_INDEX - others) / key  # x / mean, where the mean has x in it
    people = sum(zone["people"] for zone in zones)
    elsewhere = fsum(zone["people"] * zone[BALANCING_INDICATOR] for zone in zones if zone is not own)
    own[BALANCING_INDICATOR] = ratio * elsewhere / (people - ratio * own["people"])


def _mean(zones: list[Row], name: str) -> float:
    """Population-weighted mean of an indicator."""
    return fsum(zone["people"] * zone[name] for zone in zones) / fsum(zone["people"] for zone in zones)


def _departements(zones: list[Row]) -> list[Row]:
    """The départements: their ZIS added up, indicators averaged."""
    rows = []
    for departement in DATA["departement"]:
        inside = [zone for zone in zones if zone["parent"] == departement["code"]]
        ages = {age: sum(zone[age] for zone in inside) for age in AGES}
        values = {row["indicator"]: _mean(inside, row["indicator"]) for row in _indicators()}
        identity = {"territory": departement["code"], "name": departement["name"], "level": "departement", "parent": None}
        rows.append({**identity, **ages, **values})
    return rows


# Activity


def _activity(zones: list[Row], hospitals: list[Row], forms: list[Row]) -> list[Row]:
    """Patients of every hospital, and of those outside the region, in the order of the hospitals."""
    volumes = _care_of_residents(zones, hospitals, forms)
    _add_patients_from_outside(volumes, hospitals, forms)
    volumes = {key: volume for key, volume in volumes.items() if volume}
    _balance_activity(volumes, hospitals)
    order = {code: place for place, code in enumerate([*(row["finess"] for row in hospitals), OUTSIDE])}
    keys = sorted(volumes, key=lambda key: order[key[0]])
    return _named(("finess", "territory", "age", "form", "volume"), ([*key, volumes[key]] for key in keys))


def _care_of_residents(zones: list[Row], hospitals: list[Row], forms: list[Row]) -> Volumes:
    """The care that the residents of each ZIS need, given by the hospitals they choose, and some outside the region."""
    outside = {"finess": OUTSIDE, "territory": OUTSIDE, "segment": Segment.SECTORISED}  # the same forms as sectorised
    chance = random.Random(SEED)
    volumes: Volumes = {}
    for zone, age in product(zones, AGES):
        wanted = DATA["consumption"][age]
        weight = zone[age] * wanted["per_head"]
        for row, share in _choices(zone, age, hospitals):
            around = chance.uniform(1 - SPREAD, 1 + SPREAD)
            volumes |= _patients(row, zone["territory"], age, weight * wanted[row["segment"]] * share * around, forms)
        volumes |= _patients(outside, zone["territory"], age, weight * wanted["outside"], forms)
    return volumes


def _choices(zone: Row, age: str, hospitals: list[Row]) -> list[tuple[Row, float]]:
    """The hospitals that draw the residents of a ZIS, each with its share of what its segment gives them."""
    pulls = [(row, _pull(row, zone, age)) for row in hospitals]
    totals = {segment: fsum(pull for row, pull in pulls if row["segment"] == segment) for segment in DATA["segments"]}
    return [(row, pull / totals[row["segment"]]) for row, pull in pulls if pull]


def _pull(hospital: Row, zone: Row, age: str) -> float:
    """How strongly a hospital draws the residents of a ZIS: its size × how much nearness counts."""
    place, departement = hospital["territory"], zone["parent"]
    if place == zone["territory"]:
        nearness = "own"
    elif place[:2] == departement:
        nearness = "departement"
    elif place[:2] in NEIGHBOURS[departement]:
        nearness = "neighbour"
    else:
        return 0.0
    return float(hospital[f"size_{age}"] * DATA["nearness"][hospital["segment"]][nearness])


def _patients(hospital: Row, territory: str, age: str, weight: float, forms: list[Row]) -> Volumes:
    """Whole patients by form for an amount of weighted activity, by the usual parts of the forms."""
    segment = hospital["segment"]
    step = OQN_DIVISOR if segment == Segment.OQN else 1
    home = f"home_{age}" if hospital["territory"] == territory else "away"
    part = home if segment == Segment.SECTORISED else segment
    return {
        (hospital["finess"], territory, age, form["form"]): step * round(weight * form[part] / 100 / form["weight"])
        for form in forms
        if form[part]
    }


def _add_patients_from_outside(volumes: Volumes, hospitals: list[Row], forms: list[Row]) -> None:
    """Adds the patients who live outside the region: a part of the activity given to its residents."""
    given = _weights(volumes, hospitals, HOSPITAL_AND_AGE)
    for row in hospitals:
        for age in AGES:
            weight = given.get((row["finess"], age), 0) * DATA["from_outside"][row["segment"]]
            volumes |= _patients(row, OUTSIDE, age, weight, forms)


def _balance_activity(volumes: Volumes, hospitals: list[Row]) -> None:
    """Two unknowns per age class: CH PSY's patients at home are what is missing to its weight; the care its residents get
    outside the region is what is missing to the flows (attraction − leakage = what it gives − what its residents get)."""
    finess = next(row["finess"] for row in hospitals if row["name"] == CH_PSY)
    for age in AGES:
        given = _weights(volumes, hospitals, HOSPITAL_AND_AGE)[finess, age]
        volumes[finess, ITS_ZIS, age, BALANCING_FORM] += ITS_WEIGHT[age] - given
        received = _weights(volumes, hospitals, TERRITORY_AND_AGE)[ITS_ZIS, age]
        volumes[OUTSIDE, ITS_ZIS, age, BALANCING_FORM] += ITS_WEIGHT[age] - ITS_FLOW[age] - received


def _weights(volumes: Volumes, hospitals: list[Row], parts: tuple[int, int]) -> dict[tuple[str, str], int]:
    """Weighted activity added up by two parts of the keys; ex-OQN activity is divided (its volumes are multiples)."""
    divisors = {row["finess"]: OQN_DIVISOR for row in hospitals if row["segment"] == Segment.OQN}
    totals: dict[tuple[str, str], int] = {}
    for key, volume in volumes.items():
        group = key[parts[0]], key[parts[1]]
        totals[group] = totals.get(group, 0) + WEIGHTS[key[3]] * volume // divisors.get(key[0], 1)
    return totals


# Allocations and envelope


def _allocations(tables: Tables, hypotheses: Hypotheses, hospitals: list[Row]) -> list[int]:
    """The allocation of each hospital (€), for the populations that the model finds."""
    flows, _ = correct_flows(tables, hypotheses, weigh(tables, hypotheses)[0])
    population = dict(zip(tables.finess, flows["population"].tolist(), strict=True))
    amounts: dict[str, int] = {}
    for segment, wanted in DATA["segments"].items():
        amounts |= _segment_allocations([row for row in hospitals if row["segment"] == segment], wanted, population)
    return [amounts[row["finess"]] for row in hospitals]


def _segment_allocations(rows: list[Row], wanted: Mapping[str, Any], population: Mapping[str, float]) -> dict[str, int]:
    """index × mean × population in thousands of €; then to the euro, what the need and the mean leave to two hospitals."""
    mean = wanted["mean"]
    amounts = {row["finess"]: 1000 * round(row["index"] * mean * population[row["finess"]] / 1000) for row in rows}
    amounts |= {row["finess"]: ITS_ALLOCATION for row in rows if row["name"] == CH_PSY}
    under = [row["finess"] for row in rows if row["index"] < UNDER_FUNDED]
    balances = ((wanted["balances_need"], under, wanted["need"]), (wanted["balances_mean"], list(amounts), 0))
    for balancing, codes, missing in balances:  # missing: what these hospitals together lack to be at the mean
        others = sum(amounts[code] for code in codes if code != balancing)
        amounts[balancing] = round(mean * fsum(population[code] for code in codes) - missing) - others
    return amounts


def _specific(hospitals: list[Row], margin: float) -> list[Row]:
    """The regional specific activities: the one without amount takes what margin, allocations and the others leave."""
    rows = _named(("activity", "amount"), DATA["specific"])
    total = sum(amount for _, amount in DATA["envelope"])
    given = round(margin * total) + sum(row["allocation"] for row in hospitals) + sum(row["amount"] for row in rows)
    return [{**row, "amount": row["amount"] or total - given} for row in rows]

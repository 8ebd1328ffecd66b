"""The demonstration region of SMR: its inputs are what they claim to be, and the published figures come out of the chain."""

import csv
import re
from collections import Counter
from dataclasses import fields
from decimal import Decimal
from pathlib import Path

import pytest
from cases.frames import rows

from dotpop_addin.declarations.smr import SMR
from dotpop_addin.hypotheses import defaults
from dotpop_model.smr import SmrTables
from dotpop_model.tables import Results
from workbook_templates.demo_smr import demonstration

POPULATIONS = {  # INSEE, from the npm package @etalab/decoupage-administratif 6.0.0 (MIT)
    "04": 168054, "05": 143467, "06": 1128418, "13": 2087658, "83": 1119307, "84": 572056,
}  # fmt: skip
POT, BASE = 334_200_000, 330_600_000


@pytest.fixture(scope="module")
def tables() -> SmrTables:
    return demonstration()


@pytest.fixture(scope="module")
def results(tables: SmrTables) -> Results:
    return SMR.chain.run(tables, defaults(SMR))


# The panorama


@pytest.mark.parametrize(
    ("federation", "geriatrics", "paediatrics", "general", "specialised"),
    [("FEHAP", 3, 3, 10, 4), ("FHF", 19, 0, 17, 4), ("FHP", 9, 2, 30, 34), ("UGECAM", 0, 0, 0, 1)],
)
def test_each_federation_has_the_published_kinds(
    tables: SmrTables, federation: str, geriatrics: int, paediatrics: int, general: int, specialised: int
) -> None:
    kinds = Counter(row["kind"] for row in rows(tables.hospitals, federation=federation))
    wanted = {"geriatrics": geriatrics, "paediatrics": paediatrics, "general": general, "specialised": specialised}
    assert kinds == {kind: count for kind, count in wanted.items() if count}


@pytest.mark.parametrize(("status", "count"), [("CH", 38), ("CHR", 2), ("EBNL", 22), ("Privé", 74)])
def test_the_statuses_are_the_published_ones(tables: SmrTables, status: str, count: int) -> None:
    assert len(rows(tables.hospitals, status=status)) == count


@pytest.mark.parametrize(
    ("column", "group", "count"),
    [
        ("federation", "FHP", 49),
        ("federation", "FHF", 13),
        ("federation", "FEHAP", 12),
        ("federation", "UGECAM", 0),
        ("kind", "general", 35),
        ("kind", "specialised", 30),
        ("kind", "geriatrics", 9),
    ],
)
def test_the_under_funded_are_the_published_ones(results: Results, column: str, group: str, count: int) -> None:
    assert len(rows(results.indices, position="under", **{column: group})) == count


def test_74_are_under_funded_57_over_funded_and_paediatrics_is_outside(tables: SmrTables, results: Results) -> None:
    assert Counter(row["position"] for row in rows(results.indices)) == {"under": 74, "over": 57}
    outside = {row["finess"] for row in rows(tables.hospitals, kind="paediatrics")}
    assert len(outside) == 5
    assert outside.isdisjoint(row["finess"] for row in rows(results.indices))
    assert all(row["allocation"] == 0 for row in rows(tables.hospitals, kind="paediatrics"))
    assert outside <= {row["finess"] for row in rows(tables.financing, compartment="Dotation pédiatrie")}


# The options and the published figures


@pytest.mark.parametrize(
    ("label", "creditors", "mean", "debtors", "net"),
    [
        ("Saupoudrage", 131, 41_221.37, 0, 5_400_000),
        ("Option 1", 74, 72_972.97, 0, 5_400_000),
        ("Option 2", 74, 135_135.14, 52, 0),
    ],
)
def test_the_options_give_what_they_say(
    results: Results, label: str, creditors: int, mean: float, debtors: int, net: int
) -> None:
    line = rows(results.option_summary, label=label)[0]
    assert (line["credit_hospitals"], line["debit_hospitals"], line["net"]) == (creditors, debtors, net)
    assert line["credit_mean"] == pytest.approx(mean, rel=0, abs=0.005)


@pytest.mark.parametrize(("federation", "count"), [("FHP", 22), ("FHF", 25), ("FEHAP", 4), ("UGECAM", 1)])
def test_the_debtors_of_option_2_are_the_over_funded_less_the_exempted(
    tables: SmrTables, results: Results, federation: str, count: int
) -> None:
    over = {row["finess"] for row in rows(results.indices, position="over", federation=federation)}
    exempted = {row["finess"] for row in rows(tables.exemptions)}
    paying = {row["finess"] for row in rows(results.option_amounts, federation=federation) if row["Option 2"] < 0}
    assert paying == over - exempted
    assert len(paying) == count


def test_exemptions_are_few_and_each_has_its_own_reason(tables: SmrTables, results: Results) -> None:
    exemptions = rows(tables.exemptions)
    assert {row["option"] for row in exemptions} == {"OPTION2"}
    assert len({row["reason"] for row in exemptions}) == len(exemptions) == 5
    assert all("PRS II" in row["reason"] for row in exemptions)
    over = {row["finess"] for row in rows(results.indices, position="over")}
    assert {row["finess"] for row in exemptions} <= over


def test_what_option_2_asks_is_well_under_what_the_debtors_have_above(tables: SmrTables, results: Results) -> None:
    exempted = {row["finess"] for row in rows(tables.exemptions)}
    above = sum(row["gap"] for row in rows(results.indices) if row["gap"] > 0 and row["finess"] not in exempted)
    assert above > 13_000_000


def test_a_published_figure_agrees_or_is_explained(tables: SmrTables, results: Results) -> None:
    compared = rows(results.compared)
    assert len(compared) == len(tables.published) == 26
    for row in compared:
        assert (row["verdict"] == "ok") == (row["reason"] is None), row["topic"]


@pytest.mark.parametrize(
    ("topic", "published", "found"),
    [
        ("Établissements de la région", 136, 136),
        ("Croissance de la première circulaire", 5_400_000, 3_600_000),
        ("Croissance de la première circulaire, en part", 0.016, 0.010889),
        ("Saupoudrage : moyenne par établissement", 26_000, 41_221.37),
        ("Option 1 : crédit moyen", 46_000, 72_972.97),
        ("Option 2 : crédit moyen", 135_000, 135_135.14),
        ("Option 2 : débiteurs", 72, 52),
        ("Option 2 : débiteurs, FEHAP", 18, 4),
        ("Option 2 : débit moyen", -126_000, -192_307.69),
    ],
)
def test_published_figures_are_set_against_the_computed_ones(
    results: Results, topic: str, published: float, found: float
) -> None:
    line = rows(results.compared, topic=topic)[0]
    assert line["published"] == published
    assert line["found"] == pytest.approx(found, rel=1e-4, abs=0.005)


# The money


def test_allocations_are_whole_euros_and_add_up_to_the_pot(tables: SmrTables) -> None:
    amounts = [row["allocation"] for row in rows(tables.hospitals)]
    assert all(amount == int(amount) for amount in amounts)
    assert sum(amounts) == sum(row["amount"] for row in rows(tables.envelope)) == POT


@pytest.mark.parametrize(
    ("nature", "total", "lines"),
    [("base", BASE, 131), ("growth", 3_169_000, 131), ("rebasing", 291_000, 6), ("earmarked", 140_000, 4)],
)
def test_delegations_add_up_exactly(tables: SmrTables, nature: str, total: int, lines: int) -> None:
    found = rows(tables.delegations, nature=nature)
    assert len(found) == lines
    assert sum(Decimal(row["amount"]) for row in found) == total
    assert {row["recurring"] for row in found} == {"yes"}


def test_the_recurring_lines_of_each_hospital_give_its_allocation_back(tables: SmrTables) -> None:
    given: Counter[str] = Counter()
    for row in rows(tables.delegations):
        given[row["finess"]] += row["amount"]
    assert given == {row["finess"]: row["allocation"] for row in rows(tables.hospitals) if row["allocation"]}


def test_earmarked_palliative_beds_are_where_the_source_wants_them(tables: SmrTables) -> None:
    assert {row["finess"][:2] for row in rows(tables.delegations, nature="earmarked")} == {"06", "83"}


def test_the_circulars_bring_the_base_to_the_pot_and_option_2_moves_no_money_in(results: Results) -> None:
    assert [(row["circular"], row["after"], row["option"]) for row in rows(results.circular_pots)] == [
        ("BASE", BASE, 0),
        ("C1", POT, 0),
        ("C2", POT, 0),
    ]


def test_last_years_allocation_is_the_base_to_a_few_percents(tables: SmrTables) -> None:
    base = {row["finess"]: row["amount"] for row in rows(tables.delegations, nature="base")}
    for row in rows(tables.criterion_values):
        assert row["DOTATION_N1"] == pytest.approx(base[row["finess"]], rel=0.07)


def test_revenue_is_made_of_the_compartments_as_the_source_has_them(results: Results) -> None:
    region = rows(results.compartment_groups, kind="all")[0]
    shares = [region[name] for name in ("activity", "population", "paediatrics")]
    assert shares == pytest.approx([0.50, 0.40, 0.07], abs=0.025)


def test_the_transition_has_gains_and_losses_and_ends(tables: SmrTables, results: Results) -> None:
    assert len(tables.revenues) == 136
    years = {int(row["year"]): row for row in rows(results.transition_years)}
    assert years[2023]["taken"] == 0
    assert years[2024]["receivers"] > 40 < years[2024]["givers"]
    assert years[2028]["paid"] == years[2028]["taken"] == 0


# Controls, faults, plausibility


def test_nothing_prevents_the_chain_from_running(tables: SmrTables) -> None:
    assert SMR.chain.faults(tables, defaults(SMR), [field.name for field in fields(tables)]) == []


def test_the_warnings_are_those_of_the_compartments_as_printed_and_of_a_late_transfer(results: Results) -> None:
    apart = [row for row in rows(results.controls) if row["verdict"] not in ("ok", "info")]
    assert [(row["control"], row["verdict"], round(row["found"], 9)) for row in apart] == [
        ("compartments", "warning", 1.05),
        ("negative_payments", "warning", 11),
    ]


def test_the_recurring_base_and_the_envelope_are_exact(results: Results) -> None:
    for control in ("recurring_allocations", "envelope_allocations", "payments_add_up", "payments_by_hospital"):
        assert [row["verdict"] for row in rows(results.controls, control=control)] == ["ok"], control


def test_every_measure_of_the_campaign_finds_a_taker_and_the_objective_is_reached(results: Results) -> None:
    assert sum(row["unallocated"] for row in rows(results.accounts)) == 0
    last = rows(results.years)[-1]
    assert last["year"] == 2029
    assert last["objective"] <= last["capacity"] <= 2 * last["objective"]


def test_the_gaps_weigh_about_10_percent_of_the_pot(results: Results) -> None:
    assert 0.095 <= rows(results.controls, control="gaps")[0]["found"] <= 0.11


def test_the_weighting_moves_one_to_two_percent_of_the_population(results: Results) -> None:
    assert 0.01 < rows(results.impacts)[0]["impact"] < 0.025


@pytest.mark.parametrize(("position", "low", "high"), [("under", 0.69, 0.99), ("over", 1.01, 1.45)])
def test_indices_are_plausible_and_not_near_the_bound(results: Results, position: str, low: float, high: float) -> None:
    indices = [row["index"] for row in rows(results.indices, position=position)]
    assert low <= min(indices) < max(indices) <= high


def test_every_federation_and_kind_but_ugecam_has_hospitals_on_both_sides(results: Results) -> None:
    for column in ("federation", "kind"):
        sides: dict[str, set[str]] = {}
        for row in rows(results.indices):
            sides.setdefault(row[column], set()).add(row["position"])
        assert {group for group, found in sides.items() if len(found) < 2} <= {"UGECAM"}


# The inputs


def test_the_frames_have_the_declared_columns(tables: SmrTables) -> None:
    further = {
        "indicator_values": [row["indicator"] for row in rows(tables.indicators)],
        "criterion_values": [row["criterion"] for row in rows(tables.criteria)],
        "regions": [row["criterion"] for row in rows(tables.national_criteria) if row["measure"] != "inhabitants"],
    }
    for field in fields(tables):
        if field.name == "set_aside":
            continue
        declared = [column.name for column in SMR.tables[field.name].columns]
        assert getattr(tables, field.name).names == declared + further.get(field.name, []), field.name


def test_choices_are_declared_code_words(tables: SmrTables) -> None:
    for field in fields(tables):
        if field.name == "set_aside":
            continue
        for column in SMR.tables[field.name].columns:
            if column.choices:
                words = {*column.choices.values(), *([] if column.required else [None])}
                assert set(getattr(tables, field.name)[column.name].tolist()) <= words, (field.name, column.name)


def test_the_departements_have_their_real_populations(tables: SmrTables) -> None:
    found = {row["territory"]: row["adults"] + row["minors"] for row in rows(tables.territories)}
    assert found == POPULATIONS


def test_weights_add_up(tables: SmrTables) -> None:
    assert sum(row["weight"] for row in rows(tables.indicators)) == pytest.approx(1)
    assert sum(row["weight"] for row in rows(tables.criteria)) <= 0.30


def test_every_sharing_hospital_has_values_of_the_criteria(tables: SmrTables) -> None:
    sharing = [row["finess"] for row in rows(tables.hospitals) if row["kind"] != "paediatrics"]
    assert [row["finess"] for row in rows(tables.criterion_values)] == sharing


def test_volumes_are_whole_and_positive_and_each_key_comes_once(tables: SmrTables) -> None:
    activity = rows(tables.activity)
    assert all(row["volume"] > 0 and row["volume"] == int(row["volume"]) for row in activity)
    keys = Counter((row["finess"], row["territory"], row["age"], row["form"]) for row in activity)
    assert max(keys.values()) == 1
    adults = {row["territory"] for row in activity if row["age"] == "adults"}
    assert {*POPULATIONS, "HORS"} == adults


def test_paediatric_hospitals_care_for_minors_and_few_others_do(tables: SmrTables) -> None:
    outside = {row["finess"] for row in rows(tables.hospitals, kind="paediatrics")}
    ages = {(row["finess"], row["age"]) for row in rows(tables.activity)}
    assert not {(code, "adults") for code in outside} & ages
    assert len({code for code, age in ages if age == "minors"} - outside) == 4


def test_regions_are_invented_and_one_has_the_pot(tables: SmrTables) -> None:
    regions = rows(tables.regions)
    assert len(regions) == 13
    assert all(re.fullmatch(r"Région ([A-Z]|de démonstration)", row["name"]) for row in regions)
    assert [row["allocation"] for row in regions if row["name"] == "Région de démonstration"] == [POT]


def test_hospitals_are_visibly_invented(tables: SmrTables) -> None:
    hospitals = rows(tables.hospitals)
    assert all("Démo" in row["name"] for row in hospitals)
    assert all(re.fullmatch(r"[0-9]{2}99[0-9]{5}", row["finess"]) for row in hospitals)
    assert all(row["finess"][:2] == row["territory"] for row in hospitals)
    assert len({row["finess"] for row in hospitals}) == len({row["name"] for row in hospitals}) == len(hospitals) == 136


@pytest.mark.shared_data
def test_no_hospital_is_a_real_one(tables: SmrTables, shared_data: Path) -> None:
    with (shared_data / "sae_smr_2023_paca.csv").open(encoding="utf-8", newline="") as file:
        real = list(csv.DictReader(file, delimiter=";"))
    codes = {row[name] for row in real for name in ("FINESS", "FINESS_EJ")}
    names = {row["RAISON_SOCIALE"].casefold() for row in real}
    assert [row for row in rows(tables.hospitals) if row["finess"] in codes or row["name"].casefold() in names] == []


def test_two_builds_are_equal(tables: SmrTables) -> None:
    again = demonstration()
    for field in fields(tables):
        one, two = getattr(tables, field.name), getattr(again, field.name)
        assert repr(one.records()) == repr(two.records()), field.name  # repr: missing numbers are equal


def test_the_region_is_the_same_on_every_machine(tables: SmrTables) -> None:
    columns = {"hospitals": "allocation", "activity": "volume", "delegations": "amount", "revenues": "before"}
    sums = {
        table: sum(place * int(row[column]) for place, row in enumerate(rows(getattr(tables, table)), 1))
        for table, column in columns.items()
    }
    assert sums == {
        "hospitals": 25558465000,
        "activity": 8470688860,
        "delegations": 25143400019,
        "revenues": 64274635000,
    }

"""The chain of SMR on its small region: criteria, transition, payments, compartments, controls; each step and fault."""

from collections.abc import Sequence
from dataclasses import fields, replace
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from cases.frames import cells, line
from cases.small_smr import (
    BASE,
    C1,
    CIRCULAR,
    CIRCULARS,
    CRITERION,
    DELEGATION,
    EXEMPTION,
    FINANCING,
    OPTION,
    PUBLISHED,
    RATE,
    RATES,
    REVENUE,
    REVENUES,
    A,
    B,
    C,
    D,
    P,
    assumptions,
    base,
    changed,
    frame,
    frames,
    option,
    tables,
    with_circulars,
)
from hypothesis import given
from hypothesis import strategies as st

from dotpop_model.chain_smr import SMR
from dotpop_model.errors import Fault, ModelError
from dotpop_model.smr import SmrTables
from dotpop_model.tables import Frame

EVERY_TABLE = [field.name for field in fields(SmrTables)]
COLUMNS = {"circulars": CIRCULAR, "criteria": CRITERION, "criterion_values": ("finess",), "delegations": DELEGATION}
COLUMNS |= {"exemptions": EXEMPTION, "financing": FINANCING, "options": OPTION, "published": PUBLISHED}
COLUMNS |= {"revenues": REVENUE, "transition_rates": RATE}


def faults(inputs: SmrTables, sound: Sequence[str] = EVERY_TABLE, **hypotheses: Any) -> list[Fault]:
    return SMR.faults(inputs, assumptions(**hypotheses), sound)


def known(row: dict[str, Any], *names: str) -> list[Any]:
    """These values of a line; a missing number as None."""
    return [None if row[name] != row[name] else row[name] for name in names]


def criteria(values: dict[str, float], weight: float = 0.5, measure: str = "rate", direction: int = 1) -> dict[str, Frame]:
    """One criterion, with its value by hospital."""
    return {
        "criteria": frame(CRITERION, ["CASEMIX", "Lourdeur", weight, direction, measure, "points", None]),
        "criterion_values": frame(("finess", "CASEMIX"), *values.items()),
    }


CASEMIX = {A: 1.0, B: 1.5, C: 1.0, D: 0.75}
WHOLE = with_circulars(
    options=frame(OPTION, option("1", 36_000.0), option("2", 18_000.0, "growth", circular="C1")),
    exemptions=frame(EXEMPTION, ["1", B, "Fermeture de lits"]),
    published=frame(PUBLISHED, ["Hôpitaux", "hospitals", None, None, 5.0, 1.0, None]),
    revenues=REVENUES,
    transition_rates=RATES,
    financing=frame(FINANCING, [A, "Recettes d'activité", 600_000.0], [P, "Dotation pédiatrie", 300_000.0]),
    **criteria(CASEMIX),
)
"""A region that has something in every table."""


# Tables that may be empty


@pytest.mark.parametrize("name", [*COLUMNS, "every table"])
@pytest.mark.parametrize("columns", [True, False], ids=["without lines", "without columns"])
def test_any_table_of_smr_may_be_empty(name: str, columns: bool) -> None:
    empty = {one: frame(COLUMNS[one]) if columns else Frame({}) for one in ([name] if name in COLUMNS else COLUMNS)}
    # what cannot stand without the table that it names
    further = {"options": ["exemptions", "published"], "circulars": ["delegations", "options", "exemptions"]}
    empty |= {one: Frame({}) for one in further.get(name, [])}
    if name == "criterion_values":
        empty["criteria"] = Frame({})
    inputs = replace(WHOLE, **empty)
    assert faults(inputs) == []
    found = frames(inputs)
    assert [row for row in found["controls"].records() if row["verdict"] == "alert"] == []
    assert set(found) == set(frames(WHOLE))


def test_an_empty_table_gives_tables_with_their_columns() -> None:
    full, empty = frames(WHOLE), frames(tables())
    further = {"option_amounts": ["Option 1", "Option 2"], "transition_amounts": ["2023", "2024", "2025", "2026"]}
    for name in full:
        assert empty[name].names == [column for column in full[name].names if column not in further.get(name, [])], name


# Paediatrics and criteria


def test_paediatric_hospitals_stand_outside_the_sharing() -> None:
    found = frames(tables())
    assert found["indices"].texts("finess") == [A, B, C, D]
    assert found["indices"].floats("target").tolist() == [720_000, 600_000, 840_000, 240_000]
    assert line(found["controls"], control="set_aside")["found"] == 1


def test_or_inside_when_the_region_says_so() -> None:
    shared = frames(tables(), paediatrics_apart=False, minors_coefficient=1.0, unserved="unassigned")
    assert shared["indices"].texts("finess") == [A, B, C, D, P]
    assert line(shared["flows"], finess=P)["population"] == 200  # the minors of the first département


@pytest.mark.parametrize(
    ("values", "changes", "hypotheses", "wanted"),
    [
        pytest.param(CASEMIX, {}, {}, [550, 575, 700, 175], id="half by a rate"),
        pytest.param(CASEMIX, {"weight": 1.0}, {}, [500, 650, 700, 150], id="all by a rate"),
        pytest.param(CASEMIX, {"weight": 0.0}, {}, [600, 500, 700, 200], id="none by it"),
        pytest.param(
            {A: 300.0, B: 500.0, C: 100.0, D: 300.0},  # B: 400 of them in the first département, 100 in the second
            {"measure": "count", "weight": 1.0},
            {},
            [3000 / 7, 4000 / 7 + 200, 200, 600],
            id="by a count, which B has in both départements",
        ),
        pytest.param({A: 1.0, B: 1.0, C: 1.0, D: 1.0}, {}, {"criteria_form": "index"}, [600, 500, 700, 200], id="index"),
    ],
)
def test_criteria_change_populations_and_keep_each_territory_whole(
    values: dict[str, float], changes: dict[str, Any], hypotheses: dict[str, Any], wanted: list[float]
) -> None:
    found = frames(tables(**criteria(values, **changes)), **hypotheses)
    contributions = found["contributions"]
    assert contributions.floats("population").tolist() == pytest.approx(wanted)
    assert contributions.floats("contributed").tolist() == [600, 500, 700, 200]
    assert contributions.floats("effect").tolist() == pytest.approx(np.subtract(wanted, [600, 500, 700, 200]))
    without = frames(tables(), **hypotheses)["territory_envelopes"]
    assert found["territory_envelopes"].floats("amount").tolist() == without.floats("amount").tolist()
    assert line(found["controls"], control="population_flows")["verdict"] == "ok"


@pytest.mark.parametrize(
    ("inputs", "place", "words"),
    [
        pytest.param(
            changed(tables(), "hospitals", P, allocation=1_000.0),
            ("hospitals", "allocation", (P,)),
            f"pédiatrie avec une dotation populationnelle : {P}",
            id="a paediatric hospital with a part of the pot",
        ),
        pytest.param(
            tables(options=frame(OPTION, option("1", 1.0)), exemptions=frame(EXEMPTION, ["1", P, "Pédiatrie"])),
            ("exemptions", "finess", (P,)),
            "hors du partage",
            id="a paediatric hospital exempted",
        ),
        pytest.param(
            with_circulars(base("C1", {P: 1_000.0}, "earmarked")),
            ("delegations", "finess", (P,)),
            "hors du partage",
            id="a paediatric hospital that a circular serves",
        ),
        pytest.param(
            tables(hospitals=tables().hospitals.where(np.array([False, False, False, False, True]))),
            ("hospitals", "kind", (P,)),
            "tous sont de pédiatrie",
            id="paediatric hospitals alone",
        ),
        pytest.param(
            tables(**criteria(CASEMIX, 1.2)),
            ("criteria", "weight", ("CASEMIX",)),
            "leur somme est 120 %, au plus 100 % est attendu",
            id="criteria over 100 %",
        ),
        pytest.param(
            tables(**criteria({A: 1.0, C: 1.0})),
            ("criterion_values", "finess", (B, D)),
            f"Critères absents pour les établissements {B}, {D}",
            id="hospitals without values",
        ),
        pytest.param(
            tables(**criteria({**CASEMIX, D: 0.0}, direction=-1)),
            ("criterion_values", "CASEMIX", (D,)),
            f"CASEMIX : valeur nulle ou négative à la ligne {D}",
            id="nought where more means less need",
        ),
        pytest.param(
            tables(**criteria({A: 0.0, B: 0.0, C: 1.0, D: 1.0})),
            ("criterion_values", "CASEMIX", ()),
            "CASEMIX : nul pour tous les établissements qui soignent les habitants de 01",
            id="nothing of a criterion in a département",
        ),
        pytest.param(
            tables(activity=tables().activity.where(np.array([True, True, True, True, False, True]))),
            ("hospitals", "finess", (D,)),
            f"Établissements sans population desservie : {D}",
            id="a hospital without activity",
        ),
        pytest.param(
            tables(published=frame(PUBLISHED, ["Crédits", "credits", None, None, 1.0, 1.0, None])),
            ("published", "option", ("Crédits",)),
            "Chiffres publiés sans option : Crédits",
            id="a figure of no option",
        ),
        pytest.param(
            tables(transition_rates=frame(RATE, [2024.0, 0.5, "no", None], [2025.0, 0.75, "no", None])),
            ("transition_rates", "rate", ("2025",)),
            "ils ne peuvent que baisser",
            id="rates that rise, even without revenues",
        ),
        pytest.param(
            tables(circulars=frame(CIRCULAR, ["C1", "Première", 7.0], ["C2", "Deuxième", 7.0])),
            ("circulars", "month", ("C2",)),
            "Circulaires dans le désordre (C1 : mois 7, C2 : mois 7)",
            id="circulars out of order",
        ),
        pytest.param(
            replace(with_circulars(), circulars=Frame({})),
            ("delegations", "circular", ("BASE", "C1")),
            "Circulaires inconnues : BASE, C1",
            id="delegations without circulars",
        ),
        pytest.param(
            tables(options=frame(OPTION, option("1", 1.0, circular="C9"))),
            ("options", "circular", ("C9",)),
            "Circulaires inconnues : C9",
            id="an option paid by a circular that is not there",
        ),
        pytest.param(
            with_circulars(base("C1", {D: -348_000.01}, "rebasing")),
            ("delegations", "finess", (D,)),
            f"Établissement {D} : montant de l'année négatif (−0,01 €) après C1",
            id="a year under nought",
        ),
        pytest.param(
            tables(
                circulars=frame(CIRCULAR, ["C2", "Deuxième", 12.0]),
                options=frame(OPTION, option("1", 36_000.0, circular="C2")),
                exemptions=frame(EXEMPTION, ["1", B, "pourquoi"]),
            ),
            ("delegations", "finess", (D,)),
            f"Établissement {D} : montant de l'année négatif (−36\u202f000,00 €) après C2",
            id="an option that takes from who has received nothing",
        ),
        pytest.param(
            tables(financing=frame(FINANCING, [A, "Dotation populationnelle", 1.0])),
            ("financing", "finess", (A,)),
            f"Dotation populationnelle saisie dans Financements : {A}",
            id="the population compartment entered twice",
        ),
        pytest.param(
            changed(tables(), "hospitals", A, segment="sectorised"),
            ("hospitals", "segment", (A,)),
            f"Établissements ni ex-DG ni ex-OQN : {A}",
            id="a segment of psychiatry",
        ),
    ],
)
def test_each_fault_is_told_once_with_its_place(
    inputs: SmrTables, place: tuple[str, str, tuple[str, ...]], words: str
) -> None:
    (fault,) = faults(inputs)
    assert (fault.table, fault.column, fault.rows) == place
    assert words in fault.message


def test_the_faults_of_every_sheet_are_told_at_once() -> None:
    wrong = replace(
        changed(WHOLE, "hospitals", P, allocation=1.0),
        transition_rates=frame(RATE, [2024.0, 0.5, "no", None], [2025.0, 0.75, "no", None]),
        circulars=frame(CIRCULAR, ["BASE", "Base", 1.0], ["C1", "Première", 1.0]),
        options=frame(OPTION, option("1", 36_000.0), option("2", 1.0, label="Option 1")),
        published=frame(PUBLISHED, ["Crédits", "credits", None, None, 1.0, 1.0, None]),
        financing=frame(FINANCING, [A, "Dotation populationnelle", 1.0]),
        **criteria(CASEMIX, 1.2),
    )
    assert [fault.table for fault in faults(wrong)] == [
        *("hospitals", "criteria", "options", "published", "transition_rates", "circulars", "financing")
    ]


def test_what_cannot_be_read_yet_is_not_checked() -> None:
    wrong = replace(
        tables(),
        circulars=frame(CIRCULAR, ["C1", "Première", 7.0], ["C2", "Deuxième", 6.0]),
        options=frame(OPTION, option("1", 1.0), option("2", 1.0, label="Option 1")),
    )
    assert [fault.table for fault in faults(wrong)] == ["options", "circulars"]
    assert [fault.table for fault in faults(wrong, [name for name in EVERY_TABLE if name != "circulars"])] == ["options"]
    assert faults(wrong, []) == []


def test_faults_of_the_activity_are_told_whatever_the_sheets_of_the_campaign() -> None:
    inputs = tables(activity=frame(["finess", "territory", "age", "form", "volume"], [A, "01", "adults", "JOURS", 1.0]))
    sound = [name for name in EVERY_TABLE if name not in ("campaign", "delegations", "financing")]
    assert [fault.rows for fault in faults(inputs, sound)] == [("02",)]


# Transition


def test_the_transition_of_each_hospital_year_by_year() -> None:
    found = frames(tables(revenues=REVENUES, transition_rates=RATES))["transition_amounts"]
    years = ("2023", "2024", "2025", "2026")
    assert found.names == ["finess", "name", "kind", "federation", "before", "after", "difference", *years]
    by_hospital = {row["finess"]: known(row, "difference", *years) for row in found.records()}
    assert by_hospital == {
        A: [100_000, 100_000, 100_000, 50_000, 0],
        B: [-50_000, 0, -50_000, -25_000, 0],  # in 2023 nothing is taken back
        P: [20_000, 20_000, 20_000, 10_000, 0],  # those outside the sharing have their transition too
    }
    assert line(found, finess=P)["name"] == "Enfants P"


def test_the_transition_of_the_region_by_year() -> None:
    found = frames(tables(revenues=REVENUES, transition_rates=RATES))["transition_years"]
    assert [tuple(row.values()) for row in found.records()] == [
        (2023, 1.0, 2, 120_000, 0, 0, 120_000),
        (2024, 1.0, 2, 120_000, 1, -50_000, 70_000),
        (2025, 0.5, 2, 60_000, 1, -25_000, 35_000),
        (2026, 0.0, 0, 0, 0, 0, 0),
    ]


def test_years_stand_in_order_whatever_that_of_the_lines() -> None:
    rates = frame(RATE, [2025.0, 0.5, "yes", None], [2024.0, 1.0, "no", None])
    found = frames(tables(revenues=REVENUES, transition_rates=rates))
    assert found["transition_years"]["year"].tolist() == [2024, 2025]
    assert line(found["transition_amounts"], finess=B)["2025"] == -25_000
    control = line(found["controls"], control="transition_ends")
    assert (control["subject"], control["found"], control["verdict"]) == ("2025", 0.5, "warning")


def test_half_a_cent_is_half_a_cent_whatever_the_revenues() -> None:
    revenues = frame(REVENUE, [A, 1000.10, 1000.08], [B, 0.06, 0.0])  # 0.02 and 0.06, of which a quarter: 0.005 and 0.015
    rates = frame(RATE, [2024.0, 0.25, "yes", None])
    assert frames(tables(revenues=revenues, transition_rates=rates))["transition_amounts"].floats("2024").tolist() == [
        0,
        0.02,
    ]


def test_the_transition_of_the_base_year_is_set_beside_each_option_by_position() -> None:
    inputs = tables(revenues=REVENUES, transition_rates=RATES, options=frame(OPTION, option("1", 36_000.0)))
    lines = [list(row.values()) for row in frames(inputs)["transition_options"].records()]
    assert lines == [
        ["Option 1", "under", 1, 100_000, 24_000, 124_000, 0, 0],
        ["Option 1", "over", 1, -50_000, -14_400, -64_400, 1, 1],
    ]


def test_an_option_may_make_up_for_a_transition() -> None:
    revenues = frame(REVENUE, [A, 10_000.0, 30_000.0], [C, 0.0, 12_000.0])
    inputs = tables(revenues=revenues, transition_rates=RATES, options=frame(OPTION, option("1", 36_000.0)))
    row = line(frames(inputs)["transition_options"], position="under")
    assert known(row, "transition", "option", "together", "losers", "losers_after") == [-32_000, 36_000, 4_000, 2, 0]


def test_without_the_base_year_nothing_is_set_beside_the_options() -> None:
    rates = frame(RATE, [2025.0, 0.5, "yes", None], [2026.0, 0.0, "yes", None])
    inputs = tables(revenues=REVENUES, transition_rates=rates, options=frame(OPTION, option("1", 36_000.0)))
    found = frames(inputs)
    assert (len(found["transition_options"]), len(found["transition_years"])) == (0, 2)


# Payments


def cents(amount: float) -> Decimal:
    """A number of the tables as the decimal that it is written as."""
    return Decimal(repr(float(amount)))


def months(found: Frame, finess: str) -> list[float]:
    row = line(found, finess=finess)
    return [row[f"month_{month}"] for month in range(1, 13)]


@pytest.mark.parametrize(
    ("hypotheses", "of_b", "of_d"),
    [
        pytest.param({}, [50_000] * 6 + [92_000] + [56_000] * 5, [20_000] * 6 + [83_000] + [29_000] * 5, id="at once"),
        pytest.param(
            {"adjustment_non_sectorised": "spread"},
            [50_000] * 6 + [62_000] * 6,
            [20_000] * 6 + [83_000] + [29_000] * 5,
            id="ex-DG spread, ex-OQN at once",
        ),
        pytest.param(
            {"delay_oqn": 2},
            [50_000] * 6 + [92_000] + [56_000] * 5,
            [0, 0, 60_000] + [20_000] * 5 + [101_000] + [29_000] * 3,
            id="ex-OQN two months later",
        ),
    ],
)
def test_twelve_payments_after_a_base_and_a_circular(
    hypotheses: dict[str, Any], of_b: list[float], of_d: list[float]
) -> None:
    found = frames(with_circulars(), **hypotheses)
    assert months(found["payments"], B) == of_b
    assert months(found["payments"], D) == of_d
    by_month = found["payment_months"]
    rows = [months(found["payments"], finess) for finess in (A, D)]
    assert by_month.floats("oqn").tolist() == np.sum(rows, axis=0).tolist()
    assert by_month.floats("total").sum() == by_month.floats("cumulated")[-1] == 2_400_000


def test_base_circular_and_option_add_up_to_the_cent_each_month() -> None:
    inputs = with_circulars(
        base("C1", {A: 0.07, C: 100.01}, "rebasing"),
        options=frame(OPTION, option("1", 33_333.33, circular="C2")),
        circulars=frame(CIRCULAR, *CIRCULARS_OF_THREE),
    )
    found = frames(inputs)
    for finess, yearly in zip((A, B, C, D), found["delegated"].floats("total").tolist(), strict=True):
        paid = [cents(amount) for amount in months(found["payments"], finess)]
        assert sum(paid) == cents(yearly)
    for month in range(1, 13):
        of_month = [cents(amount) for amount in found["payments"].floats(f"month_{month}").tolist()]
        assert sum(of_month) == cents(found["payment_months"].floats("total")[month - 1])
    verdicts = {row["control"]: row["verdict"] for row in found["controls"].records()}
    assert (verdicts["payments_add_up"], verdicts["payments_by_hospital"]) == ("ok", "ok")


CIRCULARS_OF_THREE = [["BASE", "Base", 1.0], ["C1", "Première", 7.0], ["C2", "Deuxième", 11.0]]


def test_the_pots_follow_the_circulars() -> None:
    inputs = with_circulars(
        base("C1", {B: -2_000.0}, "rebasing"),
        options=frame(OPTION, option("1", 36_000.0), option("2", 18_000.0, "growth", circular="C2")),
        circulars=frame(CIRCULAR, *CIRCULARS_OF_THREE),
    )
    assert [list(row.values()) for row in frames(inputs)["circular_pots"].records()] == [
        ["BASE", "Base", 1, 0, 1_980_000, 0, 0, 0, 0, 1_980_000, 1_980_000, 0],
        ["C1", "Première", 7, 1_980_000, 0, 420_000, -2_000, 0, 0, 2_398_000, 418_000, 0],
        ["C2", "Deuxième", 11, 2_398_000, 0, 0, 0, 0, 18_000, 2_416_000, 0, 18_000],
    ]


def test_what_each_hospital_is_delegated_by_nature() -> None:
    inputs = with_circulars(
        base("C1", {B: -2_000.0}, "rebasing"),
        options=frame(OPTION, option("1", 36_000.0, circular="C1")),
    )
    row = line(frames(inputs)["delegated"], finess=B)
    natures = ("base", "growth", "rebasing", "earmarked", "option", "total", "recurring")
    assert known(row, *natures) == [600_000, 72_000, -2_000, 0, -14_400, 655_600, 670_000]


def test_an_option_that_no_circular_pays_is_not_paid() -> None:
    inputs = with_circulars(options=frame(OPTION, option("1", 36_000.0)))
    assert frames(inputs)["delegated"].floats("option").tolist() == [0, 0, 0, 0]


def test_a_hospital_that_no_circular_serves_has_no_payment() -> None:
    inputs = replace(with_circulars(), delegations=frame(DELEGATION, *BASE[:2]))
    found = frames(inputs)
    assert found["payments"].texts("finess") == [A, B]
    control = line(found["controls"], control="hospitals_not_paid")
    assert (control["found"], control["verdict"]) == (2, "info")


def test_circulars_that_delegate_nothing_yet_pay_nothing() -> None:
    found = frames(tables(circulars=CIRCULARS))
    assert found["circular_pots"].floats("after").tolist() == [0, 0]
    assert (len(found["payments"]), len(found["payment_months"])) == (0, 0)
    assert [row["control"] for row in found["controls"].records() if row["verdict"] == "alert"] == []


def test_a_delay_that_leaves_the_year_is_refused_by_segment() -> None:
    found = faults(with_circulars(), delay_oqn=6, delay_non_sectorised=6)
    assert [fault.message for fault in found] == [
        "Circulaires dont le premier versement sort de l'année, décalage compris : C1. Réduire VER_DECALAGE_DG.",
        "Circulaires dont le premier versement sort de l'année, décalage compris : C1. Réduire VER_DECALAGE_OQN.",
    ]
    assert faults(with_circulars(), delay_oqn=5, delay_non_sectorised=5) == []


def test_the_delay_of_a_segment_without_hospitals_does_not_matter() -> None:
    inputs = with_circulars()
    for finess in (A, D):
        inputs = changed(inputs, "hospitals", finess, segment="non_sectorised")
    assert faults(inputs, delay_oqn=11) == []
    assert frames(inputs, delay_oqn=11)["payment_months"].floats("oqn").tolist() == [0] * 12


def test_growth_is_what_the_first_circular_adds_to_the_base() -> None:
    figures = frame(
        PUBLISHED,
        ["En euros", "growth", None, None, 420_000.0, 1_000.0, None],
        ["En part", "growth_rate", None, None, 21.2, 0.1, None],
        ["D'une fédération", "growth", None, "FHP", 420_000.0, 1_000.0, None],
    )
    found = frames(with_circulars(published=figures))["compared"].records()
    assert [known(row, "published", "found", "verdict") for row in found] == [
        [420_000, 420_000, "ok"],
        [0.212, 420_000 / 1_980_000, "ok"],
        [420_000, None, "warning"],
    ]
    no_base = frames(with_circulars(published=figures, delegations=frame(DELEGATION, *C1)))["compared"].records()
    assert [row["verdict"] for row in no_base] == ["warning"] * 3


amounts = st.integers(0, 10**8).map(lambda cents: cents / 100)


@given(
    st.lists(st.integers(1, 12), min_size=1, max_size=4, unique=True).map(sorted),
    st.lists(st.lists(amounts, min_size=4, max_size=4), min_size=4, max_size=4),
    st.sampled_from(["at_once", "spread"]),
    st.sampled_from(["0.01", "1"]),
)
def test_the_payments_of_a_year_are_its_last_circular(
    at: list[int], values: list[list[float]], adjustment: str, step: str
) -> None:
    circulars = [[f"C{place}", f"Circulaire {place}", float(month)] for place, month in enumerate(at)]
    delegated = [dict(zip((A, B, C, D), given, strict=True)) for given in values[: len(at)]]
    lines = [row for (code, *_), given in zip(circulars, delegated, strict=True) for row in base(code, given)]
    inputs = tables(circulars=frame(CIRCULAR, *circulars), delegations=frame(DELEGATION, *lines))
    found = frames(inputs, adjustment_non_sectorised=adjustment, adjustment_oqn=adjustment, step=step)
    last = cents(found["circular_pots"].floats("after")[-1])
    paid = [cents(amount) for finess in (A, B, C, D) for amount in months(found["payments"], finess)]
    assert sum(paid) == last == sum(cents(row[-1]) for row in lines)


# Compartments


def test_revenue_by_compartment_paediatrics_apart() -> None:
    found = frames(WHOLE)
    revenue = found["compartment_revenues"]
    assert known(line(revenue, finess=A), "activity", "population", "paediatrics", "total", "population_share") == [
        *(600_000, 600_000, None, 1_200_000, 0.5)
    ]
    assert known(line(revenue, finess=P), "activity", "population", "paediatrics", "total") == [None, 0, 300_000, 300_000]
    assert [tuple(row.values()) for row in found["paediatrics"].records()] == [(P, "Enfants P", "FEHAP", 300_000, 1.0)]


def test_shares_add_up_to_1_in_each_group() -> None:
    compartments = ("activity", "population", "paediatrics", "expertise", "platforms", "quality", "drugs")
    groups = frames(WHOLE)["compartment_groups"].records()
    assert {row["kind"] for row in groups} == {"all", "kind", "federation", "segment"}
    for row in groups:
        assert sum(row[name] for name in compartments) == pytest.approx(1), row["group"]
    assert groups[0]["population"] == pytest.approx(2_400_000 / 3_300_000)


def test_a_group_without_any_revenue_has_no_share() -> None:
    row = line(frames(tables())["compartment_groups"], kind="kind", group="paediatrics")
    assert known(row, "total", "population") == [0, None]


def test_a_hospital_of_another_kind_may_have_a_part_of_the_paediatric_pot() -> None:
    lines = [[P, "Dotation pédiatrie", 300_000.0], [B, "Dotation pédiatrie", 100_000.0]]
    found = frames(tables(financing=frame(FINANCING, *lines)))["paediatrics"]
    assert {row["finess"]: row["share"] for row in found.records()} == {B: 0.25, P: 0.75}


# Controls


@pytest.mark.parametrize(
    ("inputs", "hypotheses", "control", "subject", "found", "verdict"),
    [
        pytest.param(WHOLE, {}, "option_credits", "Option 1", 36_000, "ok", id="credits are the amount"),
        pytest.param(WHOLE, {}, "option_balance", "Option 1", 0, "ok", id="a transfer makes no money"),
        pytest.param(WHOLE, {}, "option_balance", "Option 2", 18_000, "ok", id="growth is new money"),
        pytest.param(
            tables(options=frame(OPTION, option("1", 10.5))), {"step": "1"}, "option_credits", "Option 1", 10, "info",
            id="cents that are not notified",
        ),
        pytest.param(
            tables(options=frame(OPTION, option("1", 240_000, "growth"))), {}, "option_beyond", "Option 1", 2, "warning",
            id="more than the under-funded lack",
        ),
        pytest.param(WHOLE, {}, "revenues_missing", "all", 2, "warning", id="hospitals without revenues"),
        pytest.param(WHOLE, {}, "transition_ends", "2026", 0, "ok", id="a transition that ends"),
        pytest.param(WHOLE, {}, "payments_add_up", "all", 2_418_000, "ok", id="payments are the last circular"),
        pytest.param(WHOLE, {}, "payments_by_hospital", "all", 0, "ok", id="and each hospital's"),
        pytest.param(WHOLE, {}, "negative_payments", "all", 0, "ok", id="no negative payment"),
        pytest.param(
            with_circulars(base("C1", {B: -300_000.0}, "rebasing")), {}, "negative_payments", "all", 1, "warning",
            id="a payment that is taken back",
        ),
        pytest.param(WHOLE, {}, "hospitals_not_paid", "all", 0, "ok", id="every hospital is served"),
        pytest.param(WHOLE, {}, "recurring_allocations", "all", 2_400_000, "ok", id="the recurring base is the allocations"),
        pytest.param(
            with_circulars(base("C1", {B: 1.0}, "rebasing")), {}, "recurring_allocations", "all", 2_400_001, "info",
            id="the recurring base has moved",
        ),
        pytest.param(
            WHOLE, {}, "compartment_share", "Dotation populationnelle", 24 / 33, "info", id="a compartment beside its scale"
        ),
    ],
)  # fmt: skip
def test_a_control_and_its_verdict(
    inputs: SmrTables, hypotheses: dict[str, Any], control: str, subject: str, found: float, verdict: str
) -> None:
    row = line(frames(inputs, **hypotheses)["controls"], control=control, subject=subject)
    assert (row["found"], row["verdict"]) == (pytest.approx(found), verdict)


def test_controls_of_what_is_not_there_are_not_shown() -> None:
    shown = set(frames(tables())["controls"].texts("control"))
    hidden = ("option_credits", "revenues_missing", "transition_ends", "payments_add_up", "compartment_share")
    assert shown.isdisjoint(hidden)


# Each step alone


CHOICES: dict[str, dict[str, Any]] = {
    "usual choices": {},
    "segments": {"segmented": True},
    "between bounds": {"low": 0.95, "high": 1.2, "need_threshold": 0.95},
    "criteria as an index": {"criteria_form": "index"},
    "spread, later, in euros": {"adjustment_oqn": "spread", "delay_oqn": 1, "step": "1"},
}


@pytest.mark.parametrize("choices", CHOICES)
@pytest.mark.parametrize("name", SMR.steps)
def test_each_step_gives_the_tables_of_the_whole_chain(name: str, choices: str) -> None:
    hypotheses, step = assumptions(**CHOICES[choices]), SMR.steps[name]
    whole = SMR.run(WHOLE, hypotheses).frames()
    standing = Frame({column: whole[step.reads][column] for column in step.needs}) if step.reads else Frame({})
    found = SMR.run_step(name, WHOLE, hypotheses, standing)
    assert cells(found) == cells({table: whole[table] for table in found})


def test_the_steps_write_every_result_but_the_controls_and_each_once() -> None:
    whole = SMR.run(WHOLE, assumptions()).frames()
    written = [
        table
        for name, step in SMR.steps.items()
        for table in SMR.run_step(name, WHOLE, assumptions(), whole.get(step.reads, Frame({})))
    ]
    assert len(written) == len(set(written))
    assert {*written, "controls", "compared"} == set(whole)


def test_the_order_of_the_lines_that_stand_does_not_matter() -> None:
    standing = SMR.run(WHOLE, assumptions()).indices
    backwards = Frame({name: standing[name][::-1] for name in standing.names})
    for name in ("options", "transition", "payments"):
        one, other = (SMR.run_step(name, WHOLE, assumptions(), frame_) for frame_ in (standing, backwards))
        assert cells(one) == cells(other), name


@pytest.mark.parametrize("name", ["options", "transition", "payments"])
def test_a_step_from_indices_of_other_hospitals_is_refused(name: str) -> None:
    standing = SMR.run(WHOLE, assumptions()).indices
    with pytest.raises(ModelError, match=f"absents : {D}"):
        SMR.run_step(name, WHOLE, assumptions(), standing.where(np.array([True, True, True, False])))

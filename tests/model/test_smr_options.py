"""Options over tables, the page to vote on and the published figures, on the small region of SMR (see its table of gaps)."""

from decimal import Decimal
from typing import Any

import pytest
from cases.faults_told import assert_told_at
from cases.frames import line
from cases.small_smr import EXEMPTION, OPTION, PUBLISHED, A, B, C, D, P, assumptions, changed, frame, frames, option, tables
from hypothesis import given
from hypothesis import strategies as st

from dotpop_model.chain_smr import SMR
from dotpop_model.errors import ModelError
from dotpop_model.options import Key, Payer
from dotpop_model.smr import SmrTables
from dotpop_model.tables import Frame

TRANSFER = option("1", 36_000.0)
GROWTH = option("2", 18_000.0, "growth")
SPRINKLING = option("3", 24_000.0, "growth", "allocations", recurring="yes")
BANDS = {"low": 0.9, "high": 1.2, "need_threshold": 0.9}
"""Bounds that leave A under, D over, and B and C neutral."""


def region(*options: list[Any], exempt: tuple[tuple[str, str, str | None], ...] = (), **changes: Frame) -> SmrTables:
    return tables(options=frame(OPTION, *options), exemptions=frame(EXEMPTION, *exempt), **changes)


def amounts(inputs: SmrTables, label: str, **hypotheses: Any) -> list[float]:
    """What A, B, C and D receive or pay."""
    return frames(inputs, **hypotheses)["option_amounts"].floats(label).tolist()


@pytest.mark.parametrize(
    ("proposed", "exempt", "hypotheses", "wanted"),
    [
        pytest.param(TRANSFER, (), {}, [24_000, -14_400, 12_000, -21_600], id="a transfer follows gaps on both sides"),
        pytest.param(GROWTH, (), {}, [12_000, 0, 6_000, 0], id="growth follows what is lacking"),
        pytest.param(SPRINKLING, (), {}, [6_000, 6_720, 7_800, 3_480], id="sprinkling follows the allocations"),
        pytest.param(option("1", 24_000.0, "growth", "targets"), (), {}, [7_200, 6_000, 8_400, 2_400], id="or the targets"),
        pytest.param(
            option("1", 13_800.0, key="allocations"),
            (),
            {},
            [6_000, -5_520, 7_800, -8_280],
            id="a transfer to the under-funded by their allocations",
        ),
        pytest.param(TRANSFER, (("1", D, "pourquoi"),), {}, [24_000, -36_000, 12_000, 0], id="the exempted pay nothing"),
        pytest.param(
            TRANSFER, (("1", A, "pourquoi"),), {}, [24_000, -14_400, 12_000, -21_600], id="who receives has nothing to pay"
        ),
        pytest.param(TRANSFER, (), BANDS, [36_000, 0, 0, -36_000], id="between the bounds nobody receives nor pays"),
        pytest.param(GROWTH, (), BANDS, [18_000, 0, 0, 0], id="between the bounds nobody receives growth"),
        pytest.param(SPRINKLING, (), BANDS, [6_000, 6_720, 7_800, 3_480], id="sprinkling does not look at the bounds"),
        pytest.param(option("1", 0.01), (), {}, [0.01, 0, 0, -0.01], id="one cent"),
        pytest.param(option("1", 10.0), (), {"step": "1"}, [7, -4, 3, -6], id="whole euros"),
        pytest.param(
            option("1", 180_000.0), (), {}, [120_000, -72_000, 60_000, -108_000], id="all that they have: everyone on target"
        ),
    ],
)
def test_an_option_over_tables(
    proposed: list[Any], exempt: tuple[tuple[str, str, str], ...], hypotheses: dict[str, Any], wanted: list[float]
) -> None:
    assert amounts(region(proposed, exempt=exempt), proposed[1], **hypotheses) == wanted


def test_options_stand_side_by_side_with_who_they_are_about() -> None:
    found = frames(region(TRANSFER, GROWTH, SPRINKLING))["option_amounts"]
    assert found.names[-3:] == ["Option 1", "Option 2", "Option 3"]
    assert line(found, finess=A) == {
        "finess": A,
        "name": "Clinique A",
        "kind": "general",
        "federation": "FHP",
        "departement": "01",
        "allocation": 600_000,
        "target": 720_000,
        "under": 120_000,
        "over": 0,
        "Option 1": 24_000,
        "Option 2": 12_000,
        "Option 3": 6_000,
    }
    assert P not in found.texts("finess")


def test_neutral_hospitals_show_no_gap() -> None:
    found = frames(region(TRANSFER), **BANDS)["option_amounts"]
    assert (found.floats("under").tolist(), found.floats("over").tolist()) == ([120_000, 0, 0, 0], [0, 0, 0, 108_000])


GROUP = ("hospitals", "credit_hospitals", "credit_total", "credit_mean", "credit_least", "credit_most")
PAID = ("debit_hospitals", "debit_total", "debit_mean", "debit_least", "debit_most", "net")


@pytest.mark.parametrize(
    ("kind", "group", "credits", "debits"),
    [
        pytest.param(
            "all",
            "Région",
            [4, 2, 36_000, 18_000, 12_000, 24_000],
            [2, -36_000, -18_000, -14_400, -21_600, 0],
            id="the region",
        ),
        pytest.param(
            "federation",
            "FHP",
            [2, 1, 24_000, 24_000, 24_000, 24_000],
            [1, -21_600, -21_600, -21_600, -21_600, 2_400],
            id="a federation that receives and pays",
        ),
        pytest.param(
            "kind",
            "general",
            [2, 2, 36_000, 18_000, 12_000, 24_000],
            [0, 0, None, None, None, 36_000],
            id="a kind where nobody pays",
        ),
        pytest.param(
            "departement",
            "01",
            [2, 1, 24_000, 24_000, 24_000, 24_000],
            [1, -14_400, -14_400, -14_400, -14_400, 9_600],
            id="a département",
        ),
    ],
)
def test_groups_count_total_mean_least_and_most(
    kind: str, group: str, credits: list[float], debits: list[float | None]
) -> None:
    row = line(frames(region(TRANSFER))["option_groups"], kind=kind, group=group)
    found = {name: None if row[name] != row[name] else row[name] for name in (*GROUP, *PAID)}
    assert found == dict(zip((*GROUP, *PAID), [*credits, *debits], strict=True))


def test_a_hospital_without_a_kind_is_in_a_group_of_its_own() -> None:
    found = frames(changed(region(TRANSFER), "hospitals", D, kind=None))["option_groups"]
    assert line(found, kind="kind", group="Non renseigné")["net"] == -21_600


def test_the_summary_has_a_line_per_option_and_a_column_per_federation() -> None:
    inputs = region(TRANSFER, SPRINKLING, exempt=(("1", B, "pourquoi"),))
    found = frames(changed(inputs, "hospitals", C, federation="UNAIBODE"))["option_summary"]
    assert line(found, label="Option 1") == {
        "label": "Option 1",
        "recurring": "no",
        "credit_hospitals": 2,
        "credit_total": 36_000,
        "credit_mean": 18_000,
        "debit_hospitals": 1,
        "debit_total": -36_000,
        "debit_mean": -36_000,
        "exempted": 1,
        "net": 0,
        "FHF": 0,
        "FEHAP": 0,
        "FHP": -12_000,
        "UGECAM": 0,
        "Autre": 12_000,
    }
    assert line(found, label="Option 3")["recurring"] == "yes"


def test_a_region_with_one_segment_or_one_federation_weighs_options_too() -> None:
    inputs = region(TRANSFER)
    for finess in (A, D):
        inputs = changed(inputs, "hospitals", finess, segment="non_sectorised", federation="FHF")
    assert amounts(inputs, "Option 1") == [24_000, -14_400, 12_000, -21_600]


# What is refused: the table, the column and the lines of the fault, and words of it.
REFUSED = [
    pytest.param(
        region(GROWTH, option("X", 180_000.01)),
        ("options", "amount", ("X",)),
        "Option X : montant : 180\u202f000,01 € demandés aux sur-dotés, qui n'ont que 180\u202f000,00 €",
        id="more than the over-funded have",
    ),
    pytest.param(
        region(option("X", 100_000.0), exempt=(("X", D, "pourquoi"),)),
        ("options", "amount", ("X",)),
        "qui n'ont que 72\u202f000,00 € au-dessus de leur dotation théorique, exemptions ôtées",
        id="more than is left once one is exempted",
    ),
    pytest.param(
        region(option("X", 100.0), exempt=(("X", D, "a"), ("X", B, "b"))),
        ("options", "amount", ("X",)),
        "qui n'ont que 0,00 €",
        id="everyone who could pay is exempted",
    ),
    pytest.param(
        region(option("X", 0.0)),
        ("options", "amount", ("X",)),
        "Option X : montant : 0,00 €, un montant positif est attendu",
        id="an option of nothing",
    ),
    pytest.param(
        region(TRANSFER, GROWTH, exempt=(("2", D, "pourquoi"), ("2", B, "pourquoi"))),
        ("exemptions", "option", ("2",)),
        "Exemptions d'options où personne ne paie : 2.",
        id="an exemption where nobody pays",
    ),
    pytest.param(
        region(TRANSFER, option("2", 18_000.0, label="Option 1"), GROWTH),
        ("options", "label", ("Option 1", "Option 1")),
        "Options de même libellé : Option 1.",
        id="two options of one label",
    ),
    pytest.param(
        region(TRANSFER, option("2", 18_000.0, label="OPTION 1")),
        ("options", "label", ("Option 1", "OPTION 1")),
        "Options de même libellé : Option 1, OPTION 1.",
        id="labels that only capitals tell apart",
    ),
    pytest.param(
        region(TRANSFER, exempt=(("1", "990000009", "pourquoi"),)),
        ("exemptions", "finess", ("990000009",)),
        "Option 1 : exemptions : établissements inconnus (990000009)",
        id="an exemption of nobody",
    ),
]


@pytest.mark.parametrize(("inputs", "place", "words"), REFUSED)
def test_what_cannot_be_is_refused_with_its_place(
    inputs: SmrTables, place: tuple[str, str, tuple[str, ...]], words: str
) -> None:
    assert_told_at(lambda: SMR.run(inputs, assumptions()), place, words)


def test_nobody_can_receive_when_all_are_between_the_bounds() -> None:
    with pytest.raises(ModelError, match="Option 2 : Aucun établissement ne peut recevoir"):
        SMR.run(region(GROWTH), assumptions(low=0.5, high=2.0, need_threshold=0.5))


def test_the_faults_of_all_options_are_told_at_once() -> None:
    with pytest.raises(ModelError) as caught:
        SMR.run(region(option("X", 0.0), option("Y", 1e6, label="Option X")), assumptions())
    assert [fault.rows for fault in caught.value.faults] == [("Option X", "Option X"), ("X",), ("Y",)]


@given(
    st.lists(
        st.tuples(st.integers(1, 6_000_000), st.sampled_from(list(Payer)), st.sampled_from(list(Key))),
        min_size=1,
        max_size=4,
    ),
    st.sets(st.sampled_from([A, B, C]), max_size=3),  # D can always pay
    st.sampled_from(["0.01", "1"]),
)
def test_debits_are_credits_to_the_cent(options: list[tuple[int, Payer, Key]], exempt: set[str], step: str) -> None:
    lines = [option(str(place), cents / 100, payer, key) for place, (cents, payer, key) in enumerate(options)]
    paying = [line[0] for line in lines if line[3] == Payer.OVER_FUNDED]
    exempted = tuple((code, finess, "pourquoi") for code in paying for finess in sorted(exempt))
    found = frames(region(*lines, exempt=exempted), step=step)
    for proposed in lines:
        given_or_paid = [Decimal(repr(amount)) for amount in found["option_amounts"].floats(proposed[1]).tolist()]
        whole = Decimal(repr(proposed[2])) // Decimal(step) * Decimal(step)
        assert sum(given_or_paid) == (0 if proposed[3] == Payer.OVER_FUNDED else whole)
        assert sum(max(amount, Decimal(0)) for amount in given_or_paid) == whole
        row = line(found["option_summary"], label=proposed[1])
        assert (row["credit_total"], row["net"]) == (float(whole), float(sum(given_or_paid)))
        assert line(found["controls"], control="option_balance", subject=proposed[1])["verdict"] == "ok"
        assert line(found["controls"], control="option_credits", subject=proposed[1])["verdict"] in ("ok", "info")


# The page to vote on


@pytest.mark.parametrize(
    ("proposed", "exempt", "sentence"),
    [
        pytest.param(
            option("1", 36_000.0, label="Option 2", comment="Mesure transitoire."),
            ((B, "Fermeture de lits"),),
            "Favorable à « Option 2 » : 36\u202f000,00 €, pris à 1 établissement sur-doté (1 exempté), répartis entre "
            "2 établissements au prorata des sous-dotations (18\u202f000,00 € en moyenne), à titre non reconductible. "
            "Mesure transitoire.",
            id="a transfer with an exemption and a comment",
        ),
        pytest.param(
            TRANSFER,
            ((A, "a"), (C, "b")),
            "Favorable à « Option 1 » : 36\u202f000,00 €, pris à 2 établissements sur-dotés au prorata de leurs "
            "sur-dotations (2 exemptés), répartis entre 2 établissements au prorata des sous-dotations "
            "(18\u202f000,00 € en moyenne), à titre non reconductible.",
            id="two who pay, two exempted",
        ),
        pytest.param(
            SPRINKLING,
            (),
            "Favorable à « Option 3 » : 24\u202f000,00 € de crédits nouveaux, répartis entre 4 établissements au prorata "
            "des dotations (6\u202f000,00 € en moyenne), à titre reconductible.",
            id="new money, recurring",
        ),
        pytest.param(
            option("1", 0.02, "growth", "targets"),
            (),
            "Favorable à « Option 1 » : 0,02 € de crédits nouveaux, répartis entre 2 établissements au prorata des "
            "dotations théoriques (0,01 € en moyenne), à titre non reconductible.",
            id="two cents for two of them",
        ),
    ],
)
def test_an_option_in_one_sentence(proposed: list[Any], exempt: tuple[tuple[str, str], ...], sentence: str) -> None:
    inputs = region(proposed, exempt=tuple((proposed[0], *one) for one in exempt))
    assert frames(inputs)["ballot"].records() == [
        {"box": "☐", "proposal": sentence},
        {"box": "☐", "proposal": "Abstention"},
    ]


def test_each_exemption_is_told_with_its_reason() -> None:
    found = frames(region(TRANSFER, exempt=(("1", D, "Fermeture de lits"), ("1", A, None))))
    assert found["ballot_exemptions"].texts("told") == [
        f"Option 1 : Clinique D ({D}), Fermeture de lits",
        f"Option 1 : Clinique A ({A})",
    ]


def test_without_options_there_is_nothing_to_vote_on() -> None:
    found = frames(tables())
    empty = ("option_summary", "option_groups", "ballot", "ballot_exemptions", "compared")
    assert [name for name in empty if len(found[name])] == []
    assert len(found["option_amounts"]) == 4


# Published figures


def published(figure: str, value: float, rounding: float = 1.0, code: str | None = None, group: str | None = None) -> Frame:
    return frame(PUBLISHED, ["Chiffre", figure, code, group, value, rounding, "Pourquoi"])


@pytest.mark.parametrize(
    ("figure", "code", "group", "value", "rounding", "found", "verdict"),
    [
        pytest.param("hospitals", None, None, 5, 1, 5, "ok", id="hospitals, those set aside included"),
        pytest.param("hospitals", None, "FEHAP", 2, 1, 2, "ok", id="of a federation"),
        pytest.param("hospitals", None, "paediatrics", 2, 1, 1, "warning", id="of a kind"),
        pytest.param("under_funded", None, None, 2, 1, 2, "ok", id="the under-funded"),
        pytest.param("under_funded", None, "FHP", 2, 1, 1, "warning", id="the under-funded of a federation"),
        pytest.param("credits", "1", None, 36_000, 1, 36_000, "ok", id="what an option gives"),
        pytest.param("credits", "1", None, 0, 100_000, 36_000, "ok", id="the same once rounded as published"),
        pytest.param("credits", "1", None, 40_000, 1_000, 36_000, "warning", id="beyond the rounding"),
        pytest.param("creditors", "1", "general", 2, 1, 2, "ok", id="who receives"),
        pytest.param("mean_credit", "1", None, 18_000, 1, 18_000, "ok", id="how much on average"),
        pytest.param("debtors", "1", None, 2, 1, 2, "ok", id="who pays"),
        pytest.param("mean_debit", "1", None, -18_000, 1, -18_000, "ok", id="how much they pay on average"),
        pytest.param("mean_debit", "1", "general", -1, 1, None, "warning", id="on average of nobody"),
        pytest.param("growth", None, None, 1, 1, None, "warning", id="growth without circulars"),
    ],
)
def test_a_published_figure_is_set_against_the_computed_one(
    figure: str, code: str | None, group: str | None, value: float, rounding: float, found: float | None, verdict: str
) -> None:
    (row,) = frames(region(TRANSFER, published=published(figure, value, rounding, code, group)))["compared"].records()
    assert (None if row["found"] != row["found"] else row["found"]) == found
    assert (row["published"], row["verdict"], row["reason"]) == (value, verdict, "Pourquoi")


def test_a_figure_of_an_option_says_of_which() -> None:
    faults = SMR.faults(region(TRANSFER, published=published("credits", 1.0)), assumptions(), ["published"])
    assert [(fault.table, fault.column, fault.rows) for fault in faults] == [("published", "option", ("Chiffre",))]

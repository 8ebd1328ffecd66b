"""Criteria: what each hospital or region has of a criterion, and the activity of hospitals as the criteria see it."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dotpop_model.criteria import Criteria, criterion_share, reshaped_activity
from dotpop_model.errors import ModelError

NAN = float("nan")


def one(
    values: list[float], weight: float = 0.5, direction: int = 1, measure: str = "rate", form: str = "shares"
) -> Criteria:
    """One criterion, the case-mix of each hospital."""
    numbers = np.array(values, dtype=float)[:, None]
    return Criteria(["CASEMIX"], numbers, np.array([weight]), np.array([direction]), [measure], form=form)


def two(first: list[float], second: list[float], weights: tuple[float, float] = (0.25, 0.25)) -> Criteria:
    """Two criteria: a rate, then a count."""
    numbers = np.array([first, second], dtype=float).T
    return Criteria(["CASEMIX", "LITS"], numbers, np.array(weights), np.array([1, 1]), ["rate", "count"])


@pytest.mark.parametrize(
    ("values", "population", "direction", "measure", "wanted"),
    [
        pytest.param([30, 10], [100, 100], 1, "count", [0.75, 0.25], id="a count: its share of the total"),
        pytest.param([30, 10], [100, 900], 1, "count", [0.75, 0.25], id="a count does not look at the population"),
        pytest.param([0.2, 0.1], [100, 200], 1, "rate", [0.5, 0.5], id="a rate counts by the inhabitants it applies to"),
        pytest.param([0.2, 0.1], [100, 100], -1, "rate", [1 / 3, 2 / 3], id="twice the rate, half the need"),
        pytest.param([20, 10], [100, 100], -1, "count", [1 / 3, 2 / 3], id="the same from counts"),
        pytest.param([0, 10], [100, 100], 1, "count", [0, 1], id="nothing of it: no share"),
        pytest.param([7], [100], -1, "rate", [1], id="alone: all of it"),
    ],
)
def test_the_share_of_a_criterion(
    values: list[float], population: list[float], direction: int, measure: str, wanted: list[float]
) -> None:
    assert criterion_share(values, population, direction=direction, measure=measure) == pytest.approx(wanted)


@pytest.mark.parametrize(
    ("activity", "criteria", "wanted"),
    [
        pytest.param([[10, 10]], one([1, 3]), [[7.5, 12.5]], id="half of the zone goes by the criterion"),
        pytest.param([[10, 10]], one([1, 3], 1.0), [[5, 15]], id="all of it at 100 %"),
        pytest.param([[10, 10]], one([1, 3], 0.0), [[10, 10]], id="none of it at 0 %"),
        pytest.param([[10, 10]], one([1, 3], direction=-1), [[12.5, 7.5]], id="more of it means less need"),
        pytest.param([[30, 10]], one([1, 3]), [[25, 15]], id="a rate counts by unit of activity"),
        pytest.param([[30, 10]], one([1, 3], measure="count"), [[20, 20]], id="a count does not look at the activity"),
        pytest.param(
            [[30, 30], [10, 0]],
            one([80, 60], measure="count"),  # the first one's 80 go to its zones as its activity does: 60 and 20
            [[30, 30], [10, 0]],
            id="a count goes to the zones of the hospital",
        ),
        pytest.param([[10, 10], [5, 0]], one([1, 3]), [[7.5, 12.5], [5, 0]], id="who cares for a zone alone keeps it"),
        pytest.param([[10, 10], [5, 0]], one([0, 3], 1.0), [[0, 20], [5, 0]], id="even without anything of the criterion"),
        pytest.param([[10, 10], [0, 0]], one([1, 3]), [[7.5, 12.5], [0, 0]], id="a zone of nobody stays so"),
        pytest.param([[20, 0]], one([1, NAN]), [[20, 0]], id="a hospital without activity is not looked at"),
        pytest.param([[10, 10]], two([1, 3], [3, 1]), [[10, 10]], id="two criteria make up for each other"),
        pytest.param([[10, 10]], two([1, 3], [NAN, 1], (0.5, 0.0)), [[7.5, 12.5]], id="one without weight is not looked at"),
        pytest.param([[10, 10]], one([1, 3], form="index"), [[7.5, 12.5]], id="index: 1 ± 0.5 × 0.5"),
        pytest.param([[10, 10]], one([1, 3], direction=-1, form="index"), [[12.5, 7.5]], id="index, the other way"),
        pytest.param([[10, 10], [20, 0]], one([2, 2], form="index"), [[10, 10], [20, 0]], id="index: the same everywhere"),
        pytest.param(
            [[30, 10]], one([30, 10], form="index", measure="count"), [[30, 10]], id="index: a count is read per unit"
        ),
        pytest.param(  # the mean of 15 and 10 days is 1.8: g = −2/9 and 1/3
            [[10, 10], [5, 0]], one([1, 3], form="index"), [[140 / 19, 240 / 19], [5, 0]], id="index: alone in a zone"
        ),
        pytest.param([[0, 0]], one([1, 3], form="index"), [[0, 0]], id="index: no activity at all"),
    ],
)
def test_the_activity_as_the_criteria_see_it(
    activity: list[list[float]], criteria: Criteria, wanted: list[list[float]]
) -> None:
    assert reshaped_activity(activity, criteria) == pytest.approx(np.array(wanted, dtype=float))


REFUSED = [
    pytest.param(lambda: criterion_share([0, 0], [1, 1], name="LITS"), "LITS : le total est nul", id="nothing at all"),
    pytest.param(
        lambda: criterion_share([0, 1], [1, 1], direction=-1, ids=["93", "84"]),
        "nulle ou négative à la ligne 93",
        id="no inverse of nought",
    ),
    pytest.param(lambda: criterion_share([1], [1], direction=2), "sens : 2", id="a direction"),
    pytest.param(lambda: criterion_share([1], [1], measure="mean"), "mesure : « mean »", id="a measure"),
    pytest.param(lambda: criterion_share([1, 2], [1]), "Nombres de lignes différents", id="lengths"),
    pytest.param(
        lambda: reshaped_activity([[1, 1]], one([1, 3], 1.05)), "leur somme est 105 %, au plus 100 %", id="over 100 %"
    ),
    pytest.param(
        lambda: reshaped_activity([[1, 1]], two([1, 1], [1, 1], (-0.2, 0.5))),
        r"poids : valeur négative à la ligne 1 \(-0,2\)",
        id="a negative weight",
    ),
    pytest.param(lambda: reshaped_activity([[1, 1]], one([1, 3], form="mean")), "forme : « mean »", id="a form"),
    pytest.param(
        lambda: reshaped_activity([[1, 1]], one([1, NAN])), "CASEMIX : valeur manquante à la ligne 2", id="missing"
    ),
    pytest.param(
        lambda: reshaped_activity([[1, 0], [0, 1]], one([1, 0], direction=-1)),
        "CASEMIX : valeur nulle ou négative à la ligne 2",
        id="nought where more means less need",
    ),
    pytest.param(
        lambda: reshaped_activity([[1, 1, 0], [0, 1, 1]], one([1, 0, 0])),
        "CASEMIX : nul pour tous les établissements qui soignent les habitants de 2",
        id="nothing of a criterion in a whole zone",
    ),
    pytest.param(
        lambda: reshaped_activity([[1, 1, 0], [0, 1, 1]], one([1, 0, 0]), zones=["83", "84"]),
        "les habitants de 84. Renseigner",
        id="the zone by its name",
    ),
    pytest.param(
        lambda: reshaped_activity([[10, 90]], one([30, 1], 1.0, direction=-1, form="index")),
        "indice de −100 % ou moins pour 1",
        id="an index that leaves nothing",
    ),
]


@pytest.mark.parametrize(("call", "words"), REFUSED)
def test_what_cannot_be_is_refused_in_words(call: Callable[[], object], words: str) -> None:
    with pytest.raises(ModelError, match=words):
        call()


def test_hospitals_are_named_by_their_codes_and_all_faults_told() -> None:
    criteria = two([1, NAN, 3], [-1, 1, 2])
    named = Criteria(**{**vars(criteria), "ids": ["2A0000001", "2A0000002", "2A0000003"]})
    with pytest.raises(ModelError) as caught:
        reshaped_activity([[1, 1, 1]], named)
    assert [(fault.column, fault.rows) for fault in caught.value.faults] == [
        ("CASEMIX", ("2A0000002",)),
        ("LITS", ("2A0000001",)),
    ]


def test_criteria_of_some_hospitals_keep_their_names() -> None:
    of_two = Criteria(**{**vars(one([1, 2, 3])), "ids": ["A", "B", "C"]}).of([2, 0])
    assert (of_two.values[:, 0].tolist(), of_two.ids) == ([3, 1], ["C", "A"])


volumes = st.integers(0, 1000)
positive = st.floats(0.1, 10)


@st.composite
def regions(draw: st.DrawFn) -> tuple[list[list[int]], Criteria]:
    """Zones × hospitals, and criteria whose values are positive."""
    zones, hospitals, count = (draw(st.integers(1, most)) for most in (5, 6, 3))
    activity = [[draw(volumes) for _ in range(hospitals)] for _ in range(zones)]
    values = np.array([[draw(positive) for _ in range(count)] for _ in range(hospitals)])
    weights = np.array([draw(st.floats(0, 1 / 3)) for _ in range(count)])
    directions = np.array([draw(st.sampled_from([1, -1])) for _ in range(count)])
    measures = [draw(st.sampled_from(["rate", "count"])) for _ in range(count)]
    names = [f"C{place}" for place in range(count)]
    return activity, Criteria(names, values, weights, directions, measures, form=draw(st.sampled_from(["shares", "index"])))


@given(regions())
def test_each_zone_keeps_its_total_and_nobody_has_less_than_nothing(region: tuple[list[list[int]], Criteria]) -> None:
    activity, criteria = region
    try:
        found = reshaped_activity(activity, criteria)
    except ModelError:
        assume(criteria.form == "shares")  # an index may leave nothing to a hospital; shares never do
        raise
    assert found.sum(axis=1) == pytest.approx(np.array(activity, dtype=float).sum(axis=1))
    assert (found >= 0).all()
    assert (found[np.array(activity) == 0] == 0).all()

"""One step alone: from the table that it reads, as it stands, the same as the whole chain; or French words for why not."""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from cases.frames import cells
from cases.small_region import H1, H2, O1, assumptions, tables

from dotpop_model import chain
from dotpop_model.errors import ModelError
from dotpop_model.tables import Frame

Change = Callable[[Frame], Frame]
REGIONS: dict[str, dict[str, Any]] = {
    "ARA's choices": {},
    "no segments": {"segmented": False},
    "contribution everywhere": {"flow_sectorised": "contribution", "contribution_scope": "all"},
    "départements for all": {"level_sectorised": "departement", "flow_sectorised": "contribution"},
    "rates on residents' care": {"flow_base": "residents"},
    "convergence, means recomputed": {"logic": "convergence", "mean_rule": "recomputed"},
}
READING = [name for name, step in chain.STEPS.items() if step.reads]
WHOLE = {name: chain.run(tables(), replace(assumptions(), **changes)).frames() for name, changes in REGIONS.items()}


def step(name: str, standing: Frame, region: str = "ARA's choices") -> dict[str, Frame]:
    return chain.PSYCHIATRY.run_step(name, tables(), replace(assumptions(), **REGIONS[region]), standing)


def before(name: str, region: str = "ARA's choices") -> Frame:
    """The table that a step reads, with the columns it needs and no other."""
    if not chain.STEPS[name].reads:
        return Frame({})
    whole = WHOLE[region][chain.STEPS[name].reads]
    return Frame({column: whole[column] for column in chain.STEPS[name].needs})


def alike(one: Any, other: Any) -> bool:
    numbers = isinstance(one, float) and isinstance(other, float)
    return bool(one == pytest.approx(other, rel=1e-12, abs=1e-12)) if numbers else bool(one == other)


def lines(*places: int) -> Change:
    """The lines at these places, in this order."""
    return lambda frame: Frame({name: frame[name][list(places)] for name in frame.names})


def put(column: str, row: int, value: Any) -> Change:
    def change(frame: Frame) -> Frame:
        values = frame[column].tolist()
        values[row] = value
        return Frame({name: frame[name] for name in frame.names} | {column: values})

    return change


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("name", chain.STEPS)
def test_each_step_gives_the_tables_of_the_whole_chain(name: str, region: str) -> None:
    found = step(name, before(name, region), region)
    assert cells(found) == cells({table: WHOLE[region][table] for table in found})


def test_the_steps_write_every_result_but_the_controls_and_each_once() -> None:
    written = [table for name in chain.STEPS for table in step(name, before(name))]
    assert len(written) == len(set(written))
    assert {*written, "controls"} == set(WHOLE["ARA's choices"])


def test_each_step_reads_what_the_one_before_writes() -> None:
    names = list(chain.STEPS)
    assert chain.STEPS[names[0]].reads == ""
    assert chain.STEPS[names[1]].reads == ""  # the national step stands apart
    for earlier, later in pairwise(names[1:]):
        assert chain.STEPS[later].reads in step(earlier, before(earlier))


@pytest.mark.parametrize("name", READING)
def test_the_order_of_the_lines_does_not_matter(name: str) -> None:
    standing = before(name)
    backwards = lines(*reversed(range(len(standing))))(standing)
    assert cells(step(name, backwards)) == cells(step(name, standing))


# Which cells a changed value moves: worked out from the method, with the small region's four hospitals (see test_chain).
MOVED = [
    pytest.param(
        "flows",
        put("weighted_population", 0, 880.0),  # Z1: 800 inhabitants
        {("flows", 0, "territory_population"): 880, ("flows", 0, "population"): 880},
        {("residuals", 0, "weighted_population"), ("residuals", 0, "population"), ("residuals", 0, "rate")},
        id="a ZIS changes the hospital that has it, and no other",
    ),
    pytest.param(
        "flows",
        put("weighted_adults", 2, 2000.0),  # the département: 1 000 adults, 400 minors
        {("flows", 2, "population"): 2400, ("flows", 3, "population"): 2400},
        {("residuals", row, column) for row in (1, 2, 3) for column in ("population", "residual", "rate")},
        id="the adults of the département change those who share them",
    ),
    pytest.param(
        "index",
        put("population", 2, 700.0),  # N1, alone in its segment: 90 000 € for 1 400 inhabitants
        {
            ("indices", 2, "population"): 700,
            ("indices", 2, "per_head"): 90_000 / 700,
            ("indices", 2, "mean"): 90_000 / 700,
        },
        {("reasons", 2, name) for name in ("recentring", "endowment")}
        | {("indices", 2, f"by_{name}") for name in ("needs", "endowment")},
        id="a population changes the hospital and the mean of its segment",
    ),
]


@pytest.mark.parametrize(("name", "change", "values", "others"), MOVED)
def test_a_value_changed_by_hand_moves_what_depends_on_it_and_nothing_else(
    name: str, change: Change, values: dict[tuple[str, int, str], float], others: set[tuple[str, int, str]]
) -> None:
    standing = before(name)
    now, then = cells(step(name, change(standing))), cells(step(name, standing))
    assert {place: now[place] for place in values} == pytest.approx(values)
    moved = {place for place in now if not alike(now[place], then[place])}
    assert moved <= set(values) | others
    assert moved >= set(values)


def test_an_allocation_changed_by_hand_in_the_indices_is_where_the_trajectory_starts() -> None:
    standing = before("trajectory")
    changed = put("allocation", 3, 66_000.0)(standing)  # O1, alone in its segment: it was at the mean
    now, then = (step("trajectory", frame)["trajectory"] for frame in (changed, standing))
    first = {name: now.where((now["finess"] == O1) & (now["year"] == 2023))[name].item() for name in now.names}
    assert (first["allocation"], first["index"], first["position"]) == (66_000, pytest.approx(1.1), "over")
    others = [frame.where((frame["finess"] != O1) & (frame["year"] == 2023)) for frame in (now, then)]
    assert cells({"trajectory": others[0]}) == cells({"trajectory": others[1]})


# What stands no longer follows the inputs, or cannot be computed: the column told, the lines named, words of the sentence.
REFUSED = [
    pytest.param("index", lines(0, 2, 3), "finess", (H2,), f"absents : {H2}", id="a hospital missing"),
    pytest.param("index", lines(0, 1, 2, 3, 1), "finess", (H2,), f"en double : {H2}", id="a hospital in double"),
    pytest.param(
        "index",
        put("finess", 1, "990000009"),
        "finess",
        ("990000009", H2),
        f"en trop, ou changés : 990000009 ; absents : {H2}",
        id="a hospital that the inputs do not know",
    ),
    pytest.param(
        "index",
        put("segment", 0, "oqn"),
        "finess",
        (H1, H1),
        f"en trop, ou changés : {H1} ; absents : {H1}",
        id="a hospital in another segment",
    ),
    pytest.param("flows", lines(0, 1), "territory", ("01",), "absents : 01", id="a territory missing"),
    pytest.param(
        "flows",
        put("level", 0, "departement"),
        "territory",
        ("Z1", "Z1"),
        "feuille Territoires",
        id="a territory of another level",
    ),
    pytest.param(
        "trajectory",
        lines(0, 0, 1, 2, 3),
        "finess",
        (H1,),
        "feuille Établissements",
        id="a hospital in double in the indices",
    ),
    pytest.param("index", put("population", 1, 0.0), "population", (H2,), "nulle ou négative", id="a population of nought"),
    pytest.param("index", put("population", 1, -1.0), "population", (H2,), "nulle ou négative", id="a negative population"),
    pytest.param(
        "trajectory",
        put("population", 3, 0.0),
        "population",
        (O1,),
        "nulle ou négative",
        id="a population of nought in the indices",
    ),
    pytest.param("trajectory", put("mean", 3, -5.0), "mean", (O1,), "nulle ou négative", id="a negative mean"),
]


@pytest.mark.parametrize(("name", "change", "column", "rows", "words"), REFUSED)
def test_what_stands_and_cannot_be_used_is_told_with_its_lines(
    name: str, change: Change, column: str, rows: tuple[str, ...], words: str
) -> None:
    with pytest.raises(ModelError) as refusal:
        step(name, change(before(name)))
    (fault,) = refusal.value.faults
    assert (fault.table, fault.column, fault.rows) == (chain.STEPS[name].reads, column, rows)
    assert words in fault.message
    assert fault.message.endswith(("ou Calculer.", "ou relancer l'étape qui l'écrit."))


def test_every_fault_of_what_stands_is_told_at_once() -> None:
    standing = put("mean", 0, 0.0)(put("population", 1, -3.0)(before("trajectory")))
    with pytest.raises(ModelError) as refusal:
        step("trajectory", standing)
    assert [(fault.column, fault.rows) for fault in refusal.value.faults] == [("population", (H2,)), ("mean", (H1,))]


def test_what_a_step_does_not_need_is_not_looked_at() -> None:
    standing = before("index")
    further = Frame({name: standing[name] for name in standing.names} | {"rate": np.full(len(standing), np.nan)})
    assert cells(step("index", further)) == cells(step("index", standing))

"""Mutated returns: checked, collected or refused, never a trace, never an endless run, never a change to what was received.

The same as test_fuzzing.py, in a file of its own so that another core takes it.
"""

from pathlib import Path
from typing import Any

import pytest
from cases import fuzzing
from cases.contents import Place, changes, places_of, with_contents
from cases.fuzzing import attempt, commands_of_return, faults_of, numbers
from cases.mutating import parts_of, settled
from cases.small_region import H1
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st


@pytest.fixture(scope="module")
def sources(sound_returns: dict[str, Path]) -> dict[str, bytes]:
    return {"hospital": settled(sound_returns[H1]), "federation": settled(sound_returns["FHF"])}


@pytest.mark.parametrize("share", range(fuzzing.SHARES))
def test_a_mutated_return_is_refused_or_collected_and_never_changed(
    share: int, sources: dict[str, bytes], asking: tuple[Path, dict[str, Path]]
) -> None:
    wanted = numbers(odd=True)[share :: fuzzing.SHARES]
    trial = attempt("return", sources, settled(asking[0]), wanted)
    print(trial.summary())
    assert trial.faults == []
    assert trial.tried == len(wanted)
    if len(wanted) >= 100:
        assert trial.accepted["check"] > len(wanted) // 20


@pytest.fixture(scope="module")
def drawn(asking: tuple[Path, dict[str, Path]], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Where each drawn return is written over the one before, beside its region, and a folder for what commands write."""
    folder = tmp_path_factory.mktemp("drawn")
    for name in ("in/region", "out"):
        (folder / name).mkdir(parents=True)
    (folder / "in" / "region" / "region.xlsx").write_bytes(asking[0].read_bytes())
    return folder / "in" / "classeur.xlsx", folder / "out"


@pytest.fixture(scope="module")
def places(sound_returns: dict[str, Path]) -> list[Place]:
    return places_of(sound_returns[H1])


@settings(max_examples=15, deadline=None)
@for_all(data=st.data())
def test_any_content_of_any_cell_of_a_table(
    data: Any, sources: dict[str, bytes], places: list[Place], drawn: tuple[Path, Path]
) -> None:
    file, out = drawn
    file.write_bytes(with_contents(parts_of(sources["hospital"]), data.draw(changes(places))))
    assert faults_of(file, commands_of_return, out)[0] == []

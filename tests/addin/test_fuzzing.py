"""Mutated regional workbooks: refused or computed, never a trace, never an endless run, never a change to the input.

A failure tells its number; to play it again: DOTPOP_FUZZ_SEED=<number> DOTPOP_FUZZ_COUNT=1.
"""

from collections.abc import Callable
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import pytest
from cases import fuzzing
from cases.contents import Place, changes, places_of, with_contents
from cases.fuzzing import attempt, commands_of_region, faults_of, numbers
from cases.mutating import mutation, parts_of, settled
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from dotpop_addin.files import run_file
from dotpop_addin.region import FIELDS


@pytest.fixture(scope="module")
def sources(_small: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    computed = tmp_path_factory.mktemp("computed") / "region.xlsx"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", "1767225600")
        run_file(_small, computed)
    found = {"region": settled(_small), "computed": settled(computed)}
    for field in FIELDS:
        with as_file(files("workbook_templates").joinpath(f"{field}.xlsx")) as path:
            found[field] = settled(path)
    return found


@pytest.mark.parametrize("share", range(fuzzing.SHARES))
def test_a_mutated_workbook_is_refused_or_computed_and_never_changed(share: int, sources: dict[str, bytes]) -> None:
    wanted = numbers(odd=False)[share :: fuzzing.SHARES]
    trial = attempt("region", sources, sources["region"], wanted)
    print(trial.summary())
    assert trial.faults == []
    assert trial.tried == len(wanted)
    if len(wanted) >= 100:  # mutations that all break the file would try nothing but its opening
        assert trial.accepted["run"] > len(wanted) // 20


def test_a_mutation_is_its_number(sources: dict[str, bytes]) -> None:
    made = [mutation(number, sources) for number in range(60)]
    assert made == [mutation(number, sources) for number in range(60)]
    assert len({one.content for one in made} - {*sources.values()}) > 50


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Where each drawn workbook is written over the one before, and a folder for what commands write."""
    folder = tmp_path_factory.mktemp("drawn")
    for name in ("in", "out"):
        (folder / name).mkdir()
    return folder / "in" / "classeur.xlsx", folder / "out"


@pytest.fixture(scope="module")
def places(_small: Path) -> list[Place]:
    return places_of(_small, [table.excel for table in FIELDS["psychiatrie"].tables_of("input")])


@settings(max_examples=15, deadline=None)
@for_all(data=st.data())
def test_any_content_of_the_cells_of_input_tables(
    data: Any, sources: dict[str, bytes], places: list[Place], drawn: tuple[Path, Path]
) -> None:
    file, out = drawn
    file.write_bytes(with_contents(parts_of(sources["region"]), data.draw(changes(places))))
    assert faults_of(file, commands_of_region, out)[0] == []


# What the trial sees


def fails(*_: object, **__: object) -> None:
    raise KeyError("secret")


def writes_half(self: Any, target: Path) -> None:
    target.write_bytes(self.path.read_bytes()[:-100])


def writes_over(self: Any, target: Path) -> None:
    self.path.write_bytes(b"")


def litters(self: Any, target: Path) -> None:
    target.with_name(".sortie-abcdefgh.tmp").touch()


SEEN = [
    pytest.param("dotpop_addin.actions.check", fails, "check: Défaut du programme in: ", id="a defect"),
    pytest.param("dotpop_addin.books.file.FileBook.save", writes_half, "run: half a workbook", id="half a workbook"),
    pytest.param("dotpop_addin.books.file.FileBook.save", writes_over, "an input changed", id="an input written over"),
    pytest.param("dotpop_addin.books.file.FileBook.save", litters, "run: left ['.sortie-abcdefgh.tmp']", id="litter"),
]


@pytest.mark.parametrize(("where", "what", "words"), SEEN)
def test_the_trial_sees_it(
    where: str,
    what: Callable[..., None],
    words: str,
    sources: dict[str, bytes],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("in", "out", "traces"):
        (tmp_path / name).mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "traces"))
    monkeypatch.setattr(where, what)
    file = tmp_path / "in" / "classeur.xlsx"
    file.write_bytes(sources["region"])
    found, _ = faults_of(file, commands_of_region, tmp_path / "out")
    assert any(fault.startswith(words) for fault in found), found

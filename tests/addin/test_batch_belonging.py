"""Whose a file is: a batch replaces only what it wrote from the same workbook, and tells what stays of another time."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import tqdm  # noqa: F401 - before LibreOffice's uno changes how modules are imported, which tqdm does not expect
from cases import plain
from cases.batch_work import INLINE, run, states, told
from cases.cutting import content

from dotpop_addin.batch import batching, manifest, work
from dotpop_addin.batch.plan import plan

Dotpop = Callable[..., tuple[int, str, str]]
ALL = ("check", "run", "fiches")
pytestmark = pytest.mark.usefixtures("in_this_process")


FOREIGN = [
    pytest.param("petite_région.xlsx", "run", id="a result"),
    pytest.param("petite_région_fiches/010000002 CH Deux.xlsx", "fiches", id="a fiche"),
]


@pytest.mark.parametrize(("name", "step"), FOREIGN)
@pytest.mark.parametrize("force", [False, True], ids=["", "forced"])
def test_a_file_that_no_batch_wrote_is_left_and_told_and_the_others_go_on(
    name: str, step: str, force: bool, small_book: Path, tmp_path: Path
) -> None:
    folder, out = small_book.parent / "reçus", tmp_path / "out"
    folder.mkdir()
    shutil.copy(small_book, folder / "petite_région.xlsx")
    shutil.copy(small_book, folder / "une autre.xlsx")
    run(folder, out, "check")  # it wrote none of them
    (out / name).parent.mkdir(exist_ok=True)
    (out / name).write_bytes(b"somebody's work")
    found = run(folder, out, "check", step, force=force)
    assert states(found) == {"petite_région.xlsx": "échec", "une autre.xlsx": "fait"}
    (only,) = found["petite_région.xlsx"].problems
    assert only.found == f"« {name} » est déjà là, et aucun lot de ce dossier ne l'a écrit"
    assert (out / name).read_bytes() == b"somebody's work"
    (out / name).unlink()  # what it is told to do
    assert run(folder, out, "check", step)["petite_région.xlsx"].state == "fait"


@pytest.mark.parametrize("name", ["synthese_lot.xlsx", "lot.json"])
def test_a_summary_that_no_batch_wrote_is_refused_before_any_work(
    name: str, small_book: Path, tmp_path: Path, dotpop: Dotpop
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    shutil.copy(small_book, out / name)
    before = content(out)
    status, _, errors = dotpop("batch", small_book, "--out", out)
    assert (status, f"{out / name} : ce fichier est déjà là" in errors) == (1, True), errors
    assert content(out) == before


def another(small_book: Path, folder: Path) -> Path:
    """The same workbook elsewhere, of other numbers."""
    folder.mkdir(parents=True)
    book = openpyxl.load_workbook(small_book)
    book["Établissements"]["G6"] = 61_000
    book.save(folder / small_book.name)
    return folder


@pytest.mark.parametrize("steps", [("run",), ("check",)], ids=["calculated", "only checked"])
def test_the_result_of_another_workbook_is_never_replaced(steps: tuple[str, ...], small_book: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(small_book, out, "run")
    before, second = content(out), another(small_book, tmp_path / "s2")
    found = run(second, out, *steps)["petite_région.xlsx"]
    assert found.state == "échec"
    assert f"« petite_région.xlsx » vient d'un autre classeur : {small_book}" in told(found)
    assert content(out)["petite_région.xlsx"] == before["petite_région.xlsx"]
    assert run(small_book, out, "run")["petite_région.xlsx"].state == "inchangé"


@pytest.mark.parametrize("whole", [True, False], ids=["with its results", "alone"])
def test_workbooks_that_were_moved_are_the_same(whole: bool, small_book: Path, tmp_path: Path) -> None:
    another(small_book, tmp_path / "campagne" / "in")
    run(tmp_path / "campagne" / "in", tmp_path / "campagne" / "out", "run")
    old = tmp_path / "campagne" / ("." if whole else "in")
    new = tmp_path / ("2026" if whole else "campagne/2026")
    old.rename(new)
    folder, out = (new / "in", new / "out") if whole else (new, tmp_path / "campagne" / "out")
    assert run(folder, out, "run")["petite_région.xlsx"].state == "inchangé"
    shutil.copy(small_book, folder)
    found = run(folder, out, "run")["petite_région.xlsx"]
    assert (found.state, "où il n'est plus" in told(found)) == ("fait", not whole)
    assert "où il n'est plus" not in told(run(folder, out, "run", force=True)["petite_région.xlsx"])


def test_a_lot_of_a_former_version_is_taken_up(small_book: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(small_book, out, "run")
    path = out / ".dotpop" / "petite_région.xlsx.json"
    manifest.write(path, work.replace(manifest.read(path), version="0.3.0", origins=(), begun=()))
    assert run(small_book, out, "run")["petite_région.xlsx"].state == "fait"


def test_a_batch_that_was_stopped_after_it_wrote_a_result_knows_it_again(
    small_book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, write = tmp_path / "out", manifest.write

    def stop(path: Path, known: Any) -> None:
        if path.suffix == ".json":
            raise KeyError
        write(path, known)

    with monkeypatch.context() as patch:
        patch.setattr(manifest, "write", stop)
        assert run(small_book, out, *ALL)["petite_région.xlsx"].state == "échec"
    assert (out / "petite_région.xlsx").exists()
    assert run(small_book, out, *ALL)["petite_région.xlsx"].state == "fait"
    assert {path.name for path in (out / ".dotpop").iterdir()} == {"verrou", "petite_région.xlsx.json"}


def test_a_result_that_stays_without_its_workbook_or_is_superseded_is_told_on_the_screen(
    regions: Path, tmp_path: Path, dotpop: Dotpop
) -> None:
    (regions / "réponse abîmée.xlsx").unlink()
    out = tmp_path / "out"
    dotpop("batch", regions, "--out", out)
    (regions / "région.xlsx").write_bytes(b"damaged since")
    (regions / "sud" / "région.xlsx").rename(regions / "sud" / "autre.xlsx")
    stays = "- région.xlsx : le résultat d'un traitement précédent est resté en place. Ne pas s'en servir avant correction."
    orphan = "résultat d'un traitement précédent, dont le classeur d'origine n'est plus là"
    _, said, _ = dotpop("batch", regions, "--out", out)
    lines = said.splitlines()
    assert lines[0].endswith(" : 1 fait, 1 échec.")
    count = next(place for place, line in enumerate(lines) if "avertissement" in line)
    told = lines[count + 1 : -1]
    assert lines[count] == f"{len(told)} avertissements :"
    source = regions / "sud" / "région.xlsx"
    assert {stays, f"- sud/région.xlsx : {orphan} ({source}). Le supprimer s'il ne sert plus."} <= {*told}
    assert ["sud/région.xlsx", "avertissement", f"{orphan} ({source})"] in [
        line[:3] for line in plain.filled(out / "synthese_lot.xlsx", "Problèmes")
    ]
    assert [one["file"] for one in json.loads((out / "lot.json").read_text("utf-8"))["problems"]] == ["sud/région.xlsx"]


def test_the_results_of_a_batch_may_be_read_but_its_summary_is_not_and_this_is_told(
    regions: Path, tmp_path: Path, dotpop: Dotpop
) -> None:
    (regions / "réponse abîmée.xlsx").unlink()
    first, second = tmp_path / "résultats", tmp_path / "seconds"
    dotpop("batch", regions, "--out", first)
    status, said, errors = dotpop("batch", first, "--out", second)
    assert (status, errors.splitlines()) == (0, ["région.xlsx : fait", "sud/région.xlsx : fait"])
    assert f"- {first} : résultats d'un lot, pris comme classeurs à lire : 2. Rien à faire si c'est voulu" in said


def test_results_of_another_folder_whose_workbooks_are_still_there_are_not_told(small_book: Path, tmp_path: Path) -> None:
    out, other = tmp_path / "out", tmp_path / "other.xlsx"
    shutil.copy(small_book, other)
    run(small_book, out)
    assert batching.carry_out(plan([other], out, ["run"]), out, INLINE).problems == []

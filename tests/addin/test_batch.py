"""Many workbooks: one that fails stops no other, what is done is not done again, nothing of an input changes."""

import io
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import tqdm  # noqa: F401 - before LibreOffice's uno changes how modules are imported, which tqdm does not expect
from cases import batch_work, plain
from cases.batch_work import INLINE, run, states, told
from cases.cutting import content
from cases.forbidding import forbid

from dotpop_addin.batch import manifest, running, summary, work
from dotpop_addin.batch.plan import plan
from dotpop_addin.books.saving import now
from dotpop_addin.problems import WARNING, Problem, ProblemsFound
from dotpop_addin.progress import counting

Dotpop = Callable[..., tuple[int, str, str]]
ALL = ("check", "run", "fiches")
pytestmark = pytest.mark.usefixtures("in_this_process")


def test_a_damaged_workbook_stops_no_other_and_each_result_keeps_its_name_and_folder(
    regions: Path, tmp_path: Path, dotpop: Dotpop
) -> None:
    before, out = content(regions), tmp_path / "résultats"
    status, said, errors = dotpop("batch", regions, "--out", out)
    assert status == 1
    assert errors.splitlines() == ["région.xlsx : fait", "réponse abîmée.xlsx : échec", "sud/région.xlsx : fait"]
    assert "2 faits, 1 échec" in said
    assert "À corriger : réponse abîmée.xlsx" in said
    assert content(regions) == before
    assert set(content(out)) == {
        "région.xlsx",
        "sud/région.xlsx",
        "synthese_lot.xlsx",
        "lot.json",
        ".dotpop/verrou",
        ".dotpop/région.xlsx.json",
        ".dotpop/sud/région.xlsx.json",
    }
    assert dotpop("verify", out / "sud" / "région.xlsx")[0] == 0


def test_the_summary_says_first_how_it_went_then_each_workbook_then_every_problem(regions: Path, tmp_path: Path) -> None:
    outcomes = run(regions, tmp_path / "out")
    lines = plain.filled(tmp_path / "out" / "synthese_lot.xlsx", "Lot")
    assert lines[2][0].startswith("3 classeurs en ")
    assert lines[3] == ["À corriger : réponse abîmée.xlsx."]
    heads = next(place for place, line in enumerate(lines) if line[0] == "Classeur")
    assert [(line[0], line[-2], line[-1]) for line in lines[heads + 1 :]] == [
        ("région.xlsx", "✔ fait", len(outcomes["région.xlsx"].problems)),
        ("réponse abîmée.xlsx", "✖ échec", 1),
        ("sud/région.xlsx", "✔ fait", len(outcomes["sud/région.xlsx"].problems)),
    ]
    assert lines[heads + 1][1:5] == ["Psychiatrie", "Petite région", "2023", "contrôle, calcul"]
    problems = plain.filled(tmp_path / "out" / "synthese_lot.xlsx", "Problèmes")
    (only,) = outcomes["réponse abîmée.xlsx"].problems
    assert problems[4] == ["réponse abîmée.xlsx", "erreur", only.found, only.expected, only.action]
    assert len(problems) - 4 == sum(len(one.problems) for one in outcomes.values())


def test_in_the_summary_each_cell_of_a_table_has_its_border_and_a_row_of_one_line_the_same_height(
    regions: Path, tmp_path: Path
) -> None:
    run(regions, tmp_path / "out")
    book = openpyxl.load_workbook(tmp_path / "out" / "synthese_lot.xlsx")
    for sheet in book:
        area = sheet[sheet.auto_filter.ref]
        assert {cell.border.left.style is None for line in area for cell in line} == {False}
    assert (
        len({book["Lot"].row_dimensions[line[0].row].height for line in book["Lot"][book["Lot"].auto_filter.ref][1:]}) == 1
    )


def test_where_nothing_was_to_be_written_the_summary_does_not_say_that_something_is(regions: Path, tmp_path: Path) -> None:
    for meaning in ("rien n'est écrit", "rien n'est écrit", "vient d'être écrit"):
        run(regions, tmp_path / "out", *(("run",) if "vient" in meaning else ("check",)))
        lines = [str(line[0]) for line in plain.filled(tmp_path / "out" / "synthese_lot.xlsx", "Lot")]
        assert [meaning in line for line in lines if line.startswith(("✔ fait :", "= inchangé :"))] == [True]


def test_the_steps_of_a_workbook_are_those_that_were_done(regions: Path, tmp_path: Path) -> None:
    outcomes = run(regions, tmp_path / "out")
    assert [one.steps for one in outcomes.values()] == [("check", "run"), (), ("check", "run")]


def test_programs_get_the_same_as_people(regions: Path, tmp_path: Path, dotpop: Dotpop) -> None:
    status, said, errors = dotpop("batch", regions, "--out", tmp_path / "out", "--json")
    assert (status, errors) == (1, "")
    assert json.loads(said) == json.loads((tmp_path / "out" / "lot.json").read_text("utf-8"))
    found = json.loads(said)
    assert found["counts"] == {"fait": 2, "inchangé": 0, "ignoré": 0, "échec": 1, "à faire": 0}
    assert [problem["found"] for problem in found["files"][1]["problems"]] == ["fichier abîmé, ou qui n'est pas un classeur"]


def test_all_done_leaves_with_0_and_what_has_not_changed_is_not_computed_again(
    regions: Path, tmp_path: Path, dotpop: Dotpop, monkeypatch: pytest.MonkeyPatch
) -> None:
    (regions / "réponse abîmée.xlsx").unlink()
    out = tmp_path / "out"
    assert dotpop("batch", regions, "--out", out)[0] == 0
    results = {name: data for name, data in content(out).items() if Path(name).name == "région.xlsx"}
    monkeypatch.setattr(work, "FileBook", batch_work.defective)  # whoever computes fails
    status, said, errors = dotpop("batch", regions, "--out", out)
    assert (status, "2 inchangés" in said) == (0, True), errors
    assert {name: (out / name).read_bytes() for name in results} == results
    assert dotpop("batch", regions, "--out", out, "--force")[0] == 1


def change_input(regions: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = regions / "région.xlsx"
    book = openpyxl.load_workbook(path)
    book["Établissements"]["G6"] = 61_000
    book.save(path)


def change_version(regions: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = out / ".dotpop" / "région.xlsx.json"
    manifest.write(path, work.replace(manifest.read(path), version="0.0.1"))


def change_settings(regions: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = out / ".dotpop" / "région.xlsx.json"
    manifest.write(path, work.replace(manifest.read(path), settings="other"))


def remove_result(regions: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (out / "région.xlsx").unlink()


def change_result(regions: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (out / "région.xlsx").open("ab") as file:
        file.write(b"\0")


def cut_manifest(regions: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = out / ".dotpop" / "région.xlsx.json"
    path.write_bytes(path.read_bytes()[:-40])


def forge_manifest(regions: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = out / ".dotpop" / "région.xlsx.json"
    path.write_text(path.read_text("utf-8").replace("Petite région", "Autre région"), "utf-8")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (change_input, ""),
        (change_version, ""),
        (change_settings, ""),
        (remove_result, ""),
        (change_result, "« région.xlsx » avait été modifié depuis le dernier traitement"),
        (cut_manifest, "ce que le lot avait retenu de ce classeur est illisible"),
        (forge_manifest, "ce que le lot avait retenu de ce classeur est illisible"),
    ],
    ids=lambda value: getattr(value, "__name__", "").replace("_", " "),
)
def test_what_changed_is_computed_again_alone_and_then_stands(
    change: Callable[..., None], words: str, regions: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (regions / "réponse abîmée.xlsx").unlink()
    out = tmp_path / "out"
    first = run(regions, out)
    change(regions, out, monkeypatch)
    again = run(regions, out)
    assert states(again) == {"région.xlsx": "fait", "sud/région.xlsx": "inchangé"}
    added = [one for one in again["région.xlsx"].problems if one not in first["région.xlsx"].problems]
    assert [words in one.found for one in added] == [True] * bool(words)
    assert set(states(run(regions, out)).values()) == {"inchangé"}


def test_another_step_is_added_to_what_stands(small_book: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert run(small_book, out, "check")["petite_région.xlsx"].steps == ("check",)
    assert not (out / "petite_région.xlsx").exists()
    run(small_book, out, "run")
    made = (out / "petite_région.xlsx").read_bytes()
    found = run(small_book, out, *ALL)["petite_région.xlsx"]
    assert (found.state, found.steps) == ("fait", ALL)
    assert (out / "petite_région.xlsx").read_bytes() == made
    assert len(list((out / "petite_région_fiches").glob("*.xlsx"))) == 4
    assert run(small_book, out, "check")["petite_région.xlsx"].state == "inchangé"


def test_a_fiche_of_a_hospital_that_is_gone_is_told_and_left(small_book: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    (out / "petite_région_fiches").mkdir(parents=True)
    old = out / "petite_région_fiches" / "990000000 Ancien.xlsx"
    old.write_bytes(b"old")
    for _ in range(2):  # told again as long as it is there
        assert "fichier de trop dans petite_région_fiches : « 990000000 Ancien.xlsx »" in told(
            run(small_book, out, "fiches")["petite_région.xlsx"]
        )
    assert old.read_bytes() == b"old"


def test_a_result_that_stays_from_another_time_is_told_when_its_workbook_fails(regions: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(regions, out)
    (regions / "région.xlsx").write_bytes(b"damaged since")
    found = run(regions, out)["région.xlsx"]
    assert found.state == "échec"
    assert "le résultat d'un traitement précédent est resté en place" in told(found)


def test_a_workbook_with_wrong_cells_says_of_which_region_it_is_and_many_cells_are_one_line(
    small_book: Path, tmp_path: Path
) -> None:
    book = openpyxl.load_workbook(small_book)
    for row in (6, 7, 8):
        book["Établissements"][f"G{row}"] = "douze"
    book.save(small_book)
    found = run(small_book, tmp_path / "out")["petite_région.xlsx"]
    assert (found.state, found.field, found.region, len(found.problems)) == ("échec", "Psychiatrie", "Petite région", 3)
    assert plain.filled(tmp_path / "out" / "synthese_lot.xlsx", "Lot")[-1][-1] == 1
    line = plain.filled(tmp_path / "out" / "synthese_lot.xlsx", "Problèmes")[-1]
    assert line[:5] == ["petite_région.xlsx", "erreur", "Établissements", "G6:G8", "texte « douze »"]


def test_a_workbook_that_changes_while_it_is_computed_fails(
    small_book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calculate = work.calculate

    def slow(book: Any) -> Any:
        with small_book.open("ab") as file:
            file.write(b"\0")
        return calculate(book)

    monkeypatch.setattr(work, "calculate", slow)
    found = run(small_book, tmp_path / "out")["petite_région.xlsx"]
    assert (found.state, "modifié pendant le calcul" in told(found)) == ("échec", True)


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (batch_work.out_of_memory, "mémoire insuffisante pour ce classeur"),
        (batch_work.defective, "Défaut du programme (KeyError)"),
    ],
    ids=["no memory left", "a defect"],
)
def test_what_nobody_foresaw_is_a_sentence_and_never_a_trace(
    failure: Callable[..., None], words: str, small_book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "calculate", failure)
    found = run(small_book, tmp_path / "out")["petite_région.xlsx"]
    assert (found.state, words in told(found)) == ("échec", True)
    assert "secret detail" not in told(found)
    assert "Traceback" not in told(found)


def test_what_is_not_of_a_region_is_left_alone_in_a_folder_and_refused_when_given(
    small_book: Path, tmp_path: Path, dotpop: Dotpop
) -> None:
    folder = tmp_path / "reçus"
    folder.mkdir()
    openpyxl.Workbook().save(folder / "budget.xlsx")
    (folder / "~$budget.xlsx").write_bytes(b"lock")
    status, said, _ = dotpop("batch", folder, small_book, "--out", tmp_path / "out")
    assert (status, "1 fait, 1 ignoré" in said, "Laissés de côté : budget.xlsx" in said) == (0, True, True)
    status, said, _ = dotpop("batch", folder / "budget.xlsx", "--out", tmp_path / "out")
    assert (status, "1 échec" in said) == (1, True)


def test_someone_who_watches_sees_what_is_done_left_and_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = io.StringIO()
    monkeypatch.setattr(screen, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stderr", screen)
    with counting(3) as told:
        for name, state in (("a", "fait"), ("b", "échec")):
            told(name, state)
            time.sleep(0.11)  # a bar is not drawn more often
        told("c", "fait")
    assert "2 sur 3, 1 à faire, 1 en échec" in screen.getvalue()


def test_another_version_elsewhere_does_no_work(small_book: Path, tmp_path: Path) -> None:
    (one,) = plan([small_book], tmp_path / "out", ["run"])
    found = work.regenerate(work.replace(one, version="0.0.1"))
    assert (found.state, "Installer la même version" in told(found)) == ("échec", True)


def test_results_within_the_folder_that_is_read_are_not_read_again(regions: Path) -> None:
    out = regions / "résultats"
    assert len(run(regions, out)) == len(run(regions, out)) == 3


REFUSED = [
    pytest.param(["absent.xlsx"], "out", ["absent.xlsx : introuvable"], id="a path that is not there"),
    pytest.param(["empty"], "out", ["aucun classeur"], id="a folder without any"),
    pytest.param(["a", "b"], "out", ["son résultat « région.xlsx »"], id="two of the same name"),
    pytest.param(["a/région.xlsx", "capitals"], "out", ["« RÉGION.xlsx »"], id="names that only differ by capitals"),
    pytest.param(["a"], "a", ["ce classeur est dans le dossier de sortie"], id="results among the workbooks read"),
    pytest.param(["a"], ".", ["ce classeur est dans le dossier de sortie"], id="results above the workbooks read"),
    pytest.param(["reserved"], "out", ["« synthese_lot.xlsx »", "la synthèse du lot"], id="the name of the summary"),
    pytest.param(["fiches"], "out", ["« région_fiches »"], id="fiches among other results"),
]


@pytest.mark.parametrize(("paths", "out", "words"), REFUSED)
def test_what_cannot_be_is_refused_before_any_work(
    paths: list[str], out: str, words: list[str], tmp_path: Path, dotpop: Dotpop
) -> None:
    names = ["a/région.xlsx", "b/région.xlsx", "capitals/RÉGION.xlsx", "reserved/synthese_lot.xlsx"]
    for name in [*names, "fiches/région.xlsx", "fiches/région_fiches/autre.xlsx", "empty/notes.txt"]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    before = content(tmp_path)
    status, _, errors = dotpop(
        "batch", *(tmp_path / path for path in paths), "--out", tmp_path / out, "--steps", ",".join(ALL)
    )
    assert (status, [word for word in words if word not in errors]) == (1, []), errors
    assert content(tmp_path) == before


def test_a_folder_that_cannot_be_read_is_a_failure_and_the_others_go_on(
    regions: Path, tmp_path: Path, dotpop: Dotpop, monkeypatch: pytest.MonkeyPatch
) -> None:
    (regions / "réponse abîmée.xlsx").unlink()
    forbid(monkeypatch, regions / "sud")
    status, said, _ = dotpop("batch", regions, "--out", tmp_path / "out")
    assert status == 1
    assert said.startswith("1 classeur et 1 dossier illisible en ")
    assert ": 1 fait, 1 échec." in said
    assert "À corriger : sud/." in said
    problems = plain.filled(tmp_path / "out" / "synthese_lot.xlsx", "Problèmes")
    assert problems[4][:3] == ["sud/", "erreur", "accès refusé"]
    before = content(tmp_path)
    status, _, errors = dotpop("batch", regions / "sud", "--out", tmp_path / "out")
    assert (status, f"{regions / 'sud'} : accès refusé" in errors, content(tmp_path)) == (1, True, before)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--steps", "danse"], "« danse » n'est pas possible (au choix, séparés par des virgules : check, run, fiches)"),
        (["--jobs", "0"], "« 0 » : un nombre entier est attendu, 1 au moins"),
        (["--jobs", "2", "--scheduler", "tcp://a:1"], "incompatible"),
    ],
)
def test_wrong_options_leave_with_2(options: list[str], words: str, dotpop: Dotpop) -> None:
    status, _, errors = dotpop("batch", "a.xlsx", "--out", "out", *options)
    assert (status, words in errors) == (2, True), errors


def test_a_screen_is_told_ten_warnings_and_how_many_more(tmp_path: Path) -> None:
    warnings = [Problem(f"{place}.xlsx", "de trop", "", "Le supprimer.", severity=WARNING) for place in range(12)]
    batch = summary.Batch(tmp_path, ("run",), [], now(), 0.0, warnings)
    lines = summary.warned(batch)
    assert (lines[0], len(lines)) == ("12 avertissements :", 12)
    assert lines[1] == "- 0.xlsx : de trop. Le supprimer."
    assert lines[-1] == "et 2 autres."


def test_what_a_killed_batch_left_unfinished_is_removed_and_nothing_else(small_book: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    (out / "petite_région_fiches").mkdir(parents=True)
    mine = [out / ".petite_région-a1b2c3d4.tmp", out / "petite_région_fiches" / ".990 H-a1b2c3d4.tmp"]
    other = out / ".autre-a1b2c3d4.tmp"
    for path in (*mine, other):
        path.write_bytes(b"half")
    run(small_book, out, *ALL)
    assert [path.exists() for path in (*mine, other)] == [False, False, True]


def test_a_workbook_that_kills_its_process_twice_fails_and_the_others_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    names = ["a.xlsx", "tueur.xlsx", "une fois.xlsx", "b.xlsx", "c.xlsx"]
    tasks = [batch_work.task(name, tmp_path) for name in names]
    found = {one.name: one for one in running.run(tasks, running.processes(2), batch_work.mortal)}
    assert states(found) == {name: "échec" if name == "tueur.xlsx" else "fait" for name in sorted(names)}
    assert "a été arrêté à chaque essai" in told(found["tueur.xlsx"])


def test_each_process_has_one_thread_of_linear_algebra_and_this_one_keeps_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    (found,) = running.run([batch_work.task("a.xlsx", tmp_path)], running.processes(1), batch_work.environment)
    assert found.region == "1"
    assert "OPENBLAS_NUM_THREADS" not in os.environ


@pytest.mark.skipif(os.name == "nt", reason="signals are not masked there")
def test_each_process_is_born_deaf_to_ctrl_c_and_this_one_hears_it_still(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    (found,) = running.run([batch_work.task("a.xlsx", tmp_path)], running.processes(1), batch_work.deaf)
    assert found.region == "True"
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, ())


def test_ctrl_c_while_tasks_are_given_finishes_those_that_have_begun(tmp_path: Path) -> None:
    class Struck(batch_work.Inline):
        """Ctrl-C comes while it takes a task."""

        def submit(self, work: Any, /, *arguments: Any, **named: Any) -> "Future[Any]":
            signal.raise_signal(signal.SIGINT)
            return super().submit(work, *arguments, **named)

    outcomes = running.run([batch_work.task(name, tmp_path) for name in "ab"], running.Workers(Struck, 1), batch_work.mortal)
    assert next(outcomes).name == "a"
    with pytest.raises(KeyboardInterrupt):
        next(outcomes)


def test_no_more_tasks_are_given_than_there_are_workers(tmp_path: Path) -> None:
    given: list[str] = []

    def work_of(one: Any) -> work.Outcome:
        given.append(one.name)
        return work.Outcome(one.name, "fait", ())

    outcomes = running.run([batch_work.task(f"{place}.xlsx", tmp_path) for place in range(9)], INLINE, work_of)
    next(outcomes)
    assert given == ["0.xlsx"]
    assert len(list(outcomes)) == 8


def test_a_second_ctrl_c_waits_for_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[bool] = []

    class Stuck(Executor):
        """Never ends a task."""

        def submit(self, work: Any, /, *arguments: Any, **named: Any) -> "Future[Any]":
            return Future()

        def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
            waited.append(wait)

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(running, "wait", interrupted)
    workers = running.Workers(Stuck, 1)
    with pytest.raises(KeyboardInterrupt):
        list(running.run([batch_work.task("a.xlsx", tmp_path)], workers, batch_work.mortal))
    assert waited == [False]


def program(*arguments: object) -> "subprocess.Popen[str]":
    """The command line in a process group of its own."""
    command = [sys.executable, "-m", "dotpop_addin.cli", *map(str, arguments)]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, env=environment, text=True, start_new_session=True, **pipes)  # type: ignore[call-overload]


@pytest.fixture
def many(small_book: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "reçus"
    folder.mkdir()
    for place in range(6):
        shutil.copy(small_book, folder / f"r{place}.xlsx")
    return folder


def wait_until(true: Callable[[], object]) -> None:
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="process groups are killed otherwise there")
@pytest.mark.parametrize("whole", [True, False], ids=["with its workers", "alone: its workers follow"])
def test_a_batch_that_was_killed_goes_on_where_it_stopped(whole: bool, many: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    started = program("batch", many, "--out", out, "--jobs", 1)
    wait_until(lambda: list(out.glob(".dotpop/*.json")))
    (os.killpg if whole else os.kill)(started.pid, signal.SIGKILL)
    started.communicate()  # ends when the workers have let go of the pipes
    done = {path.stem for path in out.glob(".dotpop/*.json")}
    assert 0 < len(done) < 6
    assert not (out / "lot.json").exists()
    again = run(many, out)
    assert {name for name, one in again.items() if one.state == "inchangé"} == done
    assert {one.state for one in again.values()} == {"inchangé", "fait"}
    assert list(out.glob(".*.tmp")) == []


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C is sent otherwise there")
@pytest.mark.parametrize("begun", [True, False], ids=["once some are done", "while workers start"])
def test_ctrl_c_finishes_what_has_begun_and_says_how_to_go_on(begun: bool, many: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    started = program("batch", many, "--out", out, "--jobs", 2)
    wait_until(lambda: list(out.glob(".dotpop/*.json" if begun else ".dotpop/verrou")))
    os.killpg(started.pid, signal.SIGINT)  # as a terminal does, to workers too
    said, errors = started.communicate()
    assert started.returncode == 1, errors
    assert "Interrompu. La même commande reprend où elle s'est arrêtée." in errors
    assert "Traceback" not in errors
    assert "Pas encore traités : " in said
    counts = json.loads((out / "lot.json").read_text("utf-8"))["counts"]
    done = {path.stem for path in out.glob(".dotpop/*.json")}
    assert (counts["fait"], counts["à faire"]) == (len(done), 6 - len(done))


def test_two_batches_do_not_share_a_folder_and_the_end_of_one_frees_it(
    small_book: Path, tmp_path: Path, dotpop: Dotpop
) -> None:
    out = tmp_path / "out"
    code = "import sys,time,pathlib;from dotpop_addin.batch.lock import alone\n"
    code += "with alone(pathlib.Path(sys.argv[1])): print('held', flush=True); time.sleep(60)"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    holder = subprocess.Popen([sys.executable, "-c", code, out], env=environment, stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    with holder.stdout:
        assert holder.stdout.readline() == "held\n"
        status, _, errors = dotpop("batch", small_book, "--out", out)
        holder.kill()
        holder.wait()
    assert status == 1
    assert f"un autre lot travaille dans ce dossier (sur la machine {socket.gethostname()}, processus {holder.pid}" in errors
    assert not (out / "petite_région.xlsx").exists()
    assert dotpop("batch", small_book, "--out", out)[0] == 0


def test_a_folder_that_cannot_be_made_is_refused(small_book: Path, tmp_path: Path) -> None:
    (tmp_path / "out").write_bytes(b"a file")
    with pytest.raises(ProblemsFound, match="dossier impossible à créer"):
        run(small_book, tmp_path / "out")

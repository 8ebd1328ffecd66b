"""Disks, names, clocks and memory as they are on real machines; the table of test_power_cut.py says where the rest is."""

import errno
import os
import shutil
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cases import batch_work, plain
from cases.cutting import content

from dotpop_addin.batch import running
from dotpop_addin.batch.batching import carry_out
from dotpop_addin.batch.plan import plan
from dotpop_addin.books import saving

Dotpop = Callable[..., tuple[int, str, str]]
LATER, EARLIER = "1767225600", "1735689600"


@pytest.fixture(autouse=True)
def without_waiting(in_this_process: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saving, "PAUSE", 0)


def refused_for(words: str, error: OSError, real: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
    """Fails for what names these words, and does the real thing otherwise."""
    if any(words in str(one) for one in (*arguments, *named.values())):
        raise error
    return real(*arguments, **named)


ONE = "010000002"
"""What only the name of one fiche holds."""
DISKS = [
    pytest.param("os.fsync", None, OSError(errno.ENOSPC, "plein"), "plein", id="a disk that fills up, then has room"),
    pytest.param(
        "tempfile.mkstemp", ONE, PermissionError(errno.EACCES, "refus"), "refusée", id="no right to write in a folder"
    ),
    pytest.param(
        "pathlib.Path.replace", ONE, PermissionError(errno.EACCES, "pris"), "refusée", id="a target open elsewhere"
    ),
]


@pytest.mark.parametrize(("where", "name", "error", "words"), DISKS)
@pytest.mark.parametrize("command", ["fiches", "batch"])
def test_a_file_that_cannot_be_written_is_told_and_the_next_run_repairs(
    command: str,
    where: str,
    name: str | None,
    error: OSError,
    words: str,
    small_book: Path,
    dotpop: Dotpop,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", LATER)
    out, before = small_book.with_name("out"), small_book.read_bytes()
    line = [command, small_book, "--out", out, *(["--steps", "check,run,fiches"] if command == "batch" else [])]
    owner, _, attribute = where.rpartition(".")
    module = saving.tempfile if owner == "tempfile" else os if owner == "os" else Path
    real, calls = getattr(module, attribute), list[object]()

    def fails(*arguments: Any, **named: Any) -> Any:
        calls.append(arguments)
        if name is None and len(calls) in (2, 3):
            raise error
        return refused_for(name, error, real, *arguments, **named) if name else real(*arguments, **named)

    with monkeypatch.context() as patch:
        patch.setattr(where, fails)
        status, said, errors = dotpop(*line)
    assert status == 1
    assert (words in errors) or ("échec" in said)
    assert "Défaut" not in errors + said
    assert not list(out.rglob("*.tmp"))
    assert dotpop(*line)[0] == 0
    fresh = small_book.with_name("fresh")
    assert dotpop(*[fresh if one == out else one for one in line])[0] == 0
    assert _results(out) == _results(fresh)
    assert small_book.read_bytes() == before


def _results(folder: Path) -> dict[str, bytes]:
    """Regions and fiches: the record of a batch tells what that run did."""
    return {name: data for name, data in content(folder).items() if name.endswith(".xlsx") and "synthese_lot" not in name}


@pytest.mark.parametrize(("lock", "program"), [("~${}", "Excel"), (".~lock.{}#", "LibreOffice")])
def test_a_fiche_or_a_result_of_a_batch_open_in_a_spreadsheet_is_left_and_the_others_are_written(
    lock: str, program: str, small_book: Path, dotpop: Dotpop
) -> None:
    fiches, batch = small_book.with_name("fiches"), small_book.with_name("lot")
    assert dotpop("fiches", small_book, "--out", fiches)[0] == 0
    held = fiches / "010000002 CH Deux.xlsx"
    held.write_bytes(b"PK of another time")
    (fiches / lock.format(held.name)).touch()
    (fiches / "010000001 CH Un.xlsx").unlink()
    status, _, errors = dotpop("fiches", small_book, "--out", fiches)
    assert (status, f"fichier ouvert dans {program}" in errors) == (1, True)
    assert held.read_bytes() == b"PK of another time"
    assert (fiches / "010000001 CH Un.xlsx").exists()
    batch.mkdir()
    (batch / lock.format(small_book.name)).touch()
    status, said, _ = dotpop("batch", small_book, "--out", batch)
    assert (status, "1 échec" in said, (batch / small_book.name).exists()) == (1, True, False)


LONG = "Région de l'été, où l'œuvre d'à côté naît " * 6
NAMES = [
    pytest.param(unicodedata.normalize("NFC", LONG)[:200].strip(), id="200 characters, composed accents"),
    pytest.param(unicodedata.normalize("NFD", LONG)[:205].strip(), id="200 characters, decomposed accents"),
    pytest.param("\U0001f600" * 58, id="58 characters of four bytes"),
]


@pytest.mark.parametrize("name", NAMES)
def test_a_long_name_with_accents_and_spaces_changes_no_result(
    name: str, small_book: Path, dotpop: Dotpop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", LATER)
    folder = small_book.parent / "dossier d'été e\u0301"
    folder.mkdir()
    long = Path(shutil.copy(small_book, folder / f"{name}.xlsx"))
    short, out = small_book.with_name("court.xlsx"), folder / f"x{name[1:]}.xlsx"
    assert dotpop("run", small_book, "--out", short)[0] == 0
    assert dotpop("run", long, "--out", out)[0] == 0
    assert out.read_bytes() == short.read_bytes()
    status, said, errors = dotpop("batch", long, "--out", folder / "lot", "--steps", "check,run,fiches")
    assert (status, errors.rpartition(" : ")[2]) == (0, "fait\n"), said + errors
    assert (folder / "lot" / long.name).read_bytes() == short.read_bytes()
    assert len([*(folder / "lot" / f"{name}_fiches").iterdir()]) == 4
    assert "inchangé" in dotpop("batch", long, "--out", folder / "lot", "--steps", "check,run,fiches")[2]
    assert dotpop("run", long)[0] == 0
    assert long.read_bytes() == short.read_bytes()


@pytest.mark.skipif(os.name == "nt", reason="Windows counts the whole path")
def test_the_longest_name_that_a_disk_takes_and_one_more(small_book: Path, dotpop: Dotpop) -> None:
    longest = small_book.with_name("a" * 250 + ".xlsx")
    assert dotpop("run", small_book, "--out", longest)[0] == 0
    assert dotpop("verify", longest)[0] == 0
    status, said, errors = dotpop("batch", longest, "--out", small_book.with_name("lot"), "--json")
    assert (status, "trop long" in said, "Défaut" in said) == (1, True, False), said
    for command in (
        ("run", small_book, "--out", small_book.with_name("a" * 251 + ".xlsx")),
        ("synthese", small_book, "--diffusion", "complet", "--out", small_book.with_name("a" * 251 + ".xlsx")),
        ("check", small_book.with_name("é" * 128 + ".xlsx")),
        ("batch", small_book.with_name("a" * 300), "--out", small_book.with_name("out")),
        ("fiches", small_book, "--out", small_book.with_name("a" * 300)),
    ):
        status, _, errors = dotpop(*command)
        assert (status, "trop long" in errors, "Défaut" in errors) == (1, True, False), errors


def test_a_path_too_long_for_windows_is_not_a_folder_that_lacks(
    small_book: Path, dotpop: Dotpop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise FileNotFoundError(errno.ENOENT, "Le chemin d'accès spécifié est introuvable")

    monkeypatch.setattr("tempfile.mkstemp", fails)
    monkeypatch.setattr(saving, "LONGEST_PATH", 10)
    status, _, errors = dotpop("run", small_book, "--out", small_book.with_name("copie.xlsx"))
    assert (status, "nom ou chemin trop long" in errors) == (1, True)


def test_a_clock_that_goes_back_changes_no_result(small_book: Path, dotpop: Dotpop, monkeypatch: pytest.MonkeyPatch) -> None:
    lot = small_book.with_name("lot")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", LATER)
    assert dotpop("run", small_book)[0] == 0
    indices = plain.table(small_book, "Indices", "T_Indices")
    assert "fait" in dotpop("batch", small_book, "--out", lot)[2]
    monkeypatch.setenv("SOURCE_DATE_EPOCH", EARLIER)
    assert "inchangé" in dotpop("batch", small_book, "--out", lot)[2]
    assert dotpop("run", small_book)[0] == 0
    assert plain.table(small_book, "Indices", "T_Indices") == indices
    times = plain.column(small_book, "Journal", "T_Journal", "Date et heure (UTC)")
    assert times == ["2026-01-01 00:00:00", "2025-01-01 00:00:00"]  # in the order of what was done
    assert dotpop("verify", small_book)[0] == 0


def test_a_worker_that_lacks_memory_for_one_workbook_does_the_others(
    small_book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    (tmp_path / "in").mkdir()
    for name in ("a.xlsx", "gros.xlsx", "z.xlsx"):
        shutil.copy(small_book, tmp_path / "in" / name)
    tasks = plan([tmp_path / "in"], tmp_path / "out", ["run"])
    found = carry_out(tasks, tmp_path / "out", running.processes(2), batch_work.short_of_memory).outcomes
    states = {one.name: one.state for one in found}
    assert states["gros.xlsx"] == "échec"
    assert "mémoire insuffisante" in str(found[1].problems[0])


def test_a_command_that_lacks_memory_says_so(small_book: Path, dotpop: Dotpop, monkeypatch: pytest.MonkeyPatch) -> None:
    before = small_book.read_bytes()
    monkeypatch.setattr("dotpop_addin.files.calculate", batch_work.out_of_memory)
    status, output, errors = dotpop("run", small_book)
    assert (status, output, "mémoire insuffisante. Fermer d'autres programmes" in errors) == (1, "", True)
    assert small_book.read_bytes() == before

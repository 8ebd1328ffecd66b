"""Reproducible: what one computer writes, another writes byte for byte; time and user stand apart, in the Journal."""

import os
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

import openpyxl
import pytest

PROGRAM = "import sys; from dotpop_addin.cli import main; sys.exit(main())"
ONE = {"PYTHONHASHSEED": "1", "TZ": "Asia/Tokyo", "LC_ALL": "C", "OMP_NUM_THREADS": "1"}
OTHER = {"PYTHONHASHSEED": "2", "TZ": "America/New_York", "LC_ALL": "C.UTF-8", "OMP_NUM_THREADS": "2"}
COMMANDS = {
    "run": ["run", "region.xlsx", "--out", "out/region.xlsx"],
    "atelier": ["atelier", "region.xlsx", "--out", "out/atelier.xlsx"],
    "fiches": ["fiches", "region.xlsx", "--out", "out"],
    "send": ["send", "region.xlsx", "--out", "out", "--diffusion", "federation"],
    "synthese": ["synthese", "region.xlsx", "--out", "out/synthese.xlsx", "--diffusion", "complet"],
    "scenario": ["scenario", "region.xlsx", "--set", "TRJ_GAMMA=2", "--out", "out/essai.xlsx"],
}


def computer(region: Path, folder: Path, command: list[str], environment: Mapping[str, str], user: str) -> dict[str, bytes]:
    """The files that a command writes on one computer (an own process, folder, clock zone, language, seed)."""
    (folder / "out").mkdir(parents=True)
    (folder / "region.xlsx").write_bytes(region.read_bytes())
    variables = {name: value for name, value in os.environ.items() if name != "SOURCE_DATE_EPOCH"}
    variables |= {"LOGNAME": user, "USERNAME": user} | environment
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *command], cwd=folder, env=variables, capture_output=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr
    return {path.name: path.read_bytes() for path in sorted((folder / "out").iterdir())}


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_two_computers_write_the_same_bytes(command: list[str], small_book: Path, tmp_path: Path) -> None:
    epoch = {"SOURCE_DATE_EPOCH": "1767225600"}
    one = computer(small_book, tmp_path / "one", command, ONE | epoch, "marie")
    other = computer(small_book, tmp_path / "a longer é name", command, OTHER | epoch, "marie")
    assert one
    assert one.keys() == other.keys()
    assert [name for name in one if one[name] != other[name]] == []


def test_at_another_time_by_another_user_only_the_journal_and_the_date_of_change_differ(
    small_book: Path, tmp_path: Path
) -> None:
    for user, epoch in (("marie", "1767225600"), ("paul", "1767312000")):
        computer(small_book, tmp_path / user, COMMANDS["run"], {**ONE, "SOURCE_DATE_EPOCH": epoch}, user)
    paths = [tmp_path / user / "out" / "region.xlsx" for user in ("marie", "paul")]
    parts = []
    for path in paths:
        with zipfile.ZipFile(path) as archive:
            parts.append({name: archive.read(name) for name in archive.namelist()})
    differing = {name for name in parts[0] if parts[0][name] != parts[1][name]}
    journal = openpyxl.load_workbook(paths[0], read_only=True).sheetnames.index("Journal") + 1
    assert parts[0].keys() == parts[1].keys()
    assert differing == {"docProps/core.xml", f"xl/worksheets/sheet{journal}.xml"}

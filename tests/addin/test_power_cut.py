"""Whenever the power goes, each output is the old whole file or the new whole file, and the next run repairs.

Where each thing that can go wrong with files and processes is tested:

| What goes wrong | Where (test_….py) |
| --- | --- |
| power cut at each open, write, fsync, rename | here (`cases/cutting.py`) |
| failures of these that the program survives; Ctrl-C | saving, collecting (`cases/faults.py`) |
| full disk | saving, collecting, fiches, sending, synthese; batch: reliability |
| read-only file or folder | saving; for any user, batch and fiches: reliability |
| target open in Excel or LibreOffice | saving; fiches, batch: reliability |
| long names, accents in both forms, a clock that goes back | reliability |
| batch or worker killed, corrupt manifest, lock | batch |
| memory that lacks in a worker | batch (what is said), reliability (the others go on) |
| damaged and hostile workbooks, case by case | bad_input, areas, not_a_workbook, hostile_files, damaged_returns |
| the same, by thousands of mutations | fuzzing (`cases/mutating.py`) |
"""

import os
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest
from cases import cutting, followed
from cases.cutting import BEFORE, CUT, content, photographed, restored, without_leftovers

from dotpop_addin.survey.answers import published_answers
from dotpop_addin.survey.questions import questionnaire
from dotpop_addin.survey.template import workbook

Dotpop = Callable[..., tuple[int, str, str]]


def two_years(folder: Path) -> None:
    """The workbooks of a region followed."""
    (folder / "years").mkdir()
    for year in followed.YEARS[:2]:
        followed.write(year, folder / "years" / f"{year}.xlsx")


def two_answers(folder: Path) -> None:
    """Two questionnaires filled in."""
    (folder / "forms").mkdir()
    for code, one in list(published_answers().items())[:2]:
        (folder / "forms" / f"{code}.xlsx").write_bytes(workbook(questionnaire(), one.told))


@dataclass(frozen=True)
class Command:
    """A command that writes. arguments: paths are within the folder. over: whether the same command may be run over what
    it wrote. in_place: whether each run adds a line to the journal of the region. given: puts what it needs besides."""

    name: str
    arguments: str
    over: bool = True
    in_place: bool = False
    given: Callable[[Path], None] = lambda folder: None

    def line(self, folder: Path) -> list[str]:
        return [str(folder / word) if "/" in word or word.endswith(".xlsx") else word for word in self.arguments.split()]


COMMANDS = [
    Command("run", "run region.xlsx --out out/region.xlsx"),
    Command("run in place", "run region.xlsx", in_place=True),
    Command("scenario", "scenario region.xlsx --set IDX_BORNE_BASSE=0,9 --out out/scenario.xlsx"),
    Command("compare", "compare region.xlsx other.xlsx --out out/comparison.xlsx"),
    Command("sensitivity", "sensitivity region.xlsx --draws 64 --out out/sensitivity.xlsx"),
    Command("follow", "follow years/2023.xlsx years/2024.xlsx --out out/follow_up.xlsx", given=two_years),
    Command("enquete", "enquete forms/ --out out/survey.xlsx", given=two_answers),
    Command("atelier", "atelier region.xlsx --out out/atelier.xlsx"),
    Command("synthese", "synthese region.xlsx --diffusion complet --out out/synthese.xlsx"),
    Command("fiches", "fiches region.xlsx --out out/fiches"),
    Command("send", "send region.xlsx --out out/sent", over=False),
    Command("collect", "collect back/ --into region.xlsx --anomalies out/anomalies.xlsx"),
    Command("collect in a copy", "collect back/ --into region.xlsx --out out/region.xlsx"),
    Command("batch", "batch region.xlsx --steps check,run,fiches --out out/batch", over=False),
    Command("batch again", "batch region.xlsx --steps check,run,fiches --force --out out/batch"),
]
REGION, RECORDS = "region.xlsx", ("out/batch/synthese_lot.xlsx", "out/batch/lot.json")
LONG = ("sensitivity", "send", "batch again", "follow")  # seconds each: left to the whole check


def marked(one: Command) -> object:
    return pytest.param(one, id=one.name, marks=[pytest.mark.slow] if one.name in LONG else [])


each = pytest.mark.parametrize("command", [marked(one) for one in COMMANDS])


@pytest.fixture(autouse=True)
def alike(monkeypatch: pytest.MonkeyPatch) -> None:
    cutting.alike(monkeypatch)


@pytest.fixture
def place(asking: tuple[Path, dict[str, Path]], tmp_path: Path) -> Path:
    """A folder with the region, another of its workbooks, and what came back."""
    folder = tmp_path / "place"
    (folder / "back").mkdir(parents=True)
    (folder / "out").mkdir()
    for name in ("region.xlsx", "other.xlsx"):
        shutil.copy(asking[0], folder / name)
    for path in asking[1].values():
        shutil.copy(path, folder / "back")
    return folder


@dataclass
class Story:
    """A command over what was there before. old, new: what the folder holds before and after a run without a cut."""

    command: Command
    folder: Path
    old: dict[str, bytes]
    new: dict[str, bytes]
    dotpop: Dotpop

    def run(self) -> None:
        status, _, errors = self.dotpop(*self.command.line(self.folder))
        assert status == 0, errors

    def check(self, found: dict[str, bytes], moment: str) -> None:
        """Each output is the old or the new one, and nothing else has changed."""
        assert found.keys() <= self.old.keys() | self.new.keys(), moment
        for name in self.old.keys() | self.new.keys():
            assert found.get(name) in (self.old.get(name), self.new.get(name)), f"{name}, cut before {moment}"

    def repair(self, found: dict[str, bytes], moment: str) -> None:
        """The next run gives what a run without a cut gives; a calculation in place is one more once it is done."""
        restored(self.folder, found)
        self.run()
        after = without_leftovers(content(self.folder))
        for name in RECORDS:  # they tell what that run did
            assert after.pop(name, b"").startswith((b"PK", b"{")) == (name in self.new)
        if self.command.in_place and found[REGION] == self.new[REGION]:
            assert after.pop(REGION) != self.old[REGION]
            assert self.dotpop("verify", self.folder / REGION)[0] == 0
        assert after.items() <= self.new.items(), moment


def story(command: Command, folder: Path, dotpop: Dotpop, monkeypatch: pytest.MonkeyPatch) -> Story:
    """What was there before is of another date, so that each new file differs from the old one."""
    command.given(folder)
    before = content(folder)
    if command.over:
        monkeypatch.setenv("SOURCE_DATE_EPOCH", BEFORE)
        assert dotpop(*command.line(folder))[0] == 0
        monkeypatch.setenv("SOURCE_DATE_EPOCH", cutting.NOW)
        outputs = {name: data for name, data in content(folder).items() if name.startswith("out/")}
        restored(folder, before | outputs)
    old = without_leftovers(content(folder))
    assert dotpop(*command.line(folder))[0] == 0
    new = without_leftovers(content(folder))
    restored(folder, old)
    return Story(command, folder, old, new, dotpop)


@each
def test_at_any_moment_each_output_is_whole_and_the_next_run_repairs(
    command: Command, place: Path, dotpop: Dotpop, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = story(command, place, dotpop, monkeypatch)
    changed = [name for name in told.new if told.new[name] != told.old.get(name)]
    moments, watch = photographed(place, told.run)
    assert (watch.in_place, watch.unsure) == ([], [])
    assert len(moments) == len(changed) + 1  # one output after another
    for moment in moments:
        told.check(moment.outputs, moment.call)
    for moment in moments:
        told.repair(moment.files, moment.call)
    for name in changed:
        if name.endswith(".xlsx"):
            openpyxl.load_workbook(place / name)


def _calls(told: Story) -> list[str]:
    """The calls of a command, in order."""
    calls: list[str] = []
    with cutting.watched(told.folder, calls.append):
        told.run()
    restored(told.folder, told.old)
    return calls


def _die(told: Story, at: list[int]) -> None:
    for number in at:
        restored(told.folder, told.old)
        assert cutting.cut(told.folder, told.command.line(told.folder), number) == CUT
        found = content(told.folder)
        told.check(without_leftovers(found), f"call {number}")
        told.repair(found, f"call {number}")


@pytest.mark.skipif(os.name == "nt", reason="processes cannot be forked on Windows; the photographs are taken there too")
@pytest.mark.parametrize("command", [marked(one) for one in COMMANDS if one.name in ("run", "batch", "batch again")])
def test_a_process_that_dies_just_before_or_after_an_output_is_put_in_its_place(
    command: Command, place: Path, dotpop: Dotpop, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = story(command, place, dotpop, monkeypatch)
    calls = _calls(told)
    first = calls.index("replace")
    _die(told, [first, first + 1])


CUTS = 20
"""Of each command in the long test: a workbook takes hundreds of writes, and the photographs show every moment."""


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="processes cannot be forked on Windows; the photographs are taken there too")
@each
def test_a_process_may_die_at_any_call(
    command: Command, place: Path, dotpop: Dotpop, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = story(command, place, dotpop, monkeypatch)
    calls = _calls(told)
    step = 1 if os.environ.get("DOTPOP_EXPLORE") else max(1, len(calls) // CUTS)
    _die(told, [*range(0, len(calls), step)])


def test_unfinished_files_of_a_target_are_removed_once_nobody_can_be_writing_them(place: Path, dotpop: Dotpop) -> None:
    out, now = place / "out", time.time()
    ages = {
        ".region-0ld_0ne1.tmp": -86_400,
        ".region-fr0m_fut.tmp": 86_400,  # of a clock that has gone back since
        ".region-just_now.tmp": 0,  # another program may be writing it
        ".region-est-a1b2c3d4.tmp": -86_400,  # of « region-est.xlsx »
        ".region-notes.tmp": -86_400,  # not a name that the program gives
    }
    for name, age in ages.items():
        (out / name).write_bytes(b"half")
        os.utime(out / name, (now + age, now + age))
    assert dotpop("run", place / "region.xlsx", "--out", out / "region.xlsx")[0] == 0
    assert sorted(path.name for path in out.iterdir()) == [*sorted([*ages][2:]), "region.xlsx"]

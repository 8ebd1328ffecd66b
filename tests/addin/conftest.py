"""What these tests share: a LibreOffice, a Windows; a small region that has asked, and what its hospitals answer."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cases import sent_region
from cases.batch_work import INLINE
from cases.damaged_folders import Folder
from cases.windows_stub import FakeWindows

from dotpop_addin.batch import running

if TYPE_CHECKING:
    from cases.office import Office


@pytest.fixture(scope="module")
def office() -> "Iterator[Office]":
    """A running LibreOffice, one for the tests of a file: where it is missing its Python is too, hence the import here."""
    from cases.office import Office

    with Office() as office:
        yield office


@pytest.fixture(scope="session")
def asking(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Path]]:
    """The workbook of the region that asked, and its answers. Not to be changed: copy them."""
    folder = tmp_path_factory.mktemp("asking")
    region = folder / "petite_region.xlsx"
    sent_region.workbook(region)
    return region, sent_region.sound(region, folder / "sound")


@pytest.fixture(scope="session")
def sound_returns(asking: tuple[Path, dict[str, Path]]) -> dict[str, Path]:
    """Sound and complete answers by sender. Not to be changed: copy them."""
    return asking[1]


@pytest.fixture
def asking_region(asking: tuple[Path, dict[str, Path]], tmp_path: Path) -> Path:
    """The workbook of the region that asked; the test may change it."""
    return Path(shutil.copy(asking[0], tmp_path / "petite_région.xlsx"))


@pytest.fixture
def folder(sound_returns: dict[str, Path], asking_region: Path, tmp_path: Path) -> Folder:
    """Where what comes back is put, beside the region that asked."""
    (tmp_path / "reçu").mkdir()
    return Folder(tmp_path / "reçu", sound_returns, asking_region)


@pytest.fixture
def windows(tmp_path: Path) -> FakeWindows:
    """A Windows to install into."""
    return FakeWindows(tmp_path)


@pytest.fixture
def regions(small_book: Path, tmp_path: Path) -> Path:
    """Two sound workbooks of the same name, and a damaged one between them."""
    folder = tmp_path / "reçus"
    (folder / "sud").mkdir(parents=True)
    shutil.copy(small_book, folder / "région.xlsx")
    shutil.copy(small_book, folder / "sud" / "région.xlsx")
    (folder / "réponse abîmée.xlsx").write_bytes(b"not a workbook")
    return folder


@pytest.fixture
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """A batch needs no processes of its own, but in the tests that say otherwise."""
    monkeypatch.setattr(running, "processes", lambda jobs: INLINE)

"""What the tests of returned files share: a small region that has asked, and what its hospitals and federations answer."""

import shutil
from pathlib import Path

import pytest
from cases import sent_region


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

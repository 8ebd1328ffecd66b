"""What tests share: the small region as a workbook, the demonstration, real data and LibreOffice where they are there.

With DOTPOP_REQUIRE_ALL=1 (set by .ci/run) a test that would be skipped for want of LibreOffice fails instead.
Property tests draw the same examples each time; with DOTPOP_EXPLORE=1, others each time.
"""

import gc
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from cases import region_book, small_region
from hypothesis import HealthCheck, settings

from dotpop_addin.files import demonstration

pytest.register_assert_rewrite("cases.cell_calls", "cases.faults_told")  # so that what differs is told
ROOT = Path(__file__).parent.parent
SHARED_DATA = ROOT.parent / "shared" / "data"
gc.set_threshold(
    50_000, 20, 50
)  # workbooks are objects by the hundred thousand: looking for cycles among them takes its time
unhurried = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}  # the machine may be busy
settings.register_profile("repeatable", derandomize=True, **unhurried)
settings.register_profile("exploring", **unhurried)
settings.load_profile("exploring" if os.environ.get("DOTPOP_EXPLORE") else "repeatable")
SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("libreoffice") and not SOFFICE:
        if os.environ.get("DOTPOP_REQUIRE_ALL"):
            pytest.fail("LibreOffice is required here (DOTPOP_REQUIRE_ALL) and is not on the path")
        pytest.skip("LibreOffice is not on the path: install it, or run .ci/run")
    if item.get_closest_marker("shared_data") and not SHARED_DATA.is_dir():
        pytest.skip("the real data files are not beside the project")


@pytest.fixture
def shared_data() -> Path:
    return SHARED_DATA


@pytest.fixture(scope="session")
def _small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("small") / "petite_region.xlsx"
    region_book.filled("psychiatrie", small_region.tables()).save(path)
    return path


@pytest.fixture
def small_book(_small: Path, tmp_path: Path) -> Path:
    """A workbook of the small region, filled in and not calculated; the test may change it."""
    return Path(shutil.copy(_small, tmp_path / "petite_région.xlsx"))


@pytest.fixture(scope="session")
def demo_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workbook that `dotpop demo` writes. Not to be changed: copy it."""
    path = tmp_path_factory.mktemp("demo") / "region_psychiatrie.xlsx"
    demonstration("psychiatrie", path)
    return path


@pytest.fixture(scope="session")
def smr_demo_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workbook that `dotpop demo smr` writes. Not to be changed: copy it."""
    path = tmp_path_factory.mktemp("smr") / "region_smr.xlsx"
    demonstration("smr", path)
    return path


@pytest.fixture
def dotpop(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Runs the command line in this process; gives the exit status, the output and the error output."""
    from dotpop_addin.cli import main

    def run(*arguments: object) -> tuple[int, str, str]:
        try:
            status = main([str(argument) for argument in arguments])
        except SystemExit as stop:
            status = int(stop.code or 0)
        told = capsys.readouterr()
        return status, told.out, told.err

    return run

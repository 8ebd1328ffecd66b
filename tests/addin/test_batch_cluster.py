"""The same batch on a cluster: a real scheduler and two worker processes on this machine, one of which is killed."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from cases import batch_work

from dotpop_addin.batch import batching, cluster
from dotpop_addin.batch.plan import plan
from dotpop_addin.problems import ProblemsFound

Dotpop = Callable[..., tuple[int, str, str]]


def test_without_its_library_the_way_to_install_it_is_told(
    small_book: Path, tmp_path: Path, dotpop: Dotpop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    status, _, errors = dotpop("batch", small_book, "--out", tmp_path / "out", "--scheduler", "tcp://127.0.0.1:1")
    assert (status, 'python -m pip install "dotpop[dask]"' in errors) == (1, True)
    assert not (tmp_path / "out").exists()


@pytest.mark.skipif(find_spec("distributed") is None, reason="distributed is not installed")
def test_a_scheduler_that_does_not_answer_is_told(
    small_book: Path, tmp_path: Path, dotpop: Dotpop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "WAIT", 0.2)
    status, _, errors = dotpop("batch", small_book, "--out", tmp_path / "out", "--scheduler", "tcp://127.0.0.1:1")
    assert (status, "l'ordonnanceur Dask ne répond pas" in errors) == (1, True), errors
    assert "Traceback" not in errors


@pytest.mark.skipif(find_spec("distributed") is None, reason="distributed is not installed")
@pytest.mark.parametrize("address", ["zorglub", "tcp://", "tcp://serveur:x", "foo://serveur:1"])
def test_what_is_no_address_is_told_before_anyone_is_called(
    address: str, small_book: Path, tmp_path: Path, dotpop: Dotpop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("distributed.Client", batch_work.defective)
    status, _, errors = dotpop("batch", small_book, "--out", tmp_path / "out", "--scheduler", address)
    assert (status, f"{address} : l'ordonnanceur Dask ne répond pas" in errors) == (1, True), errors


class Cluster:
    """A scheduler and two workers, processes of this machine. failures: workers that a task may kill before it fails."""

    def __init__(self, folder: Path, failures: int) -> None:
        self._environment = os.environ | {
            "PYTHONPATH": os.pathsep.join(sys.path),
            "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": str(failures),
        }
        self._folder, self._processes = folder, list[subprocess.Popen[bytes]]()
        place = folder / "scheduler.json"
        self._start("scheduler", "--scheduler-file", place, "--port", 0, "--no-dashboard", "--host", "127.0.0.1")
        while not place.exists():
            time.sleep(0.02)
        from distributed import Client

        with Client(scheduler_file=str(place), set_as_default=False) as client:
            self.address: str = client.scheduler.address
            for _ in range(2):
                self._start("worker", self.address, "--nthreads", 1, "--no-nanny", "--no-dashboard")
            client.wait_for_workers(2, timeout=30)

    def _start(self, *arguments: object) -> None:
        with (self._folder / "log").open("ab") as log:
            command = [sys.executable, "-m", "distributed.cli.dask_" + str(arguments[0]), *map(str, arguments[1:])]
            self._processes.append(
                subprocess.Popen(command, env=self._environment, stdout=log, stderr=log, cwd=self._folder)
            )

    def kill_a_worker(self) -> None:
        self._processes[-1].kill()

    def close(self) -> None:
        for process in reversed(self._processes):
            process.kill()
            process.wait()


@pytest.fixture
def machines(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Cluster]:
    pytest.importorskip("distributed", reason="distributed is not installed")
    folder = tmp_path / "machines"
    folder.mkdir()
    found = Cluster(folder, request.param)
    yield found
    found.close()


@pytest.mark.slow
@pytest.mark.parametrize("machines", [3], indirect=True)
def test_a_cluster_does_every_workbook_though_a_worker_is_killed(
    machines: Cluster, small_book: Path, tmp_path: Path, dotpop: Dotpop
) -> None:
    folder, out = tmp_path / "reçus", tmp_path / "out"
    folder.mkdir()
    for place in range(8):
        shutil.copy(small_book, folder / f"r{place}.xlsx")
    tasks, done = plan([folder], out, ["run"]), list[str]()

    def told(outcome: object) -> None:
        done.append(str(outcome))
        if len(done) == 2:
            machines.kill_a_worker()

    with cluster.cluster(machines.address) as workers:
        assert workers.slots == 2
        found = batching.carry_out(tasks, out, workers, told=told)
    assert {one.state for one in found.outcomes} <= {"fait", "inchangé"}  # one may have been done just before the kill
    assert len(found.outcomes) == 8
    status, said, _ = dotpop("batch", folder, "--out", out, "--scheduler", machines.address)
    assert (status, "8 inchangés" in said) == (0, True)


@pytest.mark.slow
@pytest.mark.parametrize("machines", [0], indirect=True)
def test_a_workbook_that_kills_its_worker_fails_in_words(machines: Cluster, tmp_path: Path) -> None:
    with cluster.cluster(machines.address) as workers:
        (found,) = batching.carry_out(
            [batch_work.task("tueur.xlsx", tmp_path)], tmp_path, workers, batch_work.mortal
        ).outcomes
    assert (found.state, "a été arrêté" in found.problems[0].found) == ("échec", True)


@pytest.mark.skipif(find_spec("distributed") is None, reason="distributed is not installed")
def test_an_address_that_is_none_is_told(tmp_path: Path) -> None:
    with pytest.raises(ProblemsFound, match="l'ordonnanceur Dask ne répond pas"), cluster.cluster("nowhere://x"):
        pass

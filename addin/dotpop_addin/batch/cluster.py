"""The same work on a Dask cluster, whose workers see the same files under the same paths."""

from collections.abc import Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager

from dotpop_addin.batch.running import Workers
from dotpop_addin.problems import Problem, ProblemsFound, library

WAIT = 30
"""Seconds to reach the scheduler."""


@contextmanager
def cluster(address: str) -> Iterator[Workers]:
    """The workers of the cluster whose scheduler is at that address. Raises ProblemsFound when it cannot be used."""
    distributed = library("distributed", "la bibliothèque de Dask", '"dotpop[dask]"')
    try:
        distributed.comm.get_address_host_port(address)  # a client that fails at it tries again for a minute, with a trace
        client = distributed.Client(address, timeout=WAIT, set_as_default=False)
    except (OSError, ValueError) as error:
        action = "Vérifier l'adresse, et que « dask scheduler » y tourne."
        found = "l'ordonnanceur Dask ne répond pas"
        raise ProblemsFound([Problem(address, found, "une adresse comme tcp://machine:8786", action)]) from error
    with client:
        slots = sum(client.nthreads().values())
        if slots == 0:
            action = "Lancer « dask worker ADRESSE --nthreads 1 » sur une machine au moins."
            raise ProblemsFound([Problem(address, "aucun processus de calcul dans la grappe", "un au moins", action)])
        yield Workers(lambda: client.get_executor(pure=False), slots, (distributed.KilledWorker, CancelledError))

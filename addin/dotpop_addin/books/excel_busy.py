"""Excel refuses every call while a cell is being edited or one of its windows is open: this is said in French."""

from collections.abc import Iterator
from contextlib import contextmanager

from dotpop_addin.problems import Problem, ProblemsFound

BUSY = (-2147418111, -2147417846, -2146777998)  # rejected, to be tried later, refused during an edition


def is_busy(error: BaseException) -> bool:
    """Whether an error of a call is such a refusal."""
    further = getattr(error, "excepinfo", None) or (None,)
    return getattr(error, "hresult", None) in BUSY or further[-1] in BUSY


def busy() -> ProblemsFound:
    action = "Finir la saisie de la cellule (Entrée ou Échap), fermer les fenêtres ouvertes dans Excel, puis relancer."
    return ProblemsFound([Problem("Excel", "Excel est occupé", "", action)])


@contextmanager
def telling_busy() -> Iterator[None]:
    """Raises ProblemsFound where Excel is busy. Around a block, or as a decorator."""
    try:
        yield
    except Exception as error:
        if is_busy(error):
            raise busy() from error
        raise

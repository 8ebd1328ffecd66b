"""Changes of files and of the registry that are made whole, or undone."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from dotpop_addin.books import saving
from dotpop_addin.excel.settings import Value, Windows
from dotpop_addin.problems import Problem, ProblemsFound


def mark_of_the_web(file: Path) -> Path:
    """What Windows adds to a file that comes from elsewhere, and for which Excel blocks its macros."""
    return Path(f"{file}:Zone.Identifier")


def is_marked(file: Path) -> bool:
    """Whether a file bears that mark."""
    try:
        with mark_of_the_web(file).open("rb"):
            return True
    except OSError:
        return False


class Changes:
    """Changes made so far, with what undoes each. What already stands as wanted is not a change."""

    def __init__(self, windows: Windows) -> None:
        self._windows = windows
        self._undo: list[tuple[str, Callable[[], object]]] = []

    def __bool__(self) -> bool:
        """Whether anything was changed."""
        return bool(self._undo)

    def write_file(self, path: Path, content: bytes) -> None:
        """Writes a file, through another one beside it."""
        before = path.read_bytes() if path.exists() else None
        if before != content:
            for folder in reversed([one for one in path.parents if not one.exists()]):
                folder.mkdir()
                self._done(str(folder), folder.rmdir)
            _write(path, content)
            self._done(str(path), path.unlink if before is None else partial(_write, path, before))
        with suppress(OSError):  # no mark: the usual case
            mark_of_the_web(path).unlink()

    def remove_file(self, path: Path) -> None:
        if path.exists():
            before = path.read_bytes()
            path.unlink()
            self._done(str(path), partial(_write, path, before))

    def write(self, key: str, name: str, value: Value) -> None:
        """Writes a value of the registry."""
        before = self._windows.values(key).get(name)
        if before == value:
            return
        for new in reversed([one for one in _with_parents(key) if not self._windows.exists(one)]):
            self._done(new, partial(self._drop, new))
        self._windows.write(key, name, value)
        undo = partial(self._windows.erase, key, name)
        self._done(key, undo if before is None else partial(self._windows.write, key, name, before))

    def erase(self, key: str, name: str) -> None:
        """Removes a value of the registry."""
        before = self._windows.values(key).get(name)
        if before is not None:
            self._windows.erase(key, name)
            self._done(key, partial(self._windows.write, key, name, before))

    def erase_key(self, key: str) -> None:
        """Removes a key of the registry with its values."""
        for name in self._windows.values(key):
            self.erase(key, name)
        self._drop(key)

    def undo(self) -> list[str]:
        """Undoes everything, last first; gives what could not be undone."""
        left = []
        for what, undo in reversed(self._undo):
            try:
                undo()
            except OSError:
                left.append(what)
        return left

    def _done(self, what: str, undo: Callable[[], object]) -> None:
        self._undo.append((what, undo))

    def _drop(self, key: str) -> None:
        if self._windows.exists(key):
            self._windows.erase_key(key)


@contextmanager
def changing(windows: Windows) -> Iterator[Changes]:
    """What is changed within is changed whole: when the block fails, files and registry are as they were before it."""
    changes = Changes(windows)
    try:
        yield changes
    except BaseException as error:
        left = changes.undo()
        if left:
            action = "Fermer Excel, puis lancer dotpop excel uninstall et dotpop excel install."
            raise ProblemsFound([Problem(what, "resté à moitié changé", "", action) for what in left]) from error
        raise


def _write(path: Path, content: bytes) -> None:
    beside = path.parent.parent if path.parent.name == "XLSTART" else path.parent  # Excel opens all that it finds in XLSTART
    saving.put(path, lambda file: file.write(content), beside)


def _with_parents(key: str) -> list[str]:
    """A key, then those that hold it.

    >>> _with_parents(r"HKCU\\a\\b")
    ['HKCU\\\\a\\\\b', 'HKCU\\\\a']
    """
    words = key.split("\\")
    return ["\\".join(words[:length]) for length in range(len(words), 1, -1)]

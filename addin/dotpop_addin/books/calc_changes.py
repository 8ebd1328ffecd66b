"""Changes of an open Calc document that are whole: one undo takes all of them back, and a failure leaves none of them.

Each change comes with its way back. Calc's own is not relied upon: it leaves what was written over empty cells, cuts
conditional formats to pieces, forgets charts and hidden lines, and crashes when its steps are mixed with others in one.
UNO objects have no types in Python: hence Any.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import unohelper  # type: ignore[import-not-found]
from com.sun.star.document import XUndoAction  # type: ignore[import-not-found]

TITLE = "dotpop"
"""What the menu Édition shows beside « Annuler »."""
Change = Callable[[], None]


class Changes:
    """The changes of one document: those made `with changes:` are one step to undo, and all taken back when it fails."""

    def __init__(self, document: Any) -> None:
        self._document = document
        self._made: list[tuple[Change, Change]] = []
        self._depth, self._modified, self._automatic = 0, False, True

    def __enter__(self) -> None:
        self._depth += 1
        if self._depth == 1:
            self._modified = self._document.isModified()
            self._automatic = suspend(self._document)

    def __exit__(self, failure: type[BaseException] | None, *_: object) -> None:
        self._depth -= 1
        if self._depth:
            return
        made, self._made = self._made, []
        try:
            for _change, back in reversed(made) if failure else ():
                relock(self._document)
                back()
        finally:
            resume(self._document, self._automatic)
        if failure and not self._modified:
            for one in (*charts(self._document), self._document):  # a document is modified when one of its charts is
                one.setModified(False)
        if made and not failure:
            self._document.getUndoManager().addUndoAction(Step(self._document, made))

    def make(self, change: Change, back: Change) -> None:
        """Makes a change. back: takes it back, even half made."""
        with self:
            self._made.append((change, back))
            relock(self._document)
            change()


class Step(unohelper.Base, XUndoAction):  # type: ignore[misc]
    """What the user undoes and makes again at once."""

    Title = TITLE

    def __init__(self, document: Any, made: list[tuple[Change, Change]]) -> None:
        self._document, self._made = document, made

    def undo(self) -> None:
        self._run(back for _, back in reversed(self._made))

    def redo(self) -> None:
        self._run(change for change, _ in self._made)

    def _run(self, changes: Iterable[Change]) -> None:
        automatic = suspend(self._document)
        try:
            for change in changes:
                relock(self._document)
                change()
        finally:
            resume(self._document, automatic)


def charts(document: Any) -> Iterator[Any]:
    """The charts of a document, each a document of its own."""
    return (chart.EmbeddedObject for sheet in document.Sheets for chart in sheet.Charts)


def suspend(document: Any) -> bool:
    """Nothing is recorded to be undone, nor recalculated, from now on; gives whether it was recalculated."""
    document.getUndoManager().lock()  # and not the controllers: with them locked, each change unlocks it
    automatic: bool = document.isAutomaticCalculationEnabled()
    document.enableAutomaticCalculation(False)
    return automatic


def resume(document: Any, automatic: bool) -> None:
    """Back to what it was; all is computed anew, since array formulas that wait for others keep what they gave before."""
    document.enableAutomaticCalculation(automatic)
    if automatic:
        document.calculateAll()
    document.getUndoManager().unlock()


def relock(document: Any) -> None:
    """Nothing is recorded still: some changes (print areas, cell styles) unlock the manager of undo behind them."""
    manager = document.getUndoManager()
    if not manager.isLocked():
        manager.unlock()
        manager.lock()

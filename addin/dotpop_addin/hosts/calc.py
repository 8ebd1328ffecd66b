"""LibreOffice Calc as a host, through UNO. UNO objects have no types in Python: hence Any."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import uno  # type: ignore[import-not-found]
from com.sun.star.awt.MessageBoxButtons import BUTTONS_OK  # type: ignore[import-not-found]
from com.sun.star.awt.MessageBoxType import ERRORBOX, INFOBOX  # type: ignore[import-not-found]

from dotpop_addin.books.calc import CalcBook
from dotpop_addin.books.following import bounds_of
from dotpop_addin.diagnosis import Finding
from dotpop_addin.problems import Problem, ProblemsFound

TITLE = "Dotation populationnelle"
SPREADSHEET = "com.sun.star.sheet.SpreadsheetDocument"
CHOSEN = 1  # what a dialog gives when its button OK was pressed
ACCEPT, GIVE_UP = 1, 2  # kinds of buttons that close a dialog
WIDTH, LINE, MARGIN = 240, 12, 6  # of a dialog, in its own units


class CalcHost:
    """LibreOffice with one document: the one in front unless told. Without a window nothing is shown, nothing waits."""

    program = "LibreOffice Calc"

    def __init__(self, context: Any, document: Any = None) -> None:
        self._context = context
        self._indicator: Any = None
        self._desktop = self._service("com.sun.star.frame.Desktop")
        self._document = document or self._desktop.getCurrentComponent()
        self.last_message = ""

    def book(self) -> CalcBook:
        if self._document is None or not self._document.supportsService(SPREADSHEET):
            action = "Ouvrir un classeur, ou en créer un par « Nouveau classeur »."
            found = "aucun classeur n'est ouvert"
            raise ProblemsFound([Problem(self.program, found, "un classeur de dotation populationnelle", action)])
        return CalcBook(self._document)

    def show_progress(self, step: str) -> None:
        frame = self._frame()
        if frame is not None and self._indicator is None:
            self._indicator = frame.createStatusIndicator()
            self._indicator.start(f"dotpop : {step}…", 0)
        elif self._indicator is not None:
            self._indicator.setText(f"dotpop : {step}…")

    def end_progress(self) -> None:
        if self._indicator is not None:
            self._indicator.end()
            self._indicator = None

    def tell(self, text: str) -> None:
        self._show(text, INFOBOX)

    def complain(self, text: str) -> None:
        self._show(text, ERRORBOX)

    def choose_file(self, title: str, kind: str, extension: str) -> Path | None:
        if self._window() is None:
            return None
        picker = self._service("com.sun.star.ui.dialogs.FilePicker")
        picker.setTitle(title)
        picker.appendFilter(f"{kind} (*{extension})", f"*{extension}")
        if picker.execute() != CHOSEN:
            return None
        return Path(uno.fileUrlToSystemPath(picker.getSelectedFiles()[0]))

    def choose_folder(self, title: str) -> Path | None:
        if self._window() is None:
            return None
        picker = self._service("com.sun.star.ui.dialogs.FolderPicker")
        picker.setTitle(title)
        return Path(uno.fileUrlToSystemPath(picker.getDirectory())) if picker.execute() == CHOSEN else None

    def choose(self, title: str, question: str, answers: Mapping[str, str]) -> str | None:
        window = self._window()
        if window is None:
            return None
        dialog, model = self._service("com.sun.star.awt.UnoControlDialog"), self._choices(title, question, len(answers))
        dialog.setModel(model)
        dialog.createPeer(window.getToolkit(), window)
        dialog.getControl("answers").addItems(tuple(answers.values()), 0)
        dialog.getControl("answers").selectItemPos(0, True)
        try:
            chosen = dialog.execute() == CHOSEN
            place = dialog.getControl("answers").getSelectedItemPos()
        finally:
            dialog.dispose()
        return list(answers)[place] if chosen and place >= 0 else None

    def open_copy(self, workbook: Path) -> None:
        as_template = uno.createUnoStruct("com.sun.star.beans.PropertyValue")
        as_template.Name, as_template.Value = "AsTemplate", True
        self._desktop.loadComponentFromURL(uno.systemPathToFileUrl(str(workbook)), "_blank", 0, (as_template,))

    def go_to(self, sheet: str, cell: str) -> None:
        controller, cells = self._document.getCurrentController(), self._document.Sheets.getByName(sheet)
        column, row, *_ = bounds_of(cell)
        if controller is not None:
            controller.setActiveSheet(cells)
            controller.select(cells.getCellByPosition(column - 1, row - 1))

    def diagnose(self) -> list[Finding]:
        from dotpop_addin.libreoffice.doctor import doctor

        return doctor()

    def _service(self, name: str) -> Any:
        return self._context.ServiceManager.createInstanceWithContext(name, self._context)

    def _frame(self) -> Any:
        controller = self._document.getCurrentController() if self._document is not None else None
        return controller.getFrame() if controller is not None else self._desktop.getCurrentFrame()

    def _window(self) -> Any:
        """The window before which dialogs are shown; None when nobody would see them."""
        frame = self._frame()
        window = frame.getContainerWindow() if frame is not None else None
        return window if window is not None and window.isVisible() else None

    def _show(self, text: str, kind: Any) -> None:
        self.last_message = text
        window = self._window()
        if window is not None:
            window.getToolkit().createMessageBox(window, kind, BUTTONS_OK, TITLE, text).execute()

    def _choices(self, title: str, question: str, answers: int) -> Any:
        """A dialog with a list of so many answers."""
        model = self._service("com.sun.star.awt.UnoControlDialogModel")
        top = MARGIN + 2 * LINE  # two lines for the question
        bottom = top + LINE * answers + MARGIN
        model.Title, model.Width, model.Height = title, WIDTH, bottom + 2 * LINE
        _add(model, "FixedText", "question", MARGIN, MARGIN, WIDTH - 2 * MARGIN, 2 * LINE, Label=question, MultiLine=True)
        _add(model, "ListBox", "answers", MARGIN, top, WIDTH - 2 * MARGIN, LINE * answers)
        third = WIDTH // 3
        accept = {"PushButtonType": ACCEPT, "Label": "Continuer", "DefaultButton": True}
        _add(model, "Button", "accept", third, bottom, third - MARGIN, LINE + 2, **accept)
        give_up = {"PushButtonType": GIVE_UP, "Label": "Annuler"}
        _add(model, "Button", "give up", 2 * third, bottom, third - MARGIN, LINE + 2, **give_up)
        return model


def _add(dialog: Any, kind: str, name: str, left: int, top: int, width: int, height: int, **further: object) -> None:
    control = dialog.createInstance(f"com.sun.star.awt.UnoControl{kind}Model")
    control.PositionX, control.PositionY, control.Width, control.Height = left, top, width, height
    for key, value in further.items():
        control.setPropertyValue(key, value)
    dialog.insertByName(name, control)

"""LibreOffice Calc as a host, through UNO. UNO objects have no types in Python: hence Any."""

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import uno  # type: ignore[import-not-found]
from com.sun.star.awt.MessageBoxButtons import BUTTONS_OK  # type: ignore[import-not-found]
from com.sun.star.awt.MessageBoxType import ERRORBOX, INFOBOX  # type: ignore[import-not-found]
from com.sun.star.io import IOException  # type: ignore[import-not-found]
from com.sun.star.ui.dialogs.TemplateDescription import (  # type: ignore[import-not-found]
    FILEOPEN_SIMPLE,
    FILESAVE_AUTOEXTENSION,
)

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

    @property
    def file(self) -> Path | None:
        address = self._document.getURL() if self._document is not None else ""
        return Path(uno.fileUrlToSystemPath(address)) if address.startswith("file:") else None

    def save_copy(self, target: Path) -> None:
        """A workbook that is on the disk as it stands is copied; any other is stored by Calc as an Excel workbook."""
        stored = self.file
        try:
            if stored is not None and stored.suffix.lower() == ".xlsx" and not self._document.isModified():
                shutil.copyfile(stored, target)
            else:
                as_excel = uno.createUnoStruct("com.sun.star.beans.PropertyValue")
                as_excel.Name, as_excel.Value = "FilterName", "Calc MS Excel 2007 XML"
                self._document.storeToURL(uno.systemPathToFileUrl(str(target)), (as_excel,))
        except (OSError, IOException) as error:
            found, action = (
                "copie du classeur impossible",
                "L'enregistrer, libérer de la place sur le disque, puis relancer.",
            )
            raise ProblemsFound([Problem(self.program, found, "", action)]) from error

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
        return next(iter(self._picked(FILEOPEN_SIMPLE, title, kind, extension)), None)

    def choose_files(self, title: str, kind: str, extension: str) -> list[Path]:
        return self._picked(FILEOPEN_SIMPLE, title, kind, extension, many=True)

    def choose_target(self, title: str, kind: str, extension: str, suggested: str) -> Path | None:
        found = next(iter(self._picked(FILESAVE_AUTOEXTENSION, title, kind, extension, suggested)), None)
        return found.with_name(f"{found.name}{extension}") if found is not None and not found.suffix else found

    def ask(self, title: str, question: str) -> str | None:
        text: str | None = self._asked(title, question, "Edit", 1, lambda control: None, lambda control: control.getText())
        return text

    def choose_folder(self, title: str) -> Path | None:
        if self._window() is None:
            return None
        picker = self._service("com.sun.star.ui.dialogs.FolderPicker")
        picker.setTitle(title)
        return Path(uno.fileUrlToSystemPath(picker.getDirectory())) if picker.execute() == CHOSEN else None

    def choose(self, title: str, question: str, answers: Mapping[str, str]) -> str | None:
        def offer(control: Any) -> None:
            control.addItems(tuple(answers.values()), 0)
            control.selectItemPos(0, True)

        place = self._asked(title, question, "ListBox", len(answers), offer, lambda control: control.getSelectedItemPos())
        return list(answers)[place] if place is not None and place >= 0 else None

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

    def _picked(
        self, template: int, title: str, kind: str, extension: str, suggested: str = "", *, many: bool = False
    ) -> list[Path]:
        """The files of a dialog that opens or saves; none when the user gives up."""
        if self._window() is None:
            return []
        name, services = "com.sun.star.ui.dialogs.FilePicker", self._context.ServiceManager
        picker = services.createInstanceWithArgumentsAndContext(name, (template,), self._context)
        picker.setTitle(title)
        picker.setMultiSelectionMode(many)
        picker.setDefaultName(suggested)
        picker.appendFilter(f"{kind} (*{extension})", f"*{extension}")
        chosen = picker.getSelectedFiles() if picker.execute() == CHOSEN else ()
        return [Path(uno.fileUrlToSystemPath(one)) for one in chosen]

    def _asked(
        self,
        title: str,
        question: str,
        kind: str,
        lines: int,
        prepare: Callable[[Any], None],
        answer: Callable[[Any], Any],
    ) -> Any:
        """What is answered in a dialog with one control; None when nobody would see it, or the user gives up."""
        window = self._window()
        if window is None:
            return None
        dialog = self._service("com.sun.star.awt.UnoControlDialog")
        dialog.setModel(self._question(title, question, kind, lines))
        dialog.createPeer(window.getToolkit(), window)
        prepare(dialog.getControl("answer"))
        try:
            return answer(dialog.getControl("answer")) if dialog.execute() == CHOSEN else None
        finally:
            dialog.dispose()

    def _question(self, title: str, question: str, kind: str, lines: int) -> Any:
        """A dialog with a question and a control of so many lines to answer it."""
        model = self._service("com.sun.star.awt.UnoControlDialogModel")
        top = MARGIN + 2 * LINE  # two lines for the question
        bottom = top + LINE * lines + MARGIN
        model.Title, model.Width, model.Height = title, WIDTH, bottom + 2 * LINE
        _add(model, "FixedText", "question", MARGIN, MARGIN, WIDTH - 2 * MARGIN, 2 * LINE, Label=question, MultiLine=True)
        _add(model, kind, "answer", MARGIN, top, WIDTH - 2 * MARGIN, LINE * lines)
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

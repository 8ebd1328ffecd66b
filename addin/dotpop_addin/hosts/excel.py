"""Excel on Windows as a host, through xlwings (its BSD part only)."""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from dotpop_addin.books.excel import ExcelBook
from dotpop_addin.books.excel_busy import is_busy, telling_busy
from dotpop_addin.books.excel_cells import Com
from dotpop_addin.diagnosis import Finding
from dotpop_addin.problems import Problem, ProblemsFound

if TYPE_CHECKING:
    from xlwings import App

TITLE = "Dotation populationnelle"
CALCULATED = 0  # xlDone
A_NUMBER, A_TEXT = 1, 2  # what InputBox is to take
FOLDER_PICKER = 4  # msoFileDialogFolderPicker
ACCEPTED = -1  # what a dialog gives when its button OK was pressed


class ExcelHost:
    """The Excel in which the user works. application: xlwings' object."""

    program = "Excel"

    def __init__(self, application: "App") -> None:
        self._application = application
        self._excel: Com = application.api

    @telling_busy()
    def book(self) -> ExcelBook:
        workbook = self._excel.ActiveWorkbook
        if workbook is None or workbook.IsAddin:
            raise ProblemsFound([self._no_workbook()])
        if self._excel.CalculationState != CALCULATED:  # calculated by hand: what the cells show may be out of date
            self._excel.Calculate()
        return ExcelBook(workbook)

    @property
    @telling_busy()
    def file(self) -> Path | None:
        workbook = self._excel.ActiveWorkbook
        return Path(str(workbook.FullName)) if workbook is not None and workbook.Path else None

    @telling_busy()
    def save_copy(self, target: Path) -> None:
        try:
            self._excel.ActiveWorkbook.SaveCopyAs(str(target))
        except Exception as error:  # what Excel refuses has no class of its own
            if is_busy(error):
                raise
            found, action = "copie du classeur impossible", "Libérer de la place sur le disque, puis relancer."
            raise ProblemsFound([Problem("Excel", found, "", action)]) from error

    def show_progress(self, step: str) -> None:
        self._show(f"dotpop : {step}…")

    def end_progress(self) -> None:
        self._show(False)

    def tell(self, text: str) -> None:
        self._application.alert(text, TITLE, mode="info")

    def complain(self, text: str) -> None:
        self._application.alert(text, TITLE, mode="critical")

    @telling_busy()
    def choose_file(self, title: str, kind: str, extension: str) -> Path | None:
        chosen = self._excel.GetOpenFilename(f"{kind} (*{extension}),*{extension}", 1, title)
        return Path(chosen) if isinstance(chosen, str) else None  # False: given up

    @telling_busy()
    def choose_files(self, title: str, kind: str, extension: str) -> list[Path]:
        wanted = f"{kind} (*{extension}),*{extension}"
        chosen = self._excel.GetOpenFilename(FileFilter=wanted, FilterIndex=1, Title=title, MultiSelect=True)
        return [] if isinstance(chosen, bool) else [Path(str(one)) for one in chosen]  # False: given up

    @telling_busy()
    def choose_target(self, title: str, kind: str, extension: str, suggested: str) -> Path | None:
        wanted = f"{kind} (*{extension}),*{extension}"
        chosen = self._excel.GetSaveAsFilename(InitialFilename=suggested, FileFilter=wanted, FilterIndex=1, Title=title)
        return Path(chosen) if isinstance(chosen, str) else None

    @telling_busy()
    def ask(self, title: str, question: str) -> str | None:
        told = self._excel.InputBox(Prompt=question, Title=title, Default="", Type=A_TEXT)
        return None if told is False else str(told)

    @telling_busy()
    def choose_folder(self, title: str) -> Path | None:
        dialog = self._excel.FileDialog(FOLDER_PICKER)
        dialog.Title = title
        dialog.AllowMultiSelect = False
        return Path(str(dialog.SelectedItems(1))) if dialog.Show() == ACCEPTED else None

    def choose(self, title: str, question: str, answers: Mapping[str, str]) -> str | None:
        """Two answers as the buttons Oui and Non, more of them by their number."""
        codes = list(answers)
        if len(codes) > 2:
            return self._choose_number(title, question, answers)
        lines = [f"{button} : {words}" for button, words in zip(("Oui", "Non"), answers.values(), strict=False)]
        text = "\n".join([question, "", *lines])
        button = self._application.alert(text, title, buttons="yes_no_cancel" if len(codes) == 2 else "ok_cancel")
        return {"yes": codes[0], "ok": codes[0], "no": codes[-1]}.get(str(button))

    @telling_busy()
    def open_copy(self, workbook: Path) -> None:
        self._excel.Workbooks.Add(str(workbook))

    @telling_busy()
    def go_to(self, sheet: str, cell: str) -> None:
        self._excel.Goto(self._excel.ActiveWorkbook.Worksheets(sheet).Range(cell))

    def diagnose(self) -> list[Finding]:
        from dotpop_addin.excel.doctor import doctor

        return doctor()

    def _show(self, status: str | bool) -> None:
        """The status bar is a comfort: what happens to it stops nothing."""
        with suppress(Exception):
            self._excel.StatusBar = status

    @telling_busy()
    def _choose_number(self, title: str, question: str, answers: Mapping[str, str]) -> str | None:
        codes = list(answers)
        text = "\n".join([question, "", *(f"{place} : {words}" for place, words in enumerate(answers.values(), 1))])
        while True:
            number = self._excel.InputBox(Prompt=text, Title=title, Default=1, Type=A_NUMBER)
            if number is False:
                return None
            if number in range(1, len(codes) + 1):
                return codes[int(number) - 1]

    def _no_workbook(self) -> Problem:
        if self._excel.ProtectedViewWindows.Count:
            action = "Cliquer sur « Activer la modification » dans la barre jaune, puis relancer."
            return Problem("Excel", "le classeur est ouvert en mode protégé", "un classeur que l'on peut modifier", action)
        action = "Ouvrir un classeur, ou en créer un par « Nouveau classeur »."
        return Problem("Excel", "aucun classeur n'est ouvert", "un classeur de dotation populationnelle", action)

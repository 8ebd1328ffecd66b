"""What a macro may ask of the program in which it runs."""

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from dotpop_addin.books.protocol import Book
from dotpop_addin.diagnosis import Finding


class Host(Protocol):
    """Excel or LibreOffice Calc, with the workbook that the user has in front."""

    @property
    def program(self) -> str:
        """Name of the program, to show to the user."""

    def book(self) -> Book:
        """The workbook that the user has in front. Raises ProblemsFound when there is none."""

    @property
    def file(self) -> Path | None:
        """Where the workbook in front is stored; None when it never was."""

    def save_copy(self, target: Path) -> None:
        """Writes the workbook in front, as it stands, into another .xlsx; it stays open as it is. Raises ProblemsFound."""

    def show_progress(self, step: str) -> None:
        """Shows in the status bar what is being done."""

    def end_progress(self) -> None:
        """Gives the status bar back to the program."""

    def tell(self, text: str) -> None:
        """Shows a text that the user closes."""

    def complain(self, text: str) -> None:
        """Shows what went wrong, as a text that the user closes."""

    def choose_file(self, title: str, kind: str, extension: str) -> Path | None:
        """A file that the user picks; None when the user gives up. kind: French words for ".csv" and the like."""

    def choose_files(self, title: str, kind: str, extension: str) -> list[Path]:
        """Files that the user picks, one or more; none when the user gives up."""

    def choose_target(self, title: str, kind: str, extension: str, suggested: str) -> Path | None:
        """Where to write a file; None when the user gives up. suggested: a name for it."""

    def ask(self, title: str, question: str) -> str | None:
        """A text that the user types; None when the user gives up."""

    def choose_folder(self, title: str) -> Path | None:
        """A folder that the user picks; None when the user gives up."""

    def choose(self, title: str, question: str, answers: Mapping[str, str]) -> str | None:
        """One of the answers (code → French words); None when the user gives up."""

    def open_copy(self, workbook: Path) -> None:
        """Opens a new, unsaved workbook that holds what this file holds."""

    def go_to(self, sheet: str, cell: str) -> None:
        """Brings a cell in front of the user."""

    def diagnose(self) -> list[Finding]:
        """How the add-in stands in this program."""

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

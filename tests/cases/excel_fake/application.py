"""Excel itself, its dialogs, and xlwings' App around it."""
# ruff: noqa: N802, N803 (names that Excel has)

from typing import TYPE_CHECKING

from cases.excel_fake.members import REJECTED, Collection, ComError, Member, Settings, refused

if TYPE_CHECKING:
    from cases.excel_fake.ranges import Range
    from cases.excel_fake.sheets import Workbook


class Application(Member):
    """Excel. fails_at: the change (from 1) that is refused. busy: everything is. full: no copy can be written."""

    def __init__(self) -> None:
        self.start(
            app=self,
            calls=0,
            changes=0,
            fails_at=0,
            error=refused(),
            busy=False,
            full=False,
            opened=[],
            gone_to="",
            answers=[],
        )
        self.start(Interactive=True, ScreenUpdating=True, EnableEvents=True, DisplayAlerts=True, Calculation=-4105)
        self.start(StatusBar=False, CalculationState=0, front=None)
        self.start(AutoCorrect=Settings(self, AutoExpandListRange=True, AutoFillFormulasInLists=True))
        self.ProtectedViewWindows = Collection([])
        self.Workbooks = self

    def __setattr__(self, name: str, value: object) -> None:
        if name in ("ProtectedViewWindows", "Workbooks", "CalculationState"):
            self.__dict__[name] = value
        elif name == "ActiveWorkbook":
            self.front = value
        elif name == "StatusBar":
            self.called()
            self.__dict__[name] = value
        else:
            super().__setattr__(name, value)

    @property
    def ActiveWorkbook(self) -> "Workbook | None":
        self.called()
        return self.front

    def called(self) -> None:
        self.calls += 1
        if self.busy:
            raise ComError(REJECTED)

    def changed(self) -> None:
        self.called()
        self.changes += 1
        if self.changes == self.fails_at:
            raise self.error

    def settings(self) -> dict[str, object]:
        names = ("Interactive", "ScreenUpdating", "EnableEvents", "DisplayAlerts", "Calculation")
        correct = {f"AutoCorrect.{name}": value for name, value in vars(self.AutoCorrect).items() if name != "app"}
        return {**{name: self.__dict__[name] for name in names}, **correct}

    def Add(self, template: str) -> None:
        self.opened.append(template)

    def Goto(self, place: "Range") -> None:
        self.gone_to = f"{place.Worksheet.Name}!{place.Address}"

    def Calculate(self) -> None:
        self.CalculationState = 0

    def GetOpenFilename(
        self, FileFilter: str, FilterIndex: int, Title: str, MultiSelect: bool = False
    ) -> str | bool | tuple[str, ...]:
        answer: str | bool | tuple[str, ...] = self.answers.pop(0)
        assert MultiSelect == isinstance(answer, tuple) or answer is False
        return answer

    def GetSaveAsFilename(self, InitialFilename: str, FileFilter: str, FilterIndex: int, Title: str) -> str | bool:
        answer: str | bool = self.answers.pop(0)
        return answer

    def FileDialog(self, kind: int) -> "FolderDialog":
        assert kind == 4
        return FolderDialog(self.answers.pop(0))

    def InputBox(self, Prompt: str, Title: str, Default: int | str, Type: int) -> float | str | bool:
        answer: float | str | bool = self.answers.pop(0)
        assert answer is False or isinstance(answer, str if Type == 2 else float)
        return answer


class FolderDialog:
    """The window in which one picks a folder; False is what a user who gives up answers."""

    def __init__(self, answer: str | bool) -> None:
        self._answer = answer
        self.Title, self.AllowMultiSelect = "", True

    def Show(self) -> int:
        assert self.Title
        assert not self.AllowMultiSelect
        return -1 if self._answer else 0

    def SelectedItems(self, place: int) -> str | bool:
        assert place == 1
        return self._answer


class XlwingsApp:
    """What the host uses of xlwings' App. said: the texts shown; answers: the buttons to press."""

    def __init__(self, api: Application) -> None:
        self.api = api
        self.said: list[tuple[str | None, str]] = []
        self.answers: list[str] = []

    def alert(self, prompt: str, title: str | None = None, buttons: str = "ok", mode: str | None = None) -> str:
        self.said.append((mode, prompt))
        return self.answers.pop(0) if self.answers else "ok"

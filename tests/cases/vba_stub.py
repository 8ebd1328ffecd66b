"""Runs the add-in's VBA without Excel, by pyOpenVBA's interpreter: what it calls of Windows and of Python is stood in for.

It is not Excel: it knows the language and the workbooks, no ribbon, no events, no functions in cells.
"""

import re
from pathlib import Path

from pyopenvba.apps.excel import ExcelApplication

WINDOWS = r"""
Public Variables As String, Libraries As String, Tried As String, Commands As String, Status As Long
Public IsAddin As Boolean

Public Sub Prepare(Folder As String, Existing As String, Failing As Long)
    Variables = Folder: Libraries = Existing: Status = Failing
    IsAddin = True
End Sub

Public Function Activate(Server As Variant, ByVal Command As String, ByVal Mode As Long) As Long
    Commands = Commands & Command & vbLf
    Activate = Status
    If Status = 0 Then Set Server = New FakePython
End Function

Public Function LoadLibrary(ByVal FilePath As String) As Long
    Tried = Tried & FilePath & vbLf
    If InStr("|" & Libraries & "|", "|" & FilePath & "|") > 0 Then LoadLibrary = 1
End Function

Public Function StrPtr(Text As String) As String
    StrPtr = Text
End Function

Public Function Variable(Label As String) As String
    If Label = "LOCALAPPDATA" Then Variable = Variables
End Function

Public Function Caller() As Object
    Set Caller = ActiveSheet.Range("A1")
End Function

Public Sub OnTime(Moment As Date, Procedure As String)
    Debug.Print "OnTime " & Procedure
End Sub

Public Sub MacroOptions(Macro As String, Description As String, Category As String, ArgumentDescriptions As Variant)
    If IsAddin Then Err.Raise 1004, "Excel", "Cannot edit a macro on a hidden workbook."
    Debug.Print Macro & "|" & Description & "|" & Category & "|" & Join(ArgumentDescriptions, "|")
End Sub

Public Function Said(Topic As String) As String
    If Topic = "tried" Then Said = Tried Else Said = Commands
End Function
"""
PYTHON = """
Public Function Module(Title As String) As String
    Module = Title
End Function

Public Sub SetAttr(Target As String, Attribute As String, Value As Object)
    Debug.Print Target & "." & Attribute & " = " & Value.Name
End Sub

Public Sub Exec(Text As String)
    Debug.Print Text
    If InStr(Text, "'trajectory'") > 0 Then Err.Raise 5, "Python", "Traceback (most recent call last): KeyError"
End Sub

Public Function CallUDF(Module As String, Title As String, Given As Variant, Book As Object, Caller As Variant) As Variant
    Dim One As Variant
    CallUDF = Module & " " & Title & " " & Book.Name & ":"
    For Each One In Given
        If IsMissing(One) Then CallUDF = CallUDF & " omitted" Else CallUDF = CallUDF & " " & One
    Next One
End Function
"""
STANDING_IN = {
    "Environ$(": "Variable(",
    "Application.Caller": "Caller()",
    "Application.OnTime": "OnTime",
    "Application.MacroOptions ": "MacroOptions ",
    **{
        f"Application.{name} = True": f"' {name}"
        for name in ("Interactive", "EnableEvents", "DisplayAlerts", "ScreenUpdating")
    },
    "As IRibbonControl": "As Variant",
    "ThisWorkbook.IsAddin": "IsAddin",
    "WithEvents ": "",
    "Private Sub Workbook_Open": "Public Sub Workbook_Open",
}
LIBRARY = "xlwings64.dll"
FOLDER = r"C:\Users\Hélène d'Arc\AppData\Local"


class Addin:
    """The add-in in a pretended Excel, with an empty workbook in front of it."""

    def __init__(self, xlam: Path, sources: dict[str, str], *, libraries: str = "", failing: int = 0) -> None:
        self.excel = ExcelApplication.open(xlam, with_vba=False)
        self.excel.add_module(PYTHON, name="FakePython", kind="class")
        self.excel.add_module(WINDOWS, name="FakeWindows")
        for name, text in sources.items():
            kind = "document" if name == "ThisWorkbook" else "standard"
            self.excel.add_module(understood(text), name=name, kind=kind)
        self.excel.run("Prepare", FOLDER, libraries, failing)
        self.front = self.excel.add_workbook()

    def name_a_sheet(self, name: str) -> None:
        """Names the first sheet of the workbook in front, and writes settings of its own into it."""
        self.front.sheets_[0].vba_set("Name", name)
        sheet = self.excel.sheet(1, workbook=self.front)
        sheet.set_value("A1", "Interpreter_Win")
        sheet.set_value("B1", r"C:\Elsewhere\calc.exe")

    def run(self, macro: str, *arguments: object) -> object:
        return self.excel.run(macro, *arguments)

    @property
    def shown(self) -> list[str]:
        """The texts of the message boxes."""
        return [text for _, text, _, _ in self.excel.dialogs]

    @property
    def asked(self) -> list[str]:
        """What was asked of Python."""
        return self.excel.console

    def said(self, topic: str) -> list[str]:
        """The libraries that were tried ("tried"), the commands that were started ("commands")."""
        return str(self.run("Said", topic)).splitlines()


def understood(text: str) -> str:
    """The source without what the interpreter cannot do: libraries of Windows, variables of the system, events."""
    text = re.sub(r"(?s)#If Win64 .*?#End If", f'Private Const LIBRARY As String = "{LIBRARY}"', text)
    text = re.sub(r"(?m)^(Private Declare |Attribute \w+\.).*$", "", text)
    for real, understood in STANDING_IN.items():
        text = text.replace(real, understood)
    return text

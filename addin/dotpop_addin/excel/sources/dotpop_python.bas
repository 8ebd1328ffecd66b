Attribute VB_Name = "dotpop_python"
Option Explicit
' A formula of any workbook could call a function of an open module: this module is closed, and takes a command in a Sub only.
Option Private Module

' The only way to Python. Settings come from the add-in's own sheet: nothing that a workbook holds, is called or has beside
' it decides what is run. Each problem is told in French; what Python says of a defect is not shown.

#If Win64 Then
    Private Const LIBRARY As String = "xlwings64-@XLWINGS@.dll"
    Private Declare PtrSafe Function Activate Lib "xlwings64-@XLWINGS@.dll" Alias "XLPyDLLActivateAuto" _
        (ByRef Server As Variant, ByVal Command As String, ByVal Mode As Long) As Long
#Else
    Private Const LIBRARY As String = "xlwings32-@XLWINGS@.dll"
    Private Declare PtrSafe Function Activate Lib "xlwings32-@XLWINGS@.dll" Alias "XLPyDLLActivateAuto" _
        (ByRef Server As Variant, ByVal Command As String, ByVal Mode As Long) As Long
#End If
Private Declare PtrSafe Function LoadLibrary Lib "kernel32" Alias "LoadLibraryW" (ByVal FilePath As LongPtr) As LongPtr

Private Const TITLE As String = "Dotation populationnelle"
Private Const REPAIR As String = " Réparer le complément : « dotpop excel install » ; savoir pourquoi : « dotpop excel doctor »."
Private Const STARTED As Long = 1
Private Const LONGEST_COMMAND As Long = 2000 ' the library keeps 2048 bytes for it, and ends Excel beyond
Private Const LAST_SETTING As Long = 20
Private Const UNAVAILABLE As Long = vbObjectError + 2026

Public Function XLPy() As Object
    ' Python's server, started when it is not there. The name is the one under which xlwings' wrappers call it.
    Dim Server As Variant
    If Activate(Server, Launcher(), STARTED) <> 0 Then Refuse "Python ne démarre pas (" & Interpreter() & ")."
    Set XLPy = Server
End Function

Public Sub RunMacro(Code As String)
    ' Runs a macro of the registry on the workbook in front; ours leads Python to this Excel, even when none is open.
    Dim Server As Object
    Dim Found As String
    On Error GoTo Failed
    RefuseForeignSettings
    Set Server = XLPy()
    Server.SetAttr Server.Module("xlwings._xlwindows"), "BOOK_CALLER", ThisWorkbook
    Server.Exec "from dotpop_addin.excel.entry import run;run('" & Code & "')"
    Exit Sub
Failed:
    Found = Told(Err.Number, Err.Description)
    GiveBack
    MsgBox Found, vbExclamation, TITLE
End Sub

Private Sub GiveBack()
    ' Gives Excel back to the user: Python may have ended while it wrote.
    On Error Resume Next
    Application.Interactive = True
    Application.EnableEvents = True
    Application.DisplayAlerts = True
    Application.ScreenUpdating = True
End Sub

Public Function Told(Number As Long, Description As String) As String
    ' The French sentence for an error.
    If Number = UNAVAILABLE Then
        Told = Description
    Else
        Told = "dotpop : défaut du programme, rien n'a été écrit à moitié." & REPAIR
    End If
End Function

Private Sub Refuse(Found As String)
    Err.Raise UNAVAILABLE, TITLE, "dotpop : " & Found & REPAIR
End Sub

Private Sub RefuseForeignSettings()
    ' Such a sheet means nothing here; in other add-ins it chooses the program that is run.
    Dim Sheet As Object
    If ActiveWorkbook Is Nothing Then Exit Sub
    For Each Sheet In ActiveWorkbook.Sheets
        If LCase$(Sheet.Name) Like "*.conf" Then
            Err.Raise UNAVAILABLE, TITLE, "Ce classeur contient une feuille de réglages « " & Sheet.Name & " », peut-être masquée : " _
                & "un tel classeur peut faire lancer un programme inconnu. Ne pas l'utiliser, et demander d'où il vient."
        End If
    Next Sheet
End Sub

Private Function Launcher() As String
    ' The command that starts Python's server, and by which the library knows it again; the library is loaded first.
    ' -E -P: neither variables such as PYTHONHOME nor what stands in the current folder change what is imported.
    Static Known As String
    Dim Found As String
    If Known = "" Then
        LoadBridge
        Found = Replace(Replace(Setting("PYTHONPATH"), "\", "/"), "'", "\'")
        If Found <> "" Then Found = "import sys;sys.path[:0]='" & Found & "'.split(';');"
        Found = """" & Interpreter() & """ -E -P -B -c """ & Found & "import xlwings;xlwings.serve('$(CLSID)')"""
        If Len(Found) > LONGEST_COMMAND Then Refuse "les chemins de Python sont trop longs."
        Known = Found
    End If
    Launcher = Known
End Function

Private Sub LoadBridge()
    ' Loads the library from the folder that is set, from Python's, or from the one above (a virtual environment).
    Dim Folder As String
    Folder = FolderOf(Interpreter())
    If Loaded(Expanded(Setting("Library"))) Then Exit Sub
    If Loaded(Folder) Then Exit Sub
    If Loaded(FolderOf(Folder)) Then Exit Sub
    Refuse "la bibliothèque " & LIBRARY & " manque ou est bloquée, dans " & Folder & " et dans le dossier au-dessus."
End Sub

Private Function Loaded(Folder As String) As Boolean
    Dim FilePath As String
    FilePath = Folder & "\" & LIBRARY
    If IsWhole(Folder) Then Loaded = LoadLibrary(StrPtr(FilePath)) <> 0
End Function

Private Function Interpreter() As String
    Interpreter = Expanded(Setting("Interpreter_Win"))
    If Not IsWhole(Interpreter) Then Refuse "le chemin de Python n'est pas entier : « " & Interpreter & " »."
End Function

Private Function IsWhole(FilePath As String) As Boolean
    ' A part of a path would be searched, also where the workbooks are.
    IsWhole = FilePath Like "[A-Za-z]:\*" Or FilePath Like "\\*\*"
End Function

Private Function Expanded(FilePath As String) As String
    ' The path with the value of the variable at its start: %LOCALAPPDATA%\...
    Dim Parts() As String
    Expanded = FilePath
    If Not FilePath Like "%*%*" Then Exit Function
    Parts = Split(FilePath, "%", 3)
    Expanded = Environ$(Parts(1)) & Parts(2)
End Function

Private Function FolderOf(FilePath As String) As String
    FolderOf = Left$(FilePath, InStrRev(FilePath, "\") - 1)
End Function

Private Function Setting(Label As String) As String
    ' A setting by its name, in the first column of the add-in's own sheet.
    Dim Place As Long
    With ThisWorkbook.Worksheets("@SHEET@")
        For Place = 1 To LAST_SETTING
            If .Cells(Place, 1).Value = Label Then Setting = .Cells(Place, 2).Value
        Next Place
    End With
End Function

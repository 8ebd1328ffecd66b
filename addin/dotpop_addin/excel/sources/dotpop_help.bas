Attribute VB_Name = "dotpop_help"
Option Explicit

Private Const CATEGORY As String = "@CATEGORY@"

Public Sub DescribeFunctions()
    ' The category of the functions and the help of their arguments, which no file can hold. Excel refuses them for a hidden
    ' workbook: the add-in shows itself for that moment. Only a comfort: nothing here may disturb the user.
    Dim Front As Workbook
    On Error Resume Next
    Set Front = ActiveWorkbook
    If Front Is Nothing Then Exit Sub
    Application.EnableEvents = False
    Application.ScreenUpdating = False
    ThisWorkbook.IsAddin = False
    DescribeAll
    ThisWorkbook.IsAddin = True
    ThisWorkbook.Saved = True
    Front.Activate
    Application.ScreenUpdating = True
    Application.EnableEvents = True
End Sub

Private Sub Describe(Title As String, Summary As String, Arguments As Variant)
    Application.MacroOptions Macro:="'" & ThisWorkbook.Name & "'!" & Title, Description:=Summary, _
        Category:=CATEGORY, ArgumentDescriptions:=Arguments
End Sub


Option Explicit

' Excel describes the functions of an add-in only while a workbook is open: they are described once there is one.
Private WithEvents Host As Application
Private Planned As Boolean

Private Sub Workbook_Open()
    Set Host = Application
    Plan
End Sub

Private Sub Host_WorkbookActivate(ByVal Wb As Workbook)
    Plan
End Sub

Private Sub Plan()
    If Planned Or ActiveWorkbook Is Nothing Then Exit Sub
    Planned = True
    Application.OnTime Now, "'" & ThisWorkbook.Name & "'!dotpop_help.DescribeFunctions"
End Sub

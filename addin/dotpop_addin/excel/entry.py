"""What the buttons of Excel's ribbon call: `run(code)`, in the process of xlwings' server."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xlwings import App


def run(code: str) -> None:
    """Runs one macro of the registry. What goes wrong is told in French; raises only where there is no Excel to tell it."""
    from dotpop_addin import defects
    from dotpop_addin.hosts.excel import ExcelHost
    from dotpop_addin.macros import run as run_macro

    application = _application()
    try:
        run_macro(code, ExcelHost(application))
    except Exception as error:
        application.alert(defects.told(error), "Dotation populationnelle", mode="critical")


def _application() -> "App":
    """The Excel whose button was pressed: that of the workbook in front, or the one that is there when none is open."""
    import xlwings

    try:
        return xlwings.Book.caller().app
    except Exception:  # no workbook is open: xlwings then has nothing to tell by
        application = xlwings.apps.active
        if application is None:
            raise
        return application

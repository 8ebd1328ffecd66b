"""Menu, toolbar and job of the Calc extension, as LibreOffice configures them; the macros come from their registry."""

from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape

from dotpop_addin.macros import MACROS, TAB, Macro

# Names that the user's own settings store: they are never changed.
MACRO_SERVICE, REPAIR_SERVICE = "fr.dotpop.Macros", "fr.dotpop.Repair"
MENU, TOOLBAR = "fr.dotpop.menu", "fr.dotpop.toolbar"
CALC = "com.sun.star.sheet.SpreadsheetDocument"


def addons() -> str:
    """Addons.xcu: a menu that holds every macro, and a toolbar of those that are no part of another."""
    entries = "".join(_entries())
    menu = f'{_texts("Title", TAB)}{_context()}<node oor:name="Submenu">{entries}</node>'
    tools = "".join(_item(place, macro) for place, macro in enumerate(_main()))
    ui = f"{_node('OfficeMenuBar', _replaced(MENU, menu))}\n{_node('OfficeToolBar', _replaced(TOOLBAR, tools))}"
    return _data("Addons", "org.openoffice.Office", _node("AddonUI", ui))


def window_state() -> str:
    """CalcWindowState.xcu: the toolbar's name (« Module complémentaire 1 » otherwise), and that it is shown."""
    shown = f'{_texts("UIName", TAB)}<prop oor:name="Visible"><value>true</value></prop>'
    toolbar = _replaced(f"private:resource/toolbar/addon_{TOOLBAR}", shown)
    return _data("CalcWindowState", "org.openoffice.Office.UI", _node("UIElements", _node("States", toolbar)))


def jobs() -> str:
    """Jobs.xcu: formulas are repaired when a document is opened."""
    service = f'<prop oor:name="Service"><value>{REPAIR_SERVICE}</value></prop>'
    job = _node("Jobs", _replaced(REPAIR_SERVICE, service))
    listed = _node("JobList", _replaced(REPAIR_SERVICE, ""))
    events = _node("Events", f'<node oor:name="OnLoad" oor:op="fuse">{listed}</node>')
    return _data("Jobs", "org.openoffice.Office", f"{job}\n{events}")


def _main() -> list[Macro]:
    return [macro for macro in MACROS if not macro.under]


def _entries() -> Iterator[str]:
    for place, macro in enumerate(_main()):
        yield _item(place, macro)
        parts = [part for part in MACROS if part.under == macro.code]
        if parts:
            yield _submenu(place, f"{macro.label} par étapes", parts)


def _submenu(place: int, title: str, macros: Sequence[Macro]) -> str:
    items = "".join(_item(one, macro) for one, macro in enumerate(macros))
    return _replaced(f"m{place:02}s", f"{_texts('Title', title)}{_context()}{_node('Submenu', items)}")


def _item(place: int, macro: Macro) -> str:
    address = f'<prop oor:name="URL"><value>service:{MACRO_SERVICE}?{macro.code}</value></prop>'
    target = '<prop oor:name="Target"><value>_self</value></prop>'
    return _replaced(f"m{place:02}", f"{address}{_texts('Title', macro.label)}{target}{_context()}")


def _context() -> str:
    return f'<prop oor:name="Context"><value>{CALC}</value></prop>'


def _texts(name: str, value: str) -> str:
    shown = escape(value)
    return f'<prop oor:name="{name}"><value xml:lang="en-US">{shown}</value><value xml:lang="fr">{shown}</value></prop>'


def _node(name: str, content: str) -> str:
    return f'<node oor:name="{name}">{content}</node>'


def _replaced(name: str, content: str) -> str:
    return f'\n<node oor:name="{name}" oor:op="replace">{content}</node>'


def _data(name: str, package: str, content: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<oor:component-data xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" '
        f'oor:name="{name}" oor:package="{package}">\n{content}\n</oor:component-data>\n'
    )

"""The VBA of the add-in: the modules that are written by hand, and those that come from the registries."""

import re
from collections.abc import Iterable
from importlib.resources import files

from dotpop_addin.excel import conf
from dotpop_addin.excel.ribbon import callbacks
from dotpop_addin.functions.registry import CATEGORY, FUNCTIONS, CellFunction

FUNCTIONS_MODULE = "dotpop_addin.functions.excel"
ENCODING = "cp1252"  # of VBA's sources: the accents of French, but not every sign
REPLACED = str.maketrans({"−": "-", "\u202f": "\u00a0"})


def modules() -> dict[str, str]:
    """Each module of the add-in by its name, as VBA stores it."""
    texts = {
        "ThisWorkbook": _source("ThisWorkbook"),
        "dotpop_python": _source("dotpop_python"),
        "dotpop_help": _source("dotpop_help") + _descriptions(),
        "dotpop_ribbon": _module("dotpop_ribbon", callbacks()),
        "xlwings_udfs": _module("xlwings_udfs", map(wrapper, FUNCTIONS)),
    }
    return {name: _stored(text) for name, text in texts.items()}


def literal(text: str) -> str:
    """A text as VBA writes it, with the signs that its encoding lacks replaced.

    >>> literal("« a » : −1")
    '"« a » : -1"'
    """
    doubled = text.translate(REPLACED).replace('"', '""')
    return f'"{doubled}"'


def wrapper(function: CellFunction) -> str:
    """The VBA function that Excel calls, which calls Python's: what xlwings writes, but for what is told of an error.

    xlwings hands over the active workbook and looks for Python modules in its sheets: the add-in's own is given instead.
    """
    name = function.name
    declared = ", ".join(f"Optional {one.name}" if one.optional else one.name for one in function.arguments)
    given = ", ".join(one.name for one in function.arguments)
    return f"""\
Function {name}({declared})
Attribute {name}.VB_Description = {literal(function.summary)}
    If TypeOf Application.Caller Is Range Then On Error GoTo failed
    {name} = XLPy.CallUDF("{FUNCTIONS_MODULE}", "{name}", Array({given}), ThisWorkbook, Application.Caller)
    Exit Function
failed:
    {name} = Told(Err.Number, Err.Description)
End Function
"""


def _stored(text: str) -> str:
    """A source with VBA's line ends. A sign that VBA cannot hold stops here: it would become a question mark."""
    text.encode(ENCODING)
    return re.sub("\r?\n", "\r\n", text)


def _descriptions() -> str:
    calls = "".join(
        f"    Describe {literal(function.name)}, {literal(function.summary)}, Array( _\n"
        + ", _\n".join(f"        {literal(argument.help)}" for argument in function.arguments)
        + ")\n"
        for function in FUNCTIONS
    )
    return f"\nPrivate Sub DescribeAll()\n{calls}End Sub\n"


def _module(name: str, parts: Iterable[str]) -> str:
    return f'Attribute VB_Name = "{name}"\n' + "Option Explicit\n\n" + "\n".join(parts)


def _source(name: str) -> str:
    """A module written by hand, with what it takes from elsewhere."""
    text = files("dotpop_addin.excel").joinpath("sources", f"{name}.bas").read_text("utf-8")
    for place, value in {"XLWINGS": conf.XLWINGS, "SHEET": conf.SHEET, "CATEGORY": CATEGORY}.items():
        text = text.replace(f"@{place}@", value)
    return text

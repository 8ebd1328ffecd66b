"""The cell functions as Excel sees them through xlwings: one decorated function per entry of the registry.

Only the BSD parts of xlwings are used. Values come and go as they are (convert="raw"): the registry reads them itself,
which costs a fraction of xlwings' own converters.
"""

import inspect
import sys
from collections.abc import Callable
from typing import Any

import xlwings as xw

from dotpop_addin.functions.registry import CATEGORY, FUNCTIONS, CellFunction


def wrapper(function: CellFunction) -> Callable[..., Any]:
    """A function of that name and those arguments, with its French help, as xlwings wants it."""

    def call(*cells: Any) -> Any:
        return function(*cells)

    call.__name__ = call.__qualname__ = function.name
    call.__module__, call.__doc__ = __name__, function.summary
    parameters = [
        inspect.Parameter(
            argument.name,
            inspect.Parameter.POSITIONAL_OR_KEYWORD,
            default=None if argument.optional else inspect.Parameter.empty,
        )
        for argument in function.arguments
    ]
    call.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    decorated: Callable[..., Any] = xw.func(category=CATEGORY)(call)
    for argument in function.arguments:
        decorated = xw.arg(argument.name, convert="raw", doc=argument.help)(decorated)
    result: Callable[..., Any] = xw.ret(convert="raw")(decorated)
    return result


for _function in FUNCTIONS:
    setattr(sys.modules[__name__], _function.name, wrapper(_function))

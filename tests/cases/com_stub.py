"""Runs cell functions through xlwings' own COM call path, on any system: the Windows modules are stubbed, in this process.

Run as a program: reads {"calls": [[function, [arguments]]]} on standard input, writes the results as JSON.
"""

import ctypes
import datetime
import json
import sys
import types
from typing import Any
from unittest.mock import MagicMock

STUBBED = (
    "pythoncom",
    "pywintypes",
    "win32com",
    "win32com.client",
    "win32com.client.dynamic",
    "win32com.server",
    "win32com.server.policy",
    "win32com.server.util",
    "win32com.server.dispatcher",
    "win32com.util",
    "win32com.universal",
    "win32api",
    "win32con",
    "win32gui",
    "win32process",
    "win32timezone",
    "comtypes",
)


def stub() -> Any:
    """Stubs the Windows modules, then imports xlwings' function layer for real; returns it."""
    for name in STUBBED:
        sys.modules[name] = MagicMock(name=name)
    error = type("com_error", (Exception,), {})
    windows: dict[str, Any] = dict(sys.modules)
    windows["pywintypes"].com_error = windows["pythoncom"].com_error = error
    windows["pywintypes"].TimeType = type("TimeType", (), {})
    windows["pythoncom"].__file__ = "x"
    for name in ("CDispatch", "DispatchBaseClass", "CoClassBaseClass"):
        setattr(windows["win32com.client"], name, type(name, (), {}))
    windows["win32timezone"].TimeZoneInfo.utc = lambda: datetime.UTC
    for name in ("PyDLL", "oledll", "windll"):
        setattr(ctypes, name, MagicMock())
    ctypes.WINFUNCTYPE = getattr(ctypes, "WINFUNCTYPE", ctypes.CFUNCTYPE)  # type: ignore[attr-defined]
    ctypes.WinError = getattr(ctypes, "WinError", OSError)  # type: ignore[attr-defined]
    import xlwings
    from xlwings import _xlwindows, udfs

    xlwings.func, xlwings.arg, xlwings.ret = udfs.xlfunc, udfs.xlarg, udfs.xlret
    xlwings.engines.add(xlwings.Engine(impl=_xlwindows.engine))
    xlwings.engines.active = xlwings.engines["excel"]
    xlwings._xlwindows = _xlwindows
    sys.modules.setdefault("xlwings.com_server", types.SimpleNamespace(loop=None))  # type: ignore[arg-type]
    _xlwindows.is_range_instance = lambda value: False
    return udfs


def as_excel(value: Any) -> Any:
    """Lists as the tuples that Excel sends."""
    return tuple(as_excel(one) for one in value) if isinstance(value, list) else value


def main() -> None:
    udfs = stub()
    calls = json.load(sys.stdin)["calls"]
    module = "dotpop_addin.functions.excel"
    results = [udfs.call_udf(module, name, tuple(map(as_excel, arguments)), None, None) for name, arguments in calls]
    json.dump(results, sys.stdout)


if __name__ == "__main__":
    main()

"""Calls of cell functions: columns of cells, what Excel hands over, what two hosts must agree on."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

DIV0 = -2146826281
STUB = Path(__file__).with_name("com_stub.py")


def column(*cells: Any) -> list[list[Any]]:
    """A range one cell wide."""
    return [[cell] for cell in cells]


def alike(rows: list[list[Any]]) -> list[list[Any]]:
    """These cells, numbers but for the last digits."""
    return [[pytest.approx(cell, rel=1e-12) if isinstance(cell, int | float) else cell for cell in row] for row in rows]


def through_excel(calls: Sequence[tuple[str, list[Any]]]) -> list[Any]:
    """What each call (function, arguments) gives through xlwings' own COM layer, in a process of its own."""
    pytest.importorskip("xlwings", reason="xlwings is not installed (extra « excel »)")
    content = json.dumps({"calls": calls})
    done = subprocess.run([sys.executable, str(STUB)], input=content, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    results: list[Any] = json.loads(done.stdout)
    return results

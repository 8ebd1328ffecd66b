"""Folders that cannot be read, for whoever runs the tests: the administrator may read them all."""

import os
from pathlib import Path
from typing import Any

import pytest


def forbid(patch: pytest.MonkeyPatch, folder: Path) -> None:
    """Makes a folder one that nobody may list."""
    listing = os.scandir

    def refused(place: Any = ".") -> Any:
        if Path(place) == folder:
            raise PermissionError(13, "Permission denied", str(place))
        return listing(place)

    patch.setattr(os, "scandir", refused)

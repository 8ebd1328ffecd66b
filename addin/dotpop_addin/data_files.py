"""The data files that come with the program."""

import tomllib
from importlib.resources import files
from typing import Any


def read(name: str, package: str = "dotpop_addin") -> dict[str, Any]:
    """What a TOML file of the folder `data` of a package holds."""
    return tomllib.loads(files(package).joinpath("data", name).read_text("utf-8"))

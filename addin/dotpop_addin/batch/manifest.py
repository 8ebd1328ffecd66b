"""What a batch remembers of a workbook: from which bytes, by which program, what was made. Written last."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from dotpop_addin.journal import moment, user
from dotpop_addin.problems import Problem
from dotpop_addin.sheets.files import make_folder, put
from dotpop_model import __version__

FORM = 2
"""Of the file; one of another form is worth none."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """source, settings: SHA-256 of the workbook read and of what else results depend on. steps: those done, each with its
    outputs (name within the folder of the batch → SHA-256). about: of which field, region and year. problems: warnings. at,
    user: when it was written, and by whom, as the Journal tells it. origins: where the workbook was, none in the oldest.
    begun: the steps whose files were ever written from it."""

    source: str
    settings: str
    version: str
    steps: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    about: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    at: str = ""
    user: str = ""
    origins: tuple[str, ...] = ()
    begun: tuple[str, ...] = ()

    def same(self, other: "Manifest") -> bool:
        """Whether both are of the same input and program."""
        return (self.source, self.settings, self.version) == (other.source, other.settings, other.version)


def expected(source: Path) -> Manifest:
    """The manifest of a workbook of which nothing is done yet. Raises OSError."""
    return Manifest(digest(source), settings(), __version__)


def read(path: Path) -> Manifest | None:
    """A manifest, None when there is none. Raises ValueError when it is damaged."""
    try:
        told: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, RecursionError) as error:
        raise ValueError from error
    try:
        if told.pop("form") != FORM or told.pop("seal") != _seal(told):
            raise ValueError
        known = Manifest(**told)
        problems = tuple(Problem(**one) for one in told["problems"])
        return replace(known, problems=problems, origins=tuple(known.origins), begun=tuple(known.begun))
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError from error


def write(path: Path, manifest: Manifest) -> None:
    """Writes a manifest whole, with a digest of itself. Raises ProblemsFound."""
    who = {"at": moment(), "user": user()}
    told = asdict(manifest) | who | {"problems": [problem.as_dict() for problem in manifest.problems]}
    make_folder(path.parent)
    content = {"form": FORM, "seal": _seal(told), **told}
    put(path, json.dumps(content, ensure_ascii=False, indent=1).encode())


def standing(folder: Path, outputs: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """Which outputs of a step are missing from the folder of the batch, and which are no longer as they were written."""
    missing, changed = [], []
    for name, written in outputs.items():
        try:
            if digest(folder / name) != written:
                changed.append(name)
        except OSError:
            missing.append(name)
    return missing, changed


def outputs(folder: Path, paths: Iterable[Path]) -> dict[str, str]:
    """Digests of files by their names within a folder."""
    return {path.relative_to(folder).as_posix(): digest(path) for path in paths}


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@cache
def settings() -> str:
    """SHA-256 of what results depend on besides the workbook and the version: what a field settles, tile maps."""
    found = hashlib.sha256()
    for file in sorted(files("dotpop_addin").joinpath("data").iterdir(), key=lambda one: one.name):
        if file.name.endswith(".toml"):
            found.update(file.name.encode() + file.read_bytes())
    return found.hexdigest()


def _seal(told: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(told, ensure_ascii=False, sort_keys=True).encode()).hexdigest()

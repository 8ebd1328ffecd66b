"""Several workbooks of one region, read and computed for one result: whose problems they are, and how they are named."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from dotpop_addin.actions import Calculation, check
from dotpop_addin.books.file import FileBook
from dotpop_addin.declarations.common import REGION, REGION_CODE
from dotpop_addin.problems import Problem, ProblemsFound
from dotpop_addin.progress import Progress
from dotpop_addin.region import Region
from dotpop_model.errors import counted


def computed(paths: Sequence[Path], progress: Progress) -> list[Calculation]:
    """Each workbook read, checked and computed; its region is named by what tells its file from the others.

    Raises ProblemsFound with every problem of every file, under its path as given.
    """
    calculations, problems = [], list[Problem]()
    for path, name in zip(paths, told_apart(paths), strict=True):
        progress(f"Lecture, contrôle et calcul : {name}")
        try:
            one = check(FileBook(path))
        except ProblemsFound as error:
            problems += _of(path, error.problems)
        else:
            region = replace(one.region, file=name, warnings=_of(path, one.region.warnings))
            calculations.append(replace(one, region=region))
    if problems:
        raise ProblemsFound(problems)
    return calculations


def _of(path: Path, problems: Sequence[Problem]) -> list[Problem]:
    return [replace(problem, file=str(path)) for problem in problems]


def told_apart(paths: Sequence[Path]) -> list[str]:
    """The name of each file, with as many of its folders as tell it from the others.

    >>> told_apart([Path("a/2024/region.xlsx"), Path("b/2024/region.xlsx"), Path("essai.xlsx")])
    ['a/2024/region.xlsx', 'b/2024/region.xlsx', 'essai.xlsx']
    """
    whole = [path.absolute().parts for path in paths]
    names = []
    for parts in whole:
        others = [other for other in whole if other != parts]
        most = len(parts) - 1 or 1
        count = next((n for n in range(1, most) if all(other[-n:] != parts[-n:] for other in others)), most)
        names.append("/".join(parts[-count:]))
    return names


def strangers(regions: Sequence[Region], action: str) -> list[Problem]:
    """The problems of the regions that are not the first one: of another field, or another region.

    action: what the caller does with workbooks ("Comparer").
    """
    first, problems = regions[0], []
    for region in regions[1:]:
        if region.field is not first.field:
            found, expected = f"champ {region.field.label}", f"le champ {first.field.label}, comme {first.file}"
            problems.append(Problem(region.file, found, expected, f"{action} des classeurs du même champ."))
        elif _place(region, first) != _place(first, region):
            found, expected = f"région {_named(region, first)}", f"{_named(first, region)}, comme {first.file}"
            told = f"{action} des classeurs d'une même région (feuille Accueil)."
            problems.append(Problem(region.file, found, expected, told))
    return problems


def _place(region: Region, other: Region) -> str:
    """What tells a region from another: its code, or its name where one of the two has no code."""
    codes = [one.identity.get(REGION_CODE, "") for one in (region, other)]
    return codes[0] if all(codes) else region.identity[REGION].casefold()


def _named(region: Region, other: Region) -> str:
    """A region in words, with its code where codes tell the two apart."""
    codes = [one.identity.get(REGION_CODE, "") for one in (region, other)]
    return f"« {region.identity[REGION]} »{f' ({codes[0]})' if all(codes) else ''}"


def refuse_number(paths: Sequence[Path], least: int, most: int, action: str) -> None:
    """Refuses too few or too many workbooks. Raises ProblemsFound."""
    if not least <= len(paths) <= most:
        files = ", ".join(str(path) for path in paths)
        raise ProblemsFound([Problem(files, counted(len(paths), "classeur"), f"de {least} à {most} classeurs", action)])

"""The workbooks of a region's years, read and computed; what keeps them from being followed together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from dotpop_addin.actions import Calculation
from dotpop_addin.declarations.common import NATURE, WELCOME
from dotpop_addin.problems import WARNING, Problem, ProblemsFound
from dotpop_addin.progress import Progress
from dotpop_addin.reading import FINESS
from dotpop_addin.region import Region, frame_of
from dotpop_addin.together import computed, refuse_number, strangers
from dotpop_model.errors import ModelError
from dotpop_model.follow_up import FollowUp, Year, follow

LEAST, MOST = 2, 8
"""Workbooks followed together: what the widest table has room for."""


@dataclass(frozen=True)
class Followed:
    """calculations: by year, in order."""

    calculations: Mapping[int, Calculation]
    found: FollowUp
    warnings: list[Problem]

    @property
    def first(self) -> Region:
        """The region in the first year: its field, its name, its words."""
        return next(iter(self.calculations.values())).region

    @property
    def last(self) -> Region:
        return list(self.calculations.values())[-1].region


def read(paths: Sequence[Path], mergers: Sequence[str], progress: Progress) -> Followed:
    """Reads, checks, computes and follows. Raises ProblemsFound with every problem of every file."""
    refuse_number(paths, LEAST, MOST, "Donner un classeur par année, de la première à la dernière.")
    successors = _successors(mergers)
    calculations = computed(paths, progress)
    _check_together(calculations)
    by_year = {one.region.hypotheses.base_year: one for one in calculations}
    by_year = {year: by_year[year] for year in sorted(by_year)}
    progress("Suivi")
    try:
        followed = follow([_year(one) for one in by_year.values()], successors)
    except ModelError as error:
        first = next(iter(by_year.values())).region
        raise ProblemsFound(
            replace(first.problem(fault), file="--fusion") if fault.column == "fusion" else first.problem(fault)
            for fault in error.faults
        ) from error
    told = [warning for one in by_year.values() for warning in one.region.warnings]
    return Followed(by_year, followed, [*_warnings(followed, by_year), *told])


def _year(calculation: Calculation) -> Year:
    region = calculation.region
    others = {name: frame_of(region.reads[name]) for name in ("financing", "commitments")}
    return Year(region.tables, region.hypotheses, calculation.results, **others)


def _successors(mergers: Sequence[str]) -> dict[str, str]:
    """FINESS merged → FINESS that took it over."""
    found: dict[str, str] = {}
    problems = []
    for text in mergers:
        old, _, new = (part.strip() for part in text.partition("="))
        if not (FINESS.fullmatch(old) and FINESS.fullmatch(new)) or old == new:
            action = "Écrire par exemple --fusion 690000002=690000001."
            problems.append(Problem("--fusion", f"« {text} »", "ANCIEN=NOUVEAU, deux FINESS", action))
        elif found.setdefault(old, new) != new:
            told = f"{old} réuni à {found[old]}, puis à {new}"
            problems.append(Problem("--fusion", told, "un seul successeur", "N'en garder qu'un."))
    if problems:
        raise ProblemsFound(problems)
    return found


def _check_together(calculations: Sequence[Calculation]) -> None:
    """One field, one region, each year once."""
    problems = strangers([one.region for one in calculations], "Suivre")
    years: dict[int, str] = {}
    for one in calculations:
        region, year = one.region, one.region.hypotheses.base_year
        if year in years:
            found = f"année de base {year}, comme {years[year]}"
            action = "Corriger ANNEE_BASE, ou ne donner qu'un des deux classeurs."
            problems.append(Problem(region.file, found, "chaque année une fois", action))
        years.setdefault(year, region.file)
    if problems:
        raise ProblemsFound(problems)


def _warnings(found: FollowUp, calculations: Mapping[int, Calculation]) -> list[Problem]:
    """What does not keep the years from being followed, and must be known."""
    history, problems = found.history, list[Problem]()
    for before, year in history.pairs:
        if year - before > 1:
            file, missing = calculations[year].region.file, ", ".join(str(one) for one in range(before + 1, year))
            told = f"{missing} manque entre {before} et {year}"
            action = f"{year} est comparée à ce que {before} annonçait. Ajouter le classeur manquant s'il existe."
            problems.append(Problem(file, told, "des années qui se suivent", action, severity=WARNING))
        if not history.announcements(before, year):
            file, told = calculations[before].region.file, f"la trajectoire ne va pas jusqu'en {year}"
            action = f"Le prévu de {year} manque. Relever TRJ_HORIZON, ou ajouter une année entre les deux."
            problems.append(Problem(file, told, f"une trajectoire jusqu'en {year}", action, severity=WARNING))
    natures = {one.region.identity.get(NATURE, ""): one.region.file for one in calculations.values()}
    if len(natures) > 1:
        told = " ; ".join(f"{nature} ({file})" for nature, file in natures.items())
        action = "Vérifier que ces années peuvent être comparées."
        problems.append(Problem(WELCOME, f"natures de données différentes : {told}", "la même", action, severity=WARNING))
    return problems

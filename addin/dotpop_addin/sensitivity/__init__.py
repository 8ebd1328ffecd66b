"""How sure: what the hypotheses, weights, money and counts of a region, if they were others, would do to each hospital."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from dotpop_addin.problems import Problem, ProblemsFound, library
from dotpop_addin.progress import Progress

if TYPE_CHECKING:
    from dotpop_addin.actions import Calculation
    from dotpop_addin.sensitivity.findings import Settings, Study


def write_sensitivity(
    source: Path,
    target: Path,
    *,
    draws: int | None = None,
    seed: int | None = None,
    ranges: Sequence[str] = (),
    progress: Progress = lambda step: None,
) -> "Study":
    """Computes a region afresh, studies it, and writes what was found, whole or not at all. Raises ProblemsFound.

    draws, seed: in place of those shipped. ranges: "CODE=LOW:HIGH". The same of all give the same file.
    """
    from dotpop_addin.actions import check
    from dotpop_addin.books import saving
    from dotpop_addin.books.file import FileBook
    from dotpop_addin.sensitivity.content import Content
    from dotpop_addin.sheets.files import put
    from dotpop_addin.sheets.writing import workbook
    from dotpop_addin.targets import check_report

    check_report(target, source)
    library("scipy.stats", "qui tire les scénarios")
    chosen = settings(draws, seed)
    progress(f"Lecture, contrôle et calcul : {source.name}")
    found = study(check(FileBook(source)), chosen, ranges, progress)
    progress("Écriture")
    put(target, workbook(Content(source.name, found).pages(), "Sensibilité", saving.now()))
    return found


def settings(draws: int | None = None, seed: int | None = None) -> "Settings":
    """How scenarios are drawn: as shipped, but for what is given. Raises ProblemsFound."""
    from dotpop_addin.sensitivity.findings import Settings
    from dotpop_addin.sensitivity.ranges import shipped

    given = {name: value for name, value in (("draws", draws), ("seed", seed)) if value is not None}
    chosen = Settings(**{**shipped()["study"], **given})
    problems = []
    if not is_drawn(chosen.draws):
        expected = "une puissance de 2 : 64, 128, 256, 512, 1024…"
        problems.append(Problem("--draws", str(chosen.draws), expected, "Donner l'un de ces nombres."))
    if chosen.seed < 0:
        problems.append(Problem("--seed", str(chosen.seed), "un entier positif ou nul", "Donner par exemple --seed 1."))
    if problems:
        raise ProblemsFound(problems)
    return chosen


def is_drawn(draws: int) -> bool:
    """Whether a design may have this number of draws: a power of 2, as Sobol sequences want."""
    return draws > 1 and not draws & (draws - 1)


def study(
    calculation: "Calculation", chosen: "Settings", ranges: Sequence[str] = (), progress: Progress = lambda step: None
) -> "Study":
    """Studies a region that is computed. Raises ProblemsFound."""
    from dotpop_addin.sensitivity.findings import Study
    from dotpop_addin.sensitivity.ranges import factors
    from dotpop_model.errors import ModelError
    from dotpop_model.sensitivity import study as model
    from dotpop_model.sensitivity.scenarios import Scenarios

    region = calculation.region
    chain, tables, hypotheses = region.field.chain, region.tables, region.hypotheses
    known = factors(calculation, ranges)
    try:
        progress("Une hypothèse à la fois")
        base = model.outcome(chain, tables, hypotheses)
        trials = model.one_at_a_time(chain, tables, hypotheses, known)
        drawn = [one for one in known if one.ranged and model.moves(base, trials, one)]
        progress("Toutes ensemble")
        scenarios = Scenarios(tables, hypotheses, drawn, chain.criteria(tables, hypotheses))
        scenarios.resampled, aside = model.resample(scenarios.served, hypotheses, chosen.resamples, chosen.seed)
        joint = model.joint(scenarios, draws=chosen.draws, seed=chosen.seed)
        progress("Près des bornes")
        bounds = dict.fromkeys((hypotheses.low, hypotheses.need_threshold, hypotheses.high))
        cliffs = [model.cliff(scenarios, bound) for bound in bounds]
    except ModelError as error:
        raise ProblemsFound([region.problem(fault) for fault in error.faults]) from error
    return Study(calculation, chosen, known, base, trials, joint, aside, cliffs)

"""What the command line prints of a calculation: the summary by segment and position."""

from typing import Any

from dotpop_addin.actions import Calculation
from dotpop_addin.declarations.common import NATURE, REGION
from dotpop_addin.wording import millions
from dotpop_model.errors import counted, euros
from dotpop_model.smr import SmrResults
from dotpop_model.tables import Frame

WARNINGS = 5
"""Warnings that a message box shows; Vérifier lists them all."""


def summary(calculation: Calculation) -> str:
    """Hospitals by segment and position, needs, objective and capacity, and the controls to look at."""
    results = calculation.results
    labels = {word: label for label, word in calculation.region.field.words("positions", "segment").items()}
    lines = [
        f"Région : {calculation.region.identity.get(REGION, '')}",
        f"Données : {calculation.region.identity.get(NATURE, '')}",
        "",
        f"{'Segment':<36}{'Moins dotés':>12}{'Neutres':>9}{'Mieux dotés':>13}{'Total':>7}{'Besoin (M€)':>13}",
    ]
    for row in results.positions.records():
        lines.append(
            f"{labels[row['segment']]:<36}{row['hospitals_under']:>12}{row['hospitals_neutral']:>9}"
            f"{row['hospitals_over']:>13}{row['hospitals']:>7}{millions(row['need']):>13}"
        )
    last = results.years.records()[-1]
    whole = [row for row in results.segment_trajectory.records() if row["segment"] == "all"][-1]
    reached = "à portée" if whole["reached"] == "yes" else "hors de portée"
    lines += [
        "",
        f"Objectif : {millions(last['objective'])} M€ ; capacité en {len(results.years) - 1} ans : "
        f"{millions(last['capacity'])} M€ ; objectif {reached}.",
        *_options(calculation),
        _controls(calculation),
    ]
    return "\n".join(lines)


def message(calculation: Calculation) -> str:
    """The same in a few sentences, for a message box."""
    results = calculation.results
    whole = results.positions.records()[-1]
    last = results.years.records()[-1]
    return "\n".join(
        [
            f"Calcul fait : {whole['hospitals']} établissements, dont {whole['hospitals_under']} moins dotés, "
            f"{whole['hospitals_neutral']} neutres et {whole['hospitals_over']} mieux dotés.",
            f"Besoin : {millions(whole['need'])} M€ ; objectif : {millions(last['objective'])} M€ ; "
            f"capacité : {millions(last['capacity'])} M€.",
            *_options(calculation),
            _controls(calculation),
            *(f"Avertissement. {warning}" for warning in calculation.region.warnings[:WARNINGS]),
        ]
    )


def _options(calculation: Calculation) -> list[str]:
    """A line per option put to the vote (SMR)."""
    results = calculation.results
    if not isinstance(results, SmrResults):
        return []
    return [
        f"{row['label']} : {euros(row['credit_total'])} ; {counted(row['credit_hospitals'], 'créditeur')} "
        f"({euros(row['credit_mean'])} en moyenne) ; "
        f"{counted(row['debit_hospitals'], 'débiteur') if row['debit_hospitals'] else 'aucun débiteur'}."
        for row in results.option_summary.records()
    ]


def _controls(calculation: Calculation) -> str:
    verdicts = calculation.results.controls.texts("verdict")
    counts = {word: verdicts.count(word) for word in ("ok", "info", "warning", "alert")}
    told = f"Contrôles : {counted(counts['ok'], 'conforme')}, {counted(counts['info'], 'information')}"
    if counts["warning"] + counts["alert"] == 0:
        return f"{told}, aucune anomalie."
    return f"{told}, {counts['warning']} à voir, {counted(counts['alert'], 'anomalie')} : lire la feuille Contrôles."


def as_dict(calculation: Calculation) -> dict[str, Any]:
    """The same for programs."""
    results = calculation.results
    of_smr = {"options": _plain(results.option_summary)} if isinstance(results, SmrResults) else {}
    return {
        "region": calculation.region.identity,
        "positions": _plain(results.positions),
        "years": _plain(results.years),
        "controls": _plain(results.controls),
        **of_smr,
        "problems": [problem.as_dict() for problem in calculation.region.warnings],
    }


def _plain(frame: Frame) -> list[dict[str, Any]]:
    """Records for JSON: a missing number is null."""
    return [{name: None if value != value else value for name, value in row.items()} for row in frame.records()]

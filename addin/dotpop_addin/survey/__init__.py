"""The national survey of presidents of regional committees: its questionnaire, what comes back, the synthesis."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from dotpop_addin.progress import Progress

if TYPE_CHECKING:
    from dotpop_addin.problems import Problem
    from dotpop_addin.survey.sheets import Survey


@dataclass(frozen=True)
class Written:
    """What was written. told: the sentences of its first page. warnings: what should be known of the files."""

    survey: "Survey"
    told: list[str]
    warnings: "list[Problem]" = field(default_factory=list)


def write_questionnaire(target: Path) -> None:
    """Writes the blank questionnaire; never over an existing file. Raises ProblemsFound."""
    from dotpop_addin.sheets.files import check_target, put, refuse_existing
    from dotpop_addin.survey.questions import questionnaire
    from dotpop_addin.survey.template import workbook

    check_target(target)
    refuse_existing(target)
    put(target, workbook(questionnaire()))


def write_survey(paths: Sequence[Path], target: Path, progress: Progress = lambda step: None) -> Written:
    """Reads the questionnaires of files and folders and writes their synthesis, whole or not at all.

    Raises ProblemsFound with every fault of every file: one that cannot be used is never left out in silence.
    """
    from dotpop_addin.books import saving
    from dotpop_addin.sheets.files import put
    from dotpop_addin.sheets.writing import workbook
    from dotpop_addin.survey.answers import published_answers
    from dotpop_addin.survey.pages import essential, pages
    from dotpop_addin.survey.questions import questionnaire
    from dotpop_addin.survey.reading import read
    from dotpop_addin.survey.sheets import Survey
    from dotpop_addin.targets import check_report

    check_report(target, *paths, own="Contradictions")
    asked = questionnaire()
    answers, warnings = read(paths, asked, [target], progress)
    progress("Écriture")
    survey = Survey(asked, answers, list(published_answers().values()))
    put(target, workbook(pages(survey), "Enquête nationale, synthèse", saving.now()))
    return Written(survey, [f"{topic} : {text}" for topic, text in essential(survey)], warnings)


def demonstration(folder: Path, progress: Progress = lambda step: None) -> tuple[list[Path], Path, Written]:
    """Writes the nine published answers as questionnaires filled in, and their synthesis. Raises ProblemsFound."""
    from dotpop_addin.problems import Problem, ProblemsFound
    from dotpop_addin.sheets.files import make_folder, put, same_but_dates
    from dotpop_addin.survey.answers import published_answers
    from dotpop_addin.survey.questions import questionnaire
    from dotpop_addin.survey.template import workbook

    returned = folder / "reponses_enquete"
    progress("Questionnaires remplis")
    contents = {returned / f"{code}.xlsx": workbook(questionnaire(), one.told) for code, one in published_answers().items()}
    changed = [file for file, content in contents.items() if file.exists() and not same_but_dates(file, content)]
    if changed:
        found, action = (
            "ce questionnaire n'est plus celui que la démonstration écrit",
            "Choisir un autre dossier avec --out.",
        )
        raise ProblemsFound(Problem(str(file), found, "un questionnaire où rien n'a été saisi", action) for file in changed)
    make_folder(returned)
    for file, content in contents.items():
        put(file, content)
    target = folder / "synthese_enquete.xlsx"
    return [*contents], target, write_survey([*contents], target, progress)


def as_dict(survey: "Survey") -> dict[str, object]:
    """The counts and the contradictions for a program."""
    from dotpop_addin.survey.disputed import as_dict
    from dotpop_addin.survey.sheets import without

    counts = {
        code: {
            "question": found.question.text,
            "answered": len(found.answered),
            "counts": {choice: len(who) for choice, who in found.chose.items()},
            "who": {choice: list(who) for choice, who in found.chose.items()},
            "numbers": dict(found.numbers),
            "without": {label: list(who) for label, who in without(found).items()},
        }
        for code, found in survey.counts.items()
    }
    return {
        "regions": [one.region for one in survey.answers],
        "counts": counts,
        "published": [as_dict(one) for one in survey.verdicts],
    }

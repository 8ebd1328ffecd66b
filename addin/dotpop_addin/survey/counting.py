"""Counts of answers: who answered what, of how many; a missing answer is never a no."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from dotpop_addin.survey.answers import Answers
from dotpop_addin.survey.questions import ANY, DATE, NUMBER, REASONS, TEXT, Question

Regions = tuple[str, ...]


@dataclass(frozen=True)
class Count:
    """The answers to a question, by names of regions.

    answered: those with an answer, the base of shares. chose: by choice (year of a date), those that chose it: a region may
    stand under several. reasons: by code of reason. not_due: those that another answer exempts. missing: the others.
    numbers: of a question of numbers, or of frequency (times a year).
    """

    question: Question
    answered: Regions
    chose: Mapping[str, Regions]
    reasons: Mapping[str, Regions]
    not_due: Regions
    missing: Regions
    numbers: Mapping[str, float]

    def of(self, choice: str) -> int:
        """How many chose it; `ANY`: how many answered."""
        return len(self.answered) if choice == ANY else len(self.chose.get(choice, ()))

    def share(self, choice: str) -> float | None:
        """Its share of those who answered; None where nobody did."""
        return self.of(choice) / len(self.answered) if self.answered else None

    @property
    def spread(self) -> tuple[float, float, float] | None:
        """Smallest, median and largest number; None where there is none."""
        numbers = list(self.numbers.values())
        return (min(numbers), median(numbers), max(numbers)) if numbers else None


def count(question: Question, answers: Sequence[Answers]) -> Count:
    """Counts the answers to a question."""
    code = question.code
    answered = [one for one in answers if code in one.values]
    given = {one.region: [_key(value) for value in one.values[code]] for one in answered}
    if question.kind == DATE:
        keys = sorted({key for found in given.values() for key in found})
    else:
        keys = [] if question.kind in (NUMBER, TEXT) else list(question.labels)
    yearly = {choice.code: choice.yearly for choice in question.choices if choice.yearly is not None}
    numbers = {one.region: _number(one.values[code][0], yearly) for one in answered}
    without = [one for one in answers if code not in one.values and code not in one.reasons]
    return Count(
        question,
        tuple(given),
        {key: tuple(region for region, found in given.items() if key in found) for key in keys},
        {reason: tuple(one.region for one in answers if one.reasons.get(code) == reason) for reason in REASONS.values()},
        tuple(one.region for one in without if not one.is_due(question)),
        tuple(one.region for one in without if one.is_due(question)),
        {region: number for region, number in numbers.items() if number is not None},
    )


def _key(value: object) -> str:
    return str(value.year) if isinstance(value, date) else str(value)


def _number(value: object, yearly: Mapping[str, float]) -> float | None:
    return float(value) if isinstance(value, int | float) else yearly.get(str(value))

"""Answers: what one region says, question by question; and the nine published of 2024, from data/survey_2024.toml."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache

from dotpop_addin import data_files
from dotpop_addin.survey.questions import TEXT, Question, questionnaire

Value = str | float | date
SURVEY, PERIOD = "Enquête FHF-AdESM 2024", "du 12/07 au 16/09/2024"


@dataclass
class Answers:
    """One questionnaire filled in.

    values: the answers of a question (several for a question of several choices); a question that is not there has none.
    reasons: why there is none, code of `REASONS`. details: words beside an answer.
    """

    region: str
    values: dict[str, tuple[Value, ...]] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    details: dict[str, str] = field(default_factory=dict)
    who: str = ""
    role: str = ""
    day: date | None = None
    file: str = ""

    def is_due(self, question: Question) -> bool:
        """False where the answer to another question makes this one without object; True while that answer is missing."""
        if question.asked_if is None:
            return True
        other, choice = question.asked_if
        return other not in self.values or choice in self.values[other]

    def is_missing(self, question: Question) -> bool:
        """Whether a question that is due has neither an answer nor a reason."""
        return question.code not in self.values and question.code not in self.reasons and self.is_due(question)


Reading = Mapping[str, str]
"""One way of placing the cells of a row: question → code of its choice."""


@dataclass(frozen=True)
class PublishedAnswers:
    """What the document prints of a region. unreadable: theme → why. readings: ways of placing the cells of a row, of which
    one is right. elsewhere: question, what another page says of it, which page."""

    code: str
    answers: Answers
    unreadable: Mapping[str, str]
    readings: Sequence[Reading]
    elsewhere: Sequence[tuple[str, str, str]]

    @property
    def told(self) -> Answers:
        """The answers with, in words, what could not be read: as the region would have to send them again."""
        rows = {code for reading in self.readings for code in reading}
        details = dict(self.answers.details) | dict.fromkeys(rows, "Ligne du document lisible de plusieurs façons")
        place = {
            theme.code: next((one.code for one in theme.questions if one.kind == TEXT), theme.questions[0].code)
            for theme in questionnaire().themes
        }
        details |= {place[theme]: f"Document illisible : {why}" for theme, why in self.unreadable.items()}
        return replace(self.answers, details=details)

    def read_as(self, reading: Reading) -> Answers:
        """The answers with one reading."""
        values = self.answers.values | {code: (value,) for code, value in reading.items()}
        return Answers(self.answers.region, values, self.answers.reasons)


@cache
def published_answers() -> dict[str, PublishedAnswers]:
    """The nine published answers by code of region (those of presets)."""
    document = data_files.read("survey_2024.toml")
    found = {}
    for code, entry in document.items():
        values = {own: tuple(value) if isinstance(value, list) else (value,) for own, value in entry["answers"].items()}
        reasons, details = dict(entry.get("reasons", {})), dict(entry.get("details", {}))
        answers = Answers(entry["name"], values, reasons, details, role="Président du comité")
        unreadable, elsewhere = dict(entry.get("unreadable", [])), [tuple(one) for one in entry.get("elsewhere", [])]
        found[code] = PublishedAnswers(code, answers, unreadable, entry.get("readings", []), elsewhere)
    return found

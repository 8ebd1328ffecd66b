"""The questionnaire and what was published of it, from data/survey.toml: themes, questions, choices, counts printed."""

from dataclasses import dataclass
from functools import cache, cached_property

from dotpop_addin import data_files
from dotpop_addin.declarations.kinds import Column, Kind
from dotpop_addin.reading import shown

ONE, SEVERAL, NUMBER, DATE, TEXT = "one", "several", "number", "date", "text"
MOST = 3
"""Answers that a question of several choices has cells for."""
ANY = "*"
"""Of a published count: whatever the answer."""
REASONS = {"Sans objet": "sans_objet", "Ne sait pas": "ne_sait_pas", "Pas encore décidé": "pas_decide"}
"""Why there is no answer: label → code. What is left blank is missing, and never a no."""
KINDS = {ONE: Kind.CHOICE, SEVERAL: Kind.CHOICE, NUMBER: Kind.COUNT, DATE: Kind.DATE, TEXT: Kind.TEXT}


@dataclass(frozen=True)
class Choice:
    """One answer of a list. yearly: times a year, of a frequency. alone: it goes with no other."""

    code: str
    label: str
    yearly: float | None = None
    alone: bool = False


@dataclass(frozen=True)
class Question:
    """One question. short: its label in tables. asked_if: question and choice that make it due."""

    code: str
    short: str
    text: str
    kind: str
    source: str
    choices: tuple[Choice, ...] = ()
    help: str = ""
    minimum: float | None = None
    maximum: float | None = None
    asked_if: tuple[str, str] | None = None

    @cached_property
    def labels(self) -> dict[str, str]:
        """Code of a choice → label."""
        return {choice.code: choice.label for choice in self.choices}

    @cached_property
    def column(self) -> Column:
        """How one of its cells is read and checked."""
        choices = {label: code for code, label in self.labels.items()} or None
        return Column(
            header=self.short,
            name=self.code,
            kind=KINDS[self.kind],
            help=self.help or self.text,
            required=False,
            choices=choices,
            minimum=self.minimum,
            maximum=self.maximum,
        )

    def label(self, value: object) -> str:
        """An answer as users read it: the label of a choice, a year, a text."""
        return self.labels.get(str(value)) or shown(value)


@dataclass(frozen=True)
class Theme:
    """Questions together. sheet: of the synthesis. grid: they have the same choices, and are shown as one table."""

    code: str
    sheet: str
    title: str
    questions: tuple[Question, ...]
    grid: bool = False


@dataclass(frozen=True)
class Published:
    """A count printed. of: its base, None where none is. low, high: a range instead. words: the document's own."""

    question: str
    text: str
    source: str
    choice: str = ""
    count: int | None = None
    of: int | None = None
    low: float | None = None
    high: float | None = None
    words: str = ""


@dataclass(frozen=True)
class Questionnaire:
    """All of it."""

    version: str
    title: str
    regions: tuple[str, ...]
    themes: tuple[Theme, ...]
    published: tuple[Published, ...]

    @cached_property
    def questions(self) -> dict[str, Question]:
        """Every question by code, in order."""
        return {question.code: question for theme in self.themes for question in theme.questions}


@cache
def questionnaire() -> Questionnaire:
    """The questionnaire of psychiatry."""
    document = data_files.read("survey.toml")
    lists = {name: tuple(Choice(**choice) for choice in choices) for name, choices in document["choices"].items()}
    themes = []
    for theme in document["themes"]:
        questions = []
        for entry in theme["questions"]:
            choices, due = lists.get(entry.get("choices", ""), ()), entry.get("asked_if")
            given = entry | {"choices": choices, "asked_if": tuple(due) if due else None, "source": theme["source"]}
            questions.append(Question(**given))
        themes.append(Theme(theme["code"], theme["sheet"], theme["title"], tuple(questions), theme.get("grid", False)))
    published = tuple(Published(**entry) for entry in document["published"])
    return Questionnaire(document["version"], document["title"], tuple(document["regions"]), tuple(themes), published)

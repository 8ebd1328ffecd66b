"""What every page of the survey's synthesis is made with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from dotpop_addin.sheets.page import Cell, Page, Role
from dotpop_addin.survey.answers import Answers, PublishedAnswers
from dotpop_addin.survey.contradictions import Verdict, verdicts
from dotpop_addin.survey.counting import Count, count
from dotpop_addin.survey.questions import REASONS, Questionnaire
from dotpop_model.errors import counted

MISSING, NOT_DUE = "Non renseigné", "Ne s'applique pas"
SHARE = "0 %"


@dataclass
class Survey:
    """The questionnaire, the answers received, and what was published of the first edition."""

    asked: Questionnaire
    answers: Sequence[Answers]
    published: Sequence[PublishedAnswers] = field(default_factory=tuple)

    @cached_property
    def counts(self) -> Mapping[str, Count]:
        """The count of each question, by its code."""
        return {code: count(question, self.answers) for code, question in self.asked.questions.items()}

    @cached_property
    def verdicts(self) -> list[Verdict]:
        """Each count published beside what the answers published give."""
        return verdicts(self.asked, self.published)

    @property
    def told(self) -> str:
        return f"{self.asked.title} · {counted(len(self.answers), 'région')}"


def page(survey: Survey, name: str, title: str, widths: Sequence[float]) -> Page:
    """A page with its head."""
    return Page.titled(name, widths, title, survey.told, frozen=2)


def words(text: str) -> Cell:
    """Words within their column."""
    return Cell(Role.BOXED, text)


def number(value: float | None, shown: str = "#,##0") -> Cell | None:
    """A figure, no cell where there is none."""
    return None if value is None else Cell(Role.FIGURE, value, shown)


def without(found: Count) -> dict[str, tuple[str, ...]]:
    """The regions without an answer, by why: label → regions; only where there are."""
    by_label = {label: found.reasons[code] for label, code in REASONS.items()}
    by_label |= {NOT_DUE: found.not_due, MISSING: found.missing}
    return {label: regions for label, regions in by_label.items() if regions}

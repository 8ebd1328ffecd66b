"""A page for each theme: each answer with its count, its share of those who answered, and who; then as a chart."""

from collections.abc import Iterator
from math import ceil

from dotpop_addin.sheets.page import Cell, Page, Role
from dotpop_addin.sheets.tables import Placed, draw
from dotpop_addin.survey.answers import Answers
from dotpop_addin.survey.counting import Count
from dotpop_addin.survey.questions import DATE, NUMBER, ONE, SEVERAL, TEXT, Question, Theme
from dotpop_addin.survey.sheets import SHARE, Survey, number, page, without, words
from workbook_templates.look import DARK, PALE

WIDTHS = (44.0, 11.0, 11.0, 9.0, 9.0, 84.0)
HEADS = ("Question et réponse", "Régions", "Sans réponse", "Sur", "Part", "Qui")
NUMBER_HEADS = ("Question", "Réponses", "Minimum", "Médiane", "Maximum", "Qui")
MARGIN, ROW_OF_BAR = 5, 0.7
"""Rows of a chart besides its bars; rows of a bar."""


def theme_page(survey: Survey, theme: Theme) -> Page:
    """The page of a theme."""
    return _grid(survey, theme) if theme.grid else _list(survey, theme)


def _list(survey: Survey, theme: Theme) -> Page:
    """Question by question, answer by answer."""
    made = page(survey, theme.sheet, theme.title, WIDTHS)
    made.sentence("Part : de celles qui répondent. « Sans objet », « ne sait pas » et les cellules vides n'y comptent pas.")
    counted = [question for question in theme.questions if question.kind in (ONE, SEVERAL, DATE)]
    if counted:
        made.heads(*HEADS, height=24)
        head = made.row - 1
        made.frozen = head
        for question in counted:
            _answers(made, question, survey.counts[question.code])
        _draw(made, theme.title, head, {"B": DARK, "C": PALE}, len(survey.answers))
    _numbers(made, survey, theme)
    _texts(made, survey, theme)
    return made


def _answers(made: Page, question: Question, found: Count) -> None:
    made.keep(len(found.chose) + len(without(found)) + 1)
    made.across([Cell(Role.GROUP, question.short), *[Cell(Role.GROUP, "")] * 4, Cell(Role.GROUP, question.text)])
    base = len(found.answered)
    for choice, chose in found.chose.items():
        share = number(found.share(choice), SHARE)
        label = Cell(Role.FIGURE, f"    {question.label(choice)}")
        made.across([label, number(len(chose)), None, number(base), share, words(", ".join(chose))])
    for why, who in without(found).items():
        made.across([Cell(Role.WITHHELD, f"    {why}"), None, number(len(who)), None, None, words(", ".join(who))])


def _draw(made: Page, title: str, head: int, series: dict[str, str], most: int) -> None:
    """The counts as bars, under the table, which goes down to where the page stands. series: column → colour."""
    placed = Placed(head, made.row - head - 1, {letter: letter for letter in ("A", *series)})
    height = MARGIN + ceil(placed.count * ROW_OF_BAR)
    draw(made, f"{title} (régions)", placed, "A", series, kind="bar", shown="0", told=True, height=height, most=most)


def _numbers(made: Page, survey: Survey, theme: Theme) -> None:
    """Questions whose answer is a number."""
    asked = [question for question in theme.questions if question.kind == NUMBER]
    if not asked:
        return
    made.keep(len(asked) * 2 + 4)
    made.section("Nombres")
    made.heads(*NUMBER_HEADS, height=24)
    for question in asked:
        found = survey.counts[question.code]
        told = [f"{region} : {value:n}" for region, value in found.numbers.items()]
        told += [f"{label.lower()} : {', '.join(who)}" for label, who in without(found).items()]
        spread = [number(value) for value in found.spread] if found.spread else [None] * 3
        made.across([Cell(Role.FIGURE, question.short), number(len(found.answered)), *spread, words(" ; ".join(told))])


def _texts(made: Page, survey: Survey, theme: Theme) -> None:
    """What is said in words: answers to open questions, and details."""
    told = [(question.short, text) for question in theme.questions for text in _said(question, survey)]
    if not told:
        return
    made.keep(len(told) + 3)
    made.section("Remarques et précisions")
    for short, text in told:
        made.beside(words(short), text)


def _said(question: Question, survey: Survey) -> Iterator[str]:
    for one in survey.answers:
        texts: list[object] = [*(one.values.get(question.code, ()) if question.kind == TEXT else ())]
        texts += [one.details[question.code]] if question.code in one.details else []
        yield from (f"{one.region} : {text}" for text in texts)


def _grid(survey: Survey, theme: Theme) -> Page:
    """Questions with the same choices: one line each, a column for each choice."""
    asked = [question for question in theme.questions if question.kind in (ONE, SEVERAL)]
    choices = asked[0].choices
    widths = (44.0, 13.0, *[10.0] * len(choices), 11.0, 84.0 - 10.0 * (len(choices) - 2))
    made = page(survey, theme.sheet, theme.title, widths)
    alone = [choice.label.lower() for choice in choices if choice.alone]
    made.sentence(
        f"Régions : celles dont la réponse n'est pas « {', '.join(alone)} ». Une région compte sous chaque réponse.",
    )
    made.heads("Question", "Régions", *(choice.label for choice in choices), "Sans réponse", "Qui", height=24)
    head = made.row - 1
    made.frozen = head
    for question in asked:
        found = survey.counts[question.code]
        there = [one.region for one in survey.answers if _does(question, one)]
        each = [number(found.of(choice.code)) for choice in choices]
        none = number(len(survey.answers) - len(found.answered))
        made.across([Cell(Role.FIGURE, question.short), number(len(there)), *each, none, words(", ".join(there))])
    _draw(made, theme.title, head, {"B": DARK}, len(survey.answers))
    _texts(made, survey, theme)
    return made


def _does(question: Question, answers: Answers) -> bool:
    alone = {choice.code for choice in question.choices if choice.alone}
    return bool(set(answers.values.get(question.code, ())) - alone)

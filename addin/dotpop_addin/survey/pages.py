"""The pages of the synthesis, in the order that they are read."""

from collections.abc import Iterator
from pathlib import Path

from dotpop_addin.reading import shown
from dotpop_addin.sheets.page import Cell, Page, Role
from dotpop_addin.sheets.tables import Placed, draw
from dotpop_addin.survey import contradictions
from dotpop_addin.survey.answers import SURVEY, Answers
from dotpop_addin.survey.disputed import disputed_page
from dotpop_addin.survey.questions import ANY, REASONS, TEXT, Published
from dotpop_addin.survey.sheets import MISSING, NOT_DUE, SHARE, Survey, number, page, without, words
from dotpop_addin.survey.themes import theme_page
from dotpop_addin.wording import several
from workbook_templates.look import DARK

BARS = 4
"""Rows of the first chart besides its bars."""


def pages(survey: Survey) -> list[Page]:
    """Every page."""
    themes = [theme_page(survey, theme) for theme in survey.asked.themes]
    return [essential_page(survey), *themes, _matrix(survey), _silent(survey), disputed_page(survey)]


def essential(survey: Survey) -> list[tuple[str, str]]:
    """What is essential, theme by theme: topic, sentence with its counts and their bases."""
    names = ", ".join(one.region for one in survey.answers)
    told = [("Réponses", f"{several(len(survey.answers), 'région répond', 'régions répondent')} : {names}.")]
    for theme in survey.asked.themes:
        codes = {question.code for question in theme.questions}
        parts = [_said(survey, one) for one in _headlines(survey) if one.question in codes]
        if parts:
            told.append((theme.title, f"{'. '.join(part[0].upper() + part[1:] for part in parts)}."))
    wrong = sum(one.verdict not in contradictions.SOUND for one in survey.verdicts)
    if survey.verdicts:
        total = len(survey.verdicts)
        told.append((SURVEY, f"{wrong} comptes publiés sur {total} ne se retrouvent pas tels quels : voir Contradictions."))
    return told


def _headlines(survey: Survey) -> list[Published]:
    """The counts that the first edition found worth printing, each once."""
    return list({(one.question, one.choice): one for one in reversed(survey.asked.published)}.values())[::-1]


def _said(survey: Survey, one: Published) -> str:
    """One count in words."""
    found = survey.counts[one.question]
    if not one.choice:
        spread = found.spread
        told = f"entre {spread[0]:n} et {spread[2]:n}" if spread else "aucun nombre"
    else:
        told = contradictions.in_words(found.of(one.choice), _base(survey, one))
    silent = sum(len(who) for label, who in without(found).items() if label != NOT_DUE) if one.choice != ANY else 0
    return f"{one.text} : {told}{f' ({silent} sans réponse)' if silent else ''}"


def _base(survey: Survey, one: Published) -> int:
    return len(survey.answers) if one.choice == ANY else len(survey.counts[one.question].answered)


def essential_page(survey: Survey) -> Page:
    """Sentences, then the main counts beside those published, and as a chart."""
    made = page(survey, "L'essentiel", "Enquête : l'essentiel", (50.0, 11.0, 11.0, 9.0, 15.0, 22.0, 34.0))
    made.row += 1
    for topic, text in essential(survey):
        made.beside(Cell(Role.HEAD, topic), text)
    made.section("Les comptes, et ceux publiés en 2024")
    made.heads("Réponse", "Régions", "Sur", "Part", "Sans réponse", "Publié en 2024", "Source de la publication", height=24)
    head = made.row - 1
    printed_ones = [one for one in _headlines(survey) if one.choice]
    for one in printed_ones:
        found, base = survey.counts[one.question], _base(survey, one)
        share = number(found.of(one.choice) / base if base else None, SHARE)
        printed = one.words if one.count is None else contradictions.in_words(one.count, one.of)
        silent = number(len(survey.answers) - base)
        label = f"{found.question.short} : {_label(survey, one)}"
        made.across(
            [words(label), number(found.of(one.choice)), number(base), share, silent, words(printed), words(one.source)],
        )
    height = BARS + len(printed_ones)
    title, most = f"Nombre de régions, sur {len(survey.answers)}", len(survey.answers)
    placed = Placed(head, len(printed_ones), {"answer": "A", "regions": "B"})
    bars = {"regions": DARK}
    draw(made, title, placed, "answer", bars, kind="bar", shown="0", told=True, height=height, most=most)
    return made


def _label(survey: Survey, one: Published) -> str:
    """The answer counted, in the words of the questionnaire."""
    return "au moins une réponse" if one.choice == ANY else survey.asked.questions[one.question].label(one.choice)


def _matrix(survey: Survey) -> Page:
    """Every answer: a line for each question, a column for each region."""
    made = page(survey, "Réponses", "Toutes les réponses", (34.0, *[17.0] * len(survey.answers)))
    made.heads("Question", *(one.region for one in survey.answers), height=34)
    made.frozen = made.row - 1
    reasons = {code: label for label, code in REASONS.items()}
    for theme in survey.asked.themes:
        made.across([Cell(Role.GROUP, theme.title), *[Cell(Role.GROUP, "")] * len(survey.answers)])
        for question in theme.questions:
            cells: list[Cell | None] = [words(question.short)]
            for one in survey.answers:
                if question.kind == TEXT and question.code in one.values:
                    cells.append(words("Texte : voir la page du thème"))
                elif question.code in one.values:
                    cells.append(words(" ; ".join(question.label(value) for value in one.values[question.code])))
                elif question.code in one.reasons:
                    cells.append(Cell(Role.WITHHELD, reasons[one.reasons[question.code]]))
                else:
                    cells.append(Cell(Role.WITHHELD, "·" if one.is_missing(question) else NOT_DUE))
            made.across(cells)
    made.sentence(f"« · » : {MISSING.lower()}. « {NOT_DUE} » : une autre réponse rend la question sans objet.")
    return made


def _silent(survey: Survey) -> Page:
    """Who answered, when, in which file, and what each has not answered; then what does not hold together."""
    widths = (28.0, 24.0, 22.0, 13.0, 30.0, 10.0, 10.0, 60.0)
    made = page(survey, "Sans réponse", "Qui n'a pas répondu à quoi", widths)
    heads = ("Région", "Qui répond", "Fonction", "Date", "Fichier", "Réponses", "Sur", MISSING)
    made.section("Par région")
    made.heads(*heads, height=24)
    made.frozen = made.row - 1
    for one in survey.answers:
        due = [question for question in survey.asked.questions.values() if question.kind != TEXT and one.is_due(question)]
        given = len([question for question in due if question.code in one.values])
        who = (one.region, one.who, one.role, "" if one.day is None else shown(one.day), Path(one.file).name)
        made.across(
            [*(words(text) for text in who), number(given), number(len(due)), words(" ; ".join(_missing(survey, one)))]
        )
    made.section("Réponses à revoir ensemble")
    odd = contradictions.incoherent(survey.asked, survey.answers)
    if not odd:
        made.sentence("Aucune : les réponses reçues vont ensemble.")
    for each in odd:
        made.beside(words(each.region), f"{each.topic} : {each.found}, alors que {each.other}.")
    return made


def _missing(survey: Survey, one: Answers) -> Iterator[str]:
    """What a region has not answered: questions, or a whole theme at once. What is free to say is not waited for."""
    for theme in survey.asked.themes:
        due = [question for question in theme.questions if question.kind != TEXT and one.is_due(question)]
        missing = [question.short for question in due if one.is_missing(question)]
        yield from [f"{theme.title} (tout)"] if len(missing) == len(due) > 1 else missing

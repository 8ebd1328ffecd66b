"""The questionnaire as a workbook to fill in, blank or with answers: lists, bounds, and a bar that says how far one is."""

from datetime import date, datetime, time
from io import BytesIO
from typing import TYPE_CHECKING, Any

from dotpop_addin.books import saving
from dotpop_addin.declarations.kinds import Column, Kind
from dotpop_addin.sending.completeness import bar, bar_text
from dotpop_addin.sending.formats import TEXT, Formats, Role
from dotpop_addin.sending.rules import rule
from dotpop_addin.sending.welcome import colour_bar
from dotpop_addin.sending.writing import ALLOWED, SHOWN
from dotpop_addin.sheets.page import height_of, lines_of
from dotpop_addin.sheets.writing import on_paper
from dotpop_addin.survey.answers import Answers
from dotpop_addin.survey.form import (
    ANSWERS,
    DETAIL_COLUMN,
    FORM,
    HEADERS,
    REASON_COLUMN,
    VERSION,
    WELCOME,
    identity,
)
from dotpop_addin.survey.questions import REASONS, SEVERAL, Question, Questionnaire
from workbook_templates import look

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

WIDTHS = (20, 62, 31, 22, 22, 20, 40)
HEAD = 5
"""Row of the headers."""
STEPS = (
    "1. Dire ci-dessus de quelle région il s'agit, qui répond et quand.",
    "2. Feuille Questionnaire : remplir les cellules jaunes ; les autres sont verrouillées. Les listes s'ouvrent par la "
    "flèche de la cellule. Excel ou LibreOffice suffisent, rien ne s'installe.",
    "3. Plusieurs réponses possibles : une par cellule (Réponse, 2e réponse, 3e réponse).",
    "4. Pas de réponse : dire pourquoi (sans objet, ne sait pas, pas encore décidé). Une cellule laissée vide est comptée "
    "« non renseigné », jamais « non ».",
    "5. Nombres seuls, sans mot ni unité ; dates en jour/mois/année. Les mots vont dans Précisions.",
    "6. Enregistrer en .xlsx et renvoyer le fichier à qui l'a envoyé : un seul fichier par région.",
    "À ne pas faire : ajouter une colonne, renommer une feuille, ôter la protection, mettre une formule.",
)


def workbook(asked: Questionnaire, answers: Answers | None = None) -> bytes:
    """The workbook of the questionnaire; answers: what it is filled in with."""
    from xlsxwriter import Workbook

    stream = BytesIO()
    book = Workbook(stream, {"in_memory": True})
    book.set_properties({"title": asked.title, "author": "dotpop", "created": saving.now().replace(tzinfo=None)})
    formats = Formats(book)
    _welcome(book, asked, answers or Answers(""), formats)
    _Form(book, asked, answers or Answers(""), formats).write()
    book.close()
    return stream.getvalue()


def _welcome(book: "Workbook", asked: Questionnaire, answers: Answers, formats: Formats) -> None:
    sheet: Worksheet = book.add_worksheet(WELCOME)
    sheet.set_tab_color(f"#{look.TAB['welcome']}")
    of = formats.of
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 80)
    sheet.write_string("A1", "Enquête : dotation populationnelle de psychiatrie", of(Role.TITLE))
    sheet.set_row(0, 26)
    sheet.write_string("A2", asked.title, of(Role.PURPOSE))
    sheet.write_string("A4", "Qui répond", of(Role.SECTION))
    given = (answers.region or None, answers.who or None, answers.role or None, answers.day)
    for row, (column, value) in enumerate(zip(identity(asked).values(), given, strict=True), start=4):
        sheet.write_string(row, 0, column.header, of(Role.GIVEN, TEXT))
        put(sheet, row, 1, column, value, formats)
    sheet.write_string(8, 0, VERSION, of(Role.GIVEN, TEXT))
    sheet.write_string(8, 1, asked.version, of(Role.GIVEN, TEXT))
    sheet.write_string("A11", "Que faire", of(Role.SECTION))
    for row, text in enumerate(STEPS, start=11):
        sheet.merge_range(row, 0, row, 1, "", of(Role.WRAPPED))
        sheet.write_string(row, 0, text, of(Role.WRAPPED))
        sheet.set_row(row, height_of(lines_of(text, 110)))
    row = 12 + len(STEPS)
    sheet.write_string(row, 0, "Couleurs", of(Role.SECTION))
    sheet.write_string(row + 1, 0, "À remplir", formats.legend(Role.ENTRY))
    sheet.write_string(row + 2, 0, "Verrouillé", formats.legend(Role.GIVEN))
    on_paper(sheet)
    sheet.print_area(0, 0, row + 2, 1)
    sheet.protect("", ALLOWED)


class _Form:
    """The sheet of questions being written."""

    def __init__(self, book: "Workbook", asked: Questionnaire, answers: Answers, formats: Formats) -> None:
        self._asked, self._answers, self._formats = asked, answers, formats
        self._sheet: Worksheet = book.add_worksheet(FORM)
        self._sheet.set_tab_color(f"#{look.TAB['input']}")

    def write(self) -> None:
        sheet, of = self._sheet, self._formats.of
        for place, width in enumerate(WIDTHS):
            sheet.set_column(place, place, width)
        sheet.write_string("A1", "Questionnaire", of(Role.TITLE))
        sheet.set_row(0, 26)
        sheet.write_string("A2", f"{self._asked.title} · cellules jaunes à remplir", of(Role.PURPOSE))
        for place, header in enumerate(HEADERS):
            sheet.write_string(HEAD - 1, place, header, of(Role.HEAD_ENTRY if place > 1 else Role.HEAD))
        sheet.set_row(HEAD - 1, 24)
        row = HEAD
        for theme in self._asked.themes:
            band = of(Role.HEAD_THEME)
            for place in range(len(HEADERS)):
                sheet.write_blank(row, place, None, band)
            sheet.write_string(row, 0, theme.title, band)
            sheet.set_row(row, 20)
            for question in theme.questions:
                row += 1
                self._question(row, question)
            row += 1
        self._bar(row)
        on_paper(sheet)
        sheet.freeze_panes(HEAD, 2)
        sheet.repeat_rows(HEAD - 1)
        sheet.print_area(0, 0, row - 1, len(HEADERS) - 1)
        sheet.protect("", ALLOWED)

    def _question(self, row: int, question: Question) -> None:
        sheet, of, code = self._sheet, self._formats.of, question.code
        text = f"{question.text}\n{question.help}" if question.help else question.text
        sheet.write_string(row, 0, code, of(Role.GIVEN, TEXT))
        sheet.write_string(row, 1, text, of(Role.ASKED))
        values = [question.label(value) if question.choices else value for value in self._answers.values.get(code, ())]
        for place in range(len(ANSWERS)):
            column, at = question.column, 2 + place
            if place == 0 or question.kind == SEVERAL:
                put(sheet, row, at, column, values[place] if place < len(values) else None, self._formats)
            else:
                sheet.write_blank(row, at, None, of(Role.GIVEN))
        reason = self._answers.reasons.get(code)
        label = next((label for label, own in REASONS.items() if own == reason), None)
        put(sheet, row, 2 + len(ANSWERS), REASON_COLUMN, label, self._formats)
        detail = self._answers.details.get(code)
        put(sheet, row, 3 + len(ANSWERS), DETAIL_COLUMN, detail, self._formats)
        texts = ((text, WIDTHS[1]), (detail or "", WIDTHS[-1]), (str(values[0]) if values else "", WIDTHS[2]))
        sheet.set_row(row, height_of(max(lines_of(told, width) for told, width in texts)))

    def _bar(self, last: int) -> None:
        """How many questions have an answer or a reason."""
        answered, reasons = (f"${letter}${HEAD + 1}:${letter}${last}" for letter in ("C", "F"))
        filled = f'SUMPRODUCT(--(({answered}<>"")+({reasons}<>"")>0))'
        there = {*self._answers.values, *self._answers.reasons} & set(self._asked.questions)
        count, look_of = len(self._asked.questions), self._formats.of(Role.BAR)
        self._sheet.merge_range("A3:B3", "", look_of)
        self._sheet.write_formula("A3", f"={bar(str(count), filled)}", look_of, bar_text(count, len(there)))
        colour_bar(self._sheet, self._formats, "A3")
        self._sheet.set_row(2, 20)


def put(sheet: "Worksheet", row: int, place: int, column: Column, value: Any, formats: Formats) -> None:
    """A cell to fill in, with its rule and what it holds already."""
    look_of = formats.of(Role.ENTRY_WRAPPED if column.kind is Kind.TEXT else Role.ENTRY, SHOWN[column.kind])
    sheet.data_validation(row, place, row, place, rule(column))
    if value is None:
        sheet.write_blank(row, place, None, look_of)
    elif isinstance(value, date):
        sheet.write_datetime(row, place, datetime.combine(value, time()), look_of)
    elif isinstance(value, int | float):
        sheet.write_number(row, place, value, look_of)
    else:
        sheet.write_string(row, place, value, look_of)  # never a formula, whatever it begins with

"""Vérifier: faulty cells marked and listed with links; what is the user's own stays; the next review starts afresh."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from cases.damaging import BookChange, changed, put
from cases.nasty import everything
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import PatternFill

from dotpop_addin.books.file import FileBook
from dotpop_addin.books.protocol import NOTE, SIGNATURE
from dotpop_addin.problems import ProblemsFound
from dotpop_addin.reviewing import NOTES, review

Dotpop = Callable[..., tuple[int, str, str]]
Places = set[tuple[str, str]]
LIST = "Vérification"


def reviewed(source: Path, target: Path) -> Path:
    """A copy of a workbook, reviewed."""
    book = FileBook(source)
    review(book)
    book.save(target)
    return target


def marked(path: Path) -> Places:
    """The cells that a mark's conditional format colours."""
    return {
        (sheet.title, cell)
        for sheet in openpyxl.load_workbook(path).worksheets
        for entry in sheet.conditional_formatting
        for rule in entry.rules
        if list(rule.formula) == [SIGNATURE]
        for area in entry.sqref.ranges
        for row in sheet.iter_rows(area.min_row, area.max_row, area.min_col, area.max_col)
        for cell in (one.coordinate for one in row)
    }


def notes(path: Path) -> dict[tuple[str, str], str]:
    return {
        (sheet.title, cell.coordinate): cell.comment.text
        for sheet in openpyxl.load_workbook(path).worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.comment
    }


def listed(path: Path) -> list[tuple[Any, ...]]:
    """The lines of the list: severity, sheet, cells, where the link leads, what was found."""
    sheet = openpyxl.load_workbook(path)[LIST]
    lines = list(sheet[sheet.tables["T_Anomalies"].ref])[1:]
    return [
        (*(cell.value for cell in line[:3]), line[2].hyperlink and line[2].hyperlink.location, line[3].value)
        for line in lines
        if line[0].value
    ]


FAULTS: list[BookChange] = [
    put("Enveloppe", "B6", "320 000 €"),
    put("Établissements", "A7", 10000002),
    *(put("Activité", f"E{row}", "n.d.") for row in (6, 7, 8, 10)),
    put("Formes d'activité", "E6", -1),
]
FAULTY = {
    ("Enveloppe", "B6"),
    ("Établissements", "A7"),
    *(("Activité", f"E{row}") for row in (6, 7, 8, 10)),
    *(("Activité", f"A{row}") for row in (10, 11)),  # lines of the hospital whose FINESS is no longer one
    ("Formes d'activité", "E6"),
}


@pytest.fixture
def faulty(small_book: Path) -> Path:
    return changed(small_book, *FAULTS)


def test_the_faulty_cells_and_no_others_are_marked_each_with_its_note(faulty: Path, tmp_path: Path) -> None:
    copy = reviewed(faulty, tmp_path / "copie.xlsx")
    found = notes(copy)
    assert marked(copy) == set(found) == FAULTY
    assert found["Enveloppe", "B6"] == (
        f"{NOTE}texte « 320 000 € » ; attendu : un montant en euros, au moins 0. "
        "Ressaisir le nombre : la cellule contient un texte, pas un nombre."
    )
    assert all(text.startswith(NOTE) and text.count("\n") == 0 for text in found.values())


def test_the_list_has_a_line_a_group_with_a_link_to_its_first_cell(faulty: Path, tmp_path: Path) -> None:
    copy = reviewed(faulty, tmp_path / "copie.xlsx")
    assert [line[:4] for line in listed(copy)] == [
        ("Erreur", "Enveloppe", "B6", "'Enveloppe'!B6"),
        ("Erreur", "Établissements", "A7", "'Établissements'!A7"),
        ("Erreur", "Formes d'activité", "E6", "'Formes d''activité'!E6"),
        ("Erreur", "Activité", "E6:E8, E10", "'Activité'!E6"),
        ("Erreur", "Activité", "A10:A11", "'Activité'!A10"),
    ]
    assert all(found for *_, found in listed(copy))


def test_nothing_but_the_marks_and_the_list_changes(faulty: Path, tmp_path: Path) -> None:
    before, copy = faulty.read_bytes(), reviewed(faulty, tmp_path / "copie.xlsx")
    assert faulty.read_bytes() == before
    found, wanted = everything(copy), everything(faulty)
    for sheet, was in wanted.items():
        assert list(found) == list(wanted)
        for what in was:
            if what not in ("notes", "rules") and sheet != LIST:
                assert found[sheet][what] == was[what], (sheet, what)
        assert [rule for rule in found[sheet]["rules"] if SIGNATURE not in rule] == was["rules"], sheet


def test_a_sound_workbook_is_told_ready_and_nothing_is_marked(small_book: Path, tmp_path: Path) -> None:
    found = review(FileBook(small_book))
    assert (found.problems, found.marked) == ([], 0)
    assert found.told == "Aucune erreur, aucun avertissement : le classeur est prêt pour le calcul."
    copy = reviewed(small_book, tmp_path / "copie.xlsx")
    assert (marked(copy), notes(copy), listed(copy)) == (set(), {}, [])


def test_a_warning_is_marked_and_listed_as_such(small_book: Path, tmp_path: Path, dotpop: Dotpop) -> None:
    def another_column(book: openpyxl.Workbook) -> None:
        book["Campagne"]["F5"] = "Remarque"
        book["Campagne"].tables["T_Campagne"].ref = "A5:F10"
        book["Campagne"].tables["T_Campagne"].tableColumns = []
        book["Campagne"].tables["T_Campagne"].autoFilter.ref = "A5:F10"

    copy = tmp_path / "copie.xlsx"
    status, told, errors = dotpop("check", changed(small_book, another_column), "--out", copy)
    assert status == 0
    assert "aucune erreur, 1 avertissement : liste avec des liens dans la feuille Vérification." in told
    assert "Avertissement. Feuille Campagne, cellule F5 : colonne inconnue « Remarque »" in errors
    assert marked(copy) == {("Campagne", "F5")}
    assert [line[:4] for line in listed(copy)] == [("Avertissement", "Campagne", "F5", "'Campagne'!F5")]


def test_the_command_tells_the_problems_and_where_the_copy_is(faulty: Path, tmp_path: Path, dotpop: Dotpop) -> None:
    before, copy = faulty.read_bytes(), tmp_path / "copie.xlsx"
    status, told, errors = dotpop("check", faulty, "--out", copy)
    assert (status, told) == (1, "")
    lines = errors.splitlines()
    assert lines[0].startswith(f"{len(FAULTY)} problèmes")
    assert "rien n'a été écrit" not in errors
    assert lines[-1] == f"Copie marquée : {copy} (liste dans la feuille Vérification)."
    assert len(lines) == len(listed(copy)) + 2
    assert faulty.read_bytes() == before
    status, told, errors = dotpop("check", faulty, "--out", copy, "--json")
    answer = json.loads(told)
    assert (status, errors, answer["status"], answer["file"]) == (1, "", "problems", str(copy))
    assert {(one["sheet"], one["cell"]) for one in answer["problems"]} == FAULTY
    status, told, errors = dotpop("check", faulty, "--out", tmp_path / "copie.ods")
    assert status == 1
    assert "extension inconnue" in errors


def test_the_next_review_clears_what_was_mended_and_keeps_what_was_not(faulty: Path, tmp_path: Path) -> None:
    first = reviewed(faulty, tmp_path / "première.xlsx")
    changed(first, put("Établissements", "A7", "010000002"), put("Enveloppe", "B6", 320_000))
    second = reviewed(first, tmp_path / "seconde.xlsx")
    left = {("Formes d'activité", "E6"), *(("Activité", f"E{row}") for row in (6, 7, 8, 10))}
    assert marked(second) == set(notes(second)) == left
    assert [line[:4] for line in listed(second)] == [
        ("Erreur", "Formes d'activité", "E6", "'Formes d''activité'!E6"),
        ("Erreur", "Activité", "E6:E8, E10", "'Activité'!E6"),
    ]
    again = reviewed(second, tmp_path / "troisième.xlsx")
    assert (marked(again), notes(again), listed(again)) == (left, notes(second), listed(second))
    changed(again, put("Formes d'activité", "E6", 10), *(put("Activité", f"E{row}", 5) for row in (6, 7, 8, 10)))
    last = reviewed(again, tmp_path / "dernière.xlsx")
    assert (marked(last), notes(last), listed(last)) == (set(), {}, [])
    links = [cell.coordinate for row in openpyxl.load_workbook(last)[LIST].iter_rows() for cell in row if cell.hyperlink]
    assert links == []


def the_users_own(book: openpyxl.Workbook) -> None:
    """Notes, a colour and a conditional format of the user, on faulty cells and beside them."""
    sheet = book["Enveloppe"]
    sheet["B6"].comment = Comment("à revoir avec l'ARS", "Anne")
    sheet["A6"].comment = Comment("la mienne", "Anne")
    sheet["B6"].fill = PatternFill("solid", fgColor="FF00FF00")
    sheet.conditional_formatting.add("B6:B9", CellIsRule(operator="lessThan", formula=["0"]))


def test_notes_colours_and_formats_of_the_user_stay(faulty: Path, tmp_path: Path) -> None:
    changed(faulty, the_users_own)
    copy = reviewed(faulty, tmp_path / "copie.xlsx")
    found = notes(copy)
    assert found["Enveloppe", "A6"] == "la mienne"
    assert found["Enveloppe", "B6"].startswith(f"à revoir avec l'ARS\n\n{NOTE}texte « 320 000 € »")
    sheet = openpyxl.load_workbook(copy)["Enveloppe"]
    assert (sheet["B6"].fill.fgColor.rgb, sheet["B6"].comment.author) == ("FF00FF00", "Anne")

    def answered(book: openpyxl.Workbook) -> None:
        cell = book["Enveloppe"]["B6"]
        cell.comment = Comment(f"{cell.comment.text}\nvu le 3 mars", "Anne")

    changed(copy, answered)
    again = reviewed(copy, tmp_path / "encore.xlsx")
    assert notes(again)["Enveloppe", "B6"].startswith(f"à revoir avec l'ARS\nvu le 3 mars\n\n{NOTE}texte")
    changed(again, put("Enveloppe", "B6", 320_000))
    last = reviewed(again, tmp_path / "dernière.xlsx")
    assert {place: text for place, text in notes(last).items() if place[0] == "Enveloppe"} == {
        ("Enveloppe", "A6"): "la mienne",
        ("Enveloppe", "B6"): "à revoir avec l'ARS\nvu le 3 mars",
    }
    assert everything(last)["Enveloppe"]["rules"] == everything(faulty)["Enveloppe"]["rules"]
    assert everything(last)["Enveloppe"]["looks"] == everything(faulty)["Enveloppe"]["looks"]


def test_a_text_of_several_lines_leaves_nothing_behind(small_book: Path, tmp_path: Path) -> None:
    changed(small_book, put("Enveloppe", "B6", "inconnu,\nà demander"))
    copy = reviewed(small_book, tmp_path / "copie.xlsx")
    assert set(notes(copy)) == {("Enveloppe", "B6")}
    changed(copy, put("Enveloppe", "B6", 320_000))
    assert notes(reviewed(copy, tmp_path / "seconde.xlsx")) == {}


def test_lines_inserted_between_two_reviews_take_their_marks_along(faulty: Path, tmp_path: Path) -> None:
    copy = reviewed(faulty, tmp_path / "copie.xlsx")

    def inserted(book: openpyxl.Workbook) -> None:
        sheet = book["Activité"]
        sheet.insert_rows(6, 2)
        sheet.tables["T_Activite"].ref = "A5:E18"
        sheet.tables["T_Activite"].autoFilter.ref = "A5:E18"

    second = reviewed(changed(copy, inserted), tmp_path / "seconde.xlsx")
    moved = {(sheet, f"{cell[0]}{int(cell[1:]) + 2}" if sheet == "Activité" else cell) for sheet, cell in FAULTY}
    assert marked(second) == set(notes(second)) == moved


def test_several_problems_of_a_cell_are_in_one_note(small_book: Path, tmp_path: Path) -> None:
    codes = [("A10", "010000009"), ("A11", "010000009"), ("B11", "Z2"), ("C11", "Adultes"), ("D11", "TP")]
    changed(small_book, *(put("Activité", cell, value) for cell, value in codes))
    copy = reviewed(small_book, tmp_path / "copie.xlsx")
    text = notes(copy)["Activité", "A11"]
    assert (text.count(NOTE), "en double" in text, "« 010000009 » inconnu" in text) == (1, True, True)


def test_beyond_a_number_of_cells_the_list_tells_the_others(small_book: Path, tmp_path: Path) -> None:
    book = FileBook(small_book)
    block = book.read("Activité", "T_Activite", below=True)
    assert block is not None
    count = NOTES + 100
    rows = [["010000001", "Z1", "Adultes", "TP", "n.d."]] * count
    book.write("Activité", "T_Activite", block.headers, [[*row[:3], f"F{place}", "n.d."] for place, row in enumerate(rows)])
    book.save(small_book)
    found = review(FileBook(small_book))
    assert (found.marked, len(found.problems)) == (NOTES, 2 * count)  # a volume and a form on each line
    assert found.told == (
        "1\u202f200 erreurs, aucun avertissement : liste avec des liens dans la feuille Vérification "
        f"(les {NOTES} premières cellules sont marquées, la liste dit tout)."
    )
    copy = reviewed(small_book, tmp_path / "copie.xlsx")
    assert len(marked(copy)) == NOTES
    assert ("Erreur", "Activité", f"E6:E{5 + count}", "'Activité'!E6", "texte « n.d. »") in listed(copy)


def test_a_sheet_that_is_missing_has_no_link(small_book: Path, tmp_path: Path) -> None:
    changed(small_book, lambda book: book.remove(book["Campagne"]))
    copy = reviewed(small_book, tmp_path / "copie.xlsx")
    assert listed(copy) == [("Erreur", "Campagne", None, None, "feuille « Campagne » absente")]
    assert (marked(copy), notes(copy)) == (set(), {})


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        pytest.param(lambda book: book.remove(book[LIST]), "feuille « Vérification » absente", id="no sheet for the list"),
        pytest.param(lambda book: book[LIST].tables.pop("T_Anomalies"), "tableau T_Anomalies absent", id="no table for it"),
        pytest.param(lambda book: book[LIST].protection.enable(), "Feuille Vérification : feuille protégée", id="protected"),
        pytest.param(
            lambda book: book["Enveloppe"].protection.enable(), "Feuille Enveloppe : feuille protégée", id="inputs"
        ),
    ],
)
def test_where_nothing_can_be_written_the_problems_are_told_all_the_same(
    damage: BookChange, words: str, faulty: Path, tmp_path: Path, dotpop: Dotpop
) -> None:
    changed(faulty, damage)
    status, told, errors = dotpop("check", faulty, "--out", tmp_path / "copie.xlsx")
    assert (status, told) == (1, "")
    assert words in errors
    assert "Feuille Enveloppe, cellule B6 : texte « 320 000 € »" in errors
    assert not (tmp_path / "copie.xlsx").exists()


def test_a_file_that_is_not_a_workbook_of_this_program_gets_no_marks(small_book: Path) -> None:
    changed(small_book, put("Accueil", "B6", "autre"))
    with pytest.raises(ProblemsFound, match="n'est pas un classeur de dotpop"):
        review(FileBook(small_book))


@pytest.mark.slow
@pytest.mark.libreoffice
def test_marks_notes_and_links_outlive_libreoffice_and_the_next_review_clears_them(faulty: Path, tmp_path: Path) -> None:
    from cases.office import Office

    changed(faulty, the_users_own)
    copy = reviewed(faulty, tmp_path / "copie.xlsx")
    with Office() as office:
        document = office.load(copy)
        document.Sheets.getByName("Activité").Rows.insertByIndex(9, 1)  # a line of the user, above row 10
        saved = office.save(document, tmp_path / "enregistrée.xlsx")
        document.close(True)
    below = {(sheet, cell) for sheet, cell in FAULTY if sheet == "Activité" and int(cell[1:]) > 8}
    moved = FAULTY - below | {(sheet, f"{cell[0]}{int(cell[1:]) + 1}") for sheet, cell in below}
    assert marked(saved) == moved
    assert set(notes(saved)) == {*moved, ("Enveloppe", "A6")}
    assert listed(saved) == listed(copy)
    again = reviewed(saved, tmp_path / "encore.xlsx")
    assert marked(again) == moved
    changed(
        again,
        put("Enveloppe", "B6", 320_000),
        put("Établissements", "A7", "010000002"),
        put("Formes d'activité", "E6", 10),
        *(put("Activité", f"E{row}", 5) for row in (6, 7, 8, 11)),
    )
    last = reviewed(again, tmp_path / "dernière.xlsx")
    assert (marked(last), listed(last)) == (set(), [])
    assert notes(last) == {("Enveloppe", "A6"): "la mienne", ("Enveloppe", "B6"): "à revoir avec l'ARS"}


def test_the_list_says_when_it_was_made_also_when_nothing_was_found(small_book: Path) -> None:
    book = FileBook(small_book)
    assert book.read_cells("Vérification", ["D3"]) == ["Pas encore vérifié : lancer Vérifier."]
    assert review(book).problems == []
    (told,) = book.read_cells("Vérification", ["D3"])
    assert str(told).startswith("Vérifié le ")
    assert str(told).endswith("Aucune erreur, aucun avertissement : le classeur est prêt pour le calcul.")

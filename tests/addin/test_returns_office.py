"""Answers saved by the real LibreOffice: sound ones stay sound, those of other formats are each told for what they are."""

from pathlib import Path
from typing import Any

import pytest
from cases.sent_region import FILES
from cases.small_region import H1

from dotpop_addin.returns.answers import read_answer
from dotpop_addin.returns.changes import given
from dotpop_addin.returns.folder import answers

pytestmark = pytest.mark.libreoffice
XLSX = "Calc MS Excel 2007 XML"
SAVED = [
    pytest.param(".ods", {"FilterName": "calc8"}, "classeur au format LibreOffice (.ods)", id="its own format"),
    pytest.param(".xls", {"FilterName": "MS Excel 97"}, "classeur à l'ancien format (.xls)", id="the old format"),
    pytest.param(
        ".xlsx",
        {"FilterName": XLSX, "Password": "secret"},
        "fichier protégé par un mot de passe",
        id="behind a password",
    ),
    pytest.param(
        ".csv", {"FilterName": "Text - txt - csv (StarCalc)"}, "fichier texte (.csv, .txt)", id="one sheet of it as text"
    ),
    pytest.param(".pdf", {"FilterName": "calc_pdf_Export"}, "un document PDF", id="as a page"),
    pytest.param(".html", {"FilterName": "HTML (StarCalc)"}, "une page web ou un fichier XML", id="as a web page"),
]


@pytest.mark.parametrize("sender", FILES)
def test_a_sound_answer_saved_by_libreoffice_is_sound_and_says_the_same(
    sender: str, sound_returns: dict[str, Path], office: Any, tmp_path: Path
) -> None:
    target = office.resave(sound_returns[sender], tmp_path / FILES[sender])
    (answer,) = answers([target])
    assert answer.problems == []
    assert list(given(answer)) == list(given(read_answer(sound_returns[sender])))


@pytest.mark.parametrize(("suffix", "how", "found"), SAVED)
def test_another_format_is_told_for_what_it_is(
    suffix: str, how: dict[str, str], found: str, sound_returns: dict[str, Path], office: Any, tmp_path: Path
) -> None:
    import uno
    from cases.office import properties

    target = tmp_path / f"retour{suffix}"
    document = office.load(sound_returns[H1])
    document.storeToURL(uno.systemPathToFileUrl(str(target)), properties(**how))
    document.close(True)
    (answer,) = answers([target])
    assert [problem.found[: len(found)] for problem in answer.problems] == [found]


def test_an_answer_filled_in_by_hand_in_libreoffice_is_read_as_typed(
    sound_returns: dict[str, Path], office: Any, tmp_path: Path
) -> None:
    """A number typed in its own cell, another as a text, a formula, and a line added."""
    document = office.load(sound_returns[H1])
    sheet = document.Sheets.getByName("Activité")
    sheet.unprotect("")
    sheet.getCellRangeByName("F7").setFormula("=25*2")
    sheet.getCellRangeByName("F8").setString("200,0")
    for cell, text in (("A12", "HORS"), ("C12", "Mineurs"), ("D12", "CMP")):
        sheet.getCellRangeByName(cell).setString(text)
    sheet.getCellRangeByName("F12").setValue(0)
    document.calculateAll()
    target = office.save(document, tmp_path / FILES[H1])
    document.close(True)
    (answer,) = answers([target])
    assert [(one.severity, one.cell, one.found) for one in answer.problems] == [
        ("avertissement", "F7", "Volume : formule (=25*2)"),
        ("avertissement", "F8", "Volume : texte « 200,0 »"),
    ]
    assert [line.values["volume"] for line in answer.lines("own_activity")] == [50, 200, 100, 200, 12, 0]

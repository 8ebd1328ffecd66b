"""The files that are sent: only what is asked can be filled in, no add-in is needed, nobody else's figures are told."""

import hashlib
import re
import shutil
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from cases.fiche_reader import Fiche, recalculated
from cases.filling import ACTIVITY, ALLOCATIONS, IDENTIFICATION, MEANS, SIGNATURE, SPECIFIC, TOTALS, Form, entries, unlocked

from dotpop_addin.books.file import FileBook
from dotpop_addin.declarations import sent
from dotpop_addin.declarations.psychiatrie import PSYCHIATRIE
from dotpop_addin.declarations.sent import FEDERATION, HOSPITAL, sendings
from dotpop_addin.levels import Level
from dotpop_addin.problems import ProblemsFound
from dotpop_addin.returns.folder import answers
from dotpop_addin.sending import send
from dotpop_addin.sending.signals import Limits, signal
from dotpop_addin.sheets import files

if TYPE_CHECKING:
    from cases.office import Office

H1 = "Retour 2023 010000001 CH Un.xlsx"
FHF, FHP = "Retour 2023 fédération FHF.xlsx", "Retour 2023 fédération FHP.xlsx"
OF_HOSPITAL, OF_FEDERATION = (sendings(PSYCHIATRIE)[kind] for kind in (HOSPITAL, FEDERATION))
FUNCTIONS = {
    *("SUM", "IF", "OR", "AND", "NOT", "N", "ABS", "MAX", "MIN", "INT", "ROUND", "REPT", "LEFT", "ISNUMBER", "IFERROR"),
    *("INDEX", "MATCH", "COUNTA", "COUNTIF", "SUMIFS", "SUMPRODUCT"),
}
"""What formulas may use: Excel 2010 and LibreOffice have them all."""


@pytest.fixture
def folder(small_book: Path, tmp_path: Path) -> Path:
    send(small_book, tmp_path / "envoi", Level.FEDERATION)
    return tmp_path / "envoi"


def change(book: Path, cells: dict[tuple[str, str], Any]) -> Path:
    workbook = openpyxl.load_workbook(book)
    for (sheet, cell), value in cells.items():
        workbook[sheet][cell].value = value
        if isinstance(value, str):
            workbook[sheet][cell].data_type = "s"
    workbook.save(book)
    return book


# What leaves


def test_each_hospital_and_each_federation_has_its_file(folder: Path) -> None:
    assert sorted(path.name for path in folder.iterdir()) == [
        H1,
        "Retour 2023 010000002 CH Deux.xlsx",
        "Retour 2023 010000003 Clinique Trois.xlsx",
        "Retour 2023 010000004 Clinique Quatre.xlsx",
        "Retour 2023 fédération FEHAP.xlsx",
        FHF,
        FHP,
    ]


def test_federations_whose_names_begin_alike_have_each_their_file(
    small_book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = "Fédération des établissements " + "x" * 80
    monkeypatch.setattr("dotpop_addin.sending.federation.federations", lambda named: [f"{long} A", f"{long} B"])
    names = [path.name for path in send(small_book, tmp_path / "envoi", Level.FEDERATION)]
    of_federations = [name for name in names if "fédération" in name]
    assert len(of_federations) == len({name.casefold() for name in names}) - 4 == 2
    assert of_federations[1] == of_federations[0].replace(".xlsx", " (2).xlsx")


def test_the_command_says_how_many_files_it_wrote(small_book: Path, tmp_path: Path, dotpop: Any) -> None:
    status, output, errors = dotpop("send", small_book, "--out", tmp_path / "envoi")
    assert (status, errors) == (0, "")
    assert output.startswith("7 fichiers écrits dans ")


def test_each_file_says_what_it_is(folder: Path) -> None:
    form = Form(folder / H1)
    told = {
        form.cell("T_Envoi", line, "Élément").value: form.cell("T_Envoi", line, "Valeur").value
        for line in form.lines("T_Envoi")
    }
    assert {name: told[name] for name in (sent.KIND, sent.MODEL, sent.REGION, sent.CODE, sent.YEAR, sent.FINESS)} == {
        sent.KIND: "Retour d'un établissement",
        sent.MODEL: sent.VERSION,
        sent.REGION: "Petite région",
        sent.CODE: "00",
        sent.YEAR: 2023,
        sent.FINESS: "010000001",
    }
    assert re.fullmatch("[0-9a-f]{64}", told[sent.DIGEST])


def test_what_the_region_knows_is_already_there(folder: Path) -> None:
    form = Form(folder / H1)
    assert form.cell(IDENTIFICATION, 0, "Raison sociale").value == "CH Un"
    assert form.cell(ALLOCATIONS, 0, "Montant (€)").value == 60_000
    lines = [
        [form.cell(ACTIVITY, line, one).value for one in ("Territoire de résidence", "Classe d'âge", "Forme", "Volume")]
        for line in range(5)
    ]
    assert lines == [
        ["Z1", "Adultes", "TP", 5],
        ["Z1", "Mineurs", "CMP", 20],
        ["Z2", "Adultes", "CMP", 10],
        ["HORS", "Adultes", "CMP", 20],
        [None, None, None, None],
    ]


def test_amounts_of_the_other_compartments_and_commitments_come_from_the_sheet_financements(
    small_book: Path, tmp_path: Path
) -> None:
    change(
        small_book,
        {
            ("Financements", "A6"): "010000001",
            ("Financements", "B6"): "Activité",
            ("Financements", "C6"): 7_000,
            ("Financements", "E6"): "010000001",
            ("Financements", "F6"): "Ouvrir 5 places",
            ("Financements", "H6"): 40_000,
        },
    )
    send(small_book, tmp_path / "envoi", Level.FEDERATION)
    form = Form(tmp_path / "envoi" / H1)
    assert form.cell(ALLOCATIONS, form.find(ALLOCATIONS, Compartiment="Activité"), "Montant (€)").value == 7_000
    assert form.cell(MEANS, 0, "Engagement").value == "Ouvrir 5 places"
    assert form.cell(MEANS, 0, "Moyens accordés (€)").value == 40_000


@pytest.mark.parametrize(("name", "sending"), [(H1, OF_HOSPITAL), (FHF, OF_FEDERATION)])
def test_only_what_is_asked_is_unlocked(folder: Path, name: str, sending: sent.Sending) -> None:
    book = openpyxl.load_workbook(folder / name)
    assert [sheet.title for sheet in book.worksheets] == [sheet.name for sheet in sending.sheets]
    assert all(sheet.protection.sheet for sheet in book.worksheets)
    assert unlocked(book) == entries(book, sending)
    assert len(unlocked(book)) > 20


def test_each_cell_to_fill_in_has_a_rule_with_a_message(folder: Path) -> None:
    book = openpyxl.load_workbook(folder / H1)
    for sheet in book.worksheets:
        ruled = {
            cell
            for rule in sheet.data_validations.dataValidation
            if rule.error and rule.prompt and rule.type
            for area in rule.sqref.ranges
            for line in sheet[area.coord if ":" in area.coord else f"{area.coord}:{area.coord}"]
            for cell in (one.coordinate for one in line)
        }
        unlocked = {cell.coordinate for line in sheet.iter_rows() for cell in line if not cell.protection.locked}
        assert unlocked <= ruled, sheet.title


def test_formulas_use_what_every_spreadsheet_has(folder: Path) -> None:
    for name in (H1, FHF):
        used = {word for text in Fiche(folder / name).formulas.values() for word in re.findall(r"([A-Z]+[0-9]*)\(", text)}
        assert used - FUNCTIONS == set()


def test_the_same_region_gives_the_same_bytes(small_book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    digests = []
    for name in ("un", "deux"):
        send(small_book, tmp_path / name, Level.FEDERATION)
        digests.append([hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted((tmp_path / name).iterdir())])
    assert digests[0] == digests[1]


def test_texts_that_look_like_formulas_stay_texts(small_book: Path, tmp_path: Path) -> None:
    change(small_book, {("Établissements", "B6"): "=cmd|' /C calc'!A0", ("Enveloppe", "D6"): "@SUM(A1)"})
    (path,) = [one for one in send(small_book, tmp_path / "envoi", Level.FEDERATION) if "010000001" in one.name]
    book = openpyxl.load_workbook(path)
    cell = book["Identification"]["A7"]
    assert (cell.value, cell.data_type) == ("=cmd|' /C calc'!A0", "s")
    with zipfile.ZipFile(path) as archive:
        formulas = [text for name in archive.namelist() for text in re.findall(rb"<f>([^<]*)", archive.read(name))]
    assert [one for one in formulas if b"cmd" in one or one.startswith(b"@")] == []


# What is refused


def test_a_file_that_is_already_there_may_hold_answers_and_nothing_is_written(small_book: Path, tmp_path: Path) -> None:
    target = tmp_path / "envoi"
    target.mkdir()
    (target / FHF).write_bytes(b"une reponse")
    with pytest.raises(ProblemsFound, match=r"existe déjà.*un dossier sans lui"):
        send(small_book, target, Level.FEDERATION)
    assert [(one.name, one.read_bytes()) for one in target.iterdir()] == [(FHF, b"une reponse")]


def test_files_that_nobody_has_touched_are_sent_again_and_one_that_somebody_saved_is_refused(
    small_book: Path, tmp_path: Path
) -> None:
    written = send(small_book, tmp_path / "envoi", Level.FEDERATION)
    assert send(small_book, tmp_path / "envoi", Level.FEDERATION) == written
    book = openpyxl.load_workbook(tmp_path / "envoi" / FHF)
    book.save(tmp_path / "envoi" / FHF)
    before = {path: path.read_bytes() for path in written}
    with pytest.raises(ProblemsFound) as caught:
        send(small_book, tmp_path / "envoi", Level.FEDERATION)
    assert [Path(problem.file).name for problem in caught.value.problems] == [FHF]
    assert {path: path.read_bytes() for path in written} == before


def test_a_region_with_an_unreadable_cell_sends_nothing(small_book: Path, tmp_path: Path) -> None:
    change(small_book, {("Établissements", "A6"): 10000001})
    with pytest.raises(ProblemsFound, match="FINESS transformé en nombre"):
        send(small_book, tmp_path / "envoi", Level.FEDERATION)
    assert not (tmp_path / "envoi").exists()


def test_two_lines_of_one_specific_activity_for_one_hospital_are_told_before_anything_is_sent(
    small_book: Path, tmp_path: Path
) -> None:
    cells: dict[tuple[str, str], Any] = {}
    for row in (7, 8):
        cells |= {
            ("Enveloppe", f"D{row}"): "Équipe mobile",
            ("Enveloppe", f"E{row}"): "010000001",
            ("Enveloppe", f"F{row}"): 1_000,
        }
    with pytest.raises(ProblemsFound, match="deux lignes"):
        send(change(small_book, cells), tmp_path / "envoi", Level.FEDERATION)
    assert not (tmp_path / "envoi").exists()


def test_a_file_that_cannot_be_written_is_told_and_the_others_are_whole(
    small_book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put = files.saving.put

    def full(target: Path, *rest: Any) -> None:
        if FHF in target.name:
            raise OSError(28, "No space left on device")
        put(target, *rest)

    monkeypatch.setattr(files.saving, "put", full)
    with pytest.raises(ProblemsFound, match="Ce fichier est resté tel quel"):
        send(small_book, tmp_path / "envoi", Level.FEDERATION)
    assert len(list((tmp_path / "envoi").iterdir())) == 6


def test_a_region_that_is_still_incomplete_can_ask(small_book: Path, tmp_path: Path) -> None:
    change(small_book, {("Établissements", "G6"): None, ("Activité", "E6"): None})
    send(small_book, tmp_path / "envoi", Level.FEDERATION)
    form = Form(tmp_path / "envoi" / H1)
    assert form.cell(ALLOCATIONS, 0, "Montant (€)").value is None
    assert form.cell(ACTIVITY, 0, "Volume").value is None
    federation = Form(tmp_path / "envoi" / FHF)
    headers = [cell.value for cell in federation.book["Établissements"][6]]
    assert headers[:6] == ["FINESS", "Raison sociale", "Segment", "Territoire", "Dotation hors ASR (€)", "Observation"]
    assert any("ne se calcule pas encore" in str(cell.value) for line in federation.book["Accueil"] for cell in line)


# The year before


def test_values_of_the_year_before_are_the_reference_and_lines_that_are_gone_are_asked_again(
    small_book: Path, tmp_path: Path
) -> None:
    before = Path(shutil.copy(small_book, tmp_path / "region_2022.xlsx"))
    change(before, {("Établissements", "G6"): 50_000, ("Activité", "E6"): 4, ("Hypothèses", "D6"): 2022})
    change(
        small_book,
        {
            ("Activité", "A7"): None,
            ("Activité", "B7"): None,
            ("Activité", "C7"): None,
            ("Activité", "D7"): None,
            ("Activité", "E7"): None,
        },
    )
    send(small_book, tmp_path / "envoi", Level.FEDERATION, previous=before)
    form = Form(tmp_path / "envoi" / H1)
    assert (form.cell(ALLOCATIONS, 0, "Référence (€)").value, form.cell(ALLOCATIONS, 0, "Montant (€)").value) == (
        50_000,
        60_000,
    )
    assert (form.cell(ACTIVITY, 0, "Référence").value, form.cell(ACTIVITY, 0, "Volume").value) == (4, 5)
    gone = form.find(ACTIVITY, **{"Territoire_de_résidence": "Z1", "Classe_d'âge": "Mineurs"})
    assert (form.cell(ACTIVITY, gone, "Référence").value, form.cell(ACTIVITY, gone, "Volume").value) == (20, None)


@pytest.mark.parametrize(
    ("value", "reference", "reason", "wanted"),
    [
        (None, 100, "", "○ à remplir"),
        (100, None, "", "✔"),
        (120, 100, "", "✔"),
        (121, 100, "", "▲ hausse à expliquer"),
        (79, 100, "", "▼ baisse à expliquer"),
        (79, 100, "service fermé", "✔ expliqué"),
        (19, 5, "", "✔"),
        (20, 5, "", "▲ hausse à expliquer"),
        (20, 0, "", "▲ hausse à expliquer"),
        (0, 0, "", "✔"),
    ],
)
def test_a_difference_from_the_reference_is_signalled_beyond_the_limit(
    value: float | None, reference: float | None, reason: str, wanted: str
) -> None:
    assert signal(value, reference, waited=True, reason=reason, limits=Limits(0.2, 20)) == wanted


# In a real spreadsheet, without any add-in


def wrong(office: "Office", path: Path) -> list[Any]:
    """Formula cells whose value in the file is not the one that LibreOffice computes."""
    file, document = Fiche(path), office.load(path)
    found = recalculated(document)
    document.close(True)
    alike = {place: "" if value is None else value for place, value in file.values.items()}
    return [
        (place, file.formulas[place], value, found.get(place))
        for place, value in alike.items()
        if found.get(place) != (value if isinstance(value, str) else pytest.approx(value, rel=1e-9))
    ]


@pytest.mark.libreoffice
@pytest.mark.parametrize("name", [H1, FHF, FHP])
def test_each_formula_has_the_value_that_a_spreadsheet_finds(office: "Office", folder: Path, name: str) -> None:
    assert len(Fiche(folder / name).formulas) > 5
    assert wrong(office, folder / name) == []


@pytest.mark.slow
@pytest.mark.libreoffice
def test_each_formula_of_the_whole_region_has_the_value_that_a_spreadsheet_finds(
    office: "Office", demo_book: Path, tmp_path: Path
) -> None:
    written = send(demo_book, tmp_path / "envoi", Level.FEDERATION)
    assert len(written) == 72
    assert [(path.name, wrong(office, path)[:3]) for path in written if wrong(office, path)] == []


@pytest.mark.libreoffice
def test_the_bars_go_green_when_all_is_filled_in_and_not_before(office: "Office", folder: Path) -> None:
    def bars(path: Path) -> list[str]:
        document = office.load(path)
        document.calculateAll()
        told = [document.Sheets.getByName(one.name).getCellRangeByName("A3").getString() for one in OF_HOSPITAL.sheets[:-1]]
        document.close(True)
        return told

    form = Form(folder / H1).complete()
    assert all(one.endswith("✔ complet") for one in bars(form.save()))
    form.put(ACTIVITY, 1, {"Volume": 50})  # 20 the year before
    form.put(ACTIVITY, 4, {"Territoire de résidence": "Z1"})  # a line begun
    form.put(SIGNATURE, 0, {"Nom": None})
    open_bars = bars(form.save())
    assert [one.endswith("✔ complet") for one in open_bars] == [False, False, True, True, False, True, False]
    form.put(ACTIVITY, 1, {"Explication de l'écart": "ouverture d'un CMP"})
    form.put(ACTIVITY, 4, {"Classe d'âge": "Adultes", "Forme": "TP", "Volume": 1})
    form.put(SIGNATURE, 0, {"Nom": "Camille Essai"})
    form.declare()
    assert all(one.endswith("✔ complet") for one in bars(form.save()))


@pytest.mark.libreoffice
def test_signals_in_the_spreadsheet_are_those_that_the_check_tells(office: "Office", folder: Path) -> None:
    form = Form(folder / H1).complete()
    form.put(ALLOCATIONS, 0, {"Montant (€)": 75_000})
    form.put(ACTIVITY, 3, {"Volume": "n.d."})
    document = office.load(form.save())
    document.calculateAll()
    seen = [
        document.Sheets.getByName(*one[:1]).getCellRangeByName(one[1]).getString()
        for one in (("Dotations", "E7"), ("Activité", "H10"), ("Activité", "B11"))
    ]
    document.close(True)
    assert seen == ["▲ hausse à expliquer", "✖ un nombre est attendu", ""]


@pytest.mark.libreoffice
@pytest.mark.parametrize("name", [H1, FHF])
def test_a_file_filled_in_and_saved_by_libreoffice_is_read_as_it_was(
    office: "Office", folder: Path, name: str, tmp_path: Path
) -> None:
    Form(folder / name).complete().save()
    (tmp_path / "recu").mkdir()
    office.resave(folder / name, tmp_path / "recu" / name)
    found, wanted = (answers([one])[0] for one in (tmp_path / "recu" / name, folder / name))
    assert (found.problems, wanted.problems) == ([], [])
    for table, read in wanted.tables.items():
        assert [alike(line.values) for line in found.lines(table)] == [alike(line.values) for line in read.lines]


def alike(values: dict[str, Any]) -> dict[str, Any]:
    """Numbers with the fifteen digits that LibreOffice keeps."""
    return {name: float(f"{value:.15g}") if isinstance(value, float) else value for name, value in values.items()}


# Who may see what


def everything(path: Path) -> str:
    with zipfile.ZipFile(path) as archive:
        return "\n".join(archive.read(name).decode() for name in archive.namelist())


@pytest.mark.parametrize("level", list(Level))
def test_a_federation_sees_its_own_hospitals_from_its_level_and_never_another(
    small_book: Path, tmp_path: Path, level: Level
) -> None:
    change(small_book, {("Établissements", "G6"): 61_234.5, ("Établissements", "G8"): 91_234.5})
    send(small_book, tmp_path / "envoi", level)
    texts = everything(tmp_path / "envoi" / FHF)
    own = level >= Level.FEDERATION
    assert [name in texts for name in ("CH Un", "CH Deux", "010000001", "61234.5")] == [own] * 4
    assert [name in texts for name in ("Clinique", "010000003", "010000004", "91234.5")] == [False] * 4


@pytest.mark.parametrize("level", [pytest.param(Level.TOTAUX, marks=pytest.mark.slow), Level.COMPLET])
def test_a_hospital_sees_nothing_of_another_at_any_level(demo_book: Path, tmp_path: Path, level: Level) -> None:
    written = send(demo_book, tmp_path / "envoi", level)
    book = FileBook(demo_book).read("Établissements", "T_Etablissements")
    assert book is not None
    others = {str(line[0]): (str(line[1]), str(line[6])) for line in book.rows}
    for path in written[:3]:
        texts, own = everything(path), path.name.split()[2]
        found = [finess for finess, told in others.items() if finess != own and any(one in texts for one in (finess, *told))]
        assert found == []


def test_totals_to_declare_are_named_by_what_they_count(folder: Path) -> None:
    form = Form(folder / H1)
    assert [form.cell(TOTALS, line, "Total").value for line in form.lines(TOTALS)] == [
        "Dotations par compartiment (€)",
        "Activités spécifiques régionales (€)",
        "Activité des adultes (file active)",
        "Activité des mineurs (file active)",
        "Moyens employés (€)",
    ]
    assert form.cell(SPECIFIC, 0, "Activité").value is None

"""Returned files: a sound one is read exactly; one that could harm is refused in French, whatever was done to it."""

import random
import re
import struct
import tracemalloc
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pytest
from cases.returned import (
    LINKS_OF_SHEET,
    SHEET,
    WORKBOOK,
    Change,
    cell,
    defined_name,
    instead,
    part,
    parts_of,
    relation,
    write,
    zipped,
)
from python_calamine import CalamineWorkbook

from dotpop_addin.books.protocol import CellError, Uncomputed
from dotpop_addin.problems import Problem, ProblemsFound
from dotpop_addin.returns import archive, opening, sheets, walking
from dotpop_addin.returns.opening import Returned, open_return
from dotpop_addin.returns.outgoing import harmless


@pytest.fixture(scope="session")
def _sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sound") / "retour.xlsx"
    write(path)
    return path


@pytest.fixture
def sound(_sound: Path, tmp_path: Path) -> Path:
    path = tmp_path / "retour.xlsx"
    path.write_bytes(_sound.read_bytes())
    return path


def spoil(path: Path, *changes: Change) -> Path:
    parts = parts_of(path)
    for change in changes:
        change(parts)
    path.write_bytes(zipped(parts))
    return path


def told(path: Path) -> list[str]:
    """What refuses a file, [] when it is read."""
    problems = _refusing(path)
    assert all(problem.file == str(path) and problem.action.endswith(".") for problem in problems or [])
    assert problems != []
    return [str(problem) for problem in problems or []]


def _refusing(path: Path) -> list[Problem] | None:
    try:
        open_return(path)
    except ProblemsFound as found:
        return found.problems
    return None


# What is read


def test_every_value_is_the_one_that_other_readers_find(sound: Path) -> None:
    returned = open_return(sound)
    calamine = CalamineWorkbook.from_path(sound)
    assert list(returned.sheets) == calamine.sheet_names
    for sheet in openpyxl.load_workbook(sound).worksheets:
        read = returned.sheets[sheet.title]
        expected = {one.coordinate: one.value for line in sheet.iter_rows() for one in line if one.value is not None}
        assert read.cells == expected
        rows = calamine.get_sheet_by_name(sheet.title).to_python(skip_empty_area=False)
        assert [[_day(value) for value in line] for line in rows] == [
            [_day(read.cells.get(one.coordinate, "")) for one in line] for line in sheet.iter_rows()
        ]


def _day(value: object) -> object:
    return value.date() if isinstance(value, datetime) else value


CELLS = [
    ("a number", '<c r="A100"><v>1.5</v></c>', 1.5),
    ("a number with an exponent", '<c r="A100" t="n"><v>1E-3</v></c>', 0.001),
    ("a whole number", '<c r="A100"><v>10000024</v></c>', 10000024.0),
    ("a boolean", '<c r="A100" t="b"><v>1</v></c>', True),
    ("a boolean typed in LibreOffice", '<c r="A100" t="b"><f aca="false">TRUE()</f><v>1</v></c>', True),
    ("a cell that only a comment holds", '<!-- <c r="A100"><v>7</v></c> -->', None),
    ("an error", '<c r="A100" t="e"><v>#DIV/0!</v></c>', CellError("#DIV/0!")),
    ("a text of a formula", '<c r="A100" t="str"><f>B1</f><v> x </v></c>', " x "),
    ("a formula with its value", '<c r="A100"><f>1+1</f><v>2</v></c>', 2.0),
    ("a formula without a value", '<c r="A100"><f>1+1</f></c>', Uncomputed("=1+1")),
    ("a formula with an empty value", '<c r="A100"><f>1+1</f><v/></c>', Uncomputed("=1+1")),
    ("a formula whose value is an empty text", '<c r="A100" t="str"><f>""</f><v></v></c>', None),
    ("a text with an entity", '<c r="A100" t="inlineStr"><is><t>a &amp; b</t></is></c>', "a & b"),
    ("a text in CDATA", '<c r="A100" t="inlineStr"><is><t><![CDATA[a<b]]></t></is></c>', "a<b"),
    ("a number in CDATA", '<c r="A100"><v><![CDATA[12]]></v></c>', 12.0),
    ("a number around a comment", '<c r="A100"><v>1<!-- 7 -->2</v></c>', 12.0),
    (
        "a text in several runs",
        '<c r="A100" t="inlineStr"><is><r><t>a</t></r><r><rPr><b/></rPr><t> b</t></r></is></c>',
        "a b",
    ),
    ("a text with its pronunciation", '<c r="A100" t="inlineStr"><is><t>a</t><rPh><t>z</t></rPh></is></c>', "a"),
    ("an escaped character", '<c r="A100" t="inlineStr"><is><t>a_x0041_b</t></is></c>', "aAb"),
    ("attributes in another order", '<c t="inlineStr" r="A100"><is><t>x</t></is></c>', "x"),
    ("single quotes", "<c r='A100'><v>3</v></c>", 3.0),
    ("spaces and line ends between the tags", '<c r="A100" t="str">\n <v>x</v>\n</c>', "x"),
    ("a day as text", '<c r="A100" t="d"><v>2025-12-31</v></c>', date(2025, 12, 31)),
    ("a blank with a look", '<c r="A100" s="1"/>', None),
    ("a blank text", '<c r="A100" t="inlineStr"><is><t></t></is></c>', None),
]


@pytest.mark.parametrize(("written", "value"), [pytest.param(*one[1:], id=one[0]) for one in CELLS])
def test_a_cell_is_read_however_it_is_written(written: str, value: object, sound: Path) -> None:
    read = open_return(spoil(sound, cell(written))).sheets["Feuille 1"].cells.get("A100")
    assert (type(read), read) == (type(value), value)


def test_what_libreoffice_writes_for_typed_values_is_no_formula(sound: Path) -> None:
    spoil(sound, cell('<c r="A100" t="b"><f>TRUE()</f><v>1</v></c><c r="B100" t="e"><f>#N/A</f><v>#N/A</v></c>'))
    sheet = open_return(sound).sheets["Feuille 1"]
    assert (sheet.formulas, sheet.cells["B100"]) == ({}, CellError("#N/A"))


def test_dates_times_and_durations_are_told_from_numbers_by_their_look(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    values = {"A1": datetime(2025, 12, 31, 8, 30), "A2": time(9, 30), "A3": 46022, "A4": 1e300}
    for address, value in values.items():
        book.active[address] = value
    book.active["A4"].number_format = "dd/mm/yyyy"
    book.save(tmp_path / "dates.xlsx")
    assert open_return(tmp_path / "dates.xlsx").sheets["Sheet"].cells == values


def test_shared_texts_are_read_as_inline_ones(sound: Path) -> None:
    texts = "<sst><si><t>un</t></si><si><r><t>de</t></r><r><t>ux</t></r><rPh><t>z</t></rPh></si></sst>"
    link = relation("sharedStrings", "sharedStrings.xml", source="xl/_rels/workbook.xml.rels")
    spoil(sound, link, part("xl/sharedStrings.xml", texts.encode()), cell('<c r="A100" t="s"><v>1</v></c>'))
    assert open_return(sound).sheets["Feuille 1"].cells["A100"] == "deux"


def test_shared_texts_are_the_same_however_they_are_written(sound: Path) -> None:
    plain = '<sst><si><t>un</t></si><si><t xml:space="preserve"> deux</t></si></sst>'
    link = relation("sharedStrings", "sharedStrings.xml", source="xl/_rels/workbook.xml.rels")
    spoil(sound, link, part("xl/sharedStrings.xml", plain.encode()), cell('<c r="A100" t="s"><v>1</v></c>'))
    for other in (plain, plain.replace("un", "&amp;"), plain.replace("<si>", "<!-- <si><t>x</t></si> --><si>")):
        spoil(sound, part("xl/sharedStrings.xml", other.encode()))
        assert open_return(sound).sheets["Feuille 1"].cells["A100"] == " deux"


def test_cells_under_a_prefix_and_without_address_are_read_in_their_place(sound: Path) -> None:
    def prefixed(parts: dict[str, bytes]) -> None:
        text = re.sub(r"<(/?)([a-zA-Z])", r"<\1x:\2", parts[SHEET].decode()).replace("xmlns=", "xmlns:x=")
        parts[SHEET] = re.sub(r'(<x:(?:c|row)) r="[A-Z0-9]+"', r"\1", text).encode()

    expected = open_return(sound).sheets["Feuille 1"].cells
    assert open_return(spoil(sound, prefixed)).sheets["Feuille 1"].cells == expected


def test_a_table_is_read_as_a_block(sound: Path) -> None:
    block = open_return(sound).read("Feuille 2", "T_Feuille2")
    assert block is not None
    assert (block.headers[0], len(block.rows), block.rows[3][0], block.address(3, 0)) == ("FINESS", 20, "000000003", "A5")
    assert open_return(sound).read("Feuille 2", "T_Feuille1") is None


def test_what_was_done_to_a_sheet_is_known(sound: Path) -> None:
    spoil(
        sound,
        instead(SHEET, '<row r="3"', '<row r="3" hidden="1"'),
        instead(SHEET, "<sheetData>", '<cols><col min="2" max="4" hidden="1"/></cols><sheetData>'),
        instead(SHEET, "</sheetData>", '</sheetData><autoFilter ref="A1:J9"><filterColumn colId="0"/></autoFilter>'),
        instead(SHEET, "<dataValidations", '<mergeCells><mergeCell ref="A30:B31"/></mergeCells><dataValidations'),
        instead("xl/worksheets/sheet2.xml", 'sheet="1"', 'sheet="0"'),
        instead(WORKBOOK, 'name="Feuille 2"', 'name="Deux"'),
        instead(WORKBOOK, 'sheetId="2" state="visible"', 'sheetId="2" state="veryHidden"'),
        cell('<c r="A100"><f>1+1</f><v>2</v></c>'),
    )
    one, two = open_return(sound).sheets.values()
    assert (one.hidden_rows, one.hidden_columns, one.merged, one.filtered) == ([3], [(2, 4)], ["A30:B31"], True)
    assert (one.protected, one.visibility, one.formulas) == (True, "visible", {"A100": "1+1"})
    assert (two.name, two.protected, two.visibility, two.filtered) == ("Deux", False, "veryHidden", False)


def test_a_dimension_or_a_cell_at_the_end_of_the_sheet_costs_nothing(sound: Path) -> None:
    far = cell('<c r="XFD1048576"><v>1</v></c>')
    spoil(sound, far, instead(SHEET, '<dimension ref="A1:J21"', '<dimension ref="A1:XFD1048576"'))
    assert open_return(sound).sheets["Feuille 1"].cells["XFD1048576"] == 1


WARNED = [
    ("a link to a web page", relation("hyperlink", "https://exemple.fr/x", "External"), "https://exemple.fr/x"),
    ("a link to a shared folder", relation("hyperlink", r"file:///\\serveur\x", "External"), r"\\serveur\x"),
]


@pytest.mark.parametrize(("change", "words"), [pytest.param(*one[1:], id=one[0]) for one in WARNED])
def test_a_link_to_click_is_told_and_the_file_read(change: Change, words: str, sound: Path) -> None:
    problems = open_return(spoil(sound, change)).problems
    assert [problem.severity for problem in problems] == ["avertissement"]
    assert words in problems[0].found


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(relation("hyperlink", "mailto:a@exemple.fr", "External"), id="a link to an address of mail"),
        pytest.param(relation("externalLinkPath", "dotpop.xlam", "External"), id="the add-in of this project"),
        pytest.param(part("docProps/note.txt", b"bonjour"), id="a part that no spreadsheet knows"),
        pytest.param(cell('<c r="A100" t="str"><f>A1&amp;"a|b"</f><v>x</v></c>'), id="a bar within a text of a formula"),
    ],
)
def test_what_is_harmless_is_not_told(change: Change, sound: Path) -> None:
    assert open_return(spoil(sound, change)).problems == []


def test_a_workbook_under_another_name_is_read_and_told(sound: Path) -> None:
    other = sound.rename(sound.with_suffix(".xls"))
    assert "extension « .xls »" in str(open_return(other).problems[0])


# What is refused

OTHERS = "liaison avec un autre fichier"
DANGERS = [
    ("VBA", part("xl/vbaProject.bin", b"x"), "contient des macros"),
    ("VBA under another name", relation("vbaProject", "dessin.bin"), "contient des macros"),
    ("Excel 4 macros", part("xl/macrosheets/sheet1.xml"), "contient des macros"),
    (
        "a name that starts a macro",
        defined_name("_xlnm.Auto_Open", "A1"),
        "contient des macros",
    ),
    ("a link to another workbook", relation("externalLinkPath", "autre.xlsx", "External"), OTHERS),
    ("an add-in of that name elsewhere", relation("externalLinkPath", "//pirate/dotpop.xlam", "External"), OTHERS),
    ("an add-in of that name on the web", relation("externalLinkPath", "https://pirate/dotpop.xlam", "External"), OTHERS),
    ("a picture that is elsewhere", relation("image", "https://pirate/x.png", "External"), OTHERS),
    ("an embedded object", part("xl/embeddings/oleObject1.bin", b"x"), "objet incorporé"),
    ("an embedded workbook", relation("package", "../x.xlsx"), "objet incorporé"),
    ("an object of old Office under any name", part("xl/x.bin", bytes.fromhex("d0cf11e0a1b11ae1")), "archive ou objet"),
    ("an archive within", part("xl/media/image1.png", b"PK\x03\x04"), "archive ou objet incorporé"),
    ("ActiveX", part("xl/activeX/activeX1.xml"), "contrôle ActiveX"),
    ("a DDE link", part("xl/externalLinks/externalLink1.xml", b'<x><ddeLink ddeService="cmd"/></x>'), "liaison DDE"),
    ("DDE in a formula", cell("<c r=\"A100\"><f>cmd|'/C calc'!A0</f><v>1</v></c>"), "cellule A100 : formule qui sort"),
    ("a formula that calls the web", cell('<c r="A100"><f>_xlfn.WEBSERVICE("x")</f><v>1</v></c>'), "WEBSERVICE"),
    ("DDE in a validation", instead(SHEET, "<formula1>0<", "<formula1>cmd|'/C calc'!A0<"), "règle de saisie"),
    (
        "DDE in a name",
        defined_name("n", "cmd|'/C calc'!A0"),
        "nom « n »",
    ),
    ("a connection", part("xl/connections.xml"), "connexion à des données extérieures"),
    ("a web query", part("xl/queryTables/queryTable1.xml"), "connexion à des données extérieures"),
    ("Power Query", part("customXml/item1.xml", b"<DataMashup>AA==</DataMashup>"), "script ou requête"),
    ("a script", part("customXml/item1.xml", b"<x><script>x()</script></x>"), "script ou requête"),
    ("an Office add-in", part("xl/webextensions/webextension1.xml"), "complément Office"),
    ("a ribbon", part("customUI/customUI.xml"), "ruban personnalisé"),
    ("settings of an add-in", instead(WORKBOOK, 'name="Feuille 2"', 'name="Xlwings.CONF"'), "réglages de complément"),
    ("a DTD in a sheet", instead(SHEET, "<worksheet", '<!DOCTYPE x [<!ENTITY a "b">]><worksheet'), "entités déclarées"),
    ("a DTD in a part nobody reads", part("docProps/x.xml", b"<!DOCTYPE x><x/>"), "entités déclarées"),
    ("a DTD in UTF-16", part("docProps/x.xml", "<!DOCTYPE x><x/>".encode("utf-16")), "texte illisible"),
    ("a path upwards", part("../../x.xml"), "chemin « ../../x.xml »"),
    ("an absolute path", part("/etc/x.xml"), "chemin « /etc/x.xml »"),
    ("a path of Windows", part("C:\\x.xml"), "chemin « C:\\x.xml »"),
    ("a part twice but for the case", part("xl/Workbook.xml"), "en double"),
    ("a sheet that is not there", instead(WORKBOOK, "r:id=\"rId1\"", "r:id=\"rId99\""), "fichier abîmé"),
    ("a sheet cut short", instead(SHEET, "</worksheet>", ""), "fichier abîmé"),
    ("a cell in no place", cell('<c r="A0"><v>1</v></c>'), "fichier abîmé"),
    ("a cell beyond all columns", cell('<c r="AAAAAAA100"><v>1</v></c>'), "fichier abîmé"),
    ("two cells in one place", cell('<c r="A1"><v>1</v></c>'), "fichier abîmé"),
    ("two cells in one place, written in two ways", cell("<c r='A1'><v>1</v></c>"), "fichier abîmé"),
    ("a cell without address among others", cell("<c><v>1</v></c>"), "fichier abîmé"),
    ("a cell of an unknown kind", cell('<c r="A100" t="z"><v>1</v></c>'), "fichier abîmé"),
    ("a text in a cell of numbers", cell('<c r="A100"><is><t>x</t></is></c>'), "fichier abîmé"),
    ("a value outside of a cell", cell("<v>1</v>"), "fichier abîmé"),
    ("two values in a cell", cell('<c r="A100" t="str"><v>1</v><v>2</v></c>'), "fichier abîmé"),
    ("a number that is none", cell('<c r="A100"><v>1_000</v></c>'), "fichier abîmé"),
    ("a shared text before the first", cell('<c r="A100" t="s"><v>-1</v></c>'), "fichier abîmé"),
    ("a byte that is no UTF-8", lambda parts: parts.update({SHEET: parts[SHEET] + b"\xff"}), "fichier abîmé"),
    ("a macro workbook", instead("[Content_Types].xml", "sheet.main+xml", "sheet.macroEnabled.main+xml"), "format .xlsm"),
    ("a binary workbook", part("xl/workbook.bin", b"x"), "un classeur binaire (.xlsb)"),
    ("a Word document", part("word/document.xml"), "un document Word (.docx)"),
    ("an OpenDocument workbook", part("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"), "LibreOffice (.ods)"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "words"), [pytest.param(*one[1:], id=one[0]) for one in DANGERS])
def test_what_could_harm_is_refused_in_words(change: Change, words: str, sound: Path) -> None:
    problems = told(spoil(sound, change))
    assert any(words in one for one in problems), problems


OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)
FORMATS = [
    ("an empty file", b"", "fichier vide"),
    ("a password", OLE + "EncryptedPackage\0".encode("utf-16-le"), "protégé par un mot de passe"),
    ("an old .xls", OLE + "Workbook\0".encode("utf-16-le"), "ancien format (.xls)"),
    ("an old file of Office", OLE, "protégé par un mot de passe, ou ancien format .xls"),
    ("a .csv", "FINESS;Montant\n010000024;12,5 é\n".encode("cp1252"), "fichier texte (.csv, .txt)"),
    ("a web page named .xls", b"\n<html><table></table></html>", "une page web"),
    ("a PDF", b"%PDF-1.7", "un document PDF"),
    ("a picture", b"\x89PNG\r\n\x1a\n", "une image"),
    ("bytes without meaning", bytes(range(256)), "fichier abîmé"),
    ("a zip without parts", b"PK\x05\x06" + bytes(18), "fichier abîmé"),
]


@pytest.mark.parametrize(("content", "words"), [pytest.param(*one[1:], id=one[0]) for one in FORMATS])
def test_another_format_is_refused_by_its_content_not_its_name(content: bytes, words: str, tmp_path: Path) -> None:
    path = tmp_path / "retour.xlsx"
    path.write_bytes(content)
    problems = told(path)
    assert len(problems) == 1
    assert words in problems[0]


def test_a_folder_and_a_missing_file_are_told(tmp_path: Path) -> None:
    assert "un dossier" in told(tmp_path)[0]
    assert "introuvable" in told(tmp_path / "absent.xlsx")[0]


def _in_the_list(content: bytes, place: int, form: str, value: int) -> bytes:
    """The first entry of the list of parts, with one of its fields changed."""
    changed = bytearray(content)
    struct.pack_into(form, changed, content.index(b"PK\x01\x02") + place, value)
    return bytes(changed)


LISTS = [
    ("a part said encrypted", (8, "<H", 1), "chiffrées par un mot de passe"),
    ("another way to compress", (10, "<H", 12), "compression inhabituelle"),
    ("a wrong checksum", (16, "<I", 12345), "fichier abîmé"),
    ("a size said too large", (24, "<I", 3_000_000_000), "bombe"),
    ("a size said too small", (24, "<I", 3), "d'une autre taille qu'annoncé"),
    ("a part that is not where it is said", (42, "<I", 7), "fichier abîmé"),
]


@pytest.mark.parametrize(("field", "words"), [pytest.param(*one[1:], id=one[0]) for one in LISTS])
def test_a_list_of_parts_that_lies_is_refused(field: tuple[int, str, int], words: str, sound: Path) -> None:
    sound.write_bytes(_in_the_list(sound.read_bytes(), *field))
    assert words in told(sound)[0]


def test_a_part_twice_is_refused(sound: Path) -> None:
    with zipfile.ZipFile(sound, "a") as written, pytest.warns(UserWarning, match="Duplicate"):
        written.writestr(SHEET, "<worksheet/>")
    assert "en double" in told(sound)[0]


BOMBS: list[tuple[str, Change, str]] = [
    ("a part of zeros", part("xl/media/x.bin", bytes(30_000_000)), "bombe de décompression"),
    (
        "a part whose size is hidden",
        part("xl/media/x.bin", bytes(random.Random(1).randbytes(1000)) * 30_000),
        "bombe de décompression",
    ),
    ("too many parts", lambda parts: parts.update({f"x/{place}": b"" for place in range(archive.MAX_PARTS)}), "pièces"),
    (
        "too many cells",
        cell("".join(f'<c r="B{n}"/>' for n in range(100, sheets.MAX_CELLS + 101))),
        f"plus de {sheets.MAX_CELLS} cellules",
    ),
    (
        "a giant tag",
        cell('<c r="A100" ' + "".join(f'a{n:x}="{n * n:x}" ' for n in range(200_000)) + "/>"),
        "une balise de plus",
    ),
    (
        "a number format without end",
        instead(
            "xl/styles.xml", "<cellXfs", f'<numFmts><numFmt numFmtId="170" formatCode="{"[" * 99_999}"/></numFmts><cellXfs'
        ),
        "fichier abîmé",
    ),
    (
        "a table as large as the sheet",
        instead("xl/tables/table1.xml", 'ref="A1:J21"', 'ref="A1:XFD1048576"'),
        "cellules",
    ),
]


@pytest.mark.parametrize(("change", "words"), [pytest.param(*one[1:], id=one[0]) for one in BOMBS])
def test_a_bomb_is_refused_within_little_memory_and_its_limit_said(change: Change, words: str, sound: Path) -> None:
    spoil(sound, change)
    tracemalloc.start()
    try:
        problems = told(sound)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert words in problems[0]
    assert peak < 6 * archive.MAX_UNPACKED


def test_real_sizes_are_counted_whatever_is_declared(sound: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_UNPACKED", 5_000)
    content = sound.read_bytes()
    for match in re.finditer(b"PK\x01\x02", content):
        content = content[: match.start() + 24] + struct.pack("<I", 1) + content[match.start() + 28 :]
    sound.write_bytes(content)
    assert "d'une autre taille" in told(sound)[0] or "décompressé" in told(sound)[0]


def test_the_limits_of_size_and_time_are_said(sound: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as limits:
        limits.setattr(opening, "MAX_FILE", 1_000)
        assert "fichier de plus de" in told(sound)[0]
    with monkeypatch.context() as limits:
        limits.setattr(archive, "MAX_UNPACKED", 1_000)
        assert "une fois décompressé" in told(sound)[0]
    monkeypatch.setattr(walking.time, "monotonic", iter(range(0, 10_000, 20)).__next__)
    assert "secondes de lecture" in told(sound)[0]


# Chance


def _bytes_changed(chance: random.Random, content: bytes) -> bytes:
    changed = bytearray(content)
    for _ in range(chance.randint(1, 8)):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def _cut(chance: random.Random, content: bytes) -> bytes:
    start = chance.randrange(len(content))
    return content[:start] + content[start + chance.randrange(1, 2000) :]


def _part_changed(chance: random.Random, content: bytes) -> bytes:
    parts = dict(PARTS[content])
    name = chance.choice(sorted(parts))
    parts[name] = chance.choice([_bytes_changed, _cut])(chance, parts[name] or b" ")
    return zipped(parts)


TAGS = re.compile(rb'<[^>]*>|[^<]+|"[^"]*"')
ODD = [
    b"<c/>",
    b"<v>",
    b"</c>",
    b"<row>",
    b'"-1"',
    b'"99999999999"',
    b'""',
    b"&amp;",
    b"<![CDATA[x]]>",
    b"<f>",
    b"\xc3",
    b"<is><t>",
]


def _xml_changed(chance: random.Random, content: bytes) -> bytes:
    parts = dict(PARTS[content])
    name = chance.choice([SHEET, WORKBOOK, LINKS_OF_SHEET, "xl/styles.xml", "xl/_rels/workbook.xml.rels"])
    found = list(TAGS.finditer(parts[name]))
    for _ in range(chance.randint(1, 3)):
        one = chance.choice(found)
        parts[name] = parts[name][: one.start()] + chance.choice(ODD) + parts[name][one.end() :]
    return zipped(parts)


PARTS: dict[bytes, dict[str, bytes]] = {}
MUTATIONS: list[Callable[[random.Random, bytes], bytes]] = [_bytes_changed, _cut, _part_changed, _xml_changed]


@pytest.mark.parametrize("mutation", MUTATIONS)
def test_a_file_changed_by_chance_is_read_or_refused_and_nothing_else(
    mutation: Callable[[random.Random, bytes], bytes], sound: Path
) -> None:
    content = sound.read_bytes()
    PARTS[content] = parts_of(sound)
    outcomes = set()
    for seed in range(150):
        sound.write_bytes(mutation(random.Random(seed), content))
        outcomes.add(bool(told(sound)))
    assert True in outcomes


def test_many_returns_keep_nothing_of_one_another(sound: Path) -> None:
    one, other = open_return(sound), open_return(sound)
    assert isinstance(one, Returned)
    assert one.digest == other.digest
    assert one.sheets["Feuille 1"].cells is not other.sheets["Feuille 1"].cells


# What leaves

LEAVING = [
    ("a formula", "=1+1", "'=1+1"),
    ("a sum that begins by its sign", "+1", "'+1"),
    ("a difference", "-1", "'-1"),
    ("a call", "@SUM(A1)", "'@SUM(A1)"),
    ("a formula behind spaces", "  =1", "'  =1"),
    ("a formula in full width", "＝1", "'＝1"),
    ("a tab", "\tx", "'\tx"),
    ("a line end, as every spreadsheet gives it back", "\rx", "'\nx"),
    ("two line ends", "CH\r\nUn", "CH\nUn"),
    ("a formula behind a control character", "\x00=1", "'=1"),
    ("a name", "CH d'Un", "CH d'Un"),
    ("a sign in the middle", "a=b", "a=b"),
    ("a text that is already harmless", "'=1", "'=1"),
    ("nothing", "", ""),
]


@pytest.mark.parametrize(("text", "left"), [pytest.param(*one[1:], id=one[0]) for one in LEAVING])
def test_a_text_leaves_without_being_a_formula(text: str, left: str) -> None:
    assert harmless(text) == left
    assert harmless(left) == left

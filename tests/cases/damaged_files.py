"""What people send in place of the file."""

from cases.damaging import FILE, Case, content, cut_short, error, in_parts, old_office, other_workbook, put_in_an_archive
from cases.returned import instead, part, zipped

CASES = [
    Case("an empty file", content(b""), [error(FILE, "fichier vide")]),
    Case(
        "a Word document renamed",
        content(zipped({"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"})),
        [error(FILE, "un document Word (.docx)")],
    ),
    Case("an old Word document renamed", content(old_office("WordDocument")), [error(FILE, "un document Word (.doc)")]),
    Case("a message of Outlook", content(old_office("__substg1.0_0037001F")), [error(FILE, "un message Outlook (.msg)")]),
    Case("an old workbook", content(old_office("Workbook")), [error(FILE, "classeur à l'ancien format (.xls)")]),
    Case(
        "a workbook behind a password",
        content(old_office("EncryptedPackage")),
        [error(FILE, "fichier protégé par un mot de passe")],
    ),
    Case("a truncated file", cut_short, [error(FILE, "fichier abîmé, ou qui n'est pas un classeur")]),
    Case("a CSV file", content(b"FINESS;Volume\n010000001;200\n"), [error(FILE, "fichier texte (.csv, .txt)")]),
    Case("a PDF", content(b"%PDF-1.7 ..."), [error(FILE, "un document PDF")]),
    Case(
        "a page of the web that says it is a workbook",
        content(b"<html><table><tr><td>1</td></tr></table></html>"),
        [error(FILE, "une page web ou un fichier XML, même s'il porte le nom d'un classeur")],
    ),
    Case(
        "an OpenDocument workbook made by hand",
        content(zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<x/>"})),
        [error(FILE, "classeur au format LibreOffice (.ods)")],
    ),
    Case("a workbook with macros", in_parts(part("xl/vbaProject.bin")), [error(FILE, "classeur qui contient des macros")]),
    Case(
        "a workbook of the kind that has macros, without any",
        in_parts(instead("[Content_Types].xml", "spreadsheetml.sheet.main", "sheet.macroEnabled.main")),
        [error(FILE, "classeur au format .xlsm")],
    ),
    Case(
        "a binary workbook",
        content(zipped({"[Content_Types].xml": b"<x/>", "xl/workbook.bin": b"x"})),
        [error(FILE, "un classeur binaire (.xlsb)")],
    ),
    Case("an archive that holds the file", put_in_an_archive, [error(FILE, "une archive .zip")]),
    Case(
        "a workbook of something else",
        other_workbook,
        [error(FILE, "ce fichier n'est pas un de ceux que l'agence a envoyés")],
    ),
]
